// SPDX-License-Identifier: GPL-2.0-only
/*
 * Name what differs between two states: by register and interrupt, a line each,
 * and a last line in words.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "vgic_compat.h"

/* More interrupts than these are not named one by one */
#define MAX_NAMED	16

/* What is said at the end */
struct summary {
	FILE	*f;
	char	*text;
	size_t	len;
	bool	changed;
};

static void __attribute__((format(printf, 2, 3)))
summarize(struct summary *sum, const char *fmt, ...)
{
	va_list args;

	if (sum->changed)
		fputs("; ", sum->f);
	sum->changed = true;
	va_start(args, fmt);
	vfprintf(sum->f, fmt, args);
	va_end(args);
}

/* Print the interrupts whose bits differ; return how many there are */
static unsigned int print_intids(const struct reg *r, uint64_t differ)
{
	uint64_t mask = (1ULL << r->bits % 64) - 1;
	unsigned int nr = 0;

	if (r->bits == 64) {
		printf(": interrupt %u", r->first_intid);
		return 1;
	}
	for (unsigned int i = 0; i < 32 / r->bits; i++) {
		if (!(differ >> i * r->bits & mask))
			continue;
		if (nr < MAX_NAMED)
			printf("%s%u", nr ? " " : ": interrupts ", r->first_intid + i);
		nr++;
	}
	if (nr > MAX_NAMED)
		printf(" and %u more", nr - MAX_NAMED);
	return nr;
}

/* Print one register if it differs; return of how many interrupts, or 1 */
static unsigned int compare_reg(const struct reg *a, const char *who, uint64_t was, uint64_t is)
{
	unsigned int nr = 1;
	int digits = a->wide ? 16 : 8;

	if (was == is)
		return 0;
	printf("%s: vCPU %d %s was %0*llx, is %0*llx", who, a->vcpu, a->name, digits,
	       (unsigned long long)was, digits, (unsigned long long)is);
	if (a->bits)
		nr = print_intids(a, was ^ is);
	putchar('\n');
	return nr;
}

/*
 * Compare all registers of one kind of access, and sum up those of one name, of
 * which there may be some for each vCPU and for each interrupt
 */
static void compare_regs(struct summary *sum, const struct state *a, const struct state *b,
			 bool seen)
{
	const char *who = seen ? "guest reads" : "userspace reads";

	for (size_t i = 0, first = 0; i < a->nr_regs; i = first) {
		const struct reg *r = &a->regs[i];
		unsigned int nr = 0;

		for (first = i; first < a->nr_regs && a->regs[first].desc == r->desc; first++) {
			const struct reg *x = &a->regs[first], *y = &b->regs[first];

			if (seen ? x->is_seen : x->is_saved)
				nr += compare_reg(x, who, seen ? x->seen : x->saved,
						  seen ? y->seen : y->saved);
		}
		/* Those of SGIs and PPIs are GICR_, those of SPIs GICD_: neither */
		if (nr && r->bits)
			summarize(sum, "%s%.*s of %u interrupt%s", seen ? "" : "saved ",
				  (int)strcspn(r->name + 5, "0123456789"), r->name + 5, nr,
				  nr == 1 ? "" : "s");
		else if (nr)
			summarize(sum, "%s%s", seen ? "" : "saved ", r->name);
	}
}

/* How many arrivals from the first one on are of the same interrupt in this phase */
static size_t run_length(const struct arrival *a, size_t left)
{
	size_t n = 0;

	while (n < left && !interrupt_order(&a[n], a))
		n++;
	return n;
}

static void print_ways(const char *verb, const struct arrival *a, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		printf("%s %s in group %d", i ? " and" : verb, a[i].fiq ? "FIQ" : "IRQ",
		       a[i].group);
		if (a[i].count != 1)
			printf(", %u times", a[i].count);
	}
}

/* In which ways, and then how often */
static bool same_ways(const struct arrival *a, size_t nr_a, const struct arrival *b, size_t nr_b,
		      bool and_count)
{
	if (nr_a != nr_b)
		return false;
	for (size_t i = 0; i < nr_a; i++)
		if (a[i].fiq != b[i].fiq || a[i].group != b[i].group ||
		    (and_count && a[i].count != b[i].count))
			return false;
	return true;
}

/* What became of how many */
struct fates {
	unsigned int	other;
	unsigned int	lost;
	unsigned int	new;
	unsigned int	often;
};

/* One interrupt in one phase; at least one of the two arrived */
static void compare_arrival(struct fates *fates, const struct arrival *a, size_t nr_a,
			    const struct arrival *b, size_t nr_b)
{
	const struct arrival *any = nr_a ? a : b;

	if (same_ways(a, nr_a, b, nr_b, true))
		return;
	printf("interrupt %u on vCPU %d, phase %d: ", any->intid, any->vcpu, any->phase);
	if (nr_a)
		print_ways("was", a, nr_a);
	else
		printf("did not arrive");
	if (nr_b)
		print_ways(", is", b, nr_b);
	else
		printf(", does not arrive");
	putchar('\n');

	if (!nr_a)
		fates->new++;
	else if (!nr_b)
		fates->lost++;
	else if (same_ways(a, nr_a, b, nr_b, false))
		fates->often++;
	else
		fates->other++;
}

/* Both are in the order of arrival_order() */
static void compare_arrivals(struct summary *sum, const struct state *a, const struct state *b)
{
	struct fates fates = { 0 };
	size_t i = 0, j = 0;

	while (i < a->nr_arrivals || j < b->nr_arrivals) {
		const struct arrival *x = &a->arrivals[i], *y = &b->arrivals[j];
		size_t nr_x = run_length(x, a->nr_arrivals - i);
		size_t nr_y = run_length(y, b->nr_arrivals - j);
		int order = nr_x && nr_y ? interrupt_order(x, y) : 0;

		/* The one whose interrupt comes later waits */
		if (order < 0)
			nr_y = 0;
		else if (order > 0)
			nr_x = 0;
		compare_arrival(&fates, x, nr_x, y, nr_y);
		i += nr_x;
		j += nr_y;
	}

	if (fates.other)
		summarize(sum, "%u interrupt%s", fates.other, fates.other == 1 ?
			  " arrives in another group" : "s arrive in another group");
	if (fates.lost)
		summarize(sum, "%u interrupt%s", fates.lost, fates.lost == 1 ?
			  " no longer arrives" : "s no longer arrive");
	if (fates.new)
		summarize(sum, "%u interrupt%s", fates.new, fates.new == 1 ?
			  " arrives that did not" : "s arrive that did not");
	if (fates.often)
		summarize(sum, "%u interrupt%s", fates.often, fates.often == 1 ?
			  " arrives another number of times" :
			  "s arrive another number of times");
}

static bool has_line(const struct state *s, const struct line *line)
{
	for (size_t i = 0; i < s->nr_lines; i++)
		if (s->lines[i].vcpu == line->vcpu && s->lines[i].intid == line->intid)
			return true;
	return false;
}

static unsigned int print_lines(const struct state *a, const struct state *b, const char *what)
{
	unsigned int nr = 0;

	for (size_t i = 0; i < a->nr_lines; i++) {
		if (has_line(b, &a->lines[i]))
			continue;
		printf("line of interrupt %u, vCPU %d: %s\n", a->lines[i].intid,
		       a->lines[i].vcpu, what);
		nr++;
	}
	return nr;
}

static void compare_lines(struct summary *sum, const struct state *a, const struct state *b)
{
	unsigned int nr = print_lines(a, b, "was high, is low") +
			  print_lines(b, a, "was low, is high");

	if (nr)
		summarize(sum, "%u line%s", nr, nr == 1 ? "" : "s");
}

static void print_held(const char *verb, const struct held *h)
{
	if (h)
		printf("%s interrupt %u in group %d", verb, h->intid, h->group);
	else
		printf("%s none", verb);
}

/* Each vCPU has at most one, and both are in the order of the vCPUs */
static void compare_held(struct summary *sum, const struct state *a, const struct state *b)
{
	size_t i = 0, j = 0;
	unsigned int nr = 0;

	for (int vcpu = 0; vcpu < a->vcpus; vcpu++) {
		const struct held *x = NULL, *y = NULL;

		if (i < a->nr_held && a->held[i].vcpu == vcpu)
			x = &a->held[i++];
		if (j < b->nr_held && b->held[j].vcpu == vcpu)
			y = &b->held[j++];
		if (!x == !y && (!x || (x->intid == y->intid && x->group == y->group)))
			continue;
		printf("held by vCPU %d: ", vcpu);
		print_held("was", x);
		print_held(", is", y);
		putchar('\n');
		nr++;
	}
	if (nr)
		summarize(sum, "what %u vCPU%s hold%s", nr, nr == 1 ? "" : "s", nr == 1 ? "s" : "");
}

/* What makes two VMs different ones, so that no register can be compared */
static bool compare_vms(struct summary *sum, const struct state *a, const struct state *b)
{
	if (a->model != b->model)
		summarize(sum, "%s and %s", model_names[a->model], model_names[b->model]);
	if (a->vcpus != b->vcpus)
		summarize(sum, "%d and %d vCPUs", a->vcpus, b->vcpus);
	if (a->irqs != b->irqs)
		summarize(sum, "%u and %u interrupts", a->irqs, b->irqs);
	return !sum->changed;
}

/**
 * state_compare - name what differs, on standard output
 * @a: a state
 * @b: a later one
 * @regs_too: also what only userspace can see
 *
 * Return: VC_SAME or VC_CHANGED
 */
int state_compare(const struct state *a, const struct state *b, bool regs_too)
{
	struct summary sum = { 0 };

	sum.f = open_memstream(&sum.text, &sum.len);
	if (!sum.f)
		vc_die(VC_CANNOT, "out of memory");

	if (compare_vms(&sum, a, b)) {
		compare_regs(&sum, a, b, true);
		if (regs_too) {
			compare_regs(&sum, a, b, false);
			compare_lines(&sum, a, b);
			compare_held(&sum, a, b);
		}
		compare_arrivals(&sum, a, b);
	}
	fclose(sum.f);
	if (sum.changed)
		printf("changed: %s\n", sum.text);
	else
		printf("kept: nothing that the guest can see changed\n");
	free(sum.text);
	return sum.changed ? VC_CHANGED : VC_SAME;
}
