// SPDX-License-Identifier: GPL-2.0-only
/*
 * vgic_group_reset - A guest that needs fixed groups, under a VMM that writes them
 *
 * Who could depend on group registers that ignore what is written to them? Any
 * guest that never writes them, under a VMM that does.
 *
 * A VMM resets a VM by writing its idea of the reset values to all registers of
 * the vGIC, and for the groups that may be 0. Up to v4.18 KVM ignored this write.
 * The guest of a GICv3 found all of its interrupts in group 1, enabled group 1
 * in ICC_IGRPEN1_EL1, and got them without ever looking at a group register. From
 * v4.19 on the same write puts all interrupts into group 0, which the same guest
 * never enables: it gets none.
 *
 * So this test writes 0 to every group register and runs a guest that never
 * programs them. On a GICv3 its interrupts arrive as IRQ at revisions 0 and 1. At
 * revisions 2 and 3 they do not, unless the guest puts them into group 1 first.
 * On a GICv2 they arrive at every revision: the group that its guest enables is
 * group 0, and that is also what was written.
 */
#include "kvm_util.h"
#include "processor.h"
#include "test_util.h"
#include "vgic_vm.h"

#define NR_VCPUS	2
#define NR_IRQS		96

static const struct {
	const char	*name;
	u32		intid;
} irqs[] = {
	{ "SGI", 3 },
	{ "PPI", 20 },
	{ "SPI", 70 },
};

/* What a VMM has that knows nothing of revisions */
#define NO_CHOICE	VGIC_VM_NR_REVS

static struct vgic_vm *reset_vm(u32 type, u32 rev)
{
	struct vgic_vm *v = vgic_vm_setup(type, NR_VCPUS, NR_IRQS);

	if (rev != NO_CHOICE)
		TEST_ASSERT(!vgic_vm_choose(v, rev % VGIC_VM_NR_WAYS, rev), "No revision %u",
			    rev);
	for (int i = 0; i < NR_VCPUS; i++)
		for (int n = 0; n < NR_IRQS / 32; n++)
			vgic_vm_set(v, i, GICD_IGROUPR + 4 * n, 0);
	return v;
}

static void raise_irq(struct vgic_vm *v, u32 intid, bool guest_sets_group)
{
	u32 offset = intid / 32 * 4, bit = BIT(intid % 32);

	vgic_vm_guest_set(v, 1, GICD_CTLR, GICD_CTLR_ENABLE_SS_G0 | GICD_CTLR_ENABLE_SS_G1);
	/* The group that a guest of this model uses if it uses one, as Linux does */
	vgic_vm_guest_enable(v, 1, vgic_vm_is_v3(v) ? GICC_CTLR_ENABLE_G1 : GICC_CTLR_ENABLE_G0);
	if (guest_sets_group)
		vgic_vm_guest_set(v, 1, GICD_IGROUPR + offset, vgic_vm_is_v3(v) ? bit : 0);
	vgic_vm_guest_set(v, 1, GICD_ISENABLER + offset, bit);

	if (INTID_IS_SPI(intid))
		vgic_vm_route_spi(v, intid, 1);
	if (INTID_IS_SGI(intid))
		vgic_vm_guest_send_sgi(v, 0, 1, intid);
	else
		vgic_vm_set_line(v, 1, intid, true);
	vgic_vm_guest_take(v, 1, true);
}

static void test_irq(u32 type, u32 rev, int i, bool guest_sets_group)
{
	bool fixed = rev != NO_CHOICE && !vgic_vm_revisions[rev].writable;
	bool arrives = type == KVM_DEV_TYPE_ARM_VGIC_V2 || fixed || guest_sets_group;
	struct vgic_vm *v = reset_vm(type, rev);
	char name[40];
	bool ok;

	raise_irq(v, irqs[i].intid, guest_sets_group);
	ok = vgic_vm_arrived(v, 1, irqs[i].intid, vgic_vm_is_v3(v) ? VGIC_VM_IRQ_G1 :
							VGIC_VM_IRQ_G0, arrives);
	/* It did not arrive because of its group, and does once that is enabled, too */
	if (!arrives) {
		vgic_vm_guest_enable(v, 1, VGIC_VM_BOTH_GROUPS);
		vgic_vm_guest_take(v, 1, true);
		ok &= vgic_vm_arrived_in(v, 1, irqs[i].intid, 0, 1);
	}

	snprintf(name, sizeof(name), rev == NO_CHOICE ? "no choice" : "revision %u", rev);
	ksft_test_result(ok, "%s, %s: VMM writes 0 to the groups, guest %s them, %s %s\n",
			 vgic_vm_name(type), name,
			 guest_sets_group ? "programs" : "never programs", irqs[i].name,
			 arrives ? "arrives as IRQ" : "does not arrive");
	vgic_vm_free(v);
}

static int nr_results(u32 type)
{
	return (VGIC_VM_NR_REVS + 1) * ARRAY_SIZE(irqs) * 2;
}

static void test_model(u32 type)
{
	for (u32 rev = 0; rev <= NO_CHOICE; rev++)
		for (int i = 0; i < ARRAY_SIZE(irqs); i++) {
			test_irq(type, rev, i, false);
			test_irq(type, rev, i, true);
		}
}

int main(int argc, char *argv[])
{
	test_disable_default_vgic();
	ksft_print_header();
	vgic_vm_test_models(nr_results, test_model);
}
