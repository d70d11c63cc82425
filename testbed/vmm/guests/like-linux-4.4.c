// SPDX-License-Identifier: GPL-2.0-only
/*
 * like-linux-4.4 - uses a GICv3 as Linux up to v4.6 does: enables group 1, and
 *                  leaves it to others in which group its interrupts are
 *
 * It lives if these are in group 1, as they always were up to v4.18.
 */
#include "bare.h"

static int ticks;

void guest_interrupt(int fiq)
{
	u32 intid = read_sysreg(ICC_IAR1);

	(void)fiq;
	if (intid == TIMER) {
		write_sysreg(0, "cntv_ctl_el0");
		ticks++;
	}
	write_sysreg(intid, ICC_EOIR1);
}

void guest_main(void)
{
	/* ARE_NS and EnableGrp1 */
	write_mmio(GICR_WAKER, 0);
	write_mmio(GICD_CTLR, 0x12);
	write_mmio(GICR_SGI + ISENABLER, 1u << TIMER);
	write_sysreg(1, ICC_SRE);
	write_sysreg(0xf0, ICC_PMR);
	write_sysreg(1, ICC_IGRPEN1);
	asm volatile("msr daifclr, #2" ::: "memory");
	watch_timer(&ticks);
}
