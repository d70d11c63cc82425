/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a vCPU starts, with the top of its stack in x0 and what guest_main() gets
 * in x1, and where its exceptions go. The guests of testbed/vmm start here, too.
 */
	.section .text.entry, "ax"
	.global	_start
_start:
	mov	sp, x0
	adr	x2, vectors
	msr	vbar_el1, x2
	isb
	mov	x0, x1
	bl	guest_main
	b	.

	.macro	take fiq
	sub	sp, sp, #192
	stp	x0, x1, [sp]
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x29, [sp, #144]
	str	x30, [sp, #160]
	mov	x0, #\fiq
	bl	guest_interrupt
	ldr	x30, [sp, #160]
	ldp	x18, x29, [sp, #144]
	ldp	x16, x17, [sp, #128]
	ldp	x14, x15, [sp, #112]
	ldp	x12, x13, [sp, #96]
	ldp	x10, x11, [sp, #80]
	ldp	x8, x9, [sp, #64]
	ldp	x6, x7, [sp, #48]
	ldp	x4, x5, [sp, #32]
	ldp	x2, x3, [sp, #16]
	ldp	x0, x1, [sp]
	add	sp, sp, #192
	eret
	.endm

	.macro	vector to
	.balign	128
	b	\to
	.endm

irq:	take	0
fiq:	take	1
died:	mrs	x0, esr_el1
	b	guest_died

	.balign	2048
vectors:
	.rept	4
	vector	died
	.endr
	vector	died
	vector	irq
	vector	fiq
	vector	died
	.rept	8
	vector	died
	.endr
