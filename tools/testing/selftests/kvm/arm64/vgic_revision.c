// SPDX-License-Identifier: GPL-2.0-only
/*
 * vgic_revision - What each vGIC implementation revision means
 *
 * A VMM chooses the revision of a VM's vGIC, by writing GICD_IIDR or with
 * KVM_DEV_ARM_VGIC_REVISION_CURRENT. The revision decides whether the interrupt
 * group registers can be written, and what a GICv3 redistributor says in
 * GICR_CTLR. vgic_revisions[] is that contract. For each of its rows, chosen in
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
#include <pthread.h>

#include "kvm_util.h"
#include "processor.h"
#include "test_util.h"
#include "vgic_vm.h"

#define NR_VCPUS	2

/* SGIs, PPIs and 64 SPIs: GICD_IGROUPR3 is the first without an interrupt */
#define NR_IRQS		96

/*
 * What guest and userspace write to the group registers: both groups in both,
 * and rotated by the number of the register, in case one reaches another.
 */
#define GUEST_GROUPS	0xa5a5a5a5U
#define USER_GROUPS	0x3c3c3c3cU

#define ALL_GROUP_0	0U
#define ALL_GROUP_1	GENMASK(31, 0)

/* The one revision that a kernel may do without, as the series may be cut there */
#define OPTIONAL_REV	0

/* What KVM refuses: a field of GICD_IIDR, or all of the attribute, and contents */
static const struct {
	const char	*name;
	enum vgic_way	way;
	u32		mask;
	u32		val;
} refused[] = {
	{ "revision 4",		 VGIC_BY_IIDR, GICD_IIDR_REVISION_MASK,	   VGIC_IIDR_REV(4) },
	{ "revision 15",	 VGIC_BY_IIDR, GICD_IIDR_REVISION_MASK,	   VGIC_IIDR_REV(15) },
	{ "another product",	 VGIC_BY_IIDR, GICD_IIDR_PRODUCT_ID_MASK,  VGIC_IIDR_PRODUCT('Q') },
	{ "another variant",	 VGIC_BY_IIDR, GICD_IIDR_VARIANT_MASK,	   BIT(16) },
	{ "another implementer", VGIC_BY_IIDR, GICD_IIDR_IMPLEMENTER_MASK, 0x43a },
	{ "a reserved bit",	 VGIC_BY_IIDR, BIT(20),			   BIT(20) },
	{ "revision 4",		 VGIC_BY_ATTR, ~0U,			   4 },
	{ "revision 256",	 VGIC_BY_ATTR, ~0U,			   BIT(8) },
	{ "revision 65536",	 VGIC_BY_ATTR, ~0U,			   BIT(16) },
	{ "revision 2^32 - 1",	 VGIC_BY_ATTR, ~0U,			   ~0U },
};

/* The group registers, as one vCPU sees each */
static const struct group_reg {
	const char	*name;
	int		vcpu;
	int		n;	/* GICD_IGROUPRn, or GICR_IGROUPR0 of a GICv3 */
	bool		raz;	/* no interrupts behind it */
	bool		dist;	/* GICD_IGROUPR0 of a GICv3, which the library never accesses */
} regs[] = {
	{ "SGI and PPI groups of vCPU 0",	0, 0 },
	{ "SGI and PPI groups of vCPU 1",	1, 0 },
	{ "first SPI groups",			0, 1 },
	{ "last SPI groups",			1, 2 },
	{ "groups beyond the last SPI",		0, 3, .raz = true },
	/* Not on a GICv2, see nr_regs(): there it is the first one of these */
	{ "GICD_IGROUPR0, which GICv3 has not",	0, 0, .raz = true, .dist = true },
};

#define MAX_REGS	ARRAY_SIZE(regs)

static const struct model {
	const char	*name;
	u32		type;
	bool		(*host_can_emulate)(void);
} models[] = {
	{ "GICv2", KVM_DEV_TYPE_ARM_VGIC_V2, kvm_supports_vgic_v2 },
	{ "GICv3", KVM_DEV_TYPE_ARM_VGIC_V3, kvm_supports_vgic_v3 },
};

/* When is the revision chosen? GICD_IIDR needs a vCPU to access it on. */
enum when { BEFORE_VCPUS, BEFORE_INIT, AFTER_INIT, NR_WHENS };

static const char * const when_names[] = {
	"before vCPUs", "before init", "after init"
};

static const struct model *model;
static struct vgic_vm *v;
static u64 supported;

static bool is_v3(void)
{
	return model->type == KVM_DEV_TYPE_ARM_VGIC_V3;
}

static int nr_regs(void)
{
	return is_v3() ? MAX_REGS : MAX_REGS - 1;
}

static void create_vm(void)
{
	v = vgic_vm_setup(model->type, NR_VCPUS, NR_IRQS);
}

static u32 iidr_with(u32 rev)
{
	return VGIC_KVM_IIDR | VGIC_IIDR_REV(rev);
}

/*
 * Userspace's access to what is at @offset for the interrupts of a group register:
 * @bits of each, so there are as many words, of which this is the @i-th.
 */
static u32 user_read(const struct group_reg *reg, u32 offset, int bits, int i)
{
	u32 val;

	if (!reg->dist)
		return vgic_get(v, reg->vcpu, offset, bits, reg->n * bits + i);

	kvm_device_attr_get(v->gic_fd, KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
			    vgic_vcpu_attr(v, reg->vcpu, offset + 4 * i), &val);
	return val;
}

static void user_write(const struct group_reg *reg, u32 offset, int bits, int i, u32 val)
{
	/* An ignored write is not an error */
	if (!reg->dist)
		vgic_set(v, reg->vcpu, offset, bits, reg->n * bits + i, val);
	else
		kvm_device_attr_set(v->gic_fd, KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
				    vgic_vcpu_attr(v, reg->vcpu, offset + 4 * i), &val);
}

static u64 gpa_of(const struct group_reg *reg)
{
	return reg->dist ? GICD_BASE_GPA + GICD_IGROUPR :
			   vgic_gpa(v, reg->vcpu, GICD_IGROUPR, 1, reg->n);
}

/* What the guest and userspace read from one register at one time */
struct view {
	u32	guest;
	u32	user;
};

static void read_groups(struct view *views)
{
	for (int i = 0; i < nr_regs(); i++) {
		views[i].guest = vgic_guest_read(v, regs[i].vcpu, gpa_of(&regs[i]), 4);
		views[i].user = user_read(&regs[i], GICD_IGROUPR, 1, 0);
	}
}

static struct view read_iidr(void)
{
	return (struct view) {
		.guest	= vgic_guest_read(v, 0, GICD_BASE_GPA + GICD_IIDR, 4),
		.user	= vgic_get_iidr(v),
	};
}

static struct view read_ctlr(int vcpu)
{
	struct view view;

	view.guest = vgic_guest_read(v, vcpu, GICR_BASE_GPA + GICR_CTLR +
					      vcpu * KVM_VGIC_V3_REDIST_SIZE, 4);
	kvm_device_attr_get(v->gic_fd, KVM_DEV_ARM_VGIC_GRP_REDIST_REGS,
			    vgic_vcpu_attr(v, vcpu, GICR_CTLR), &view.user);
	return view;
}

static bool both_are(const char *name, struct view view, u32 want)
{
	if (view.guest == want && view.user == want)
		return true;

	ksft_print_msg("%s: want %08x, guest reads %08x, userspace reads %08x\n",
		       name, want, view.guest, view.user);
	return false;
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

static bool is_supported(const struct vgic_revision *r)
{
	return supported & BIT_ULL(r->rev);
}

/* What register @i reads as at revision @r, if nobody has written it */
static u32 reset_groups(int i, const struct vgic_revision *r)
{
	if (regs[i].raz)
		return 0;

	return is_v3() ? r->v3_groups : r->v2_groups;
}

static u32 pattern(int i, u32 val)
{
	return i ? val << i | val >> (32 - i) : val;
}

/* What it reads as at revision @r after @val was written to all of them */
static u32 written_groups(int i, const struct vgic_revision *r, u32 val)
{
	return r->writable && !regs[i].raz ? pattern(i, val) : reset_groups(i, r);
}

static void guest_write_groups(u32 val)
{
	for (int i = 0; i < nr_regs(); i++)
		vgic_guest_write(v, regs[i].vcpu, gpa_of(&regs[i]), 4, pattern(i, val));
}

static void user_write_groups(u32 val)
{
	for (int i = 0; i < nr_regs(); i++)
		user_write(&regs[i], GICD_IGROUPR, 1, 0, pattern(i, val));
}

/* At revision @r, all registers are as after a write of @val, or as after a reset */
static bool groups_are(const struct vgic_revision *r, bool written, u32 val)
{
	struct view views[MAX_REGS];
	bool ok = true;

	read_groups(views);
	for (int i = 0; i < nr_regs(); i++)
		ok &= both_are(regs[i].name, views[i],
			       written ? written_groups(i, r, val) : reset_groups(i, r));
	return ok;
}

/* All that tells a revision, but for the groups */
static bool rev_is(const struct vgic_revision *r)
{
	bool ok = both_are("GICD_IIDR", read_iidr(), iidr_with(r->rev));

	for (int i = 0; i < NR_VCPUS && is_v3(); i++)
		ok &= both_are("GICR_CTLR", read_ctlr(i), r->gicr_ctlr);

	if (vgic_get_current(v) != r->rev) {
		ksft_print_msg("the attribute reads %d\n", vgic_get_current(v));
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
	struct view	initial[MAX_REGS];
	struct view	guest_wrote[MAX_REGS];
	struct view	user_wrote[MAX_REGS];
};

static void observe(struct observation *o, u32 rev, enum vgic_way by, enum when when)
{
	v = vgic_vm_create(model->type, NR_VCPUS, NR_IRQS);
	if (when == BEFORE_VCPUS)
		o->err = vgic_set_revision(v, by, rev) ? errno : 0;

	while (v->nr_vcpus < NR_VCPUS)
		vgic_vm_add_vcpu(v);
	vgic_vm_map(v);
	if (when == BEFORE_INIT)
		o->err = vgic_set_revision(v, by, rev) ? errno : 0;

	TEST_ASSERT(!vgic_vm_init(v), "Cannot initialize the vGIC: %s", strerror(errno));
	if (when == AFTER_INIT)
		o->err = vgic_set_revision(v, by, rev) ? errno : 0;

	o->rev = vgic_get_current(v);
	o->iidr = read_iidr();

	for (int i = 0; i < NR_VCPUS && is_v3(); i++)
		o->ctlr[i] = read_ctlr(i);

	/* Write them all before looking at any */
	read_groups(o->initial);
	guest_write_groups(GUEST_GROUPS);
	read_groups(o->guest_wrote);
	user_write_groups(USER_GROUPS);
	read_groups(o->user_wrote);

	vgic_vm_free(v);
}

static void print_view(const char *name, struct view view)
{
	printf(" %s=%08x/%08x", name, view.guest, view.user);
}

/* One line a register, for a script that makes a table of it; guest/userspace */
static void print_observation(const struct observation *o, u32 rev, enum vgic_way by,
			      enum when when)
{
	for (int i = 0; i < nr_regs(); i++) {
		const struct group_reg *reg = &regs[i];

		if (reg->raz)
			continue;

		ksft_print_msg("observed %s revision=%u %s %s errno=%d reg=IGROUPR%d vcpu=%d",
			       model->name, rev, vgic_way_names[by], when_names[when],
			       o->err, reg->n, reg->vcpu);
		print_view("initial", o->initial[i]);
		print_view("guest_wrote", o->guest_wrote[i]);
		print_view("user_wrote", o->user_wrote[i]);
		if (is_v3())
			print_view("gicr_ctlr", o->ctlr[reg->vcpu]);
		printf("\n");
	}
}

static int nr_revision_results(void)
{
	return 1 + 3 * nr_regs() + (is_v3() ? NR_VCPUS : 0);
}

static void test_revision(const struct vgic_revision *r, enum vgic_way by, enum when when)
{
	const char *effect = r->writable ? "takes effect on" : "is ignored by";
	struct observation o = {};
	char id[80];

	observe(&o, r->rev, by, when);
	print_observation(&o, r->rev, by, when);
	snprintf(id, sizeof(id), "%s revision %u chosen by %s %s", model->name,
		 r->rev, vgic_way_names[by], when_names[when]);

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

	for (int i = 0; i < nr_regs(); i++) {
		const struct group_reg *reg = &regs[i];

		ksft_test_result(both_are(reg->name, o.initial[i], reset_groups(i, r)),
				 "%s: reset value of %s\n", id, reg->name);
		ksft_test_result(both_are(reg->name, o.guest_wrote[i],
					  written_groups(i, r, GUEST_GROUPS)),
				 "%s: guest write %s %s\n", id,
				 reg->raz ? "is ignored by" : effect, reg->name);
		ksft_test_result(both_are(reg->name, o.user_wrote[i],
					  written_groups(i, r, USER_GROUPS)),
				 "%s: userspace write %s %s\n", id,
				 reg->raz ? "is ignored by" : effect, reg->name);
	}
}

/* A VM where revision @r was chosen, and then userspace wrote the groups */
static bool create_written_vm(const struct vgic_revision *r)
{
	bool ok;

	create_vm();
	ok = !vgic_set_revision(v, VGIC_BY_IIDR, r->rev);
	user_write_groups(USER_GROUPS);
	return ok;
}

/* The revision is @r, and the groups are what USER_GROUPS makes them, or the reset */
static bool all_is(const struct vgic_revision *r, bool written)
{
	bool same = rev_is(r);

	return groups_are(r, written, USER_GROUPS) && same;
}

/*
 * A refused value changes nothing, whatever revision was in force, and neither
 * does a write by the guest, even of a value that userspace could choose.
 */
static void test_refused(const struct vgic_revision *r)
{
	bool ok;

	for (int i = 0; i < ARRAY_SIZE(refused); i++) {
		u32 val = (iidr_with(r->rev) & ~refused[i].mask) | refused[i].val;

		ok = create_written_vm(r);
		if (refused[i].way == VGIC_BY_IIDR)
			ok &= failed_with(vgic_set_iidr(v, val), EINVAL);
		else
			ok &= failed_with(vgic_set_current(v, val), EINVAL);
		ok &= all_is(r, true);
		ksft_test_result(ok, "%s revision %u: %s by %s is refused and changes nothing\n",
				 model->name, r->rev, refused[i].name,
				 vgic_way_names[refused[i].way]);
		vgic_vm_free(v);
	}

	ok = create_written_vm(r);
	for (int i = 0; i < VGIC_NR_REVISIONS; i++)
		vgic_guest_write(v, 0, GICD_BASE_GPA + GICD_IIDR, 4,
				 iidr_with(vgic_revisions[i].rev));
	ksft_test_result(all_is(r, true) && ok,
			 "%s revision %u: a guest write to GICD_IIDR changes nothing\n",
			 model->name, r->rev);
	vgic_vm_free(v);
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

/* Enabled, in a distributor that is enabled, so that KVM queues them for a vCPU */
static void write_irq_state(const struct group_reg *reg)
{
	for (int i = 0; i < 8; i++)
		user_write(reg, GICD_IPRIORITYR, 8, i, PRIORITIES);
	user_write(reg, GICD_ISENABLER, 1, 0, PENDING_IRQS | ACTIVE_IRQS);
	user_write(reg, GICD_ISPENDR, 1, 0, PENDING_IRQS);
	/* An SGI of a GICv2 is pending for its source, here vCPU 0 sent SGI 3 */
	if (!is_v3() && !reg->n)
		vgic_set(v, reg->vcpu, GICD_SPENDSGIR, 8, 0, BIT(24));
	user_write(reg, GICD_ISACTIVER, 1, 0, ACTIVE_IRQS);
}

static struct irq_state read_irq_state(const struct group_reg *reg)
{
	struct irq_state state = {
		.enabled	= user_read(reg, GICD_ISENABLER, 1, 0),
		.pending	= user_read(reg, GICD_ISPENDR, 1, 0),
		.active		= user_read(reg, GICD_ISACTIVER, 1, 0),
	};

	for (int i = 0; i < 8; i++)
		state.priority[i] = user_read(reg, GICD_IPRIORITYR, 8, i);
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

	snprintf(path, sizeof(path), "/sys/kernel/debug/kvm/%d-%d/vgic-state", getpid(), v->vm->fd);
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
	for (int i = 0; i < VGIC_NR_REVISIONS; i++) {
		unsigned int rev = ~0U;

		if (!is_supported(&vgic_revisions[i]))
			continue;

		ok &= !vgic_set_revision(v, VGIC_BY_IIDR, vgic_revisions[i].rev);
		f = open_vgic_state();
		if (!f) {
			ksft_test_result_skip("%s: no vgic-state in debugfs\n", model->name);
			vgic_vm_free(v);
			return;
		}
		while (fgets(line, sizeof(line), f) && sscanf(line, "revision: %u", &rev) != 1)
			;
		fclose(f);
		ok &= rev == vgic_revisions[i].rev;
	}
	ksft_test_result(ok, "%s: debugfs shows the revision\n", model->name);
	vgic_vm_free(v);
}

/*
 * At one revision, try to put every interrupt into the group that it does not
 * have by default; then move to another revision, then to the latest, where all
 * groups in force can be seen. They have moved if the first two have writable
 * groups, and are all back at the default otherwise.
 */
static void test_move(const struct vgic_revision *from, const struct vgic_revision *to,
		      enum vgic_way by)
{
	enum vgic_way other = by == VGIC_BY_IIDR ? VGIC_BY_ATTR : VGIC_BY_IIDR;
	u32 val = is_v3() ? ALL_GROUP_0 : ALL_GROUP_1;
	bool kept = from->writable && to->writable;
	bool there, latest, writable, state = true;
	struct irq_state before[MAX_REGS], after;
	bool in_force = true;
	char id[80];
	FILE *f;

	create_vm();
	there = !vgic_set_revision(v, by, from->rev);
	vgic_enable_dist(v);
	if (by == VGIC_BY_IIDR)
		guest_write_groups(val);
	else
		user_write_groups(val);
	for (int i = 0; i < nr_regs(); i++) {
		write_irq_state(&regs[i]);
		before[i] = read_irq_state(&regs[i]);
		state &= irq_state_is_written(&regs[i], &before[i]);
	}

	there &= !vgic_set_revision(v, other, to->rev) && rev_is(to);
	there &= groups_are(to, kept, val);

	f = open_vgic_state();
	if (f) {
		in_force = groups_in_force_are(f, kept ? val : ~val);
		fclose(f);
	}

	latest = !vgic_set_revision(v, by, VGIC_LATEST->rev) && rev_is(VGIC_LATEST);
	latest &= groups_are(VGIC_LATEST, kept, val);
	for (int i = 0; i < nr_regs(); i++) {
		after = read_irq_state(&regs[i]);
		state &= !memcmp(&before[i], &after, sizeof(after));
	}

	user_write_groups(USER_GROUPS);
	writable = all_is(VGIC_LATEST, true);

	snprintf(id, sizeof(id), "%s revision %u by %s, %s writes, %u by %s", model->name,
		 from->rev, vgic_way_names[by], by == VGIC_BY_IIDR ? "guest" : "userspace",
		 to->rev, vgic_way_names[other]);
	ksft_test_result(there, "%s: groups read as %s\n", id, kept ? "kept" : "reset");
	if (f)
		ksft_test_result(in_force, "%s: groups in force are %s\n", id,
				 kept ? "kept" : "reset");
	else
		ksft_test_result_skip("%s: no vgic-state in debugfs\n", model->name);
	ksft_test_result(latest, "%s, %u: %s\n", id, VGIC_LATEST->rev,
			 kept ? "groups are kept" : "no group is left behind");
	ksft_test_result(state, "%s, %u: nothing else about the interrupts changes\n", id,
			 VGIC_LATEST->rev);
	ksft_test_result(writable, "%s, %u: groups can be written\n", id, VGIC_LATEST->rev);
	vgic_vm_free(v);
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

static void test_opt_in(enum vgic_way by)
{
	for (int i = 0; i < ARRAY_SIZE(opt_ins); i++) {
		const struct vgic_revision *last = VGIC_LATEST;

		create_vm();
		if (opt_ins[i].read_rev) {
			vgic_get_iidr(v);
			vgic_get_current(v);
		}
		for (int j = 0; j < opt_ins[i].nr_revs; j++)
			if (!vgic_set_revision(v, by, opt_ins[i].revs[j]))
				last = &vgic_revisions[opt_ins[i].revs[j]];

		user_write_groups(USER_GROUPS);
		ksft_test_result(groups_are(last, opt_ins[i].opt_in, USER_GROUPS),
				 "%s by %s: %s %s an opt-in to group writes by userspace\n",
				 model->name, vgic_way_names[by], opt_ins[i].name,
				 opt_ins[i].opt_in ? "is" : "is not");
		vgic_vm_free(v);
	}
}

/*
 * A VM whose VMM knows nothing of revisions gets what v5.19 and later give it:
 * writable groups, but for userspace on GICv2.
 */
static void test_default(void)
{
	create_vm();
	ksft_test_result(rev_is(VGIC_LATEST), "%s: revision %u is the default\n",
			 model->name, VGIC_LATEST->rev);

	user_write_groups(USER_GROUPS);
	ksft_test_result(groups_are(VGIC_LATEST, is_v3(), USER_GROUPS),
			 "%s: userspace %s write groups by default\n", model->name,
			 is_v3() ? "can" : "cannot");

	guest_write_groups(GUEST_GROUPS);
	ksft_test_result(groups_are(VGIC_LATEST, true, GUEST_GROUPS),
			 "%s: the guest can write groups by default\n", model->name);
	vgic_vm_free(v);
}

#define NR_DEFAULT_RESULTS	3

/* The attribute as such, for what the library does not do: what has to fail */
static int has(u64 attr)
{
	return __kvm_has_device_attr(v->gic_fd, KVM_DEV_ARM_VGIC_GRP_REVISION, attr);
}

static int get(u64 attr, void *val)
{
	return __kvm_device_attr_get(v->gic_fd, KVM_DEV_ARM_VGIC_GRP_REVISION, attr, val);
}

static int set(u64 attr, void *val)
{
	return __kvm_device_attr_set(v->gic_fd, KVM_DEV_ARM_VGIC_GRP_REVISION, attr, val);
}

/* SUPPORTED is what can be set, by either way, and no more */
static void test_supported(void)
{
	u64 want = GENMASK_ULL(VGIC_LATEST->rev, 0), by_way[VGIC_NR_WAYS] = {};

	create_vm();
	for (int way = 0; way < VGIC_NR_WAYS; way++)
		for (u32 rev = 0; rev < (way == VGIC_BY_IIDR ? 16 : 64); rev++)
			if (!vgic_set_revision(v, way, rev))
				by_way[way] |= BIT_ULL(rev);

	for (int way = 0; way < VGIC_NR_WAYS; way++) {
		if (by_way[way] != supported)
			ksft_print_msg("supported %llx, can be set %llx\n",
				       (unsigned long long)supported,
				       (unsigned long long)by_way[way]);
		ksft_test_result(by_way[way] == supported,
				 "%s: SUPPORTED is what can be set by %s\n",
				 model->name, vgic_way_names[way]);
	}
	ksft_test_result((supported | BIT_ULL(OPTIONAL_REV)) == want,
			 "%s: SUPPORTED has all revisions that there are\n", model->name);
	vgic_vm_free(v);
}

#define NR_SUPPORTED_RESULTS	(VGIC_NR_WAYS + 1)

#define POISON	0xdeadbeefdeadbeefULL

static void test_attr_errors(void)
{
	const u64 current = KVM_DEV_ARM_VGIC_REVISION_CURRENT;
	const u64 all = KVM_DEV_ARM_VGIC_REVISION_SUPPORTED;
	const char *name = model->name;
	u64 val = 2;
	bool ok;

	create_vm();
	ksft_test_result(!has(current) && !has(all),
			 "%s: both attributes are there\n", name);
	ksft_test_result(failed_with(has(2), ENXIO) && failed_with(has(~0ULL), ENXIO) &&
			 failed_with(has(BIT_ULL(32)), ENXIO),
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
	ksft_test_result(all_is(VGIC_LATEST, false), "%s: none of this changed anything\n", name);

	/* No more and no less than 32 bits are read or written */
	val = POISON;
	ok = !get(current, &val) && val == ((POISON & ~GENMASK_ULL(31, 0)) | VGIC_LATEST->rev);
	val = (POISON & ~GENMASK_ULL(31, 0)) | 1;
	ok &= !set(current, &val) && vgic_get_current(v) == 1;
	ksft_test_result(ok, "%s: CURRENT has 32 bits\n", name);
	val = POISON;
	ksft_test_result(!get(all, &val) && val == supported, "%s: SUPPORTED has 64 bits\n",
			 name);
	vgic_vm_free(v);
}

#define NR_ATTR_ERROR_RESULTS	11

/* A device and nothing else, as vgic_vm_create() settles the number of interrupts */
static void create_device(u32 type)
{
	v = calloc(1, sizeof(*v));
	TEST_ASSERT(v, "Out of memory");
	v->type = type;
	v->vm = vm_create(NR_VCPUS);
	v->gic_fd = kvm_create_device(v->vm, type);
}

/* Once the vGIC is initialized the number of interrupts is settled */
static bool can_set_nr_irqs(void)
{
	u32 nr_irqs = NR_IRQS;

	return !__kvm_device_attr_set(v->gic_fd, KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &nr_irqs);
}

static bool can_set_current(const struct vgic_revision *r)
{
	return !is_supported(r) ||
	       (!vgic_set_current(v, r->rev) && vgic_get_current(v) == r->rev);
}

/*
 * Setting CURRENT must work, and harm nothing, on a VM that is not complete: the
 * arrays of interrupts come with the vCPUs and with the initialization.
 */
static void test_incomplete_vm(void)
{
	bool ok = true;

	create_device(model->type);
	for (int i = 0; i < VGIC_NR_REVISIONS; i++)
		ok &= can_set_current(&vgic_revisions[i]);
	ksft_test_result(ok, "%s: CURRENT can be set without vCPUs\n", model->name);
	ksft_test_result(can_set_nr_irqs(),
			 "%s: setting CURRENT without vCPUs does not initialize the vGIC\n",
			 model->name);

	/* It need not work: a host that allocates vPEs has none to allocate */
	vgic_vm_init(v);
	ok = true;
	for (int i = VGIC_NR_REVISIONS - 1; i >= 0; i--)
		ok &= can_set_current(&vgic_revisions[i]);
	ksft_test_result(ok, "%s: CURRENT can be set after an init without vCPUs\n", model->name);
	vgic_vm_free(v);

	/* This vCPU never runs */
	create_device(model->type);
	vm_vcpu_add(v->vm, 0, NULL);
	ok = !vgic_set_current(v, 1) && !vgic_set_current(v, VGIC_LATEST->rev);
	ok &= can_set_nr_irqs();
	ksft_test_result(ok, "%s: setting CURRENT with a vCPU does not initialize the vGIC\n",
			 model->name);
	vgic_vm_free(v);
}

#define NR_INCOMPLETE_RESULTS	4

/* Each VM has its own copy of these, and the host has another */
static bool spinning, stop;

static u64 guest_spin(u64 unused1, u64 unused2, u64 unused3)
{
	WRITE_ONCE(spinning, true);
	while (!READ_ONCE(stop))
		;
	return 0;
}

static void *run_spinning_vcpu(void *unused)
{
	vgic_guest_call(v, 1, guest_spin, 0, 0, 0);
	return NULL;
}

/* Nothing changes under a vCPU that runs */
static void test_busy(void)
{
	bool busy[VGIC_NR_WAYS], can_read;
	pthread_t thread;

	create_vm();
	TEST_ASSERT(!pthread_create(&thread, NULL, run_spinning_vcpu, NULL), "No thread");
	while (!SYNC_FROM_GUEST_AND_READ(v->vm, spinning))
		;

	for (int way = 0; way < VGIC_NR_WAYS; way++)
		busy[way] = failed_with(vgic_set_revision(v, way, 1), EBUSY);
	can_read = vgic_get_current(v) == VGIC_LATEST->rev;

	write_guest_global(v->vm, stop, true);
	pthread_join(thread, NULL);

	for (int way = 0; way < VGIC_NR_WAYS; way++)
		ksft_test_result(busy[way], "%s: the revision by %s while a vCPU runs, EBUSY\n",
				 model->name, vgic_way_names[way]);
	ksft_test_result(can_read, "%s: CURRENT can be read while a vCPU runs\n", model->name);
	ksft_test_result(all_is(VGIC_LATEST, false), "%s: and nothing has changed\n", model->name);
	vgic_vm_free(v);
}

#define NR_BUSY_RESULTS		(VGIC_NR_WAYS + 2)

static bool kvm_supports_vgic_v5(void)
{
	struct kvm_vm *vm = vm_create_barebones();
	bool can = !__kvm_test_create_device(vm, KVM_DEV_TYPE_ARM_VGIC_V5);

	kvm_vm_free(vm);
	return can;
}

/* A GICv5 has no revision */
static void test_v5(void)
{
	bool ok = true;
	u64 val = 0;

	if (!kvm_supports_vgic_v5()) {
		ksft_test_result_skip("GICv5: this host cannot emulate it\n");
		return;
	}

	create_device(KVM_DEV_TYPE_ARM_VGIC_V5);
	for (u64 attr = 0; attr < 3; attr++) {
		ok &= failed_with(has(attr), ENXIO);
		ok &= failed_with(get(attr, &val), ENXIO);
		ok &= failed_with(set(attr, &val), ENXIO);
	}
	ksft_test_result(ok, "GICv5: no attribute of the revision, ENXIO\n");
	vgic_vm_free(v);
}

/* The number of results for each row of vgic_revisions[] */
static int nr_row_results(void)
{
	/* Every time and way, but GICD_IIDR before there are vCPUs */
	return (NR_WHENS * VGIC_NR_WAYS - 1) * nr_revision_results() +
	       ARRAY_SIZE(refused) + 1 + VGIC_NR_WAYS * VGIC_NR_REVISIONS * NR_MOVE_RESULTS;
}

static int nr_model_results(void)
{
	if (!model->host_can_emulate())
		return 1;

	return NR_DEFAULT_RESULTS + NR_SUPPORTED_RESULTS + NR_ATTR_ERROR_RESULTS +
	       NR_INCOMPLETE_RESULTS + NR_BUSY_RESULTS + 1 /* test_debugfs() */ +
	       VGIC_NR_REVISIONS * nr_row_results() +
	       (is_v3() ? 0 : VGIC_NR_WAYS * ARRAY_SIZE(opt_ins));
}

static void skip(int nr, const struct vgic_revision *r)
{
	while (nr--)
		ksft_test_result_skip("%s: this kernel does not offer revision %u\n",
				      model->name, r->rev);
}

static void test_row(const struct vgic_revision *r)
{
	if (!is_supported(r)) {
		skip(nr_row_results(), r);
		return;
	}

	for (int when = 0; when < NR_WHENS; when++) {
		if (when != BEFORE_VCPUS)
			test_revision(r, VGIC_BY_IIDR, when);
		test_revision(r, VGIC_BY_ATTR, when);
	}

	test_refused(r);

	for (int i = 0; i < VGIC_NR_REVISIONS; i++) {
		if (!is_supported(&vgic_revisions[i])) {
			skip(VGIC_NR_WAYS * NR_MOVE_RESULTS, &vgic_revisions[i]);
			continue;
		}
		for (int way = 0; way < VGIC_NR_WAYS; way++)
			test_move(r, &vgic_revisions[i], way);
	}
}

static void test_model(void)
{
	if (!model->host_can_emulate()) {
		ksft_test_result_skip("%s: this host cannot emulate it\n", model->name);
		return;
	}

	supported = vgic_supported_revisions(model->type);

	test_default();
	test_supported();
	test_attr_errors();
	test_incomplete_vm();
	test_busy();
	test_debugfs();

	for (int i = 0; i < VGIC_NR_REVISIONS; i++)
		test_row(&vgic_revisions[i]);

	for (int way = 0; way < VGIC_NR_WAYS && !is_v3(); way++)
		test_opt_in(way);
}

int main(int argc, char *argv[])
{
	int plan = 1;	/* test_v5() */

	test_disable_default_vgic();
	ksft_print_header();

	if (!kvm_supports_vgic_v2() && !kvm_supports_vgic_v3() && !kvm_supports_vgic_v5())
		ksft_exit_skip("This host can emulate no GIC\n");

	for (model = models; model < models + ARRAY_SIZE(models); model++)
		plan += nr_model_results();
	ksft_set_plan(plan);

	for (model = models; model < models + ARRAY_SIZE(models); model++)
		test_model();
	test_v5();

	ksft_finished();
}
