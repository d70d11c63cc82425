// SPDX-License-Identifier: GPL-2.0-only
/*
 * groups - what a guest sees of its interrupt groups
 *
 * It says on the UART:
 *
 *   - before it writes anything: the group registers
 *   - it takes an SGI, a PPI and an SPI like a guest that has never heard of
 *     groups: it does not write the group registers, and enables the one group
 *     that Linux enables (GICv2: 0, GICv3: 1). Then with both groups enabled. Each
 *     interrupt came as IRQ, as FIQ, or not at all.
 *   - it writes to the group registers, and reads them for ever, to be moved; after
 *     a reset it writes others
 */
#include "bare.h"

/* No device of the machine uses these */
#define SGI		3
#define PPI		20
#define SPI		40

static int gicv3;
static const char *arrived[64];

/* The base of the registers that have the bits of SGIs and PPIs */
static u64 own(void)
{
	return gicv3 ? GICR_SGI : GICD;
}

void guest_interrupt(int fiq)
{
	u32 intid;

	if (!gicv3)
		intid = read_mmio(GICC_IAR);
	else if (fiq)
		intid = read_sysreg(ICC_IAR0);
	else
		intid = read_sysreg(ICC_IAR1);

	if ((intid & 0x3ff) >= sizeof(arrived) / sizeof(*arrived))
		return;
	arrived[intid & 0x3ff] = fiq ? "FIQ" : "IRQ";

	if (!gicv3)
		write_mmio(GICC_EOIR, intid);
	else if (fiq)
		write_sysreg(intid, ICC_EOIR0);
	else
		write_sysreg(intid, ICC_EOIR1);
}

static void print_registers(const char *when)
{
	print(when);
	print(" GICD_IIDR=");
	print_hex(read_mmio(GICD_IIDR));
	print(" GICD_IGROUPR1=");
	print_hex(read_mmio(GICD + IGROUPR + 4));
	print(gicv3 ? " GICR_IGROUPR0=" : " GICD_IGROUPR0=");
	print_hex(read_mmio(own() + IGROUPR));
	print("\n");
}

static void print_arrivals(const char *enabled)
{
	static const struct {
		char	name[8];
		u32	intid;
	} irqs[] = { { " SGI=", SGI }, { " PPI=", PPI }, { " SPI=", SPI } };

	/* A tenth of a second, of which a pending interrupt needs nothing */
	u64 end = read_sysreg("cntvct_el0") + read_sysreg("cntfrq_el0") / 10;

	asm volatile("msr daifclr, #3" ::: "memory");
	while (read_sysreg("cntvct_el0") < end)
		;
	asm volatile("msr daifset, #3" ::: "memory");

	print(enabled);
	for (int i = 0; i < 3; i++) {
		const char *as = arrived[irqs[i].intid];

		print(irqs[i].name);
		print(as ? as : "none");
	}
	print("\n");
}

static void take_interrupts(void)
{
	write_mmio(own() + ISENABLER, 1u << SGI | 1u << PPI);
	write_mmio(GICD + ISENABLER + 4, 1u << (SPI - 32));

	/* GICv3: with affinity routing, which the reset value of SPI's IROUTER suits */
	if (gicv3) {
		write_mmio(GICR_WAKER, 0);
		write_mmio(GICD_CTLR, 0x12);
		write_sysreg(1, ICC_SRE);
		write_sysreg(0xf0, ICC_PMR);
		write_sysreg(1, ICC_IGRPEN1);
		write_sysreg((u64)SGI << 24 | 1, ICC_SGI1R);
	} else {
		write_mmio(GICD_ITARGETSR + SPI, 1);
		write_mmio(GICD_CTLR, 1);
		write_mmio(GICC_PMR, 0xf0);
		write_mmio(GICC_CTLR, 1);
		write_mmio(GICD_SGIR, 2u << 24 | SGI);
	}
	write_mmio(own() + ISPENDR, 1u << PPI);
	write_mmio(GICD + ISPENDR + 4, 1u << (SPI - 32));
	print_arrivals("guest: one group enabled:");

	/* GICv2: AckCtl, or GICC_IAR would not tell the number of a group 1 interrupt */
	if (gicv3) {
		write_mmio(GICD_CTLR, 0x13);
		write_sysreg(1, ICC_IGRPEN0);
	} else {
		write_mmio(GICD_CTLR, 3);
		write_mmio(GICC_CTLR, 7);
	}
	print_arrivals("guest: both groups enabled:");
}

/* No image is loaded here, so that a reset leaves it as it is */
#define BOOTS		0x40800000ul

void guest_main(void)
{
	u32 boots = read_mmio(BOOTS);
	u32 spis = boots ? 0xc3c3c3c3 : 0xa5a5a5a5;

	write_mmio(BOOTS, boots + 1);
	gicv3 = read_sysreg("id_aa64pfr0_el1") >> 24 & 15;
	/* What was being said at the reset may have no end */
	print("\n");
	print_registers("guest: reset");

	take_interrupts();

	write_mmio(GICD + IGROUPR + 4, spis);
	write_mmio(own() + IGROUPR, ~spis);
	for (;;)
		print_registers("guest: turn");
}
