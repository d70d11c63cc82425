// SPDX-License-Identifier: GPL-2.0-only
/*
 * vgic_revision_fuzz - Random operations against the contract of the revisions
 *
 * The other tests try what somebody thought of. This one lets userspace and the
 * guest do random things in a random order: choose a revision in both ways,
 * write group registers, enable interrupts, make them pending and active, take
 * them, add vCPUs, initialize the vGIC, run a vCPU for the first time, reset the
 * VM, save and restore it. After each operation it compares the revision, and the
 * groups of some interrupts, with what the contract says; everything is compared
 * now and then, and before it is thrown away. The contract is the table of the
 * library, and want_rev(), want_group_write() and choice_error() below.
 *
 * No guest runs before an operation says so, as that ends the time in which
 * every revision can be chosen. Until then a VM often is at a revision with fixed
 * groups and goes back to one where the groups that are in force can be read.
 *
 * The operations depend on the seed and on nothing else, and each on its own
 * number, so that "-s SEED -n OPS" repeats a run exactly. If KVM and the contract
 * disagree, the run is repeated with every register compared after each
 * operation, which finds the shortest prefix that fails; its operations are
 * printed from the creation of the VM that it fails on.
 */
#include <errno.h>
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

#define NR_REVS		VGIC_VM_NR_REVS

/* What an interrupt has besides its group, and the registers that set and clear it */
enum state { ENABLED, PENDING, ACTIVE, NR_STATES };

static const struct {
	const char	*name;
	u32		set, clear;
} states[NR_STATES] = {
	[ENABLED] = { "enabled", GICD_ISENABLER, GICD_ICENABLER },
	[PENDING] = { "pending", GICD_ISPENDR,	 GICD_ICPENDR },
	[ACTIVE]  = { "active",	 GICD_ISACTIVER, GICD_ICACTIVER },
};

/* What the contract says of the VM; a word for each vCPU, then those of the SPIs */
static struct {
	u32	rev;
	bool	chose;
	bool	initialized;
	bool	ran;			/* or returned from KVM_RUN at once */
	bool	started;		/* the guest has enabled its CPU interfaces */
	u32	groups[NR_WORDS];	/* in force */
	u32	states[NR_STATES][NR_WORDS];
} want;

static u32 type;
static bool v3;
static struct vgic_vm *v;
/* Enough for every operation at every revision, before and after the first run */
#define ENOUGH_OPS	8000

static u32 nr_ops = ENOUGH_OPS, seed = 1;
static struct kvm_random_state rng;

/* How often each operation did something, before and after the first run */
#define MAX_OPS		20
static u32 runs[MAX_OPS][2][NR_REVS];

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

/* The register at @offset that has one bit for each interrupt of a word */
static u32 reg_of(int w, u32 offset)
{
	return offset + (w < MAX_VCPUS ? 0 : 4 * (w - MAX_VCPUS + 1));
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
	return vgic_vm_groups_read_as(type, want.rev, want.groups[w]);
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

/* The groups start as, and below revision 2 go back to, the fixed ones of the model */
static void want_fixed_groups(void)
{
	memset(want.groups, vgic_vm_fixed_group(type) ? 0xff : 0, sizeof(want.groups));
}

static void want_new_vm(void)
{
	memset(&want, 0, sizeof(want));
	want.rev = VGIC_VM_LATEST;
	want_fixed_groups();
	/* KVM has SGIs enabled from the start */
	for (int w = 0; w < MAX_VCPUS; w++)
		want.states[ENABLED][w] = SGIS;
}

/* On GICv2, writable groups are writable for userspace once it has chosen them */
static void want_rev(u32 rev)
{
	want.rev = rev;
	want.chose = vgic_vm_revisions[rev].writable;
	if (!want.chose)
		want_fixed_groups();
}

static void want_group_write(bool by_guest, int w, u32 val)
{
	if (vgic_vm_revisions[want.rev].writable && (by_guest || v3 || want.chose))
		want.groups[w] = val;
}

/* What choosing a revision fails with, or 0 */
static int choice_error(u32 rev)
{
	int err = EINVAL;

	if (rev < NR_REVS)
		err = want.ran ? vgic_vm_change_errno(want.rev, rev) : 0;
	return err;
}

static void new_vm(int nr_vcpus)
{
	if (v)
		vgic_vm_free(v);
	v = vgic_vm_create(type, MAX_VCPUS, NR_IRQS);
	while (v->nr_vcpus < nr_vcpus)
		vgic_vm_add_vcpu(v);
	want_new_vm();
}

/*
 * KVM does not look again at what became pending while the distributor was
 * disabled, so it is enabled first of all.
 */
static void initialized(void)
{
	if (!want.initialized)
		vgic_vm_enable_dist(v);
	want.initialized = true;
}

/* Any access to a register initializes a GICv2, and fails on a GICv3 until it is */
static int user_access_error(void)
{
	if (v3)
		return want.initialized ? 0 : EBUSY;

	vgic_vm_get(v, 0, GICD_IGROUPR);
	initialized();
	return 0;
}

/* A guest does nothing else before do_first_run() */
static bool can_run(void)
{
	tried = want.ran;
	if (!want.ran || want.started)
		return want.ran;

	want.started = true;
	for (int i = 0; i < v->nr_vcpus; i++)
		vgic_vm_guest_enable(v, i, VGIC_VM_BOTH_GROUPS);
	return true;
}

/* With or without a guest that runs. KVM ends a VM whose GICv3 is not initialized. */
static bool do_first_run(void)
{
	struct kvm_vcpu *vcpu = v->vcpus[rnd(v->nr_vcpus)];
	bool at_once = rnd(2), ok = true;

	describe("KVM_RUN of vCPU %u%s\n", vcpu->id, at_once ? " with immediate_exit" : "");
	tried = !v3 || want.initialized;
	if (!tried)
		return true;

	if (at_once) {
		vcpu->run->immediate_exit = 1;
		ok = returns(__vcpu_run(vcpu), EINTR);
		vcpu->run->immediate_exit = 0;
	}
	want.ran = true;
	initialized();
	if (!at_once)
		can_run();
	return ok;
}

/* Refused before KVM looks at the vCPU. vgic_revision has a run that is refused later. */
static bool do_refused_run(void)
{
	describe("KVM_RUN with an argument, which it does not take\n");
	return returns(__vcpu_ioctl(v->vcpus[0], KVM_RUN, (void *)1UL), EINVAL);
}

static bool do_attr(void)
{
	static const u32 odd[] = { 4, 5, 15, 16, 256, 65536, ~0U };
	u32 rev = rnd(8) ? rnd(NR_REVS) : odd[rnd(ARRAY_SIZE(odd))];
	int err = choice_error(rev);

	describe("set the attribute to %u\n", rev);
	if (!returns(vgic_vm_choose(v, VGIC_VM_BY_ATTR, rev), err))
		return false;
	if (!err)
		want_rev(rev);
	return true;
}

static bool do_iidr(void)
{
	u32 rev = rnd(8) ? rnd(NR_REVS) : 4 + rnd(12);
	u32 other = rnd(8) ? 0 : BIT((GICD_IIDR_REVISION_SHIFT + 4 + rnd(28)) % 32);
	int err = other ? EINVAL : choice_error(rev);
	bool good;

	describe("write GICD_IIDR with revision %u%s\n", rev, other ? ", other fields wrong" : "");
	good = returns(__vgic_vm_set(v, 0, GICD_IIDR, VGIC_VM_IIDR(rev) ^ other), err);
	if (!v3)
		initialized();
	if (!err)
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
		want_group_write(false, w, val);
	return returns(__vgic_vm_set(v, vcpu_of(w), reg_of(w, GICD_IGROUPR), val), err);
}

static bool do_guest_group(void)
{
	int w = rnd_word();
	int vcpu = w < MAX_VCPUS ? w : rnd(v->nr_vcpus);
	u32 val = random_word();

	describe("vCPU %d writes %08x to the groups of word %d\n", vcpu, val, w);
	if (can_run()) {
		vgic_vm_guest_set(v, vcpu, reg_of(w, GICD_IGROUPR), val);
		want_group_write(true, w, val);
	}
	return true;
}

static bool do_guest_iidr(void)
{
	u32 rev = rnd(16);

	describe("guest writes revision %u to GICD_IIDR\n", rev);
	if (!can_run())
		return true;

	vgic_vm_guest_set(v, 0, GICD_IIDR, VGIC_VM_IIDR(rev));
	return !differs("GICD_IIDR in the guest", 0, vgic_vm_guest_get(v, 0, GICD_IIDR),
			VGIC_VM_IIDR(want.rev));
}

/*
 * One that is active, for more would not all be in list registers when there are
 * EOIs. Not a PPI, which is level-sensitive, and forgotten as it is deactivated
 * if it is pending. Not an SGI of a GICv2, as KVM invents who sent it.
 */
static u32 rnd_active(int w)
{
	u32 can_be_active = w >= MAX_VCPUS ? ~0U : v3 ? SGIS : 0;

	for (int i = 0; i < NR_WORDS; i++)
		if (want.states[ACTIVE][i])
			return 0;
	return BIT(rnd(32)) & can_be_active;
}

/* Either side sets or clears some bits of what interrupts have */
static bool do_state(enum state state)
{
	bool set = rnd(3), by_guest = rnd(2);
	int w = rnd_word(), err = 0;
	u32 val = random_word() & ours(w), *wanted = &want.states[state][w];

	if (state == ACTIVE)
		val = set ? rnd_active(w) : *wanted;
	if (state == PENDING) {
		val &= random_word();
		/* Userspace cannot clear it */
		by_guest |= !set;
		/* GICD_SGIR and GICD_CPENDSGIR do that for a guest */
		if (by_guest && !v3 && w < MAX_VCPUS)
			val &= ~SGIS;
	}

	describe("%s %s %08x of word %d as %s\n", by_guest ? "guest" : "userspace",
		 set ? "sets" : "clears", val, w, states[state].name);
	if (by_guest && !can_run())
		return true;
	if (!by_guest)
		err = user_access_error();
	/* Userspace writes all bits of what is pending on a GICv3, and no others */
	if (!err && state == PENDING && v3 && !by_guest)
		*wanted = 0;
	if (!err)
		*wanted = set ? *wanted | val : *wanted & ~val;

	if (by_guest) {
		vgic_vm_guest_set(v, vcpu_of(w), reg_of(w, set ? states[state].set :
							   states[state].clear), val);
		return true;
	}
	return returns(__vgic_vm_set(v, vcpu_of(w), reg_of(w, set ? states[state].set :
							   states[state].clear), val), err);
}

static bool do_enable(void)
{
	return do_state(ENABLED);
}

static bool do_pend(void)
{
	return do_state(PENDING);
}

static bool do_activate(void)
{
	return do_state(ACTIVE);
}

/* Each arrives once, in its group, and no other does. SPIs go to vCPU 0. */
static bool take_word(int vcpu, int w)
{
	u32 arrives = want.states[ENABLED][w] & want.states[PENDING][w] & ~want.states[ACTIVE][w];
	u32 first = reg_of(w, 0) * 8;
	bool ok = true;

	if (w >= MAX_VCPUS && vcpu)
		arrives = 0;

	for (int i = 0; i < 32 && ok; i++)
		ok = vgic_vm_arrived_in(v, vcpu, first + i, want.groups[w] & BIT(i),
					!!(arrives & BIT(i)));
	want.states[PENDING][w] &= ~arrives;
	return ok;
}

static bool do_take(void)
{
	int vcpu = rnd(v->nr_vcpus);
	bool ok;

	describe("vCPU %d takes its interrupts\n", vcpu);
	if (!can_run())
		return true;

	vgic_vm_forget_arrivals(v);
	vgic_vm_guest_take(v, vcpu, false);
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
	int nr = rnd(MAX_VCPUS + 1);

	describe("new VM with %d vCPUs\n", nr);
	new_vm(nr);
	return true;
}

/* As a VMM does that writes 0 to everything but the revision */
static bool do_reset(void)
{
	describe("reset\n");
	tried = want.initialized;
	if (!tried)
		return true;

	for (int w = 0; w < NR_WORDS; w++) {
		if (!has_word(w))
			continue;
		vgic_vm_set(v, vcpu_of(w), reg_of(w, GICD_IGROUPR), 0);
		want_group_write(false, w, 0);
		for (int i = 0; i < NR_STATES; i++) {
			vgic_vm_set(v, vcpu_of(w), reg_of(w, states[i].clear), ours(w));
			want.states[i][w] = 0;
		}
		if (v3)
			vgic_vm_set(v, vcpu_of(w), reg_of(w, GICD_ISPENDR), 0);
	}
	return true;
}

/* Into another VM, the revision first, in either way; that is a choice on GICv2 */
static bool do_save_and_restore(void)
{
	u32 groups[NR_WORDS], saved[NR_WORDS][NR_STATES], rev;
	enum vgic_vm_way way = rnd(VGIC_VM_NR_WAYS);
	int nr_vcpus = v->nr_vcpus;
	typeof(want) before = want;

	describe("save and restore, the revision by %s\n", vgic_vm_way_names[way]);
	tried = want.initialized;
	if (!tried)
		return true;

	rev = FIELD_GET(GICD_IIDR_REVISION_MASK, vgic_vm_get(v, 0, GICD_IIDR));
	for (int w = 0; w < NR_WORDS; w++) {
		if (!has_word(w))
			continue;
		groups[w] = vgic_vm_get(v, vcpu_of(w), reg_of(w, GICD_IGROUPR));
		for (int i = 0; i < NR_STATES; i++)
			saved[w][i] = vgic_vm_get(v, vcpu_of(w), reg_of(w, states[i].set));
	}

	new_vm(nr_vcpus);
	if (!returns(vgic_vm_init(v), 0) || !returns(vgic_vm_choose(v, way, rev), 0))
		return false;
	initialized();
	for (int w = 0; w < NR_WORDS; w++) {
		if (!has_word(w))
			continue;
		vgic_vm_set(v, vcpu_of(w), reg_of(w, GICD_IGROUPR), groups[w]);
		vgic_vm_set(v, vcpu_of(w), reg_of(w, GICD_ICENABLER), ours(w));
		for (int i = 0; i < NR_STATES; i++)
			vgic_vm_set(v, vcpu_of(w), reg_of(w, states[i].set),
				    saved[w][i] & ours(w));
	}
	want = before;
	want.chose = vgic_vm_revisions[rev].writable;
	want.ran = false;
	want.started = false;
	return true;
}

/* Creating a VM takes a hundred times longer than the other operations */
static const struct {
	const char	*name;
	int		weight;
	bool		(*run)(void);
	bool		by_guest;	/* needs one that has run */
	bool		no_vcpu;	/* needs none */
	bool		compare_first;	/* it throws state away */
} ops[] = {
	{ "set the attribute",		60, do_attr, .no_vcpu = true },
	{ "write GICD_IIDR",		60, do_iidr },
	{ "group write by userspace",	90, do_user_group },
	{ "group write by the guest",	90, do_guest_group, .by_guest = true },
	{ "GICD_IIDR write by a guest",	 5, do_guest_iidr, .by_guest = true },
	{ "enable or disable",		60, do_enable },
	{ "set or clear pending",	80, do_pend },
	{ "activate or deactivate",	40, do_activate },
	{ "take interrupts",		40, do_take, .by_guest = true },
	{ "KVM_RUN",			 8, do_first_run },
	{ "KVM_RUN that is refused",	20, do_refused_run },
	{ "initialize",			20, do_init },
	{ "add a vCPU",			20, do_add_vcpu, .no_vcpu = true },
	{ "reset",			 6, do_reset, .compare_first = true },
	{ "save and restore",		 4, do_save_and_restore, .compare_first = true },
	{ "new VM",			 4, do_new_vm, .no_vcpu = true, .compare_first = true },
};

#define NR_OPS		ARRAY_SIZE(ops)
kvm_static_assert(NR_OPS <= MAX_OPS);

/* The groups of one word, as both sides see them */
static bool check_word(int w)
{
	u32 reg = reg_of(w, GICD_IGROUPR);
	bool bad = false;

	if (want.initialized)
		bad |= differs("userspace reads the groups", w, vgic_vm_get(v, vcpu_of(w), reg),
			       want_read(w));
	if (want.ran)
		bad |= differs("guest reads the groups", w, vgic_vm_guest_get(v, vcpu_of(w), reg),
			       want_read(w));
	return !bad;
}

static u64 guest_read_ctlr(u64 vcpu, u64 unused1, u64 unused2)
{
	return readl(GICR_BASE_GVA + vcpu * KVM_VGIC_V3_REDIST_SIZE + GICR_CTLR);
}

static bool check_rev(void)
{
	const u32 wanted = vgic_vm_revisions[want.rev].gicr_ctlr;
	bool bad = differs("the attribute", 0, vgic_vm_current(v), want.rev);
	u32 ctlr;
	int vcpu;

	if (want.initialized)
		bad |= differs("GICD_IIDR", 0, vgic_vm_get(v, 0, GICD_IIDR),
			       VGIC_VM_IIDR(want.rev));
	if (want.initialized && v3) {
		vcpu = rnd(v->nr_vcpus);
		kvm_device_attr_get(v->gic_fd, KVM_DEV_ARM_VGIC_GRP_REDIST_REGS,
				    vgic_vm_vcpu_attr(v, vcpu, GICR_CTLR), &ctlr);
		bad |= differs("GICR_CTLR", vcpu, ctlr, wanted);
		if (want.ran)
			ctlr = vgic_vm_guest_call(v, 0, guest_read_ctlr, vcpu, 0, 0);
		bad |= differs("GICR_CTLR in the guest", vcpu, ctlr, wanted);
	}
	return !bad;
}

static bool check_all(void)
{
	bool bad = !check_rev();

	for (int w = 0; w < NR_WORDS && want.initialized; w++) {
		if (!has_word(w))
			continue;
		bad |= !check_word(w);
		for (int i = 0; i < NR_STATES; i++)
			bad |= differs(states[i].name, w, ours(w) &
				       vgic_vm_get(v, vcpu_of(w), reg_of(w, states[i].set)),
				       want.states[i][w]);
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
	bool ran = want.ran, ok;
	u32 rev = want.rev;
	int op;

	seed_op(i);
	op = pick_op();
	if (!v->nr_vcpus && !ops[op].no_vcpu)
		return true;
	if (ops[op].compare_first && !check_all())
		return false;

	tried = true;
	ok = ops[op].run();
	runs[op][ran][rev] += tried;
	if (compare_all)
		return check_all() && ok;
	return check_rev() && check_word(rnd_word()) && ok;
}

/* The number of the first operation that fails, or -1 */
static int run(u32 nr, bool compare_all, u32 describe_from)
{
	verbose = false;
	new_vm(MAX_VCPUS);
	for (u32 i = 0; i < nr; i++) {
		verbose = compare_all && i >= describe_from;
		if (!run_op(i, compare_all))
			return i;
	}
	return check_all() ? -1 : nr - 1;
}

/* The last operation before number @nr that creates a VM */
static u32 last_new_vm(u32 nr)
{
	for (u32 i = nr; i-- > 0;) {
		seed_op(i);
		if (ops[pick_op()].run == do_new_vm)
			return i;
	}
	return 0;
}

static int nr_results(u32 for_type)
{
	return 2;
}

/* At every revision: before the first run unless the guest does it, and after */
static bool all_were_tried(void)
{
	bool all = true;

	for (int op = 0; op < NR_OPS; op++)
		for (int ran = ops[op].by_guest; ran < 2; ran++)
			for (int rev = 0; rev < NR_REVS; rev++) {
				if (!runs[op][ran][rev])
					ksft_print_msg("not at revision %d: %s\n", rev,
						       ops[op].name);
				all &= runs[op][ran][rev] > 0;
			}
	return all;
}

static void test_model(u32 for_type)
{
	int failed, first;

	type = for_type;
	v3 = type == KVM_DEV_TYPE_ARM_VGIC_V3;
	memset(runs, 0, sizeof(runs));
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
	ksft_test_result(failed < 0, "%s, seed %u: %u random operations agree with the contract\n",
			 vgic_vm_name(type), seed, nr_ops);

	if (failed >= 0)
		ksft_test_result_skip("%s: all operations at every revision: the run ended early\n",
				      vgic_vm_name(type));
	else if (nr_ops < ENOUGH_OPS)
		ksft_test_result_skip("%s: all operations at every revision: too few of them\n",
				      vgic_vm_name(type));
	else
		ksft_test_result(all_were_tried(),
				 "%s: all operations were tried at every revision\n",
				 vgic_vm_name(type));
	vgic_vm_free(v);
	v = NULL;
}

int main(int argc, char *argv[])
{
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
			printf("usage: %s [-s seed] [-n operations]\n", argv[0]);
			exit(KSFT_FAIL);
		}
	}

	test_disable_default_vgic();
	ksft_print_header();
	ksft_print_msg("seed %u, to repeat this run: -s %u -n %u\n", seed, seed, nr_ops);
	vgic_vm_test_models(nr_results, test_model);
}
