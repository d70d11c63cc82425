// SPDX-License-Identifier: GPL-2.0-only
/*
 * probe: which revisions can a VM of this host have, and what does each one mean
 * to a guest? Nothing is taken from a table: a VM is made for each revision, and
 * its guest looks.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "json.h"
#include "vm.h"

/* Those that have a meaning; a revision above them shows only if it is taken */
#define NR_KNOWN	4

#define IRQS		64
#define SPI		32
#define BY_GUEST	0xa5a5a5a5
#define BY_USERSPACE	0x3c3c3c3c

/* What a guest sees at one revision */
struct look {
	uint32_t	private_reset;	/* the group register of SGIs and PPIs */
	uint32_t	reset;		/* that of the first SPIs */
	uint32_t	guest_wrote;
	bool		access;		/* of userspace, to the registers */
	uint32_t	user_wrote;	/* if it has access */
	uint32_t	gicr_ctlr;
	struct arrival	arrival;	/* count 0: it did not */
};

struct revision {
	enum choice	iidr;
	enum choice	attr;
	struct look	look;
};

struct probe {
	unsigned int	by_default;
	struct look	look;		/* of a VM whose VMM chooses none */
	struct revision	revisions[NR_REVISIONS];
};

static bool can(const struct revision *r)
{
	return r->iidr == TAKEN || r->attr == TAKEN;
}

static void new_vm(struct vm *vm, struct state *s, int kvm, enum model model)
{
	vm_create(vm, kvm, model, 1, IRQS);
	state_init(s, model, 1, IRQS);
	vm->state = s;
}

static void end_vm(struct vm *vm, struct state *s)
{
	vm_free(vm);
	state_free(s);
}

static void choose_again(struct vm *vm, bool chosen, unsigned int rev)
{
	if (chosen && vm_choose(vm, rev) != TAKEN)
		vc_die(VC_CANNOT, "revision %u is taken once and not again", rev);
}

/* Let a guest whose groups are as they are at reset take an SPI */
static void look_at_arrival(struct look *look, int kvm, enum model model, bool chosen,
			    unsigned int rev)
{
	const struct reg *r;
	struct state s;
	struct vm vm;

	new_vm(&vm, &s, kvm, model);
	choose_again(&vm, chosen, rev);
	r = state_reg(&s, "GICD_CTLR", 0);
	vm_guest_write(&vm, r, r->offset, 3);
	vm_call(&vm, 0, OP_ENABLE, 0, 0, 0);
	r = state_reg(&s, "GICD_ISENABLER1", 0);
	vm_guest_write(&vm, r, r->offset, 1);
	if (model == GICV2) {
		r = state_reg(&s, "GICD_ITARGETSR8", 0);
		vm_guest_write(&vm, r, r->offset, 1);
	}
	r = state_reg(&s, "GICD_ISPENDR1", 0);
	vm_guest_write(&vm, r, r->offset, 1);
	vm_call(&vm, 0, OP_TAKE, 0, 0, 0);
	if (s.nr_arrivals)
		look->arrival = s.arrivals[0];
	if (s.nr_arrivals > 1 || (s.nr_arrivals && s.arrivals[0].intid != SPI))
		vc_die(VC_CANNOT, "an interrupt arrived that nobody made pending");
	end_vm(&vm, &s);
}

static void look_at(struct look *look, int kvm, enum model model, bool chosen, unsigned int rev)
{
	const struct reg *groups;
	struct state s;
	struct vm vm;

	memset(look, 0, sizeof(*look));
	new_vm(&vm, &s, kvm, model);
	choose_again(&vm, chosen, rev);
	groups = state_reg(&s, "GICD_IGROUPR1", 0);
	look->private_reset = vm_guest_read(&vm, state_reg(&s, model == GICV2 ? "GICD_IGROUPR0" :
							   "GICR_IGROUPR0", 0));
	look->reset = vm_guest_read(&vm, groups);
	vm_guest_write(&vm, groups, groups->offset, BY_GUEST);
	look->guest_wrote = vm_guest_read(&vm, groups);
	look->access = vm_has_access(&vm);
	if (look->access && vm_set(&vm, groups, groups->offset, BY_USERSPACE))
		vc_die(VC_CANNOT, "userspace cannot write GICD_IGROUPR1");
	look->user_wrote = vm_guest_read(&vm, groups);
	if (model == GICV3)
		look->gicr_ctlr = vm_guest_read(&vm, state_reg(&s, "GICR_CTLR", 0));
	end_vm(&vm, &s);

	look_at_arrival(look, kvm, model, chosen, rev);
}

static enum choice ask(int kvm, enum model model, unsigned int rev,
		       enum choice (*choose)(struct vm *vm, unsigned int rev))
{
	enum choice choice;
	struct state s;
	struct vm vm;

	new_vm(&vm, &s, kvm, model);
	choice = choose(&vm, rev);
	end_vm(&vm, &s);
	return choice;
}

static void probe_model(struct probe *p, int kvm, enum model model)
{
	struct state s;
	uint32_t iidr;
	struct vm vm;

	memset(p, 0, sizeof(*p));
	new_vm(&vm, &s, kvm, model);
	iidr = vm_guest_read(&vm, state_reg(&s, "GICD_IIDR", 0));
	p->by_default = (iidr & IIDR_REV_MASK) >> IIDR_REV_SHIFT;
	end_vm(&vm, &s);
	look_at(&p->look, kvm, model, false, 0);

	for (unsigned int rev = 0; rev < NR_REVISIONS; rev++) {
		struct revision *r = &p->revisions[rev];

		r->iidr = ask(kvm, model, rev, vm_choose_by_iidr);
		r->attr = ask(kvm, model, rev, vm_choose_by_attr);
		if (can(r))
			look_at(&r->look, kvm, model, true, rev);
	}
}

static const char *arrives(const struct look *look, char *text, size_t len)
{
	if (!look->arrival.count)
		return "not at all";
	snprintf(text, len, "%s group %d", look->arrival.fiq ? "FIQ" : "IRQ",
		 look->arrival.group);
	return text;
}

#define ROW	"%-4s  %-8s %-8s  %-8s  %-8s  %-8s  %-8s  %-9s  %s\n"

static void print_row(enum model model, const char *rev, const char *iidr, const char *attr,
		      const struct look *look)
{
	char private_reset[9], reset[9], guest_wrote[9], user_wrote[9] = "-";
	char ctlr[9] = "-", text[20];

	snprintf(private_reset, 9, "%08x", look->private_reset);
	snprintf(reset, 9, "%08x", look->reset);
	snprintf(guest_wrote, 9, "%08x", look->guest_wrote);
	if (look->access)
		snprintf(user_wrote, 9, "%08x", look->user_wrote);
	if (model == GICV3)
		snprintf(ctlr, 9, "%08x", look->gicr_ctlr);
	printf(ROW, rev, iidr, attr, private_reset, reset, guest_wrote, user_wrote, ctlr,
	       arrives(look, text, sizeof(text)));
}

static void print_model(enum model model, const struct probe *p)
{
	char text[12];

	printf("\n%s, by default at revision %u\n", model_names[model], p->by_default);
	printf(ROW, "", "asked by", "", "groups", "", "after", "after", "", "");
	printf(ROW, "", "", "", "at reset", "", "a5a5a5a5", "3c3c3c3c", "", "an SPI");
	printf(ROW, "rev", "IIDR", "attr", "private", "SPIs", "by guest", "by VMM", "GICR_CTLR",
	       "arrives as");
	print_row(model, "none", "-", "-", &p->look);
	for (unsigned int rev = 0; rev < NR_REVISIONS; rev++) {
		const struct revision *r = &p->revisions[rev];

		snprintf(text, sizeof(text), "%u", rev);
		if (can(r))
			print_row(model, text, choice_names[r->iidr], choice_names[r->attr],
				  &r->look);
		else if (rev < NR_KNOWN)
			printf("%-4s  %-8s %s\n", text, choice_names[r->iidr],
			       choice_names[r->attr]);
	}
}

/* Without a choice, KVM ignores userspace's restore of what the guest can write */
static bool loses_groups(const struct probe *p)
{
	return p->look.guest_wrote == BY_GUEST && p->look.user_wrote != BY_USERSPACE;
}

/* The last lines, in words */
static void print_words(const bool *offered, const struct probe *probes)
{
	bool first = true;

	for (int m = 0; m < NR_MODELS; m++) {
		unsigned int revs[NR_REVISIONS], nr = 0;

		if (!offered[m])
			continue;
		for (unsigned int rev = 0; rev < NR_REVISIONS; rev++)
			if (can(&probes[m].revisions[rev]))
				revs[nr++] = rev;
		printf("%sA VM with a %s ", first ? "" : " ", model_names[m]);
		first = false;
		if (nr)
			printf("that has revision ");
		else
			printf("cannot choose a revision here");
		for (unsigned int i = 0; i < nr; i++)
			printf("%s%u", !i ? "" : i == nr - 1 ? " or " : ", ", revs[i]);
		if (nr)
			printf(" can move here, and on to any host that can do the same one");
		printf("; one whose VMM chooses none is at revision %u here.",
		       probes[m].by_default);
	}
	if (offered[GICV2] && loses_groups(&probes[GICV2]))
		printf(" Without a choice, a GICv2 loses its groups in every move.");
	for (int m = 0; m < NR_MODELS; m++)
		if (offered[m] && !probes[m].look.access)
			printf(" This kernel lets userspace read and write no register of a %s: %s",
			       model_names[m], "no VM with one can be saved or restored.");
	puts(first ? "This host offers no vGIC that has revisions." : "");
	if (!first)
		puts("A revision selects group registers and GICR_CTLR.{IR,CES}, nothing else.");
}

static json_t *hex(uint32_t val)
{
	char text[9];

	snprintf(text, sizeof(text), "%08x", val);
	return json_string(text);
}

static json_t *look_to_json(enum model model, const struct look *look)
{
	json_t *user_wrote = look->access ? hex(look->user_wrote) : json_null();
	char text[20];
	json_t *o = need(json_pack("{s:o, s:o, s:o, s:o, s:s}",
				   "private_groups_at_reset", hex(look->private_reset),
				   "groups_at_reset", hex(look->reset),
				   "groups_guest_wrote", hex(look->guest_wrote),
				   "groups_userspace_wrote", user_wrote,
				   "spi_arrives", arrives(look, text, sizeof(text))));

	if (model == GICV3)
		set(o, "gicr_ctlr", hex(look->gicr_ctlr));
	return o;
}

static json_t *model_to_json(enum model model, const struct probe *p)
{
	json_t *revisions = json_array();

	for (unsigned int rev = 0; rev < NR_REVISIONS; rev++) {
		const struct revision *r = &p->revisions[rev];
		json_t *o;

		if (rev >= NR_KNOWN && !can(r))
			continue;
		o = need(json_pack("{s:i, s:b, s:s, s:s}", "revision", rev, "can", can(r),
				   "iidr", choice_names[r->iidr],
				   "attribute", choice_names[r->attr]));
		if (can(r))
			set(o, "guest", look_to_json(model, &r->look));
		append(revisions, o);
	}
	return json_pack("{s:s, s:b, s:i, s:o, s:o}", "model", model_names[model],
			 "userspace_access", p->look.access, "default", p->by_default,
			 "guest", look_to_json(model, &p->look),
			 "revisions", revisions);
}

/* A name with any bytes in it, as text that JSON and terminals take */
static void make_text(char *name)
{
	bool is_utf8;
	json_t *s;

	for (char *c = name; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	s = json_string(name);
	is_utf8 = s;
	json_decref(s);
	for (char *c = name; *c && !is_utf8; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
}

/* As JSON, or for Prometheus into a file */
static void print_probes(const bool *offered, const struct probe *probes, const char *prometheus)
{
	json_t *models = json_array(), *top;
	struct utsname name;

	uname(&name);
	make_text(name.nodename);
	make_text(name.release);
	for (int m = 0; m < NR_MODELS; m++)
		if (offered[m])
			append(models, model_to_json(m, &probes[m]));
	top = json_pack("{s:s, s:i, s:s, s:s, s:o}", "format", "vgic-probe", "version", 1,
			"host", name.nodename, "kernel", name.release, "models", models);
	need(top);
	if (prometheus)
		print_prometheus(top, prometheus);
	else
		print_json(top);
	json_decref(top);
}

/**
 * cmd_probe - say which revisions a VM of this host can have, and what they mean
 * @argc: how many arguments
 * @argv: the arguments
 *
 * Return: VC_SAME; VC_CANNOT if this host offers no vGIC
 */
int cmd_probe(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "prometheus", optional_argument, NULL, 'p' },
		{ }
	};
	const char *prometheus = NULL;
	struct probe probes[NR_MODELS] = { };
	bool offered[NR_MODELS] = { }, any = false, json = false;
	char release[64];
	int opt, kvm;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt == 'j')
			json = true;
		else if (opt == 'p')
			prometheus = optarg ?: "-";
		else
			return VC_BAD;
	}
	if (json && prometheus)
		vc_die(VC_BAD, "probe takes --json or --prometheus, not both");
	if (optind != argc)
		vc_die(VC_BAD, "probe takes no argument '%s'", argv[optind]);

	/* A fleet asks this host too: it offers nothing. One that may not look does not know. */
	if ((json || prometheus) && !kvm_is_there()) {
		vc_error("cannot open /dev/kvm: %s", strerror(errno));
		print_probes(offered, probes, prometheus);
		return VC_CANNOT;
	}
	kvm = kvm_open();
	for (int m = 0; m < NR_MODELS; m++) {
		offered[m] = kvm_offers(kvm, m);
		any |= offered[m];
		if (offered[m])
			probe_model(&probes[m], kvm, m);
	}
	if (json || prometheus) {
		print_probes(offered, probes, prometheus);
	} else {
		kernel_release(release, sizeof(release));
		printf("kernel %s\n", release);
		for (int m = 0; m < NR_MODELS; m++) {
			if (offered[m])
				print_model(m, &probes[m]);
			else
				printf("\n%s: this host does not offer it\n", model_names[m]);
		}
		putchar('\n');
		print_words(offered, probes);
	}
	return any ? VC_SAME : VC_CANNOT;
}
