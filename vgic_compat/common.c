// SPDX-License-Identifier: GPL-2.0-only
/*
 * common: the revisions that a VM can have on every host of a fleet
 *
 * A host is a file with what "probe --json" wrote there. The answer is made as
 * JSON, and the text is printed from that, so that the two cannot differ. Names
 * in these files come from other machines: in text, every byte of them that is
 * no printable ASCII is escaped.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json.h"
#include "vgic_compat.h"

#define MAX_PROBE	1048576		/* bytes of a file; a probe writes a few thousand */
#define MAX_NAME	255		/* bytes of a name of a host or of a kernel */
#define MAX_SHOWN	3		/* hosts of a group that are named without --all */
#define NR_REVISIONS	16
#define WHY_LEN		400

/*
 * What a host says of a revision, in one byte: which of the words below, counted
 * from 1, and whether a VM can have it. 0 is a revision that it does not list.
 */
#define IIDR(say)	((say) & 0x3)
#define ATTRIBUTE(say)	((say) >> 2 & 0x3)
#define CAN		0x10
#define NR_SAYS		0x20

static const char * const iidr_words[] = { "taken", "refused", "ignored" };
static const char * const attribute_words[] = { "taken", "refused", "absent" };
#define WORD_TAKEN	1

/* What one host offers of one vGIC model */
struct offer {
	bool		is;
	unsigned char	def;
	unsigned char	says[NR_REVISIONS];
};

struct host {
	const char	*file;
	char		*name;
	char		*kernel;
	json_t		*json;		/* the same one wherever it is named */
	struct offer	offers[NR_MODELS];
};

struct fleet {
	char		**files;	/* what is named, hosts or not */
	size_t		nr_files;
	struct host	*hosts;
	size_t		nr_hosts;
	json_t		*skipped;
	bool		all;
};

/* Hosts with the same key make a group; -1 is for those that are not meant */
typedef int (*key_fn)(const struct offer *offer, int rev);

static void put(const char *text, FILE *f)
{
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\\\", f);
		else if (*text < ' ' || *text > '~')
			fprintf(f, "\\x%02x", (unsigned char)*text);
		else
			fputc(*text, f);
	}
}

static char *escape(const char *text)
{
	char *out;
	size_t len;
	FILE *f = need(open_memstream(&out, &len));

	put(text, f);
	if (fclose(f))
		need(NULL);
	return out;
}

/* A file's name may be in any encoding */
static json_t *name_json(const char *name)
{
	json_t *json = json_string(name);
	char *text;

	if (!json) {
		text = escape(name);
		json = json_string(text);
		free(text);
	}
	return need(json);
}

static bool __attribute__((format(printf, 2, 3))) bad(char *why, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, WHY_LEN, fmt, args);
	va_end(args);
	return false;
}

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
	return true;
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
	    !get_array(entry, where, "revisions", &revisions, why))
		return false;
	offer->def = def;
	for (size_t i = 0; i < json_array_size(revisions); i++) {
		snprintf(where, sizeof(where), "models[%zu].revisions[%zu].", n, i);
		if (!read_revision(offer, json_array_get(revisions, i), where, why))
			return false;
	}
	return true;
}

static bool read_host(struct host *host, const json_t *root, char *why)
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

/*
 * The bytes of a file, MAX_PROBE + 1 at most; -1 with the reason if there are
 * none. A FIFO that no one writes to is empty, it does not stop the others.
 */
static ssize_t read_bytes(const char *path, char *buf, char *why)
{
	size_t len = 0;
	struct stat st;
	ssize_t n = 0;
	int fd;

	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0) {
		bad(why, "%s", strerror(errno));
		return -1;
	}
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > MAX_PROBE) {
		len = MAX_PROBE + 1;
	} else {
		/* Now that it is open: a pipe that is written to is waited for */
		fcntl(fd, F_SETFL, 0);
		while (len <= MAX_PROBE && (n = read(fd, buf + len, MAX_PROBE + 1 - len)) > 0)
			len += n;
	}
	if (n < 0)
		bad(why, "%s", strerror(errno));
	else if (!len)
		bad(why, "empty");
	else if (len > MAX_PROBE)
		bad(why, "more than %d bytes", MAX_PROBE);
	close(fd);
	return n < 0 || !len || len > MAX_PROBE ? -1 : (ssize_t)len;
}

static bool read_file(struct host *host, const char *path, char *why)
{
	static char buf[MAX_PROBE + 1];
	ssize_t len = read_bytes(path, buf, why);
	json_error_t error;
	json_t *root;
	bool ret;

	if (len < 0)
		return false;
	root = json_loadb(buf, len, JSON_REJECT_DUPLICATES, &error);
	if (!root)
		return bad(why, "not JSON: line %d, column %d: %s", error.line, error.column,
			   error.text);
	ret = read_host(host, root, why);
	json_decref(root);
	return ret;
}

static void skip(struct fleet *fleet, const char *file, const char *why)
{
	char *file_text = escape(file), *why_text = escape(why);
	json_t *json = need(json_object());

	vc_error("%s: %s", file_text, why_text);
	set(json, "file", name_json(file));
	set(json, "reason", json_string(why_text));
	append(fleet->skipped, json);
	free(file_text);
	free(why_text);
}

static void add_file(struct fleet *fleet, const char *path)
{
	struct host host = { .file = path };
	char why[WHY_LEN];

	if (!read_file(&host, path, why)) {
		skip(fleet, path, why);
		return;
	}
	fleet->hosts = vc_grow(fleet->hosts, fleet->nr_hosts, sizeof(host));
	fleet->hosts[fleet->nr_hosts++] = host;
}

/* By kernel, then by file; numbers in both count as numbers */
static int order_hosts(const void *a, const void *b)
{
	const struct host *x = a, *y = b;
	int ret = strverscmp(x->kernel, y->kernel);

	return ret ? ret : strverscmp(x->file, y->file);
}

static int barred_key(const struct offer *offer, int rev)
{
	return offer->is && !(offer->says[rev] & CAN) ? offer->says[rev] : -1;
}

static int default_key(const struct offer *offer, int rev)
{
	return offer->is && offer->def == rev ? 0 : -1;
}

static int missing_key(const struct offer *offer, int rev)
{
	(void)rev;
	return offer->is ? -1 : 0;
}

static json_t *host_json(struct host *host)
{
	if (!host->json) {
		host->json = need(json_object());
		set(host->json, "file", name_json(host->file));
		set(host->json, "host", json_string(host->name));
	}
	return json_incref(host->json);
}

/* The first host of a group, whose key, if it is of one, says why it bars */
static json_t *new_group(const struct host *host, key_fn key, int say)
{
	json_t *group = need(json_object());

	set(group, "kernel", json_string(host->kernel));
	if (key == barred_key) {
		set(group, "iidr", say ? json_string(iidr_words[IIDR(say) - 1]) : json_null());
		set(group, "attribute",
		    say ? json_string(attribute_words[ATTRIBUTE(say) - 1]) : json_null());
	}
	return group;
}

/* The hosts of one kernel that say the same make one group */
static json_t *make_groups(struct fleet *fleet, enum model model, int rev, key_fn key)
{
	json_t *groups = need(json_array());

	for (size_t i = 0, next; i < fleet->nr_hosts; i = next) {
		json_t *group[NR_SAYS] = { }, *named[NR_SAYS];
		size_t count[NR_SAYS] = { };

		for (next = i; next < fleet->nr_hosts; next++) {
			struct host *host = &fleet->hosts[next];
			int k = key(&host->offers[model], rev);

			if (strcmp(host->kernel, fleet->hosts[i].kernel))
				break;
			if (k < 0)
				continue;
			if (!group[k]) {
				group[k] = new_group(host, key, k);
				named[k] = need(json_array());
				append(groups, group[k]);
			}
			if (count[k]++ < MAX_SHOWN || fleet->all)
				append(named[k], host_json(host));
		}
		for (int k = 0; k < NR_SAYS; k++) {
			if (group[k]) {
				set(group[k], "count", json_integer(count[k]));
				set(group[k], "hosts", named[k]);
			}
		}
	}
	return groups;
}

static json_t *make_model(struct fleet *fleet, enum model model)
{
	size_t can[NR_REVISIONS] = { }, iidr[NR_REVISIONS] = { }, attribute[NR_REVISIONS] = { };
	size_t def[NR_REVISIONS] = { }, offered = 0;
	json_t *json = need(json_object()), *common = need(json_array());
	json_t *revisions = need(json_array()), *defaults = need(json_array()), *entry;

	for (size_t i = 0; i < fleet->nr_hosts; i++) {
		const struct offer *offer = &fleet->hosts[i].offers[model];

		offered += offer->is;
		def[offer->def] += offer->is;
		for (int rev = 0; rev < NR_REVISIONS; rev++) {
			unsigned int say = offer->says[rev];

			can[rev] += !!(say & CAN);
			iidr[rev] += say & CAN && IIDR(say) == WORD_TAKEN;
			attribute[rev] += say & CAN && ATTRIBUTE(say) == WORD_TAKEN;
		}
	}

	for (int rev = 0; rev < NR_REVISIONS; rev++) {
		if (can[rev]) {
			if (can[rev] == offered)
				append(common, json_integer(rev));
			entry = need(json_object());
			set(entry, "revision", json_integer(rev));
			set(entry, "count", json_integer(can[rev]));
			set(entry, "iidr", json_integer(iidr[rev]));
			set(entry, "attribute", json_integer(attribute[rev]));
			set(entry, "barred", make_groups(fleet, model, rev, barred_key));
			append(revisions, entry);
		}
		if (def[rev]) {
			entry = need(json_object());
			set(entry, "revision", json_integer(rev));
			set(entry, "count", json_integer(def[rev]));
			set(entry, "groups", make_groups(fleet, model, rev, default_key));
			append(defaults, entry);
		}
	}

	set(json, "model", json_string(model_names[model]));
	set(json, "offered", json_integer(offered));
	set(json, "not_offered",
	    offered ? make_groups(fleet, model, 0, missing_key) : json_array());
	set(json, "common", common);
	set(json, "revisions", revisions);
	set(json, "defaults", defaults);
	return json;
}

static json_t *make_answer(struct fleet *fleet)
{
	json_t *json = need(json_object()), *models = need(json_array());

	if (fleet->nr_hosts)
		qsort(fleet->hosts, fleet->nr_hosts, sizeof(*fleet->hosts), order_hosts);
	for (int i = 0; i < NR_MODELS; i++)
		append(models, make_model(fleet, i));

	set(json, "format", json_string("vgic-common"));
	set(json, "version", json_integer(1));
	set(json, "hosts", json_integer(fleet->nr_hosts));
	set(json, "skipped", fleet->skipped);
	set(json, "models", models);
	return json;
}

static void print_host(const json_t *host)
{
	put(string(host, "file"), stdout);
	fputs(" (", stdout);
	put(string(host, "host"), stdout);
	putchar(')');
}

static void print_kernel(const json_t *group)
{
	printf(", kernel ");
	put(string(group, "kernel"), stdout);
	if (string(group, "iidr"))
		printf(", GICD_IIDR %s, attribute %s", string(group, "iidr"),
		       string(group, "attribute"));
	else if (json_object_get(group, "iidr"))
		printf(", not listed");
}

/* A line for each group, which begins with @head; or also one for each host */
static void print_groups(const char *head, const json_t *groups, bool all)
{
	for (size_t i = 0; i < json_array_size(groups); i++) {
		const json_t *group = json_array_get(groups, i);
		const json_t *hosts = json_object_get(group, "hosts");
		size_t count = number(group, "count"), named = json_array_size(hosts);

		printf("%s %zu host%s", head, count, plural(count));
		print_kernel(group);
		for (size_t j = 0; j < named; j++) {
			if (all)
				printf("\n%s ", head);
			else
				printf("%s ", j ? "," : ":");
			print_host(json_array_get(hosts, j));
			if (all)
				print_kernel(group);
		}
		if (count > named)
			printf(" and %zu more", count - named);
		putchar('\n');
	}
}

static void print_revisions(const char *name, const json_t *model, bool all)
{
	const json_t *revisions = json_object_get(model, "revisions");
	size_t offered = number(model, "offered");
	char head[80];

	for (size_t i = 0; i < json_array_size(revisions); i++) {
		const json_t *entry = json_array_get(revisions, i);
		size_t rev = number(entry, "revision"), count = number(entry, "count");

		printf("%s: revision %zu: ", name, rev);
		if (count == offered)
			printf("common; through GICD_IIDR on %zu of %zu, the attribute on %zu\n",
			       number(entry, "iidr"), offered, number(entry, "attribute"));
		else
			printf("barred by %zu of %zu hosts\n", offered - count, offered);
		snprintf(head, sizeof(head), "%s: revision %zu: barred by", name, rev);
		print_groups(head, json_object_get(entry, "barred"), all);
	}
}

static void print_defaults(const char *name, const json_t *model, bool all)
{
	const json_t *defaults = json_object_get(model, "defaults");
	size_t nr = json_array_size(defaults), offered = number(model, "offered");
	char head[80];

	for (size_t i = 0; i < nr; i++) {
		const json_t *entry = json_array_get(defaults, i);

		snprintf(head, sizeof(head), "%s: default revision %zu:", name,
			 number(entry, "revision"));
		printf("%s %zu of %zu host%s\n", head, number(entry, "count"), offered,
		       plural(offered));
		/* Which hosts have it matters only where others have another one */
		if (nr > 1)
			print_groups(head, json_object_get(entry, "groups"), all);
	}
	if (nr > 1)
		printf("%s: defaults differ: a VM with no revision chosen changes on a move\n",
		       name);
	if (!strcmp(name, model_names[GICV2]))
		printf("%s: a VM with no revision chosen loses its groups on every move\n", name);
}

static void print_model(const json_t *model, size_t nr_hosts, bool all)
{
	const json_t *common = json_object_get(model, "common");
	const char *name = string(model, "model");
	size_t offered = number(model, "offered");
	char head[80];

	if (!offered) {
		printf("%s: offered by none of %zu host%s\n", name, nr_hosts, plural(nr_hosts));
		return;
	}
	printf("%s: offered by %zu of %zu host%s", name, offered, nr_hosts, plural(nr_hosts));
	if (offered < nr_hosts)
		printf("; a VM with a %s cannot go to the other%s", name,
		       plural(nr_hosts - offered));
	putchar('\n');
	snprintf(head, sizeof(head), "%s: not offered by", name);
	print_groups(head, json_object_get(model, "not_offered"), all);

	printf("%s: common revisions:", name);
	for (size_t i = 0; i < json_array_size(common); i++)
		printf(" %d", (int)json_integer_value(json_array_get(common, i)));
	puts(json_array_size(common) ? "" : " none");
	print_revisions(name, model, all);
	print_defaults(name, model, all);
}

static void print_answer(const json_t *answer, bool all)
{
	const json_t *models = json_object_get(answer, "models");
	size_t hosts = number(answer, "hosts");
	size_t skipped = json_array_size(json_object_get(answer, "skipped"));

	printf("files: %zu read, %zu skipped\n", hosts, skipped);
	for (size_t i = 0; hosts && i < json_array_size(models); i++)
		print_model(json_array_get(models, i), hosts, all);
}

static int verdict(const json_t *answer)
{
	const json_t *models = json_object_get(answer, "models");
	bool some = false, all = true;

	if (!number(answer, "hosts")) {
		vc_error("common: no file is left");
		return VC_BAD;
	}
	for (size_t i = 0; i < json_array_size(models); i++) {
		const json_t *model = json_array_get(models, i);

		if (!number(model, "offered"))
			continue;
		some = true;
		all &= json_array_size(json_object_get(model, "common")) > 0;
	}
	if (json_array_size(json_object_get(answer, "skipped")))
		return VC_BAD;
	return some && all ? VC_SAME : VC_CHANGED;
}

static void add_name(struct fleet *fleet, const char *name)
{
	fleet->files = vc_grow(fleet->files, fleet->nr_files, sizeof(*fleet->files));
	fleet->files[fleet->nr_files++] = need(strdup(name));
}

/* Names of files, one a line */
static void add_list(struct fleet *fleet, const char *list)
{
	FILE *f = strcmp(list, "-") ? fopen(list, "re") : stdin;
	char name[PATH_MAX];
	size_t len = 0, line = 1;
	int c;

	if (!f)
		vc_die(VC_BAD, "cannot read %s: %s", list, strerror(errno));
	do {
		c = getc_unlocked(f);
		if (c != '\n' && c != EOF) {
			if (!c)
				vc_die(VC_BAD, "%s: line %zu has a NUL; names are one a line",
				       list, line);
			if (len == sizeof(name) - 1)
				vc_die(VC_BAD, "%s: line %zu is too long for a name", list, line);
			name[len++] = c;
			continue;
		}
		name[len] = 0;
		if (len)
			add_name(fleet, name);
		len = 0;
		line++;
	} while (c != EOF);
	if (ferror(f))
		vc_die(VC_BAD, "cannot read %s: %s", list, strerror(errno));
	if (f != stdin)
		fclose(f);
}

static void free_fleet(struct fleet *fleet)
{
	for (size_t i = 0; i < fleet->nr_hosts; i++) {
		free(fleet->hosts[i].name);
		free(fleet->hosts[i].kernel);
		json_decref(fleet->hosts[i].json);
	}
	for (size_t i = 0; i < fleet->nr_files; i++)
		free(fleet->files[i]);
	free(fleet->hosts);
	free(fleet->files);
}

/**
 * cmd_common - the revisions that a VM can have on every host of a fleet
 * @argc: how many arguments
 * @argv: the arguments
 *
 * Return: VC_SAME, VC_CHANGED if a model has no common revision or no host offers
 * any, or VC_BAD if a file was skipped; ends the program if the arguments are bad
 */
int cmd_common(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "all", no_argument, NULL, 'a' },
		{ "files-from", required_argument, NULL, 'f' },
		{ }
	};
	struct fleet fleet = { };
	bool is_json = false, stdin_used = false;
	json_t *answer;
	int opt, ret;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 'j':
			is_json = true;
			break;
		case 'a':
			fleet.all = true;
			break;
		case 'f':
			if (!strcmp(optarg, "-")) {
				if (stdin_used)
					vc_die(VC_BAD, "common: standard input is named twice");
				stdin_used = true;
			}
			add_list(&fleet, optarg);
			break;
		default:
			return VC_BAD;
		}
	}
	for (int i = optind; i < argc; i++) {
		const char *file = argv[i];

		if (!strcmp(file, "-")) {
			if (stdin_used)
				vc_die(VC_BAD, "common: standard input is named twice");
			stdin_used = true;
			file = "/dev/stdin";
		}
		add_name(&fleet, file);
	}
	if (!fleet.nr_files)
		vc_die(VC_BAD, "common: no file is named");

	fleet.skipped = need(json_array());
	for (size_t i = 0; i < fleet.nr_files; i++)
		add_file(&fleet, fleet.files[i]);
	answer = make_answer(&fleet);
	if (is_json)
		print_json(answer);
	else
		print_answer(answer, fleet.all);
	ret = verdict(answer);
	json_decref(answer);
	free_fleet(&fleet);
	return ret;
}
