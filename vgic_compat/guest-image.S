/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest, as a part of the program */
	.section .rodata
	.global	guest_image, guest_image_end
	.balign	16
guest_image:
	.incbin	GUEST_BIN
guest_image_end:
	.section .note.GNU-stack, "", %progbits
