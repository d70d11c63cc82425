// SPDX-License-Identifier: GPL-2.0-only
/*
 * cost - what an access to a group register costs
 *
 * In:  nothing; /dev/kvm of an arm64 host on which time counts instructions, as
 *      QEMU makes it with -icount shift=0
 * Out: lines "cost MODEL REVISION ACCESS NANOSECONDS" on standard output, with
 *      the time for one access in a guest's loop of 20,000, measured from here. Each
 *      is measured in a VM of its own, as a revision is chosen before the first run.
 *      A revision that the host refuses has no line.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define ACCESSES	20000

#define RAM_GPA		0x40000000UL
#define GICD_GPA	0x08000000UL
#define GIC2_GPA	0x08100000UL	/* redistributor or CPU interface */
#define EXIT_GPA	0x10000000UL	/* nothing is there: an exit to here */

#define GICD_IIDR	0x008
#define GICD_IGROUPR1	0x084

/* x0: how often, x1: which register, x2: the value, x3: where to exit */
static const uint32_t read_loop[] = {
	0xb9400024,	/* ldr w4, [x1] */
	0xf1000400,	/* subs x0, x0, #1 */
	0x54ffffc1,	/* b.ne -8 */
	0xb9000064,	/* str w4, [x3] */
};

static const uint32_t write_loop[] = {
	0xb9000022,	/* str w2, [x1] */
	0xf1000400,	/* subs x0, x0, #1 */
	0x54ffffc1,	/* b.ne -8 */
	0xb9000064,	/* str w4, [x3] */
};

static int do_ioctl(int fd, unsigned long request, void *arg, const char *name)
{
	int ret = ioctl(fd, request, arg);

	if (ret < 0) {
		perror(name);
		exit(1);
	}
	return ret;
}

#define IOCTL(fd, request, arg)	do_ioctl(fd, request, (void *)(arg), #request)

static int device_attr(int fd, unsigned long request, uint32_t group, uint64_t attr, void *val)
{
	struct kvm_device_attr a = {
		.group	= group,
		.attr	= attr,
		.addr	= (uint64_t)(uintptr_t)val,
	};

	return ioctl(fd, request, &a);
}

static void set_addr(int fd, uint64_t type, uint64_t gpa)
{
	if (device_attr(fd, KVM_SET_DEVICE_ATTR, KVM_DEV_ARM_VGIC_GRP_ADDR, type, &gpa)) {
		perror("KVM_DEV_ARM_VGIC_GRP_ADDR");
		exit(1);
	}
}

static void set_core_reg(int vcpu, uint64_t offset, uint64_t val)
{
	struct kvm_one_reg reg = {
		.id	= KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | offset / 4,
		.addr	= (uint64_t)(uintptr_t)&val,
	};

	IOCTL(vcpu, KVM_SET_ONE_REG, &reg);
}

#define CORE_REG(field)	offsetof(struct kvm_regs, regs.field)

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000UL + ts.tv_nsec;
}

static void measure(int kvm, int type, const char *model, uint32_t rev, const char *name,
		    const uint32_t *code, uint32_t reg)
{
	struct kvm_create_device dev = { .type = type };
	struct kvm_userspace_memory_region ram = {
		.guest_phys_addr	= RAM_GPA,
		.memory_size		= 0x10000,
	};
	struct kvm_vcpu_init init;
	struct kvm_run *run;
	int vm, vcpu, size;
	uint64_t start, end;
	uint32_t iidr;
	void *mem;

	vm = IOCTL(kvm, KVM_CREATE_VM, 0);
	mem = mmap(NULL, ram.memory_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		   -1, 0);
	memcpy(mem, code, sizeof(read_loop));
	ram.userspace_addr = (uint64_t)(uintptr_t)mem;
	IOCTL(vm, KVM_SET_USER_MEMORY_REGION, &ram);

	vcpu = IOCTL(vm, KVM_CREATE_VCPU, 0);
	IOCTL(vm, KVM_ARM_PREFERRED_TARGET, &init);
	IOCTL(vcpu, KVM_ARM_VCPU_INIT, &init);
	size = IOCTL(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);

	if (ioctl(vm, KVM_CREATE_DEVICE, &dev))
		goto out;
	set_addr(dev.fd, type == KVM_DEV_TYPE_ARM_VGIC_V3 ? KVM_VGIC_V3_ADDR_TYPE_DIST
							  : KVM_VGIC_V2_ADDR_TYPE_DIST, GICD_GPA);
	set_addr(dev.fd, type == KVM_DEV_TYPE_ARM_VGIC_V3 ? KVM_VGIC_V3_ADDR_TYPE_REDIST
							  : KVM_VGIC_V2_ADDR_TYPE_CPU, GIC2_GPA);
	device_attr(dev.fd, KVM_SET_DEVICE_ATTR, KVM_DEV_ARM_VGIC_GRP_CTRL,
		    KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);

	if (device_attr(dev.fd, KVM_GET_DEVICE_ATTR, KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
			GICD_IIDR, &iidr)) {
		perror("GICD_IIDR");
		exit(1);
	}
	iidr = (iidr & ~0xf000) | rev << 12;
	if (device_attr(dev.fd, KVM_SET_DEVICE_ATTR, KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
			GICD_IIDR, &iidr))
		goto out_dev;

	set_core_reg(vcpu, CORE_REG(regs[0]), ACCESSES);
	set_core_reg(vcpu, CORE_REG(regs[1]), GICD_GPA + reg);
	set_core_reg(vcpu, CORE_REG(regs[2]), 0xa5a5a5a5);
	set_core_reg(vcpu, CORE_REG(regs[3]), EXIT_GPA);
	set_core_reg(vcpu, CORE_REG(pc), RAM_GPA);

	start = now();
	IOCTL(vcpu, KVM_RUN, 0);
	end = now();
	if (run->exit_reason != KVM_EXIT_MMIO || run->mmio.phys_addr != EXIT_GPA) {
		fprintf(stderr, "cost: the guest did not end its loop, exit reason %u\n",
			run->exit_reason);
		exit(1);
	}
	printf("cost %s %u %s %lu\n", model, rev, name,
	       (unsigned long)((end - start) / ACCESSES));

out_dev:
	close(dev.fd);
out:
	munmap(run, size);
	close(vcpu);
	close(vm);
	munmap(mem, ram.memory_size);
}

int main(void)
{
	static const struct {
		const char	*name;
		int		type;
	} models[] = {
		{ "GICv2", KVM_DEV_TYPE_ARM_VGIC_V2 },
		{ "GICv3", KVM_DEV_TYPE_ARM_VGIC_V3 },
	};
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	if (kvm < 0) {
		perror("/dev/kvm");
		return 1;
	}

	for (int i = 0; i < 2; i++) {
		for (uint32_t rev = 0; rev < 4; rev++) {
			measure(kvm, models[i].type, models[i].name, rev, "write_IGROUPR1",
				write_loop, GICD_IGROUPR1);
			measure(kvm, models[i].type, models[i].name, rev, "read_IGROUPR1",
				read_loop, GICD_IGROUPR1);
			measure(kvm, models[i].type, models[i].name, rev, "read_IIDR",
				read_loop, GICD_IIDR);
		}
	}
	return 0;
}
