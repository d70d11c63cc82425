// SPDX-License-Identifier: GPL-2.0-only
/*
 * vgic_revision_attr - The device attributes for the implementation revision
 *
 *  - Setting CURRENT does what writing GICD_IIDR does, see vgic_revision: which
 *    values it takes, the freeze, and the opt-in to the groups of a GICv2. But it
 *    can be set before there are vCPUs, and never initializes a GICv2.
 *    vCPUs and SPIs that are created after the choice have the groups of the model.
 *
 *  - CURRENT moves 32 bits and SUPPORTED 64. Other attributes, and the groups
 *    beside this one, are -ENXIO.
 */
#include <errno.h>
#include <sys/mman.h>
#include <linux/sizes.h>

#include "kvm_util.h"
#include "processor.h"
#include "gic.h"
#include "gic_v3.h"

#define GROUP		12 /* KVM_DEV_ARM_VGIC_GRP_REVISION; the numbers are ABI */
#define CURRENT		0
#define SUPPORTED	1
#define GIC_TYPE	(v3 ? KVM_DEV_TYPE_ARM_VGIC_V3 : KVM_DEV_TYPE_ARM_VGIC_V2)
#define LATEST_REV	3

static const u32 values[] = { 0, 1, 2, LATEST_REV, 4, BIT(8), BIT(16), ~0U };

/* 10 and 11 are groups of a GICv5, from v7.4 on */
static const struct { u32 group; u64 attr; } absent[] = {
	{ 10, 0 }, { 10, 1 }, { 11, 0 }, { 11, 1 }, { 13, 0 }, { GROUP, 2 }, { GROUP, BIT_ULL(32) },
};

/* Where a GICv2 and a GICv3 have the groups of vCPU 0's SGIs and PPIs, and of the first SPIs */
static const struct { u32 group; u32 offset; } igroupr[2][2] = {
	{ { KVM_DEV_ARM_VGIC_GRP_DIST_REGS, GICD_IGROUPR },
	  { KVM_DEV_ARM_VGIC_GRP_DIST_REGS, GICD_IGROUPR + 4 } },
	{ { KVM_DEV_ARM_VGIC_GRP_REDIST_REGS, SZ_64K + GICR_IGROUPR0 },
	  { KVM_DEV_ARM_VGIC_GRP_DIST_REGS, GICD_IGROUPR + 4 } },
};

enum moment { BEFORE_VCPUS, BEFORE_INIT, AFTER_INIT, AFTER_RUN, NR_MOMENTS };

static const char * const moments[NR_MOMENTS] = {
	"before vCPUs", "before init", "after init", "after a run"
};

static struct kvm_vcpu *vcpu;
static struct kvm_vm *vm;
static int gic_fd, v3;
static u32 *last_u32;	/* at the end of a page, before one without access */

#define set(group, attr, val)	(__kvm_device_attr_set(gic_fd, group, attr, val) ? errno : 0)
#define get(group, attr, val)	(__kvm_device_attr_get(gic_fd, group, attr, val) ? errno : 0)

static int set_current(u32 rev)
{
	*last_u32 = rev;
	return set(GROUP, CURRENT, last_u32);
}

static u32 get_current(void)
{
	*last_u32 = ~0;
	TEST_ASSERT_EQ(get(GROUP, CURRENT, last_u32), 0);
	return *last_u32;
}

static void init(void)
{
	u64 gpas[] = { GICD_BASE_GPA, GICR_BASE_GPA };
	u32 nr_irqs = 64;

	/* -EBUSY if the vGIC is initialized already */
	kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &nr_irqs);
	for (int i = 0; i < 2; i++)
		kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_ADDR, i +
				    (v3 ? KVM_VGIC_V3_ADDR_TYPE_DIST : KVM_VGIC_V2_ADDR_TYPE_DIST),
				    &gpas[i]);
	kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
}

static void set_groups(u32 val)
{
	for (int n = 0; n <= 1; n++)
		TEST_ASSERT_EQ(set(igroupr[v3][n].group, igroupr[v3][n].offset, &val), 0);
}

/* At revision 3: what userspace writes now, or the model's group if it is below 2 */
static bool groups_are_right(u32 rev)
{
	u32 want = rev >= 2 ? 0xa5a5a5a5 : v3 ? ~0U : 0, got, wrong = 0;

	set_groups(0xa5a5a5a5);
	TEST_ASSERT_EQ(set_current(LATEST_REV), 0);
	for (int n = 0; n <= 1; n++)
		wrong |= get(igroupr[v3][n].group, igroupr[v3][n].offset, &got) || got != want;
	return !wrong;
}

static void test_values(enum moment moment, u32 from)
{
	u32 iidr;

	vm = vm_create(1);
	gic_fd = kvm_create_device(vm, GIC_TYPE);
	if (moment >= BEFORE_INIT)
		vcpu = vm_vcpu_add(vm, 0, NULL);
	if (moment >= AFTER_INIT)
		init();
	TEST_ASSERT_EQ(get_current(), LATEST_REV);
	TEST_ASSERT_EQ(set_current(LATEST_REV), 0);
	if (moment == AFTER_INIT)
		set_groups(0x0f0f0f0f);
	TEST_ASSERT_EQ(set_current(from), 0);
	if (moment == AFTER_RUN) {
		vcpu->run->immediate_exit = 1;
		TEST_ASSERT_EQ(__vcpu_run(vcpu), -1);
	}

	for (int i = 0; i < ARRAY_SIZE(values); i++) {
		u32 rev = values[i];
		bool frozen = moment == AFTER_RUN && from != rev && (from < 2 || rev < 2);
		int want = rev > LATEST_REV ? EINVAL : frozen ? EBUSY : 0;

		ksft_test_result(set_current(rev) == want && get_current() == (want ? from : rev),
				 "GICv%d %s, at revision %u: set %u, errno %d\n", 2 + v3,
				 moments[moment], from, rev, want);
		set_current(from);
	}

	if (moment == BEFORE_VCPUS)
		vm_vcpu_add(vm, 0, NULL);
	if (moment <= BEFORE_INIT)
		init();
	TEST_ASSERT_EQ(get(KVM_DEV_ARM_VGIC_GRP_DIST_REGS, GICD_IIDR, &iidr), 0);
	ksft_test_result((iidr & GICD_IIDR_REVISION_MASK) >> GICD_IIDR_REVISION_SHIFT == from &&
			 (moment == AFTER_RUN || groups_are_right(from)),
			 "GICv%d %s: set to %u\n", 2 + v3, moments[moment], from);
	close(gic_fd);
	kvm_vm_free(vm);
}

static bool all_absent(void)
{
	for (int i = 0; i < ARRAY_SIZE(absent); i++)
		if (!__kvm_has_device_attr(gic_fd, absent[i].group, absent[i].attr) ||
		    errno != ENXIO || set(absent[i].group, absent[i].attr, last_u32) != ENXIO ||
		    get(absent[i].group, absent[i].attr, last_u32) != ENXIO)
			return false;
	return true;
}

static void test_uapi(void)
{
	u64 *last_u64 = (u64 *)(last_u32 - 1), val = ~0ULL << 32 | 1, old = ~0;

	vm = vm_create_barebones();
	gic_fd = kvm_create_device(vm, GIC_TYPE);
	kvm_has_device_attr(gic_fd, GROUP, CURRENT);
	kvm_has_device_attr(gic_fd, GROUP, SUPPORTED);
	ksft_test_result(!set(GROUP, CURRENT, &val) && !get(GROUP, CURRENT, &old) && old == val &&
			 set(GROUP, CURRENT, last_u32 + 1) == EFAULT &&
			 get(GROUP, CURRENT, last_u32 + 1) == EFAULT,
			 "GICv%d: CURRENT moves 32 bits, from and to a good address\n", 2 + v3);
	*last_u64 = ~0;
	ksft_test_result(!get(GROUP, SUPPORTED, last_u64) && *last_u64 == 0xf &&
			 get(GROUP, SUPPORTED, last_u32) == EFAULT &&
			 set(GROUP, SUPPORTED, last_u64) == ENXIO,
			 "GICv%d: SUPPORTED gives 64 bits and takes none\n", 2 + v3);
	ksft_test_result(all_absent(), "GICv%d: absent attributes\n", 2 + v3);
	close(gic_fd);
	kvm_vm_free(vm);
}

int main(void)
{
	int nr_results = NR_MOMENTS * (LATEST_REV + 1) * (ARRAY_SIZE(values) + 1) + 3;
	int plan[] = { nr_results, nr_results }, size = getpagesize();

	test_disable_default_vgic();
	last_u32 = kvm_mmap(2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	last_u32 += size / sizeof(u32) - 1;
	TEST_ASSERT_EQ(mprotect(last_u32 + 1, size, PROT_NONE), 0);

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
		for (enum moment moment = 0; moment < NR_MOMENTS; moment++)
			for (u32 from = 0; from <= LATEST_REV; from++)
				test_values(moment, from);
		test_uapi();
	}
	ksft_finished();
}
