// SPDX-License-Identifier: GPL-2.0-only
/*
 * vgic_group_delivery - Does an interrupt arrive in the group that it has?
 *
 * What a group register reads as is one thing, what the guest gets is another:
 * KVM could show one group and signal the other, as it did for a GICv2 up to
 * v4.18. So this test has two vCPUs take interrupts, with both groups enabled,
 * and looks at how each of them arrives:
 *
 *  - At a revision with writable groups, in the group that the guest or
 *    userspace gave it. Below that in the fixed group of the model, whatever
 *    they wrote before: that is what the revision is for.
 *
 *  - A GICv3 signals group 1 as IRQ and group 0 as FIQ, and the two are
 *    acknowledged in different registers. A GICv2 does so if GICC_CTLR.FIQEn
 *    is set. An interrupt whose group is not enabled does not arrive.
 *
 *  - ICC_SGI0R_EL1 sends SGIs of group 0 only. A guest that uses it for SGIs
 *    that it has put into group 0 sends nothing where groups are fixed.
 *
 *  - LPIs have no group registers, and are group 1 at every revision.
 *
 *  - An interrupt that is pending while userspace changes the revision arrives
 *    once, in the group that it has then; it is neither lost nor doubled. One
 *    that is active stays so until the guest deactivates it.
 */
#include "kvm_util.h"
#include "gic_v3_its.h"
#include "processor.h"
#include "test_util.h"
#include "vgic_vm.h"

#define NR_VCPUS	2
#define NR_IRQS		96

#define BOTH_GROUPS	(GICC_CTLR_ENABLE_G0 | GICC_CTLR_ENABLE_G1)
/* What makes a GICv2 signal the groups as a GICv3 does */
#define CPUIF_DEFAULT	(BOTH_GROUPS | GICC_CTLR_FIQ_EN)

static const struct {
	const char	*name;
	u32		type;
} models[] = {
	{ "GICv2", KVM_DEV_TYPE_ARM_VGIC_V2 },
	{ "GICv3", KVM_DEV_TYPE_ARM_VGIC_V3 },
};

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

static const char *model_name;
static u32 model_type;
static u64 supported;

static bool fixed_group(void)
{
	return model_type == KVM_DEV_TYPE_ARM_VGIC_V3;
}

static bool is_supported(const struct vgic_revision *r)
{
	return supported & BIT_ULL(r->rev);
}

static u32 intid_of(const struct irq *irq, int vcpu)
{
	return irq->intid + (INTID_IS_SPI(irq->intid) ? vcpu : 0);
}

static void set_group(struct vgic_vm *v, bool by_guest, int vcpu, u32 intid, bool group)
{
	u32 bit = BIT(intid % 32), val;

	if (by_guest) {
		val = vgic_guest_get(v, vcpu, GICD_IGROUPR, 1, intid / 32);
		vgic_guest_set(v, vcpu, GICD_IGROUPR, 1, intid / 32,
			       group ? val | bit : val & ~bit);
	} else {
		val = vgic_get(v, vcpu, GICD_IGROUPR, 1, intid / 32);
		vgic_set(v, vcpu, GICD_IGROUPR, 1, intid / 32,
			 group ? val | bit : val & ~bit);
	}
}

/* Userspace enables and routes it, as it does when it restores a VM */
static void enable_irq(struct vgic_vm *v, const struct irq *irq, int vcpu)
{
	u32 intid = intid_of(irq, vcpu), edge = BIT(intid % 16 * 2 + 1), val;

	if (INTID_IS_SPI(intid)) {
		val = vgic_get(v, vcpu, GICD_ICFGR, 2, intid / 16);
		vgic_set(v, vcpu, GICD_ICFGR, 2, intid / 16, irq->edge ? val | edge : val & ~edge);
		vgic_route_spi(v, intid, vcpu);
	}
	vgic_set(v, vcpu, GICD_ISENABLER, 1, intid / 32, BIT(intid % 32));
}

static void make_pending(struct vgic_vm *v, const struct irq *irq, int vcpu)
{
	u32 intid = intid_of(irq, vcpu);

	switch (irq->source) {
	case BY_SGI:
		vgic_guest_send_sgi(v, 1 - vcpu, vcpu, intid);
		break;
	case BY_LINE:
		vgic_set_line(v, vcpu, intid, true);
		if (irq->edge)
			vgic_set_line(v, vcpu, intid, false);
		break;
	case BY_ISPENDR:
		vgic_set_pending(v, vcpu, intid);
		break;
	}
}

/* What a device does once its interrupt has been taken */
static void lower(struct vgic_vm *v, const struct irq *irq, int vcpu)
{
	if (irq->source == BY_LINE && !irq->edge)
		vgic_set_line(v, vcpu, intid_of(irq, vcpu), false);
}

static bool is_active(struct vgic_vm *v, int vcpu, u32 intid)
{
	return vgic_get(v, vcpu, GICD_ISACTIVER, 1, intid / 32) & BIT(intid % 32);
}

/* It arrived once, in this way, and in no other */
static bool arrived_once(struct vgic_vm *v, int vcpu, u32 intid, enum vgic_arrival how)
{
	if (vgic_nr_arrived(v, vcpu, intid, how) == 1 &&
	    vgic_nr_arrived_at_all(v, vcpu, intid) == 1)
		return true;

	ksft_print_msg("%u arrived on vCPU %d, as IRQ in group 0 and 1: %d, %d; as FIQ: %d, %d\n",
		       intid, vcpu, vgic_nr_arrived(v, vcpu, intid, VGIC_IRQ_G0),
		       vgic_nr_arrived(v, vcpu, intid, VGIC_IRQ_G1),
		       vgic_nr_arrived(v, vcpu, intid, VGIC_FIQ_G0),
		       vgic_nr_arrived(v, vcpu, intid, VGIC_FIQ_G1));
	return false;
}

static bool arrived_in(struct vgic_vm *v, int vcpu, u32 intid, bool group)
{
	return arrived_once(v, vcpu, intid, group ? VGIC_IRQ_G1 : VGIC_FIQ_G0);
}

static struct vgic_vm *create_vm(const struct vgic_revision *r, enum vgic_way way)
{
	struct vgic_vm *v = vgic_vm_setup(model_type, NR_VCPUS, NR_IRQS);

	TEST_ASSERT(!vgic_set_revision(v, way, r->rev), "Cannot set revision %u", r->rev);
	vgic_enable_dist(v);
	for (int i = 0; i < NR_VCPUS; i++)
		vgic_guest_enable_cpuif(v, i, CPUIF_DEFAULT);
	return v;
}

/*
 * Take what is pending, and finish with it: it has arrived in @group, stays
 * active until the guest deactivates it, and does not come again.
 */
static bool take_and_finish(struct vgic_vm *v, const struct irq *irq, int vcpu, bool group)
{
	u32 intid = intid_of(irq, vcpu);
	bool ok;

	vgic_guest_take_and_keep(v, vcpu);
	ok = arrived_in(v, vcpu, intid, group) && is_active(v, vcpu, intid);
	lower(v, irq, vcpu);
	vgic_guest_deactivate(v, vcpu, intid);
	vgic_guest_take_and_keep(v, vcpu);
	return arrived_in(v, vcpu, intid, group) && !is_active(v, vcpu, intid) && ok;
}

/* The two vCPUs have theirs in different groups, so that one cannot pass for the other */
static void test_delivery(const struct vgic_revision *r, const struct irq *irq,
			  bool by_guest, bool group)
{
	struct vgic_vm *v = create_vm(r, (by_guest + group + r->rev) % VGIC_NR_WAYS);
	bool ok = true, in_force;

	for (int i = 0; i < NR_VCPUS; i++) {
		set_group(v, by_guest, i, intid_of(irq, i), group ^ i);
		enable_irq(v, irq, i);
	}
	for (int i = 0; i < NR_VCPUS; i++)
		make_pending(v, irq, i);
	for (int i = 0; i < NR_VCPUS; i++) {
		in_force = r->writable ? group ^ i : fixed_group();
		ok &= take_and_finish(v, irq, i, in_force);
		/* Nothing of it on the other one */
		if (INTID_IS_SPI(irq->intid))
			ok &= !vgic_nr_arrived_at_all(v, 1 - i, intid_of(irq, i));
	}
	ksft_test_result(ok, "%s revision %u: %s that %s put into group %d arrives in group %d\n",
			 model_name, r->rev, irq->name, by_guest ? "the guest" : "userspace",
			 group, r->writable ? group : fixed_group());
	vgic_vm_free(v);
}

/* The registers that send SGIs, and whether they send those of group 1 */
static const struct {
	const char	*name;
	bool		group_1;
} sgi_regs[] = {
	{ "ICC_SGI1R_EL1",	true },
	{ "ICC_SGI0R_EL1",	false },
	{ "ICC_ASGI1R_EL1",	false },
};

#define NR_SGI_REGS	ARRAY_SIZE(sgi_regs)

static u64 guest_write_sgi_reg(u64 reg, u64 val, u64 unused)
{
	switch (reg) {
	case 0:
		write_sysreg_s(val, SYS_ICC_SGI1R_EL1);
		break;
	case 1:
		write_sysreg_s(val, SYS_ICC_SGI0R_EL1);
		break;
	default:
		write_sysreg_s(val, SYS_ICC_ASGI1R_EL1);
	}
	isb();
	return 0;
}

static void test_sgi_reg(const struct vgic_revision *r, int reg, bool group)
{
	struct vgic_vm *v = create_vm(r, VGIC_BY_ATTR);
	bool in_force = r->writable ? group : fixed_group();
	bool arrives = sgi_regs[reg].group_1 || !in_force;
	u32 intid = irqs[0].intid;
	bool ok;

	set_group(v, true, 1, intid, group);
	enable_irq(v, &irqs[0], 1);
	vgic_guest_call(v, 0, guest_write_sgi_reg, reg,
			(u64)intid << ICC_SGI1R_SGI_ID_SHIFT | BIT(1), 0);
	vgic_guest_take(v, 1);
	ok = arrives ? arrived_in(v, 1, intid, in_force) : !vgic_nr_arrived_at_all(v, 1, intid);
	ksft_test_result(ok, "%s revision %u: %s %s an SGI that the guest put into group %d\n",
			 model_name, r->rev, sgi_regs[reg].name,
			 arrives ? "sends" : "does not send", group);
	vgic_vm_free(v);
}

/* What the CPU interface makes of the groups */
#define NEVER	VGIC_NR_ARRIVALS

static const struct {
	const char		*name;
	u32			ctlr;
	enum vgic_arrival	how[2];		/* by group */
	bool			v2_only;
} cpuifs[] = {
	{ "both groups enabled", CPUIF_DEFAULT, { VGIC_FIQ_G0, VGIC_IRQ_G1 } },
	{ "only group 1 enabled", GICC_CTLR_ENABLE_G1 | GICC_CTLR_FIQ_EN, { NEVER, VGIC_IRQ_G1 } },
	{ "no group enabled", 0, { NEVER, NEVER } },
	/* See guest_enable_cpuif() for why not on GICv3 */
	{ "only group 0 enabled", GICC_CTLR_ENABLE_G0 | GICC_CTLR_FIQ_EN, { VGIC_FIQ_G0, NEVER },
	  true },
	{ "FIQEn clear", BOTH_GROUPS, { VGIC_IRQ_G0, VGIC_IRQ_G1 }, true },
	/* GICC_IAR acknowledges both, so it does not tell the group any more */
	{ "AckCtl set", CPUIF_DEFAULT | GICC_CTLR_ACK_CTL, { VGIC_FIQ_G0, VGIC_IRQ_G0 }, true },
};

static void test_cpuif(const struct vgic_revision *r, int i, bool group)
{
	bool in_force = r->writable ? group : fixed_group();
	const struct irq *irq = &irqs[NR_KINDS - 1];
	enum vgic_arrival how = cpuifs[i].how[in_force];
	struct vgic_vm *v = create_vm(r, VGIC_BY_IIDR);
	bool ok;

	set_group(v, false, 0, irq->intid, group);
	enable_irq(v, irq, 0);
	vgic_guest_enable_cpuif(v, 0, cpuifs[i].ctlr);
	make_pending(v, irq, 0);
	vgic_guest_take(v, 0);
	if (how == NEVER) {
		ok = !vgic_nr_arrived_at_all(v, 0, irq->intid);
		/* It is not lost, but waits for its group */
		vgic_guest_enable_cpuif(v, 0, CPUIF_DEFAULT);
		vgic_guest_take(v, 0);
		ok &= arrived_in(v, 0, irq->intid, in_force);
	} else {
		ok = arrived_once(v, 0, irq->intid, how);
	}
	ksft_test_result(ok, "%s revision %u, %s: SPI that userspace put into group %d %s\n",
			 model_name, r->rev, cpuifs[i].name, group,
			 how == NEVER ? "arrives only once that is enabled" :
			 how == VGIC_FIQ_G0 ? "arrives as FIQ" : "arrives as IRQ");
	vgic_vm_free(v);
}

/*
 * In which state an interrupt is while userspace changes the revision. One that
 * was presented to a guest which has interrupts masked was in a list register.
 */
enum state { PENDING, PENDING_ONCE_IN_LR, ACTIVE, NR_STATES };

static const char * const state_names[] = {
	"pending", "pending and presented before", "active"
};

/* See vgic_guest_take_and_keep() */
#define NR_AT_A_TIME	3

/* One run of test_move(), of some of the interrupts on both vCPUs */
struct move {
	struct vgic_vm		*v;
	const struct irq	*irqs;
	int			nr;
};

static void make_all_pending(const struct move *m, bool edges_only)
{
	for (int k = 0; k < m->nr; k++)
		for (int i = 0; i < NR_VCPUS; i++)
			if (m->irqs[k].edge || !edges_only)
				make_pending(m->v, &m->irqs[k], i);
}

/*
 * Active ones were taken, and stay active over the move. Edges that come then
 * do not arrive before the guest has deactivated them.
 */
static bool still_active(const struct move *m, int k)
{
	bool ok = true;

	for (int i = 0; i < NR_VCPUS; i++) {
		u32 intid = intid_of(&m->irqs[k], i);

		ok &= is_active(m->v, i, intid) && !vgic_nr_arrived_at_all(m->v, i, intid);
		vgic_guest_deactivate(m->v, i, intid);
	}
	return ok;
}

/*
 * Interrupts are in the group that the model does not fix, if they can be, while
 * the revision changes. One that is active becomes pending again, in the group
 * that holds then: a level is still high, and the others get another edge. Not
 * so a level-sensitive one that was made pending in GICD_ISPENDR, which KVM
 * forgets as it is deactivated.
 */
static void test_move(const struct vgic_revision *from, const struct vgic_revision *to,
		      enum state state, int first)
{
	enum vgic_way way = (from->rev + to->rev) % 2 ? VGIC_BY_ATTR : VGIC_BY_IIDR;
	bool before = from->writable ? !fixed_group() : fixed_group();
	bool after = to->writable ? before : fixed_group();
	struct vgic_vm *v = create_vm(from, way);
	bool ok[NR_AT_A_TIME], again;
	struct move m = {
		.v	= v,
		.irqs	= irqs + first,
		.nr	= min_t(int, NR_AT_A_TIME, NR_KINDS - first),
	};

	for (int k = 0; k < m.nr; k++)
		for (int i = 0; i < NR_VCPUS; i++) {
			set_group(v, true, i, intid_of(&m.irqs[k], i), !fixed_group());
			enable_irq(v, &m.irqs[k], i);
		}
	make_all_pending(&m, false);

	for (int i = 0; i < NR_VCPUS; i++) {
		if (state == PENDING_ONCE_IN_LR)
			vgic_guest_get(v, i, GICD_ISPENDR, 1, 0);
		if (state == ACTIVE)
			vgic_guest_take_and_keep(v, i);
	}
	for (int k = 0; k < m.nr; k++) {
		ok[k] = true;
		for (int i = 0; i < NR_VCPUS && state == ACTIVE; i++)
			ok[k] &= arrived_in(v, i, intid_of(&m.irqs[k], i), before);
	}

	TEST_ASSERT(!vgic_set_revision(v, way, to->rev), "Cannot set revision %u", to->rev);

	if (state == ACTIVE) {
		vgic_forget_arrivals(v);
		make_all_pending(&m, true);
		for (int i = 0; i < NR_VCPUS; i++)
			vgic_guest_take_and_keep(v, i);
		for (int k = 0; k < m.nr; k++)
			ok[k] &= still_active(&m, k);
	}

	for (int k = 0; k < m.nr; k++) {
		again = state != ACTIVE || m.irqs[k].edge || m.irqs[k].source == BY_LINE;
		for (int i = 0; i < NR_VCPUS; i++) {
			if (again)
				ok[k] &= take_and_finish(v, &m.irqs[k], i, after);
			else
				vgic_guest_take_and_keep(v, i);
			ok[k] &= vgic_nr_arrived_at_all(v, i, intid_of(&m.irqs[k], i)) == again;
		}
		ksft_test_result(ok[k], "%s revision %u to %u by %s: %s %s %s in group %d\n",
				 model_name, from->rev, to->rev, vgic_way_names[way],
				 state_names[state], m.irqs[k].name,
				 state == ACTIVE ? "stays active, then arrives once"
						 : "arrives once", after);
	}
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
		its_send_mapti_cmd(commands, 0, i, i, VGIC_FIRST_LPI + i);
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
		vgic_guest_call(v, i, guest_enable_lpis, 0, 0, 0);
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

/* Every group register says 0 as far as it can, and the revision moves meanwhile */
static void test_lpi(const struct vgic_revision *from, const struct vgic_revision *to)
{
	struct vgic_vm *v = create_vm(from, VGIC_BY_ATTR);
	int its_fd = setup_its(v);
	bool ok = true;

	for (int i = 0; i < NR_VCPUS; i++) {
		for (int n = 0; n < vgic_nr_words(NR_IRQS, 1); n++) {
			vgic_guest_set(v, i, GICD_IGROUPR, 1, n, 0);
			vgic_set(v, i, GICD_IGROUPR, 1, n, 0);
		}
		signal_lpi(v, i);
	}
	TEST_ASSERT(!vgic_set_revision(v, VGIC_BY_IIDR, to->rev),
		    "Cannot set revision %u", to->rev);
	for (int i = 0; i < NR_VCPUS; i++) {
		vgic_guest_take(v, i);
		ok &= arrived_in(v, i, VGIC_FIRST_LPI + i, 1);
		signal_lpi(v, i);
		vgic_guest_take(v, i);
		ok &= vgic_nr_arrived(v, i, VGIC_FIRST_LPI + i, VGIC_IRQ_G1) == 2 &&
		      vgic_nr_arrived_at_all(v, i, VGIC_FIRST_LPI + i) == 2;
	}
	ksft_test_result(ok, "%s revision %u to %u: an LPI arrives in group 1\n",
			 model_name, from->rev, to->rev);
	close(its_fd);
	vgic_vm_free(v);
}

static int nr_cpuifs(void)
{
	int nr = 0;

	for (int i = 0; i < ARRAY_SIZE(cpuifs); i++)
		nr += !cpuifs[i].v2_only || model_type == KVM_DEV_TYPE_ARM_VGIC_V2;
	return nr;
}

static int nr_row_results(void)
{
	int nr = NR_KINDS * 2 * 2 + nr_cpuifs() * 2 +
		 VGIC_NR_REVISIONS * NR_STATES * NR_KINDS;

	if (model_type == KVM_DEV_TYPE_ARM_VGIC_V3)
		nr += NR_SGI_REGS * 2 + VGIC_NR_REVISIONS;
	return nr;
}

static void skip(int nr, const struct vgic_revision *r)
{
	while (nr--)
		ksft_test_result_skip("%s: this kernel does not offer revision %u\n",
				      model_name, r->rev);
}

static void test_row(const struct vgic_revision *r)
{
	bool v3 = model_type == KVM_DEV_TYPE_ARM_VGIC_V3;

	if (!is_supported(r)) {
		skip(nr_row_results(), r);
		return;
	}

	for (int k = 0; k < NR_KINDS; k++)
		for (int group = 0; group < 2; group++) {
			test_delivery(r, &irqs[k], false, group);
			test_delivery(r, &irqs[k], true, group);
		}

	for (int i = 0; i < ARRAY_SIZE(cpuifs); i++)
		for (int group = 0; group < 2; group++)
			if (!v3 || !cpuifs[i].v2_only)
				test_cpuif(r, i, group);

	for (int i = 0; i < NR_SGI_REGS && v3; i++)
		for (int group = 0; group < 2; group++)
			test_sgi_reg(r, i, group);

	for (int i = 0; i < VGIC_NR_REVISIONS; i++) {
		if (!is_supported(&vgic_revisions[i])) {
			skip(NR_STATES * NR_KINDS + v3, &vgic_revisions[i]);
			continue;
		}
		for (int state = 0; state < NR_STATES; state++)
			for (int first = 0; first < NR_KINDS; first += NR_AT_A_TIME)
				test_move(r, &vgic_revisions[i], state, first);
		if (v3)
			test_lpi(r, &vgic_revisions[i]);
	}
}

static bool choose_model(int i)
{
	model_name = models[i].name;
	model_type = models[i].type;
	return model_type == KVM_DEV_TYPE_ARM_VGIC_V3 ? kvm_supports_vgic_v3()
						      : kvm_supports_vgic_v2();
}

int main(int argc, char *argv[])
{
	int plan = 0;

	test_disable_default_vgic();
	ksft_print_header();
	vgic_require_revisions();

	for (int i = 0; i < ARRAY_SIZE(models); i++)
		plan += choose_model(i) ? VGIC_NR_REVISIONS * nr_row_results() : 1;
	ksft_set_plan(plan);

	for (int i = 0; i < ARRAY_SIZE(models); i++) {
		if (!choose_model(i)) {
			ksft_test_result_skip("%s: this host cannot emulate it\n", model_name);
			continue;
		}
		supported = vgic_supported_revisions(model_type);
		for (int j = 0; j < VGIC_NR_REVISIONS; j++)
			test_row(&vgic_revisions[j]);
	}
	ksft_finished();
}
