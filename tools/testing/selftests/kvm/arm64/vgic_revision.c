// SPDX-License-Identifier: GPL-2.0-only
/*
 * vgic_revision - Choose the implementation revision of a vGIC with GICD_IIDR
 *
 * A VMM that moves a guest between hosts writes the GICD_IIDR that the guest has
 * read before. For a GICv2 and a GICv3, at each moment in the life of a VM, and
 * from each revision, this test writes every value of values[]:
 *
 *  - Revisions 0 to 3 are taken. Any other revision, and another value of any
 *    other field, is -EINVAL, and the register keeps its value.
 *
 *  - Once a vCPU has run, a change from or to a revision below 2 is -EBUSY: the
 *    guest may have used registers that such a change takes away. A KVM_RUN that
 *    KVM refuses is no run, one that ends at once by immediate_exit is. While a
 *    vCPU runs, every write is -EBUSY.
 *
 *  - The guest reads the chosen revision. Its own write changes nothing.
 *
 *  - On GICv2, a revision of 2 or more lets userspace write interrupt groups. One
 *    below 2 does not: such a VMM does not know of writable groups.
 */
#include <errno.h>
#include <pthread.h>
#include <linux/sizes.h>

#include "kvm_util.h"
#include "processor.h"
#include "gic.h"
#include "gic_v3.h"

#define NR_REVS		4
#define GIC_TYPE	(v3 ? KVM_DEV_TYPE_ARM_VGIC_V3 : KVM_DEV_TYPE_ARM_VGIC_V2)

/* An access to GICD_IIDR initializes a GICv2, which has no BEFORE_INIT */
enum moment { BEFORE_INIT, AFTER_INIT, REFUSED_RUN, EMPTY_RUN, AFTER_RUN, RUNNING, NR_MOMENTS };

static const char * const moments[NR_MOMENTS] = {
	"before init", "after init", "after a refused run", "after an empty run", "after a run",
	"while a vCPU runs"
};

/* A field of GICD_IIDR and what is written there; revision N is the Nth */
static const struct value {
	const char	*name;
	u32		mask;
	u32		val;
	int		err;
} values[] = {
	{ "revision 0",		 GICD_IIDR_REVISION_MASK, 0x0000 },
	{ "revision 1",		 GICD_IIDR_REVISION_MASK, 0x1000 },
	{ "revision 2",		 GICD_IIDR_REVISION_MASK, 0x2000 },
	{ "revision 3",		 GICD_IIDR_REVISION_MASK, 0x3000 },
	{ "revision 4",		 GICD_IIDR_REVISION_MASK, 0x4000,	EINVAL },
	{ "revision 15",	 GICD_IIDR_REVISION_MASK, 0xf000,	EINVAL },
	{ "another product",	 GICD_IIDR_PRODUCT_ID_MASK, BIT(24),	EINVAL },
	{ "another variant",	 GICD_IIDR_VARIANT_MASK, BIT(16),	EINVAL },
	{ "a reserved bit",	 BIT(20), BIT(20),			EINVAL },
	{ "another implementer", GICD_IIDR_IMPLEMENTER_MASK, 0x43a,	EINVAL },
};

static struct kvm_vcpu *vcpus[2];
static struct kvm_vm *vm;
static int v3, gic_fd;
/* Shared with the guest */
static bool running, stop;
static u32 guest_iidr;

static void guest_code(void)
{
	/* A revision that exists; between 2 and 3, userspace could choose it even now */
	writel(readl(GICD_BASE_GVA + GICD_IIDR) ^ BIT(GICD_IIDR_REVISION_SHIFT),
	       GICD_BASE_GVA + GICD_IIDR);
	WRITE_ONCE(guest_iidr, readl(GICD_BASE_GVA + GICD_IIDR));
	GUEST_SYNC(0);

	WRITE_ONCE(running, true);
	while (!READ_ONCE(stop))
		;
	GUEST_DONE();
}

static void init(void)
{
	kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
}

static void create_vm(enum moment moment)
{
	u64 dist = GICD_BASE_GPA, cpu = GICR_BASE_GPA;

	vm = vm_create_with_vcpus(1, guest_code, vcpus);
	gic_fd = kvm_create_device(vm, GIC_TYPE);
	/* Without KVM_ARM_VCPU_INIT, KVM_RUN is refused. Before init, vCPU 1 comes later. */
	if (moment != BEFORE_INIT)
		vcpus[1] = moment == REFUSED_RUN ? __vm_vcpu_add(vm, 1) :
						   vm_vcpu_add(vm, 1, guest_code);
	kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_ADDR,
			    v3 ? KVM_VGIC_V3_ADDR_TYPE_DIST : KVM_VGIC_V2_ADDR_TYPE_DIST, &dist);
	kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_ADDR,
			    v3 ? KVM_VGIC_V3_ADDR_TYPE_REDIST : KVM_VGIC_V2_ADDR_TYPE_CPU, &cpu);
	virt_map(vm, GICD_BASE_GPA, GICD_BASE_GPA, 1);
	if (moment != BEFORE_INIT)
		init();
}

static void free_vm(void)
{
	close(gic_fd);
	kvm_vm_free(vm);
}

static u32 get_reg(u32 offset)
{
	u32 val;

	kvm_device_attr_get(gic_fd, KVM_DEV_ARM_VGIC_GRP_DIST_REGS, offset, &val);
	return val;
}

static int set_reg(u32 offset, u32 val)
{
	return __kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_DIST_REGS, offset, &val) ?
	       errno : 0;
}

static u32 iidr_with(u32 iidr, const struct value *v)
{
	return (iidr & ~v->mask) | v->val;
}

static void *run_vcpu(void *vcpu)
{
	vcpu_run(vcpu);
	return NULL;
}

/* Registers are accessed on vCPU 0, and it is vCPU 1 that runs: any vCPU counts */
static pthread_t run_until(enum moment moment)
{
	pthread_t thread = 0;

	if (moment == REFUSED_RUN || moment == EMPTY_RUN) {
		vcpus[1]->run->immediate_exit = moment == EMPTY_RUN;
		TEST_ASSERT_EQ(__vcpu_run(vcpus[1]), -1);
		TEST_ASSERT_EQ(errno, moment == EMPTY_RUN ? EINTR : ENOEXEC);
	} else if (moment >= AFTER_RUN) {
		vcpu_run(vcpus[1]);
		sync_global_from_guest(vm, guest_iidr);
	}
	if (moment == RUNNING) {
		kvm_pthread_create(&thread, NULL, run_vcpu, vcpus[1]);
		for (running = stop = false; !running; )
			sync_global_from_guest(vm, running);
	}
	return thread;
}

static int expected(enum moment moment, u32 from, u32 to)
{
	bool frozen = moment >= EMPTY_RUN && from != to && (from < 2 || to < 2);

	return moment == RUNNING ? EBUSY : values[to].err ?: frozen ? EBUSY : 0;
}

static void test_values(enum moment moment, u32 from)
{
	u32 iidr, got, want;
	int err, want_err;
	pthread_t thread;

	create_vm(moment);
	iidr = get_reg(GICD_IIDR);
	TEST_ASSERT_EQ(iidr, iidr_with(iidr, &values[NR_REVS - 1]));
	iidr = iidr_with(iidr, &values[from]);
	guest_iidr = iidr;
	TEST_ASSERT_EQ(set_reg(GICD_IIDR, iidr), 0);
	thread = run_until(moment);

	for (int i = 0; i < ARRAY_SIZE(values); i++) {
		err = set_reg(GICD_IIDR, iidr_with(iidr, &values[i]));
		want_err = expected(moment, from, i);
		want = want_err ? iidr : iidr_with(iidr, &values[i]);
		/* While a vCPU runs, a read is -EBUSY, too */
		got = thread ? want : get_reg(GICD_IIDR);
		ksft_test_result(err == want_err && got == want,
				 "GICv%d %s, at revision %u: %s, errno %d\n", 2 + v3,
				 moments[moment], from, values[i].name, want_err);
		set_reg(GICD_IIDR, iidr);
	}

	if (thread) {
		stop = true;
		sync_global_to_guest(vm, stop);
		kvm_pthread_join(thread, NULL);
	}
	if (moment == BEFORE_INIT) {
		vm_vcpu_add(vm, 1, guest_code);
		init();
	}
	ksft_test_result(get_reg(GICD_IIDR) == iidr && guest_iidr == iidr,
			 "GICv%d %s, at revision %u: it stays\n", 2 + v3, moments[moment], from);
	free_vm();
}

/* Is what userspace writes to the groups of a GICv2 in force? Revision 3 shows it. */
static void test_opt_in(u32 rev)
{
	u32 iidr;

	create_vm(AFTER_INIT);
	/* What the first choice allows, the second one takes back */
	iidr = get_reg(GICD_IIDR);
	TEST_ASSERT_EQ(set_reg(GICD_IIDR, iidr), 0);
	TEST_ASSERT_EQ(set_reg(GICD_IIDR, iidr_with(iidr, &values[rev])), 0);
	TEST_ASSERT_EQ(set_reg(GICD_IGROUPR + 4, ~0U), 0);
	TEST_ASSERT_EQ(set_reg(GICD_IIDR, iidr), 0);
	ksft_test_result(get_reg(GICD_IGROUPR + 4) == (rev < 2 ? 0 : ~0U),
			 "GICv2 at revision %u: %s\n", rev, rev < 2 ? "no opt-in" : "opt-in");
	free_vm();
}

int main(void)
{
	const int per_moment = NR_REVS * (ARRAY_SIZE(values) + 1);
	int plan[] = { (NR_MOMENTS - 1) * per_moment + NR_REVS, NR_MOMENTS * per_moment };

	test_disable_default_vgic();
	ksft_print_header();
	vm = vm_create_barebones();
	for (v3 = 0; v3 <= 1; v3++)
		if (__kvm_test_create_device(vm, GIC_TYPE))
			plan[v3] = 0;
	kvm_vm_free(vm);
	ksft_set_plan((plan[0] ?: 1) + (plan[1] ?: 1));

	for (v3 = 0; v3 <= 1; v3++) {
		if (!plan[v3]) {
			ksft_test_result_skip("GICv%d: this host cannot emulate it\n", 2 + v3);
			continue;
		}
		for (int moment = v3 ? BEFORE_INIT : AFTER_INIT; moment < NR_MOMENTS; moment++)
			for (u32 from = 0; from < NR_REVS; from++)
				test_values(moment, from);
		for (u32 rev = 0; rev < NR_REVS && !v3; rev++)
			test_opt_in(rev);
	}
	ksft_finished();
}
