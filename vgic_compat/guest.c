// SPDX-License-Identifier: GPL-2.0-only
/*
 * What runs on the vCPUs: it does what the program asks, one thing at a time, and
 * tells it each interrupt that it takes. No page tables, no variables, and all
 * accesses to registers are single loads and stores of a general purpose
 * register, which KVM can emulate.
 */
#include <stdbool.h>
#include <stdint.h>

#include "guest.h"

#define READ_SYSREG(name) ({ \
	uint64_t __val; \
	asm volatile("mrs %0, " name : "=r" (__val)); \
	__val; \
})

#define WRITE_SYSREG(val, name) do { \
	asm volatile("msr " name ", %0" : : "r" ((uint64_t)(val)) : "memory"); \
	asm volatile("isb" : : : "memory"); \
} while (0)

/* By their encodings, which assemblers that do not know the names take too */
#define ICC_PMR_EL1	"s3_0_c4_c6_0"
#define ICC_IAR0_EL1	"s3_0_c12_c8_0"
#define ICC_EOIR0_EL1	"s3_0_c12_c8_1"
#define ICC_BPR0_EL1	"s3_0_c12_c8_3"
#define ICC_SGI1R_EL1	"s3_0_c12_c11_5"
#define ICC_IAR1_EL1	"s3_0_c12_c12_0"
#define ICC_EOIR1_EL1	"s3_0_c12_c12_1"
#define ICC_BPR1_EL1	"s3_0_c12_c12_3"
#define ICC_CTLR_EL1	"s3_0_c12_c12_4"
#define ICC_SRE_EL1	"s3_0_c12_c12_5"
#define ICC_IGRPEN0_EL1	"s3_0_c12_c12_6"
#define ICC_IGRPEN1_EL1	"s3_0_c12_c12_7"

#define GICD_TYPER	(GICD_GPA + 0x004)
#define GICD_SGIR	(GICD_GPA + 0xf00)
#define GICC_CTLR	(GICC_GPA + 0x00)
#define GICC_PMR	(GICC_GPA + 0x04)
#define GICC_BPR	(GICC_GPA + 0x08)
#define GICC_IAR	(GICC_GPA + 0x0c)
#define GICC_EOIR	(GICC_GPA + 0x10)
#define GICC_ABPR	(GICC_GPA + 0x1c)

/* GICC_CTLR: enable group 0 and group 1, signal group 0 as FIQ */
#define GICC_ENABLE	0xb
#define GICC_ACK_CTL	0x4

/* Binary points that are none of the reset values */
#define BPR0		3
#define BPR1		4

#define INTID_MASK	0x3ff
#define INTID_SPECIAL	1020
#define INTID_GROUP_1	1022

/* In TPIDR_EL1: whether this is a GICv3, and above it how many were taken */
#define IS_GICV3	1
#define TOOK_ONE	2

static uint64_t read(uint64_t gpa, uint64_t bytes)
{
	uint64_t val;

	if (bytes == 8)
		asm volatile("ldr %0, [%1]" : "=r" (val) : "r" (gpa) : "memory");
	else
		asm volatile("ldr %w0, [%1]" : "=r" (val) : "r" (gpa) : "memory");
	return val;
}

static void write(uint64_t gpa, uint64_t bytes, uint64_t val)
{
	if (bytes == 8)
		asm volatile("str %0, [%1]" : : "r" (val), "r" (gpa) : "memory");
	else
		asm volatile("str %w0, [%1]" : : "r" (val), "r" (gpa) : "memory");
}

static uint64_t own_state(void)
{
	return READ_SYSREG("tpidr_el1");
}

static bool is_gicv3(void)
{
	return own_state() & IS_GICV3;
}

/* A GICv3 signals group 0 as FIQ and group 1 as IRQ */
static uint64_t ack_v3(bool group1)
{
	uint64_t iar = group1 ? READ_SYSREG(ICC_IAR1_EL1) : READ_SYSREG(ICC_IAR0_EL1);

	asm volatile("dsb sy" : : : "memory");
	return iar;
}

/*
 * GICC_IAR says that there is one in group 1, and with AckCtl gives it. GICC_AIAR
 * would give it too, but QEMU's GICv2 has none for guests of KVM.
 */
static uint64_t ack_v2(bool *group1)
{
	uint64_t ctlr = read(GICC_CTLR, 4);
	uint64_t iar = read(GICC_IAR, 4);

	*group1 = (iar & INTID_MASK) == INTID_GROUP_1;
	if (*group1) {
		write(GICC_CTLR, 4, ctlr | GICC_ACK_CTL);
		iar = read(GICC_IAR, 4);
		write(GICC_CTLR, 4, ctlr);
	}
	return iar;
}

static void end(uint64_t iar, bool group1)
{
	uint64_t ctlr;

	if (!is_gicv3()) {
		/* Which, too, is about both groups with AckCtl only */
		ctlr = read(GICC_CTLR, 4);
		write(GICC_CTLR, 4, ctlr | (group1 ? GICC_ACK_CTL : 0));
		write(GICC_EOIR, 4, iar);
		write(GICC_CTLR, 4, ctlr);
	} else if (group1) {
		WRITE_SYSREG(iar, ICC_EOIR1_EL1);
	} else {
		WRITE_SYSREG(iar, ICC_EOIR0_EL1);
	}
}

void guest_interrupt(uint64_t fiq)
{
	bool group1 = !fiq;
	uint64_t iar = is_gicv3() ? ack_v3(group1) : ack_v2(&group1);

	if ((iar & INTID_MASK) >= INTID_SPECIAL)
		return;
	/* The program lowers the line of the interrupt when it is told */
	write(TALK_GPA + TALK_TOOK, 8,
	      (iar & INTID_MASK) | (group1 ? TOOK_GROUP_1 : 0) | (fiq ? TOOK_FIQ : 0));
	WRITE_SYSREG(own_state() + TOOK_ONE, "tpidr_el1");
	end(iar, group1);
}

void guest_died(uint64_t esr)
{
	for (;;)
		write(TALK_GPA + TALK_DIED, 8, esr);
}

static uint64_t take(void)
{
	uint64_t before, until;
	int quiet = 0;

	while (quiet < 2) {
		before = own_state();
		asm volatile("msr daifclr, #3; isb" : : : "memory");
		/* Exits, so that KVM fills the list registers again */
		read(GICD_TYPER, 4);
		/* A real GIC takes some time to signal one: 50 us are plenty */
		until = READ_SYSREG("cntvct_el0") + READ_SYSREG("cntfrq_el0") / 20000;
		while (READ_SYSREG("cntvct_el0") < until)
			;
		asm volatile("isb; msr daifset, #3" : : : "memory");
		quiet = own_state() == before ? quiet + 1 : 0;
	}
	return own_state() / TOOK_ONE;
}

static uint64_t enable(void)
{
	if (!is_gicv3()) {
		write(GICC_PMR, 4, 0xff);
		write(GICC_BPR, 4, BPR0);
		write(GICC_ABPR, 4, BPR1);
		write(GICC_CTLR, 4, GICC_ENABLE);
		return 0;
	}
	WRITE_SYSREG(READ_SYSREG(ICC_SRE_EL1) | 1, ICC_SRE_EL1);
	WRITE_SYSREG(0xff, ICC_PMR_EL1);
	WRITE_SYSREG(BPR0, ICC_BPR0_EL1);
	WRITE_SYSREG(BPR1, ICC_BPR1_EL1);
	/* Group 1 first: QEMU 7.2 never lets KVM's guest go on with group 0 alone */
	WRITE_SYSREG(1, ICC_IGRPEN1_EL1);
	WRITE_SYSREG(1, ICC_IGRPEN0_EL1);
	return 0;
}

static uint64_t ack(void)
{
	bool group1 = true;
	uint64_t iar = is_gicv3() ? ack_v3(true) : ack_v2(&group1);

	if (is_gicv3() && (iar & INTID_MASK) >= INTID_SPECIAL) {
		group1 = false;
		iar = ack_v3(false);
	}
	return (iar & INTID_MASK) | (group1 ? TOOK_GROUP_1 : 0);
}

static uint64_t send_sgi(uint64_t vcpu, uint64_t sgi)
{
	if (is_gicv3())
		WRITE_SYSREG(sgi << 24 | (vcpu >> 4 & 0xff) << 16 | 1ULL << (vcpu & 0xf),
			     ICC_SGI1R_EL1);
	else
		write(GICD_SGIR, 4, 1ULL << (16 + vcpu) | sgi);
	return 0;
}

static uint64_t read_sysreg(uint64_t which)
{
	if (which == SYSREG(3, 0, 12, 12, 5))
		return READ_SYSREG(ICC_SRE_EL1);
	if (which == SYSREG(3, 0, 12, 12, 4))
		return READ_SYSREG(ICC_CTLR_EL1);
	if (which == SYSREG(3, 0, 4, 6, 0))
		return READ_SYSREG(ICC_PMR_EL1);
	if (which == SYSREG(3, 0, 12, 8, 3))
		return READ_SYSREG(ICC_BPR0_EL1);
	if (which == SYSREG(3, 0, 12, 12, 3))
		return READ_SYSREG(ICC_BPR1_EL1);
	if (which == SYSREG(3, 0, 12, 12, 6))
		return READ_SYSREG(ICC_IGRPEN0_EL1);
	return READ_SYSREG(ICC_IGRPEN1_EL1);
}

static uint64_t run(uint64_t op, uint64_t a, uint64_t b, uint64_t c)
{
	if (op == OP_READ)
		return read(a, b);
	if (op == OP_SYSREG)
		return read_sysreg(a);
	if (op == OP_ENABLE)
		return enable();
	if (op == OP_TAKE)
		return take();
	if (op == OP_SGI)
		return send_sgi(a, b);
	if (op == OP_ACK)
		return ack();
	if (op == OP_END) {
		end(a, b);
		return 0;
	}
	if (op == OP_READS) {
		while (b--)
			read(a, 4);
		return 0;
	}
	if (op == OP_WRITES) {
		while (b--)
			write(a, 4, c);
		return 0;
	}
	write(a, b, c);
	return 0;
}

void guest_main(uint64_t gicv3)
{
	WRITE_SYSREG(gicv3 ? IS_GICV3 : 0, "tpidr_el1");
	for (;;) {
		uint64_t op = read(TALK_GPA + TALK_OP, 8);
		uint64_t a = read(TALK_GPA + TALK_ARG(0), 8);
		uint64_t b = read(TALK_GPA + TALK_ARG(1), 8);
		uint64_t c = read(TALK_GPA + TALK_ARG(2), 8);

		write(TALK_GPA + TALK_RESULT, 8, run(op, a, b, c));
	}
}
