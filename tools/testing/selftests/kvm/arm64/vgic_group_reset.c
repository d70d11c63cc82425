// SPDX-License-Identifier: GPL-2.0-only
/*
 * vgic_group_reset - A guest that needs the group registers to be read-only
 *
 * Who could depend on registers that ignore what is written to them? Any guest
 * that never writes them, under a VMM that does.
 *
 * QEMU resets a VM by writing its idea of the reset values to all registers of
 * the vGIC, and for the interrupt groups that is 0: group 0. Up to v4.18 KVM
 * ignored that. The guest of a GICv3 found all of its interrupts in group 1,
 * enabled that group in ICC_IGRPEN1_EL1, and got them, without ever looking at
 * a group register. From v4.19 on the same write of the same VMM puts all
 * interrupts into group 0, which the same guest never enables: it gets none.
 *
 * So this test writes 0 to every group register, as QEMU does, and runs a guest
 * that never programs them. On a GICv3 its interrupts arrive as IRQ at revisions
 * 0 and 1. At revisions 2 and 3 they do not, unless the guest puts them into
 * group 1 first. On a GICv2 they arrive at every revision: the group that its
 * guest enables is group 0, and writes of userspace are ignored until it has
 * chosen a revision that it understands.
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
#define NO_CHOICE	VGIC_NR_REVISIONS

static struct vgic_vm *reset_vm(u32 type, int row)
{
	struct vgic_vm *v = vgic_vm_setup(type, NR_VCPUS, NR_IRQS);

	if (row != NO_CHOICE)
		TEST_ASSERT(!vgic_set_revision(v, VGIC_BY_ATTR, row),
			    "Cannot set revision %d", row);
	for (int i = 0; i < NR_VCPUS; i++)
		for (int n = 0; n < vgic_nr_words(NR_IRQS, 1); n++)
			vgic_set(v, i, GICD_IGROUPR, 1, n, 0);
	return v;
}

/* The group that a guest of this model uses if it uses one, as Linux does */
static u32 only_group(struct vgic_vm *v)
{
	return vgic_is_v3(v) ? GICC_CTLR_ENABLE_G1 : GICC_CTLR_ENABLE_G0;
}

static bool arrived_once(struct vgic_vm *v, u32 intid, enum vgic_arrival how)
{
	return vgic_nr_arrived(v, 1, intid, how) == 1 && vgic_nr_arrived_at_all(v, 1, intid) == 1;
}

static bool irq_arrives(struct vgic_vm *v, u32 intid, bool set_group)
{
	u32 bit = BIT(intid % 32);

	vgic_guest_write(v, 1, GICD_BASE_GPA + GICD_CTLR, 4,
			 GICD_CTLR_ENABLE_SS_G0 | GICD_CTLR_ENABLE_SS_G1);
	vgic_guest_enable_cpuif(v, 1, only_group(v));
	if (set_group)
		vgic_guest_set(v, 1, GICD_IGROUPR, 1, intid / 32, vgic_is_v3(v) ? bit : 0);
	vgic_guest_set(v, 1, GICD_ISENABLER, 1, intid / 32, bit);

	if (INTID_IS_SPI(intid))
		vgic_route_spi(v, intid, 1);
	if (INTID_IS_SGI(intid))
		vgic_guest_send_sgi(v, 0, 1, intid);
	else
		vgic_set_line(v, 1, intid, true);

	vgic_guest_take_and_keep(v, 1);
	return arrived_once(v, intid, vgic_is_v3(v) ? VGIC_IRQ_G1 : VGIC_IRQ_G0);
}

/* It did not arrive because of its group, and does once that is enabled, too */
static bool waits_in_group_0(struct vgic_vm *v, u32 intid)
{
	bool none = !vgic_nr_arrived_at_all(v, 1, intid);

	vgic_guest_enable_cpuif(v, 1, GICC_CTLR_ENABLE_G0 | GICC_CTLR_ENABLE_G1);
	vgic_guest_take_and_keep(v, 1);
	return none && arrived_once(v, intid, VGIC_FIQ_G0);
}

static void test_row(const char *model, u32 type, int row)
{
	bool read_only = row != NO_CHOICE && !vgic_revisions[row].writable;
	bool arrives = type == KVM_DEV_TYPE_ARM_VGIC_V2 || read_only;
	struct vgic_vm *v;
	char name[40];
	bool ok;

	snprintf(name, sizeof(name), row == NO_CHOICE ? "no choice" : "revision %d", row);
	for (int i = 0; i < ARRAY_SIZE(irqs); i++) {
		if (row != NO_CHOICE && !(vgic_supported_revisions(type) & BIT_ULL(row))) {
			ksft_test_result_skip("%s: this kernel does not offer revision %d\n",
					      model, row);
			ksft_test_result_skip("%s: this kernel does not offer revision %d\n",
					      model, row);
			continue;
		}

		v = reset_vm(type, row);
		ok = irq_arrives(v, irqs[i].intid, false) == arrives;
		if (!arrives)
			ok &= waits_in_group_0(v, irqs[i].intid);
		ksft_test_result(ok,
				 "%s, %s: VMM writes 0 to the groups, guest never programs them, %s %s\n",
				 model, name, irqs[i].name,
				 arrives ? "arrives as IRQ" : "does not arrive");
		vgic_vm_free(v);

		v = reset_vm(type, row);
		ksft_test_result(irq_arrives(v, irqs[i].intid, true),
				 "%s, %s: VMM writes 0 to the groups, guest programs them, %s arrives as IRQ\n",
				 model, name, irqs[i].name);
		vgic_vm_free(v);
	}
}

int main(int argc, char *argv[])
{
	const int nr = (VGIC_NR_REVISIONS + 1) * ARRAY_SIZE(irqs) * 2;
	bool v2, v3;

	test_disable_default_vgic();
	ksft_print_header();
	vgic_require_revisions();
	v2 = kvm_supports_vgic_v2();
	v3 = kvm_supports_vgic_v3();

	ksft_set_plan((v2 ? nr : 1) + (v3 ? nr : 1));
	if (!v2)
		ksft_test_result_skip("GICv2: this host cannot emulate it\n");
	for (int row = 0; row <= NO_CHOICE && v2; row++)
		test_row("GICv2", KVM_DEV_TYPE_ARM_VGIC_V2, row);
	if (!v3)
		ksft_test_result_skip("GICv3: this host cannot emulate it\n");
	for (int row = 0; row <= NO_CHOICE && v3; row++)
		test_row("GICv3", KVM_DEV_TYPE_ARM_VGIC_V3, row);
	ksft_finished();
}
