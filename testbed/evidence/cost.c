// SPDX-License-Identifier: GPL-2.0-only
/*
 * cost - what revisions cost a guest and a VMM
 *
 * In:  nothing; /dev/kvm of an arm64 host on which time counts instructions, as
 *      QEMU makes it with -icount shift=0
 * Out: lines on standard output:
 *      access MODEL REVISION WHAT NANOSECONDS - one access in a guest's loop
 *      choice MODEL REVISION VCPUS SPIS NANOSECONDS - of a revision, by GICD_IIDR
 *      save and restore, the same - all registers, once each
 *      A revision that the host refuses has no line.
 */
#include <string.h>
#include <time.h>

#include "vm.h"

#define ACCESSES	20000
#define CHOICES		3

#define GICD_IGROUPR1	0x084

/* How many vCPUs and interrupts a VM has to which a revision is given */
static const struct shape {
	int		vcpus;
	unsigned int	irqs;
} shapes[] = {
	{ 1, MIN_IRQS }, { 1, 256 }, { 1, 512 }, { 1, MAX_IRQS },
	{ 2, MIN_IRQS }, { 4, MIN_IRQS }, { 8, MIN_IRQS }, { 64, MIN_IRQS }, { 128, MIN_IRQS },
	{ 256, MIN_IRQS }, { MAX_VCPUS, MIN_IRQS }, { MAX_VCPUS, MAX_IRQS },
};

static const struct shape moved = { 8, MAX_IRQS };

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000UL + ts.tv_nsec;
}

/* In a VM of its own, as a revision is chosen before the first run */
static void measure_access(int kvm, enum model model, unsigned int rev, const char *name,
			   uint64_t op, uint32_t reg)
{
	uint64_t start;
	struct vm vm;

	vm_create(&vm, kvm, model, 1, MIN_IRQS);
	if (vm_choose_by_iidr(&vm, rev) == TAKEN) {
		start = now();
		vm_call(&vm, 0, op, GICD_GPA + reg, ACCESSES, 0xa5a5a5a5);
		printf("access %s %u %s %lu\n", model_names[model], rev, name,
		       (unsigned long)((now() - start) / ACCESSES));
	}
	vm_free(&vm);
}

static void print_cost(const char *what, enum model model, unsigned int rev,
		       const struct shape *shape, uint64_t cost)
{
	printf("%s %s %u %d %u %lu\n", what, model_names[model], rev, shape->vcpus,
	       shape->irqs - NR_PRIVATE, (unsigned long)cost);
}

static bool write_revision(struct vm *vm, unsigned int rev)
{
	const struct reg iidr = { .kind = REG_DIST, .offset = GICD_IIDR };
	uint64_t val;

	if (vm_get(vm, &iidr, &val))
		vc_die(VC_CANNOT, "cannot read GICD_IIDR");
	val = (val & ~(uint64_t)IIDR_REV_MASK) | rev << IIDR_REV_SHIFT;
	return !vm_set(vm, &iidr, GICD_IIDR, val);
}

/*
 * From revision 3, in one VM, as no vCPU runs. A read of the register goes with the write.
 * The least of a few: a tick of the timer may fall into one.
 */
static void measure_choice(int kvm, enum model model, const struct shape *shape)
{
	uint64_t start, cost, least;
	struct vm vm;

	vm_create(&vm, kvm, model, shape->vcpus, shape->irqs);
	for (int rev = 3; rev >= 0; rev--) {
		least = UINT64_MAX;
		for (int i = 0; i < CHOICES; i++) {
			write_revision(&vm, 3);
			start = now();
			if (!write_revision(&vm, rev))
				break;
			cost = now() - start;
			least = cost < least ? cost : least;
		}
		if (least != UINT64_MAX)
			print_cost("choice", model, rev, shape, least);
	}
	vm_free(&vm);
}

static void set(struct vm *vm, const struct reg *r, uint32_t offset, uint64_t val)
{
	int err = vm_set(vm, r, offset, val);

	if (err)
		vc_die(VC_CANNOT, "cannot restore %s: %s", r->name, strerror(-err));
}

static void measure_move(int kvm, enum model model, unsigned int rev)
{
	struct state state;
	uint64_t start;
	struct vm vm;

	state_init(&state, model, moved.vcpus, moved.irqs);
	vm_create(&vm, kvm, model, moved.vcpus, moved.irqs);
	if (vm_choose_by_iidr(&vm, rev) != TAKEN)
		goto out;

	start = now();
	for (struct reg *r = state.regs; r < state.regs + state.nr_regs; r++)
		if (r->is_saved && vm_get(&vm, r, &r->saved))
			vc_die(VC_CANNOT, "cannot save %s", r->name);
	print_cost("save", model, rev, &moved, now() - start);
	vm_free(&vm);

	vm_create(&vm, kvm, model, moved.vcpus, moved.irqs);
	start = now();
	vm_choose_by_iidr(&vm, rev);
	for (struct reg *r = state.regs; r < state.regs + state.nr_regs; r++) {
		if (!r->is_saved)
			continue;
		if (r->clear)
			set(&vm, r, r->clear, ~0U);
		set(&vm, r, r->offset, r->saved);
	}
	print_cost("restore", model, rev, &moved, now() - start);
out:
	vm_free(&vm);
	state_free(&state);
}

int main(void)
{
	int kvm = kvm_open();

	for (int m = 0; m < NR_MODELS; m++) {
		if (!kvm_offers(kvm, m))
			continue;
		for (unsigned int rev = 0; rev < 4; rev++) {
			measure_access(kvm, m, rev, "write_IGROUPR1", OP_WRITES, GICD_IGROUPR1);
			measure_access(kvm, m, rev, "read_IGROUPR1", OP_READS, GICD_IGROUPR1);
			measure_access(kvm, m, rev, "read_IIDR", OP_READS, GICD_IIDR);
			measure_move(kvm, m, rev);
		}
		for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
			if (shapes[i].vcpus <= (int)max_vcpus(m))
				measure_choice(kvm, m, &shapes[i]);
	}
	return vc_end(0);
}
