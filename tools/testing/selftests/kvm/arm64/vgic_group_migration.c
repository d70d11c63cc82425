// SPDX-License-Identifier: GPL-2.0-only
/*
 * vgic_group_migration - Does a guest notice that its VM was moved?
 *
 * A VM with random groups, and interrupts that are pending and active, is saved
 * by userspace and restored into another one. There the guest reads its own
 * group registers, and takes what was pending: each interrupt arrives once, in
 * the group that it had, and nothing else arrives. What was active stays active.
 *
 *  - At the revision that the VM had, restored in the documented order, nothing
 *    changes. With -v 512 this includes a VM of the largest size that KVM has.
 *
 *  - If the groups are restored before the revision, or the revision is not
 *    restored at all, a GICv2 ignores the groups, as userspace may be one that
 *    never understood them. That is why there is an order.
 *
 *  - A VM that is restored below the revision that it had has the fixed groups
 *    of its model, whatever was saved and in whichever order. What was pending
 *    still arrives.
 *
 * What is pending here is the latch, which is all that KVM has of an edge, and of
 * a level-sensitive interrupt what GICD_ISPENDR sets. The level of a line belongs
 * to a device, whose model raises it again.
 */
#include "kvm_util.h"
#include "processor.h"
#include "test_util.h"
#include "vgic_vm.h"

/* nr_irqs has to be a multiple of 32 below 1020, so this is the most there can be */
#define MAX_IRQS	992
#define MIN_IRQS	96
#define MAX_VCPUS	512

/* As many as a GICv2 can have */
#define DEFAULT_VCPUS	8

/* The largest GICv3; 16 vCPUs are a cluster, and there is to be more than one */
static int large_vm_vcpus = 20;

/* What userspace does about the revision when it restores a VM */
enum order {
	REVISION_FIRST,		/* as documented */
	REVISION_LAST,
	NO_REVISION,
	OTHER_REVISION,		/* first, but not the one that was saved */
};

/* Which groups the guest has after that */
enum outcome {
	AS_SAVED,		/* what the registers read as when they were saved */
	FIXED,
};

static const struct move {
	const char	*name;
	u32		rev;		/* that the VM had */
	enum order	order;
	u32		to;		/* that it has then */
	enum outcome	v2, v3;
} moves[] = {
	{ "in the documented order", 0, REVISION_FIRST, 0, FIXED, FIXED },
	{ "in the documented order", 1, REVISION_FIRST, 1, FIXED, FIXED },
	{ "in the documented order", 2, REVISION_FIRST, 2, AS_SAVED, AS_SAVED },
	{ "in the documented order", 3, REVISION_FIRST, 3, AS_SAVED, AS_SAVED },

	{ "groups before the revision", 0, REVISION_LAST, 0, FIXED, FIXED },
	{ "groups before the revision", 1, REVISION_LAST, 1, FIXED, FIXED },
	{ "groups before the revision", 2, REVISION_LAST, 2, FIXED, AS_SAVED },
	{ "groups before the revision", 3, REVISION_LAST, 3, FIXED, AS_SAVED },

	{ "groups before an older revision", 3, REVISION_LAST, 1, FIXED, FIXED },
	{ "groups before an older revision", 2, REVISION_LAST, 0, FIXED, FIXED },

	/* A VMM that knows nothing of revisions; it has the default */
	{ "without its revision", 0, NO_REVISION, 3, FIXED, FIXED },
	{ "without its revision", 1, NO_REVISION, 3, FIXED, FIXED },
	{ "without its revision", 2, NO_REVISION, 3, FIXED, AS_SAVED },
	{ "without its revision", 3, NO_REVISION, 3, FIXED, AS_SAVED },

	{ "below the revision it had", 3, OTHER_REVISION, 1, FIXED, FIXED },
	{ "below the revision it had", 3, OTHER_REVISION, 0, FIXED, FIXED },
	{ "below the revision it had", 2, OTHER_REVISION, 1, FIXED, FIXED },
	{ "below the revision it had", 1, OTHER_REVISION, 0, FIXED, FIXED },
	{ "below the revision it had", 3, OTHER_REVISION, 2, AS_SAVED, AS_SAVED },
	{ "above the revision it had", 2, OTHER_REVISION, 3, AS_SAVED, AS_SAVED },
	{ "above the revision it had", 1, OTHER_REVISION, 3, AS_SAVED, AS_SAVED },
	/* The groups of a GICv2 at revision 0 are not true, and now take effect */
	{ "above the revision it had", 0, OTHER_REVISION, 3, AS_SAVED, AS_SAVED },
};

/* A word has a bit for each of 32 interrupts: those of each vCPU, then the SPIs */
#define MAX_WORDS	(MAX_VCPUS + MAX_IRQS / 32 - 1)

static u32 groups[MAX_WORDS];	/* that the guest wrote */
static u32 enabled[MAX_WORDS], edge[MAX_WORDS], pending[MAX_WORDS], active[MAX_WORDS];

/* SGIs, and PPIs that do not belong to the timer or the like */
#define SGIS		GENMASK(15, 0)
#define OUR_PRIVATE	GENMASK(21, 0)

/* The ones that are active: one PPI of each vCPU, and some SPIs */
#define ACTIVE_PPIS	BIT(16)
#define ACTIVE_SPIS	GENMASK(7, 0)

/* 0xf8 is the priority that masks */
#define PRIORITIES	0xa0604020U

static struct kvm_random_state rng;
static u32 seed = 1;

static u32 random_word(void)
{
	u32 low = kvm_random_u32(&rng);

	/* The low bits of a linear generator repeat soon, and a number has 31 bits */
	return low >> 15 ^ kvm_random_u32(&rng) << 1;
}

static int nr_words(const struct vgic_vm *v)
{
	return v->nr_vcpus + v->nr_irqs / 32 - 1;
}

/* The vCPU whose registers a word is in, and the first interrupt of it */
static int vcpu_of(const struct vgic_vm *v, int w)
{
	return w < v->nr_vcpus ? w : 0;
}

static u32 first_of(const struct vgic_vm *v, int w)
{
	return w < v->nr_vcpus ? 0 : 32 * (w - v->nr_vcpus + 1);
}

static int target_of(const struct vgic_vm *v, u32 spi)
{
	return spi % v->nr_vcpus;
}

/*
 * What is active and level-sensitive is not pending at the same time, as KVM
 * forgets that when it is deactivated.
 */
static void invent_irqs(const struct vgic_vm *v)
{
	for (int w = 0; w < nr_words(v); w++) {
		bool spis = w >= v->nr_vcpus;

		groups[w] = random_word();
		enabled[w] = random_word();
		edge[w] = spis ? random_word() : SGIS;
		pending[w] = random_word() & (spis ? ~0U : OUR_PRIVATE);
		active[w] = !spis ? ACTIVE_PPIS : w == v->nr_vcpus ? ACTIVE_SPIS : 0;
		pending[w] &= random_word() & (edge[w] | ~active[w]);
	}
}

/* One register of the vGIC that userspace saves, in the order of restoring */
struct reg {
	int	vcpu;
	u32	offset;
	u32	group;		/* of attributes; if 0, the library knows */
	u64	val;
	u32	clear;		/* offset of the register that clears all bits first */
};

/* Enough for the largest GICv3 */
static struct reg regs[SZ_16K];
static int nr_regs;

static void add_reg(struct reg reg)
{
	TEST_ASSERT(nr_regs < ARRAY_SIZE(regs), "Too many registers");
	regs[nr_regs++] = reg;
}

/* Those that have some bits of each interrupt, from word @from to @to */
static void add_words(int vcpu, u32 offset, int from, int to, u32 clear)
{
	for (int n = from; n < to; n++)
		add_reg((struct reg) {
			.vcpu	= vcpu,
			.offset	= offset + 4 * n,
			.clear	= clear ? clear + 4 * n : 0,
		});
}

static void add_irq_words(struct vgic_vm *v, u32 offset, int bits, u32 clear)
{
	for (int i = 0; i < v->nr_vcpus; i++)
		add_words(i, offset, 0, bits, clear);
	add_words(0, offset, bits, v->nr_irqs * bits / 32, clear);
}

static void add_v2_regs(struct vgic_vm *v)
{
	static const u32 cpu_regs[] = { GICC_CTLR, GICC_PMR, GICC_BPR, GICC_ABPR, GICC_APR(0) };

	add_words(0, GICD_ITARGETSR, 8, v->nr_irqs / 4, 0);
	for (int i = 0; i < v->nr_vcpus; i++) {
		/* An SGI is pending for its source, which GICD_ISPENDR does not know */
		add_words(i, GICD_SPENDSGIR, 0, 4, 0);
		for (int j = 0; j < ARRAY_SIZE(cpu_regs); j++)
			add_reg((struct reg) {
				.vcpu	= i,
				.offset	= cpu_regs[j],
				.group	= KVM_DEV_ARM_VGIC_GRP_CPU_REGS,
			});
	}
}

static void add_v3_regs(struct vgic_vm *v)
{
	static const u32 sysregs[] = {
		SYS_ICC_SRE_EL1, SYS_ICC_CTLR_EL1, SYS_ICC_PMR_EL1, SYS_ICC_BPR0_EL1,
		SYS_ICC_BPR1_EL1, SYS_ICC_AP0R0_EL1, SYS_ICC_AP1R0_EL1,
		SYS_ICC_IGRPEN0_EL1, SYS_ICC_IGRPEN1_EL1,
	};

	for (u32 intid = MIN_SPI; intid < v->nr_irqs; intid++)
		add_words(0, GICD_IROUTER + 8 * intid, 0, 1, 0);
	/* Encoded as in sys_reg(), but from bit 0 up */
	for (int i = 0; i < v->nr_vcpus; i++)
		for (int j = 0; j < ARRAY_SIZE(sysregs); j++)
			add_reg((struct reg) {
				.vcpu	= i,
				.offset	= sysregs[j] >> 5,
				.group	= KVM_DEV_ARM_VGIC_GRP_CPU_SYSREGS,
			});
}

/* Whether they are edge-triggered and enabled before whether they are pending */
static void list_regs(struct vgic_vm *v)
{
	nr_regs = 0;
	add_words(0, GICD_CTLR, 0, 1, 0);
	add_irq_words(v, GICD_IGROUPR, 1, 0);
	add_irq_words(v, GICD_ISENABLER, 1, GICD_ICENABLER);
	add_irq_words(v, GICD_ICFGR, 2, 0);
	add_irq_words(v, GICD_IPRIORITYR, 8, 0);
	if (vgic_vm_is_v3(v))
		add_v3_regs(v);
	else
		add_v2_regs(v);
	add_irq_words(v, GICD_ISPENDR, 1, 0);
	add_irq_words(v, GICD_ISACTIVER, 1, GICD_ICACTIVER);
}

/* 32 bits of @val are used, but for the system registers */
static void access_reg(struct vgic_vm *v, struct reg *reg, bool write)
{
	u64 attr = vgic_vm_vcpu_attr(v, reg->vcpu, reg->offset);

	if (reg->group && write)
		kvm_device_attr_set(v->gic_fd, reg->group, attr, &reg->val);
	else if (reg->group)
		kvm_device_attr_get(v->gic_fd, reg->group, attr, &reg->val);
	else if (write)
		vgic_vm_set(v, reg->vcpu, reg->offset, reg->val);
	else
		reg->val = vgic_vm_get(v, reg->vcpu, reg->offset);
}

static void save(struct vgic_vm *v)
{
	list_regs(v);
	for (int i = 0; i < nr_regs; i++)
		access_reg(v, &regs[i], false);
}

static void restore_reg(struct vgic_vm *v, struct reg *reg)
{
	if (reg->clear)
		vgic_vm_set(v, reg->vcpu, reg->clear, ~0U);
	/* SGIs of a GICv2 are restored by their sources; KVM would add one */
	if (!vgic_vm_is_v3(v) && reg->offset == GICD_ISPENDR)
		reg->val &= ~GENMASK(MIN_PPI - 1, 0);
	access_reg(v, reg, true);
}

static void choose(struct vgic_vm *v, enum vgic_vm_way way, u32 rev)
{
	TEST_ASSERT(!vgic_vm_choose(v, way, rev), "No revision %u", rev);
}

static void restore(struct vgic_vm *v, const struct move *m, enum vgic_vm_way way)
{
	if (m->order == REVISION_FIRST || m->order == OTHER_REVISION)
		choose(v, way, m->to);

	for (int i = 0; i < nr_regs; i++)
		restore_reg(v, &regs[i]);

	if (m->order == REVISION_LAST)
		choose(v, way, m->to);
}

/* The 16 interrupts of a word from bit @from up, with the upper one of two bits each */
static u32 config_of(int w, int from)
{
	u32 val = 0;

	for (int i = 0; i < 16; i++)
		val |= (edge[w] >> (from + i) & 1) << (2 * i + 1);
	return val;
}

/* A VM in the middle of its work: the guest has set the groups, devices the rest */
static void set_state(struct vgic_vm *v)
{
	vgic_vm_enable_dist(v);
	for (int i = 0; i < v->nr_vcpus; i++)
		vgic_vm_guest_enable(v, i, VGIC_VM_BOTH_GROUPS);

	for (int w = 0; w < nr_words(v); w++) {
		u32 first = first_of(v, w), by_source = 0, offset = first / 8;
		int vcpu = vcpu_of(v, w);

		vgic_vm_guest_set(v, vcpu, GICD_IGROUPR + offset, groups[w]);
		vgic_vm_set(v, vcpu, GICD_ICENABLER + offset, ~0U);
		vgic_vm_set(v, vcpu, GICD_ISENABLER + offset, enabled[w]);
		for (int i = 0; i < 2; i++)
			vgic_vm_set(v, vcpu, GICD_ICFGR + first / 4 + 4 * i, config_of(w, 16 * i));
		for (int i = 0; i < 32; i += 4)
			vgic_vm_set(v, vcpu, GICD_IPRIORITYR + first + i, PRIORITIES);
		for (int i = 0; i < 32 && first; i++)
			vgic_vm_route_spi(v, first + i, target_of(v, first + i));

		/* SGIs of a GICv2 are pending for their sources */
		if (!vgic_vm_is_v3(v) && !first)
			by_source = pending[w] & SGIS;
		for (int i = 0; i < MIN_PPI; i++)
			if (by_source & BIT(i))
				vgic_vm_guest_send_sgi(v, (vcpu + 1) % v->nr_vcpus, vcpu, i);
		vgic_vm_set(v, vcpu, GICD_ISPENDR + offset, pending[w] & ~by_source);
		vgic_vm_set(v, vcpu, GICD_ISACTIVER + offset, active[w]);
	}
	/* The guest has been presented with them, and masks interrupts */
	for (int i = 0; i < v->nr_vcpus; i++)
		vgic_vm_guest_get(v, i, GICD_ISPENDR);
}

/* The groups that are in force after the move */
static u32 groups_after(const struct vgic_vm *v, const struct move *m, int w)
{
	if ((vgic_vm_is_v3(v) ? m->v3 : m->v2) == FIXED)
		return vgic_vm_fixed_group(v->type) ? ~0U : 0;

	return vgic_vm_groups_read_as(v->type, m->rev, groups[w]);
}

static bool is(const char *what, int w, u32 got, u32 want)
{
	if (got != want)
		ksft_print_msg("%s of word %d: want %08x, got %08x\n", what, w, want, got);
	return got == want;
}

static bool check_groups(struct vgic_vm *v, const struct move *m)
{
	bool ok = true;

	for (int w = 0; w < nr_words(v); w++) {
		u32 want = vgic_vm_groups_read_as(v->type, m->to, groups_after(v, m, w));
		u32 offset = GICD_IGROUPR + first_of(v, w) / 8;
		int vcpu = vcpu_of(v, w);

		ok &= is("groups for the guest", w, vgic_vm_guest_get(v, vcpu, offset), want);
		ok &= is("groups for userspace", w, vgic_vm_get(v, vcpu, offset), want);
	}
	return ok;
}

static bool check_active(struct vgic_vm *v)
{
	bool ok = true;

	for (int w = 0; w < nr_words(v); w++)
		ok &= is("active", w, vgic_vm_get(v, vcpu_of(v, w), GICD_ISACTIVER +
						  first_of(v, w) / 8), active[w]);
	return ok;
}

static void deactivate(struct vgic_vm *v)
{
	for (int w = 0; w < nr_words(v); w++)
		for (int i = 0; i < 32; i++) {
			u32 intid = first_of(v, w) + i;

			if (active[w] & BIT(i))
				vgic_vm_guest_deactivate(v, INTID_IS_SPI(intid) ?
							 target_of(v, intid) : w, intid);
		}
}

/* All that is pending arrives once, on its vCPU and in its group, and nothing else */
static bool check_arrivals(struct vgic_vm *v, const struct move *m)
{
	bool ok = true;

	for (int i = 0; i < v->nr_vcpus; i++)
		vgic_vm_guest_take(v, i, false);
	for (int w = 0; w < nr_words(v); w++)
		for (int i = 0; i < 32; i++) {
			u32 intid = first_of(v, w) + i;
			bool arrives = enabled[w] & pending[w] & BIT(i);
			bool group = groups_after(v, m, w) & BIT(i);

			for (int vcpu = 0; vcpu < v->nr_vcpus && ok; vcpu++) {
				bool here = INTID_IS_SPI(intid) ? vcpu == target_of(v, intid) :
								  vcpu == w;

				if (here || INTID_IS_SPI(intid))
					ok = vgic_vm_arrived_in(v, vcpu, intid, group,
								here && arrives);
			}
		}
	return ok;
}

/* Of its own for each, so that one can be repeated whatever ran before */
static void seed_move(const struct move *m, enum vgic_vm_way way, int nr_vcpus)
{
	u32 number = (m - moves) * 10 + way + nr_vcpus;

	/* It stays at 0 */
	rng = new_kvm_random_state(1 + (seed * 1000 + number) % 0x7ffffffe);
	kvm_random_u32(&rng);
}

static void test_move(u32 type, const struct move *m, enum vgic_vm_way way, int nr_vcpus,
		      int nr_irqs)
{
	struct vgic_vm *v = vgic_vm_setup(type, nr_vcpus, nr_irqs);
	char id[120];

	choose(v, way, m->rev);
	seed_move(m, way, nr_vcpus);
	invent_irqs(v);
	set_state(v);
	save(v);
	vgic_vm_free(v);

	v = vgic_vm_setup(type, nr_vcpus, nr_irqs);
	restore(v, m, way);
	snprintf(id, sizeof(id), "%s, %d vCPUs, %d SPIs, revision %u to %u, %s, by %s",
		 vgic_vm_name(type), nr_vcpus, nr_irqs - MIN_SPI, m->rev, m->to, m->name,
		 vgic_vm_way_names[way]);
	ksft_test_result(check_groups(v, m), "%s: groups are %s\n", id,
			 (vgic_vm_is_v3(v) ? m->v3 : m->v2) == FIXED ? "fixed" : "kept");
	ksft_test_result(check_active(v), "%s: what was active stays active\n", id);
	deactivate(v);
	ksft_test_result(check_arrivals(v, m), "%s: what is pending arrives once, in its group\n",
			 id);
	vgic_vm_free(v);
}

static int nr_results(u32 type)
{
	return (ARRAY_SIZE(moves) * VGIC_VM_NR_WAYS + 2) * 3;
}

static void test_model(u32 type)
{
	int largest = type == KVM_DEV_TYPE_ARM_VGIC_V2 ? DEFAULT_VCPUS :
		      min_t(int, large_vm_vcpus, kvm_check_cap(KVM_CAP_MAX_VCPUS));

	ksft_print_msg("seed %u\n", seed);
	for (int i = 0; i < ARRAY_SIZE(moves); i++)
		for (int way = 0; way < VGIC_VM_NR_WAYS; way++)
			test_move(type, &moves[i], way, DEFAULT_VCPUS,
				  (way + i) % 2 ? MAX_IRQS : MIN_IRQS);

	/* One with fixed groups, one with writable ones, each of the other size than above */
	for (int i = 1; i <= 2; i++)
		test_move(type, &moves[i], VGIC_VM_BY_ATTR, largest,
			  (VGIC_VM_BY_ATTR + i) % 2 ? MIN_IRQS : MAX_IRQS);
}

int main(int argc, char *argv[])
{
	int opt;

	while ((opt = getopt(argc, argv, "s:v:")) != -1) {
		switch (opt) {
		case 's':
			seed = atoi_non_negative("Seed", optarg);
			break;
		case 'v':
			large_vm_vcpus = atoi_positive("Number of vCPUs", optarg);
			TEST_ASSERT(large_vm_vcpus <= MAX_VCPUS, "KVM has up to %d vCPUs",
				    MAX_VCPUS);
			break;
		default:
			printf("usage: %s [-s seed] [-v vCPUs of the largest GICv3]\n", argv[0]);
			exit(KSFT_FAIL);
		}
	}

	test_disable_default_vgic();
	ksft_print_header();
	vgic_vm_test_models(nr_results, test_model);
}
