/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of the vGIC revisions use of later libraries
 */
#ifndef SELFTEST_KVM_VGIC_REVISION_H
#define SELFTEST_KVM_VGIC_REVISION_H

#define TEST_ASSERT_EQ		ASSERT_EQ

#define GICD_BASE_GPA		0x8000000ULL
#define GICR_BASE_GPA		(GICD_BASE_GPA + KVM_VGIC_V3_DIST_SIZE)
#define GICD_BASE_GVA		((void *)GICD_BASE_GPA)
#define GICR_BASE_GVA		((void *)GICR_BASE_GPA)

#define GICD_IIDR			0x0008
#define GICD_IIDR_IMPLEMENTER_MASK	0xfff
#define GICD_IIDR_REVISION_SHIFT	12
#define GICD_IIDR_REVISION_MASK		(0xf << GICD_IIDR_REVISION_SHIFT)
#define GICD_IIDR_VARIANT_MASK		(0xf << 16)
#define GICD_IIDR_PRODUCT_ID_MASK	(0xff << 24)
#define GICR_CTLR_CES			BIT(1)
#define GICR_CTLR_IR			BIT(2)

#endif
