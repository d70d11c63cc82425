// SPDX-License-Identifier: GPL-2.0-only
/*
 * A VM with a vGIC and a guest that does what it is told. No other memory than
 * for the guest's code and stacks, no device but the vGIC.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "vm.h"

/* As in the newer headers; older kernels do not know it and are not asked */
#ifndef KVM_VM_TYPE_ARM_IPA_SIZE
#define KVM_VM_TYPE_ARM_IPA_SIZE(bits)	((bits) & 0xff)
#endif
#ifndef KVM_CAP_ARM_VM_IPA_SIZE
#define KVM_CAP_ARM_VM_IPA_SIZE		165
#endif
/* The number of a vCPU above 255 is in bits of its own, from Linux 5.4 on */
#ifndef KVM_ARM_IRQ_VCPU2_SHIFT
#define KVM_ARM_IRQ_VCPU2_SHIFT		28
#endif

/* Seconds of running in which the guest has to answer */
#define PATIENCE	60

const char * const choice_names[] = { "taken", "refused", "ignored", "absent" };

static atomic_int out_of_patience;

static void on_alarm(int sig)
{
	(void)sig;
	out_of_patience = 1;
}

/* That counts while the process runs: one that is stopped or frozen is no hang */
static void set_patience(int seconds)
{
	struct itimerval timer = { .it_value = { .tv_sec = seconds } };

	out_of_patience = 0;
	setitimer(ITIMER_PROF, &timer, NULL);
}

/* Before a move it is this host's fault; after it, it is what came of the move */
static void __attribute__((noreturn, format(printf, 2, 3)))
guest_failed(const struct vm *vm, const char *fmt, ...)
{
	char text[160];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (vm->failed)
		vm->failed(text);
	vc_die(VC_CANNOT, "%s", text);
}

static void run_vcpu(const struct vm *vm, int vcpu)
{
	/* Interrupted by a signal, it goes on where it was */
	while (ioctl(vm->vcpus[vcpu].fd, KVM_RUN, 0)) {
		if (errno != EINTR)
			guest_failed(vm, "KVM_RUN on vCPU %d: %s", vcpu, strerror(errno));
		if (out_of_patience)
			guest_failed(vm, "the guest does not answer any more on vCPU %d", vcpu);
	}
}

static int do_ioctl(int fd, unsigned long request, unsigned long arg, const char *name)
{
	int ret = ioctl(fd, request, arg);

	if (ret < 0)
		vc_die(VC_CANNOT, "%s: %s", name, strerror(errno));
	return ret;
}

#define IOCTL(fd, request, arg)	do_ioctl(fd, request, (unsigned long)(arg), #request)

/**
 * kvm_is_there - does this host have KVM?
 *
 * Return: whether it has, with errno if not; who runs this may not be allowed to open it
 */
bool kvm_is_there(void)
{
	return !access("/dev/kvm", F_OK);
}

/**
 * kvm_open - open /dev/kvm
 *
 * Return: a file descriptor; ends the program if this host has no KVM
 */
int kvm_open(void)
{
	const struct sigaction action = { .sa_handler = on_alarm };
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	cpu_set_t cpus;

	if (kvm < 0)
		vc_die(VC_CANNOT, "cannot open /dev/kvm: %s", strerror(errno));
	if (ioctl(kvm, KVM_GET_API_VERSION, 0) != KVM_API_VERSION)
		vc_die(VC_CANNOT, "/dev/kvm is not KVM's, or of another version");
	sigaction(SIGPROF, &action, NULL);

	/* Of CPUs of more than one kind, old kernels make vCPUs on the same one only */
	CPU_ZERO(&cpus);
	CPU_SET(sched_getcpu(), &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	return kvm;
}

/**
 * kernel_release - the release of the running kernel
 * @release: where it goes
 * @len: how many bytes are there
 */
void kernel_release(char *release, size_t len)
{
	struct utsname name;

	uname(&name);
	snprintf(release, len, "%s", name.release);
}

static int create_vm(int kvm)
{
	int fd = ioctl(kvm, KVM_CREATE_VM, 0), bits;

	/* A CPU with less than the 40 bits that 0 stands for */
	if (fd < 0 && errno == EINVAL) {
		bits = ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_ARM_VM_IPA_SIZE);
		if (bits > 0)
			fd = ioctl(kvm, KVM_CREATE_VM, KVM_VM_TYPE_ARM_IPA_SIZE(bits));
	}
	if (fd < 0)
		vc_die(VC_CANNOT, "KVM_CREATE_VM: %s", strerror(errno));
	return fd;
}

static int device_type(enum model model)
{
	return model == GICV2 ? KVM_DEV_TYPE_ARM_VGIC_V2 : KVM_DEV_TYPE_ARM_VGIC_V3;
}

/**
 * kvm_offers - can a VM of this host have such a vGIC?
 * @kvm: from kvm_open()
 * @model: which
 *
 * Return: whether it can
 */
bool kvm_offers(int kvm, enum model model)
{
	struct kvm_create_device dev = {
		.type	= device_type(model),
		.flags	= KVM_CREATE_DEVICE_TEST,
	};
	int fd = create_vm(kvm);
	bool offers = !ioctl(fd, KVM_CREATE_DEVICE, &dev);

	close(fd);
	return offers;
}

static int device_attr(struct vm *vm, unsigned long request, uint32_t group, uint64_t attr,
		       void *val)
{
	struct kvm_device_attr a = {
		.group	= group,
		.attr	= attr,
		.addr	= (uint64_t)(uintptr_t)val,
	};

	return ioctl(vm->gic, request, &a) ? -errno : 0;
}

static void set_device_attr(struct vm *vm, uint32_t group, uint64_t attr, void *val,
			    const char *what)
{
	int err = device_attr(vm, KVM_SET_DEVICE_ATTR, group, attr, val);

	if (err)
		vc_die(VC_CANNOT, "cannot set %s: %s", what, strerror(-err));
}

static uint64_t get_one_reg(int vcpu, uint64_t id)
{
	uint64_t val = 0;
	struct kvm_one_reg reg = { .id = id, .addr = (uint64_t)(uintptr_t)&val };

	IOCTL(vcpu, KVM_GET_ONE_REG, &reg);
	return val;
}

static void set_core_reg(int vcpu, size_t offset, uint64_t val)
{
	struct kvm_one_reg reg = {
		.id	= KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | offset / 4,
		.addr	= (uint64_t)(uintptr_t)&val,
	};

	IOCTL(vcpu, KVM_SET_ONE_REG, &reg);
}

static void create_vcpu(struct vm *vm, int i)
{
	struct vcpu *v = &vm->vcpus[i];
	struct kvm_vcpu_init init;
	uint64_t mpidr;

	v->fd = IOCTL(vm->fd, KVM_CREATE_VCPU, i);
	memset(&init, 0, sizeof(init));
	IOCTL(vm->fd, KVM_ARM_PREFERRED_TARGET, &init);
	IOCTL(v->fd, KVM_ARM_VCPU_INIT, &init);
	v->run = mmap(NULL, vm->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, v->fd, 0);
	if (v->run == MAP_FAILED)
		vc_die(VC_CANNOT, "cannot map a vCPU: %s", strerror(errno));

	mpidr = get_one_reg(v->fd, ARM64_SYS_REG(3, 0, 0, 0, 5));
	v->affinity = (mpidr & 0xffffff) | (mpidr >> 32 & 0xff) << 24;

	set_core_reg(v->fd, offsetof(struct kvm_regs, regs.regs[0]),
		     RAM_GPA + CODE_SIZE + (i + 1) * STACK_SIZE);
	set_core_reg(v->fd, offsetof(struct kvm_regs, regs.regs[1]), vm->model == GICV3);
	set_core_reg(v->fd, offsetof(struct kvm_regs, regs.pc), RAM_GPA);
}

static void create_gic(struct vm *vm)
{
	struct kvm_create_device dev = { .type = device_type(vm->model) };
	bool v3 = vm->model == GICV3;
	uint64_t gicd = GICD_GPA, other = v3 ? GICR_GPA : GICC_GPA;
	uint32_t irqs = vm->irqs;

	if (ioctl(vm->fd, KVM_CREATE_DEVICE, &dev))
		vc_die(VC_CANNOT, "this host offers no %s: %s", model_names[vm->model],
		       strerror(errno));
	vm->gic = dev.fd;
	set_device_attr(vm, KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &irqs, "the number of interrupts");
	set_device_attr(vm, KVM_DEV_ARM_VGIC_GRP_ADDR, v3 ? KVM_VGIC_V3_ADDR_TYPE_DIST :
			KVM_VGIC_V2_ADDR_TYPE_DIST, &gicd, "the distributor's address");
	set_device_attr(vm, KVM_DEV_ARM_VGIC_GRP_ADDR, v3 ? KVM_VGIC_V3_ADDR_TYPE_REDIST :
			KVM_VGIC_V2_ADDR_TYPE_CPU, &other, "the vCPUs' address");
	set_device_attr(vm, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL,
			"the vGIC up");
}

/**
 * vm_create - create a VM with a vGIC that is initialized
 * @vm: what is filled in; to be freed with vm_free()
 * @kvm: from kvm_open()
 * @model: of the vGIC
 * @vcpus: how many vCPUs, 1 to max_vcpus()
 * @irqs: how many interrupts, MIN_IRQS to MAX_IRQS in steps of 32
 *
 * Ends the program if this host cannot.
 */
void vm_create(struct vm *vm, int kvm, enum model model, int vcpus, unsigned int irqs)
{
	struct kvm_userspace_memory_region ram = { .guest_phys_addr = RAM_GPA };
	size_t page = sysconf(_SC_PAGESIZE);

	memset(vm, 0, sizeof(*vm));
	vm->model = model;
	vm->nr_vcpus = vcpus;
	vm->irqs = irqs;
	vm->vcpus = calloc(vcpus, sizeof(*vm->vcpus));
	vm->ram_size = (CODE_SIZE + vcpus * STACK_SIZE + page - 1) / page * page;
	vm->ram = mmap(NULL, vm->ram_size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (!vm->vcpus || vm->ram == MAP_FAILED)
		vc_die(VC_CANNOT, "out of memory");
	/* cppcheck-suppress comparePointers; both are labels in guest-image.S */
	memcpy(vm->ram, guest_image, guest_image_end - guest_image);

	vm->fd = create_vm(kvm);
	ram.memory_size = vm->ram_size;
	ram.userspace_addr = (uint64_t)(uintptr_t)vm->ram;
	IOCTL(vm->fd, KVM_SET_USER_MEMORY_REGION, &ram);
	vm->run_size = IOCTL(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	for (int i = 0; i < vcpus; i++)
		create_vcpu(vm, i);
	create_gic(vm);
}

/**
 * vm_free - destroy a VM
 * @vm: the VM
 */
void vm_free(struct vm *vm)
{
	for (int i = 0; i < vm->nr_vcpus; i++) {
		munmap(vm->vcpus[i].run, vm->run_size);
		close(vm->vcpus[i].fd);
	}
	close(vm->gic);
	close(vm->fd);
	munmap(vm->ram, vm->ram_size);
	free(vm->vcpus);
}

static const struct reg iidr_reg = { .kind = REG_DIST, .offset = GICD_IIDR };

/**
 * vm_has_access - can userspace read and write the registers of this vGIC?
 * @vm: the VM
 *
 * Return: whether it can; up to Linux 4.9 those of a GICv3 are not there
 */
bool vm_has_access(struct vm *vm)
{
	uint64_t iidr;

	return vm_get(vm, &iidr_reg, &iidr) != -ENXIO;
}

static uint32_t get_iidr(struct vm *vm)
{
	uint64_t iidr;
	int err = vm_get(vm, &iidr_reg, &iidr);

	if (err == -ENXIO)
		vc_die(VC_CANNOT, "this kernel lets userspace access no register of a %s, %s",
		       model_names[vm->model], "so no VM with one can be saved or restored");
	if (err)
		vc_die(VC_CANNOT, "cannot read GICD_IIDR: %s", strerror(-err));
	return iidr;
}

/**
 * vm_revision - the revision that the guest reads
 * @vm: the VM
 *
 * Return: the revision, 0 to 15
 */
unsigned int vm_revision(struct vm *vm)
{
	return (get_iidr(vm) & IIDR_REV_MASK) >> IIDR_REV_SHIFT;
}

/**
 * vm_choose_by_iidr - ask for a revision by GICD_IIDR, and read it back
 * @vm: the VM
 * @rev: the revision, 0 to 15
 *
 * Return: TAKEN, REFUSED or IGNORED
 */
enum choice vm_choose_by_iidr(struct vm *vm, unsigned int rev)
{
	uint32_t iidr;

	vm->refusal = ENXIO;
	if (!vm_has_access(vm))
		return REFUSED;
	iidr = (get_iidr(vm) & ~IIDR_REV_MASK) | rev << IIDR_REV_SHIFT;
	vm->refusal = -vm_set(vm, &iidr_reg, GICD_IIDR, iidr);
	if (vm->refusal)
		return REFUSED;
	return get_iidr(vm) == iidr ? TAKEN : IGNORED;
}

/*
 * On another kernel the numbers of the attributes may mean something else. Before
 * anything is written to them, they have to agree with GICD_IIDR.
 */
static bool has_revision_attr(struct vm *vm)
{
	const uint32_t group = KVM_DEV_ARM_VGIC_GRP_REVISION;
	/* In these bytes the kernel writes 32 and 64 bits, least significant first */
	uint64_t current = 0, supported = 0;

	return !device_attr(vm, KVM_HAS_DEVICE_ATTR, group,
			    KVM_DEV_ARM_VGIC_REVISION_CURRENT, NULL) &&
	       !device_attr(vm, KVM_HAS_DEVICE_ATTR, group,
			    KVM_DEV_ARM_VGIC_REVISION_SUPPORTED, NULL) &&
	       !device_attr(vm, KVM_GET_DEVICE_ATTR, group,
			    KVM_DEV_ARM_VGIC_REVISION_CURRENT, &current) &&
	       !device_attr(vm, KVM_GET_DEVICE_ATTR, group,
			    KVM_DEV_ARM_VGIC_REVISION_SUPPORTED, &supported) &&
	       current == vm_revision(vm) && supported >> current & 1;
}

/**
 * vm_choose_by_attr - ask for a revision by the attribute
 * @vm: the VM
 * @rev: the revision
 *
 * Return: TAKEN, REFUSED, IGNORED, or ABSENT if this kernel has no such attribute
 */
enum choice vm_choose_by_attr(struct vm *vm, unsigned int rev)
{
	uint32_t val = rev;

	if (!has_revision_attr(vm))
		return ABSENT;
	vm->refusal = -device_attr(vm, KVM_SET_DEVICE_ATTR, KVM_DEV_ARM_VGIC_GRP_REVISION,
				   KVM_DEV_ARM_VGIC_REVISION_CURRENT, &val);
	if (vm->refusal)
		return REFUSED;
	return vm_revision(vm) == rev ? TAKEN : IGNORED;
}

/**
 * vm_choose - ask for a revision as a VMM does: by the attribute, or else by
 *             GICD_IIDR
 * @vm: the VM, of which no vCPU has run
 * @rev: the revision, 0 to 15
 *
 * Return: TAKEN, REFUSED or IGNORED
 */
enum choice vm_choose(struct vm *vm, unsigned int rev)
{
	enum choice choice = vm_choose_by_attr(vm, rev);

	return choice == ABSENT ? vm_choose_by_iidr(vm, rev) : choice;
}

/**
 * vm_refusal - say why the last revision was refused
 * @vm: the VM
 *
 * Return: the reason
 */
const char *vm_refusal(const struct vm *vm)
{
	if (vm->refusal == EBUSY)
		return "a vCPU runs, or has run and one of the two revisions is below 2";
	return strerror(vm->refusal);
}

static uint32_t reg_group(enum reg_kind kind)
{
	switch (kind) {
	case REG_REDIST:
		return KVM_DEV_ARM_VGIC_GRP_REDIST_REGS;
	case REG_CPU:
		return KVM_DEV_ARM_VGIC_GRP_CPU_REGS;
	case REG_SYSREG:
		return KVM_DEV_ARM_VGIC_GRP_CPU_SYSREGS;
	case REG_LEVEL:
		return KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO;
	default:
		return KVM_DEV_ARM_VGIC_GRP_DIST_REGS;
	}
}

static int access_reg(struct vm *vm, unsigned long request, const struct reg *reg,
		      uint32_t offset, void *val)
{
	uint64_t id = vm->model == GICV3 ? vm->vcpus[reg->vcpu].affinity : (uint64_t)reg->vcpu;

	/* VGIC_LEVEL_INFO_LINE_LEVEL is 0, above the interrupt */
	return device_attr(vm, request, reg_group(reg->kind), id << 32 | offset, val);
}

/**
 * vm_get - userspace's read of a register
 * @vm: the VM
 * @reg: which, of which vCPU
 * @val: where the value goes
 *
 * Return: 0 or a negative errno
 */
int vm_get(struct vm *vm, const struct reg *reg, uint64_t *val)
{
	uint32_t val32 = 0;
	int err;

	if (reg->kind == REG_SYSREG)
		return access_reg(vm, KVM_GET_DEVICE_ATTR, reg, reg->offset, val);
	err = access_reg(vm, KVM_GET_DEVICE_ATTR, reg, reg->offset, &val32);
	*val = val32;
	return err;
}

/**
 * vm_set - userspace's write of a register
 * @vm: the VM
 * @reg: which kind, of which vCPU
 * @offset: of the register itself, or of the one that clears its bits
 * @val: the value
 *
 * Return: 0 or a negative errno
 */
int vm_set(struct vm *vm, const struct reg *reg, uint32_t offset, uint64_t val)
{
	uint32_t val32 = val;

	return access_reg(vm, KVM_SET_DEVICE_ATTR, reg, offset,
			  reg->kind == REG_SYSREG ? (void *)&val : (void *)&val32);
}

/**
 * vm_set_line - raise or lower the line of a device
 * @vm: the VM
 * @vcpu: of which vCPU if it is a PPI
 * @intid: the interrupt, a PPI or SPI
 * @high: which of it
 */
void vm_set_line(struct vm *vm, int vcpu, unsigned int intid, bool high)
{
	struct kvm_irq_level line = { .level = high };

	if (intid >= NR_PRIVATE)
		line.irq = KVM_ARM_IRQ_TYPE_SPI << KVM_ARM_IRQ_TYPE_SHIFT | intid;
	else
		line.irq = (uint32_t)(vcpu >> 8) << KVM_ARM_IRQ_VCPU2_SHIFT |
			   KVM_ARM_IRQ_TYPE_PPI << KVM_ARM_IRQ_TYPE_SHIFT |
			   (vcpu & 0xff) << KVM_ARM_IRQ_VCPU_SHIFT | intid;
	IOCTL(vm->fd, KVM_IRQ_LINE, &line);
}

/* A device lowers its line once it is served */
static void lower_line(struct vm *vm, int vcpu, unsigned int intid)
{
	for (size_t i = 0; i < vm->state->nr_lines; i++) {
		const struct line *line = &vm->state->lines[i];

		if (line->intid == intid && (intid >= NR_PRIVATE || line->vcpu == vcpu))
			vm_set_line(vm, line->vcpu, intid, false);
	}
}

static void note_arrival(struct vm *vm, int vcpu, uint64_t val)
{
	struct arrival a = {
		vm->phase, vcpu, (uint32_t)val, val & TOOK_FIQ, !!(val & TOOK_GROUP_1), 1,
	};

	lower_line(vm, vcpu, a.intid);
	for (size_t i = 0; i < vm->state->nr_arrivals; i++) {
		struct arrival *b = &vm->state->arrivals[i];

		if (b->phase == a.phase && b->vcpu == a.vcpu && b->intid == a.intid &&
		    b->fiq == a.fiq && b->group == a.group) {
			if (++b->count > 1000)
				guest_failed(vm, "interrupt %u arrives for ever", a.intid);
			return;
		}
	}
	state_add_arrival(vm->state, &a);
}

/**
 * vm_call - let the guest do something
 * @vm: the VM; what arrives meanwhile goes to its state
 * @vcpu: on which vCPU
 * @op: what, see guest.h
 * @a: with what
 * @b: with what
 * @c: with what
 *
 * Return: what came of it. Ends the program if the guest dies, or hangs.
 */
uint64_t vm_call(struct vm *vm, int vcpu, uint64_t op, uint64_t a, uint64_t b, uint64_t c)
{
	const uint64_t words[] = { op, a, b, c };
	struct vcpu *v = &vm->vcpus[vcpu];
	struct kvm_run *run = v->run;
	uint64_t at, val;

	for (;;) {
		set_patience(PATIENCE);
		run_vcpu(vm, vcpu);
		set_patience(0);
		at = run->mmio.phys_addr - TALK_GPA;
		if (run->exit_reason != KVM_EXIT_MMIO || at > TALK_DIED)
			guest_failed(vm, "the guest ended on vCPU %d, exit reason %u", vcpu,
				     run->exit_reason);
		memcpy(&val, run->mmio.data, sizeof(val));
		if (!run->mmio.is_write && at < sizeof(words))
			memcpy(run->mmio.data, &words[at / 8], sizeof(val));
		else if (at == TALK_RESULT)
			return val;
		else if (at == TALK_TOOK)
			note_arrival(vm, vcpu, val);
		else
			guest_failed(vm, "the guest died of an exception on vCPU %d, ESR 0x%llx",
				     vcpu, (unsigned long long)val);
	}
}

/* Where the guest has a register; each vCPU uses its own redistributor */
static uint64_t guest_address(const struct reg *reg, uint32_t offset)
{
	switch (reg->kind) {
	case REG_REDIST:
		return GICR_GPA + reg->vcpu * 0x20000ULL + offset;
	case REG_CPU:
		return GICC_GPA + offset;
	default:
		return GICD_GPA + offset;
	}
}

/**
 * vm_guest_read - the guest's read of a register
 * @vm: the VM
 * @reg: which, of which vCPU, which reads it itself
 *
 * Return: the value
 */
uint64_t vm_guest_read(struct vm *vm, const struct reg *reg)
{
	if (reg->kind == REG_SYSREG)
		return vm_call(vm, reg->vcpu, OP_SYSREG, reg->offset, 0, 0);
	return vm_call(vm, reg->vcpu, OP_READ, guest_address(reg, reg->offset),
		       reg->wide ? 8 : 4, 0);
}

/**
 * vm_guest_write - the guest's write of a register
 * @vm: the VM
 * @reg: which kind, of which vCPU
 * @offset: of the register itself, or of the one that clears its bits
 * @val: the value, 32 bits
 */
void vm_guest_write(struct vm *vm, const struct reg *reg, uint32_t offset, uint64_t val)
{
	vm_call(vm, reg->vcpu, OP_WRITE, guest_address(reg, offset), 4, val);
}
