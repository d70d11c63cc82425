// SPDX-License-Identifier: GPL-2.0-only
/*
 * vgic_v2_irq - Take interrupts of a GICv2, with the guest driver of the library
 *
 * For an SGI, a PPI and an SPI, on each of two vCPUs, the guest does all that
 * the driver can do, and sees whether the interrupt arrives: when it is enabled
 * and its priority is above the mask, once, and again only after it has been
 * deactivated. An SGI comes from a CPU, which has to be named when it is
 * deactivated; on vCPU 1 that CPU is not 0.
 */
#include <linux/sizes.h>

#include "kvm_util.h"
#include "gic.h"
#include "gic_v3.h"
#include "processor.h"
#include "test_util.h"
#include "vgic.h"

#define NR_VCPUS	2
#define NR_IRQS		64

#define HIGH_PRIORITY	0x20
#define LOW_PRIORITY	0xc0
#define MASK_BETWEEN	0x80
#define NO_MASK		0xf0

/* The guest's */
static u32 nr_arrived, last_arrived;
static bool keep_active;

static const struct {
	const char	*name;
	u32		intid;
} irqs[] = {
	{ "SGI", 5 },
	{ "PPI", 20 },
	{ "SPI", 40 },
};

static void guest_irq_handler(struct ex_regs *regs)
{
	u32 intid = gic_get_and_ack_irq();

	if (intid == IAR_SPURIOUS)
		return;

	last_arrived = intid;
	nr_arrived++;
	gic_set_eoi(intid);
	if (!keep_active)
		gic_set_dir(intid);
}

/* How often did it arrive, and nothing else? */
static u32 guest_take(u32 intid)
{
	nr_arrived = 0;
	local_irq_enable();
	for (int i = 0; i < 3; i++) {
		isb();
		/* Let KVM look at what is pending, too */
		gic_irq_get_pending(intid);
	}
	isb();
	local_irq_disable();
	GUEST_ASSERT(!READ_ONCE(nr_arrived) || READ_ONCE(last_arrived) == intid);
	return READ_ONCE(nr_arrived);
}

static bool guest_disabled(u32 intid)
{
	gic_irq_disable(intid);
	gic_irq_set_pending(intid);
	return !guest_take(intid) && gic_irq_get_pending(intid);
}

static bool guest_cleared(u32 intid)
{
	gic_irq_clear_pending(intid);
	gic_irq_enable(intid);
	return !gic_irq_get_pending(intid) && !guest_take(intid);
}

static bool guest_once(u32 intid)
{
	gic_irq_set_pending(intid);
	return guest_take(intid) == 1 && !guest_take(intid) && !gic_irq_get_pending(intid) &&
	       !gic_irq_get_active(intid);
}

static bool guest_masked(u32 intid)
{
	bool ok;

	gic_set_priority(intid, LOW_PRIORITY);
	gic_set_priority_mask(MASK_BETWEEN);
	gic_irq_set_pending(intid);
	ok = !guest_take(intid);
	gic_set_priority_mask(NO_MASK);
	return guest_take(intid) == 1 && ok;
}

static bool guest_above_mask(u32 intid)
{
	bool ok;

	gic_set_priority_mask(MASK_BETWEEN);
	gic_set_priority(intid, HIGH_PRIORITY);
	gic_irq_set_pending(intid);
	ok = guest_take(intid) == 1;
	gic_set_priority_mask(NO_MASK);
	return ok;
}

/*
 * A level-sensitive one, which PPIs are, that becomes pending by GICD_ISPENDR
 * while it is active is forgotten as it is deactivated, so those become pending
 * once only.
 */
static bool guest_split(u32 intid)
{
	bool ok, again = !INTID_IS_PPI(intid);

	keep_active = true;
	gic_irq_set_pending(intid);
	ok = guest_take(intid) == 1 && gic_irq_get_active(intid);
	if (again)
		gic_irq_set_pending(intid);
	ok &= !guest_take(intid);
	keep_active = false;
	gic_set_dir(intid);
	return ok && guest_take(intid) == again && !gic_irq_get_active(intid);
}

static bool guest_active(u32 intid)
{
	bool ok;

	gic_irq_set_active(intid);
	gic_irq_set_pending(intid);
	ok = gic_irq_get_active(intid) && !guest_take(intid);
	gic_irq_clear_active(intid);
	return !gic_irq_get_active(intid) && guest_take(intid) == 1 && ok;
}

static bool guest_reads_group(u32 intid)
{
	return readl(GICD_BASE_GVA + GICD_IGROUPR + intid / 32 * 4) & BIT(intid % 32);
}

static bool guest_group_1(u32 intid)
{
	bool ok;

	gic_irq_set_group(intid, true);
	ok = guest_reads_group(intid);
	gic_irq_set_pending(intid);
	ok &= guest_take(intid) == 1;
	gic_irq_set_group(intid, false);
	return ok && !guest_reads_group(intid);
}

static bool guest_config(u32 intid)
{
	bool ok;

	gic_irq_set_config(intid, false);
	ok = guest_once(intid);
	gic_irq_set_config(intid, true);
	return guest_once(intid) && ok;
}

static const struct {
	const char	*name;
	bool		(*fn)(u32 intid);
	u32		first_intid;	/* that it can be done with */
} steps[] = {
	{ "does not arrive while it is disabled",		guest_disabled },
	{ "does not arrive after its pending state is cleared",	guest_cleared },
	{ "arrives once",					guest_once },
	{ "does not arrive below the priority mask",		guest_masked },
	{ "arrives above the priority mask",			guest_above_mask },
	{ "arrives again only after it is deactivated",		guest_split },
	/* Who sent an SGI that is made active is not defined */
	{ "does not arrive while it is made active",		guest_active, MIN_PPI },
	{ "arrives in group 1, too",				guest_group_1 },
	{ "arrives once, edge-triggered or level-sensitive",		guest_config, MIN_SPI },
};

static void guest_code(void)
{
	gic_init(GIC_V2, NR_VCPUS);
	gic_set_eoi_split(true);

	for (int i = 0; i < ARRAY_SIZE(irqs); i++) {
		gic_irq_enable(irqs[i].intid);
		for (int j = 0; j < ARRAY_SIZE(steps); j++)
			if (irqs[i].intid >= steps[j].first_intid)
				GUEST_SYNC(steps[j].fn(irqs[i].intid));
		gic_irq_disable(irqs[i].intid);
	}
}

static bool next_result(struct kvm_vcpu *vcpu)
{
	struct ucall uc;

	vcpu_run(vcpu);
	switch (get_ucall(vcpu, &uc)) {
	case UCALL_SYNC:
		return uc.args[1];
	case UCALL_ABORT:
		REPORT_GUEST_ASSERT(uc);
		break;
	default:
		TEST_FAIL("Unexpected ucall %lu", uc.cmd);
	}

	return false;
}

static void test_vcpu(struct kvm_vcpu *vcpu)
{
	for (int i = 0; i < ARRAY_SIZE(irqs); i++)
		for (int j = 0; j < ARRAY_SIZE(steps); j++)
			if (irqs[i].intid >= steps[j].first_intid)
				ksft_test_result(next_result(vcpu), "%s of vCPU %d %s\n",
						 irqs[i].name, vcpu->id, steps[j].name);
}

int main(int argc, char *argv[])
{
	u32 to_vcpu_1 = 0x02020202;
	struct kvm_vcpu *vcpus[NR_VCPUS];
	struct kvm_vm *vm;
	int gic_fd, nr = 0;

	test_disable_default_vgic();
	ksft_print_header();
	if (!kvm_supports_vgic_v2())
		ksft_exit_skip("This host cannot emulate a GICv2\n");

	for (int i = 0; i < ARRAY_SIZE(irqs); i++)
		for (int j = 0; j < ARRAY_SIZE(steps); j++)
			nr += irqs[i].intid >= steps[j].first_intid;
	ksft_set_plan(NR_VCPUS * nr);

	vm = vm_create_with_vcpus(NR_VCPUS, guest_code, vcpus);
	vm_init_descriptor_tables(vm);
	for (int i = 0; i < NR_VCPUS; i++)
		vcpu_init_descriptor_tables(vcpus[i]);
	vm_install_exception_handler(vm, VECTOR_IRQ_CURRENT, guest_irq_handler);
	gic_fd = vgic_v2_setup(vm, NR_VCPUS, NR_IRQS);
	TEST_ASSERT(gic_fd >= 0, "Cannot create a GICv2");

	/* The driver routes all SPIs to vCPU 0 when that starts */
	test_vcpu(vcpus[0]);
	kvm_device_attr_set(gic_fd, KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
			    GICD_ITARGETSR + irqs[2].intid, &to_vcpu_1);
	test_vcpu(vcpus[1]);

	close(gic_fd);
	kvm_vm_free(vm);
	ksft_finished();
}
