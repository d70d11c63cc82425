// SPDX-License-Identifier: GPL-2.0-only
/*
 * vgic_revision_scope - What a vGIC implementation revision does not select
 *
 * A revision selects the interrupt group registers and GICR_CTLR.{IR,CES}, and
 * nothing else. Everything else has to be the same at each revision, chosen in
 * either way:
 *
 *  - In a new VM userspace reads the same in the distributor, the redistributors
 *    and the CPU interface of a GICv2, and where it cannot read it gets the same
 *    error. The guest reads the same in the first 4 KiB of the distributor. The
 *    same device attributes exist.
 *
 *  - A group register takes accesses of 32 bits. Narrower and wider ones read as
 *    zero and write nothing. So do registers beyond the last interrupt, and
 *    GICD_IGROUPR0 of a GICv3: not even revision 0 reads ones there.
 *
 *  - Moving from any revision to any other, before the first run, keeps what
 *    userspace has restored of an interrupt: whether it is enabled, pending,
 *    active and edge-triggered, and its priority and target.
 *
 *  - A VM whose vGIC was initialized without vCPUs takes each revision.
 *
 * And where nobody chooses a revision nothing changes:
 *
 *  - A GICv2 that KVM_CREATE_IRQCHIP created has the latest revision, and groups
 *    that its guest can write.
 *
 *  - A GICv5 has no revision: its device refuses the attributes with ENXIO.
 */
#include <errno.h>

#include "kvm_util.h"
#include "processor.h"
#include "test_util.h"
#include "vgic_vm.h"

#define NR_VCPUS	2
/* GICD_IGROUPR3 is the first without an interrupt */
#define NR_IRQS		96

static struct vgic_vm *create_vm(u32 type, u32 rev)
{
	struct vgic_vm *v = vgic_vm_setup(type, NR_VCPUS, NR_IRQS);

	TEST_ASSERT(!vgic_vm_choose(v, rev % VGIC_VM_NR_WAYS, rev), "Cannot choose revision %u",
		    rev);
	return v;
}

/* The registers of all groups of attributes, and how many bytes of them there are */
static const struct frame {
	const char	*name;
	u32		type;
	u32		group;
	u32		size;
} frames[] = {
	{ "distributor",	 KVM_DEV_TYPE_ARM_VGIC_V2, KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
	  KVM_VGIC_V2_DIST_SIZE },
	{ "CPU interface",	 KVM_DEV_TYPE_ARM_VGIC_V2, KVM_DEV_ARM_VGIC_GRP_CPU_REGS,
	  KVM_VGIC_V2_CPU_SIZE },
	{ "distributor",	 KVM_DEV_TYPE_ARM_VGIC_V3, KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
	  KVM_VGIC_V3_DIST_SIZE },
	{ "redistributor",	 KVM_DEV_TYPE_ARM_VGIC_V3, KVM_DEV_ARM_VGIC_GRP_REDIST_REGS,
	  KVM_VGIC_V3_REDIST_SIZE },
};

/* One that a revision does select */
static bool is_selected(const struct frame *f, u32 offset)
{
	if (f->group == KVM_DEV_ARM_VGIC_GRP_DIST_REGS)
		return offset == GICD_IIDR ||
		       (offset >= GICD_IGROUPR && offset < GICD_IGROUPR + NR_IRQS / 8);
	if (f->group == KVM_DEV_ARM_VGIC_GRP_REDIST_REGS)
		return offset == GICR_CTLR || offset == SZ_64K + GICR_IGROUPR0;
	return false;
}

static u64 guest_read_all(u64 gpa, u64 size, u64 buf)
{
	for (u32 i = 0; i < size; i += 4)
		((u32 *)buf)[i / 4] = readl((void *)(gpa + i));
	return 0;
}

/* Enough for GICD_IDREGS of a GICv2; those of a GICv3 userspace reads, too */
#define GUEST_SIZE	SZ_4K

struct snapshot {
	u32	guest[GUEST_SIZE / 4];
	u32	user[KVM_VGIC_V3_REDIST_SIZE / 4];
	int	err[KVM_VGIC_V3_REDIST_SIZE / 4];
};

/* A VM for which nobody has chosen a revision */
#define NO_CHOICE	VGIC_VM_NR_REVS

/* What userspace, and of the distributor the guest, read in a VM at revision @rev */
static void read_frame(struct snapshot *s, const struct frame *f, u32 rev)
{
	struct vgic_vm *v = rev == NO_CHOICE ? vgic_vm_setup(f->type, NR_VCPUS, NR_IRQS) :
					       create_vm(f->type, rev);
	gva_t buf = vm_alloc_page(v->vm);

	for (u32 i = 0; i < f->size; i += 4)
		s->err[i / 4] = __kvm_device_attr_get(v->gic_fd, f->group,
						      vgic_vm_vcpu_attr(v, 1, i),
						      &s->user[i / 4]) ? errno : 0;
	if (f->group == KVM_DEV_ARM_VGIC_GRP_DIST_REGS) {
		vgic_vm_guest_call(v, 1, guest_read_all, GICD_BASE_GPA, GUEST_SIZE, buf);
		memcpy(s->guest, addr_gva2hva(v->vm, buf), sizeof(s->guest));
	}
	vgic_vm_free(v);
}

static bool same_frame(const struct frame *f, u32 rev)
{
	static struct snapshot latest, other;
	int bad = 0;

	memset(&latest, 0, sizeof(latest));
	memset(&other, 0, sizeof(other));
	read_frame(&latest, f, NO_CHOICE);
	read_frame(&other, f, rev);
	for (u32 i = 0; i < f->size / 4; i++) {
		if (is_selected(f, 4 * i))
			continue;
		if (other.user[i] == latest.user[i] && other.err[i] == latest.err[i] &&
		    (i >= GUEST_SIZE / 4 || other.guest[i] == latest.guest[i]))
			continue;
		if (!bad++)
			ksft_print_msg("%#x reads %08x, guest %08x; at revision %u %08x, %08x\n",
				       4 * i, latest.user[i], latest.guest[i], rev, other.user[i],
				       other.guest[i]);
	}
	return !bad;
}

static bool same_attributes(u32 type, u32 rev)
{
	struct vgic_vm *latest = vgic_vm_setup(type, NR_VCPUS, NR_IRQS), *v = create_vm(type, rev);
	bool ok = true;

	for (u32 group = 0; group < 16; group++)
		for (u64 attr = 0; attr < 16; attr++)
			ok &= !__kvm_has_device_attr(latest->gic_fd, group, attr) ==
			      !__kvm_has_device_attr(v->gic_fd, group, attr);
	vgic_vm_free(latest);
	vgic_vm_free(v);
	return ok;
}

static u64 guest_read_width(u64 gpa, u64 len, u64 unused)
{
	u64 val;

	if (len == 1)
		asm volatile("ldrb %w0, [%1]" : "=r" (val) : "r" (gpa));
	else if (len == 2)
		asm volatile("ldrh %w0, [%1]" : "=r" (val) : "r" (gpa));
	else
		val = readq((void *)gpa);
	return val;
}

static u64 guest_write_width(u64 gpa, u64 len, u64 val)
{
	if (len == 1)
		asm volatile("strb %w0, [%1]" : : "r" (val), "r" (gpa) : "memory");
	else if (len == 2)
		asm volatile("strh %w0, [%1]" : : "r" (val), "r" (gpa) : "memory");
	else
		writeq(val, (void *)gpa);
	return 0;
}

static bool widths_are_refused(u32 type, u32 rev)
{
	static const int widths[] = { 1, 2, 8 };
	struct vgic_vm *v = create_vm(type, rev);
	u32 fixed = vgic_vm_fixed_group(type) ? ~0U : 0;
	bool ok = true;

	for (int n = 0; n < NR_IRQS / 32; n++)
		for (int vcpu = 0; vcpu < NR_VCPUS; vcpu++) {
			u32 offset = GICD_IGROUPR + 4 * n;

			for (int i = 0; i < ARRAY_SIZE(widths); i++) {
				/* Aligned, so that 8 bytes may begin in the word before */
				u64 gpa = vgic_vm_gpa(v, vcpu, offset) & ~(widths[i] - 1ULL);

				ok &= !vgic_vm_guest_call(v, vcpu, guest_read_width, gpa,
							  widths[i], 0);
				vgic_vm_guest_call(v, vcpu, guest_write_width, gpa, widths[i],
						   fixed ? 0 : ~0ULL);
			}
			ok &= vgic_vm_guest_get(v, vcpu, offset) ==
			      vgic_vm_groups_read_as(type, rev, fixed);
		}
	vgic_vm_free(v);
	return ok;
}

static u64 guest_write_and_read(u64 gpa, u64 val, u64 unused)
{
	writel(val, (void *)gpa);
	return readl((void *)gpa);
}

/* For the guest, and for userspace, whose write is not an error */
static bool is_raz_wi(struct vgic_vm *v, u32 offset)
{
	u64 attr = vgic_vm_vcpu_attr(v, 0, offset);
	u32 val = ~0U;
	bool ok;

	ok = !vgic_vm_guest_call(v, 0, guest_write_and_read, GICD_BASE_GPA + offset, val, 0);
	ok &= !__kvm_device_attr_set(v->gic_fd, KVM_DEV_ARM_VGIC_GRP_DIST_REGS, attr, &val);
	ok &= !__kvm_device_attr_get(v->gic_fd, KVM_DEV_ARM_VGIC_GRP_DIST_REGS, attr, &val);
	return ok && !val;
}

static bool nothing_beyond_the_end(u32 type, u32 rev)
{
	struct vgic_vm *v = create_vm(type, rev);
	bool ok = is_raz_wi(v, GICD_IGROUPR + NR_IRQS / 8) && is_raz_wi(v, GICD_IGROUPR + 0x7c);

	if (vgic_vm_is_v3(v))
		ok &= is_raz_wi(v, GICD_IGROUPR);
	vgic_vm_free(v);
	return ok;
}

/* What userspace restores, and for which bits of it; offsets of the first SPIs */
static const struct state {
	u32	offset;
	u32	val;
} states[] = {
	{ GICD_ISENABLER,	0xa5a5a5a5 },
	{ GICD_ISPENDR,		0x5a0ff05a },
	{ GICD_ISACTIVER,	0x0ff05aa5 },
	{ GICD_ICFGR,		0x8822aa00 },
	{ GICD_IPRIORITYR,	0x80604020 },
	{ GICD_ITARGETSR,	0x01020201 },
};

/* How many registers of it hold SGIs and PPIs, and the offset of its last one */
static int nr_private(u32 offset)
{
	return offset >= GICD_ICFGR ? 2 : offset >= GICD_IPRIORITYR ? 8 : 1;
}

static bool has_state(u32 type, int i, u32 offset)
{
	bool is_private = offset - states[i].offset < 4 * nr_private(states[i].offset);

	/* Read-only for private ones, and unused on GICv3, which has GICD_IROUTER */
	if (states[i].offset == GICD_ITARGETSR)
		return type == KVM_DEV_TYPE_ARM_VGIC_V2 && !is_private;
	return states[i].offset != GICD_ICFGR || !is_private;
}

/* Write what all interrupts have, or only look whether they have what was written */
static bool irq_state(struct vgic_vm *v, bool write, u32 (*saved)[NR_VCPUS][24])
{
	bool same = true;

	for (int i = 0; i < ARRAY_SIZE(states); i++)
		for (int vcpu = 0; vcpu < NR_VCPUS; vcpu++)
			for (int n = 0; n < nr_private(states[i].offset) * NR_IRQS / 32; n++) {
				u32 offset = states[i].offset + 4 * n, *val = &saved[i][vcpu][n];

				if (!has_state(v->type, i, offset))
					continue;
				if (write) {
					vgic_vm_set(v, vcpu, offset, states[i].val);
					*val = vgic_vm_get(v, vcpu, offset);
					/* Not just zeros that cannot change */
					same &= !!(*val & states[i].val);
				} else {
					same &= vgic_vm_get(v, vcpu, offset) == *val;
				}
			}
	return same;
}

static bool move_keeps_state(u32 type, u32 from, u32 to, enum vgic_vm_way way)
{
	u32 saved[ARRAY_SIZE(states)][NR_VCPUS][24];
	struct vgic_vm *v = create_vm(type, from);
	bool ok;

	vgic_vm_enable_dist(v);
	ok = irq_state(v, true, saved);
	for (u32 i = MIN_SPI; i < NR_IRQS && vgic_vm_is_v3(v); i++)
		vgic_vm_route_spi(v, i, i % NR_VCPUS);
	ok &= !vgic_vm_choose(v, way, to) && irq_state(v, false, saved);
	for (u32 i = MIN_SPI; i < NR_IRQS && vgic_vm_is_v3(v); i++)
		ok &= vgic_vm_get(v, 0, GICD_IROUTER + 8 * i) == i % NR_VCPUS;
	vgic_vm_free(v);
	return ok;
}

static void test_init_without_vcpus(u32 type)
{
	struct vgic_vm *v = vgic_vm_create(type, 1, NR_IRQS);
	bool ok = true, initialized = !vgic_vm_init(v);

	for (u32 rev = 0; rev < VGIC_VM_NR_REVS; rev++)
		ok &= !vgic_vm_choose(v, VGIC_VM_BY_ATTR, rev) && vgic_vm_current(v) == rev;
	vgic_vm_free(v);
	/* A host that allocates vPEs has none to allocate */
	if (ok && !initialized)
		ksft_test_result_skip("%s: choices after an init without vCPUs: it fails here\n",
				      vgic_vm_name(type));
	else
		ksft_test_result(ok, "%s: any revision can be chosen after an init without vCPUs\n",
				 vgic_vm_name(type));
}

static void guest_of_irqchip(void)
{
	GUEST_ASSERT_EQ(readl(GICD_BASE_GVA + GICD_IIDR), VGIC_VM_IIDR(VGIC_VM_LATEST));
	for (int n = 0; n < 2; n++) {
		GUEST_ASSERT_EQ(readl(GICD_BASE_GVA + GICD_IGROUPR + 4 * n), 0);
		writel(0xa5a5a5a5, GICD_BASE_GVA + GICD_IGROUPR + 4 * n);
		GUEST_ASSERT_EQ(readl(GICD_BASE_GVA + GICD_IGROUPR + 4 * n), 0xa5a5a5a5);
	}
	GUEST_DONE();
}

static bool irqchip_is_latest(void)
{
	struct kvm_arm_device_addr addrs[] = {
		{ KVM_VGIC_V2_ADDR_TYPE_DIST, GICD_BASE_GPA },
		{ KVM_VGIC_V2_ADDR_TYPE_CPU, GICC_BASE_GPA },
	};
	struct kvm_vcpu *vcpu;
	struct kvm_vm *vm = vm_create(1);
	struct ucall uc;
	bool ok;

	vm_ioctl(vm, KVM_CREATE_IRQCHIP, NULL);
	for (int i = 0; i < ARRAY_SIZE(addrs); i++)
		vm_ioctl(vm, KVM_ARM_SET_DEVICE_ADDR, &addrs[i]);
	virt_map(vm, GICD_BASE_GPA, GICD_BASE_GPA,
		 vm_calc_num_guest_pages(vm->mode, KVM_VGIC_V2_DIST_SIZE));
	vcpu = vm_vcpu_add(vm, 0, guest_of_irqchip);
	vcpu_run(vcpu);
	ok = get_ucall(vcpu, &uc) == UCALL_DONE;
	if (!ok)
		ksft_print_msg("%s\n", uc.buffer);
	kvm_vm_free(vm);
	return ok;
}

static bool kvm_supports_vgic_v5(void)
{
	struct kvm_vm *vm = vm_create_barebones();
	bool can = !__kvm_test_create_device(vm, KVM_DEV_TYPE_ARM_VGIC_V5);

	kvm_vm_free(vm);
	return can;
}

static void test_v5(void)
{
	const u32 group = KVM_DEV_ARM_VGIC_GRP_REVISION;
	struct kvm_vm *vm;
	bool ok = true;
	u64 val = 0;
	int fd;

	if (!kvm_supports_vgic_v5()) {
		ksft_test_result_skip("GICv5: this host cannot emulate it\n");
		return;
	}

	vm = vm_create_barebones();
	fd = kvm_create_device(vm, KVM_DEV_TYPE_ARM_VGIC_V5);
	for (u64 attr = 0; attr < 3; attr++) {
		ok &= __kvm_has_device_attr(fd, group, attr) && errno == ENXIO;
		ok &= __kvm_device_attr_get(fd, group, attr, &val) && errno == ENXIO;
		ok &= __kvm_device_attr_set(fd, group, attr, &val) && errno == ENXIO;
	}
	ksft_test_result(ok, "GICv5: it has no revision, ENXIO\n");
	close(fd);
	kvm_vm_free(vm);
}

/* Frames of this model, attributes, widths, the end; a move to each, in each way */
static int nr_results(u32 type)
{
	return VGIC_VM_NR_REVS * (2 + 3 + VGIC_VM_NR_REVS * VGIC_VM_NR_WAYS) + 2;
}

static void test_revision(u32 type, u32 rev)
{
	const char *name = vgic_vm_name(type);

	for (int i = 0; i < ARRAY_SIZE(frames); i++)
		if (frames[i].type == type)
			ksft_test_result(same_frame(&frames[i], rev),
					 "%s revision %u: all else in the %s is the same\n", name,
					 rev, frames[i].name);
	ksft_test_result(same_attributes(type, rev),
			 "%s revision %u: there are the same attributes\n", name, rev);
	ksft_test_result(widths_are_refused(type, rev),
			 "%s revision %u: group accesses of 1, 2 and 8 bytes are RAZ/WI\n",
			 name, rev);
	ksft_test_result(nothing_beyond_the_end(type, rev),
			 "%s revision %u: group registers without interrupts are RAZ/WI\n",
			 name, rev);
	for (u32 to = 0; to < VGIC_VM_NR_REVS; to++)
		for (int way = 0; way < VGIC_VM_NR_WAYS; way++)
			ksft_test_result(move_keeps_state(type, rev, to, way),
					 "%s revision %u to %u by %s: interrupts keep their state\n",
					 name, rev, to, vgic_vm_way_names[way]);
}

static void test_model(u32 type)
{
	for (u32 rev = 0; rev < VGIC_VM_NR_REVS; rev++)
		test_revision(type, rev);
	test_init_without_vcpus(type);
	if (type == KVM_DEV_TYPE_ARM_VGIC_V2)
		ksft_test_result(irqchip_is_latest(),
				 "GICv2: KVM_CREATE_IRQCHIP gives the latest revision\n");
	else
		test_v5();
}

int main(int argc, char *argv[])
{
	test_disable_default_vgic();
	ksft_print_header();
	if (!kvm_supports_vgic_v2() && !kvm_supports_vgic_v3() && kvm_supports_vgic_v5()) {
		ksft_set_plan(1);
		test_v5();
		ksft_finished();
	}
	vgic_vm_test_models(nr_results, test_model);
}
