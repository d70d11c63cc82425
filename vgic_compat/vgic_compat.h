/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vgic_compat - what a host can do for a VM's vGIC, and whether a guest notices a
 * move to it. What the files of the program share.
 */
#ifndef VGIC_COMPAT_H
#define VGIC_COMPAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#define VERSION		"1"

/* Exit codes, which scripts go by */
enum {
	VC_SAME		= 0,	/* nothing that the guest can see changed */
	VC_CHANGED	= 1,	/* something did */
	VC_CANNOT	= 2,	/* cannot run here */
	VC_BAD		= 3,	/* bad arguments, or a bad file */
};

#define MAX_VCPUS_V2	8
#define MAX_VCPUS	512
#define MIN_IRQS	64
#define MAX_IRQS	992	/* the last multiple of 32 below 1020 */
#define NR_SGIS		16
#define NR_PRIVATE	32	/* SGIs and PPIs */
#define NR_REVISIONS	16	/* that GICD_IIDR.Revision has room for */
#define FIRST_WRITABLE	2	/* the first one whose groups can be written */
#define NR_PHASES	3	/* in which the guest takes interrupts after a move */

enum model { GICV2, GICV3, NR_MODELS };

/* Where a register is; LEVEL has the levels of lines, which no guest can read */
enum reg_kind { REG_DIST, REG_REDIST, REG_CPU, REG_SYSREG, REG_LEVEL };

struct reg_desc;

/* One register of one VM */
struct reg {
	const struct reg_desc	*desc;
	char			name[24];
	enum reg_kind		kind;
	int			vcpu;
	uint32_t		offset;
	uint32_t		clear;		/* of the one that clears its bits, or 0 */
	unsigned int		first_intid;	/* of which it has the first bits */
	unsigned int		bits;		/* of each interrupt, or 0 */
	bool			wide;		/* 64 bits */
	bool			is_saved;	/* userspace saves and restores it */
	bool			is_seen;	/* the guest reads it */
	uint64_t		saved;
	uint64_t		seen;
};

/* An interrupt that the guest took */
struct arrival {
	int			phase;
	int			vcpu;
	unsigned int		intid;
	bool			fiq;
	int			group;
	unsigned int		count;
};

/* The lines that are high; those of PPIs for each vCPU */
struct line {
	int			vcpu;
	unsigned int		intid;
};

/* An interrupt that the guest has acknowledged, and not yet ended */
struct held {
	int			vcpu;
	unsigned int		intid;
	int			group;
};

/* A VM's vGIC, and what its guest saw of it and received */
struct state {
	char			kernel[64];
	enum model		model;
	unsigned int		revision;
	bool			chosen;		/* or is it the default? */
	int			vcpus;
	unsigned int		irqs;
	unsigned int		seed;
	struct reg		*regs;		/* in the order of restoring */
	size_t			nr_regs;
	struct line		*lines;
	size_t			nr_lines;
	struct held		*held;
	size_t			nr_held;
	struct arrival		*arrivals;
	size_t			nr_arrivals;
};

/* util.c */
void vc_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void vc_die(int code, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 2, 3)));
int vc_end(int code);
int vc_open(const char *path);
ssize_t vc_read(const char *path, char *buf, size_t max);
char *vc_text(char *text);
void *vc_grow(void *array, size_t nr, size_t size);
bool vc_number(const char *text, unsigned int min, unsigned int max, unsigned int *val);

/* regs.c */
extern const char * const model_names[NR_MODELS];
extern const char * const kind_names[];
unsigned int max_vcpus(enum model m);
void state_init(struct state *s, enum model m, int vcpus, unsigned int irqs);
void state_free(struct state *s);
struct reg *state_reg(const struct state *s, const char *name, int vcpu);
void state_add_arrival(struct state *s, const struct arrival *a);
void state_add_line(struct state *s, int vcpu, unsigned int intid);
void state_add_held(struct state *s, const struct held *h);
int interrupt_order(const struct arrival *a, const struct arrival *b);
int arrival_order(const struct arrival *a, const struct arrival *b);

/* file.c */
#define MAX_FILE	(32 << 20)
bool state_parse(struct state *s, const char *text, size_t len, char *why, size_t why_len);
void state_print(const struct state *s, FILE *f);
bool file_is_stdout(const char *path);
void file_write(const char *path, const char *text, size_t len);
void state_read(struct state *s, const char *path);
void state_write(const struct state *s, const char *path);

/* Each command: its arguments with its name in argv[0]; the exit code */
int cmd_probe(int argc, char **argv);
int cmd_save(int argc, char **argv);
int cmd_restore(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_common(int argc, char **argv);

#endif /* VGIC_COMPAT_H */
