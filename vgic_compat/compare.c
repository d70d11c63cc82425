// SPDX-License-Identifier: GPL-2.0-only
/* What differs between two states, as JSON: vgic_compat(1) has the format */
#include "json.h"
#include "vgic_compat.h"

static json_t *hex(const struct reg *r, uint64_t val)
{
	char text[17];

	snprintf(text, sizeof(text), "%0*llx", r->wide ? 16 : 8, (unsigned long long)val);
	return need(json_string(text));
}

/* The interrupts whose bits differ */
static json_t *differing(const struct reg *r, uint64_t differ)
{
	uint64_t mask = (1ULL << r->bits % 64) - 1;
	json_t *intids = need(json_array());

	if (r->bits == 64)
		append(intids, json_integer(r->first_intid));
	for (unsigned int i = 0; r->bits && i < 32 / r->bits; i++)
		if (differ >> i * r->bits & mask)
			append(intids, json_integer(r->first_intid + i));
	return intids;
}

static void compare_regs(json_t *regs, const struct state *a, const struct state *b, bool seen)
{
	for (size_t i = 0; i < a->nr_regs; i++) {
		const struct reg *x = &a->regs[i], *y = &b->regs[i];
		uint64_t was = seen ? x->seen : x->saved, is = seen ? y->seen : y->saved;

		if (!(seen ? x->is_seen : x->is_saved) || was == is)
			continue;
		append(regs, json_pack("{s:s, s:s, s:i, s:o, s:o, s:o}",
				       "seen_by", seen ? "guest" : "userspace",
				       "register", x->name, "vcpu", x->vcpu, "was", hex(x, was),
				       "is", hex(x, is), "interrupts", differing(x, was ^ is)));
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

static json_t *ways(const struct arrival *a, size_t nr)
{
	json_t *array = need(json_array());

	for (size_t i = 0; i < nr; i++)
		append(array, json_pack("{s:s, s:i, s:i}", "signal", a[i].fiq ? "FIQ" : "IRQ",
					"group", a[i].group, "count", a[i].count));
	return array;
}

/* Both are in the order of arrival_order() */
static void compare_arrivals(json_t *arrivals, const struct state *a, const struct state *b)
{
	size_t i = 0, j = 0;

	while (i < a->nr_arrivals || j < b->nr_arrivals) {
		const struct arrival *x = &a->arrivals[i], *y = &b->arrivals[j], *any;
		size_t nr_x = run_length(x, a->nr_arrivals - i);
		size_t nr_y = run_length(y, b->nr_arrivals - j);
		int order = nr_x && nr_y ? interrupt_order(x, y) : 0;
		json_t *was, *is;

		/* The one whose interrupt comes later waits */
		if (order < 0)
			nr_y = 0;
		else if (order > 0)
			nr_x = 0;
		any = nr_x ? x : y;
		was = ways(x, nr_x);
		is = ways(y, nr_y);
		if (!json_equal(was, is))
			append(arrivals, json_pack("{s:i, s:i, s:i, s:O, s:O}",
						   "interrupt", any->intid, "vcpu", any->vcpu,
						   "phase", any->phase, "was", was, "is", is));
		json_decref(was);
		json_decref(is);
		i += nr_x;
		j += nr_y;
	}
}

static bool has_line(const struct state *s, const struct line *line)
{
	for (size_t i = 0; i < s->nr_lines; i++)
		if (s->lines[i].vcpu == line->vcpu && s->lines[i].intid == line->intid)
			return true;
	return false;
}

/* Those that are high in one state and not in the other */
static void compare_lines(json_t *lines, const struct state *high, const struct state *low,
			  const char *was, const char *is)
{
	for (size_t i = 0; i < high->nr_lines; i++) {
		const struct line *line = &high->lines[i];

		if (!has_line(low, line))
			append(lines, json_pack("{s:i, s:i, s:s, s:s}", "interrupt", line->intid,
						"vcpu", line->vcpu, "was", was, "is", is));
	}
}

/* Each vCPU has at most one, and they are in the order of the vCPUs */
static json_t *held_by(const struct state *s, size_t *i, int vcpu)
{
	const struct held *h = &s->held[*i];

	if (*i == s->nr_held || h->vcpu != vcpu)
		return need(json_null());
	++*i;
	return need(json_pack("{s:i, s:i}", "interrupt", h->intid, "group", h->group));
}

static void compare_held(json_t *held, const struct state *a, const struct state *b)
{
	size_t i = 0, j = 0;

	for (int vcpu = 0; vcpu < a->vcpus; vcpu++) {
		json_t *was = held_by(a, &i, vcpu), *is = held_by(b, &j, vcpu);

		if (!json_equal(was, is))
			append(held, json_pack("{s:i, s:O, s:O}", "vcpu", vcpu, "was", was,
					       "is", is));
		json_decref(was);
		json_decref(is);
	}
}

/* What makes two VMs different ones, so that no register can be compared */
static bool compare_vms(json_t *vms, const struct state *a, const struct state *b)
{
	if (a->model != b->model)
		append(vms, json_pack("{s:s, s:s, s:s}", "what", "model", "was",
				      model_names[a->model], "is", model_names[b->model]));
	if (a->vcpus != b->vcpus)
		append(vms, json_pack("{s:s, s:i, s:i}", "what", "vcpus", "was", a->vcpus,
				      "is", b->vcpus));
	if (a->irqs != b->irqs)
		append(vms, json_pack("{s:s, s:i, s:i}", "what", "irqs", "was", a->irqs,
				      "is", b->irqs));
	return !json_array_size(vms);
}

/**
 * move_result - begin what save, restore and diff print as JSON
 * @result: what came of the move
 *
 * Return: an object, to which more can be added
 */
json_t *move_result(const char *result)
{
	return need(json_pack("{s:s, s:i, s:s}", "format", "vgic-moves", "version", 1,
			      "result", result));
}

/**
 * no_changes - that nothing differs
 *
 * Return: the changes, which are none, for print_changes()
 */
json_t *no_changes(void)
{
	json_t *changes = move_result("kept");

	set(changes, "vms", json_array());
	set(changes, "registers", json_array());
	set(changes, "arrivals", json_array());
	set(changes, "lines", json_array());
	set(changes, "held", json_array());
	return changes;
}

/**
 * state_compare - find what differs
 * @a: a state
 * @b: a later one
 * @regs_too: also what only userspace can see
 *
 * Return: the changes, for print_changes()
 */
json_t *state_compare(const struct state *a, const struct state *b, bool regs_too)
{
	json_t *vms, *regs, *arrivals, *lines, *held, *changes = no_changes();

	json_unpack(changes, "{s:o, s:o, s:o, s:o, s:o}", "vms", &vms, "registers", &regs,
		    "arrivals", &arrivals, "lines", &lines, "held", &held);
	if (compare_vms(vms, a, b)) {
		compare_regs(regs, a, b, true);
		if (regs_too) {
			compare_regs(regs, a, b, false);
			compare_lines(lines, a, b, "high", "low");
			compare_lines(lines, b, a, "low", "high");
			compare_held(held, a, b);
		}
		compare_arrivals(arrivals, a, b);
	}
	if (json_array_size(vms) || json_array_size(regs) || json_array_size(arrivals) ||
	    json_array_size(lines) || json_array_size(held))
		set(changes, "result", json_string("changed"));
	return changes;
}
