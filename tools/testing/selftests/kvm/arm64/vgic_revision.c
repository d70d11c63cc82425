// SPDX-License-Identifier: GPL-2.0-only
/*
 * vgic_revision - What each vGIC implementation revision means
 *
 * A VMM chooses the revision of a VM's vGIC, by writing GICD_IIDR or with
 * KVM_DEV_ARM_VGIC_REVISION_CURRENT. The revision decides whether the interrupt
 * group registers can be written, and what a GICv3 redistributor says in
 * GICR_CTLR. revisions[] below is that contract. For each of its rows, chosen in
 * both ways and at each point in the life of a VM, the guest and userspace both
 * look at the registers of two vCPUs:
 *
 *  - GICD_IIDR and the attribute name the revision.
 *
 *  - The group registers of SGIs, PPIs and SPIs start with the group of the
 *    model: 0 on GICv2, 1 on GICv3. Writes, by the guest or by userspace, take
 *    effect from revision 2 on and are ignored without an error below: a VMM
 *    that writes its own reset values must not see one, and a guest that came
 *    from an old kernel must not lose its interrupts.
 *
 *  - A value that is refused leaves the revision and the groups alone.
 *
 *  - Moving below revision 2 leaves no group behind that was set earlier, since
 *    nobody could see or undo it there. Everything else about an interrupt,
 *    pending or active too, stays as it is.
 *
 *  - On GICv2, userspace can write groups only once it has chosen a revision
 *    that has writable ones. Older VMMs restore groups they never understood.
 *
 * Each model is tested on hosts that can emulate it, and skipped on others.
 * Revision 0 is skipped on kernels that do not offer it.
 */
#include <errno.h>
#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/sizes.h>
#include <pthread.h>

#include "kvm_util.h"
#include "gic.h"
#include "gic_v3.h"
#include "processor.h"
#include "test_util.h"
#include "vgic.h"

#define NR_VCPUS	2

/* SGIs, PPIs and 64 SPIs: GICD_IGROUPR3 is the first without an interrupt */
#define NR_IRQS		96

/* The GICv2 CPU interface takes the place of the redistributors */
#define GICC_BASE_GPA	GICR_BASE_GPA

/*
 * What guest and userspace write to the group registers: both groups in both,
 * and rotated by the number of the register, in case one reaches another.
 */
#define GUEST_GROUPS	0xa5a5a5a5U
#define USER_GROUPS	0x3c3c3c3cU

#define ALL_GROUP_0	0U
#define ALL_GROUP_1	GENMASK(31, 0)

#define IIDR_REV(rev)	((rev) << GICD_IIDR_REVISION_SHIFT)
#define IIDR_PRODUCT(p)	((p) << GICD_IIDR_PRODUCT_ID_SHIFT)

/* KVM is 'K', implemented by Arm, JEP106 code 0x43b */
#define KVM_IIDR	(IIDR_PRODUCT('K') | 0x43b)

static const struct revision {
	u32	rev;
	bool	writable;	/* the group registers */
	u32	v2_groups;	/* what they read as, if nobody has written them */
	u32	v3_groups;
	u32	gicr_ctlr;
} revisions[] = {
	{ 0, false, ALL_GROUP_1, ALL_GROUP_1, 0 },
	{ 1, false, ALL_GROUP_0, ALL_GROUP_1, 0 },
	{ 2, true,  ALL_GROUP_0, ALL_GROUP_1, 0 },
	{ 3, true,  ALL_GROUP_0, ALL_GROUP_1, GICR_CTLR_IR | GICR_CTLR_CES },
};

#define NR_REVISIONS	ARRAY_SIZE(revisions)
#define LATEST		(&revisions[NR_REVISIONS - 1])

/* The one revision that a kernel may do without, as the series may be cut there */
#define OPTIONAL_REV	0

enum way { BY_IIDR, BY_ATTR, NR_WAYS };

static const char * const way_names[] = { "GICD_IIDR", "attribute" };

/* What KVM refuses: a field of GICD_IIDR, or all of the attribute, and contents */
static const struct {
	const char	*name;
	enum way	way;
	u32		mask;
	u32		val;
} refused[] = {
	{ "revision 4",		 BY_IIDR, GICD_IIDR_REVISION_MASK,	IIDR_REV(4) },
	{ "revision 15",	 BY_IIDR, GICD_IIDR_REVISION_MASK,	IIDR_REV(15) },
	{ "another product",	 BY_IIDR, GICD_IIDR_PRODUCT_ID_MASK,	IIDR_PRODUCT('Q') },
	{ "another variant",	 BY_IIDR, GICD_IIDR_VARIANT_MASK,	BIT(16) },
	{ "another implementer", BY_IIDR, GICD_IIDR_IMPLEMENTER_MASK,	0x43a },
	{ "a reserved bit",	 BY_IIDR, BIT(20),			BIT(20) },
	{ "revision 4",		 BY_ATTR, ~0U,				4 },
	{ "revision 256",	 BY_ATTR, ~0U,				BIT(8) },
	{ "revision 65536",	 BY_ATTR, ~0U,				BIT(16) },
	{ "revision 2^32 - 1",	 BY_ATTR, ~0U,				~0U },
};

/* A group register, as one vCPU sees it */
struct group_reg {
	const char	*name;
	int		vcpu;
	int		n;	/* GICD_IGROUPRn */
	bool		rdist;	/* GICR_IGROUPR0 instead */
	bool		raz;	/* no interrupts behind it */
};

static const struct group_reg v2_regs[] = {
	{ "SGI and PPI groups of vCPU 0",	0, 0 },
	{ "SGI and PPI groups of vCPU 1",	1, 0 },
	{ "first SPI groups",			0, 1 },
	{ "last SPI groups",			1, 2 },
	{ "groups beyond the last SPI",		0, 3, .raz = true },
};

static const struct group_reg v3_regs[] = {
	{ "SGI and PPI groups of vCPU 0",	0, 0, .rdist = true },
	{ "SGI and PPI groups of vCPU 1",	1, 0, .rdist = true },
	{ "first SPI groups",			0, 1 },
	{ "last SPI groups",			1, 2 },
	{ "groups beyond the last SPI",		0, 3, .raz = true },
	{ "GICD_IGROUPR0, which GICv3 has not",	0, 0, .raz = true },
};

#define MAX_REGS	ARRAY_SIZE(v3_regs)

static const struct model {
	const char		*name;
	u32			type;
	const struct group_reg	*regs;
	int			nr_regs;
} models[] = {
	{ "GICv2", KVM_DEV_TYPE_ARM_VGIC_V2, v2_regs, ARRAY_SIZE(v2_regs) },
	{ "GICv3", KVM_DEV_TYPE_ARM_VGIC_V3, v3_regs, ARRAY_SIZE(v3_regs) },
};

/* When is the revision chosen? GICD_IIDR needs a vCPU to access it on. */
enum when { BEFORE_VCPUS, BEFORE_INIT, AFTER_INIT, NR_WHENS };

static const char * const when_names[] = {
	"before vCPUs", "before init", "after init"
};

static const struct model *model;
static struct kvm_vcpu *vcpus[NR_VCPUS];
static struct kvm_vm *vm;
static int gic_fd;
static u64 supported;

static bool is_v3(void)
{
	return model->type == KVM_DEV_TYPE_ARM_VGIC_V3;
}

/* What a vCPU does next: spin until told to stop, or write if asked to, and read */
static struct guest_op {
	u64	gpa;
	u32	val;
	u32	write;
	u32	spin;
} next;

static u32 spinning;

static void guest_code(void)
{
	for (;;) {
		void *reg = (void *)READ_ONCE(next.gpa);

		while (READ_ONCE(next.spin))
			WRITE_ONCE(spinning, 1);

		if (READ_ONCE(next.write))
			writel(READ_ONCE(next.val), reg);

		GUEST_SYNC(readl(reg));
	}
}

static u32 guest_do(int vcpu, struct guest_op op)
{
	struct ucall uc;

	next = op;
	sync_global_to_guest(vm, next);
	vcpu_run(vcpus[vcpu]);

	switch (get_ucall(vcpus[vcpu], &uc)) {
	case UCALL_SYNC:
		return uc.args[1];
	case UCALL_ABORT:
		REPORT_GUEST_ASSERT(uc);
		break;
	default:
		TEST_FAIL("Unexpected ucall %lu", uc.cmd);
	}

	return 0;
}

static u32 guest_read(int vcpu, u64 gpa)
{
	return guest_do(vcpu, (struct guest_op) { .gpa = gpa });
}

static u32 guest_write(int vcpu, u64 gpa, u32 val)
{
	return guest_do(vcpu, (struct guest_op) { .gpa = gpa, .val = val, .write = true });
}

/* The vCPU that an access is made on: vcpu_index on GICv2, MPIDR on GICv3 */
static u64 vcpu_attr(int vcpu, u32 offset)
{
	return (u64)vcpu << KVM_DEV_ARM_VGIC_CPUID_SHIFT | offset;
}

static u32 get_iidr(void)
{
	u32 iidr;

	kvm_device_attr_get(gic_fd, KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
			    vcpu_attr(0, GICD_IIDR), &iidr);
	return iidr;
}

static int set_iidr(u32 iidr)
{
	return __kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
				     vcpu_attr(0, GICD_IIDR), &iidr);
}

static u32 iidr_with(u32 rev)
{
	return KVM_IIDR | IIDR_REV(rev);
}

/* ~0 on a kernel without the attribute, which is no revision */
static u32 get_current(void)
{
	u32 rev = ~0U;

	__kvm_device_attr_get(gic_fd, KVM_DEV_ARM_VGIC_GRP_REVISION,
			      KVM_DEV_ARM_VGIC_REVISION_CURRENT, &rev);
	return rev;
}

static int set_current(u32 rev)
{
	return __kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_REVISION,
				     KVM_DEV_ARM_VGIC_REVISION_CURRENT, &rev);
}

static int set_rev(enum way by, u32 rev)
{
	return by == BY_IIDR ? set_iidr(iidr_with(rev)) : set_current(rev);
}

static u32 group_of(const struct group_reg *reg)
{
	return reg->rdist ? KVM_DEV_ARM_VGIC_GRP_REDIST_REGS
			  : KVM_DEV_ARM_VGIC_GRP_DIST_REGS;
}

/* Where a register is that has one bit for each interrupt, at @offset */
static u64 attr_of(const struct group_reg *reg, u32 offset)
{
	return vcpu_attr(reg->vcpu, reg->rdist ? SZ_64K + offset : offset + 4 * reg->n);
}

static u64 gpa_of(const struct group_reg *reg)
{
	if (reg->rdist)
		return GICR_BASE_GPA + reg->vcpu * KVM_VGIC_V3_REDIST_SIZE +
		       SZ_64K + GICR_IGROUPR0;

	return GICD_BASE_GPA + GICD_IGROUPR + 4 * reg->n;
}

static void user_write(const struct group_reg *reg, u32 offset, u32 val)
{
	/* An ignored write is not an error */
	kvm_device_attr_set(gic_fd, group_of(reg), attr_of(reg, offset), &val);
}

static u32 user_read(const struct group_reg *reg, u32 offset)
{
	u32 val;

	kvm_device_attr_get(gic_fd, group_of(reg), attr_of(reg, offset), &val);
	return val;
}

/* What the guest and userspace read from one register at one time */
struct view {
	u32	guest;
	u32	user;
};

static struct view read_groups(const struct group_reg *reg)
{
	return (struct view) {
		.guest	= guest_read(reg->vcpu, gpa_of(reg)),
		.user	= user_read(reg, GICD_IGROUPR),
	};
}

static struct view read_iidr(void)
{
	return (struct view) {
		.guest	= guest_read(0, GICD_BASE_GPA + GICD_IIDR),
		.user	= get_iidr(),
	};
}

static bool both_are(const char *name, struct view view, u32 want)
{
	if (view.guest == want && view.user == want)
		return true;

	ksft_print_msg("%s: want %08x, guest reads %08x, userspace reads %08x\n",
		       name, want, view.guest, view.user);
	return false;
}

static bool groups_are(int i, u32 want)
{
	return both_are(model->regs[i].name, read_groups(&model->regs[i]), want);
}

/* The call returned -1 with this errno */
static bool failed_with(int ret, int want)
{
	int got = errno;

	if (ret && got == want)
		return true;

	if (ret)
		ksft_print_msg("want %s, got %s\n", strerror(want), strerror(got));
	else
		ksft_print_msg("want %s, but it succeeded\n", strerror(want));
	return false;
}

static void create_vgic(void)
{
	vm = vm_create(NR_VCPUS);
	vm_init_descriptor_tables(vm);
	gic_fd = kvm_create_device(vm, model->type);
}

static void create_vcpus(void)
{
	for (int i = 0; i < NR_VCPUS; i++) {
		vcpus[i] = vm_vcpu_add(vm, i, guest_code);
		vcpu_init_descriptor_tables(vcpus[i]);
	}
}

static void map_frame(u64 type, u64 base, u64 size, u64 attr)
{
	kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_ADDR, type, &attr);
	virt_map(vm, base, base, vm_calc_num_guest_pages(vm->mode, size));
}

static void map_vgic(void)
{
	u32 nr_irqs = NR_IRQS;

	kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &nr_irqs);

	if (is_v3()) {
		map_frame(KVM_VGIC_V3_ADDR_TYPE_DIST, GICD_BASE_GPA,
			  KVM_VGIC_V3_DIST_SIZE, GICD_BASE_GPA);
		map_frame(KVM_VGIC_V3_ADDR_TYPE_REDIST_REGION, GICR_BASE_GPA,
			  KVM_VGIC_V3_REDIST_SIZE * NR_VCPUS,
			  REDIST_REGION_ATTR_ADDR(NR_VCPUS, GICR_BASE_GPA, 0, 0));
	} else {
		map_frame(KVM_VGIC_V2_ADDR_TYPE_DIST, GICD_BASE_GPA,
			  KVM_VGIC_V2_DIST_SIZE, GICD_BASE_GPA);
		map_frame(KVM_VGIC_V2_ADDR_TYPE_CPU, GICC_BASE_GPA,
			  KVM_VGIC_V2_CPU_SIZE, GICC_BASE_GPA);
	}
}

static void init_vgic(void)
{
	kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_CTRL,
			    KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
}

static void create_vm(void)
{
	create_vgic();
	create_vcpus();
	map_vgic();
	init_vgic();
}

static void free_vm(void)
{
	close(gic_fd);
	kvm_vm_free(vm);
}

static bool is_supported(const struct revision *r)
{
	return supported & BIT_ULL(r->rev);
}

/* What register @i reads as at revision @r, if nobody has written it */
static u32 reset_groups(int i, const struct revision *r)
{
	if (model->regs[i].raz)
		return 0;

	return is_v3() ? r->v3_groups : r->v2_groups;
}

static u32 pattern(int i, u32 val)
{
	return i ? val << i | val >> (32 - i) : val;
}

/* What it reads as at revision @r after @val was written to it */
static u32 written_groups(int i, const struct revision *r, u32 val)
{
	return r->writable && !model->regs[i].raz ? val : reset_groups(i, r);
}

static u32 written_pattern(int i, const struct revision *r, u32 val)
{
	return written_groups(i, r, pattern(i, val));
}

static void guest_write_groups(int i, u32 val)
{
	guest_write(model->regs[i].vcpu, gpa_of(&model->regs[i]), val);
}

static void user_write_groups(int i, u32 val)
{
	user_write(&model->regs[i], GICD_IGROUPR, val);
}

static struct view read_ctlr(int vcpu)
{
	struct view view;

	view.guest = guest_read(vcpu, GICR_BASE_GPA + GICR_CTLR +
				      vcpu * KVM_VGIC_V3_REDIST_SIZE);
	kvm_device_attr_get(gic_fd, KVM_DEV_ARM_VGIC_GRP_REDIST_REGS,
			    vcpu_attr(vcpu, GICR_CTLR), &view.user);
	return view;
}

/* All that tells a revision, but for the groups */
static bool rev_is(const struct revision *r)
{
	bool ok = both_are("GICD_IIDR", read_iidr(), iidr_with(r->rev));

	for (int i = 0; i < NR_VCPUS && is_v3(); i++)
		ok &= both_are("GICR_CTLR", read_ctlr(i), r->gicr_ctlr);

	if (get_current() != r->rev) {
		ksft_print_msg("the attribute reads %d\n", get_current());
		ok = false;
	}

	return ok;
}

/* Everything there is to see of one revision */
struct observation {
	int		err;		/* of choosing it */
	u32		rev;		/* the attribute */
	struct view	iidr;
	struct view	ctlr[NR_VCPUS];
	struct {
		struct view	initial;
		struct view	guest_wrote;
		struct view	user_wrote;
	} groups[MAX_REGS];
};

static void observe(struct observation *o, u32 rev, enum way by, enum when when)
{
	create_vgic();
	if (when == BEFORE_VCPUS)
		o->err = set_rev(by, rev) ? errno : 0;

	create_vcpus();
	map_vgic();
	if (when == BEFORE_INIT)
		o->err = set_rev(by, rev) ? errno : 0;

	init_vgic();
	if (when == AFTER_INIT)
		o->err = set_rev(by, rev) ? errno : 0;

	o->rev = get_current();
	o->iidr = read_iidr();

	for (int i = 0; i < NR_VCPUS && is_v3(); i++)
		o->ctlr[i] = read_ctlr(i);

	for (int i = 0; i < model->nr_regs; i++)
		o->groups[i].initial = read_groups(&model->regs[i]);

	/* Write them all before looking at any */
	for (int i = 0; i < model->nr_regs; i++)
		guest_write_groups(i, pattern(i, GUEST_GROUPS));
	for (int i = 0; i < model->nr_regs; i++)
		o->groups[i].guest_wrote = read_groups(&model->regs[i]);

	for (int i = 0; i < model->nr_regs; i++)
		user_write_groups(i, pattern(i, USER_GROUPS));
	for (int i = 0; i < model->nr_regs; i++)
		o->groups[i].user_wrote = read_groups(&model->regs[i]);

	free_vm();
}

static void print_view(const char *name, struct view view)
{
	printf(" %s=%08x/%08x", name, view.guest, view.user);
}

/* One line a register, for a script that makes a table of it; guest/userspace */
static void print_observation(const struct observation *o, u32 rev, enum way by,
			      enum when when)
{
	for (int i = 0; i < model->nr_regs; i++) {
		const struct group_reg *reg = &model->regs[i];

		if (reg->raz)
			continue;

		ksft_print_msg("observed %s revision=%u %s %s errno=%d reg=IGROUPR%d vcpu=%d",
			       model->name, rev, way_names[by], when_names[when],
			       o->err, reg->n, reg->vcpu);
		print_view("initial", o->groups[i].initial);
		print_view("guest_wrote", o->groups[i].guest_wrote);
		print_view("user_wrote", o->groups[i].user_wrote);
		if (is_v3())
			print_view("gicr_ctlr", o->ctlr[reg->vcpu]);
		printf("\n");
	}
}

static int nr_revision_results(void)
{
	return 1 + 3 * model->nr_regs + (is_v3() ? NR_VCPUS : 0);
}

static void test_revision(const struct revision *r, enum way by, enum when when)
{
	const char *effect = r->writable ? "takes effect on" : "is ignored by";
	struct observation o = {};
	char id[80];

	observe(&o, r->rev, by, when);
	print_observation(&o, r->rev, by, when);
	snprintf(id, sizeof(id), "%s revision %u chosen by %s %s", model->name,
		 r->rev, way_names[by], when_names[when]);

	if (o.err)
		ksft_print_msg("not accepted: %s\n", strerror(o.err));
	if (o.rev != r->rev)
		ksft_print_msg("the attribute reads %d\n", o.rev);
	ksft_test_result(both_are("GICD_IIDR", o.iidr, iidr_with(r->rev)) &&
			 o.rev == r->rev && !o.err,
			 "%s: GICD_IIDR and the attribute\n", id);

	for (int i = 0; i < NR_VCPUS && is_v3(); i++)
		ksft_test_result(both_are("GICR_CTLR", o.ctlr[i], r->gicr_ctlr),
				 "%s: GICR_CTLR.{IR,CES} of vCPU %d\n", id, i);

	for (int i = 0; i < model->nr_regs; i++) {
		const struct group_reg *reg = &model->regs[i];

		ksft_test_result(both_are(reg->name, o.groups[i].initial, reset_groups(i, r)),
				 "%s: reset value of %s\n", id, reg->name);
		ksft_test_result(both_are(reg->name, o.groups[i].guest_wrote,
					  written_pattern(i, r, GUEST_GROUPS)),
				 "%s: guest write %s %s\n", id,
				 reg->raz ? "is ignored by" : effect, reg->name);
		ksft_test_result(both_are(reg->name, o.groups[i].user_wrote,
					  written_pattern(i, r, USER_GROUPS)),
				 "%s: userspace write %s %s\n", id,
				 reg->raz ? "is ignored by" : effect, reg->name);
	}
}

static void user_write_all_groups(void)
{
	for (int i = 0; i < model->nr_regs; i++)
		user_write_groups(i, pattern(i, USER_GROUPS));
}

/* The revision is @r, and the groups are what user_write_all_groups() makes them */
static bool all_is_as_written(const struct revision *r)
{
	bool same = rev_is(r);

	for (int i = 0; i < model->nr_regs; i++)
		same &= groups_are(i, written_pattern(i, r, USER_GROUPS));
	return same;
}

/* The revision is @r, and nobody has written a group */
static bool all_is_reset(const struct revision *r)
{
	bool same = rev_is(r);

	for (int i = 0; i < model->nr_regs; i++)
		same &= groups_are(i, reset_groups(i, r));
	return same;
}

/*
 * A refused value changes nothing, whatever revision was in force, and neither
 * does a write by the guest, even of a value that userspace could choose.
 */
static void test_refused(const struct revision *r)
{
	bool ok;

	for (int i = 0; i < ARRAY_SIZE(refused); i++) {
		u32 val = (iidr_with(r->rev) & ~refused[i].mask) | refused[i].val;

		create_vm();
		ok = !set_rev(BY_IIDR, r->rev);
		user_write_all_groups();

		ok &= failed_with(refused[i].way == BY_IIDR ? set_iidr(val) : set_current(val),
				  EINVAL);
		ok &= all_is_as_written(r);
		ksft_test_result(ok, "%s revision %u: %s by %s is refused and changes nothing\n",
				 model->name, r->rev, refused[i].name,
				 way_names[refused[i].way]);
		free_vm();
	}

	create_vm();
	ok = !set_rev(BY_IIDR, r->rev);
	user_write_all_groups();
	for (int i = 0; i < NR_REVISIONS; i++)
		guest_write(0, GICD_BASE_GPA + GICD_IIDR, iidr_with(revisions[i].rev));
	ksft_test_result(all_is_as_written(r) && ok,
			 "%s revision %u: a guest write to GICD_IIDR changes nothing\n",
			 model->name, r->rev);
	free_vm();
}

/* Interrupts of each register that are pending or active while it changes */
#define PENDING_IRQS	(BIT(3) | BIT(18) | BIT(31))
#define ACTIVE_IRQS	(BIT(5) | BIT(18) | BIT(24))
#define PRIORITIES	0x80604020U

/* What userspace reads of the 32 interrupts of one register, but the groups */
struct irq_state {
	u32	enabled;
	u32	pending;
	u32	active;
	u32	priority[8];
};

static u64 priority_attr(const struct group_reg *reg, int i)
{
	return attr_of(reg, GICD_IPRIORITYR) + (reg->rdist ? 0 : 28 * reg->n) + 4 * i;
}

/* Enabled, in a distributor that is enabled, so that KVM queues them for a vCPU */
static void write_irq_state(const struct group_reg *reg)
{
	u32 priorities = PRIORITIES;

	for (int i = 0; i < 8; i++)
		kvm_device_attr_set(gic_fd, group_of(reg), priority_attr(reg, i), &priorities);
	user_write(reg, GICD_ISENABLER, PENDING_IRQS | ACTIVE_IRQS);
	user_write(reg, GICD_ISPENDR, PENDING_IRQS);
	/* An SGI of a GICv2 is pending for its source, here vCPU 0 sent SGI 3 */
	if (!is_v3() && !reg->n) {
		u32 source = BIT(24);

		kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
				    vcpu_attr(reg->vcpu, GICD_SPENDSGIR), &source);
	}
	user_write(reg, GICD_ISACTIVER, ACTIVE_IRQS);
}

static struct irq_state read_irq_state(const struct group_reg *reg)
{
	struct irq_state state = {
		.enabled	= user_read(reg, GICD_ISENABLER),
		.pending	= user_read(reg, GICD_ISPENDR),
		.active		= user_read(reg, GICD_ISACTIVER),
	};

	for (int i = 0; i < 8; i++)
		kvm_device_attr_get(gic_fd, group_of(reg), priority_attr(reg, i),
				    &state.priority[i]);
	return state;
}

/* It holds what write_irq_state() wrote, where there are interrupts to hold it */
static bool irq_state_is_written(const struct group_reg *reg, const struct irq_state *state)
{
	u32 irqs = PENDING_IRQS | ACTIVE_IRQS;

	return reg->raz ||
	       ((state->enabled & irqs) == irqs &&
		(state->pending & PENDING_IRQS) == PENDING_IRQS &&
		(state->active & ACTIVE_IRQS) == ACTIVE_IRQS &&
		state->priority[7] == PRIORITIES);
}

static FILE *open_vgic_state(void)
{
	char path[80];

	snprintf(path, sizeof(path), "/sys/kernel/debug/kvm/%d-%d/vgic-state", getpid(), vm->fd);
	return fopen(path, "r");
}

/*
 * The groups that interrupts are signalled with. The registers do not show them
 * where they are read-only, but the column G of vgic-state in debugfs does.
 */
static bool groups_in_force_are(FILE *f, u32 want)
{
	int id, target, nr = 0, bad = 0;
	char line[120], type[8], flags[8];

	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, " %7s %d %d %7[01]", type, &id, &target, flags) != 4 ||
		    strlen(flags) != 7 || id >= NR_IRQS)
			continue;

		nr++;
		if (flags[6] - '0' != (want >> (id % 32) & 1) && !bad++)
			ksft_print_msg("%s %d has group %c\n", type, id, flags[6]);
	}

	/* All private interrupts of all vCPUs, and the SPIs once */
	if (nr != NR_VCPUS * 32 + NR_IRQS - 32)
		ksft_print_msg("%d interrupts in vgic-state\n", nr);
	return nr == NR_VCPUS * 32 + NR_IRQS - 32 && !bad;
}

/* An administrator can see the revision */
static void test_debugfs(void)
{
	char line[80];
	bool ok = true;
	FILE *f;

	create_vm();
	for (int i = 0; i < NR_REVISIONS; i++) {
		unsigned int rev = ~0U;

		if (!is_supported(&revisions[i]))
			continue;

		ok &= !set_rev(BY_IIDR, revisions[i].rev);
		f = open_vgic_state();
		if (!f) {
			ksft_test_result_skip("%s: no vgic-state in debugfs\n", model->name);
			free_vm();
			return;
		}
		while (fgets(line, sizeof(line), f) && sscanf(line, "revision: %u", &rev) != 1)
			;
		fclose(f);
		ok &= rev == revisions[i].rev;
	}
	ksft_test_result(ok, "%s: debugfs shows the revision\n", model->name);
	free_vm();
}

/*
 * At one revision, try to put every interrupt into the group that it does not
 * have by default; then move to another revision, then to the latest, where all
 * groups in force can be seen. They have moved if the first two have writable
 * groups, and are all back at the default otherwise.
 */
static void test_move(const struct revision *from, const struct revision *to, enum way by)
{
	enum way other = by == BY_IIDR ? BY_ATTR : BY_IIDR;
	u32 val = is_v3() ? ALL_GROUP_0 : ALL_GROUP_1;
	bool kept = from->writable && to->writable;
	bool there, latest, writable, state = true;
	struct irq_state before[MAX_REGS], after;
	u32 enable = GICD_CTLR_ENABLE_SS_G1 | GICD_CTLR_ENABLE_SS_G0;
	bool in_force = true;
	char id[80];
	FILE *f;

	create_vm();
	there = !set_rev(by, from->rev);
	kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
			    vcpu_attr(0, GICD_CTLR), &enable);
	for (int i = 0; i < model->nr_regs; i++) {
		if (by == BY_IIDR)
			guest_write_groups(i, val);
		else
			user_write_groups(i, val);
	}
	for (int i = 0; i < model->nr_regs; i++) {
		write_irq_state(&model->regs[i]);
		before[i] = read_irq_state(&model->regs[i]);
		state &= irq_state_is_written(&model->regs[i], &before[i]);
	}

	there &= !set_rev(other, to->rev) && rev_is(to);
	for (int i = 0; i < model->nr_regs; i++)
		there &= groups_are(i, kept ? written_groups(i, to, val) : reset_groups(i, to));

	f = open_vgic_state();
	if (f) {
		in_force = groups_in_force_are(f, kept ? val : ~val);
		fclose(f);
	}

	latest = !set_rev(by, LATEST->rev) && rev_is(LATEST);
	for (int i = 0; i < model->nr_regs; i++) {
		latest &= groups_are(i, kept ? written_groups(i, LATEST, val)
					     : reset_groups(i, LATEST));
		after = read_irq_state(&model->regs[i]);
		state &= !memcmp(&before[i], &after, sizeof(after));
	}

	user_write_all_groups();
	writable = all_is_as_written(LATEST);

	snprintf(id, sizeof(id), "%s revision %u by %s, %s writes, %u by %s", model->name,
		 from->rev, way_names[by], by == BY_IIDR ? "guest" : "userspace",
		 to->rev, way_names[other]);
	ksft_test_result(there, "%s: groups read as %s\n", id, kept ? "kept" : "reset");
	if (f)
		ksft_test_result(in_force, "%s: groups in force are %s\n", id,
				 kept ? "kept" : "reset");
	else
		ksft_test_result_skip("%s: no vgic-state in debugfs\n", model->name);
	ksft_test_result(latest, "%s, %u: %s\n", id, LATEST->rev,
			 kept ? "groups are kept" : "no group is left behind");
	ksft_test_result(state, "%s, %u: nothing else about the interrupts changes\n", id,
			 LATEST->rev);
	ksft_test_result(writable, "%s, %u: groups can be written\n", id, LATEST->rev);
	free_vm();
}

#define NR_MOVE_RESULTS	5

/*
 * GICv2: what counts as userspace's consent to writable groups, and what not.
 * Below revision 2 no write gets through in any case.
 */
static const struct {
	const char	*name;
	u32		revs[2];	/* chosen in this order */
	int		nr_revs;
	bool		read_rev;
	bool		opt_in;
} opt_ins[] = {
	{ "no choice of a revision",		{ },		0, false, false },
	{ "reading the revision",		{ },		0, true,  false },
	{ "choosing revision 0",		{ 0 },		1, false, false },
	{ "choosing revision 1",		{ 1 },		1, false, false },
	{ "choosing revision 2",		{ 2 },		1, false, true },
	{ "choosing revision 3",		{ 3 },		1, false, true },
	{ "choosing revision 1, then 2",	{ 1, 2 },	2, false, true },
	{ "choosing revision 1, then 3",	{ 1, 3 },	2, false, true },
	{ "choosing revision 3, then 1",	{ 3, 1 },	2, false, false },
	{ "a refused revision",			{ 15 },		1, false, false },
};

static void test_opt_in(enum way by)
{
	for (int i = 0; i < ARRAY_SIZE(opt_ins); i++) {
		const struct revision *last = LATEST;
		bool ok = true;

		create_vm();
		if (opt_ins[i].read_rev) {
			get_iidr();
			get_current();
		}
		for (int j = 0; j < opt_ins[i].nr_revs; j++)
			if (!set_rev(by, opt_ins[i].revs[j]))
				last = &revisions[opt_ins[i].revs[j]];

		user_write_all_groups();
		for (int j = 0; j < model->nr_regs; j++)
			ok &= groups_are(j, opt_ins[i].opt_in ?
					    written_pattern(j, last, USER_GROUPS) :
					    reset_groups(j, last));
		ksft_test_result(ok, "%s by %s: %s %s an opt-in to group writes by userspace\n",
				 model->name, way_names[by], opt_ins[i].name,
				 opt_ins[i].opt_in ? "is" : "is not");
		free_vm();
	}
}

/*
 * A VM whose VMM knows nothing of revisions gets what v5.19 and later give it:
 * writable groups, but for userspace on GICv2.
 */
static void test_default(void)
{
	bool user = true, guest = true;

	create_vm();
	ksft_test_result(rev_is(LATEST), "%s: revision %u is the default\n",
			 model->name, LATEST->rev);

	user_write_all_groups();
	for (int i = 0; i < model->nr_regs; i++)
		user &= groups_are(i, is_v3() ? written_pattern(i, LATEST, USER_GROUPS)
					      : reset_groups(i, LATEST));
	ksft_test_result(user, "%s: userspace %s write groups by default\n", model->name,
			 is_v3() ? "can" : "cannot");

	for (int i = 0; i < model->nr_regs; i++)
		guest_write_groups(i, pattern(i, GUEST_GROUPS));
	for (int i = 0; i < model->nr_regs; i++)
		guest &= groups_are(i, written_pattern(i, LATEST, GUEST_GROUPS));
	ksft_test_result(guest, "%s: the guest can write groups by default\n", model->name);
	free_vm();
}

#define NR_DEFAULT_RESULTS	3

static int has(u32 group, u64 attr)
{
	return __kvm_has_device_attr(gic_fd, group, attr);
}

static int get(u64 attr, void *val)
{
	return __kvm_device_attr_get(gic_fd, KVM_DEV_ARM_VGIC_GRP_REVISION, attr, val);
}

static int set(u64 attr, void *val)
{
	return __kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_REVISION, attr, val);
}

/* SUPPORTED is what can be set, by either way, and no more */
static void test_supported(void)
{
	u64 want = GENMASK_ULL(LATEST->rev, 0), by_way[NR_WAYS] = {};

	create_vm();
	for (int way = 0; way < NR_WAYS; way++)
		for (u32 rev = 0; rev < (way == BY_IIDR ? 16 : 64); rev++)
			if (!set_rev(way, rev))
				by_way[way] |= BIT_ULL(rev);

	for (int way = 0; way < NR_WAYS; way++) {
		if (by_way[way] != supported)
			ksft_print_msg("supported %llx, can be set %llx\n",
				       (unsigned long long)supported,
				       (unsigned long long)by_way[way]);
		ksft_test_result(by_way[way] == supported,
				 "%s: SUPPORTED is what can be set by %s\n",
				 model->name, way_names[way]);
	}
	ksft_test_result((supported | BIT_ULL(OPTIONAL_REV)) == want,
			 "%s: SUPPORTED has all revisions that there are\n", model->name);
	free_vm();
}

#define NR_SUPPORTED_RESULTS	(NR_WAYS + 1)

#define POISON	0xdeadbeefdeadbeefULL

static void test_attr_errors(void)
{
	const u64 current = KVM_DEV_ARM_VGIC_REVISION_CURRENT;
	const u64 all = KVM_DEV_ARM_VGIC_REVISION_SUPPORTED;
	const u32 group = KVM_DEV_ARM_VGIC_GRP_REVISION;
	const char *name = model->name;
	u64 val = 2;
	bool ok;

	create_vm();
	ksft_test_result(!has(group, current) && !has(group, all),
			 "%s: both attributes are there\n", name);
	ksft_test_result(failed_with(has(group, 2), ENXIO) &&
			 failed_with(has(group, ~0ULL), ENXIO) &&
			 failed_with(has(group, BIT_ULL(32)), ENXIO),
			 "%s: and no others, ENXIO\n", name);
	ksft_test_result(failed_with(get(2, &val), ENXIO) &&
			 failed_with(get(BIT_ULL(32), &val), ENXIO),
			 "%s: getting an unknown attribute, ENXIO\n", name);
	ksft_test_result(failed_with(set(2, &val), ENXIO) &&
			 failed_with(set(BIT_ULL(32), &val), ENXIO),
			 "%s: setting an unknown attribute, ENXIO\n", name);
	ksft_test_result(failed_with(set(all, &val), ENXIO),
			 "%s: setting SUPPORTED, ENXIO\n", name);
	ksft_test_result(failed_with(get(current, NULL), EFAULT),
			 "%s: getting CURRENT to a bad address, EFAULT\n", name);
	ksft_test_result(failed_with(get(all, NULL), EFAULT),
			 "%s: getting SUPPORTED to a bad address, EFAULT\n", name);
	ksft_test_result(failed_with(set(current, NULL), EFAULT),
			 "%s: setting CURRENT from a bad address, EFAULT\n", name);
	ksft_test_result(all_is_reset(LATEST),
			 "%s: none of this changed anything\n", name);

	/* No more and no less than 32 bits are read or written */
	val = POISON;
	ok = !get(current, &val) && val == ((POISON & ~GENMASK_ULL(31, 0)) | LATEST->rev);
	val = (POISON & ~GENMASK_ULL(31, 0)) | 1;
	ok &= !set(current, &val) && get_current() == 1;
	ksft_test_result(ok, "%s: CURRENT has 32 bits\n", name);
	val = POISON;
	ksft_test_result(!get(all, &val) && val == supported, "%s: SUPPORTED has 64 bits\n",
			 name);
	free_vm();
}

#define NR_ATTR_ERROR_RESULTS	11

/*
 * Setting CURRENT must work, and harm nothing, on a VM that is not complete: the
 * arrays of interrupts come with the vCPUs and with the initialization.
 */
static void test_incomplete_vm(void)
{
	u32 nr_irqs = NR_IRQS;
	bool ok = true;

	create_vgic();
	for (int i = 0; i < NR_REVISIONS; i++)
		if (is_supported(&revisions[i]))
			ok &= !set_current(revisions[i].rev) && get_current() == revisions[i].rev;
	ksft_test_result(ok, "%s: CURRENT can be set without vCPUs\n", model->name);

	/* Once the vGIC is initialized the number of interrupts is settled */
	ksft_test_result(!__kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_NR_IRQS,
						0, &nr_irqs),
			 "%s: setting CURRENT without vCPUs does not initialize the vGIC\n",
			 model->name);

	/* It need not work: a host that allocates vPEs has none to allocate */
	__kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_CTRL,
			      KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
	ok = true;
	for (int i = NR_REVISIONS - 1; i >= 0; i--)
		if (is_supported(&revisions[i]))
			ok &= !set_current(revisions[i].rev) && get_current() == revisions[i].rev;
	ksft_test_result(ok, "%s: CURRENT can be set after an init without vCPUs\n", model->name);
	free_vm();

	create_vgic();
	vcpus[0] = vm_vcpu_add(vm, 0, guest_code);
	ok = !set_current(1) && !set_current(LATEST->rev);
	ok &= !__kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &nr_irqs);
	ksft_test_result(ok, "%s: setting CURRENT with a vCPU does not initialize the vGIC\n",
			 model->name);
	free_vm();
}

#define NR_INCOMPLETE_RESULTS	4

static void *run_vcpu(void *vcpu)
{
	vcpu_run(vcpu);
	return NULL;
}

/* Nothing changes under a vCPU that runs */
static void test_busy(void)
{
	bool busy[NR_WAYS], can_read;
	pthread_t thread;

	create_vm();
	next = (struct guest_op) { .gpa = GICD_BASE_GPA + GICD_IIDR, .spin = true };
	sync_global_to_guest(vm, next);
	spinning = 0;
	sync_global_to_guest(vm, spinning);
	TEST_ASSERT(!pthread_create(&thread, NULL, run_vcpu, vcpus[1]), "No thread");
	do {
		sync_global_from_guest(vm, spinning);
	} while (!READ_ONCE(spinning));

	for (int way = 0; way < NR_WAYS; way++)
		busy[way] = failed_with(set_rev(way, 1), EBUSY);
	can_read = get_current() == LATEST->rev;

	next.spin = false;
	sync_global_to_guest(vm, next);
	pthread_join(thread, NULL);

	for (int way = 0; way < NR_WAYS; way++)
		ksft_test_result(busy[way], "%s: the revision by %s while a vCPU runs, EBUSY\n",
				 model->name, way_names[way]);
	ksft_test_result(can_read, "%s: CURRENT can be read while a vCPU runs\n", model->name);
	ksft_test_result(all_is_reset(LATEST),
			 "%s: and nothing has changed\n", model->name);
	free_vm();
}

#define NR_BUSY_RESULTS		(NR_WAYS + 2)

static bool host_can_emulate(u32 type)
{
	struct kvm_vm *test_vm = vm_create_barebones();
	bool can = !__kvm_test_create_device(test_vm, type);

	kvm_vm_free(test_vm);
	return can;
}

/* A GICv5 has no revision */
static void test_v5(void)
{
	u64 val = 0;
	bool ok;

	if (!host_can_emulate(KVM_DEV_TYPE_ARM_VGIC_V5)) {
		ksft_test_result_skip("GICv5: this host cannot emulate it\n");
		return;
	}

	vm = vm_create_barebones();
	gic_fd = kvm_create_device(vm, KVM_DEV_TYPE_ARM_VGIC_V5);
	ok = true;
	for (u64 attr = 0; attr < 3; attr++) {
		ok &= failed_with(has(KVM_DEV_ARM_VGIC_GRP_REVISION, attr), ENXIO);
		ok &= failed_with(get(attr, &val), ENXIO);
		ok &= failed_with(set(attr, &val), ENXIO);
	}
	ksft_test_result(ok, "GICv5: no attribute of the revision, ENXIO\n");
	free_vm();
}

/* The number of results for each row of revisions[] */
static int nr_row_results(void)
{
	/* Every time and way, but GICD_IIDR before there are vCPUs */
	return (NR_WHENS * NR_WAYS - 1) * nr_revision_results() +
	       ARRAY_SIZE(refused) + 1 + NR_WAYS * NR_REVISIONS * NR_MOVE_RESULTS;
}

static int nr_model_results(void)
{
	if (!host_can_emulate(model->type))
		return 1;

	return NR_DEFAULT_RESULTS + NR_SUPPORTED_RESULTS + NR_ATTR_ERROR_RESULTS +
	       NR_INCOMPLETE_RESULTS + NR_BUSY_RESULTS + 1 /* test_debugfs() */ +
	       NR_REVISIONS * nr_row_results() +
	       (is_v3() ? 0 : NR_WAYS * ARRAY_SIZE(opt_ins));
}

static void skip(int nr, const struct revision *r)
{
	while (nr--)
		ksft_test_result_skip("%s: this kernel does not offer revision %u\n",
				      model->name, r->rev);
}

static void test_row(const struct revision *r)
{
	if (!is_supported(r)) {
		skip(nr_row_results(), r);
		return;
	}

	for (int when = 0; when < NR_WHENS; when++) {
		if (when != BEFORE_VCPUS)
			test_revision(r, BY_IIDR, when);
		test_revision(r, BY_ATTR, when);
	}

	test_refused(r);

	for (int i = 0; i < NR_REVISIONS; i++) {
		if (!is_supported(&revisions[i])) {
			skip(NR_WAYS * NR_MOVE_RESULTS, &revisions[i]);
			continue;
		}
		for (int way = 0; way < NR_WAYS; way++)
			test_move(r, &revisions[i], way);
	}
}

static void test_model(void)
{
	if (!host_can_emulate(model->type)) {
		ksft_test_result_skip("%s: this host cannot emulate it\n", model->name);
		return;
	}

	/* Without the attribute, see what can be chosen all the same */
	create_vgic();
	supported = POISON;
	if (get(KVM_DEV_ARM_VGIC_REVISION_SUPPORTED, &supported))
		supported = GENMASK_ULL(LATEST->rev, 0);
	free_vm();

	test_default();
	test_supported();
	test_attr_errors();
	test_incomplete_vm();
	test_busy();
	test_debugfs();

	for (int i = 0; i < NR_REVISIONS; i++)
		test_row(&revisions[i]);

	for (int way = 0; way < NR_WAYS && !is_v3(); way++)
		test_opt_in(way);
}

int main(int argc, char *argv[])
{
	int plan = 1;	/* test_v5() */

	test_disable_default_vgic();
	ksft_print_header();

	if (!host_can_emulate(KVM_DEV_TYPE_ARM_VGIC_V2) &&
	    !host_can_emulate(KVM_DEV_TYPE_ARM_VGIC_V3) &&
	    !host_can_emulate(KVM_DEV_TYPE_ARM_VGIC_V5))
		ksft_exit_skip("This host can emulate no GIC\n");

	for (model = models; model < models + ARRAY_SIZE(models); model++)
		plan += nr_model_results();
	ksft_set_plan(plan);

	for (model = models; model < models + ARRAY_SIZE(models); model++)
		test_model();
	test_v5();

	ksft_finished();
}
