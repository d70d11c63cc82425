// SPDX-License-Identifier: GPL-2.0-only
/*
 * What differs between two states, in words: by register and interrupt, a line each,
 * and a last line that sums it up. All is read from the JSON that compare.c makes.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
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

static void say_vms(struct summary *sum, const json_t *vms)
{
	for (size_t i = 0; i < json_array_size(vms); i++) {
		const json_t *vm = json_array_get(vms, i);
		const char *what = string(vm, "what");

		if (!strcmp(what, "model"))
			summarize(sum, "%s and %s", string(vm, "was"), string(vm, "is"));
		else
			summarize(sum, "%zu and %zu %s", number(vm, "was"), number(vm, "is"),
				  *what == 'v' ? "vCPUs" : "interrupts");
	}
}

static void print_reg(const json_t *r)
{
	const json_t *intids = json_object_get(r, "interrupts");
	const char *name = string(r, "register");
	size_t nr = json_array_size(intids);

	printf("%s reads: vCPU %zu %s was %s, is %s", string(r, "seen_by"), number(r, "vcpu"),
	       name, string(r, "was"), string(r, "is"));
	/* One of these is of one interrupt */
	if (nr)
		printf(": interrupt%s", strncmp(name, "GICD_IROUTER", 12) ? "s" : "");
	for (size_t i = 0; i < nr && i < MAX_NAMED; i++)
		printf(" %d", (int)json_integer_value(json_array_get(intids, i)));
	if (nr > MAX_NAMED)
		printf(" and %zu more", nr - MAX_NAMED);
	putchar('\n');
}

#define LABEL_LEN	32

/* What a register has in common with those that are summed up with it */
static void label(char *text, const json_t *r)
{
	const char *name = string(r, "register"), *saved = "";
	size_t len = strlen(name);

	/* Those of SGIs and PPIs are GICR_, those of SPIs GICD_: neither */
	if (json_array_size(json_object_get(r, "interrupts"))) {
		name += strncmp(name, "GIC", 3) ? 0 : 5;
		len = strcspn(name, "0123456789");
	}
	if (strcmp(string(r, "seen_by"), "guest"))
		saved = "saved ";
	snprintf(text, LABEL_LEN, "%s%.*s", saved, (int)len, name);
}

/* There may be some of one name for each vCPU and for each interrupt */
static void say_regs(struct summary *sum, const json_t *regs)
{
	size_t nr = 0, all = json_array_size(regs);
	char this[LABEL_LEN], next[LABEL_LEN];

	for (size_t i = 0; i < all; i++) {
		const json_t *r = json_array_get(regs, i);

		print_reg(r);
		nr += json_array_size(json_object_get(r, "interrupts"));
		label(this, r);
		if (i + 1 < all) {
			label(next, json_array_get(regs, i + 1));
			if (!strcmp(this, next))
				continue;
		}
		if (nr)
			summarize(sum, "%s of %zu interrupt%s", this, nr, plural(nr));
		else
			summarize(sum, "%s", this);
		nr = 0;
	}
}

static void say_lines(struct summary *sum, const json_t *lines)
{
	size_t nr = json_array_size(lines);

	for (size_t i = 0; i < nr; i++) {
		const json_t *l = json_array_get(lines, i);

		printf("line of interrupt %zu, vCPU %zu: was %s, is %s\n", number(l, "interrupt"),
		       number(l, "vcpu"), string(l, "was"), string(l, "is"));
	}
	if (nr)
		summarize(sum, "%zu line%s", nr, plural(nr));
}

static void print_held(const char *verb, const json_t *h)
{
	if (json_is_null(h))
		printf("%s none", verb);
	else
		printf("%s interrupt %zu in group %zu", verb, number(h, "interrupt"),
		       number(h, "group"));
}

static void say_held(struct summary *sum, const json_t *held)
{
	size_t nr = json_array_size(held);

	for (size_t i = 0; i < nr; i++) {
		const json_t *h = json_array_get(held, i);

		printf("held by vCPU %zu: ", number(h, "vcpu"));
		print_held("was", json_object_get(h, "was"));
		print_held(", is", json_object_get(h, "is"));
		putchar('\n');
	}
	if (nr)
		summarize(sum, "what %zu vCPU%s hold%s", nr, plural(nr), nr == 1 ? "s" : "");
}

static void print_ways(const char *verb, const json_t *ways, const char *none)
{
	if (!json_array_size(ways))
		fputs(none, stdout);
	for (size_t i = 0; i < json_array_size(ways); i++) {
		const json_t *way = json_array_get(ways, i);

		printf("%s %s in group %zu", i ? " and" : verb, string(way, "signal"),
		       number(way, "group"));
		if (number(way, "count") != 1)
			printf(", %zu times", number(way, "count"));
	}
}

/* But for how often */
static bool same_ways(const json_t *was, const json_t *is)
{
	if (json_array_size(was) != json_array_size(is))
		return false;
	for (size_t i = 0; i < json_array_size(was); i++) {
		const json_t *x = json_array_get(was, i), *y = json_array_get(is, i);

		if (strcmp(string(x, "signal"), string(y, "signal")) ||
		    number(x, "group") != number(y, "group"))
			return false;
	}
	return true;
}

static void say_arrivals(struct summary *sum, const json_t *arrivals)
{
	/* What became of how many, one and several in words */
	enum { OTHER, LOST, NEW, OFTEN, NR_FATES };
	static const char * const words[NR_FATES][2] = {
		{ " arrives in another group", "s arrive in another group" },
		{ " no longer arrives", "s no longer arrive" },
		{ " arrives that did not", "s arrive that did not" },
		{ " arrives another number of times", "s arrive another number of times" },
	};
	size_t nr[NR_FATES] = { };

	for (size_t i = 0; i < json_array_size(arrivals); i++) {
		const json_t *a = json_array_get(arrivals, i);
		const json_t *was = json_object_get(a, "was"), *is = json_object_get(a, "is");

		printf("interrupt %zu on vCPU %zu, phase %zu: ", number(a, "interrupt"),
		       number(a, "vcpu"), number(a, "phase"));
		print_ways("was", was, "did not arrive");
		print_ways(", is", is, ", does not arrive");
		putchar('\n');
		nr[!json_array_size(was) ? NEW : !json_array_size(is) ? LOST :
		   same_ways(was, is) ? OFTEN : OTHER]++;
	}
	for (int i = 0; i < NR_FATES; i++)
		if (nr[i])
			summarize(sum, "%zu interrupt%s", nr[i], words[i][nr[i] != 1]);
}

/* A line for each change, and the last one, which sums them up */
static void print_words(const json_t *changes)
{
	struct summary sum = { .f = NULL };

	sum.f = need(open_memstream(&sum.text, &sum.len));
	if (string(changes, "failed"))
		summarize(&sum, "%s", string(changes, "failed"));
	say_vms(&sum, json_object_get(changes, "vms"));
	say_regs(&sum, json_object_get(changes, "registers"));
	say_lines(&sum, json_object_get(changes, "lines"));
	say_held(&sum, json_object_get(changes, "held"));
	say_arrivals(&sum, json_object_get(changes, "arrivals"));
	fclose(sum.f);
	if (sum.changed)
		printf("changed: %s\n", sum.text);
	else
		printf("kept: nothing that the guest can see changed\n");
	free(sum.text);
}

/**
 * print_changes - print what differs on standard output
 * @changes: from state_compare() or no_changes(); freed
 * @as_json: as JSON, or in words
 *
 * Return: VC_SAME or VC_CHANGED
 */
int print_changes(json_t *changes, bool as_json)
{
	bool kept = !strcmp(string(changes, "result"), "kept");

	if (as_json)
		print_json(changes);
	else
		print_words(changes);
	json_decref(changes);
	return kept ? VC_SAME : VC_CHANGED;
}
