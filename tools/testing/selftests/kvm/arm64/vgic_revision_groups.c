// SPDX-License-Identifier: GPL-2.0-only
/*
 * vgic_revision_groups - The interrupt group registers at each vGIC revision
 *
 * For a GICv2 and a GICv3, for a VM that chooses no revision and for each of
 * rows[], chosen before and after init, the guest and userspace both read and
 * write the group registers of SGIs, PPIs and SPIs, on two vCPUs:
 *
 *  - From revision 2 on, a write takes effect. On GICv2, that of userspace does
 *    only if it has chosen a revision.
 *
 *  - Below it, a write changes nothing, and succeeds: a VMM that writes its own
 *    reset values must not fail, and its guest must not lose its interrupts.
 *
 *  - Below it, what was set before must not stay in force. The registers need not
 *    show that, so the test goes back to revision 3: every group is that of the
 *    model, on GICv3 also of a vCPU and SPIs that are created after the choice.
 *
 *  - Interrupts that userspace has made pending or active stay so, and
 *    GICR_CTLR.{IR,CES} are set from revision 3 on.
 */
#include <errno.h>
#include <linux/sizes.h>

#include "kvm_util.h"
#include "processor.h"
#include "gic.h"
#include "gic_v3.h"

#define NR_IRQS		96
#define LATEST_REV	3
#define NONE		-1
#define GIC_TYPE	(v3 ? KVM_DEV_TYPE_ARM_VGIC_V3 : KVM_DEV_TYPE_ARM_VGIC_V2)

/* What is written to the group registers: by userspace before and after the choice, by the guest */
#define BEFORE		0x0f0f0f0f
#define USER		0x3c3c3c3c
#define GUEST		0xa5a5a5a5

/* Interrupts that are pending and active: PPIs that no device has, and SPIs */
#define BUSY		GENMASK(22, 16)

static const struct row {
	const char	*name;
	int		rev;
	bool		writable;	/* by the guest, and by the userspace of a GICv3 */
	bool		v2_opt_in;	/* by the userspace of a GICv2 */
	u32		v2_reads;	/* a GICv2, if no write had an effect */
	u32		gicr_ctlr;
} rows[] = {
	{ "no revision", NONE, true,  false, 0, GICR_CTLR_IR | GICR_CTLR_CES },
	{ "revision 0",	 0,    false, false, 0, 0 },
	{ "revision 1",	 1,    false, false, 0, 0 },
	{ "revision 2",	 2,    true,  true,  0, 0 },
	{ "revision 3",	 3,    true,  true,  0, GICR_CTLR_IR | GICR_CTLR_CES },
};

/* IGROUPRn, and the vCPU that accesses it; n is 0 for SGIs and PPIs */
static const struct {
	int	vcpu;
	int	n;
} regs[] = { { 0, 0 }, { 1, 0 }, { 0, 1 }, { 1, 2 } };

#define NR_REGS		ARRAY_SIZE(regs)

static struct kvm_vcpu *vcpus[2];
static struct kvm_vm *vm;
static int gic_fd;

/* Shared with the guest */
static u32 guest_read[NR_REGS], guest_reread[NR_REGS], guest_ctlr;
static int v3;

static void *guest_addr(int i)
{
	if (v3 && !regs[i].n)
		return (void *)(GICR_BASE_GPA + regs[i].vcpu * SZ_128K + SZ_64K + GICR_IGROUPR0);

	return (void *)(GICD_BASE_GPA + GICD_IGROUPR + 4 * regs[i].n);
}

static void guest_code(void)
{
	for (int i = 0; i < NR_REGS; i++) {
		if (regs[i].vcpu != guest_get_vcpuid())
			continue;
		guest_read[i] = readl(guest_addr(i));
		writel(GUEST, guest_addr(i));
		guest_reread[i] = readl(guest_addr(i));
	}
	if (v3)
		guest_ctlr = readl(GICR_BASE_GVA + GICR_CTLR);
	GUEST_DONE();
}

typedef int (*access_fn)(int fd, u32 group, u64 attr, void *val);

static int access_reg(access_fn fn, u32 offset, int vcpu, int n, u32 *val)
{
	/* A GICv3 has those of SGIs and PPIs in the second frame of a redistributor */
	bool redist = v3 && !n && offset != GICD_IIDR;
	u32 group = redist ? KVM_DEV_ARM_VGIC_GRP_REDIST_REGS : KVM_DEV_ARM_VGIC_GRP_DIST_REGS;

	return fn(gic_fd, group, (u64)vcpu << 32 | ((redist ? SZ_64K : 0) + offset + 4 * n), val);
}

static u32 get_reg(u32 offset, int vcpu, int n)
{
	u32 val;

	TEST_ASSERT_EQ(access_reg(__kvm_device_attr_get, offset, vcpu, n, &val), 0);
	return val;
}

/* An ignored write succeeds as well */
static void set_reg(u32 offset, int vcpu, int n, u32 val)
{
	TEST_ASSERT_EQ(access_reg(__kvm_device_attr_set, offset, vcpu, n, &val), 0);
}

static void set_all(u32 offset, u32 val)
{
	for (int i = 0; i < NR_REGS; i++)
		set_reg(offset, regs[i].vcpu, regs[i].n, val);
}

static bool all_equal(const char *who, const u32 *vals, u32 want)
{
	bool ok = true;

	for (int i = 0; i < NR_REGS; i++) {
		if (vals[i] != want)
			ksft_print_msg("%s reads %08x from regs[%d], expected %08x\n", who, vals[i],
				       i, want);
		ok &= vals[i] == want;
	}
	return ok;
}

static bool all_are(u32 offset, u32 want)
{
	u32 vals[NR_REGS];

	for (int i = 0; i < NR_REGS; i++)
		vals[i] = get_reg(offset, regs[i].vcpu, regs[i].n);
	return all_equal("userspace", vals, want);
}

/* GICD_IGROUPR0 of a GICv3, and the register behind the last SPI, are RAZ */
static bool others_are_zero(void)
{
	u32 raz = 0;

	if (v3)
		kvm_device_attr_get(gic_fd, KVM_DEV_ARM_VGIC_GRP_DIST_REGS, GICD_IGROUPR, &raz);
	return !raz && !get_reg(GICD_IGROUPR, 0, NR_IRQS / 32);
}

static int try_choose(int rev)
{
	u32 iidr = get_reg(GICD_IIDR, 0, 0) & ~GICD_IIDR_REVISION_MASK;

	iidr |= rev << GICD_IIDR_REVISION_SHIFT;
	return access_reg(__kvm_device_attr_set, GICD_IIDR, 0, 0, &iidr);
}

static void choose(int rev)
{
	TEST_ASSERT_EQ(try_choose(rev), 0);
}

static void init(void)
{
	kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
}

static void create_vm(int nr_vcpus)
{
	u64 dist = GICD_BASE_GPA, cpu = GICR_BASE_GPA;
	u32 nr_irqs = NR_IRQS;

	vm = vm_create_with_vcpus(nr_vcpus, guest_code, vcpus);
	sync_global_to_guest(vm, v3);
	gic_fd = kvm_create_device(vm, GIC_TYPE);
	kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &nr_irqs);
	kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_ADDR,
			    v3 ? KVM_VGIC_V3_ADDR_TYPE_DIST : KVM_VGIC_V2_ADDR_TYPE_DIST, &dist);
	kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_ADDR,
			    v3 ? KVM_VGIC_V3_ADDR_TYPE_REDIST : KVM_VGIC_V2_ADDR_TYPE_CPU, &cpu);
	virt_map(vm, GICD_BASE_GPA, GICD_BASE_GPA,
		 vm_calc_num_guest_pages(vm->mode, KVM_VGIC_V3_DIST_SIZE));
	virt_map(vm, GICR_BASE_GPA, GICR_BASE_GPA,
		 vm_calc_num_guest_pages(vm->mode, 2 * KVM_VGIC_V3_REDIST_SIZE));
}

static void run_guest(void)
{
	for (int i = 0; i < ARRAY_SIZE(vcpus); i++)
		vcpu_run(vcpus[i]);
	sync_global_from_guest(vm, guest_read);
	sync_global_from_guest(vm, guest_reread);
	sync_global_from_guest(vm, guest_ctlr);
}

static void result(bool ok, const struct row *row, bool after_init, const char *what)
{
	ksft_test_result(ok, "GICv%d, %s chosen %s init: %s\n", 2 + v3, row->name,
			 after_init ? "after" : "before", what);
}

static void test_row(const struct row *row, bool after_init)
{
	bool user_writable = v3 ? row->writable : row->v2_opt_in;
	u32 fixed = v3 ? GENMASK(31, 0) : 0, want = v3 ? fixed : row->v2_reads;
	u32 ctlr = 0;
	bool ok;

	create_vm(after_init ? 2 : 1);
	if (after_init) {
		init();
		if (row->rev != NONE)
			choose(LATEST_REV);
		set_all(GICD_IGROUPR, BEFORE);
		set_all(GICD_ISPENDR, BUSY);
		set_all(GICD_ISACTIVER, BUSY);
		if (user_writable)
			want = BEFORE;
	}
	if (row->rev != NONE)
		choose(row->rev);
	if (!after_init) {
		vcpus[1] = vm_vcpu_add(vm, 1, guest_code);
		init();
	}

	ok = all_are(GICD_IGROUPR, want) && others_are_zero();
	result(ok, row, after_init, "userspace reads the groups");
	if (user_writable)
		want = USER;
	set_all(GICD_IGROUPR, USER);
	result(all_are(GICD_IGROUPR, want), row, after_init, "userspace writes the groups");

	if (row->rev != NONE)
		choose(LATEST_REV);
	ok = all_are(GICD_IGROUPR, row->writable ? want : fixed);
	result(ok, row, after_init, "revision 3 shows the groups in force");
	if (row->rev != NONE)
		choose(row->rev);
	ok = all_are(GICD_ISPENDR, after_init ? BUSY : 0);
	ok &= all_are(GICD_ISACTIVER, after_init ? BUSY : 0);
	result(ok, row, after_init, "pending and active interrupts stay");

	run_guest();
	ok = all_equal("the guest", guest_read, want);
	result(ok, row, after_init, "the guest reads the groups");
	if (v3) {
		kvm_device_attr_get(gic_fd, KVM_DEV_ARM_VGIC_GRP_REDIST_REGS, GICR_CTLR, &ctlr);
		ok = ctlr == row->gicr_ctlr && guest_ctlr == ctlr;
		result(ok, row, after_init, "GICR_CTLR");
	}
	if (row->writable)
		want = GUEST;
	ok = all_equal("the guest", guest_reread, want);
	/* From 2 to 3, and from 3 to 2. A refused change keeps the groups and the opt-in, too. */
	if (row->rev >= 2)
		choose(2 + 3 - row->rev);
	ok &= try_choose(row->writable ? 1 : 2) && errno == EBUSY && all_are(GICD_IGROUPR, want);
	result(ok, row, after_init, "the guest writes the groups");
	set_all(GICD_IGROUPR, USER);
	ok = all_are(GICD_IGROUPR, user_writable ? USER : want);
	result(ok, row, after_init, "userspace writes the groups, after a run");
	close(gic_fd);
	kvm_vm_free(vm);
}

int main(void)
{
	/* A GICv2 is initialized by the choice, and has no GICR_CTLR */
	int plan[] = { 7 * ARRAY_SIZE(rows), 2 * 8 * ARRAY_SIZE(rows) };

	test_disable_default_vgic();
	ksft_print_header();
	vm = vm_create_barebones();
	for (v3 = 0; v3 <= 1; v3++)
		if (__kvm_test_create_device(vm, GIC_TYPE))
			plan[v3] = 0;
	kvm_vm_free(vm);
	ksft_set_plan((plan[0] ?: 1) + (plan[1] ?: 1));

	for (v3 = 0; v3 <= 1; v3++) {
		if (!plan[v3]) {
			ksft_test_result_skip("GICv%d: this host cannot emulate it\n", 2 + v3);
			continue;
		}
		for (int i = 0; i < ARRAY_SIZE(rows); i++)
			for (int after_init = !v3; after_init <= 1; after_init++)
				test_row(&rows[i], after_init);
	}
	ksft_finished();
}
