// SPDX-License-Identifier: GPL-2.0-only
/*
 * vgic_contract - the table of what a revision means, by plain KVM ioctls
 *
 * In:  /dev/kvm of an arm64 host with the series, of any base: this needs no selftest
 *      library, and it shows what no selftest of series 1 does: in which group an SGI,
 *      a PPI and an SPI arrive
 * Out: KTAP. For a GICv2 and a GICv3, for a VM that chooses no revision and for each
 *      of rows[], chosen in each of the two ways: what the guest and userspace read
 *      in the group registers, at reset and after writes of both; in which group
 *      interrupts arrive; GICR_CTLR; and the errno of every choice after a run.
 */
#include <errno.h>

#include "vm.h"

#define LATEST_REV	3
#define INVALID		(LATEST_REV + 1)
#define NONE		(-1)
#define IRQS		64
#define CTLR_IR_CES	0x6
#define BY_USER		0x3c3c3c3cU
#define ONES		0xffffffffU

static const struct row {
	const char	*name;
	int		rev;
	bool		writable;	/* by the guest, and by the userspace of a GICv3 */
	bool		v2_opt_in;	/* by the userspace of a GICv2 */
	uint32_t	v2_reads;	/* a GICv2 at reset */
	uint32_t	gicr_ctlr;
} rows[] = {
	{ "no revision", NONE, true,  false, 0,    CTLR_IR_CES },
	{ "revision 0",  0,    false, false, ONES, 0 },
	{ "revision 1",  1,    false, false, 0,    0 },
	{ "revision 2",  2,    true,  true,  0,    0 },
	{ "revision 3",  3,    true,  true,  0,    CTLR_IR_CES },
};

#define NR_ROWS		(sizeof(rows) / sizeof(rows[0]))
#define NR_RESULTS	7	/* of each row, way, and value that the guest writes */

/* An SGI, a PPI that no device has, and an SPI */
static const unsigned int intids[] = { 5, 21, 40 };

static enum choice (* const ways[])(struct vm *vm, unsigned int rev) = {
	vm_choose_by_iidr, vm_choose_by_attr
};

static const char * const way_names[] = { "GICD_IIDR", "the attribute" };
static int kvm, count;

static void result(bool ok, const char *test, const char *what)
{
	printf("%sok %d %s: %s\n", ok ? "" : "not ", ++count, test, what);
}

static const struct reg *word(const struct vm *vm, const char *name, int n)
{
	char full[24];

	snprintf(full, sizeof(full), "GIC%c_%s%d", vm->model == GICV3 && !n ? 'R' : 'D', name, n);
	return state_reg(vm->state, full, 0);
}

static void guest_set(struct vm *vm, const char *name, int n, uint32_t val)
{
	const struct reg *r = word(vm, name, n);

	vm_guest_write(vm, r, r->offset, val);
}

/* Both sides read the groups of SGIs and PPIs, and of SPIs */
static bool all_read(struct vm *vm, bool guest, uint32_t want)
{
	bool ok = true;
	uint64_t val;

	for (int n = 0; n <= 1; n++) {
		const struct reg *r = word(vm, "IGROUPR", n);

		ok &= !vm_get(vm, r, &val) && val == want;
		ok &= !guest || vm_guest_read(vm, r) == want;
	}
	return ok;
}

static bool user_write(struct vm *vm, uint32_t val)
{
	const struct reg *r0 = word(vm, "IGROUPR", 0), *r1 = word(vm, "IGROUPR", 1);

	return !vm_set(vm, r0, r0->offset, val) && !vm_set(vm, r1, r1->offset, val);
}

/* Does each arrive once, in this group, and as FIQ if it is group 0? */
static bool all_arrive(struct vm *vm, int group)
{
	const struct reg *r = state_reg(vm->state, "GICD_CTLR", 0);
	bool ok;

	vm_guest_write(vm, r, r->offset, 3);
	vm_call(vm, 0, OP_ENABLE, 0, 0, 0);
	if (vm->model == GICV2)
		for (int n = 8; n < IRQS / 4; n++)
			guest_set(vm, "ITARGETSR", n, 0x01010101);
	for (int n = 0; n <= 1; n++)
		guest_set(vm, "ISENABLER", n, ONES);
	vm_call(vm, 0, OP_SGI, 0, intids[0], 0);
	guest_set(vm, "ISPENDR", 0, 1U << intids[1]);
	guest_set(vm, "ISPENDR", 1, 1U << (intids[2] - NR_PRIVATE));
	vm_call(vm, 0, OP_TAKE, 0, 0, 0);

	ok = vm->state->nr_arrivals == 3;
	for (size_t i = 0; i < vm->state->nr_arrivals; i++) {
		const struct arrival *a = &vm->state->arrivals[i];

		ok &= a->intid == intids[0] || a->intid == intids[1] || a->intid == intids[2];
		ok &= a->count == 1 && a->group == group && a->fiq == !group;
	}
	return ok;
}

/* After a run only 2 and 3 replace each other, and a revision always itself */
static bool is_frozen(struct vm *vm, int from)
{
	bool ok = true;

	for (int w = 0; w < 2; w++) {
		for (int to = 0; to <= INVALID; to++) {
			int want = to == INVALID ? EINVAL :
				   from != to && (from < 2 || to < 2) ? EBUSY : 0;

			ok &= (ways[w](vm, to) == TAKEN) == !want;
			ok &= !want || vm->refusal == want;
			ok &= vm_revision(vm) == (unsigned int)(want ? from : to);
			ok &= ways[w](vm, from) == TAKEN;
		}
	}
	return ok;
}

static void test_row(enum model model, const struct row *row, int way, uint32_t by_guest)
{
	bool v3 = model == GICV3, user_writable = v3 ? row->writable : row->v2_opt_in;
	int rev = row->rev == NONE ? LATEST_REV : row->rev;
	uint32_t want = v3 ? ONES : row->v2_reads;
	struct state s;
	struct vm vm;
	char test[80];
	bool ok;

	snprintf(test, sizeof(test), "%s %s%s%s, the guest writes %s", model_names[model],
		 row->name, row->rev == NONE ? "" : " by ",
		 row->rev == NONE ? "" : way_names[way], by_guest ? "ones" : "zeros");
	vm_create(&vm, kvm, model, 1, IRQS);
	state_init(&s, model, 1, IRQS);
	vm.state = &s;

	ok = row->rev == NONE || ways[way](&vm, rev) == TAKEN;
	result(ok && vm_revision(&vm) == (unsigned int)rev, test, "is what it is asked for");
	result(all_read(&vm, false, want), test, "userspace reads the groups at reset");
	ok = user_write(&vm, BY_USER);
	if (user_writable)
		want = BY_USER;
	result(ok && all_read(&vm, true, want), test, "userspace writes the groups");
	for (int n = 0; n <= 1; n++)
		guest_set(&vm, "IGROUPR", n, by_guest);
	if (row->writable)
		want = by_guest;
	result(all_read(&vm, true, want), test, "the guest writes the groups");
	ok = all_arrive(&vm, row->writable ? by_guest & 1 : v3);
	result(ok, test, "interrupts arrive in their group");
	if (v3)
		result(vm_guest_read(&vm, state_reg(&s, "GICR_CTLR", 0)) == row->gicr_ctlr, test,
		       "GICR_CTLR");
	ok = user_write(&vm, BY_USER) && all_read(&vm, true, user_writable ? BY_USER : want);
	result(ok, test, "userspace writes the groups after a run");
	result(is_frozen(&vm, rev), test, "what can be chosen after a run");
	vm_free(&vm);
	state_free(&s);
}

int main(void)
{
	bool offered[NR_MODELS];
	int plan = 0;

	kvm = kvm_open();
	for (int m = 0; m < NR_MODELS; m++) {
		offered[m] = kvm_offers(kvm, m);
		plan += offered[m] ? (2 * NR_ROWS - 1) * 2 * (NR_RESULTS + (m == GICV3)) : 1;
	}
	printf("TAP version 13\n1..%d\n", plan);
	for (int m = 0; m < NR_MODELS; m++) {
		if (!offered[m])
			printf("ok %d # SKIP %s: this host cannot emulate it\n", ++count,
			       model_names[m]);
		for (size_t i = 0; offered[m] && i < NR_ROWS; i++)
			for (int way = 0; way < (rows[i].rev == NONE ? 1 : 2); way++)
				for (int ones = 0; ones <= 1; ones++)
					test_row(m, &rows[i], way, ones ? ONES : 0);
	}
	return 0;
}
