/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a guest of this folder begins: with a stack, as vgic_compat's guest-entry.S wants */

	.text
	.globl	start_guest
start_guest:
	ldr	x0, =stack_top
	b	_start

	.bss
	.balign	16
	.space	0x4000
stack_top:
