// SPDX-License-Identifier: GPL-2.0-only
/*
 * like-nanos - uses a GICv2 as Nanos does: puts all interrupts into group 1, and
 *              enables that one alone in the CPU interface
 *
 * It lives if it can change the groups, as all guests can since v4.19, and as long as
 * it finds them as it left them.
 */
#include "bare.h"

static int ticks;

void guest_interrupt(int fiq)
{
	u32 intid = read_mmio(GICC_IAR);

	(void)fiq;
	if (intid == TIMER) {
		write_sysreg(0, "cntv_ctl_el0");
		ticks++;
	}
	write_mmio(GICC_EOIR, intid);
}

void guest_main(void)
{
	for (unsigned long i = 0; i < 32; i++)
		write_mmio(GICD + IGROUPR + 4 * i, 0xffffffff);
	write_mmio(GICD + ISENABLER, 1u << TIMER);
	write_mmio(GICD_CTLR, 3);
	write_mmio(GICC_PMR, 0xf0);
	/* EnableGrp1; with AckCtl, GICC_IAR tells its interrupts */
	write_mmio(GICC_CTLR, 6);
	asm volatile("msr daifclr, #2" ::: "memory");
	watch_timer(&ticks);
}
