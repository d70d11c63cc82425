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
	uint64_t mask = (1ULL << r->bits) - 1;
	unsigned int nr = 0;

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

static bool same_interrupt(const struct arrival *a, const struct arrival *b)
{
	return a->phase == b->phase && a->vcpu == b->vcpu && a->intid == b->intid;
}

static bool same_way(const struct arrival *a, const struct arrival *b)
{
	return a->fiq == b->fiq && a->group == b->group;
}

/* The arrival of the same interrupt, in the same way if @way says so */
static const struct arrival *find(const struct state *s, const struct arrival *a, bool way)
{
	for (size_t i = 0; i < s->nr_arrivals; i++)
		if (same_interrupt(&s->arrivals[i], a) && (!way || same_way(&s->arrivals[i], a)))
			return &s->arrivals[i];
	return NULL;
}

static void print_way(const char *verb, const struct arrival *a)
{
	printf("%s %s in group %d", verb, a->fiq ? "FIQ" : "IRQ", a->group);
	if (a->count != 1)
		printf(", %u times", a->count);
}

static void print_arrival(const struct arrival *a)
{
	printf("interrupt %u on vCPU %d, phase %d: ", a->intid, a->vcpu, a->phase);
}

static void compare_arrivals(struct summary *sum, const struct state *a, const struct state *b)
{
	unsigned int other = 0, lost = 0, new = 0, often = 0;

	for (size_t i = 0; i < a->nr_arrivals; i++) {
		const struct arrival *was = &a->arrivals[i], *is = find(b, was, true);

		if (is && is->count == was->count)
			continue;
		print_arrival(was);
		print_way("was", was);
		if (is) {
			often++;
		} else {
			is = find(b, was, false);
			*(is ? &other : &lost) += 1;
		}
		if (is)
			print_way(", is", is);
		else
			printf(", does not arrive");
		putchar('\n');
	}
	for (size_t i = 0; i < b->nr_arrivals; i++) {
		if (find(a, &b->arrivals[i], false))
			continue;
		print_arrival(&b->arrivals[i]);
		print_way("did not arrive, is", &b->arrivals[i]);
		putchar('\n');
		new++;
	}

	if (other)
		summarize(sum, "%u interrupt%s", other, other == 1 ?
			  " arrives in another group" : "s arrive in another group");
	if (lost)
		summarize(sum, "%u interrupt%s", lost, lost == 1 ?
			  " no longer arrives" : "s no longer arrive");
	if (new)
		summarize(sum, "%u interrupt%s", new, new == 1 ?
			  " arrives that did not" : "s arrive that did not");
	if (often)
		summarize(sum, "%u interrupt%s", often, often == 1 ?
			  " arrives another number of times" :
			  "s arrive another number of times");
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
		if (regs_too && a->revision != b->revision)
			printf("revision: was %u, is %u\n", a->revision, b->revision);
		compare_regs(&sum, a, b, true);
		if (regs_too)
			compare_regs(&sum, a, b, false);
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
