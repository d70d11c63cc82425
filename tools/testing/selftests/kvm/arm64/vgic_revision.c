// SPDX-License-Identifier: GPL-2.0-only
/*
 * vgic_revision - What each vGIC implementation revision means
 *
 * A VMM chooses the revision of a VM's vGIC by writing GICD_IIDR. The revision
 * decides whether the interrupt group registers can be written, and what a
 * GICv3 redistributor says in GICR_CTLR. revisions[] below is that contract.
 * For each of its rows, chosen before and after the vGIC is initialised, the
 * guest and userspace both look at the registers of two vCPUs:
 *
 *  - GICD_IIDR names the revision.
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
 *    nobody could see or undo it there.
 *
 *  - On GICv2, userspace can write groups only once it has chosen a revision
 *    that has writable ones. Older VMMs restore groups they never understood.
 *
 * Each model is tested on hosts that can emulate it, and skipped on others.
 */
#include <errno.h>
#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/sizes.h>

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

/* What guest and userspace write to the group registers: both groups in both */
#define GUEST_GROUPS	0xa5a5a5a5U
#define USER_GROUPS	0x3c3c3c3cU

#define ALL_GROUP_0	0U
#define ALL_GROUP_1	GENMASK(31, 0)

static const struct revision {
	u32	rev;
	bool	writable;	/* the group registers */
	u32	v2_groups;	/* what they read as, if nobody has written them */
	u32	v3_groups;
	u32	gicr_ctlr;
} revisions[] = {
	{ 1, false, ALL_GROUP_0, ALL_GROUP_1, 0 },
	{ 2, true,  ALL_GROUP_0, ALL_GROUP_1, 0 },
	{ 3, true,  ALL_GROUP_0, ALL_GROUP_1, GICR_CTLR_IR | GICR_CTLR_CES },
};

#define LATEST	(&revisions[ARRAY_SIZE(revisions) - 1])

/* Values of GICD_IIDR that KVM refuses: field and contents */
static const struct {
	const char	*name;
	u32		mask;
	u32		val;
} refused[] = {
	{ "revision 0",		GICD_IIDR_REVISION_MASK,	0 << GICD_IIDR_REVISION_SHIFT },
	{ "revision 4",		GICD_IIDR_REVISION_MASK,	4 << GICD_IIDR_REVISION_SHIFT },
	{ "revision 15",	GICD_IIDR_REVISION_MASK,	0xf << GICD_IIDR_REVISION_SHIFT },
	/* KVM is 'K', implemented by Arm, JEP106 code 0x43b */
	{ "another product",	GICD_IIDR_PRODUCT_ID_MASK,	'Q' << GICD_IIDR_PRODUCT_ID_SHIFT },
	{ "another variant",	GICD_IIDR_VARIANT_MASK,		1 << GICD_IIDR_VARIANT_SHIFT },
	{ "another implementer", GICD_IIDR_IMPLEMENTER_MASK,	0x43a },
	{ "a reserved bit",	BIT(20),			BIT(20) },
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

/* When is the revision chosen, relative to KVM_DEV_ARM_VGIC_CTRL_INIT? */
enum when { BEFORE_INIT, AFTER_INIT, NR_WHENS };

static const char * const when_names[] = { "before init", "after init" };

static const struct model *model;
static struct kvm_vcpu *vcpus[NR_VCPUS];
static struct kvm_vm *vm;
static int gic_fd;

static bool is_v3(void)
{
	return model->type == KVM_DEV_TYPE_ARM_VGIC_V3;
}

/* The access that a vCPU makes next: an optional write, then a read */
static struct access {
	u64	gpa;
	u32	val;
	u32	write;
} next;

static void guest_code(void)
{
	for (;;) {
		void *reg = (void *)READ_ONCE(next.gpa);

		if (READ_ONCE(next.write))
			writel(READ_ONCE(next.val), reg);

		GUEST_SYNC(readl(reg));
	}
}

static u32 guest_access(int vcpu, struct access access)
{
	struct ucall uc;

	next = access;
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
	return guest_access(vcpu, (struct access) { .gpa = gpa });
}

static u32 guest_write(int vcpu, u64 gpa, u32 val)
{
	return guest_access(vcpu, (struct access) { gpa, val, true });
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
	return (get_iidr() & ~GICD_IIDR_REVISION_MASK) | rev << GICD_IIDR_REVISION_SHIFT;
}

static int set_rev(u32 rev)
{
	return set_iidr(iidr_with(rev));
}

static u32 group_of(const struct group_reg *reg)
{
	return reg->rdist ? KVM_DEV_ARM_VGIC_GRP_REDIST_REGS
			  : KVM_DEV_ARM_VGIC_GRP_DIST_REGS;
}

static u64 attr_of(const struct group_reg *reg)
{
	return vcpu_attr(reg->vcpu, reg->rdist ? SZ_64K + GICR_IGROUPR0
					       : GICD_IGROUPR + 4 * reg->n);
}

static u64 gpa_of(const struct group_reg *reg)
{
	if (reg->rdist)
		return GICR_BASE_GPA + reg->vcpu * KVM_VGIC_V3_REDIST_SIZE +
		       SZ_64K + GICR_IGROUPR0;

	return GICD_BASE_GPA + GICD_IGROUPR + 4 * reg->n;
}

static void user_write_groups(const struct group_reg *reg, u32 val)
{
	/* An ignored write is not an error */
	kvm_device_attr_set(gic_fd, group_of(reg), attr_of(reg), &val);
}

static u32 user_read_groups(const struct group_reg *reg)
{
	u32 val;

	kvm_device_attr_get(gic_fd, group_of(reg), attr_of(reg), &val);
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
		.user	= user_read_groups(reg),
	};
}

static bool both_are(struct view view, u32 want)
{
	if (view.guest == want && view.user == want)
		return true;

	ksft_print_msg("want %08x, guest reads %08x, userspace reads %08x\n",
		       want, view.guest, view.user);
	return false;
}

static void v2_set_base(u64 type, u64 gpa, u64 size)
{
	kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_ADDR, type, &gpa);
	virt_map(vm, gpa, gpa, vm_calc_num_guest_pages(vm->mode, size));
}

static void create_vm(void)
{
	u32 nr_irqs = NR_IRQS;

	vm = vm_create_with_vcpus(NR_VCPUS, guest_code, vcpus);

	if (is_v3()) {
		gic_fd = __vgic_v3_setup(vm, NR_VCPUS, NR_IRQS);
		TEST_ASSERT(gic_fd >= 0, "No GICv3, errno %d", errno);
		return;
	}

	gic_fd = kvm_create_device(vm, KVM_DEV_TYPE_ARM_VGIC_V2);
	kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &nr_irqs);
	v2_set_base(KVM_VGIC_V2_ADDR_TYPE_DIST, GICD_BASE_GPA, KVM_VGIC_V2_DIST_SIZE);
	v2_set_base(KVM_VGIC_V2_ADDR_TYPE_CPU, GICC_BASE_GPA, KVM_VGIC_V2_CPU_SIZE);
}

static void init_vgic(void)
{
	kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_CTRL,
			    KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
}

static void create_vm_with_vgic(void)
{
	create_vm();
	init_vgic();
}

static void free_vm(void)
{
	close(gic_fd);
	kvm_vm_free(vm);
}

static u32 reset_groups(const struct group_reg *reg, const struct revision *r)
{
	if (reg->raz)
		return 0;

	return is_v3() ? r->v3_groups : r->v2_groups;
}

/* What a register reads as after @val was written to it at revision @r */
static u32 written_groups(const struct group_reg *reg, const struct revision *r, u32 val)
{
	return r->writable && !reg->raz ? val : reset_groups(reg, r);
}

/* Everything there is to see of one revision */
struct observation {
	int		err;		/* of choosing it */
	struct view	iidr;
	struct view	ctlr[NR_VCPUS];
	struct {
		struct view	initial;
		struct view	guest_wrote;
		struct view	user_wrote;
	} groups[MAX_REGS];
};

static void observe(struct observation *o, u32 rev, enum when when)
{
	const struct group_reg *reg;

	create_vm();
	if (when == AFTER_INIT)
		init_vgic();

	o->err = set_rev(rev) ? errno : 0;

	if (when == BEFORE_INIT)
		init_vgic();

	o->iidr.guest = guest_read(0, GICD_BASE_GPA + GICD_IIDR);
	o->iidr.user = get_iidr();

	for (int i = 0; i < NR_VCPUS && is_v3(); i++) {
		o->ctlr[i].guest = guest_read(i, GICR_BASE_GPA + GICR_CTLR +
						 i * KVM_VGIC_V3_REDIST_SIZE);
		kvm_device_attr_get(gic_fd, KVM_DEV_ARM_VGIC_GRP_REDIST_REGS,
				    vcpu_attr(i, GICR_CTLR), &o->ctlr[i].user);
	}

	for (int i = 0; i < model->nr_regs; i++)
		o->groups[i].initial = read_groups(&model->regs[i]);

	/* Write them all before looking at any, in case one reaches another */
	for (int i = 0; i < model->nr_regs; i++) {
		reg = &model->regs[i];
		guest_write(reg->vcpu, gpa_of(reg), GUEST_GROUPS);
	}
	for (int i = 0; i < model->nr_regs; i++)
		o->groups[i].guest_wrote = read_groups(&model->regs[i]);

	for (int i = 0; i < model->nr_regs; i++)
		user_write_groups(&model->regs[i], USER_GROUPS);
	for (int i = 0; i < model->nr_regs; i++)
		o->groups[i].user_wrote = read_groups(&model->regs[i]);

	free_vm();
}

static void print_view(const char *name, struct view view)
{
	printf(" %s=%08x/%08x", name, view.guest, view.user);
}

/* One line a register, for a script that makes a table of it; guest/userspace */
static void print_observation(const struct observation *o, u32 rev, enum when when)
{
	for (int i = 0; i < model->nr_regs; i++) {
		const struct group_reg *reg = &model->regs[i];

		if (reg->raz)
			continue;

		ksft_print_msg("observed %s revision=%u %s errno=%d reg=IGROUPR%d vcpu=%d",
			       model->name, rev, when_names[when], o->err,
			       reg->n, reg->vcpu);
		print_view("initial", o->groups[i].initial);
		print_view("guest_wrote", o->groups[i].guest_wrote);
		print_view("user_wrote", o->groups[i].user_wrote);
		print_view("gicr_ctlr", o->ctlr[reg->vcpu]);
		printf("\n");
	}
}

static int nr_revision_results(void)
{
	return 1 + 3 * model->nr_regs + (is_v3() ? NR_VCPUS : 0);
}

static void test_revision(const struct revision *r, enum when when)
{
	const char *effect = r->writable ? "takes effect on" : "is ignored by";
	struct observation o = {};
	char id[64];
	u32 want;

	observe(&o, r->rev, when);
	print_observation(&o, r->rev, when);
	snprintf(id, sizeof(id), "%s revision %u chosen %s", model->name, r->rev,
		 when_names[when]);

	/* KVM is 'K', implemented by Arm, JEP106 code 0x43b */
	want = 'K' << GICD_IIDR_PRODUCT_ID_SHIFT | 0x43b |
	       r->rev << GICD_IIDR_REVISION_SHIFT;
	if (o.err)
		ksft_print_msg("GICD_IIDR not accepted: %s\n", strerror(o.err));
	ksft_test_result(both_are(o.iidr, want) && !o.err, "%s: GICD_IIDR\n", id);

	for (int i = 0; i < NR_VCPUS && is_v3(); i++)
		ksft_test_result(both_are(o.ctlr[i], r->gicr_ctlr),
				 "%s: GICR_CTLR.{IR,CES} of vCPU %d\n", id, i);

	for (int i = 0; i < model->nr_regs; i++) {
		const struct group_reg *reg = &model->regs[i];

		ksft_test_result(both_are(o.groups[i].initial, reset_groups(reg, r)),
				 "%s: reset value of %s\n", id, reg->name);
		ksft_test_result(both_are(o.groups[i].guest_wrote,
					  written_groups(reg, r, GUEST_GROUPS)),
				 "%s: guest write %s %s\n", id,
				 reg->raz ? "is ignored by" : effect, reg->name);
		ksft_test_result(both_are(o.groups[i].user_wrote,
					  written_groups(reg, r, USER_GROUPS)),
				 "%s: userspace write %s %s\n", id,
				 reg->raz ? "is ignored by" : effect, reg->name);
	}
}

/*
 * A refused value changes nothing, whatever revision was in force, and neither
 * does a write by the guest, even of a value that userspace could choose.
 */
static void test_refused(const struct revision *r)
{
	const struct group_reg *reg;
	u32 before, val;
	bool same;

	for (int i = 0; i <= ARRAY_SIZE(refused); i++) {
		bool by_guest = i == ARRAY_SIZE(refused);

		create_vm_with_vgic();
		set_rev(r->rev);
		for (int j = 0; j < model->nr_regs; j++)
			user_write_groups(&model->regs[j], USER_GROUPS);
		before = get_iidr();

		if (by_guest) {
			same = true;
			for (int j = 0; j < ARRAY_SIZE(revisions); j++)
				guest_write(0, GICD_BASE_GPA + GICD_IIDR,
					    iidr_with(revisions[j].rev));
		} else {
			val = (before & ~refused[i].mask) | refused[i].val;
			same = set_iidr(val) && errno == EINVAL;
			if (!same)
				ksft_print_msg("%08x is not refused with EINVAL\n", val);
		}

		same &= both_are((struct view) {
				.guest	= guest_read(0, GICD_BASE_GPA + GICD_IIDR),
				.user	= get_iidr(),
			}, before);
		for (int j = 0; j < model->nr_regs; j++) {
			reg = &model->regs[j];
			same &= both_are(read_groups(reg),
					 written_groups(reg, r, USER_GROUPS));
		}

		ksft_test_result(same, "%s revision %u: %s changes nothing\n",
				 model->name, r->rev,
				 by_guest ? "guest write of GICD_IIDR" : refused[i].name);
		free_vm();
	}
}

/*
 * Groups that the guest sets at one revision, then a move to another, then to
 * the latest, where all groups in force can be seen. They are still there if
 * all three revisions have writable groups, and all gone otherwise.
 */
static void test_move(const struct revision *from, const struct revision *to)
{
	bool kept = from->writable && to->writable;
	bool there = true, latest = true;

	create_vm_with_vgic();
	set_rev(from->rev);
	for (int i = 0; i < model->nr_regs; i++)
		guest_write(model->regs[i].vcpu, gpa_of(&model->regs[i]), GUEST_GROUPS);

	set_rev(to->rev);
	for (int i = 0; i < model->nr_regs; i++)
		there &= both_are(read_groups(&model->regs[i]),
				  kept ? written_groups(&model->regs[i], to, GUEST_GROUPS)
				       : reset_groups(&model->regs[i], to));

	set_rev(LATEST->rev);
	for (int i = 0; i < model->nr_regs; i++)
		latest &= both_are(read_groups(&model->regs[i]),
				   kept ? written_groups(&model->regs[i], LATEST, GUEST_GROUPS)
					: reset_groups(&model->regs[i], LATEST));

	ksft_test_result(there, "%s revision %u to %u: groups are %s\n",
			 model->name, from->rev, to->rev, kept ? "kept" : "reset");
	ksft_test_result(latest, "%s revision %u to %u to %u: %s\n",
			 model->name, from->rev, to->rev, LATEST->rev,
			 kept ? "groups are kept" : "no group is left behind");
	free_vm();
}

/* GICv2: what counts as userspace's consent to writable groups, and what not */
static const struct {
	const char	*name;
	int		revs[2];	/* chosen in this order, 0 for none */
	bool		read_iidr;
	bool		opt_in;
} opt_ins[] = {
	{ "no access to GICD_IIDR",		{ 0 },		false,	false },
	{ "reading GICD_IIDR",			{ 0 },		true,	false },
	{ "choosing revision 1",		{ 1 },		false,	false },
	{ "choosing revision 2",		{ 2 },		false,	true },
	{ "choosing revision 3",		{ 3 },		false,	true },
	{ "choosing revision 1, then 3",	{ 1, 3 },	false,	true },
	{ "choosing revision 3, then 1",	{ 3, 1 },	false,	false },
	{ "a refused revision",			{ 15 },		false,	false },
};

static void test_opt_in(void)
{
	for (int i = 0; i < ARRAY_SIZE(opt_ins); i++) {
		bool ok = true;

		create_vm_with_vgic();
		if (opt_ins[i].read_iidr)
			get_iidr();
		for (int j = 0; j < ARRAY_SIZE(opt_ins[i].revs) && opt_ins[i].revs[j]; j++)
			set_rev(opt_ins[i].revs[j]);

		for (int j = 0; j < model->nr_regs; j++) {
			const struct group_reg *reg = &model->regs[j];

			user_write_groups(reg, USER_GROUPS);
			ok &= both_are(read_groups(reg), opt_ins[i].opt_in && !reg->raz ?
							 USER_GROUPS : ALL_GROUP_0);
		}
		ksft_test_result(ok, "%s: %s %s an opt-in to group writes by userspace\n",
				 model->name, opt_ins[i].name,
				 opt_ins[i].opt_in ? "is" : "is not");
		free_vm();
	}
}

/* A VM whose VMM knows nothing of revisions gets what v5.19 and later give it */
static void test_default(void)
{
	bool groups = true;

	create_vm_with_vgic();
	ksft_test_result(FIELD_GET(GICD_IIDR_REVISION_MASK, get_iidr()) == LATEST->rev,
			 "%s: revision %u is the default\n", model->name, LATEST->rev);

	for (int i = 0; i < model->nr_regs; i++) {
		const struct group_reg *reg = &model->regs[i];

		guest_write(reg->vcpu, gpa_of(reg), GUEST_GROUPS);
		groups &= both_are(read_groups(reg), written_groups(reg, LATEST, GUEST_GROUPS));
	}
	ksft_test_result(groups, "%s: the guest can write groups by default\n", model->name);
	free_vm();
}

static bool host_has_model(void)
{
	struct kvm_vm *test_vm = vm_create_barebones();
	bool has = !__kvm_test_create_device(test_vm, model->type);

	kvm_vm_free(test_vm);
	return has;
}

static int nr_model_results(void)
{
	if (!host_has_model())
		return 1;

	return 2 +						/* test_default() */
	       ARRAY_SIZE(revisions) * (NR_WHENS * nr_revision_results() +
					ARRAY_SIZE(refused) + 1 +
					2 * ARRAY_SIZE(revisions)) +
	       (is_v3() ? 0 : ARRAY_SIZE(opt_ins));
}

static void test_model(void)
{
	if (!host_has_model()) {
		ksft_test_result_skip("%s: this host cannot emulate it\n", model->name);
		return;
	}

	test_default();

	for (int i = 0; i < ARRAY_SIZE(revisions); i++) {
		for (int when = 0; when < NR_WHENS; when++)
			test_revision(&revisions[i], when);

		test_refused(&revisions[i]);

		for (int j = 0; j < ARRAY_SIZE(revisions); j++)
			test_move(&revisions[i], &revisions[j]);
	}

	if (!is_v3())
		test_opt_in();
}

int main(int argc, char *argv[])
{
	int plan = 0;

	test_disable_default_vgic();
	ksft_print_header();

	for (model = models; model < models + ARRAY_SIZE(models); model++)
		plan += nr_model_results();
	ksft_set_plan(plan);

	for (model = models; model < models + ARRAY_SIZE(models); model++)
		test_model();

	ksft_finished();
}
