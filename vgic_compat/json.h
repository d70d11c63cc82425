/* SPDX-License-Identifier: GPL-2.0-only */
/* What a move came to, as JSON, and short names for what is done with JSON everywhere */
#ifndef VGIC_COMPAT_JSON_H
#define VGIC_COMPAT_JSON_H

#include <jansson.h>

#include "vgic_compat.h"

/* compare.c */
json_t *move_result(const char *result);
json_t *no_changes(void);
json_t *state_compare(const struct state *a, const struct state *b, bool regs_too);

/* words.c */
int print_changes(json_t *changes, bool as_json);

/* prometheus.c */
void print_prometheus(const json_t *probe, const char *path);

/* Ends the program when out of memory, as all of these do */
static inline void *need(void *p)
{
	if (!p)
		vc_die(VC_CANNOT, "out of memory");
	return p;
}

static inline void set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, need(value)))
		need(NULL);
}

static inline void append(json_t *array, json_t *value)
{
	if (json_array_append_new(array, need(value)))
		need(NULL);
}

static inline size_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static inline const char *string(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static inline const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* vc_end() sees whether it could be written */
static inline void print_json(const json_t *json)
{
	if (json_dumpf(json, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII) && !ferror(stdout))
		need(NULL);
	putchar('\n');
}

#endif /* VGIC_COMPAT_JSON_H */
