// SPDX-License-Identifier: GPL-2.0-only
/*
 * save and restore: does a guest notice that its VM was moved?
 *
 * The guest sets random groups, priorities, triggers and targets. Some interrupts
 * are pending then, and each vCPU has one that it has acknowledged and not ended,
 * so that its running priority matters, and one that is active. After that comes
 * what a move is about: the guest reads its registers, userspace saves them, and
 * the guest goes on and takes its interrupts. What it read and took is in the file,
 * so that a restored guest is compared with what happened on the host that it left,
 * and not with what this program thinks should happen.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "vm.h"

/* The PPIs from 22 on may belong to the timer, the PMU and the like */
#define FIRST_PPI	16
#define OUR_PRIVATE	0x003fffff

#define GICD_CTLR_BOTH_GROUPS	3

/*
 * SPIs of each vCPU, from the first one up, with a purpose of their own: pending,
 * not enabled; a line that is high until it is served; acknowledged, but not
 * ended; pending, but held back by that, as it has the same priority; a line that
 * goes low without being served, right after the move
 */
enum purpose { EDGE, LEVEL, HELD, BLOCKED, DROPPED, NR_OWN_SPIS };

/* The lowest priority that is not masked; all others are higher */
#define HELD_PRIORITY	0xf0

#define PPI_LINE	(FIRST_PPI + 1)
#define PPI_PENDING	(FIRST_PPI + 2)
#define PPI_ACTIVE	(FIRST_PPI + 4)

/* With --json */
static bool as_json;

static uint64_t random_state;

/* xorshift64*, Vigna, "An experimental exploration of Marsaglia's xorshift generators" */
static uint32_t random32(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return random_state * 0x2545f4914f6cdd1dULL >> 32;
}

static void seed_random(unsigned int seed)
{
	random_state = 0x9e3779b97f4a7c15ULL ^ seed;
	for (int i = 0; i < 16; i++)
		random32();
}

/* Whatever it begins with: GICD_, or GICR_ for SGIs and PPIs of a GICv3 */
static bool is(const struct reg *r, const char *name)
{
	return !strncmp(r->name + 5, name, strlen(name));
}

/* The vCPU of an SPI with a purpose, or -1; and which purpose */
static int owner(const struct vm *vm, unsigned int intid, enum purpose *purpose)
{
	int vcpu = ((int)intid - NR_PRIVATE) / NR_OWN_SPIS;

	*purpose = (intid - NR_PRIVATE) % NR_OWN_SPIS;
	return intid >= NR_PRIVATE && vcpu < vm->nr_vcpus ? vcpu : -1;
}

/* The other way round; 0 if the VM has not so many SPIs */
static unsigned int own_spi(const struct vm *vm, int vcpu, enum purpose purpose)
{
	unsigned int intid = NR_PRIVATE + vcpu * NR_OWN_SPIS + purpose;

	return intid < vm->irqs ? intid : 0;
}

static int target(const struct vm *vm, unsigned int intid)
{
	enum purpose purpose;
	int vcpu = owner(vm, intid, &purpose);

	return vcpu < 0 ? (int)(random32() % vm->nr_vcpus) : vcpu;
}

static uint32_t targets(struct vm *vm, const struct reg *r)
{
	uint32_t val = 0;

	for (int i = 0; i < 4; i++)
		val |= 1U << target(vm, r->first_intid + i) << i * 8;
	return val;
}

static uint32_t router(struct vm *vm, const struct reg *r)
{
	return vm->vcpus[target(vm, r->first_intid)].affinity & 0xffffff;
}

/*
 * The bits of the interrupts that one of these registers is about, of which the
 * first ones of each vCPU are chosen and the others random. No more than four of
 * a vCPU are active, or pending and enabled, at first: for the EOI of another one,
 * QEMU 7.2 may deactivate an active one that is in no list register.
 */
static uint32_t bits(struct vm *vm, const struct reg *r)
{
	uint32_t val = random32(), own = 0, wanted = 0;
	enum purpose purpose;

	if (r->first_intid < NR_PRIVATE) {
		if (is(r, "ISENABLER"))
			return 1 << 1 | (r->vcpu % 2 ? 1 << FIRST_PPI : 0);
		if (is(r, "ISPENDR"))
			return 1 << (r->vcpu % 2 ? FIRST_PPI : PPI_PENDING);
		return 1 << PPI_ACTIVE;
	}

	for (int i = 0; i < 32; i++) {
		if (owner(vm, r->first_intid + i, &purpose) < 0)
			continue;
		own |= 1U << i;
		if (is(r, "ISENABLER") ? purpose == HELD || purpose == BLOCKED :
					 purpose == EDGE || purpose == BLOCKED)
			wanted |= 1U << i;
	}
	if (is(r, "ISENABLER"))
		val = 0;
	return (val & ~own) | wanted;
}

/* The trigger of SPIs: edge where the upper one of two bits is set */
static uint32_t triggers(struct vm *vm, const struct reg *r)
{
	uint32_t val = random32() & 0xaaaaaaaa;
	enum purpose purpose;

	for (int i = 0; i < 16; i++) {
		if (owner(vm, r->first_intid + i, &purpose) < 0)
			continue;
		val &= ~(3U << i * 2);
		val |= (purpose == LEVEL || purpose == DROPPED ? 0U : 2U) << i * 2;
	}
	return val;
}

/* Of few different ones */
static uint32_t priorities(struct vm *vm, const struct reg *r)
{
	uint32_t val = random32() & 0x78787878;
	enum purpose purpose;

	for (int i = 0; i < 4; i++) {
		if (owner(vm, r->first_intid + i, &purpose) < 0 ||
		    (purpose != HELD && purpose != BLOCKED))
			continue;
		val &= ~(0xffU << i * 8);
		val |= (uint32_t)HELD_PRIORITY << i * 8;
	}
	return val;
}

static uint32_t random_groups(struct vm *vm, const struct reg *r)
{
	(void)vm;
	(void)r;
	return random32();
}

static void write_regs(struct vm *vm, struct state *s, const char *name,
		       uint32_t (*value)(struct vm *vm, const struct reg *r),
		       unsigned int first_intid)
{
	for (size_t i = 0; i < s->nr_regs; i++)
		if (s->regs[i].kind <= REG_REDIST && is(&s->regs[i], name) &&
		    s->regs[i].first_intid >= first_intid)
			vm_guest_write(vm, &s->regs[i], s->regs[i].offset,
				       value(vm, &s->regs[i]));
}

static void raise_line(struct vm *vm, struct state *s, int vcpu, unsigned int intid)
{
	state_add_line(s, vcpu, intid);
	vm_set_line(vm, vcpu, intid, true);
}

/* Let each vCPU acknowledge one interrupt, and go no further with it */
static void acknowledge_one_each(struct vm *vm, struct state *s)
{
	for (int i = 0; i < vm->nr_vcpus; i++) {
		unsigned int intid = own_spi(vm, i, HELD);
		char name[24];
		const struct reg *r;
		uint64_t took;

		if (!intid)
			break;
		snprintf(name, sizeof(name), "GICD_ISPENDR%u", intid / 32);
		r = state_reg(s, name, 0);
		vm_guest_write(vm, r, r->offset, 1U << intid % 32);
		took = vm_call(vm, i, OP_ACK, 0, 0, 0);
		if ((uint32_t)took != intid)
			vc_die(VC_CANNOT, "vCPU %d acknowledged %u and not %u", i,
			       (uint32_t)took, intid);
		state_add_held(s, &(struct held) { i, intid, !!(took & TOOK_GROUP_1) });
	}
}

/* What the guest and its devices have done until the move */
static void set_up_guest(struct vm *vm, struct state *s)
{
	const struct reg *ctlr = state_reg(s, "GICD_CTLR", 0);
	unsigned int intid;

	vm_guest_write(vm, ctlr, ctlr->offset, GICD_CTLR_BOTH_GROUPS);
	for (int i = 0; i < vm->nr_vcpus; i++)
		vm_call(vm, i, OP_ENABLE, 0, 0, 0);

	write_regs(vm, s, "IGROUPR", random_groups, 0);
	write_regs(vm, s, "ICFGR", triggers, NR_PRIVATE);
	write_regs(vm, s, "IPRIORITYR", priorities, 0);
	write_regs(vm, s, "ITARGETSR", targets, 0);
	write_regs(vm, s, "IROUTER", router, 0);
	write_regs(vm, s, "ISENABLER", bits, 0);
	acknowledge_one_each(vm, s);
	for (size_t i = 0; i < s->nr_regs; i++)
		if (is(&s->regs[i], "ISACTIVER") && s->regs[i].first_intid < NR_PRIVATE)
			vm_guest_write(vm, &s->regs[i], s->regs[i].offset, bits(vm, &s->regs[i]));
	write_regs(vm, s, "ISPENDR", bits, 0);
	for (int i = 0; i < vm->nr_vcpus; i += 2)
		vm_call(vm, (i + 1) % vm->nr_vcpus, OP_SGI, i, 1, 0);

	raise_line(vm, s, 0, PPI_LINE);
	for (intid = NR_PRIVATE; intid < s->irqs; intid++) {
		enum purpose purpose;

		if (owner(vm, intid, &purpose) >= 0 && (purpose == LEVEL || purpose == DROPPED))
			raise_line(vm, s, 0, intid);
	}
}

static void read_as_guest(struct vm *vm, struct state *s)
{
	for (size_t i = 0; i < s->nr_regs; i++)
		if (s->regs[i].is_seen)
			s->regs[i].seen = vm_guest_read(vm, &s->regs[i]);
}

static void save_registers(struct vm *vm, struct state *s)
{
	int err;

	for (size_t i = 0; i < s->nr_regs; i++) {
		if (!s->regs[i].is_saved)
			continue;
		err = vm_get(vm, &s->regs[i], &s->regs[i].saved);
		if (err)
			vc_die(VC_CANNOT, "cannot save %s of vCPU %d: %s", s->regs[i].name,
			       s->regs[i].vcpu, strerror(-err));
	}
}

static void take_all(struct vm *vm, int phase)
{
	vm->phase = phase;
	for (int i = 0; i < vm->nr_vcpus; i++)
		vm_call(vm, i, OP_TAKE, 0, 0, 0);
}

static int order_arrivals(const void *a, const void *b)
{
	return arrival_order(a, b);
}

/* Some devices lose interest before their interrupt is served */
static void lower_some(struct vm *vm, const struct state *s)
{
	enum purpose purpose;

	for (size_t i = 0; i < s->nr_lines; i++)
		if (owner(vm, s->lines[i].intid, &purpose) >= 0 && purpose == DROPPED)
			vm_set_line(vm, 0, s->lines[i].intid, false);
}

/*
 * The guest takes what is pending, then ends and deactivates what it has and takes
 * what that held back, then enables everything and takes it.
 */
static void take_all_interrupts(struct vm *vm, struct state *s)
{
	lower_some(vm, s);
	take_all(vm, 1);
	for (size_t i = 0; i < s->nr_held; i++)
		vm_call(vm, s->held[i].vcpu, OP_END, s->held[i].intid, s->held[i].group, 0);
	for (size_t i = 0; i < s->nr_regs; i++)
		if (is(&s->regs[i], "ISACTIVER"))
			vm_guest_write(vm, &s->regs[i], s->regs[i].clear,
				       vm_guest_read(vm, &s->regs[i]));
	take_all(vm, 2);
	for (size_t i = 0; i < s->nr_regs; i++)
		if (is(&s->regs[i], "ISENABLER"))
			vm_guest_write(vm, &s->regs[i], s->regs[i].offset,
				       s->regs[i].first_intid < NR_PRIVATE ? OUR_PRIVATE : ~0U);
	take_all(vm, 3);
	if (s->nr_arrivals)
		qsort(s->arrivals, s->nr_arrivals, sizeof(*s->arrivals), order_arrivals);
}

static void print_refusal(struct vm *vm, unsigned int rev, enum choice choice)
{
	json_t *json = move_result("refused");

	set(json, "revision", json_integer(rev));
	set(json, "answer", json_string(choice_names[choice]));
	if (choice == IGNORED)
		set(json, "revision_is", json_integer(vm_revision(vm)));
	else
		set(json, "why", json_string(vm_refusal(vm)));
	print_json(json);
	json_decref(json);
}

static void choose_revision(struct vm *vm, unsigned int rev)
{
	enum choice choice = vm_choose(vm, rev);

	if (choice != TAKEN && as_json)
		print_refusal(vm, rev, choice);
	if (choice == IGNORED)
		vc_die(VC_CANNOT, "this host cannot give a VM revision %u: %s %u", rev,
		       "the kernel takes the write of GICD_IIDR and stays at", vm_revision(vm));
	if (choice != TAKEN)
		vc_die(VC_CANNOT, "this host cannot give a VM revision %u: %s (%s)", rev,
		       "the kernel refuses it", vm_refusal(vm));
}

static void create_vm_like(struct vm *vm, struct state *s, int kvm, const struct state *like,
			   bool chosen, unsigned int rev)
{
	if (!kvm_offers(kvm, like->model))
		vc_die(VC_CANNOT, "this host offers no %s", model_names[like->model]);
	vm_create(vm, kvm, like->model, like->vcpus, like->irqs);
	state_init(s, like->model, like->vcpus, like->irqs);
	vm->state = s;
	if (chosen)
		choose_revision(vm, rev);
	kernel_release(s->kernel, sizeof(s->kernel));
	s->revision = vm_revision(vm);
	s->chosen = chosen;
	s->seed = like->seed;
}

/*
 * What of GICD_ISPENDR is to be restored on a GICv2. An SGI is pending for its
 * source, which GICD_SPENDSGIR has. And a read of userspace has the levels of lines
 * in it, too: written as they are, they would stay pending when the line goes low.
 * The devices raise theirs again.
 */
static uint32_t latches(const struct state *from, const struct reg *r)
{
	uint32_t val = r->saved;

	if (!r->first_intid)
		val &= ~((1U << NR_SGIS) - 1);
	for (size_t i = 0; i < from->nr_lines; i++) {
		const struct line *line = &from->lines[i];

		if (line->intid / 32 * 32 == r->first_intid && line->vcpu == r->vcpu)
			val &= ~(1U << line->intid % 32);
	}
	return val;
}

static void restore_reg(struct vm *vm, const struct state *from, const struct reg *r)
{
	uint64_t val = r->saved;
	int err = 0;

	if (r->clear)
		err = vm_set(vm, r, r->clear, ~0U);
	if (vm->model == GICV2 && is(r, "ISPENDR"))
		val = latches(from, r);
	if (!err)
		err = vm_set(vm, r, r->offset, val);
	if (err)
		vc_die(VC_CANNOT, "cannot restore %s of vCPU %d to %llx: %s", r->name, r->vcpu,
		       (unsigned long long)val, strerror(-err));
}

static void restore_registers(struct vm *vm, struct state *s, const struct state *from)
{
	for (size_t i = 0; i < from->nr_regs; i++)
		if (from->regs[i].is_saved)
			restore_reg(vm, from, &from->regs[i]);
	for (size_t i = 0; i < from->nr_held; i++)
		state_add_held(s, &from->held[i]);
	for (size_t i = 0; i < from->nr_lines; i++) {
		state_add_line(s, from->lines[i].vcpu, from->lines[i].intid);
		/* Of a GICv3 the levels are saved; else it is for the device to do */
		if (vm->model == GICV2)
			vm_set_line(vm, from->lines[i].vcpu, from->lines[i].intid, true);
	}
}

static unsigned int number_option(const char *name, unsigned int min, unsigned int max)
{
	unsigned int val;

	if (!vc_number(optarg, min, max, &val))
		vc_die(VC_BAD, "--%s has to be a number from %u to %u", name, min, max);
	return val;
}

/* A revision, or "default" to choose none; false for that */
static bool revision_option(unsigned int *rev)
{
	if (!strcmp(optarg, "default"))
		return false;
	if (!vc_number(optarg, 0, NR_REVISIONS - 1, rev))
		vc_die(VC_BAD, "--revision has to be a number from 0 to %d, or default",
		       NR_REVISIONS - 1);
	return true;
}

static enum model model_option(void)
{
	for (int i = 0; i < NR_MODELS; i++)
		if (!strcmp(optarg, model_names[i]) || !strcmp(optarg, model_names[i] + 3))
			return i;
	vc_die(VC_BAD, "--model has to be v2 or v3");
}

/**
 * cmd_save - run a guest and write its vGIC's state to a file
 * @argc: how many arguments
 * @argv: the arguments
 *
 * Return: VC_SAME; ends the program if that is not possible
 */
int cmd_save(int argc, char **argv)
{
	static const struct option options[] = {
		{ "model", required_argument, NULL, 'm' },
		{ "revision", required_argument, NULL, 'r' },
		{ "groups", required_argument, NULL, 'g' },
		{ "vcpus", required_argument, NULL, 'v' },
		{ "irqs", required_argument, NULL, 'i' },
		{ "json", no_argument, NULL, 'j' },
		{ }
	};
	struct state like = { .model = GICV3, .vcpus = 2, .irqs = 96, .seed = 1 }, s;
	bool chosen = false, model_given = false;
	unsigned int rev = 0;
	json_t *result;
	struct vm vm;
	int opt, kvm;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 'm':
			like.model = model_option();
			model_given = true;
			break;
		case 'r':
			chosen = revision_option(&rev);
			break;
		case 'g':
			like.seed = number_option("groups", 0, UINT32_MAX);
			break;
		case 'v':
			like.vcpus = number_option("vcpus", 1, MAX_VCPUS);
			break;
		case 'i':
			like.irqs = number_option("irqs", MIN_IRQS, MAX_IRQS);
			break;
		case 'j':
			as_json = true;
			break;
		default:
			return VC_BAD;
		}
	}
	if (optind != argc - 1)
		vc_die(VC_BAD, "save takes the name of one file");
	if (as_json && file_is_stdout(argv[optind]))
		vc_die(VC_BAD, "save --json takes a file: the JSON goes to standard output");
	if (like.irqs % 32)
		vc_die(VC_BAD, "--irqs has to be a multiple of 32");

	kvm = kvm_open();
	if (!model_given && !kvm_offers(kvm, GICV3))
		like.model = GICV2;
	if (like.vcpus > (int)max_vcpus(like.model))
		vc_die(VC_BAD, "a %s has at most %u vCPUs", model_names[like.model],
		       max_vcpus(like.model));

	create_vm_like(&vm, &s, kvm, &like, chosen, rev);
	seed_random(s.seed);
	set_up_guest(&vm, &s);
	read_as_guest(&vm, &s);
	save_registers(&vm, &s);
	take_all_interrupts(&vm, &s);
	vm_free(&vm);
	state_write(&s, argv[optind]);
	state_free(&s);
	if (as_json) {
		result = move_result("saved");
		print_json(result);
		json_decref(result);
	}
	return VC_SAME;
}

/* The guest of a VM that was moved hangs, dies or takes an interrupt for ever */
static void guest_failed(const char *why)
{
	json_t *changes = no_changes();

	set(changes, "result", json_string("changed"));
	set(changes, "failed", json_string(why));
	exit(vc_end(print_changes(changes, as_json)));
}

/**
 * cmd_restore - restore a state on this host, and let the guest see what changed
 * @argc: how many arguments
 * @argv: the arguments
 *
 * Return: VC_SAME or VC_CHANGED; ends the program if it cannot be restored
 */
int cmd_restore(int argc, char **argv)
{
	static const struct option options[] = {
		{ "revision", required_argument, NULL, 'r' },
		{ "save", required_argument, NULL, 's' },
		{ "json", no_argument, NULL, 'j' },
		{ }
	};
	bool chosen = false, given = false;
	const char *save = NULL;
	unsigned int rev = 0;
	struct state from, s;
	struct vm vm;
	int opt, ret, kvm;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 'r':
			chosen = revision_option(&rev);
			given = true;
			break;
		case 's':
			save = optarg;
			break;
		case 'j':
			as_json = true;
			break;
		default:
			return VC_BAD;
		}
	}
	if (optind != argc - 1)
		vc_die(VC_BAD, "restore takes the name of one file");

	if (save && file_is_stdout(save))
		vc_die(VC_BAD, "--save takes a file: the differences go to standard output");
	state_read(&from, argv[optind]);
	if (!given) {
		chosen = from.chosen;
		rev = from.revision;
	}
	kvm = kvm_open();
	create_vm_like(&vm, &s, kvm, &from, chosen, rev);
	/* A kernel with 0 or 1 by default lets nobody choose, and its guest has that one */
	if (!given && !chosen && rev < FIRST_WRITABLE) {
		s.chosen = vm_choose(&vm, rev) == TAKEN;
		s.revision = vm_revision(&vm);
		/* Where KVM ignores the write, it still makes the groups of a GICv2 writable */
		if (!s.chosen) {
			vm_free(&vm);
			state_free(&s);
			create_vm_like(&vm, &s, kvm, &from, false, 0);
		}
		vc_error(s.chosen ? "restoring at revision %u, which GICD_IIDR of the state names" :
				    "this host cannot give a VM revision %u, which GICD_IIDR of the state names",
			 rev);
	}
	restore_registers(&vm, &s, &from);
	vm.failed = guest_failed;
	read_as_guest(&vm, &s);
	if (save)
		save_registers(&vm, &s);
	take_all_interrupts(&vm, &s);
	vm_free(&vm);
	if (save)
		state_write(&s, save);
	ret = print_changes(state_compare(&from, &s, false), as_json);
	state_free(&from);
	state_free(&s);
	return ret;
}
