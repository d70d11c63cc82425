// SPDX-License-Identifier: GPL-2.0-only
/*
 * ARM Generic Interrupt Controller (GIC) v2 support
 */

#include <linux/sizes.h>

#include "kvm_util.h"
#include "processor.h"

#include "gic.h"
#include "gic_v2.h"
#include "gic_v3.h"
#include "gic_private.h"

#define GICV2_MAX_CPUS			8

#define GICD_INT_DEF_PRI		0xa0
#define GICD_INT_DEF_PRI_X4		(GICD_INT_DEF_PRI * 0x01010101U)
#define GICC_PMR_DEF_PRIO		0xf0

/* What GICC_CTLR always has; tests may add GICC_CTLR_EOIMODE */
#define GICC_CTLR_DEF			(GICC_CTLR_ENABLE_G0 | GICC_CTLR_ENABLE_G1 | \
					 GICC_CTLR_ACK_CTL)

static unsigned int nr_cpus;

/* Who sent the SGIs that this CPU has acknowledged, as GICC_IAR told it */
static u32 sgi_source[GICV2_MAX_CPUS][MIN_PPI];

static u32 gicd_readl(u32 offset)
{
	return readl(GICD_BASE_GVA + offset);
}

static void gicd_writel(u32 val, u32 offset)
{
	writel(val, GICD_BASE_GVA + offset);
}

/* Registers with a bit for each interrupt, banked for SGIs and PPIs */
static void gicd_write_bit(u32 intid, u32 offset)
{
	gicd_writel(BIT(intid % 32), offset + intid / 32 * 4);
}

static bool gicd_read_bit(u32 intid, u32 offset)
{
	return gicd_readl(offset + intid / 32 * 4) & BIT(intid % 32);
}

static void gicv2_irq_enable(u32 intid)
{
	gicd_write_bit(intid, GICD_ISENABLER);
}

static void gicv2_irq_disable(u32 intid)
{
	gicd_write_bit(intid, GICD_ICENABLER);
}

static void gicv2_irq_set_active(u32 intid)
{
	gicd_write_bit(intid, GICD_ISACTIVER);
}

static void gicv2_irq_clear_active(u32 intid)
{
	gicd_write_bit(intid, GICD_ICACTIVER);
}

static bool gicv2_irq_get_active(u32 intid)
{
	return gicd_read_bit(intid, GICD_ISACTIVER);
}

/* The bits of SGIs are read-only: they are pending for the CPU that sent them */
static void gicv2_irq_set_pending(u32 intid)
{
	if (INTID_IS_SGI(intid))
		gicd_writel(GICD_SGIR_TO_SELF | intid, GICD_SGIR);
	else
		gicd_write_bit(intid, GICD_ISPENDR);
}

static void gicv2_irq_clear_pending(u32 intid)
{
	if (INTID_IS_SGI(intid))
		gicd_writel(0xffU << intid % 4 * 8, GICD_CPENDSGIR + intid / 4 * 4);
	else
		gicd_write_bit(intid, GICD_ICPENDR);
}

static bool gicv2_irq_get_pending(u32 intid)
{
	return gicd_read_bit(intid, GICD_ISPENDR);
}

static void gicv2_set_priority(u32 intid, u32 prio)
{
	u32 offset = GICD_IPRIORITYR + intid / 4 * 4;
	u32 shift = intid % 4 * 8;
	u32 others = gicd_readl(offset) & ~(0xffU << shift);

	gicd_writel(others | prio << shift, offset);
}

/* Sets the intid to be level-sensitive or edge-triggered. */
static void gicv2_irq_set_config(u32 intid, bool is_edge)
{
	u32 offset = GICD_ICFGR + intid / 16 * 4;
	u32 edge = BIT(intid % 16 * 2 + 1);
	u32 val = gicd_readl(offset);

	/* N/A for private interrupts. */
	GUEST_ASSERT(INTID_IS_SPI(intid));
	gicd_writel(is_edge ? val | edge : val & ~edge, offset);
}

static void gicv2_irq_set_group(u32 intid, bool group)
{
	u32 offset = GICD_IGROUPR + intid / 32 * 4;
	u32 val = gicd_readl(offset);

	gicd_writel(group ? val | BIT(intid % 32) : val & ~BIT(intid % 32), offset);
}

static u64 gicv2_read_iar(void)
{
	u32 iar = readl(GICC_BASE_GVA + GICC_IAR);
	u32 intid = iar & GICC_IAR_INTID;

	if (INTID_IS_SGI(intid))
		sgi_source[guest_get_vcpuid()][intid] = iar & GICC_IAR_CPUID;

	return intid;
}

static u32 gicv2_iar(u32 intid)
{
	return INTID_IS_SGI(intid) ? intid | sgi_source[guest_get_vcpuid()][intid] : intid;
}

static void gicv2_write_eoir(u32 intid)
{
	writel(gicv2_iar(intid), GICC_BASE_GVA + GICC_EOIR);
}

static void gicv2_write_dir(u32 intid)
{
	writel(gicv2_iar(intid), GICC_BASE_GVA + GICC_DIR);
}

static void gicv2_set_priority_mask(u64 mask)
{
	writel(mask, GICC_BASE_GVA + GICC_PMR);
}

static void gicv2_set_eoi_split(bool split)
{
	writel(GICC_CTLR_DEF | (split ? GICC_CTLR_EOIMODE : 0), GICC_BASE_GVA + GICC_CTLR);
}

/*
 * Interrupts stay in the group that they are in at reset, and arrive as IRQ in
 * either group.
 */
static void gicv2_cpu_init(unsigned int cpu)
{
	GUEST_ASSERT(cpu < nr_cpus);

	gicd_writel(~0U, GICD_ICACTIVER);
	gicd_writel(~0U, GICD_ICENABLER);
	for (int i = MIN_SGI; i < MIN_SPI; i += 4)
		gicd_writel(GICD_INT_DEF_PRI_X4, GICD_IPRIORITYR + i);

	gicv2_set_priority_mask(GICC_PMR_DEF_PRIO);
	gicv2_set_eoi_split(false);
}

/* Leaves all SPIs disabled, level-sensitive or not as they are, and to CPU 0 */
static void gicv2_init(unsigned int cpus)
{
	unsigned int nr_irqs = GICD_TYPER_SPIS(gicd_readl(GICD_TYPER));

	GUEST_ASSERT(cpus <= GICV2_MAX_CPUS);
	nr_cpus = cpus;

	/* Disable the distributor until we set things up */
	gicd_writel(0, GICD_CTLR);

	for (unsigned int i = MIN_SPI; i < nr_irqs; i += 32) {
		gicd_writel(~0U, GICD_ICACTIVER + i / 8);
		gicd_writel(~0U, GICD_ICENABLER + i / 8);
	}

	for (unsigned int i = MIN_SPI; i < nr_irqs; i += 4) {
		gicd_writel(GICD_INT_DEF_PRI_X4, GICD_IPRIORITYR + i);
		gicd_writel(0x01010101U, GICD_ITARGETSR + i);
	}

	gicd_writel(GICD_CTLR_ENABLE_SS_G1 | GICD_CTLR_ENABLE_SS_G0, GICD_CTLR);
}

const struct gic_common_ops gicv2_ops = {
	.gic_init = gicv2_init,
	.gic_cpu_init = gicv2_cpu_init,
	.gic_irq_enable = gicv2_irq_enable,
	.gic_irq_disable = gicv2_irq_disable,
	.gic_read_iar = gicv2_read_iar,
	.gic_write_eoir = gicv2_write_eoir,
	.gic_write_dir = gicv2_write_dir,
	.gic_set_priority_mask = gicv2_set_priority_mask,
	.gic_set_eoi_split = gicv2_set_eoi_split,
	.gic_set_priority = gicv2_set_priority,
	.gic_irq_set_active = gicv2_irq_set_active,
	.gic_irq_clear_active = gicv2_irq_clear_active,
	.gic_irq_get_active = gicv2_irq_get_active,
	.gic_irq_set_pending = gicv2_irq_set_pending,
	.gic_irq_clear_pending = gicv2_irq_clear_pending,
	.gic_irq_get_pending = gicv2_irq_get_pending,
	.gic_irq_set_config = gicv2_irq_set_config,
	.gic_irq_set_group = gicv2_irq_set_group,
};
