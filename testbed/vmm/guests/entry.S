/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a guest of this folder begins, and where its interrupts arrive */

	.text

/* One slot of the table has 32 instructions, which is just enough */
	.macro	vector kind
	.balign	0x80
	stp	x0, x1, [sp, #-160]!
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x30, [sp, #144]
	mov	w0, #\kind
	bl	handle_exception
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x30, [sp, #144]
	ldp	x0, x1, [sp], #160
	eret
	.endm

/* Four times synchronous, IRQ, FIQ and SError; kinds as in bare.h */
	.balign	0x800
vectors:
	.rept	4
	vector	0
	vector	1
	vector	2
	vector	0
	.endr

	.globl	_start
_start:
	ldr	x0, =stack_top
	mov	sp, x0
	adr	x0, vectors
	msr	vbar_el1, x0
	isb
	b	run_guest

	.bss
	.balign	16
	.space	0x4000
stack_top:
