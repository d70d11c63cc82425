// SPDX-License-Identifier: GPL-2.0-only
/*
 * common: the revisions that a VM can have on every host of a fleet
 *
 * A fleet may have as many kernels as hosts, so what is said of each is printed at once
 * and not kept. Names come from other machines: in text, every byte of them that is no
 * printable ASCII is escaped.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "fleet.h"
#include "json.h"

#define MAX_SHOWN	3	/* hosts of a group that are named without --all */

struct skipped {
	const char	*file;
	char		*why;
};

/* A host of which something is said, and what of it makes groups */
struct member {
	const struct host	*host;
	unsigned int		say;
	const struct look	*look;
};

struct fleet {
	char		**files;	/* what is named, hosts or not */
	size_t		nr_files;
	struct host	*hosts;
	size_t		nr_hosts;
	struct skipped	*skipped;
	size_t		nr_skipped;
	struct member	*members;	/* room for all hosts */
	bool		all;
	bool		as_json;
};

/* How many hosts offer a model, and what of it */
struct tally {
	size_t	offered;
	size_t	can[NR_REVISIONS];
	size_t	iidr[NR_REVISIONS];
	size_t	attribute[NR_REVISIONS];
	bool	differ[NR_REVISIONS];		/* in what guests see at it */
	size_t	defaults[NR_REVISIONS];
	bool	defaults_differ[NR_REVISIONS];
	size_t	nr_defaults;			/* by number, and by what guests see */
	size_t	lose_groups;			/* of a VM with no revision chosen */
};

/* Which hosts: that do not offer the model; or of a revision */
enum kind { NOT_OFFERED, BARRED, DIFFERENT, BY_DEFAULT };

static const char * const kind_keys[] = { "not_offered", "barred", "different", "groups" };

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
static void put_json(const char *text)
{
	json_t *json = json_string(text);
	char *escaped;

	if (!json) {
		escaped = escape(text);
		json = json_string(escaped);
		free(escaped);
	}
	json_dumpf(need(json), stdout, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
	json_decref(json);
}

static void add_file(struct fleet *fleet, const char *file)
{
	char why[WHY_LEN], *name, *reason;
	struct host host;

	if (host_read(&host, file, why)) {
		fleet->hosts = vc_grow(fleet->hosts, fleet->nr_hosts, sizeof(host));
		fleet->hosts[fleet->nr_hosts++] = host;
		return;
	}
	name = escape(file);
	reason = escape(why);
	vc_error("%s: %s", name, reason);
	free(name);
	fleet->skipped = vc_grow(fleet->skipped, fleet->nr_skipped, sizeof(*fleet->skipped));
	fleet->skipped[fleet->nr_skipped++] = (struct skipped) { file, reason };
}

/* By kernel, then by file; numbers in both count as numbers */
static int order_hosts(const void *a, const void *b)
{
	const struct host *x = a, *y = b;
	int ret = strverscmp(x->kernel, y->kernel);

	return ret ? ret : strverscmp(x->file, y->file);
}

static int order_groups(const struct member *x, const struct member *y)
{
	if (x->say != y->say)
		return x->say < y->say ? -1 : 1;
	if (!x->look || !y->look)
		return !!x->look - !!y->look;
	return memcmp(x->look, y->look, sizeof(*x->look));
}

static int order_members(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	int ret = order_groups(x, y);

	return ret ? ret : x->host < y->host ? -1 : 1;
}

/* Can the guest write its groups, while KVM ignores what userspace restores? */
static bool loses_groups(const struct offer *offer, enum model model)
{
	const struct look *look = offer->looks[DEFAULT];

	if (!look)
		return model == GICV2 && offer->def >= FIRST_WRITABLE;
	return strcmp(look->words[GUEST_WROTE], look->words[RESET]) &&
	       !strcmp(look->words[GUEST_WROTE], look->words[USERSPACE_WROTE]);
}

/* A host that does not say what guests see differs from none */
static void count_look(const struct look **first, const struct look *look, bool *differ)
{
	if (!look)
		return;
	if (!*first)
		*first = look;
	*differ |= look != *first;
}

static void count_offers(struct tally *t, const struct fleet *fleet, enum model model)
{
	const struct look *first[NR_REVISIONS] = { }, *first_default[NR_REVISIONS] = { };

	memset(t, 0, sizeof(*t));
	for (size_t i = 0; i < fleet->nr_hosts; i++) {
		const struct offer *offer = &fleet->hosts[i].offers[model];
		int def = offer->def;

		if (!offer->is)
			continue;
		t->offered++;
		t->defaults[def]++;
		t->lose_groups += loses_groups(offer, model);
		count_look(&first_default[def], offer->looks[DEFAULT], &t->defaults_differ[def]);
		for (int rev = 0; rev < NR_REVISIONS; rev++) {
			unsigned int say = offer->says[rev];

			if (!(say & CAN))
				continue;
			t->can[rev]++;
			t->iidr[rev] += IIDR(say) == WORD_TAKEN;
			t->attribute[rev] += ATTRIBUTE(say) == WORD_TAKEN;
			count_look(&first[rev], offer->looks[rev], &t->differ[rev]);
		}
	}
	for (int rev = 0; rev < NR_REVISIONS; rev++)
		t->nr_defaults += !!t->defaults[rev] + t->defaults_differ[rev];
}

static bool is_common(const struct tally *t, int rev)
{
	return t->can[rev] && t->can[rev] == t->offered && !t->differ[rev];
}

static bool is_meant(const struct offer *offer, enum kind kind, int rev)
{
	switch (kind) {
	case NOT_OFFERED:
		return !offer->is;
	case BARRED:
		return offer->is && !(offer->says[rev] & CAN);
	case DIFFERENT:
		return offer->says[rev] & CAN;
	default:
		return offer->is && offer->def == rev;
	}
}

static void print_look(const struct look *look)
{
	printf(", groups ");
	put(look->words[PRIVATE_RESET], stdout);
	putchar('/');
	put(look->words[RESET], stdout);
	printf(", after writes ");
	put(look->words[GUEST_WROTE], stdout);
	putchar('/');
	put(*look->words[USERSPACE_WROTE] ? look->words[USERSPACE_WROTE] : "-", stdout);
	if (*look->words[GICR_CTLR]) {
		printf(", GICR_CTLR ");
		put(look->words[GICR_CTLR], stdout);
	}
	printf(", an SPI arrives as ");
	put(look->words[SPI_ARRIVES], stdout);
}

static void print_what(const struct member *m, enum kind kind)
{
	printf(", kernel ");
	put(m->host->kernel, stdout);
	if (kind == BARRED && m->say)
		printf(", GICD_IIDR %s, attribute %s", iidr_words[IIDR(m->say) - 1],
		       attribute_words[ATTRIBUTE(m->say) - 1]);
	else if (kind == BARRED)
		printf(", not listed");
	if (m->look)
		print_look(m->look);
}

/* A line for the group, which begins with @head; with --all also one for each host */
static void print_group(const struct member *m, size_t count, enum kind kind, const char *head,
			bool all)
{
	size_t shown = all || count < MAX_SHOWN ? count : MAX_SHOWN;

	/* cppcheck-suppress ctunullpointer; without a head they are printed as JSON */
	printf("%s %zu host%s", head, count, plural(count));
	print_what(m, kind);
	for (size_t i = 0; i < shown; i++) {
		if (all)
			printf("\n%s ", head);
		else
			printf("%s ", i ? "," : ":");
		put(m[i].host->file, stdout);
		printf(" (");
		put(m[i].host->name, stdout);
		putchar(')');
		if (all)
			print_what(m, kind);
	}
	if (count > shown)
		printf(" and %zu more", count - shown);
	putchar('\n');
}

static void print_json_look(const struct look *look)
{
	for (int i = 0; i < NR_WORDS; i++) {
		printf("%s\"%s\": ", i ? ", " : ", \"guest\": {", look_keys[i]);
		if (*look->words[i])
			put_json(look->words[i]);
		else
			printf("null");
	}
	putchar('}');
}

static void print_json_group(const struct member *m, size_t count, enum kind kind, bool all)
{
	size_t shown = all || count < MAX_SHOWN ? count : MAX_SHOWN;

	printf("{\"kernel\": ");
	put_json(m->host->kernel);
	if (kind == BARRED && m->say)
		printf(", \"iidr\": \"%s\", \"attribute\": \"%s\"", iidr_words[IIDR(m->say) - 1],
		       attribute_words[ATTRIBUTE(m->say) - 1]);
	else if (kind == BARRED)
		printf(", \"iidr\": null, \"attribute\": null");
	if (m->look)
		print_json_look(m->look);
	printf(", \"count\": %zu, \"hosts\": [", count);
	for (size_t i = 0; i < shown; i++) {
		printf("%s{\"file\": ", i ? ", " : "");
		put_json(m[i].host->file);
		printf(", \"host\": ");
		put_json(m[i].host->name);
		putchar('}');
	}
	printf("]}");
}

/*
 * The hosts of one kernel that say the same make one group; @differ: if guests see the
 * same, too. As text each line begins with @head; as JSON they are an array.
 */
static void print_groups(const struct fleet *fleet, enum model model, enum kind kind, int rev,
			 bool differ, const char *head)
{
	int place = kind == BY_DEFAULT ? DEFAULT : rev;
	struct member *members = fleet->members;
	bool first = true;
	size_t next, nr;

	if (fleet->as_json)
		printf(", \"%s\": [", kind_keys[kind]);
	for (size_t i = 0; i < fleet->nr_hosts; i = next) {
		nr = 0;
		for (next = i; next < fleet->nr_hosts; next++) {
			const struct host *host = &fleet->hosts[next];
			const struct offer *offer = &host->offers[model];

			if (strcmp(host->kernel, fleet->hosts[i].kernel))
				break;
			if (is_meant(offer, kind, rev))
				members[nr++] = (struct member) {
					host, kind == BARRED ? offer->says[rev] : 0,
					differ ? offer->looks[place] : NULL,
				};
		}
		if (nr > 1)
			qsort(members, nr, sizeof(*members), order_members);
		for (size_t j = 0, end; j < nr; j = end) {
			for (end = j + 1; end < nr; end++)
				if (order_groups(&members[j], &members[end]))
					break;
			if (!fleet->as_json) {
				print_group(&members[j], end - j, kind, head, fleet->all);
				continue;
			}
			printf("%s\n", first ? "" : ",");
			first = false;
			print_json_group(&members[j], end - j, kind, fleet->all);
		}
	}
	if (fleet->as_json)
		putchar(']');
}

static void print_json_model(const struct fleet *fleet, enum model model, const struct tally *t)
{
	const char *comma = "";

	printf("{\"model\": \"%s\", \"offered\": %zu, \"lose_groups\": %zu", model_names[model],
	       t->offered, t->lose_groups);
	if (t->offered)
		print_groups(fleet, model, NOT_OFFERED, 0, false, "");
	else
		printf(", \"not_offered\": []");
	printf(",\n\"common\": [");
	for (int rev = 0; rev < NR_REVISIONS; rev++) {
		if (!is_common(t, rev))
			continue;
		printf("%s%d", comma, rev);
		comma = ", ";
	}
	printf("],\n\"revisions\": [");
	comma = "\n";
	for (int rev = 0; rev < NR_REVISIONS; rev++) {
		if (!t->can[rev])
			continue;
		printf("%s{\"revision\": %d, \"count\": %zu, \"iidr\": %zu, \"attribute\": %zu",
		       comma, rev, t->can[rev], t->iidr[rev], t->attribute[rev]);
		print_groups(fleet, model, BARRED, rev, false, "");
		if (t->differ[rev])
			print_groups(fleet, model, DIFFERENT, rev, true, "");
		else
			printf(", \"different\": []");
		putchar('}');
		comma = ",\n";
	}
	printf("],\n\"defaults\": [");
	comma = "\n";
	for (int rev = 0; rev < NR_REVISIONS; rev++) {
		if (!t->defaults[rev])
			continue;
		printf("%s{\"revision\": %d, \"count\": %zu", comma, rev, t->defaults[rev]);
		print_groups(fleet, model, BY_DEFAULT, rev, t->defaults_differ[rev], "");
		putchar('}');
		comma = ",\n";
	}
	printf("]}");
}

static void print_json_answer(const struct fleet *fleet, const struct tally *tallies)
{
	printf("{\"format\": \"vgic-common\", \"version\": 1, \"hosts\": %zu, \"skipped\": [",
	       fleet->nr_hosts);
	for (size_t i = 0; i < fleet->nr_skipped; i++) {
		printf("%s\n{\"file\": ", i ? "," : "");
		put_json(fleet->skipped[i].file);
		printf(", \"reason\": ");
		put_json(fleet->skipped[i].why);
		putchar('}');
	}
	printf("],\n\"models\": [");
	for (int i = 0; i < NR_MODELS; i++) {
		printf("%s\n", i ? "," : "");
		print_json_model(fleet, i, &tallies[i]);
	}
	printf("]}\n");
}

static void print_revision(const struct fleet *fleet, enum model model, const struct tally *t,
			   int rev)
{
	char head[80];

	printf("%s: revision %d: ", model_names[model], rev);
	if (is_common(t, rev))
		printf("common; through GICD_IIDR on %zu of %zu, the attribute on %zu\n",
		       t->iidr[rev], t->offered, t->attribute[rev]);
	else if (t->can[rev] < t->offered)
		printf("barred by %zu of %zu hosts\n", t->offered - t->can[rev], t->offered);
	else
		printf("on %zu hosts, and guests see different things\n", t->offered);
	snprintf(head, sizeof(head), "%s: revision %d: barred by", model_names[model], rev);
	print_groups(fleet, model, BARRED, rev, false, head);
	if (!t->differ[rev])
		return;
	snprintf(head, sizeof(head), "%s: revision %d: different on", model_names[model], rev);
	print_groups(fleet, model, DIFFERENT, rev, true, head);
}

static void print_defaults(const struct fleet *fleet, enum model model, const struct tally *t)
{
	const char *name = model_names[model];
	char head[80];

	for (int rev = 0; rev < NR_REVISIONS; rev++) {
		if (!t->defaults[rev])
			continue;
		snprintf(head, sizeof(head), "%s: default revision %d:", name, rev);
		printf("%s %zu of %zu host%s\n", head, t->defaults[rev], t->offered,
		       plural(t->offered));
		/* Which hosts have it matters only where others have another one */
		if (t->nr_defaults > 1)
			print_groups(fleet, model, BY_DEFAULT, rev, t->defaults_differ[rev], head);
	}
	if (t->nr_defaults > 1)
		printf("%s: defaults differ: a VM with no revision chosen changes on a move\n",
		       name);
	if (!t->lose_groups)
		return;
	printf("%s: a VM with no revision chosen loses its groups on every move", name);
	if (t->lose_groups < t->offered)
		printf(" from %zu of %zu hosts", t->lose_groups, t->offered);
	putchar('\n');
}

static void print_model(const struct fleet *fleet, enum model model, const struct tally *t)
{
	const char *name = model_names[model];
	size_t nr_hosts = fleet->nr_hosts;
	bool any = false;
	char head[80];

	if (!t->offered) {
		printf("%s: offered by none of %zu host%s\n", name, nr_hosts, plural(nr_hosts));
		return;
	}
	printf("%s: offered by %zu of %zu host%s", name, t->offered, nr_hosts, plural(nr_hosts));
	if (t->offered < nr_hosts)
		printf("; a VM with a %s cannot go to the other%s", name,
		       plural(nr_hosts - t->offered));
	putchar('\n');
	snprintf(head, sizeof(head), "%s: not offered by", name);
	print_groups(fleet, model, NOT_OFFERED, 0, false, head);

	printf("%s: common revisions:", name);
	for (int rev = 0; rev < NR_REVISIONS; rev++) {
		if (!is_common(t, rev))
			continue;
		printf(" %d", rev);
		any = true;
	}
	puts(any ? "" : " none");
	for (int rev = 0; rev < NR_REVISIONS; rev++)
		if (t->can[rev])
			print_revision(fleet, model, t, rev);
	print_defaults(fleet, model, t);
}

static void print_answer(const struct fleet *fleet, const struct tally *tallies)
{
	printf("files: %zu read, %zu skipped\n", fleet->nr_hosts, fleet->nr_skipped);
	for (int i = 0; fleet->nr_hosts && i < NR_MODELS; i++)
		print_model(fleet, i, &tallies[i]);
}

static int verdict(const struct fleet *fleet, const struct tally *tallies)
{
	bool some = false, all = true, any;

	if (!fleet->nr_hosts) {
		vc_error("common: no file is left");
		return VC_BAD;
	}
	for (int i = 0; i < NR_MODELS; i++) {
		if (!tallies[i].offered)
			continue;
		some = true;
		any = false;
		for (int rev = 0; rev < NR_REVISIONS; rev++)
			any |= is_common(&tallies[i], rev);
		all &= any;
	}
	if (fleet->nr_skipped)
		return VC_BAD;
	return some && all ? VC_SAME : VC_CHANGED;
}

static void add_name(struct fleet *fleet, const char *name)
{
	fleet->files = vc_grow(fleet->files, fleet->nr_files, sizeof(*fleet->files));
	fleet->files[fleet->nr_files++] = need(strdup(name));
}

/* A line of a list, which other tools may have written; empty ones are passed over */
static void add_line(struct fleet *fleet, char *line, size_t len, bool is_first)
{
	const char *name;

	if (len && line[len - 1] == '\r')
		len--;
	line[len] = 0;
	name = is_first ? vc_text(line) : line;
	/* Standard input is for arguments */
	if (!strcmp(name, "-"))
		name = "./-";
	if (*name)
		add_name(fleet, name);
}

/* Names of files, one a line */
static void add_list(struct fleet *fleet, const char *list)
{
	int fd = vc_open(list), c;
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	char name[PATH_MAX + 4];
	size_t len = 0, line = 1;

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
		add_line(fleet, name, len, line == 1);
		len = 0;
		line++;
	} while (c != EOF);
	if (ferror(f))
		vc_die(VC_BAD, "cannot read %s: %s", list, strerror(errno));
	fclose(f);
}

static void free_fleet(struct fleet *fleet)
{
	for (size_t i = 0; i < fleet->nr_hosts; i++) {
		free(fleet->hosts[i].name);
		free(fleet->hosts[i].kernel);
	}
	for (size_t i = 0; i < fleet->nr_skipped; i++)
		free(fleet->skipped[i].why);
	for (size_t i = 0; i < fleet->nr_files; i++)
		free(fleet->files[i]);
	free(fleet->hosts);
	free(fleet->skipped);
	free(fleet->members);
	free(fleet->files);
	fleet_free();
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
	struct tally tallies[NR_MODELS];
	struct fleet fleet = { };
	bool stdin_used = false;
	int opt, ret;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 'j':
			fleet.as_json = true;
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

	for (size_t i = 0; i < fleet.nr_files; i++)
		add_file(&fleet, fleet.files[i]);
	if (fleet.nr_hosts)
		qsort(fleet.hosts, fleet.nr_hosts, sizeof(*fleet.hosts), order_hosts);
	fleet.members = need(calloc(fleet.nr_hosts + 1, sizeof(*fleet.members)));
	for (int i = 0; i < NR_MODELS; i++)
		count_offers(&tallies[i], &fleet, i);
	if (fleet.as_json)
		print_json_answer(&fleet, tallies);
	else
		print_answer(&fleet, tallies);
	ret = verdict(&fleet, tallies);
	free_fleet(&fleet);
	return ret;
}
