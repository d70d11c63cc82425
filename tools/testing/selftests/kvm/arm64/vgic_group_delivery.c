// SPDX-License-Identifier: GPL-2.0-only
/*
 * vgic_group_delivery - Does an interrupt arrive in the group that it has?
 *
 * What a group register reads as is one thing, what the guest gets is another:
 * KVM could show one group and signal the other, as it did for a GICv2 from v4.7
 * to v4.18. So two vCPUs take interrupts here, with both groups enabled, and the
 * test looks at how each of them arrives:
 *
 *  - At a revision with writable groups, an interrupt arrives in the group that
 *    the guest or userspace gave it. At the others it arrives in the fixed group
 *    of the model, whatever they wrote before.
 *
 *  - A GICv3 signals group 1 as IRQ and group 0 as FIQ, and the two are
 *    acknowledged in different registers. A GICv2 does so if GICC_CTLR.FIQEn is
 *    set. An interrupt whose group is not enabled waits until it is.
 *
 *  - LPIs have no group registers, and arrive in group 1 at every revision.
 *
 *  - Userspace restores interrupts as pending or active and then moves the VM
 *    from one revision to another, before the first run. What is pending arrives
 *    once, in the group that it has then. What is active stays so until the guest
 *    deactivates it, and then arrives again if it is pending again.
 *
 *  - An active interrupt that was acknowledged in one group and has the other one
 *    now can't be ended: its EOI does not deactivate it. That must not come from a
 *    change of the revision. So once a vCPU has run, a change from or to fixed
 *    groups is refused with EBUSY. This is tried while one interrupt is active
 *    and another one is pending: the first can still be ended, and the second
 *    arrives once, in its group.
 */
#include <errno.h>

#include "kvm_util.h"
#include "gic_v3_its.h"
#include "processor.h"
#include "test_util.h"
#include "vgic_vm.h"

#define NR_VCPUS	2
#define NR_IRQS		96

/* What makes an interrupt pending */
enum source {
	BY_SGI,		/* another vCPU */
	BY_LINE,	/* a device; an edge is a pulse */
	BY_ISPENDR,	/* userspace, when it restores one */
};

/* SPIs have a second one right after, for the second vCPU */
static const struct irq {
	const char	*name;
	u32		intid;
	enum source	source;
	bool		edge;
} irqs[] = {
	{ "SGI",				3,  BY_SGI,	true },
	{ "SGI that is restored as pending",	7,  BY_ISPENDR, true },
	{ "level PPI",				20, BY_LINE,	false },
	{ "PPI that is restored as pending",	21, BY_ISPENDR, false },
	{ "edge SPI",				40, BY_LINE,	true },
	{ "level SPI",				50, BY_LINE,	false },
	{ "SPI that is restored as pending",	70, BY_ISPENDR, true },
};

#define NR_KINDS	ARRAY_SIZE(irqs)
#define AN_SPI		(&irqs[NR_KINDS - 1])

static const char *model;
static u32 type;

/* The group that is in force after @group was written at a revision */
static bool in_force(u32 rev, bool group)
{
	return vgic_vm_revisions[rev].writable ? group : vgic_vm_fixed_group(type);
}

static u32 intid_of(const struct irq *irq, int vcpu)
{
	return irq->intid + (INTID_IS_SPI(irq->intid) ? vcpu : 0);
}

static void set_group(struct vgic_vm *v, bool by_guest, int vcpu, u32 intid, bool group)
{
	u32 offset = GICD_IGROUPR + intid / 32 * 4, bit = BIT(intid % 32);
	u32 val = by_guest ? vgic_vm_guest_get(v, vcpu, offset) : vgic_vm_get(v, vcpu, offset);

	val = group ? val | bit : val & ~bit;
	if (by_guest)
		vgic_vm_guest_set(v, vcpu, offset, val);
	else
		vgic_vm_set(v, vcpu, offset, val);
}

/* Userspace enables and routes it, as it does when it restores a VM */
static void enable_irq(struct vgic_vm *v, const struct irq *irq, int vcpu)
{
	u32 intid = intid_of(irq, vcpu), edge = BIT(intid % 16 * 2 + 1);
	u32 offset = GICD_ICFGR + intid / 16 * 4, val;

	if (INTID_IS_SPI(intid)) {
		val = vgic_vm_get(v, vcpu, offset);
		vgic_vm_set(v, vcpu, offset, irq->edge ? val | edge : val & ~edge);
		vgic_vm_route_spi(v, intid, vcpu);
	}
	vgic_vm_set(v, vcpu, GICD_ISENABLER + intid / 32 * 4, BIT(intid % 32));
}

static void make_pending(struct vgic_vm *v, const struct irq *irq, int vcpu)
{
	u32 intid = intid_of(irq, vcpu), offset = GICD_ISPENDR + intid / 32 * 4;

	switch (irq->source) {
	case BY_SGI:
		vgic_vm_guest_send_sgi(v, 1 - vcpu, vcpu, intid);
		break;
	case BY_LINE:
		vgic_vm_set_line(v, vcpu, intid, true);
		if (irq->edge)
			vgic_vm_set_line(v, vcpu, intid, false);
		break;
	case BY_ISPENDR:
		/*
		 * Userspace replaces all 32 bits of a GICv3. On a GICv2 it sets
		 * bits only, and an SGI that is set again gets another source.
		 */
		vgic_vm_set(v, vcpu, offset, BIT(intid % 32) |
			    (vgic_vm_is_v3(v) ? vgic_vm_get(v, vcpu, offset) : 0));
		break;
	}
}

/* What a device does once its interrupt has been taken */
static void lower(struct vgic_vm *v, const struct irq *irq, int vcpu)
{
	if (irq->source == BY_LINE && !irq->edge)
		vgic_vm_set_line(v, vcpu, intid_of(irq, vcpu), false);
}

static bool is_active(struct vgic_vm *v, int vcpu, u32 intid)
{
	return vgic_vm_get(v, vcpu, GICD_ISACTIVER + intid / 32 * 4) & BIT(intid % 32);
}

static void choose(struct vgic_vm *v, u32 rev, enum vgic_vm_way way)
{
	TEST_ASSERT(!vgic_vm_choose(v, way, rev), "No revision %u", rev);
}

/* A VM at a revision, which has not run yet */
static struct vgic_vm *create_vm(u32 rev)
{
	struct vgic_vm *v = vgic_vm_setup(type, NR_VCPUS, NR_IRQS);

	choose(v, rev, rev % VGIC_VM_NR_WAYS);
	vgic_vm_enable_dist(v);
	return v;
}

static void enable_vcpus(struct vgic_vm *v)
{
	for (int i = 0; i < NR_VCPUS; i++)
		vgic_vm_guest_enable(v, i, VGIC_VM_BOTH_GROUPS);
}

/*
 * Take what is pending, and finish with it: it has arrived in @group, stays
 * active until the guest deactivates it, and does not come again.
 */
static bool take_and_finish(struct vgic_vm *v, const struct irq *irq, int vcpu, bool group)
{
	u32 intid = intid_of(irq, vcpu);
	bool ok;

	vgic_vm_guest_take(v, vcpu, true);
	ok = vgic_vm_arrived_in(v, vcpu, intid, group, 1) && is_active(v, vcpu, intid);
	lower(v, irq, vcpu);
	vgic_vm_guest_deactivate(v, vcpu, intid);
	vgic_vm_guest_take(v, vcpu, true);
	return vgic_vm_arrived_in(v, vcpu, intid, group, 1) && !is_active(v, vcpu, intid) && ok;
}

/* The two vCPUs have theirs in different groups, so that one cannot pass for the other */
static void test_delivery(u32 rev, const struct irq *irq, bool by_guest, bool group)
{
	struct vgic_vm *v = create_vm(rev);
	bool ok = true;

	for (int i = 0; i < NR_VCPUS; i++) {
		set_group(v, by_guest, i, intid_of(irq, i), group ^ i);
		enable_irq(v, irq, i);
	}
	enable_vcpus(v);
	for (int i = 0; i < NR_VCPUS; i++)
		make_pending(v, irq, i);
	for (int i = 0; i < NR_VCPUS; i++) {
		ok &= take_and_finish(v, irq, i, in_force(rev, group ^ i));
		/* Nothing of it on the other one */
		if (INTID_IS_SPI(irq->intid))
			ok &= vgic_vm_arrived_in(v, 1 - i, intid_of(irq, i), 0, 0);
	}
	ksft_test_result(ok, "%s revision %u: %s that %s put into group %d arrives in group %d\n",
			 model, rev, irq->name, by_guest ? "the guest" : "userspace", group,
			 in_force(rev, group));
	vgic_vm_free(v);
}

/* What the CPU interface makes of the groups */
#define NEVER		VGIC_VM_NR_ARRIVALS
#define BOTH_AS_IRQ	(GICC_CTLR_ENABLE_G0 | GICC_CTLR_ENABLE_G1)

static const struct {
	const char		*name;
	u32			ctlr;
	enum vgic_vm_arrival	how[2];		/* by group */
	bool			v2_only;
} cpuifs[] = {
	{ "both groups enabled", VGIC_VM_BOTH_GROUPS, { VGIC_VM_FIQ_G0, VGIC_VM_IRQ_G1 } },
	{ "only group 1 enabled", GICC_CTLR_ENABLE_G1, { NEVER, VGIC_VM_IRQ_G1 } },
	{ "no group enabled", 0, { NEVER, NEVER } },
	/* See guest_enable() of the library for why not on GICv3 */
	{ "only group 0 enabled", GICC_CTLR_ENABLE_G0 | GICC_CTLR_FIQ_EN,
	  { VGIC_VM_FIQ_G0, NEVER }, true },
	{ "FIQEn clear", BOTH_AS_IRQ, { VGIC_VM_IRQ_G0, VGIC_VM_IRQ_G1 }, true },
	/* GICC_IAR acknowledges both, so it does not tell the group any more */
	{ "AckCtl set", VGIC_VM_BOTH_GROUPS | GICC_CTLR_ACK_CTL,
	  { VGIC_VM_FIQ_G0, VGIC_VM_IRQ_G0 }, true },
};

static bool has_cpuif(int i)
{
	return type == KVM_DEV_TYPE_ARM_VGIC_V2 || !cpuifs[i].v2_only;
}

static void test_cpuif(u32 rev, int i, bool group)
{
	enum vgic_vm_arrival how = cpuifs[i].how[in_force(rev, group)];
	struct vgic_vm *v = create_vm(rev);
	u32 intid = AN_SPI->intid;
	bool ok;

	set_group(v, false, 0, intid, group);
	enable_irq(v, AN_SPI, 0);
	vgic_vm_guest_enable(v, 0, cpuifs[i].ctlr);
	make_pending(v, AN_SPI, 0);
	vgic_vm_guest_take(v, 0, false);
	if (how == NEVER) {
		ok = vgic_vm_arrived_in(v, 0, intid, 0, 0);
		/* It is not lost */
		vgic_vm_guest_enable(v, 0, VGIC_VM_BOTH_GROUPS);
		vgic_vm_guest_take(v, 0, false);
		ok &= vgic_vm_arrived_in(v, 0, intid, in_force(rev, group), 1);
	} else {
		ok = vgic_vm_arrived(v, 0, intid, how, 1);
	}
	ksft_test_result(ok, "%s revision %u, %s: SPI that userspace put into group %d %s\n",
			 model, rev, cpuifs[i].name, group,
			 how == NEVER ? "arrives only once that is enabled" :
			 how == VGIC_VM_FIQ_G0 ? "arrives as FIQ" : "arrives as IRQ");
	vgic_vm_free(v);
}

/* As many as are active at a time, see vgic_vm_guest_take() */
#define NR_AT_A_TIME	3

/* Nothing that needs a guest that runs, or a source that userspace cannot restore */
static bool can_restore(const struct irq *irq, bool active)
{
	return irq->source != BY_SGI &&
	       !(active && INTID_IS_SGI(irq->intid) && type == KVM_DEV_TYPE_ARM_VGIC_V2);
}

/*
 * A level-sensitive one that was made pending in GICD_ISPENDR while it is active
 * is forgotten as it is deactivated; a line that is still high is not.
 */
static bool comes_again(const struct irq *irq)
{
	return irq->edge || irq->source == BY_LINE;
}

/*
 * Userspace puts interrupts into the group that the model does not fix, makes
 * them pending or both active and pending, and moves to another revision. All
 * that happens before the first run.
 */
static void test_move(u32 from, u32 to, bool active, int first)
{
	bool group = vgic_vm_revisions[to].writable ? in_force(from, !vgic_vm_fixed_group(type))
						    : vgic_vm_fixed_group(type);
	int last = min_t(int, first + NR_AT_A_TIME, NR_KINDS);
	struct vgic_vm *v = create_vm(from);

	for (int k = first; k < last; k++)
		for (int i = 0; i < NR_VCPUS && can_restore(&irqs[k], active); i++) {
			u32 intid = intid_of(&irqs[k], i), offset = intid / 32 * 4;
			u32 bit = BIT(intid % 32);

			set_group(v, false, i, intid, !vgic_vm_fixed_group(type));
			enable_irq(v, &irqs[k], i);
			if (active)
				vgic_vm_set(v, i, GICD_ISACTIVER + offset, bit |
					    vgic_vm_get(v, i, GICD_ISACTIVER + offset));
			make_pending(v, &irqs[k], i);
		}
	choose(v, to, (from + to) % VGIC_VM_NR_WAYS);
	enable_vcpus(v);

	for (int k = first; k < last; k++) {
		const struct irq *irq = &irqs[k];
		bool ok = true;

		for (int i = 0; i < NR_VCPUS && can_restore(irq, active); i++) {
			u32 intid = intid_of(irq, i);

			if (active) {
				vgic_vm_guest_take(v, i, true);
				ok &= is_active(v, i, intid) &&
				      vgic_vm_arrived_in(v, i, intid, 0, 0);
				vgic_vm_guest_deactivate(v, i, intid);
			}
			if (!active || comes_again(irq))
				ok &= take_and_finish(v, irq, i, group);
			else
				ok &= !is_active(v, i, intid);
		}
		if (can_restore(irq, active))
			ksft_test_result(ok, "%s revision %u to %u: %s %s%s, group %d\n", model,
					 from, to, irq->name,
					 active ? "stays active until its end" : "arrives once",
					 active && comes_again(irq) ? ", then arrives once" : "",
					 group);
	}
	vgic_vm_free(v);
}

static int nr_moves(void)
{
	int nr = 0;

	for (int k = 0; k < NR_KINDS; k++)
		nr += can_restore(&irqs[k], false) + can_restore(&irqs[k], true);
	return VGIC_VM_NR_REVS * VGIC_VM_NR_REVS * nr;
}

/* Acknowledge one without an end of it, in EOImode 0 */
static u64 guest_acknowledge(u64 is_v3, u64 group, u64 unused)
{
	u64 iar;

	if (!is_v3) {
		writel(GICC_CTLR_ENABLE_G0 | GICC_CTLR_ENABLE_G1 | GICC_CTLR_ACK_CTL,
		       GICC_BASE_GVA + GICC_CTLR);
		return readl(GICC_BASE_GVA + GICC_IAR);
	}
	write_sysreg_s(0, SYS_ICC_CTLR_EL1);
	isb();
	iar = group ? read_sysreg_s(SYS_ICC_IAR1_EL1) : read_sysreg_s(SYS_ICC_IAR0_EL1);
	dsb(sy);
	return iar;
}

static u64 guest_end(u64 is_v3, u64 group, u64 intid)
{
	if (!is_v3)
		writel(intid, GICC_BASE_GVA + GICC_EOIR);
	else if (group)
		write_sysreg_s(intid, SYS_ICC_EOIR1_EL1);
	else
		write_sysreg_s(intid, SYS_ICC_EOIR0_EL1);
	isb();
	return 0;
}

/* Choose each revision in each way, and come back if that was allowed */
static bool only_allowed_changes(struct vgic_vm *v, u32 rev)
{
	bool ok = true;

	for (u32 to = 0; to < VGIC_VM_NR_REVS; to++)
		for (int way = 0; way < VGIC_VM_NR_WAYS; way++) {
			int err = vgic_vm_choose(v, way, to) ? errno : 0;

			ok &= err == vgic_vm_change_errno(rev, to);
			ok &= vgic_vm_current(v) == (err ? rev : to);
			choose(v, rev, way);
		}
	return ok;
}

static void test_in_flight(u32 rev, bool group)
{
	const u32 active = AN_SPI->intid, pending = active + 1;
	const u32 offset = active / 32 * 4;
	struct vgic_vm *v = create_vm(rev);
	bool v3 = vgic_vm_is_v3(v), ok;

	for (u32 intid = active; intid <= pending; intid++) {
		set_group(v, false, 0, intid, group);
		vgic_vm_set(v, 0, GICD_ISENABLER + offset, BIT(intid % 32));
	}
	vgic_vm_set(v, 0, GICD_ICFGR + active / 16 * 4, ~0U);
	vgic_vm_guest_enable(v, 0, VGIC_VM_BOTH_GROUPS);

	make_pending(v, AN_SPI, 0);
	ok = vgic_vm_guest_call(v, 0, guest_acknowledge, v3, in_force(rev, group), 0) == active;
	vgic_vm_set(v, 0, GICD_ISPENDR + offset, BIT(pending % 32));
	/* So that it gets into a list register */
	vgic_vm_guest_get(v, 0, GICD_ISPENDR + offset);
	ok &= is_active(v, 0, active);
	ok &= only_allowed_changes(v, rev);

	vgic_vm_guest_call(v, 0, guest_end, v3, in_force(rev, group), active);
	ok &= !is_active(v, 0, active);
	vgic_vm_guest_enable(v, 0, VGIC_VM_BOTH_GROUPS);
	vgic_vm_guest_take(v, 0, false);
	ok &= vgic_vm_arrived_in(v, 0, pending, in_force(rev, group), 1);
	make_pending(v, AN_SPI, 0);
	vgic_vm_guest_take(v, 0, false);
	ok &= vgic_vm_arrived_in(v, 0, active, in_force(rev, group), 1);
	ksft_test_result(ok, "%s revision %u, group %d: no change of groups while one is active\n",
			 model, rev, group);
	vgic_vm_free(v);
}

/* The ITS and the tables that it needs: one device, with an LPI for each vCPU */
#define LPI_PRIORITY	0xa0
#define ITS_MEMSLOT	2
#define NR_TABLES	7	/* devices, collections, commands, ITT, properties, 2 pending */

static struct {
	gpa_t	devices, collections, commands, itt, properties, pending;
} its;

static u64 guest_enable_lpis(u64 unused1, u64 unused2, u64 unused3)
{
	u32 cpu = guest_get_vcpuid();
	void *commands = (void *)its.commands;

	gic_rdist_enable_lpis(its.properties, SZ_64K, its.pending + cpu * SZ_64K);
	if (cpu != NR_VCPUS - 1)
		return 0;

	its_init(its.collections, SZ_64K, its.devices, SZ_64K, its.commands, SZ_64K);
	for (int i = 0; i < NR_VCPUS; i++)
		its_send_mapc_cmd(commands, i, i, true);
	its_send_mapd_cmd(commands, 0, its.itt, SZ_64K, true);
	for (int i = 0; i < NR_VCPUS; i++)
		its_send_mapti_cmd(commands, 0, i, i, VGIC_VM_FIRST_LPI + i);
	for (int i = 0; i < NR_VCPUS; i++) {
		its_send_invall_cmd(commands, i);
		its_send_sync_cmd(commands, i);
	}
	return 0;
}

static int setup_its(struct vgic_vm *v)
{
	size_t pages = vm_calc_num_guest_pages(v->vm->mode, SZ_64K);
	gpa_t base = (vm_compute_max_gfn(v->vm) + 1) * v->vm->page_size - NR_TABLES * SZ_64K;
	gpa_t *tables[] = { &its.devices, &its.collections, &its.commands, &its.itt,
			    &its.properties };
	u8 *properties;
	int its_fd;

	vm_userspace_mem_region_add(v->vm, VM_MEM_SRC_ANONYMOUS, base, ITS_MEMSLOT,
				    NR_TABLES * pages, 0);
	its_fd = vgic_its_setup(v->vm);
	for (int i = 0; i < ARRAY_SIZE(tables); i++)
		*tables[i] = vm_phy_pages_alloc(v->vm, pages, base, ITS_MEMSLOT);
	its.pending = vm_phy_pages_alloc(v->vm, NR_VCPUS * pages, base, ITS_MEMSLOT);
	virt_map(v->vm, its.commands, its.commands, pages);

	properties = addr_gpa2hva(v->vm, its.properties);
	for (int i = 0; i < NR_VCPUS; i++)
		properties[i] = LPI_PRIORITY | LPI_PROP_GROUP1 | LPI_PROP_ENABLED;

	sync_global_to_guest(v->vm, its);
	for (int i = 0; i < NR_VCPUS; i++)
		vgic_vm_guest_call(v, i, guest_enable_lpis, 0, 0, 0);
	return its_fd;
}

static void signal_lpi(struct vgic_vm *v, int vcpu)
{
	struct kvm_msi msi = {
		.address_lo	= GITS_BASE_GPA + GITS_TRANSLATER,
		.data		= vcpu,
		.devid		= 0,
		.flags		= KVM_MSI_VALID_DEVID,
	};

	TEST_ASSERT(__vm_ioctl(v->vm, KVM_SIGNAL_MSI, &msi) == 1, "Cannot signal an LPI");
}

/* Every group register says 0 as far as it can, also where the guest has LPIs pending */
static void test_lpi(u32 rev)
{
	struct vgic_vm *v = create_vm(rev);
	int its_fd = setup_its(v);
	bool ok = true;

	enable_vcpus(v);
	for (int i = 0; i < NR_VCPUS; i++) {
		for (int n = 0; n < NR_IRQS / 32; n++) {
			vgic_vm_guest_set(v, i, GICD_IGROUPR + 4 * n, 0);
			vgic_vm_set(v, i, GICD_IGROUPR + 4 * n, 0);
		}
		signal_lpi(v, i);
	}
	ok &= only_allowed_changes(v, rev);
	for (int i = 0; i < NR_VCPUS; i++)
		for (int nr = 1; nr <= 2; nr++) {
			vgic_vm_guest_take(v, i, false);
			ok &= vgic_vm_arrived_in(v, i, VGIC_VM_FIRST_LPI + i, 1, nr);
			signal_lpi(v, i);
		}
	ksft_test_result(ok, "%s revision %u: an LPI arrives in group 1\n", model, rev);
	close(its_fd);
	vgic_vm_free(v);
}

static int nr_results(u32 for_type)
{
	int nr = NR_KINDS * 2 * 2 + 2 /* test_in_flight() */;

	type = for_type;
	for (int i = 0; i < ARRAY_SIZE(cpuifs); i++)
		nr += has_cpuif(i) ? 2 : 0;
	if (type == KVM_DEV_TYPE_ARM_VGIC_V3)
		nr++ /* test_lpi() */;
	return VGIC_VM_NR_REVS * nr + nr_moves();
}

static void test_revision(u32 rev)
{
	for (int group = 0; group < 2; group++) {
		for (int k = 0; k < NR_KINDS; k++) {
			test_delivery(rev, &irqs[k], false, group);
			test_delivery(rev, &irqs[k], true, group);
		}
		for (int i = 0; i < ARRAY_SIZE(cpuifs); i++)
			if (has_cpuif(i))
				test_cpuif(rev, i, group);
		test_in_flight(rev, group);
	}
	if (type == KVM_DEV_TYPE_ARM_VGIC_V3)
		test_lpi(rev);

	for (u32 to = 0; to < VGIC_VM_NR_REVS; to++)
		for (int first = 0; first < NR_KINDS; first += NR_AT_A_TIME) {
			test_move(rev, to, false, first);
			test_move(rev, to, true, first);
		}
}

static void test_model(u32 for_type)
{
	type = for_type;
	model = vgic_vm_name(type);
	for (u32 rev = 0; rev < VGIC_VM_NR_REVS; rev++)
		test_revision(rev);
}

int main(int argc, char *argv[])
{
	test_disable_default_vgic();
	ksft_print_header();
	vgic_vm_test_models(nr_results, test_model);
}
