// SPDX-License-Identifier: GPL-2.0-only
/*
 * The state of a VM's vGIC as a file. What it looks like is in vgic_compat(1).
 *
 * There is one way to write a given state, and the reader takes nothing else: it
 * knows which line comes next. A file from elsewhere, cut short or altered is
 * refused before anything is made of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "vgic_compat.h"

#define FORMAT_VERSION	"1"
#define MAX_GIVEN	256	/* descriptors of its own that a program may be started with */

/* Where in a text the reader is */
struct reader {
	const char	*next;
	const char	*end;
	unsigned int	line_nr;	/* of the line below, which was read last */
	unsigned int	taken;		/* how many lines were taken */
	char		line[256];
	char		*why;
	size_t		why_len;
	bool		bad;
};

static void __attribute__((format(printf, 2, 3))) bad(struct reader *r, const char *fmt, ...)
{
	va_list args;
	int len;

	if (r->bad)
		return;
	r->bad = true;
	len = snprintf(r->why, r->why_len, "line %u: ", r->line_nr);
	va_start(args, fmt);
	vsnprintf(r->why + len, r->why_len - len, fmt, args);
	va_end(args);
}

/* Look at the next line, if it is one of the file's own kind */
static bool peek(struct reader *r)
{
	const char *nl;
	size_t len;

	r->line_nr = r->taken + 1;
	if (r->bad || r->next == r->end) {
		bad(r, "the file ends too early");
		return false;
	}
	nl = memchr(r->next, '\n', r->end - r->next);
	if (!nl) {
		bad(r, "the last line has no end");
		return false;
	}
	len = nl - r->next;
	if (len >= sizeof(r->line)) {
		bad(r, "the line is too long");
		return false;
	}
	for (size_t i = 0; i < len; i++)
		if (r->next[i] < ' ' || r->next[i] > '~') {
			bad(r, "there is a byte that is not text");
			return false;
		}
	memcpy(r->line, r->next, len);
	r->line[len] = 0;
	return true;
}

static void advance(struct reader *r)
{
	r->next += strlen(r->line) + 1;
	r->taken++;
}

/* The rest of the next line, which has to begin with @prefix */
static const char *expect(struct reader *r, const char *prefix)
{
	if (!peek(r))
		return NULL;
	if (strncmp(r->line, prefix, strlen(prefix))) {
		bad(r, "expected '%s', found '%.60s'", prefix, r->line);
		return NULL;
	}
	advance(r);
	return r->line + strlen(prefix);
}

static unsigned int expect_number(struct reader *r, const char *prefix, unsigned int min,
				  unsigned int max)
{
	const char *text = expect(r, prefix);
	unsigned int val = min;

	if (text && !vc_number(text, min, max, &val))
		bad(r, "%shas to be from %u to %u", prefix, min, max);
	return val;
}

/* Is it @digits hexadecimal digits, and nothing else? */
static bool parse_hex(const char *text, int digits, uint64_t *val)
{
	if (strspn(text, "0123456789abcdef") != (size_t)digits || text[digits])
		return false;
	*val = strtoull(text, NULL, 16);
	return true;
}

static void reg_prefix(const struct reg *reg, const char *what, char *prefix, size_t len)
{
	snprintf(prefix, len, "%s %s %d 0x%04x %s 0x", what, kind_names[reg->kind], reg->vcpu,
		 reg->offset, reg->name);
}

static void parse_reg(struct reader *r, const struct reg *reg, const char *what, uint64_t *val)
{
	char prefix[80];
	const char *text;

	reg_prefix(reg, what, prefix, sizeof(prefix));
	text = expect(r, prefix);
	if (text && !parse_hex(text, reg->wide ? 16 : 8, val))
		bad(r, "%s has to have %d hexadecimal digits", reg->name, reg->wide ? 16 : 8);
}

/* Numbers and words between single spaces, all of the line */
static int split(char *line, char **word, int max)
{
	int n = 0;

	for (char *p = line; p; n++) {
		if (n < max)
			word[n] = p;
		p = strchr(p, ' ');
		if (p)
			*p++ = 0;
	}
	return n;
}

static void parse_line(struct reader *r, struct state *s)
{
	struct line *prev = s->nr_lines ? &s->lines[s->nr_lines - 1] : NULL;
	unsigned int vcpu, intid;
	char *word[3];

	if (split(r->line, word, 3) != 3 ||
	    !vc_number(word[1], 0, s->vcpus - 1, &vcpu) ||
	    !vc_number(word[2], NR_SGIS, s->irqs - 1, &intid) ||
	    (intid >= NR_PRIVATE && vcpu) ||
	    (prev && (prev->vcpu > (int)vcpu ||
		      (prev->vcpu == (int)vcpu && prev->intid >= intid)))) {
		bad(r, "no line of a vCPU of this VM, or not in order");
		return;
	}
	state_add_line(s, vcpu, intid);
}

/* At most one of each vCPU */
static void parse_held(struct reader *r, struct state *s)
{
	struct held *prev = s->nr_held ? &s->held[s->nr_held - 1] : NULL;
	unsigned int vcpu, intid, group;
	char *word[4];

	if (split(r->line, word, 4) != 4 ||
	    !vc_number(word[1], 0, s->vcpus - 1, &vcpu) ||
	    !vc_number(word[2], 0, s->irqs - 1, &intid) ||
	    !vc_number(word[3], 0, 1, &group) ||
	    (prev && prev->vcpu >= (int)vcpu)) {
		bad(r, "no interrupt that a vCPU of this VM holds, or not in order");
		return;
	}
	state_add_held(s, &(struct held) { vcpu, intid, group });
}

static void parse_arrival(struct reader *r, struct state *s)
{
	struct arrival *prev = s->nr_arrivals ? &s->arrivals[s->nr_arrivals - 1] : NULL;
	unsigned int phase, vcpu, intid, group, count;
	struct arrival a;
	char *word[7];

	if (split(r->line, word, 7) != 7 ||
	    !vc_number(word[1], 1, NR_PHASES, &phase) ||
	    !vc_number(word[2], 0, s->vcpus - 1, &vcpu) ||
	    !vc_number(word[3], 0, s->irqs - 1, &intid) ||
	    (strcmp(word[4], "irq") && strcmp(word[4], "fiq")) ||
	    !vc_number(word[5], 0, 1, &group) ||
	    !vc_number(word[6], 1, 1000000, &count)) {
		bad(r, "no arrival of an interrupt of this VM");
		return;
	}
	a = (struct arrival) { phase, vcpu, intid, *word[4] == 'f', group, count };
	if (prev && arrival_order(prev, &a) >= 0) {
		bad(r, "arrivals are not in order");
		return;
	}
	state_add_arrival(s, &a);
}

/* All lines that begin with @word, which parse() takes to pieces */
static void parse_all(struct reader *r, struct state *s, const char *word,
		      void (*parse)(struct reader *r, struct state *s))
{
	while (!r->bad && peek(r) && !strncmp(r->line, word, strlen(word))) {
		const char *next = r->next + strlen(r->line) + 1;

		parse(r, s);
		r->next = next;
		r->taken++;
	}
}

static enum model parse_model(struct reader *r)
{
	const char *text = expect(r, "model ");

	for (int i = 0; text && i < NR_MODELS; i++)
		if (!strcmp(text, model_names[i]))
			return i;
	bad(r, "no such model");
	return GICV2;
}

static bool parse_yes(struct reader *r, const char *prefix)
{
	const char *text = expect(r, prefix);

	if (text && strcmp(text, "yes") && strcmp(text, "no"))
		bad(r, "%shas to be yes or no", prefix);
	return text && *text == 'y';
}

static void parse_header(struct reader *r, struct state *s)
{
	unsigned int vcpus, irqs, revision;
	char kernel[sizeof(s->kernel)];
	enum model model;
	const char *text;
	bool chosen;

	text = expect(r, "vgic-state ");
	if (text && strcmp(text, FORMAT_VERSION))
		bad(r, "format %.20s is not known, only " FORMAT_VERSION " is", text);
	text = expect(r, "kernel ");
	if (text && (!*text || strlen(text) >= sizeof(kernel)))
		bad(r, "no name of a kernel");
	if (r->bad)
		return;
	snprintf(kernel, sizeof(kernel), "%s", text);
	model = parse_model(r);
	revision = expect_number(r, "revision ", 0, NR_REVISIONS - 1);
	chosen = parse_yes(r, "chosen ");
	vcpus = expect_number(r, "vcpus ", 1, max_vcpus(model));
	irqs = expect_number(r, "irqs ", MIN_IRQS, MAX_IRQS);
	if (irqs % 32)
		bad(r, "irqs has to be a multiple of 32");
	if (r->bad)
		return;

	state_init(s, model, vcpus, irqs);
	snprintf(s->kernel, sizeof(s->kernel), "%s", kernel);
	s->revision = revision;
	s->chosen = chosen;
	s->seed = expect_number(r, "seed ", 0, UINT32_MAX);
}

static void parse_body(struct reader *r, struct state *s)
{
	struct reg *iidr;

	for (size_t i = 0; i < s->nr_regs && !r->bad; i++)
		if (s->regs[i].is_saved)
			parse_reg(r, &s->regs[i], "reg", &s->regs[i].saved);
	parse_all(r, s, "line ", parse_line);
	parse_all(r, s, "holds ", parse_held);
	for (size_t i = 0; i < s->nr_regs && !r->bad; i++)
		if (s->regs[i].is_seen)
			parse_reg(r, &s->regs[i], "sees", &s->regs[i].seen);
	parse_all(r, s, "arrives ", parse_arrival);

	iidr = state_reg(s, "GICD_IIDR", 0);
	if (!r->bad && (iidr->seen >> 12 & 0xf) != s->revision)
		bad(r, "the revision is not the one in GICD_IIDR");
}

static uint32_t checksum(const char *text, size_t len)
{
	return crc32(crc32(0, NULL, 0), (const unsigned char *)text, len);
}

/**
 * state_parse - read a state from a text
 * @s: what is filled in; to be freed with state_free(), whatever is returned
 * @text: the text
 * @len: how many bytes
 * @why: where the reason goes if it is none
 * @why_len: how many bytes are there
 *
 * Return: true, or false if the text is not a state, all of it
 */
bool state_parse(struct state *s, const char *text, size_t len, char *why, size_t why_len)
{
	struct reader r = { .next = text, .end = text + len, .why = why, .why_len = why_len };
	const char *sum;
	uint64_t val = 0;

	memset(s, 0, sizeof(*s));
	if (len > MAX_FILE) {
		bad(&r, "the file has more than %d bytes", MAX_FILE);
		return false;
	}
	parse_header(&r, s);
	if (!r.bad)
		parse_body(&r, s);
	len = r.next - text;
	sum = expect(&r, "checksum 0x");
	if (sum && !parse_hex(sum, 8, &val))
		bad(&r, "a checksum has eight hexadecimal digits");
	if (!r.bad && r.next != r.end)
		bad(&r, "there is something after the checksum");
	if (!r.bad && checksum(text, len) != val)
		bad(&r, "the checksum is wrong: the file was altered");
	return !r.bad;
}

/**
 * state_read - read a state from a file
 * @s: what is filled in; to be freed with state_free()
 * @path: its name, or "-" for standard input
 *
 * Ends the program if the file cannot be read, or has no state in it.
 */
void state_read(struct state *s, const char *path)
{
	char *text = malloc(MAX_FILE + 1), why[200];
	ssize_t len;

	if (!text)
		vc_die(VC_CANNOT, "out of memory");
	len = vc_read(path, text, MAX_FILE + 1);
	if (len < 0)
		vc_die(VC_BAD, "cannot read %s: %s", path, strerror(errno));
	if (!state_parse(s, text, len, why, sizeof(why)))
		vc_die(VC_BAD, "%s is not a good vgic-state file: %s", path, why);
	free(text);
}

static void print_text(const struct state *s, FILE *f)
{
	char prefix[80];

	fprintf(f, "vgic-state %s\nkernel %s\nmodel %s\nrevision %u\nchosen %s\n",
		FORMAT_VERSION, s->kernel, model_names[s->model], s->revision,
		s->chosen ? "yes" : "no");
	fprintf(f, "vcpus %d\nirqs %u\nseed %u\n", s->vcpus, s->irqs, s->seed);
	for (size_t i = 0; i < s->nr_regs; i++) {
		if (!s->regs[i].is_saved)
			continue;
		reg_prefix(&s->regs[i], "reg", prefix, sizeof(prefix));
		fprintf(f, "%s%0*llx\n", prefix, s->regs[i].wide ? 16 : 8,
			(unsigned long long)s->regs[i].saved);
	}
	for (size_t i = 0; i < s->nr_lines; i++)
		fprintf(f, "line %d %u\n", s->lines[i].vcpu, s->lines[i].intid);
	for (size_t i = 0; i < s->nr_held; i++)
		fprintf(f, "holds %d %u %d\n", s->held[i].vcpu, s->held[i].intid,
			s->held[i].group);
	for (size_t i = 0; i < s->nr_regs; i++) {
		if (!s->regs[i].is_seen)
			continue;
		reg_prefix(&s->regs[i], "sees", prefix, sizeof(prefix));
		fprintf(f, "%s%0*llx\n", prefix, s->regs[i].wide ? 16 : 8,
			(unsigned long long)s->regs[i].seen);
	}
	for (size_t i = 0; i < s->nr_arrivals; i++) {
		const struct arrival *a = &s->arrivals[i];

		fprintf(f, "arrives %d %d %u %s %d %u\n", a->phase, a->vcpu, a->intid,
			a->fiq ? "fiq" : "irq", a->group, a->count);
	}
}

/**
 * state_print - print a state as state_parse() reads it
 * @s: the state
 * @f: where to
 */
void state_print(const struct state *s, FILE *f)
{
	char *text;
	size_t len;
	FILE *mem = open_memstream(&text, &len);

	if (!mem)
		vc_die(VC_CANNOT, "out of memory");
	print_text(s, mem);
	if (fclose(mem))
		vc_die(VC_CANNOT, "out of memory");
	fprintf(f, "%schecksum 0x%08x\n", text, checksum(text, len));
	free(text);
}

static void __attribute__((noreturn)) write_failed(const char *path)
{
	vc_die(VC_BAD, "cannot write %s: %s", path, strerror(errno));
}

static bool write_all(FILE *f, const char *text, size_t len)
{
	return fwrite(text, 1, len, f) == len && !fflush(f);
}

/*
 * Write it under a name that no one else has, so that there is never half a file of
 * this name; with the mode of the one that it replaces, or that of a new one
 */
static void replace_file(const char *path, mode_t mode, const char *text, size_t len)
{
	const char *slash = strrchr(path, '/');
	char new[PATH_MAX + 24];
	FILE *f = NULL;
	int fd, err;

	snprintf(new, sizeof(new), "%.*s.vgic_compat.XXXXXX",
		 slash ? (int)(slash + 1 - path) : 0, path);
	fd = mkostemp(new, O_CLOEXEC);
	if (fd < 0)
		write_failed(path);
	if (!fchmod(fd, mode))
		f = fdopen(fd, "w");
	if (f && write_all(f, text, len) && !fsync(fd) && !fclose(f) && !rename(new, path))
		return;
	err = errno;
	unlink(new);
	errno = err;
	write_failed(path);
}

/*
 * In a folder where others may make files, a name that is there already may be a trap: a
 * link to a file elsewhere, or a file whose owner goes on to write to it
 */
static bool is_trap(const char *path, const struct stat *st)
{
	char *copy = strdup(path);
	struct stat folder;
	bool trap;

	if (!copy)
		vc_die(VC_CANNOT, "out of memory");
	trap = stat(dirname(copy), &folder) ||
	       (folder.st_mode & (0022 | S_ISVTX) && st->st_uid != geteuid() &&
		st->st_uid != folder.st_uid);
	free(copy);
	return trap;
}

static bool is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/*
 * The descriptor through which this program was given a file to write to, as /dev/stdout
 * is, or -1. If the file were replaced, what others write to it would be lost.
 */
static int given_to_write(const struct stat *st)
{
	struct stat is;

	for (int fd = 0; fd < MAX_GIVEN; fd++)
		if (!fstat(fd, &is) && is_same_file(&is, st) &&
		    (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY)
			return fd;
	return -1;
}

/**
 * file_is_stdout - find out whether a file gets what standard output gets
 * @path: its name, or "-" for standard output
 *
 * Return: whether it does; not of /dev/null, which has nothing, whoever writes to it
 */
bool file_is_stdout(const char *path)
{
	struct stat st, is;

	if (!strcmp(path, "-"))
		return true;
	return !stat(path, &st) && !fstat(STDOUT_FILENO, &is) && is_same_file(&st, &is) &&
	       (!S_ISCHR(st.st_mode) || isatty(STDOUT_FILENO));
}

/**
 * file_write - write a file, or nothing of it
 * @path: its name
 * @text: what goes into it
 * @len: how long that is
 *
 * Ends the program if that is not possible; a file that was there before is as it was
 * then. What is no regular file, or open already, is written to as it is.
 */
void file_write(const char *path, const char *text, size_t len)
{
	char target[PATH_MAX];
	struct stat st;
	mode_t mask;
	FILE *f;
	int fd;

	if (strlen(path) >= sizeof(target))
		vc_die(VC_BAD, "the name of the file is too long");
	if (lstat(path, &st)) {
		if (errno != ENOENT)
			write_failed(path);
		mask = umask(0);
		umask(mask);
		replace_file(path, 0666 & ~mask, text, len);
		return;
	}
	if (is_trap(path, &st))
		vc_die(VC_BAD,
		       "cannot write %s: it is somebody else's, in a folder where others can write",
		       path);
	/* The kernel follows links by its own rules; one that leads nowhere is no place */
	if (stat(path, &st))
		write_failed(path);
	fd = given_to_write(&st);
	if (fd < 0 && S_ISREG(st.st_mode)) {
		if (!realpath(path, target))
			write_failed(path);
		if (is_trap(target, &st))
			vc_die(VC_BAD, "cannot write %s: it leads to %s, which is somebody else's",
			       path, target);
		replace_file(target, st.st_mode & 0777, text, len);
		return;
	}
	/* A device or a pipe stays what it is; nobody waits for a reader */
	if (fd >= 0) {
		fd = dup(fd);
	} else {
		fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
		if (fd < 0 && errno == ENXIO && S_ISFIFO(st.st_mode))
			vc_die(VC_BAD, "cannot write %s: nobody reads from it", path);
		if (fd >= 0)
			fcntl(fd, F_SETFL, 0);
	}
	f = fd < 0 ? NULL : fdopen(fd, "w");
	if (!f || !write_all(f, text, len) || fclose(f))
		write_failed(path);
}

/**
 * state_write - write a state to a file
 * @s: the state
 * @path: its name, or "-" for standard output
 *
 * Ends the program if that is not possible; there is no half a file then, and a
 * file that was there before is as it was.
 */
void state_write(const struct state *s, const char *path)
{
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		vc_die(VC_CANNOT, "out of memory");
	state_print(s, f);
	if (fclose(f))
		vc_die(VC_CANNOT, "out of memory");

	if (strcmp(path, "-"))
		file_write(path, text, len);
	else if (!write_all(stdout, text, len))
		write_failed("standard output");
	free(text);
}
