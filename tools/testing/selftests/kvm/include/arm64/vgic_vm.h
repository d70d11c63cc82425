/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A VM with a GICv2 or a GICv3, its registers as guest and userspace see them,
 * and the interrupts that arrive. What an implementation revision means.
 */
#ifndef SELFTEST_KVM_VGIC_VM_H
#define SELFTEST_KVM_VGIC_VM_H

#include <errno.h>
#include <linux/bits.h>
#include <linux/sizes.h>

#include "gic.h"
#include "gic_v2.h"
#include "gic_v3.h"
#include "kvm_util.h"
#include "vgic.h"

/* What Documentation/virt/kvm/devices/arm-vgic-revisions.rst says of a revision */
struct vgic_vm_revision {
	bool	writable;	/* the group registers */
	u32	v2_groups;	/* what they read as, if nobody has written them */
	u32	v3_groups;
	u32	gicr_ctlr;
};

#define VGIC_VM_NR_REVS		4
#define VGIC_VM_LATEST		(VGIC_VM_NR_REVS - 1)
extern const struct vgic_vm_revision vgic_vm_revisions[VGIC_VM_NR_REVS];

/* The ways in which userspace chooses a revision */
enum vgic_vm_way { VGIC_VM_BY_IIDR, VGIC_VM_BY_ATTR, VGIC_VM_NR_WAYS };
extern const char * const vgic_vm_way_names[VGIC_VM_NR_WAYS];

/* GICD_IIDR: KVM is product 'K', implemented by Arm, whose JEP106 code is 0x43b */
#define VGIC_VM_IIDR(rev)	((u32)'K' << GICD_IIDR_PRODUCT_ID_SHIFT | 0x43b | \
				 (u32)(rev) << GICD_IIDR_REVISION_SHIFT)

#define VGIC_VM_FIRST_LPI	8192
#define VGIC_VM_NR_LPIS		16

/*
 * For vgic_vm_guest_enable(): both groups, and group 0 as FIQ on GICv2, too, as a
 * GICv3 signals it
 */
#define VGIC_VM_BOTH_GROUPS	(GICC_CTLR_ENABLE_G0 | GICC_CTLR_ENABLE_G1 | GICC_CTLR_FIQ_EN)

/* How an interrupt arrives at a vCPU, and the group that it is acknowledged in */
enum vgic_vm_arrival {
	VGIC_VM_IRQ_G0, VGIC_VM_IRQ_G1, VGIC_VM_FIQ_G0, VGIC_VM_FIQ_G1, VGIC_VM_NR_ARRIVALS
};

/* What userspace and the guest share, one for each vCPU */
struct vgic_vm_mailbox {
	u64	(*fn)(u64 a, u64 b, u64 c);
	u64	args[3];
	u64	ret;
	u32	nr_arrived;
	u32	sgi_iar[MIN_PPI];
	u16	arrived[VGIC_VM_NR_ARRIVALS][1024 + VGIC_VM_NR_LPIS];
};

struct vgic_vm {
	u32			type;	/* KVM_DEV_TYPE_ARM_VGIC_V2 or _V3 */
	u32			nr_irqs;
	int			max_vcpus;
	int			nr_vcpus;
	int			gic_fd;
	struct kvm_vm		*vm;
	struct kvm_vcpu		**vcpus;
	struct vgic_vm_mailbox	*mailboxes;
};

static inline bool vgic_vm_is_v3(const struct vgic_vm *v)
{
	return v->type == KVM_DEV_TYPE_ARM_VGIC_V3;
}

static inline const char *vgic_vm_name(u32 type)
{
	return type == KVM_DEV_TYPE_ARM_VGIC_V3 ? "GICv3" : "GICv2";
}

/* The group that all interrupts have until somebody writes another one */
static inline bool vgic_vm_fixed_group(u32 type)
{
	return type == KVM_DEV_TYPE_ARM_VGIC_V3;
}

/* What a group register reads as at a revision if @groups are in force */
static inline u32 vgic_vm_groups_read_as(u32 type, u32 rev, u32 groups)
{
	const struct vgic_vm_revision *r = &vgic_vm_revisions[rev];

	if (r->writable)
		return groups;
	return type == KVM_DEV_TYPE_ARM_VGIC_V3 ? r->v3_groups : r->v2_groups;
}

/* What changing the revision fails with once a vCPU has run, or 0 */
static inline int vgic_vm_change_errno(u32 from, u32 to)
{
	bool both_writable = vgic_vm_revisions[from].writable && vgic_vm_revisions[to].writable;

	return from == to || both_writable ? 0 : EBUSY;
}

void vgic_vm_require_revisions(void);

struct vgic_vm *vgic_vm_create(u32 type, int max_vcpus, u32 nr_irqs);
void vgic_vm_add_vcpu(struct vgic_vm *v);
int vgic_vm_init(struct vgic_vm *v);
struct vgic_vm *vgic_vm_setup(u32 type, int nr_vcpus, u32 nr_irqs);
void vgic_vm_free(struct vgic_vm *v);

u64 vgic_vm_vcpu_attr(const struct vgic_vm *v, int vcpu, u32 offset);
int __vgic_vm_set(struct vgic_vm *v, int vcpu, u32 offset, u32 val);
void vgic_vm_set(struct vgic_vm *v, int vcpu, u32 offset, u32 val);
u32 vgic_vm_get(struct vgic_vm *v, int vcpu, u32 offset);
u64 vgic_vm_gpa(const struct vgic_vm *v, int vcpu, u32 offset);
void vgic_vm_enable_dist(struct vgic_vm *v);
void vgic_vm_route_spi(struct vgic_vm *v, u32 intid, int vcpu);
void vgic_vm_set_line(struct vgic_vm *v, int vcpu, u32 intid, bool level);

u32 vgic_vm_current(struct vgic_vm *v);
int vgic_vm_choose(struct vgic_vm *v, enum vgic_vm_way way, u32 rev);

u64 vgic_vm_guest_call(struct vgic_vm *v, int vcpu, u64 (*fn)(u64 a, u64 b, u64 c),
		       u64 a, u64 b, u64 c);
u32 vgic_vm_guest_get(struct vgic_vm *v, int vcpu, u32 offset);
void vgic_vm_guest_set(struct vgic_vm *v, int vcpu, u32 offset, u32 val);
void vgic_vm_guest_enable(struct vgic_vm *v, int vcpu, u32 gicc_ctlr);
void vgic_vm_guest_send_sgi(struct vgic_vm *v, int vcpu, int target, u32 intid);
void vgic_vm_guest_take(struct vgic_vm *v, int vcpu, bool keep_active);
void vgic_vm_guest_deactivate(struct vgic_vm *v, int vcpu, u32 intid);

bool vgic_vm_arrived(const struct vgic_vm *v, int vcpu, u32 intid, enum vgic_vm_arrival how,
		     int nr);
bool vgic_vm_arrived_in(const struct vgic_vm *v, int vcpu, u32 intid, bool group, int nr);
void vgic_vm_forget_arrivals(struct vgic_vm *v);

/**
 * vgic_vm_test_models - run a test for GICv2 and GICv3, as the host can emulate them
 * @nr_results: how many results the test has for a model
 * @test: the test
 *
 * This is here because each file that includes kselftest.h counts its own results.
 */
static inline void vgic_vm_test_models(int (*nr_results)(u32 type), void (*test)(u32 type))
{
	const u32 types[] = { KVM_DEV_TYPE_ARM_VGIC_V2, KVM_DEV_TYPE_ARM_VGIC_V3 };
	bool has[] = { kvm_supports_vgic_v2(), kvm_supports_vgic_v3() };
	int plan = 0;

	vgic_vm_require_revisions();
	for (int i = 0; i < ARRAY_SIZE(types); i++)
		plan += has[i] ? nr_results(types[i]) : 1;
	ksft_set_plan(plan);
	for (int i = 0; i < ARRAY_SIZE(types); i++) {
		if (has[i])
			test(types[i]);
		else
			ksft_test_result_skip("%s: this host cannot emulate it\n",
					      vgic_vm_name(types[i]));
	}
	ksft_finished();
}

#endif /* SELFTEST_KVM_VGIC_VM_H */
