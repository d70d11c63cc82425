// SPDX-License-Identifier: GPL-2.0-only
/*
 * The registers of a vGIC: which ones userspace saves, in which order it restores
 * them, and which ones a guest reads. Offsets are those of the Arm Generic
 * Interrupt Controller Architecture Specifications, IHI 0048B.b (GICv2) and IHI
 * 0069H (GICv3); the encoding of system registers is that of
 * KVM_DEV_ARM_VGIC_GRP_CPU_SYSREGS in Documentation/virt/kvm/devices/arm-vgic-v3.rst.
 */
#include <stdlib.h>
#include <string.h>

#include "guest.h"
#include "vgic_compat.h"

#define V2	0x1	/* 1 << GICV2 */
#define V3	0x2	/* 1 << GICV3 */

#define SAVED	0x1
#define SEEN	0x2
#define WIDE	0x4
#define PRIVATE	0x8	/* only the words of SGIs and PPIs; or one for each vCPU */
#define SHARED	0x10	/* only those of SPIs */
#define SGIS	0x20	/* only those of SGIs */

/* The second frame of a redistributor, with the registers of SGIs and PPIs */
#define SGI_FRAME	0x10000

struct reg_desc {
	const char	*name;
	unsigned int	models;
	enum reg_kind	kind;
	uint32_t	offset;
	unsigned int	bits;
	unsigned int	flags;
	uint32_t	clear;
};

/*
 * The revision comes before all of these. An interrupt's group, trigger and
 * whether it is enabled come before it is pending: KVM looks at them then. The
 * redistributor's name for a register of SGIs and PPIs is made from this one.
 */
static const struct reg_desc descs[] = {
	{ "GICD_CTLR",		V2 | V3, REG_DIST, 0x0000, 0, SAVED | SEEN },
	{ "GICD_TYPER",		V2 | V3, REG_DIST, 0x0004, 0, SEEN },
	{ "GICD_IIDR",		V2 | V3, REG_DIST, 0x0008, 0, SEEN },
	{ "GICD_TYPER2",	V3, REG_DIST, 0x000c, 0, SEEN },
	{ "GICD_PIDR2",		V3, REG_DIST, 0xffe8, 0, SEEN },
	{ "GICR_CTLR",		V3, REG_REDIST, 0x0000, 0, SEEN | PRIVATE },
	{ "GICR_IIDR",		V3, REG_REDIST, 0x0004, 0, SEEN | PRIVATE },
	{ "GICR_TYPER",		V3, REG_REDIST, 0x0008, 0, SEEN | PRIVATE | WIDE },

	{ "GICD_IGROUPR",	V2 | V3, REG_DIST, 0x0080, 1, SAVED | SEEN },
	{ "GICD_ICFGR",		V2 | V3, REG_DIST, 0x0c00, 2, SAVED | SEEN },
	{ "GICD_IPRIORITYR",	V2 | V3, REG_DIST, 0x0400, 8, SAVED | SEEN },
	{ "GICD_ISENABLER",	V2 | V3, REG_DIST, 0x0100, 1, SAVED | SEEN, 0x0180 },
	{ "GICD_ITARGETSR",	V2, REG_DIST, 0x0800, 8, SAVED | SEEN | SHARED },
	{ "GICD_IROUTER",	V3, REG_DIST, 0x6000, 64, SAVED | SEEN | SHARED },

	{ "GICC_CTLR",		V2, REG_CPU, 0x0000, 0, SAVED | SEEN | PRIVATE },
	{ "GICC_PMR",		V2, REG_CPU, 0x0004, 0, SAVED | SEEN | PRIVATE },
	{ "GICC_BPR",		V2, REG_CPU, 0x0008, 0, SAVED | SEEN | PRIVATE },
	{ "GICC_ABPR",		V2, REG_CPU, 0x001c, 0, SAVED | SEEN | PRIVATE },
	{ "GICC_APR0",		V2, REG_CPU, 0x00d0, 0, SAVED | PRIVATE },

	{ "ICC_SRE_EL1",	V3, REG_SYSREG, SYSREG(3, 0, 12, 12, 5), 0,
	  SAVED | SEEN | PRIVATE },
	{ "ICC_CTLR_EL1",	V3, REG_SYSREG, SYSREG(3, 0, 12, 12, 4), 0,
	  SAVED | SEEN | PRIVATE },
	{ "ICC_PMR_EL1",	V3, REG_SYSREG, SYSREG(3, 0, 4, 6, 0), 0,
	  SAVED | SEEN | PRIVATE },
	{ "ICC_BPR0_EL1",	V3, REG_SYSREG, SYSREG(3, 0, 12, 8, 3), 0,
	  SAVED | SEEN | PRIVATE },
	{ "ICC_BPR1_EL1",	V3, REG_SYSREG, SYSREG(3, 0, 12, 12, 3), 0,
	  SAVED | SEEN | PRIVATE },
	{ "ICC_AP0R0_EL1",	V3, REG_SYSREG, SYSREG(3, 0, 12, 8, 4), 0,
	  SAVED | PRIVATE },
	{ "ICC_AP1R0_EL1",	V3, REG_SYSREG, SYSREG(3, 0, 12, 9, 0), 0,
	  SAVED | PRIVATE },
	{ "ICC_IGRPEN0_EL1",	V3, REG_SYSREG, SYSREG(3, 0, 12, 12, 6), 0,
	  SAVED | SEEN | PRIVATE },
	{ "ICC_IGRPEN1_EL1",	V3, REG_SYSREG, SYSREG(3, 0, 12, 12, 7), 0,
	  SAVED | SEEN | PRIVATE },

	{ "GICD_SPENDSGIR",	V2, REG_DIST, 0x0f20, 8, SAVED | SEEN | SGIS },
	{ "LEVEL",		V3, REG_LEVEL, 0x0000, 1, SAVED },
	{ "GICD_ISPENDR",	V2 | V3, REG_DIST, 0x0200, 1, SAVED | SEEN },
	{ "GICD_ISACTIVER",	V2 | V3, REG_DIST, 0x0300, 1, SAVED | SEEN, 0x0380 },
};

const char * const model_names[NR_MODELS] = { "GICv2", "GICv3" };
const char * const kind_names[] = { "dist", "redist", "cpu", "sysreg", "level" };

/**
 * max_vcpus - how many vCPUs a VM can have
 * @m: which vGIC it has
 *
 * Return: the number
 */
unsigned int max_vcpus(enum model m)
{
	return m == GICV2 ? MAX_VCPUS_V2 : MAX_VCPUS;
}

static struct reg *add_reg(struct state *s, const struct reg_desc *d, int vcpu, int n)
{
	struct reg *r;

	s->regs = vc_grow(s->regs, s->nr_regs, sizeof(*s->regs));
	r = &s->regs[s->nr_regs++];
	*r = (struct reg) {
		.desc		= d,
		.kind		= d->kind,
		.vcpu		= vcpu,
		.offset		= d->offset + 4 * n,
		.clear		= d->clear ? d->clear + 4 * n : 0,
		.bits		= d->bits,
		.wide		= d->flags & WIDE || d->kind == REG_SYSREG,
		.is_saved	= d->flags & SAVED,
		.is_seen	= d->flags & SEEN,
	};
	snprintf(r->name, sizeof(r->name), "%s", d->name);
	return r;
}

/* One of those that have some bits of each interrupt */
static void add_word(struct state *s, const struct reg_desc *d, int vcpu, unsigned int n)
{
	struct reg *r = add_reg(s, d, vcpu, n);

	r->first_intid = n * 32 / d->bits;
	if (d->bits == 64) {
		/* The lower half has the affinities that KVM gives its vCPUs */
		r->first_intid = n / 2;
	} else if (d->kind == REG_LEVEL) {
		r->offset = r->first_intid;
	} else if (s->model == GICV3 && r->first_intid < NR_PRIVATE) {
		r->kind = REG_REDIST;
		r->offset += SGI_FRAME;
		r->clear += r->clear ? SGI_FRAME : 0;
		r->name[3] = 'R';
	}
	snprintf(r->name + strlen(r->name), sizeof(r->name) - strlen(r->name), "%u",
		 d->bits == 64 ? r->first_intid : n);
}

static void add_desc(struct state *s, const struct reg_desc *d)
{
	unsigned int words = s->irqs * d->bits / 32, own = d->bits;

	if (!d->bits) {
		for (int i = 0; i < (d->flags & PRIVATE ? s->vcpus : 1); i++)
			add_reg(s, d, i, 0);
		return;
	}
	if (d->bits == 64) {
		for (unsigned int intid = NR_PRIVATE; intid < s->irqs; intid++)
			add_word(s, d, 0, 2 * intid);
		return;
	}
	if (d->flags & SGIS) {
		own = NR_SGIS * d->bits / 32;
		words = own;
	}
	for (int i = 0; i < s->vcpus && !(d->flags & SHARED); i++)
		for (unsigned int n = 0; n < own; n++)
			add_word(s, d, i, n);
	for (unsigned int n = own; n < words; n++)
		add_word(s, d, 0, n);
}

/**
 * state_init - list the registers of a VM
 * @s: what is filled in, with all values 0
 * @m: which vGIC it has
 * @vcpus: how many vCPUs, 1 to max_vcpus()
 * @irqs: how many interrupts, MIN_IRQS to MAX_IRQS in steps of 32
 *
 * To be freed with state_free().
 */
void state_init(struct state *s, enum model m, int vcpus, unsigned int irqs)
{
	memset(s, 0, sizeof(*s));
	s->model = m;
	s->vcpus = vcpus;
	s->irqs = irqs;
	for (size_t i = 0; i < sizeof(descs) / sizeof(*descs); i++)
		if (descs[i].models & 1 << m)
			add_desc(s, &descs[i]);
}

/**
 * state_free - free what state_init() and the others allocated
 * @s: the state
 */
void state_free(struct state *s)
{
	free(s->regs);
	free(s->lines);
	free(s->held);
	free(s->arrivals);
	memset(s, 0, sizeof(*s));
}

/**
 * state_reg - find a register by its name
 * @s: the state
 * @name: as in the file
 * @vcpu: on which vCPU, 0 for one that all share
 *
 * Return: the register, or NULL if this VM has none of that name
 */
struct reg *state_reg(const struct state *s, const char *name, int vcpu)
{
	for (size_t i = 0; i < s->nr_regs; i++)
		if (s->regs[i].vcpu == vcpu && !strcmp(s->regs[i].name, name))
			return &s->regs[i];
	return NULL;
}

/**
 * state_add_arrival - add one more kind of arrival
 * @s: the state
 * @a: what arrived
 */
void state_add_arrival(struct state *s, const struct arrival *a)
{
	s->arrivals = vc_grow(s->arrivals, s->nr_arrivals, sizeof(*s->arrivals));
	s->arrivals[s->nr_arrivals++] = *a;
}

/**
 * state_add_line - add a line that is high
 * @s: the state
 * @vcpu: of which vCPU if it is a PPI, else 0
 * @intid: the interrupt
 */
void state_add_line(struct state *s, int vcpu, unsigned int intid)
{
	s->lines = vc_grow(s->lines, s->nr_lines, sizeof(*s->lines));
	s->lines[s->nr_lines++] = (struct line) { vcpu, intid };
}

/**
 * state_add_held - add an interrupt that the guest has acknowledged
 * @s: the state
 * @h: which one
 */
void state_add_held(struct state *s, const struct held *h)
{
	s->held = vc_grow(s->held, s->nr_held, sizeof(*s->held));
	s->held[s->nr_held++] = *h;
}

/**
 * interrupt_order - which interrupt comes first in a state, in which phase
 * @a: an arrival of one
 * @b: an arrival of the other
 *
 * Return: less than 0, 0 or more than 0; in which way they arrived does not matter
 */
int interrupt_order(const struct arrival *a, const struct arrival *b)
{
	if (a->phase != b->phase)
		return a->phase - b->phase;
	if (a->vcpu != b->vcpu)
		return a->vcpu - b->vcpu;
	return (int)a->intid - (int)b->intid;
}

/**
 * arrival_order - which of two arrivals comes first in a state
 * @a: one
 * @b: the other
 *
 * Return: less than 0, 0 or more than 0; how often they arrived does not matter
 */
int arrival_order(const struct arrival *a, const struct arrival *b)
{
	int order = interrupt_order(a, b);

	if (order)
		return order;
	if (a->fiq != b->fiq)
		return a->fiq - b->fiq;
	return a->group - b->group;
}
