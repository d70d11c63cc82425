// SPDX-License-Identifier: GPL-2.0-only
/*
 * vgic_revision_fuzz - Random operations against the contract of the revisions
 *
 * The other tests try what somebody thought of. This one lets userspace and the
 * guest do random things in a random order: choose a revision in both ways,
 * write group registers with every width, enable interrupts, make them pending
 * and active, take them, add vCPUs, initialize the vGIC, reset the VM, save and
 * restore it. After each operation it compares the revision, and the groups of
 * some interrupts, with what the contract says; everything is compared now and
 * then, and before it is thrown away. The contract is a set of tables, below,
 * that do not follow how KVM does it.
 *
 * The operations depend on the seed and on nothing else, and each on its own
 * number, so that "-s SEED -n OPS" repeats a run exactly. If KVM and the contract
 * disagree, the run is repeated with every register compared after each
 * operation, which finds the shortest prefix that fails; its operations are
 * printed from the creation of the VM that it fails on.
 */
#include <linux/bitfield.h>

#include "kvm_util.h"
#include "processor.h"
#include "test_util.h"
#include "vgic_vm.h"

#define MAX_VCPUS	3
#define NR_IRQS		96
#define NR_SPI_WORDS	2
#define NR_WORDS	(MAX_VCPUS + NR_SPI_WORDS)

/* SGIs, and PPIs that do not belong to a timer or the like */
#define OUR_PRIVATE	GENMASK(21, 0)
#define SGIS		GENMASK(15, 0)
#define PPIS		GENMASK(31, 16)

enum model { V2, V3, NR_MODELS };

static const char * const model_names[] = { "GICv2", "GICv3" };

#define NR_REVS		VGIC_NR_REVISIONS
#define LATEST		(NR_REVS - 1)

/* The contract: which group an interrupt has before anybody writes one... */
static const u32 fixed_groups[NR_MODELS] = { 0, ~0U };

/* ...what the registers read as, where S is what is in force... */
enum reads { S, ZEROS, ONES };
static const enum reads group_reads[NR_MODELS][NR_REVS] = {
	[V2] = { ONES, ZEROS, S, S },
	[V3] = { ONES, ONES,  S, S },
};

/* ...whose writes take effect, if userspace has chosen revision 2 or 3 or not... */
enum writer { GUEST, USER, USER_CHOSE, NR_WRITERS };
static const bool group_writes[NR_MODELS][NR_WRITERS][NR_REVS] = {
	[V2] = {
		[GUEST]		= { false, false, true,  true },
		[USER]		= { false, false, false, false },
		[USER_CHOSE]	= { false, false, true,  true },
	},
	[V3] = {
		[GUEST]		= { false, false, true,  true },
		[USER]		= { false, false, true,  true },
		[USER_CHOSE]	= { false, false, true,  true },
	},
};

/* ...which of them count as that choice... */
static const bool is_choice[NR_REVS] = { false, false, true, true };

/* ...what a redistributor says that it can do... */
static const u32 gicr_ctlr[NR_REVS] = { 0, 0, 0, GICR_CTLR_IR | GICR_CTLR_CES };

/* ...and which moves keep the groups, from a row to a column; others reset them */
static const bool keeps_groups[NR_REVS][NR_REVS] = {
	{ false, false, true, true },
	{ false, false, true, true },
	{ false, false, true, true },
	{ false, false, true, true },
};

/* What the contract says of the VM; a word for each vCPU, then those of the SPIs */
static struct {
	u32	rev;
	bool	chose;
	bool	initialized;
	u32	groups[NR_WORDS];	/* in force */
	u32	enabled[NR_WORDS];
	u32	pending[NR_WORDS];
	u32	active[NR_WORDS];
} want;

static enum model model;
static struct vgic_vm *v;
static u32 seed = 1;
static struct kvm_random_state rng;
static u64 supported;

/* How often each operation did something at each revision */
static u32 (*runs)[NR_REVS];

/* How often one operation came after another */
#define MAX_OPS		16
static u32 pairs[MAX_OPS][MAX_OPS];

static bool verbose;

/* Whether the last operation did something, as a guest cannot before it runs */
static bool tried;

#define describe(...) do { if (verbose) ksft_print_msg(__VA_ARGS__); } while (0)

static u32 rnd(u32 below)
{
	/* The low bits of a linear generator repeat soon */
	return (kvm_random_u32(&rng) >> 8) % below;
}

static u32 random_word(void)
{
	u32 low = kvm_random_u32(&rng);

	/* A number has 31 bits */
	return low ^ kvm_random_u32(&rng) << 16;
}

/* Words of vCPUs that there are not are not looked at */
static bool has_word(int w)
{
	return w < v->nr_vcpus || w >= MAX_VCPUS;
}

static int vcpu_of(int w)
{
	return w < MAX_VCPUS ? w : 0;
}

static int n_of(int w)
{
	return w < MAX_VCPUS ? 0 : w - MAX_VCPUS + 1;
}

static int rnd_word(void)
{
	int w;

	do {
		w = rnd(NR_WORDS);
	} while (!has_word(w));
	return w;
}

static u32 ours(int w)
{
	return w < MAX_VCPUS ? OUR_PRIVATE : ~0U;
}

static u32 want_read(int w)
{
	switch (group_reads[model][want.rev]) {
	case ZEROS:
		return 0;
	case ONES:
		return ~0U;
	default:
		return want.groups[w];
	}
}

static bool differs(const char *what, int w, u32 got, u32 wanted)
{
	if (got == wanted)
		return false;

	ksft_print_msg("%s of word %d at revision %u: %08x, should be %08x\n", what, w,
		       want.rev, got, wanted);
	return true;
}

/* A call that should return 0, or -1 with this errno */
static bool returns(int ret, int err)
{
	int got = ret ? errno : 0;

	if (got == err)
		return true;

	ksft_print_msg("returned %s, should be %s\n", strerror(got), strerror(err));
	return false;
}

static void want_new_vm(void)
{
	memset(&want, 0, sizeof(want));
	want.rev = LATEST;
	for (int w = 0; w < NR_WORDS; w++) {
		want.groups[w] = fixed_groups[model];
		/* KVM has SGIs enabled from the start */
		want.enabled[w] = w < MAX_VCPUS ? SGIS : 0;
	}
}

static void want_rev(u32 rev)
{
	for (int w = 0; w < NR_WORDS; w++)
		if (!keeps_groups[want.rev][rev])
			want.groups[w] = fixed_groups[model];
	want.rev = rev;
	want.chose = is_choice[rev];
}

static void want_group_write(enum writer writer, int w, u32 val)
{
	if (writer == USER && want.chose)
		writer = USER_CHOSE;
	if (group_writes[model][writer][want.rev])
		want.groups[w] = val;
}

static void new_vm(int nr_vcpus)
{
	if (v)
		vgic_vm_free(v);
	v = vgic_vm_create(model == V2 ? KVM_DEV_TYPE_ARM_VGIC_V2 : KVM_DEV_TYPE_ARM_VGIC_V3,
			   MAX_VCPUS, NR_IRQS);
	while (v->nr_vcpus < nr_vcpus)
		vgic_vm_add_vcpu(v);
	vgic_vm_map(v);
	want_new_vm();
}

/*
 * What a guest does first, once it can run. KVM does not look again at what
 * became pending while the distributor was disabled, so that comes before it.
 */
static void initialized(void)
{
	if (want.initialized)
		return;

	want.initialized = true;
	vgic_enable_dist(v);
	for (int i = 0; i < v->nr_vcpus; i++)
		vgic_guest_enable_cpuif(v, i, GICC_CTLR_ENABLE_G0 | GICC_CTLR_ENABLE_G1 |
					      GICC_CTLR_FIQ_EN);
}

/* Any access to a register initializes a GICv2, and fails on a GICv3 until it is */
static int user_access_error(void)
{
	if (model == V3)
		return want.initialized ? 0 : EBUSY;

	vgic_get(v, 0, GICD_IGROUPR, 1, 0);
	initialized();
	return 0;
}

/* A guest cannot run before that */
static bool can_run(void)
{
	tried = want.initialized;
	return tried;
}

static bool do_attr(void)
{
	static const u32 odd[] = { 4, 5, 15, 16, 256, ~0U };
	u32 rev = rnd(8) ? rnd(NR_REVS) : odd[rnd(ARRAY_SIZE(odd))];
	bool ok = rev < NR_REVS && (supported & BIT_ULL(rev));

	describe("set the attribute to %u\n", rev);
	if (!returns(vgic_set_current(v, rev), ok ? 0 : EINVAL))
		return false;
	if (ok)
		want_rev(rev);
	return true;
}

static bool do_iidr(void)
{
	u32 rev = rnd(8) ? rnd(NR_REVS) : 4 + rnd(12);
	u32 other = rnd(8) ? 0 : BIT((GICD_IIDR_REVISION_SHIFT + 4 + rnd(28)) % 32);
	bool ok = rev < NR_REVS && (supported & BIT_ULL(rev)) && !other, good;

	describe("write GICD_IIDR with revision %u%s\n", rev, other ? ", other fields wrong" : "");
	good = returns(vgic_set_iidr(v, (VGIC_KVM_IIDR | VGIC_IIDR_REV(rev)) ^ other),
		       ok ? 0 : EINVAL);
	if (model == V2)
		initialized();
	if (ok)
		want_rev(rev);
	return good;
}

static bool do_user_group(void)
{
	u32 val = random_word();
	int w = rnd_word(), err;

	describe("userspace writes %08x to the groups of word %d\n", val, w);
	err = user_access_error();
	if (!err)
		want_group_write(USER, w, val);
	return returns(__vgic_set(v, vcpu_of(w), GICD_IGROUPR, 1, n_of(w), val), err);
}

/* 32 bits is what the registers take; all else is ignored, and reads as zero */
static bool do_guest_group(void)
{
	int w = rnd_word(), len = rnd(2) ? 4 : BIT(rnd(4));
	int vcpu = w < MAX_VCPUS ? w : rnd(v->nr_vcpus);
	u64 gpa = vgic_gpa(v, vcpu, GICD_IGROUPR, 1, n_of(w));
	u32 val = random_word();

	/* Aligned, and inside the register if it is smaller */
	if (len == 8)
		gpa &= ~7ULL;
	else if (len < 4)
		gpa += rnd(4 / len) * len;
	describe("vCPU %d writes %08x to the groups of word %d, with %d bytes\n", vcpu, val, w,
		 len);
	if (!can_run())
		return true;

	vgic_guest_write(v, vcpu, gpa, len, val);
	if (len == 4)
		want_group_write(GUEST, w, val);
	return len == 4 || !differs("odd read", w, vgic_guest_read(v, vcpu, gpa, len), 0);
}

/* Where there is nothing to write: beyond the last SPI, GICD_IGROUPR0 of a GICv3 */
static bool do_nothing_there(void)
{
	u64 gpa = GICD_BASE_GPA + GICD_IGROUPR + (model == V3 && rnd(2) ? 0 : NR_IRQS / 8);

	describe("guest writes to group registers without interrupts\n");
	if (!can_run())
		return true;

	vgic_guest_write(v, 0, gpa, 4, ~0U);
	return !differs("register without interrupts", 0, vgic_guest_read(v, 0, gpa, 4), 0);
}

static bool do_guest_iidr(void)
{
	u32 rev = rnd(16);

	describe("guest writes revision %u to GICD_IIDR\n", rev);
	if (!can_run())
		return true;

	vgic_guest_write(v, 0, GICD_BASE_GPA + GICD_IIDR, 4, VGIC_KVM_IIDR | VGIC_IIDR_REV(rev));
	return !differs("GICD_IIDR in the guest", 0,
			vgic_guest_read(v, 0, GICD_BASE_GPA + GICD_IIDR, 4),
			VGIC_KVM_IIDR | VGIC_IIDR_REV(want.rev));
}

/* Write a register that sets or clears bits, by either side */
static bool write_bits(bool by_guest, int w, u32 offset, u32 val)
{
	int err;

	if (!by_guest) {
		err = user_access_error();
		return returns(__vgic_set(v, vcpu_of(w), offset, 1, n_of(w), val), err);
	}

	if (can_run())
		vgic_guest_set(v, vcpu_of(w), offset, 1, n_of(w), val);
	return true;
}

static bool do_enable(void)
{
	bool by_guest = rnd(2), enable = rnd(3);
	int w = rnd_word();
	u32 val = random_word() & ours(w);
	bool ok;

	describe("%s %s %08x of word %d\n", by_guest ? "guest" : "userspace",
		 enable ? "enables" : "disables", val, w);
	ok = write_bits(by_guest, w, enable ? GICD_ISENABLER : GICD_ICENABLER, val);
	if (want.initialized && enable)
		want.enabled[w] |= val;
	else if (want.initialized)
		want.enabled[w] &= ~val;
	return ok;
}

/*
 * Userspace sets all bits of a GICv3 to what they are to be. A guest cannot make
 * SGIs of a GICv2 pending in this way.
 */
static bool do_pend(void)
{
	bool by_guest = rnd(2);
	int w = rnd_word();
	u32 val = random_word() & random_word() & ours(w);
	bool ok;

	if (w < MAX_VCPUS && model == V2 && by_guest)
		val &= ~SGIS;
	describe("%s makes %08x of word %d pending\n", by_guest ? "guest" : "userspace", val, w);
	ok = write_bits(by_guest, w, GICD_ISPENDR, val);
	if (want.initialized && model == V3 && !by_guest)
		want.pending[w] = val;
	else if (want.initialized)
		want.pending[w] |= val;
	return ok;
}

static bool do_unpend(void)
{
	int w = rnd_word();
	u32 val = random_word() & ours(w);

	if (w < MAX_VCPUS && model == V2)
		val &= ~SGIS;
	describe("guest clears pending %08x of word %d\n", val, w);
	if (want.initialized)
		want.pending[w] &= ~val;
	return write_bits(true, w, GICD_ICPENDR, val);
}

/*
 * Not PPIs, which are level-sensitive, and forgotten as they are deactivated if
 * they are pending. Not SGIs of a GICv2, as KVM invents who sent them. And not
 * many, so that all of them are in list registers when there are EOIs.
 */
static bool do_activate(void)
{
	bool by_guest = rnd(2), activate = rnd(2);
	int w = rnd_word(), nr = 0;
	u32 val = BIT(rnd(32));
	bool ok;

	if (w < MAX_VCPUS)
		val &= model == V2 ? 0 : SGIS;
	for (int i = 0; i < NR_WORDS; i++)
		nr += __builtin_popcount(want.active[i]);
	if (nr >= 2)
		activate = false;
	if (!activate)
		val = want.active[w];

	describe("%s %s %08x of word %d\n", by_guest ? "guest" : "userspace",
		 activate ? "activates" : "deactivates", val, w);
	ok = write_bits(by_guest, w, activate ? GICD_ISACTIVER : GICD_ICACTIVER, val);
	if (want.initialized && activate)
		want.active[w] |= val;
	else if (want.initialized)
		want.active[w] &= ~val;
	return ok;
}

/* Each arrives once, in its group, and no other does. SPIs go to vCPU 0. */
static bool take_word(int vcpu, int w)
{
	u32 first = w < MAX_VCPUS ? 0 : 32 * n_of(w);
	u32 arrives = want.enabled[w] & want.pending[w] & ~want.active[w];
	bool ok = true;

	if (w >= MAX_VCPUS && vcpu)
		arrives = 0;

	for (int i = 0; i < 32; i++) {
		bool group = want.groups[w] & BIT(i);
		int nr = vgic_nr_arrived(v, vcpu, first + i, group ? VGIC_IRQ_G1 : VGIC_FIQ_G0);
		int all = vgic_nr_arrived_at_all(v, vcpu, first + i);
		int wanted = !!(arrives & BIT(i));

		if ((nr != wanted || all != wanted) && ok) {
			ksft_print_msg("%u on vCPU %d: want %d in group %d, got %d of %d\n",
				       first + i, vcpu, wanted, group, nr, all);
			ok = false;
		}
	}
	want.pending[w] &= ~arrives;
	return ok;
}

static bool do_take(void)
{
	int vcpu = rnd(v->nr_vcpus);
	bool ok;

	describe("vCPU %d takes its interrupts\n", vcpu);
	if (!can_run())
		return true;

	vgic_forget_arrivals(v);
	vgic_guest_take(v, vcpu);
	ok = take_word(vcpu, vcpu);
	for (int w = MAX_VCPUS; w < NR_WORDS; w++)
		ok &= take_word(vcpu, w);
	return ok;
}

static bool do_init(void)
{
	bool ok;

	describe("initialize the vGIC\n");
	ok = returns(vgic_vm_init(v), 0);
	initialized();
	return ok;
}

/* Once the vGIC is initialized there can be no more */
static bool do_add_vcpu(void)
{
	describe("add a vCPU\n");
	if (want.initialized)
		return returns(__vm_ioctl(v->vm, KVM_CREATE_VCPU, (void *)(long)v->nr_vcpus),
			       EBUSY);
	if (v->nr_vcpus < MAX_VCPUS)
		vgic_vm_add_vcpu(v);
	return true;
}

static bool do_new_vm(void)
{
	int nr = 1 + rnd(MAX_VCPUS);

	describe("new VM with %d vCPUs\n", nr);
	new_vm(nr);
	return true;
}

/* As a VMM does that writes 0 to everything but the revision */
static bool do_reset(void)
{
	describe("reset\n");
	if (!can_run())
		return true;

	for (int w = 0; w < NR_WORDS; w++) {
		u32 clear[] = { GICD_ICENABLER, GICD_ICPENDR, GICD_ICACTIVER };

		if (!has_word(w))
			continue;
		vgic_set(v, vcpu_of(w), GICD_IGROUPR, 1, n_of(w), 0);
		want_group_write(USER, w, 0);
		for (int i = 0; i < ARRAY_SIZE(clear); i++)
			vgic_set(v, vcpu_of(w), clear[i], 1, n_of(w), ours(w));
		if (model == V3)
			vgic_set(v, vcpu_of(w), GICD_ISPENDR, 1, n_of(w), 0);
		want.enabled[w] = 0;
		want.pending[w] = 0;
		want.active[w] = 0;
	}
	return true;
}

/* Into another VM, the revision first, in either way; that is a choice on GICv2 */
static bool do_save_and_restore(void)
{
	static const u32 offsets[] = { GICD_IGROUPR, GICD_ISENABLER, GICD_ISPENDR, GICD_ISACTIVER };
	u32 vals[NR_WORDS][ARRAY_SIZE(offsets)], rev;
	enum vgic_way way = rnd(VGIC_NR_WAYS);
	int nr_vcpus = v->nr_vcpus;
	typeof(want) before = want;

	describe("save and restore, the revision by %s\n", vgic_way_names[way]);
	if (!can_run())
		return true;

	rev = FIELD_GET(GICD_IIDR_REVISION_MASK, vgic_get_iidr(v));
	for (int w = 0; w < NR_WORDS; w++)
		for (int i = 0; i < ARRAY_SIZE(offsets) && has_word(w); i++)
			vals[w][i] = vgic_get(v, vcpu_of(w), offsets[i], 1, n_of(w));

	new_vm(nr_vcpus);
	if (!returns(vgic_vm_init(v), 0) || !returns(vgic_set_revision(v, way, rev), 0))
		return false;
	initialized();
	for (int w = 0; w < NR_WORDS; w++) {
		if (!has_word(w))
			continue;
		vgic_set(v, vcpu_of(w), GICD_ICENABLER, 1, n_of(w), ours(w));
		for (int i = 0; i < ARRAY_SIZE(offsets); i++)
			vgic_set(v, vcpu_of(w), offsets[i], 1, n_of(w), vals[w][i] &
				 (offsets[i] == GICD_IGROUPR ? ~0U : ours(w)));
	}
	want = before;
	want.chose = is_choice[rev];
	return true;
}

/* Creating a VM takes a hundred times longer than the other operations */
static const struct {
	const char	*name;
	int		weight;
	bool		(*run)(void);
	bool		compare_first;	/* it throws state away */
} ops[] = {
	{ "set the attribute",		60, do_attr },
	{ "write GICD_IIDR",		60, do_iidr },
	{ "group write by userspace",	90, do_user_group },
	{ "group write by the guest",	90, do_guest_group },
	{ "group write beyond the end",	 5, do_nothing_there },
	{ "GICD_IIDR write by a guest",	 5, do_guest_iidr },
	{ "enable or disable",		60, do_enable },
	{ "make pending",		60, do_pend },
	{ "clear pending",		20, do_unpend },
	{ "activate or deactivate",	40, do_activate },
	{ "take interrupts",		40, do_take },
	{ "initialize",			20, do_init },
	{ "add a vCPU",			20, do_add_vcpu },
	{ "reset",			 6, do_reset, true },
	{ "save and restore",		 3, do_save_and_restore, true },
	{ "new VM",			 2, do_new_vm, true },
};

#define NR_OPS		ARRAY_SIZE(ops)
kvm_static_assert(NR_OPS <= MAX_OPS);

/* The revision, and the groups of one word, as both sides see them */
static bool check_word(int w)
{
	bool bad = false;
	u32 user;

	if (want.initialized) {
		user = vgic_get(v, vcpu_of(w), GICD_IGROUPR, 1, n_of(w));
		bad |= differs("userspace reads the groups", w, user, want_read(w));
		bad |= differs("guest reads the groups", w,
			       vgic_guest_get(v, vcpu_of(w), GICD_IGROUPR, 1, n_of(w)),
			       want_read(w));
	}
	return !bad;
}

static bool check_rev(void)
{
	bool bad = differs("the attribute", 0, vgic_get_current(v), want.rev);
	u32 ctlr;

	if (want.initialized)
		bad |= differs("GICD_IIDR", 0, vgic_get_iidr(v),
			       VGIC_KVM_IIDR | VGIC_IIDR_REV(want.rev));
	if (want.initialized && model == V3) {
		kvm_device_attr_get(v->gic_fd, KVM_DEV_ARM_VGIC_GRP_REDIST_REGS,
				    vgic_vcpu_attr(v, 0, GICR_CTLR), &ctlr);
		bad |= differs("GICR_CTLR", 0, ctlr, gicr_ctlr[want.rev]);
	}
	return !bad;
}

static u32 user_read(int w, u32 offset)
{
	return vgic_get(v, vcpu_of(w), offset, 1, n_of(w)) & ours(w);
}

static bool check_all(void)
{
	bool bad = !check_rev();

	for (int w = 0; w < NR_WORDS && want.initialized; w++) {
		if (!has_word(w))
			continue;
		bad |= !check_word(w);
		bad |= differs("what is enabled", w, user_read(w, GICD_ISENABLER), want.enabled[w]);
		bad |= differs("what is pending", w, user_read(w, GICD_ISPENDR), want.pending[w]);
		bad |= differs("what is active", w, user_read(w, GICD_ISACTIVER), want.active[w]);
	}
	return !bad;
}

static int pick_op(void)
{
	int sum = 0, n, i;

	for (i = 0; i < NR_OPS; i++)
		sum += ops[i].weight;
	n = rnd(sum);
	for (i = 0; n >= ops[i].weight; i++)
		n -= ops[i].weight;
	return i;
}

/*
 * The random numbers of operation @i, always the same however much was compared
 * before. They come from a linear generator, so that seeds that differ little
 * have to be mixed well, as by the finalizer of MurmurHash3. It stays at 0.
 */
static void seed_op(u32 i)
{
	u64 x = (u64)seed << 32 | i;

	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdULL;
	x ^= x >> 33;
	x *= 0xc4ceb9fe1a85ec53ULL;
	x ^= x >> 33;
	rng = new_kvm_random_state(1 + x % 0x7ffffffe);
}

/* Operation @i of the run; false if KVM does something else than the contract */
static bool run_op(u32 i, bool compare_all)
{
	static int last;
	u32 rev = want.rev;
	bool ok;
	int op;

	seed_op(i);
	op = pick_op();
	if (ops[op].compare_first && !check_all())
		return false;

	tried = true;
	ok = ops[op].run();
	runs[op][rev] += tried;
	pairs[last][op] += i > 0;
	last = op;
	if (compare_all)
		return check_all() && ok;
	return check_rev() && check_word(rnd_word()) && ok;
}

/* The number of the first operation that fails, or -1 */
static int run(u32 nr_ops, bool compare_all, u32 describe_from)
{
	verbose = false;
	new_vm(MAX_VCPUS);
	for (u32 i = 0; i < nr_ops; i++) {
		verbose = compare_all && i >= describe_from;
		if (!run_op(i, compare_all))
			return i;
	}
	return check_all() ? -1 : nr_ops - 1;
}

/* The last operation before @nr_ops that creates a VM */
static u32 last_new_vm(u32 nr_ops)
{
	for (u32 i = nr_ops; i-- > 0;) {
		seed_op(i);
		if (ops[pick_op()].run == do_new_vm)
			return i;
	}
	return 0;
}

static void test_model(u32 nr_ops)
{
	int failed, first, nr_pairs = 0;

	memset(pairs, 0, sizeof(pairs));
	supported = vgic_supported_revisions(model == V2 ? KVM_DEV_TYPE_ARM_VGIC_V2
							 : KVM_DEV_TYPE_ARM_VGIC_V3);
	memset(runs, 0, NR_OPS * sizeof(*runs));
	failed = run(nr_ops, false, 0);
	if (failed >= 0) {
		/* Comparing everything lets the guest run more, which may matter */
		first = run(failed + 1, true, failed + 1);
		if (first < 0)
			ksft_print_msg("it does not fail if all is compared: -s %u -n %d\n",
				       seed, failed + 1);
		else
			ksft_print_msg("shortest prefix that fails: -s %u -n %d; its last VM:\n",
				       seed, first + 1);
		if (first >= 0)
			run(first + 1, true, last_new_vm(first + 1));
		verbose = false;
	}
	ksft_test_result(failed < 0, "%s: %u random operations agree with the contract\n",
			 model_names[model], nr_ops);

	for (int a = 0; a < NR_OPS; a++)
		for (int b = 0; b < NR_OPS; b++)
			nr_pairs += pairs[a][b] > 0;
	/* Creating a VM is too rare to come next to everything */
	if (nr_ops < 5000 || failed >= 0)
		ksft_test_result_skip("%s: not enough operations to try all\n",
				      model_names[model]);
	else
		ksft_test_result(nr_pairs > NR_OPS * NR_OPS / 2,
				 "%s: most operations came after most others\n",
				 model_names[model]);

	for (int op = 0; op < NR_OPS; op++) {
		bool all = true;

		for (int rev = 0; rev < NR_REVS; rev++)
			all &= runs[op][rev] || !(supported & BIT_ULL(rev));
		/* A short run may not come to everything */
		if (nr_ops < 5000 || failed >= 0)
			ksft_test_result_skip("%s: not enough operations to try all\n",
					      model_names[model]);
		else
			ksft_test_result(all, "%s: '%s' was tried at every revision\n",
					 model_names[model], ops[op].name);
	}
	vgic_vm_free(v);
	v = NULL;
}

static void help(const char *name)
{
	printf("usage: %s [-s seed] [-n operations, 20000 by default]\n", name);
	exit(KSFT_FAIL);
}

int main(int argc, char *argv[])
{
	u32 nr_ops = 20000;
	bool has[NR_MODELS];
	int opt;

	while ((opt = getopt(argc, argv, "s:n:")) != -1) {
		switch (opt) {
		case 's':
			seed = atoi_non_negative("Seed", optarg);
			break;
		case 'n':
			nr_ops = atoi_positive("Number of operations", optarg);
			break;
		default:
			help(argv[0]);
		}
	}

	test_disable_default_vgic();
	ksft_print_header();
	vgic_require_revisions();
	has[V2] = kvm_supports_vgic_v2();
	has[V3] = kvm_supports_vgic_v3();

	runs = calloc(NR_OPS, sizeof(*runs));
	TEST_ASSERT(runs, "Out of memory");
	ksft_set_plan((has[V2] ? 2 + NR_OPS : 1) + (has[V3] ? 2 + NR_OPS : 1));
	ksft_print_msg("seed %u, to repeat this run: -s %u -n %u\n", seed, seed, nr_ops);
	for (model = 0; model < NR_MODELS; model++) {
		if (has[model])
			test_model(nr_ops);
		else
			ksft_test_result_skip("%s: this host cannot emulate it\n",
					      model_names[model]);
	}
	ksft_finished();
}
