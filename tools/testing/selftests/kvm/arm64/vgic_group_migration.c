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
 *    of its model, whatever was saved. What was pending still arrives.
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
#define MAX_VCPUS	512

/* As many as a GICv2 can have */
#define DEFAULT_VCPUS	8

/* The largest GICv3; 16 vCPUs are a cluster, and there is to be more than one */
static int large_vm_vcpus = 20;

static const struct {
	const char	*name;
	u32		type;
} models[] = {
	{ "GICv2", KVM_DEV_TYPE_ARM_VGIC_V2 },
	{ "GICv3", KVM_DEV_TYPE_ARM_VGIC_V3 },
};

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

/* What the test knows about one interrupt */
struct irq {
	bool	group;		/* that the guest wrote */
	bool	enabled;
	bool	pending;
	bool	active;
	bool	edge;
	bool	by_source;	/* an SGI of a GICv2, which is pending for its source */
	u8	priority;
	int	target;		/* vCPU of an SPI */
};

/* The ones that are active: one PPI of each vCPU, one SPI of each of the first */
#define ACTIVE_PPI	16
#define NR_ACTIVE_SPIS	8

static struct irq priv[MAX_VCPUS][MIN_SPI], spis[MAX_IRQS];

static struct irq *irq_of(int vcpu, u32 intid)
{
	return intid < MIN_SPI ? &priv[vcpu][intid] : &spis[intid];
}

/*
 * In a small VM, no vCPU has more that are pending and enabled than there are
 * list registers for them and for the active ones, in QEMU's GICs. Where there
 * is none for an active interrupt, the EOI of another one may count for it. In
 * larger ones the guest deactivates what is active before it takes the rest.
 */
#define NR_LRS		4
#define SMALL_VM_IRQS	96

static int nr_pending[MAX_VCPUS];

static struct kvm_random_state rng;
static u32 seed = 1;

static bool one_in(int n)
{
	return (kvm_random_u32(&rng) >> 8) % n == 0;
}

/*
 * One active SPI and one active PPI for each vCPU. One that is level-sensitive
 * is not pending at the same time, as KVM forgets that when it is deactivated.
 * The PPIs from 22 on may belong to the timer and the like. 0xf8 is the priority
 * that masks.
 */
static void invent_irq(const struct vgic_vm *v, int vcpu, u32 intid)
{
	struct irq *irq = irq_of(vcpu, intid);
	bool ours = intid < 22 || intid >= MIN_SPI;

	*irq = (struct irq) {
		.group		= one_in(2),
		.enabled	= one_in(2),
		.pending	= ours && one_in(4),
		.edge		= INTID_IS_SGI(intid) || (INTID_IS_SPI(intid) && one_in(2)),
		.priority	= (kvm_random_u32(&rng) >> 8) % 31 * 8,
		.by_source	= INTID_IS_SGI(intid) && !vgic_is_v3(v),
		.target		= (kvm_random_u32(&rng) >> 8) % v->nr_vcpus,
	};
	if (intid == ACTIVE_PPI) {
		irq->active = true;
		irq->pending = false;
	} else if (INTID_IS_SPI(intid) && intid - MIN_SPI < v->nr_vcpus &&
		   intid - MIN_SPI < NR_ACTIVE_SPIS) {
		irq->active = true;
		irq->edge = true;
		irq->enabled = true;
		irq->target = intid - MIN_SPI;
	}

	if (INTID_IS_SPI(intid))
		vcpu = irq->target;
	if (v->nr_irqs == SMALL_VM_IRQS && irq->pending && irq->enabled &&
	    ++nr_pending[vcpu] > NR_LRS - 2)
		irq->pending = false;
}

/* One register of the vGIC that userspace saves, in the order of restoring */
struct reg {
	u32	group;
	u64	attr;
	u64	val;
	bool	is_64bit;
	bool	is_group;
	u32	clear;		/* offset of the register that clears all bits first */
};

static struct reg *regs;
static int nr_regs, max_regs;

static void add_reg(struct reg reg)
{
	if (nr_regs == max_regs) {
		max_regs = max_regs ? 2 * max_regs : 1024;
		regs = realloc(regs, max_regs * sizeof(*regs));
		TEST_ASSERT(regs, "Out of memory");
	}
	regs[nr_regs++] = reg;
}

/* One that has some bits of each interrupt, from word @from to @to */
static void add_words(struct vgic_vm *v, int vcpu, u32 offset, int bits, int from, int to,
		      u32 clear)
{
	for (int n = from; n < to; n++) {
		bool redist = vgic_is_v3(v) && n < bits;
		u32 frame = redist ? SZ_64K : 0;

		add_reg((struct reg) {
			.group	= redist ? KVM_DEV_ARM_VGIC_GRP_REDIST_REGS
					 : KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
			.attr	= vgic_vcpu_attr(v, vcpu, frame + offset + 4 * n),
			.is_group = offset == GICD_IGROUPR,
			.clear	= clear ? frame + clear + 4 * n : 0,
		});
	}
}

static void add_irq_words(struct vgic_vm *v, u32 offset, int bits, u32 clear)
{
	for (int i = 0; i < v->nr_vcpus; i++)
		add_words(v, i, offset, bits, 0, bits, clear);
	add_words(v, 0, offset, bits, bits, vgic_nr_words(v->nr_irqs, bits), clear);
}

static void add_v2_regs(struct vgic_vm *v)
{
	static const u32 cpu_regs[] = { GICC_CTLR, GICC_PMR, GICC_BPR, GICC_ABPR, GICC_APR(0) };

	add_words(v, 0, GICD_ITARGETSR, 8, 8, vgic_nr_words(v->nr_irqs, 8), 0);
	/* An SGI is pending for its source, which GICD_ISPENDR does not know */
	for (int i = 0; i < v->nr_vcpus; i++)
		add_words(v, i, GICD_SPENDSGIR, 8, 0, 4, 0);
	for (int i = 0; i < v->nr_vcpus; i++)
		for (int j = 0; j < ARRAY_SIZE(cpu_regs); j++)
			add_reg((struct reg) {
				.group	= KVM_DEV_ARM_VGIC_GRP_CPU_REGS,
				.attr	= vgic_vcpu_attr(v, i, cpu_regs[j]),
			});
}

static void add_v3_regs(struct vgic_vm *v)
{
	static const u32 sysregs[] = {
		SYS_ICC_SRE_EL1, SYS_ICC_CTLR_EL1, SYS_ICC_PMR_EL1, SYS_ICC_BPR0_EL1,
		SYS_ICC_BPR1_EL1, SYS_ICC_AP0R0_EL1, SYS_ICC_AP1R0_EL1,
		SYS_ICC_IGRPEN0_EL1, SYS_ICC_IGRPEN1_EL1,
	};

	for (u32 intid = MIN_SPI; intid < v->nr_irqs; intid++)
		add_reg((struct reg) {
			.group	= KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
			.attr	= vgic_vcpu_attr(v, 0, GICD_IROUTER + 8 * intid),
		});
	for (int i = 0; i < v->nr_vcpus; i++)
		for (int j = 0; j < ARRAY_SIZE(sysregs); j++)
			add_reg((struct reg) {
				.group	= KVM_DEV_ARM_VGIC_GRP_CPU_SYSREGS,
				/* Encoded as in sys_reg(), but from bit 0 up */
				.attr	= vgic_vcpu_attr(v, i, sysregs[j] >> 5),
				.is_64bit = true,
			});
}

/* Whether they are edge-triggered and enabled before whether they are pending */
static void list_regs(struct vgic_vm *v)
{
	nr_regs = 0;
	add_reg((struct reg) {
		.group	= KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
		.attr	= vgic_vcpu_attr(v, 0, GICD_CTLR),
	});
	add_irq_words(v, GICD_IGROUPR, 1, 0);
	add_irq_words(v, GICD_ISENABLER, 1, GICD_ICENABLER);
	add_irq_words(v, GICD_ICFGR, 2, 0);
	add_irq_words(v, GICD_IPRIORITYR, 8, 0);
	if (vgic_is_v3(v))
		add_v3_regs(v);
	else
		add_v2_regs(v);
	add_irq_words(v, GICD_ISPENDR, 1, 0);
	add_irq_words(v, GICD_ISACTIVER, 1, GICD_ICACTIVER);
}

static void save(struct vgic_vm *v)
{
	list_regs(v);
	for (int i = 0; i < nr_regs; i++) {
		u32 val32;

		if (regs[i].is_64bit) {
			kvm_device_attr_get(v->gic_fd, regs[i].group, regs[i].attr, &regs[i].val);
		} else {
			kvm_device_attr_get(v->gic_fd, regs[i].group, regs[i].attr, &val32);
			regs[i].val = val32;
		}
	}
}

static void restore_reg(struct vgic_vm *v, const struct reg *reg)
{
	u32 val = reg->val, all = ~0U;
	u64 cleared;

	if (reg->is_64bit) {
		u64 val64 = reg->val;

		kvm_device_attr_set(v->gic_fd, reg->group, reg->attr, &val64);
		return;
	}

	if (reg->clear) {
		cleared = (reg->attr & ~KVM_DEV_ARM_VGIC_OFFSET_MASK) | reg->clear;
		kvm_device_attr_set(v->gic_fd, reg->group, cleared, &all);
	}
	/* Restored by their sources; KVM would add one */
	if (!vgic_is_v3(v) && (reg->attr & KVM_DEV_ARM_VGIC_OFFSET_MASK) == GICD_ISPENDR)
		val &= ~GENMASK(MIN_PPI - 1, 0);
	kvm_device_attr_set(v->gic_fd, reg->group, reg->attr, &val);
}

static void set_revision(struct vgic_vm *v, enum vgic_way way, u32 rev)
{
	TEST_ASSERT(!vgic_set_revision(v, way, rev), "Cannot set revision %u", rev);
}

static void restore(struct vgic_vm *v, const struct move *m, enum vgic_way way)
{
	if (m->order == REVISION_FIRST || m->order == OTHER_REVISION)
		set_revision(v, way, m->to);

	for (int i = 0; i < nr_regs; i++)
		restore_reg(v, &regs[i]);

	if (m->order == REVISION_LAST)
		set_revision(v, way, m->to);
}

/* Write one register for all interrupts of it, from what the test knows */
static void write_words(struct vgic_vm *v, u32 offset, int bits,
			u32 (*field)(const struct irq *irq), bool by_guest)
{
	int per_word = 32 / bits;

	for (int i = 0; i < v->nr_vcpus; i++)
		for (int n = 0; n < (i ? bits : vgic_nr_words(v->nr_irqs, bits)); n++) {
			u32 val = 0;

			for (int j = 0; j < per_word; j++)
				val |= field(irq_of(i, n * per_word + j)) << j * bits;
			if (by_guest)
				vgic_guest_set(v, i, offset, bits, n, val);
			else
				vgic_set(v, i, offset, bits, n, val);
		}
}

static u32 group_field(const struct irq *irq)		{ return irq->group; }
static u32 enabled_field(const struct irq *irq)		{ return irq->enabled; }
static u32 disabled_field(const struct irq *irq)	{ return !irq->enabled; }
static u32 pending_field(const struct irq *irq)		{ return irq->pending && !irq->by_source; }
static u32 active_field(const struct irq *irq)		{ return irq->active; }
static u32 config_field(const struct irq *irq)		{ return irq->edge ? 2 : 0; }
static u32 priority_field(const struct irq *irq)	{ return irq->priority; }

static void write_pending(struct vgic_vm *v)
{
	write_words(v, GICD_ISPENDR, 1, pending_field, false);
	for (int i = 0; i < v->nr_vcpus; i++)
		for (int intid = 0; intid < MIN_PPI; intid++)
			if (priv[i][intid].pending && priv[i][intid].by_source)
				vgic_guest_send_sgi(v, (i + 1) % v->nr_vcpus, i, intid);
}

/* A VM in the middle of its work: the guest has set the groups, devices the rest */
static void set_state(struct vgic_vm *v)
{
	vgic_enable_dist(v);
	memset(nr_pending, 0, sizeof(nr_pending));
	for (int i = 0; i < v->nr_vcpus; i++) {
		vgic_guest_enable_cpuif(v, i, GICC_CTLR_ENABLE_G0 | GICC_CTLR_ENABLE_G1 |
					      GICC_CTLR_FIQ_EN);
		for (int intid = 0; intid < MIN_SPI; intid++)
			invent_irq(v, i, intid);
	}
	for (u32 intid = MIN_SPI; intid < v->nr_irqs; intid++)
		invent_irq(v, 0, intid);

	write_words(v, GICD_IGROUPR, 1, group_field, true);
	write_words(v, GICD_ICENABLER, 1, disabled_field, false);
	write_words(v, GICD_ISENABLER, 1, enabled_field, false);
	write_words(v, GICD_ICFGR, 2, config_field, false);
	write_words(v, GICD_IPRIORITYR, 8, priority_field, false);
	for (u32 intid = MIN_SPI; intid < v->nr_irqs; intid++)
		vgic_route_spi(v, intid, spis[intid].target);
	write_pending(v);
	write_words(v, GICD_ISACTIVER, 1, active_field, false);
	/* The guest has been presented with them, and masks interrupts */
	for (int i = 0; i < v->nr_vcpus; i++)
		vgic_guest_get(v, i, GICD_ISPENDR, 1, 0);
}

/* What a group register reads as, if the VM has @rev and the guest wrote @val */
static u32 group_reads_as(const struct vgic_vm *v, u32 rev, u32 val)
{
	const struct vgic_revision *r = &vgic_revisions[rev];

	return r->writable ? val : vgic_is_v3(v) ? r->v3_groups : r->v2_groups;
}

static bool fixed_group(const struct vgic_vm *v)
{
	return vgic_is_v3(v);
}

/* The group that an interrupt is in after the move */
static bool group_after(const struct vgic_vm *v, const struct move *m, bool written)
{
	if ((vgic_is_v3(v) ? m->v3 : m->v2) == FIXED)
		return fixed_group(v);

	return group_reads_as(v, m->rev, written ? ~0U : 0) & 1;
}

static bool check_groups(struct vgic_vm *v, const struct move *m)
{
	for (int i = 0; i < v->nr_vcpus; i++)
		for (int n = 0; n < (i ? 1 : vgic_nr_words(v->nr_irqs, 1)); n++) {
			u32 want = 0, guest, user;

			for (int j = 0; j < 32; j++)
				want |= (u32)group_after(v, m, irq_of(i, 32 * n + j)->group) << j;
			want = group_reads_as(v, m->to, want);
			guest = vgic_guest_get(v, i, GICD_IGROUPR, 1, n);
			user = vgic_get(v, i, GICD_IGROUPR, 1, n);
			if (guest == want && user == want)
				continue;
			ksft_print_msg("IGROUPR%d of vCPU %d: want %08x, guest %08x, user %08x\n",
				       n, i, want, guest, user);
			return false;
		}
	return true;
}

/* It arrived as often as it should have on this vCPU, and in its group */
static bool arrived_as_it_should(struct vgic_vm *v, const struct move *m, int vcpu, u32 intid,
				 bool deactivated)
{
	const struct irq *irq = irq_of(vcpu, intid);
	bool group = group_after(v, m, irq->group);
	int in_group = vgic_nr_arrived(v, vcpu, intid, group ? VGIC_IRQ_G1 : VGIC_FIQ_G0);
	int all = vgic_nr_arrived_at_all(v, vcpu, intid);
	int want = irq->enabled && irq->pending && (!irq->active || deactivated);

	if (INTID_IS_SPI(intid) && irq->target != vcpu)
		want = 0;
	if (in_group == want && all == want)
		return true;

	ksft_print_msg("%u%s%s%s on vCPU %d: want %d in group %d, got %d there, %d in all\n",
		       intid, irq->enabled ? " enabled" : "", irq->pending ? " pending" : "",
		       irq->active ? " active" : "", vcpu, want, group, in_group, all);
	return false;
}

static bool check_arrivals(struct vgic_vm *v, const struct move *m, bool deactivated)
{
	bool ok = true;

	for (int i = 0; i < v->nr_vcpus; i++) {
		vgic_guest_take(v, i);
		for (u32 intid = 0; intid < v->nr_irqs && ok; intid++)
			ok = arrived_as_it_should(v, m, i, intid, deactivated);
	}
	return ok;
}

static bool check_active(struct vgic_vm *v)
{
	int bad = 0;

	for (int i = 0; i < v->nr_vcpus; i++)
		for (u32 intid = 0; intid < (i ? MIN_SPI : v->nr_irqs); intid++) {
			u32 active = vgic_get(v, i, GICD_ISACTIVER, 1, intid / 32);

			if (!!(active & BIT(intid % 32)) != irq_of(i, intid)->active && !bad++)
				ksft_print_msg("%u of vCPU %d is%s active\n", intid, i,
					       irq_of(i, intid)->active ? " not" : "");
		}
	return !bad;
}

static void deactivate(struct vgic_vm *v)
{
	for (int i = 0; i < v->nr_vcpus; i++)
		for (u32 intid = 0; intid < v->nr_irqs; intid++)
			if (irq_of(i, intid)->active &&
			    (!INTID_IS_SPI(intid) || spis[intid].target == i))
				vgic_guest_deactivate(v, i, intid);
}

static int nr_results(int nr_irqs)
{
	return nr_irqs == SMALL_VM_IRQS ? 4 : 3;
}

/* Of its own for each, so that one can be repeated whatever ran before */
static void seed_move(const struct move *m, enum vgic_way way, int nr_vcpus)
{
	u32 number = (m - moves) * 10 + way + nr_vcpus;

	/* It stays at 0 */
	rng = new_kvm_random_state(1 + (seed * 1000 + number) % 0x7ffffffe);
	kvm_random_u32(&rng);
}

static void test_move(const char *model, u32 type, const struct move *m, enum vgic_way way,
		      int nr_vcpus, int nr_irqs)
{
	struct vgic_vm *v = vgic_vm_setup(type, nr_vcpus, nr_irqs);
	char id[120];

	set_revision(v, way, m->rev);
	seed_move(m, way, nr_vcpus);
	set_state(v);
	save(v);
	vgic_vm_free(v);

	v = vgic_vm_setup(type, nr_vcpus, nr_irqs);
	restore(v, m, way);
	snprintf(id, sizeof(id), "%s, %d vCPUs, %d SPIs, revision %u to %u, %s, by %s", model,
		 nr_vcpus, nr_irqs - MIN_SPI, m->rev, m->to, m->name, vgic_way_names[way]);
	ksft_test_result(check_groups(v, m), "%s: groups are %s\n", id,
			 (vgic_is_v3(v) ? m->v3 : m->v2) == FIXED ? "fixed" : "kept");
	if (nr_irqs == SMALL_VM_IRQS)
		ksft_test_result(check_arrivals(v, m, false),
				 "%s: what is pending and not active arrives once, in its group\n",
				 id);
	ksft_test_result(check_active(v), "%s: what was active stays active\n", id);
	deactivate(v);
	ksft_test_result(check_arrivals(v, m, true),
			 "%s: what is pending and was active arrives once, in its group\n", id);
	vgic_vm_free(v);
}

static int max_vcpus(u32 type)
{
	return type == KVM_DEV_TYPE_ARM_VGIC_V2 ? DEFAULT_VCPUS :
	       min_t(int, large_vm_vcpus, kvm_check_cap(KVM_CAP_MAX_VCPUS));
}

static void run_move(const char *model, u32 type, const struct move *m, enum vgic_way way,
		     int nr_vcpus, int nr_irqs)
{
	u64 needs = BIT_ULL(m->rev) | BIT_ULL(m->to);

	if ((vgic_supported_revisions(type) & needs) == needs) {
		test_move(model, type, m, way, nr_vcpus, nr_irqs);
		return;
	}
	for (int i = 0; i < nr_results(nr_irqs); i++)
		ksft_test_result_skip("%s: this kernel does not offer revision %u or %u\n",
				      model, m->rev, m->to);
}

static void test_model(const char *model, u32 type)
{
	for (int i = 0; i < ARRAY_SIZE(moves); i++)
		for (int way = 0; way < VGIC_NR_WAYS; way++)
			run_move(model, type, &moves[i], way, DEFAULT_VCPUS,
				 (way + i) % 2 ? MAX_IRQS : SMALL_VM_IRQS);

	/* One with fixed groups, one with writable ones */
	for (int i = 1; i <= 2; i++)
		run_move(model, type, &moves[i], VGIC_BY_ATTR, max_vcpus(type), SMALL_VM_IRQS);
}

int main(int argc, char *argv[])
{
	int plan = 0, opt;

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
	vgic_require_revisions();

	for (int i = 0; i < ARRAY_SIZE(models); i++)
		plan += (i ? kvm_supports_vgic_v3() : kvm_supports_vgic_v2()) ?
			ARRAY_SIZE(moves) * (nr_results(MAX_IRQS) + nr_results(SMALL_VM_IRQS)) +
			2 * nr_results(SMALL_VM_IRQS) : 1;
	ksft_set_plan(plan);

	ksft_print_msg("seed %u\n", seed);
	for (int i = 0; i < ARRAY_SIZE(models); i++) {
		if (i ? kvm_supports_vgic_v3() : kvm_supports_vgic_v2())
			test_model(models[i].name, models[i].type);
		else
			ksft_test_result_skip("%s: this host cannot emulate it\n", models[i].name);
	}
	ksft_finished();
}
