/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the guest and the program talk: by accesses to addresses where nothing is,
 * which exit to the program. A guest without page tables does not see what its
 * host has in its caches, so that they share no memory once it runs.
 */
#ifndef VGIC_COMPAT_GUEST_H
#define VGIC_COMPAT_GUEST_H

#define GICD_GPA	0x08000000
#define GICC_GPA	0x08010000
#define TALK_GPA	0x09000000
#define GICR_GPA	0x10000000	/* room for 512 redistributors of 128 KiB */
#define RAM_GPA		0x40000000
#define CODE_SIZE	0x10000
#define STACK_SIZE	0x1000		/* of each vCPU, above the code */

/* A system register, as KVM_DEV_ARM_VGIC_GRP_CPU_SYSREGS has it */
#define SYSREG(op0, op1, crn, crm, op2) \
	((op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))

/* Read: what to do, and with what */
#define TALK_OP		0x00
#define TALK_ARG(n)	(0x08 + 8 * (n))
/* Written: what came of it; an interrupt that was taken; an exception */
#define TALK_RESULT	0x20
#define TALK_TOOK	0x28
#define TALK_DIED	0x30

#define TOOK_GROUP_1	(1ULL << 32)
#define TOOK_FIQ	(1ULL << 33)

#define OP_READ		1	/* address, bytes */
#define OP_WRITE	2	/* address, bytes, value */
#define OP_SYSREG	3	/* which one, as KVM encodes it */
#define OP_ENABLE	4	/* the CPU interface, for both groups */
#define OP_TAKE		5	/* interrupts, until none comes any more */
#define OP_SGI		6	/* to vCPU, which */
#define OP_ACK		7	/* acknowledge one; what as for TALK_TOOK comes of it */
#define OP_END		8	/* interrupt, group */
#define OP_READS	9	/* address, how often; 4 bytes each time */
#define OP_WRITES	10	/* address, how often, value; 4 bytes each time */

#endif /* VGIC_COMPAT_GUEST_H */
