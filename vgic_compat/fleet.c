// SPDX-License-Identifier: GPL-2.0-only
/*
 * A host of a fleet, from the file with what "probe --json" wrote there. All that such a
 * file has is checked before anything is made of it.
 */
#include <errno.h>
#include <limits.h>
#include <search.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "fleet.h"
#include "json.h"

#define MAX_PROBE	1048576		/* bytes of a file; a probe writes a few thousand */
#define MAX_NAME	255		/* bytes of a name of a host or of a kernel */

const char * const iidr_words[] = { "taken", "refused", "ignored" };
const char * const attribute_words[] = { "taken", "refused", "absent" };
const char * const look_keys[] = {
	"private_groups_at_reset", "groups_at_reset", "groups_guest_wrote",
	"groups_userspace_wrote", "spi_arrives", "gicr_ctlr",
};

/* All looks, each one once, as a fleet has few that differ */
static void *looks;

static void __attribute__((format(printf, 2, 3))) write_why(char *why, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, WHY_LEN, fmt, args);
	va_end(args);
}

#define bad(...)	(write_why(__VA_ARGS__), false)

static bool get_number(const json_t *object, const char *where, const char *key, json_int_t max,
		       json_int_t *val, char *why)
{
	const json_t *json = json_object_get(object, key);

	if (!json)
		return bad(why, "%s%s is missing", where, key);
	if (!json_is_integer(json))
		return bad(why, "%s%s is no integer", where, key);
	*val = json_integer_value(json);
	if (*val < 0 || *val > max)
		return bad(why, "%s%s is not from 0 to %lld", where, key, (long long)max);
	return true;
}

static bool get_string(const json_t *object, const char *where, const char *key, const char **val,
		       char *why)
{
	const json_t *json = json_object_get(object, key);

	if (!json)
		return bad(why, "%s%s is missing", where, key);
	if (!json_is_string(json))
		return bad(why, "%s%s is no string", where, key);
	if (json_string_length(json) > MAX_NAME)
		return bad(why, "%s%s has more than %d bytes", where, key, MAX_NAME);
	*val = json_string_value(json);
	return true;
}

static bool get_array(const json_t *object, const char *where, const char *key, json_t **val,
		      char *why)
{
	*val = json_object_get(object, key);
	if (!*val)
		return bad(why, "%s%s is missing", where, key);
	if (!json_is_array(*val))
		return bad(why, "%s%s is no array", where, key);
	return true;
}

/* One of three words; *val is which one, from 1 on */
static bool get_word(const json_t *object, const char *where, const char *key,
		     const char * const words[3], int *val, char *why)
{
	const char *text;

	if (!get_string(object, where, key, &text, why))
		return false;
	for (int i = 0; i < 3; i++) {
		if (!strcmp(text, words[i])) {
			*val = i + 1;
			return true;
		}
	}
	return bad(why, "%s%s is not %s, %s or %s", where, key, words[0], words[1], words[2]);
}

static int order_looks(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct look));
}

/*
 * None if the host does not say. Userspace may have no access, then nothing came of its
 * write; a GICv2 has no GICR_CTLR.
 */
static bool read_look(const struct look **look, const json_t *entry, const char *where, char *why)
{
	const json_t *guest = json_object_get(entry, "guest"), *word;
	struct look *new;
	void **found;

	*look = NULL;
	if (!guest)
		return true;
	if (!json_is_object(guest))
		return bad(why, "%sguest is no object", where);
	new = need(calloc(1, sizeof(*new)));
	for (int i = 0; i < NR_WORDS; i++) {
		word = json_object_get(guest, look_keys[i]);
		if ((!word && i == GICR_CTLR) || (json_is_null(word) && i == USERSPACE_WROTE))
			continue;
		if (!json_is_string(word) || json_string_length(word) >= sizeof(*new->words)) {
			free(new);
			return bad(why, "%sguest.%s is missing, or no short string", where,
				   look_keys[i]);
		}
		snprintf(new->words[i], sizeof(*new->words), "%s", json_string_value(word));
	}
	found = need(tsearch(new, &looks, order_looks));
	*look = *found;
	if (*look != new)
		free(new);
	return true;
}

static bool read_revision(struct offer *offer, const json_t *entry, const char *where, char *why)
{
	int iidr, attribute;
	const json_t *can;
	json_int_t rev;

	if (!json_is_object(entry))
		return bad(why, "%.*s is no object", (int)strlen(where) - 1, where);
	if (!get_number(entry, where, "revision", NR_REVISIONS - 1, &rev, why))
		return false;
	can = json_object_get(entry, "can");
	if (!can)
		return bad(why, "%scan is missing", where);
	if (!json_is_boolean(can))
		return bad(why, "%scan is neither true nor false", where);
	if (!get_word(entry, where, "iidr", iidr_words, &iidr, why) ||
	    !get_word(entry, where, "attribute", attribute_words, &attribute, why))
		return false;
	if (json_is_true(can) != (iidr == WORD_TAKEN || attribute == WORD_TAKEN))
		return bad(why, "%scan does not go with what the kernel said", where);
	if (offer->says[rev])
		return bad(why, "%srevision is %d for the second time", where, (int)rev);
	offer->says[rev] = iidr | attribute << 2 | (json_is_true(can) ? CAN : 0);
	return !json_is_true(can) || read_look(&offer->looks[rev], entry, where, why);
}

static bool read_model(struct host *host, const json_t *entry, size_t n, char *why)
{
	struct offer *offer = NULL;
	char where[80];
	const char *name;
	json_t *revisions;
	json_int_t def;

	snprintf(where, sizeof(where), "models[%zu].", n);
	if (!json_is_object(entry))
		return bad(why, "models[%zu] is no object", n);
	if (!get_string(entry, where, "model", &name, why))
		return false;
	for (int i = 0; i < NR_MODELS; i++)
		if (!strcmp(name, model_names[i]))
			offer = &host->offers[i];
	/* A model that a newer probe knows; it may look like anything */
	if (!offer)
		return true;
	if (offer->is)
		return bad(why, "%smodel is %s for the second time", where, name);

	offer->is = true;
	if (!get_number(entry, where, "default", NR_REVISIONS - 1, &def, why) ||
	    !get_array(entry, where, "revisions", &revisions, why) ||
	    !read_look(&offer->looks[DEFAULT], entry, where, why))
		return false;
	offer->def = def;
	for (size_t i = 0; i < json_array_size(revisions); i++) {
		snprintf(where, sizeof(where), "models[%zu].revisions[%zu].", n, i);
		if (!read_revision(offer, json_array_get(revisions, i), where, why))
			return false;
	}
	return true;
}

static bool parse_host(struct host *host, const json_t *root, char *why)
{
	const char *format, *name, *kernel;
	json_int_t version;
	json_t *models;

	if (!json_is_object(root) ||
	    !get_string(root, "", "format", &format, why) || strcmp(format, "vgic-probe"))
		return bad(why, "not of the format vgic-probe");
	if (!get_number(root, "", "version", INT_MAX, &version, why))
		return false;
	if (version != 1)
		return bad(why, "version is %d, this program knows 1", (int)version);
	if (!get_string(root, "", "host", &name, why) ||
	    !get_string(root, "", "kernel", &kernel, why) ||
	    !get_array(root, "", "models", &models, why))
		return false;
	for (size_t i = 0; i < json_array_size(models); i++)
		if (!read_model(host, json_array_get(models, i), i, why))
			return false;

	host->name = need(strdup(name));
	host->kernel = need(strdup(kernel));
	return true;
}

/* The end of a file from its key "models" on, and what it says */
struct end {
	const char	*text;
	size_t		len;
	struct offer	offers[NR_MODELS];
};

/* Those that were read, each one once; a fleet has few */
static void *ends;
static size_t nr_tried;
#define MAX_TRIED	1000

static int order_ends(const void *a, const void *b)
{
	const struct end *x = a, *y = b;

	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return memcmp(x->text, y->text, x->len);
}

static void free_end(void *end)
{
	free((char *)((struct end *)end)->text);
	free(end);
}

/**
 * fleet_free - free what all hosts share
 */
void fleet_free(void)
{
	tdestroy(looks, free);
	tdestroy(ends, free_end);
	looks = NULL;
	ends = NULL;
	nr_tried = 0;
}

/* Keep the end of a file that was read, if nothing but "models" is in it */
static void add_end(const char *text, size_t len, const struct host *host)
{
	struct end *end = need(calloc(1, sizeof(*end)));
	char *copy = need(malloc(len + 1));
	json_t *root;

	copy[0] = '{';
	memcpy(copy + 1, text, len);
	root = json_loadb(copy, len + 1, JSON_REJECT_DUPLICATES, NULL);
	if (json_object_size(root) == 1) {
		memmove(copy, copy + 1, len);
		*end = (struct end) { copy, len };
		memcpy(end->offers, host->offers, sizeof(end->offers));
		if (*(struct end **)need(tsearch(end, &ends, order_ends)) != end)
			free_end(end);
	} else {
		free(copy);
		free(end);
	}
	json_decref(root);
}

/*
 * Most of a file is what its kernel does, which many hosts have byte by byte. Where the
 * key of that follows a comma of the object itself, it is enough to read what is before.
 */
static bool read_beginning(struct host *host, char *text, char *models, size_t len)
{
	static const char no_models[] = "\"models\":[]}";
	struct end **end = tfind(&(struct end) { models, len }, &ends, order_ends);
	char kept[sizeof(no_models)], why[WHY_LEN];
	json_t *root;
	bool ret;

	if (!end || len < sizeof(no_models))
		return false;
	memcpy(kept, models, sizeof(no_models));
	memcpy(models, no_models, sizeof(no_models));
	root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	memcpy(models, kept, sizeof(no_models));
	ret = root && parse_host(host, root, why);
	json_decref(root);
	if (ret)
		memcpy(host->offers, (*end)->offers, sizeof(host->offers));
	return ret;
}

/**
 * host_read - read what a host is and offers
 * @host: what is filled in; its name and kernel are to be freed
 * @file: the name of the file
 * @why: where the reason goes if it has no probe in it, WHY_LEN bytes
 *
 * Return: true, or false if the file cannot be read, or is not what a probe writes
 */
bool host_read(struct host *host, const char *file, char *why)
{
	static char buf[MAX_PROBE + 1];
	ssize_t len = vc_read(file, buf, sizeof(buf));
	json_error_t error;
	char *text, *models;
	json_t *root;
	bool ret;

	if (len < 0)
		return bad(why, "%s", strerror(errno));
	if (!len)
		return bad(why, "empty");
	if (len > MAX_PROBE)
		return bad(why, "more than %d bytes", MAX_PROBE);
	memset(host, 0, sizeof(*host));
	host->file = file;
	buf[len] = 0;
	text = vc_text(buf);
	len -= text - buf;
	models = memmem(text, len, "\"models\"", 8);
	if (models && read_beginning(host, text, models, text + len - models))
		return true;
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (!root)
		return bad(why, "not JSON: line %d, column %d: %s", error.line, error.column,
			   error.text);
	ret = parse_host(host, root, why);
	json_decref(root);
	if (ret && models && nr_tried++ < MAX_TRIED)
		add_end(models, text + len - models, host);
	return ret;
}
