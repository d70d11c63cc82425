/* SPDX-License-Identifier: GPL-2.0-only */
/* The hosts of a fleet, as their probes have them */
#ifndef VGIC_COMPAT_FLEET_H
#define VGIC_COMPAT_FLEET_H

#include "vgic_compat.h"

#define DEFAULT		NR_REVISIONS	/* the place of a VM that has no revision chosen */
#define WHY_LEN		400

/*
 * What a host says of a revision, in one byte: which of the words below, counted
 * from 1, and whether a VM can have it. 0 is a revision that it does not list.
 */
#define IIDR(say)	((say) & 0x3)
#define ATTRIBUTE(say)	((say) >> 2 & 0x3)
#define CAN		0x10
#define WORD_TAKEN	1

/* What a guest sees at a revision, each word under its key in the file */
enum { PRIVATE_RESET, RESET, GUEST_WROTE, USERSPACE_WROTE, SPI_ARRIVES, GICR_CTLR, NR_WORDS };

struct look {
	char	words[NR_WORDS][20];	/* empty for what there is not */
};

/* What one host offers of one vGIC model */
struct offer {
	bool			is;
	unsigned char		def;
	unsigned char		says[NR_REVISIONS + 1];
	const struct look	*looks[NR_REVISIONS + 1];	/* equal ones are the same */
};

struct host {
	const char	*file;
	char		*name;
	char		*kernel;
	struct offer	offers[NR_MODELS];
};

extern const char * const iidr_words[3];
extern const char * const attribute_words[3];
extern const char * const look_keys[NR_WORDS];

bool host_read(struct host *host, const char *file, char *why);
void fleet_free(void);

#endif /* VGIC_COMPAT_FLEET_H */
