/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ARM Generic Interrupt Controller (GIC) v2 specific defines
 *
 * Names and offsets are those of the GICv2 architecture specification (ARM IHI
 * 0048). What the distributor shares with a GICv3 is in gic_v3.h.
 */
#ifndef SELFTEST_KVM_GIC_V2_H
#define SELFTEST_KVM_GIC_V2_H

#include <linux/bits.h>

/* Who gets an SGI */
#define GICD_SGIR_TARGET_SHIFT		16
#define GICD_SGIR_TO_SELF		(2U << 24)

/* CPU interface */
#define GICC_CTLR			0x0000
#define GICC_PMR			0x0004
#define GICC_BPR			0x0008
#define GICC_IAR			0x000c
#define GICC_EOIR			0x0010
#define GICC_ABPR			0x001c
#define GICC_APR(n)			(0x00d0 + 4 * (n))
#define GICC_DIR			0x1000

#define GICC_CTLR_ENABLE_G0		BIT(0)
#define GICC_CTLR_ENABLE_G1		BIT(1)
/* GICC_IAR acknowledges group 1 as well */
#define GICC_CTLR_ACK_CTL		BIT(2)
/* Group 0 is signalled as FIQ */
#define GICC_CTLR_FIQ_EN		BIT(3)
/* GICC_EOIR drops the priority, and GICC_DIR deactivates */
#define GICC_CTLR_EOIMODE		BIT(9)

#define GICC_IAR_INTID			GENMASK(9, 0)
/* Which CPU sent an SGI; to be written back with its intid */
#define GICC_IAR_CPUID			GENMASK(12, 10)

/* There is one pending in group 1, which GICC_IAR does not acknowledge */
#define GICC_IAR_GROUP_1		1022

#endif /* SELFTEST_KVM_GIC_V2_H */
