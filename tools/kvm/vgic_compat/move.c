// SPDX-License-Identifier: GPL-2.0-only
/*
 * save and restore: does a guest notice that its VM was moved?
 *
 * The guest sets random groups, priorities, triggers and targets. Some interrupts
 * are pending then, one of each vCPU is active. After that comes what a move is
 * about: the guest reads its registers, userspace saves them, and the guest goes
 * on and takes its interrupts. What it read and took is in the file, so that a
 * restored guest is compared with what happened on the host that it left, and not
 * with what this program thinks should happen.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "vm.h"

/* The PPIs from 22 on may belong to the timer, the PMU and the like */
#define FIRST_PPI	16
#define OUR_PRIVATE	0x003fffff

#define GICD_CTLR_BOTH_GROUPS	3

/* SPIs of each vCPU, from the first one up, with a purpose of their own */
enum { EDGE, LEVEL, ACTIVE, NR_OWN_SPIS };

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

static bool is(const struct reg *r, const char *name)
{
	return !strncmp(r->name + 5, name, strlen(name));
}

/* The vCPU of an SPI with a purpose, or -1; and which purpose */
static int owner(const struct vm *vm, unsigned int intid, int *purpose)
{
	int vcpu = ((int)intid - NR_PRIVATE) / NR_OWN_SPIS;

	*purpose = (intid - NR_PRIVATE) % NR_OWN_SPIS;
	return intid >= NR_PRIVATE && vcpu < vm->nr_vcpus ? vcpu : -1;
}

static int target(const struct vm *vm, unsigned int intid)
{
	int purpose, vcpu = owner(vm, intid, &purpose);

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
 * a vCPU are enabled at first: for the EOI of another one, QEMU 7.2 may
 * deactivate the active one if that is in no list register.
 */
static uint32_t bits(struct vm *vm, const struct reg *r)
{
	uint32_t val = random32(), own = 0, wanted = 0;
	int vcpu, purpose;

	if (r->first_intid < NR_PRIVATE) {
		if (is(r, "ISENABLER"))
			return 1 << 1 | (r->vcpu % 2 ? 1 << FIRST_PPI : 0);
		if (is(r, "ISPENDR"))
			return r->vcpu % 2 ? 1 << FIRST_PPI : 1 << (FIRST_PPI + 2);
		return is(r, "ISACTIVER") ? 0 : val;
	}

	for (int i = 0; i < 32; i++) {
		vcpu = owner(vm, r->first_intid + i, &purpose);
		if (vcpu < 0)
			continue;
		own |= 1U << i;
		if ((is(r, "ISENABLER") && (purpose != EDGE || vcpu % 2 == 0)) ||
		    (is(r, "ISPENDR") && purpose != LEVEL) ||
		    (is(r, "ISACTIVER") && purpose == ACTIVE))
			wanted |= 1U << i;
	}
	if (is(r, "ISENABLER") || is(r, "ISACTIVER"))
		val = 0;
	return (val & ~own) | wanted;
}

/* The trigger of SPIs: edge where the upper one of two bits is set */
static uint32_t triggers(struct vm *vm, const struct reg *r)
{
	uint32_t val = random32() & 0xaaaaaaaa;
	int vcpu, purpose;

	for (int i = 0; i < 16; i++) {
		vcpu = owner(vm, r->first_intid + i, &purpose);
		if (vcpu < 0)
			continue;
		val &= ~(3U << i * 2);
		val |= (purpose == LEVEL ? 0U : 2U) << i * 2;
	}
	return val;
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

static uint32_t random_groups(struct vm *vm, const struct reg *r)
{
	(void)vm;
	(void)r;
	return random32();
}

/* Higher than what masks them, and of few different ones */
static uint32_t priorities(struct vm *vm, const struct reg *r)
{
	return random_groups(vm, r) & 0x78787878;
}

static void raise(struct vm *vm, struct state *s, int vcpu, unsigned int intid)
{
	state_add_line(s, vcpu, intid);
	vm_set_line(vm, vcpu, intid, true);
}

/* What the guest and its devices have done until the move */
static void live(struct vm *vm, struct state *s)
{
	const struct reg *ctlr = state_reg(s, "GICD_CTLR", 0);

	vm_guest_write(vm, ctlr, ctlr->offset, GICD_CTLR_BOTH_GROUPS);
	for (int i = 0; i < vm->nr_vcpus; i++)
		vm_call(vm, i, OP_ENABLE, 0, 0, 0);

	write_regs(vm, s, "IGROUPR", random_groups, 0);
	write_regs(vm, s, "ICFGR", triggers, NR_PRIVATE);
	write_regs(vm, s, "IPRIORITYR", priorities, 0);
	write_regs(vm, s, "ITARGETSR", targets, 0);
	write_regs(vm, s, "IROUTER", router, 0);
	/* Active first: an interrupt that is active is not taken */
	write_regs(vm, s, "ISACTIVER", bits, 0);
	write_regs(vm, s, "ISENABLER", bits, 0);
	write_regs(vm, s, "ISPENDR", bits, 0);
	for (int i = 0; i < vm->nr_vcpus; i++)
		vm_call(vm, (i + 1) % vm->nr_vcpus, OP_SGI, i, 1, 0);

	raise(vm, s, 0, FIRST_PPI + 1);
	for (int i = 0; i < vm->nr_vcpus; i++) {
		unsigned int intid = NR_PRIVATE + i * NR_OWN_SPIS + LEVEL;

		if (intid < s->irqs)
			raise(vm, s, 0, intid);
	}
}

static void guest_looks(struct vm *vm, struct state *s)
{
	for (size_t i = 0; i < s->nr_regs; i++)
		if (s->regs[i].is_seen)
			s->regs[i].seen = vm_guest_read(vm, &s->regs[i]);
}

static void userspace_saves(struct vm *vm, struct state *s)
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
	const struct arrival *x = a, *y = b;

	if (x->phase != y->phase)
		return x->phase - y->phase;
	if (x->vcpu != y->vcpu)
		return x->vcpu - y->vcpu;
	if (x->intid != y->intid)
		return (int)x->intid - (int)y->intid;
	if (x->fiq != y->fiq)
		return x->fiq - y->fiq;
	return x->group - y->group;
}

/*
 * The guest takes what is pending, then what was active and is so no more, then
 * all that was not enabled.
 */
static void guest_goes_on(struct vm *vm, struct state *s)
{
	take_all(vm, 1);
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

static void choose(struct vm *vm, unsigned int rev)
{
	enum choice choice = vm_choose(vm, rev);

	if (choice == IGNORED)
		vc_die(VC_CANNOT, "this host cannot give a VM revision %u: %s %u", rev,
		       "the kernel takes the write of GICD_IIDR and stays at", vm_revision(vm));
	if (choice != TAKEN)
		vc_die(VC_CANNOT, "this host cannot give a VM revision %u: %s", rev,
		       "the kernel refuses it");
}

static void start(struct vm *vm, struct state *s, int kvm, const struct state *like,
		  bool chosen, unsigned int rev)
{
	if (!kvm_offers(kvm, like->model))
		vc_die(VC_CANNOT, "this host offers no %s", model_names[like->model]);
	vm_create(vm, kvm, like->model, like->vcpus, like->irqs);
	state_init(s, like->model, like->vcpus, like->irqs);
	vm->state = s;
	if (chosen)
		choose(vm, rev);
	kernel_release(s->kernel, sizeof(s->kernel));
	s->revision = vm_revision(vm);
	s->chosen = chosen;
	s->seed = like->seed;
}

static void restore_reg(struct vm *vm, const struct reg *r)
{
	uint64_t val = r->saved;
	int err = 0;

	if (r->clear)
		err = vm_set(vm, r, r->clear, ~0U);
	/* An SGI of a GICv2 is pending for its source, which GICD_SPENDSGIR has */
	if (vm->model == GICV2 && is(r, "ISPENDR") && !r->first_intid)
		val &= ~((1ULL << NR_SGIS) - 1);
	if (!err)
		err = vm_set(vm, r, r->offset, val);
	if (err)
		vc_die(VC_CANNOT, "cannot restore %s of vCPU %d to %llx: %s", r->name, r->vcpu,
		       (unsigned long long)val, strerror(-err));
}

static void userspace_restores(struct vm *vm, struct state *s, const struct state *from)
{
	for (size_t i = 0; i < from->nr_regs; i++)
		if (from->regs[i].is_saved)
			restore_reg(vm, &from->regs[i]);
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
	*rev = number_option("revision", 0, 15);
	return true;
}

static enum model model_option(void)
{
	if (!strcmp(optarg, "v2"))
		return GICV2;
	if (!strcmp(optarg, "v3"))
		return GICV3;
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
		{ }
	};
	struct state like = { .model = GICV3, .vcpus = 2, .irqs = 96, .seed = 1 }, s;
	bool chosen = false, model_given = false;
	unsigned int rev = 0;
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
		default:
			return VC_BAD;
		}
	}
	if (optind != argc - 1)
		vc_die(VC_BAD, "save takes the name of one file");
	if (like.irqs % 32)
		vc_die(VC_BAD, "--irqs has to be a multiple of 32");

	kvm = kvm_open();
	if (!model_given && !kvm_offers(kvm, GICV3))
		like.model = GICV2;
	if (like.vcpus > (int)max_vcpus(like.model))
		vc_die(VC_BAD, "a %s has at most %u vCPUs", model_names[like.model],
		       max_vcpus(like.model));

	start(&vm, &s, kvm, &like, chosen, rev);
	seed_random(s.seed);
	live(&vm, &s);
	guest_looks(&vm, &s);
	userspace_saves(&vm, &s);
	guest_goes_on(&vm, &s);
	vm_free(&vm);
	state_write(&s, argv[optind]);
	state_free(&s);
	return VC_SAME;
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
		{ }
	};
	bool chosen = false, given = false;
	const char *save = NULL;
	unsigned int rev = 0;
	struct state from, s;
	struct vm vm;
	int opt, ret;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 'r':
			chosen = revision_option(&rev);
			given = true;
			break;
		case 's':
			save = optarg;
			break;
		default:
			return VC_BAD;
		}
	}
	if (optind != argc - 1)
		vc_die(VC_BAD, "restore takes the name of one file");

	state_read(&from, argv[optind]);
	if (!given) {
		chosen = from.chosen;
		rev = from.revision;
	}
	start(&vm, &s, kvm_open(), &from, chosen, rev);
	userspace_restores(&vm, &s, &from);
	guest_looks(&vm, &s);
	if (save)
		userspace_saves(&vm, &s);
	guest_goes_on(&vm, &s);
	vm_free(&vm);
	if (save)
		state_write(&s, save);
	ret = state_compare(&from, &s, false);
	state_free(&from);
	state_free(&s);
	return ret;
}
