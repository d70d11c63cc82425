// SPDX-License-Identifier: GPL-2.0-only
/*
 * cost - what an access to a group register costs
 *
 * In:  nothing; /dev/kvm of an arm64 host on which time counts instructions, as
 *      QEMU makes it with -icount shift=0
 * Out: lines "cost MODEL REVISION ACCESS NANOSECONDS" on standard output, with
 *      the time for one access in a guest's loop of 20,000, measured from here. Each
 *      is measured in a VM of its own, as a revision is chosen before the first run.
 *      A revision that the host refuses has no line.
 */
#include <time.h>

#include "vm.h"

#define ACCESSES	20000

#define GICD_IGROUPR1	0x084

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000UL + ts.tv_nsec;
}

static void measure(int kvm, enum model model, unsigned int rev, const char *name, uint64_t op,
		    uint32_t reg)
{
	uint64_t start;
	struct vm vm;

	vm_create(&vm, kvm, model, 1, MIN_IRQS);
	if (vm_choose_by_iidr(&vm, rev) == TAKEN) {
		start = now();
		vm_call(&vm, 0, op, GICD_GPA + reg, ACCESSES, 0xa5a5a5a5);
		printf("cost %s %u %s %lu\n", model_names[model], rev, name,
		       (unsigned long)((now() - start) / ACCESSES));
	}
	vm_free(&vm);
}

int main(void)
{
	int kvm = kvm_open();

	for (int m = 0; m < NR_MODELS; m++) {
		for (unsigned int rev = 0; kvm_offers(kvm, m) && rev < 4; rev++) {
			measure(kvm, m, rev, "write_IGROUPR1", OP_WRITES, GICD_IGROUPR1);
			measure(kvm, m, rev, "read_IGROUPR1", OP_READS, GICD_IGROUPR1);
			measure(kvm, m, rev, "read_IIDR", OP_READS, GICD_IIDR);
		}
	}
	return vc_end(0);
}
