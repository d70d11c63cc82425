/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A VM with a GICv2 or a GICv3, its registers as guest and userspace see them,
 * and the interrupts that arrive. What an implementation revision means.
 */
#ifndef SELFTEST_KVM_VGIC_VM_H
#define SELFTEST_KVM_VGIC_VM_H

#include <linux/bits.h>
#include <linux/sizes.h>

#include "gic.h"
#include "gic_v2.h"
#include "gic_v3.h"
#include "kvm_util.h"
#include "vgic.h"

/* What Documentation/virt/kvm/devices/arm-vgic-revisions.rst says of one revision */
struct vgic_revision {
	u32	rev;
	bool	writable;	/* the group registers */
	u32	v2_groups;	/* what they read as, if nobody has written them */
	u32	v3_groups;
	u32	gicr_ctlr;
};

#define VGIC_NR_REVISIONS	4
extern const struct vgic_revision vgic_revisions[VGIC_NR_REVISIONS];
#define VGIC_LATEST		(&vgic_revisions[VGIC_NR_REVISIONS - 1])

/* The ways in which userspace chooses a revision */
enum vgic_way { VGIC_BY_IIDR, VGIC_BY_ATTR, VGIC_NR_WAYS };
extern const char * const vgic_way_names[VGIC_NR_WAYS];

#define VGIC_IIDR_REV(rev)	((u32)(rev) << GICD_IIDR_REVISION_SHIFT)
#define VGIC_IIDR_PRODUCT(p)	((u32)(p) << GICD_IIDR_PRODUCT_ID_SHIFT)

/* KVM is 'K', implemented by Arm, JEP106 code 0x43b */
#define VGIC_KVM_IIDR		(VGIC_IIDR_PRODUCT('K') | 0x43b)

#define VGIC_FIRST_LPI		8192
#define VGIC_NR_LPIS		16

/*
 * How an interrupt arrives at a vCPU. A GICv3 signals group 0 as FIQ and group 1
 * as IRQ; on a GICv2, group 0 is FIQ if GICC_CTLR.FIQEn says so.
 */
enum vgic_arrival { VGIC_IRQ_G0, VGIC_IRQ_G1, VGIC_FIQ_G0, VGIC_FIQ_G1, VGIC_NR_ARRIVALS };

/* What userspace and the guest share, one for each vCPU */
struct vgic_mailbox {
	u64	(*fn)(u64 a, u64 b, u64 c);
	u64	args[3];
	u64	ret;
	u32	nr_arrived;
	u32	sgi_iar[MIN_PPI];
	u16	arrived[VGIC_NR_ARRIVALS][1024 + VGIC_NR_LPIS];
};

struct vgic_vm {
	u32			type;	/* KVM_DEV_TYPE_ARM_VGIC_V2 or _V3 */
	u32			nr_irqs;
	int			max_vcpus;
	int			nr_vcpus;
	int			gic_fd;
	struct kvm_vm		*vm;
	struct kvm_vcpu		**vcpus;
	struct vgic_mailbox	*mailboxes;
};

static inline bool vgic_is_v3(const struct vgic_vm *v)
{
	return v->type == KVM_DEV_TYPE_ARM_VGIC_V3;
}

/* The 32-bit registers that hold @bits of each interrupt */
static inline int vgic_nr_words(u32 nr_irqs, int bits)
{
	return nr_irqs * bits / 32;
}

struct vgic_vm *vgic_vm_create(u32 type, int max_vcpus, u32 nr_irqs);
void vgic_vm_add_vcpu(struct vgic_vm *v);
void vgic_vm_map(struct vgic_vm *v);
int vgic_vm_init(struct vgic_vm *v);
struct vgic_vm *vgic_vm_setup(u32 type, int nr_vcpus, u32 nr_irqs);
void vgic_vm_free(struct vgic_vm *v);

u64 vgic_vcpu_attr(const struct vgic_vm *v, int vcpu, u32 offset);
int __vgic_get(struct vgic_vm *v, int vcpu, u32 offset, int bits, int n, u32 *val);
int __vgic_set(struct vgic_vm *v, int vcpu, u32 offset, int bits, int n, u32 val);
u32 vgic_get(struct vgic_vm *v, int vcpu, u32 offset, int bits, int n);
void vgic_set(struct vgic_vm *v, int vcpu, u32 offset, int bits, int n, u32 val);
u64 vgic_gpa(const struct vgic_vm *v, int vcpu, u32 offset, int bits, int n);
void vgic_enable_dist(struct vgic_vm *v);
void vgic_set_pending(struct vgic_vm *v, int vcpu, u32 intid);
void vgic_route_spi(struct vgic_vm *v, u32 intid, int vcpu);
void vgic_set_line(struct vgic_vm *v, int vcpu, u32 intid, bool level);

u32 vgic_get_iidr(struct vgic_vm *v);
int vgic_set_iidr(struct vgic_vm *v, u32 iidr);
u32 vgic_get_current(struct vgic_vm *v);
int vgic_set_current(struct vgic_vm *v, u32 rev);
int vgic_set_revision(struct vgic_vm *v, enum vgic_way way, u32 rev);
u64 vgic_supported_revisions(u32 type);
void vgic_require_revisions(void);

u64 vgic_guest_call(struct vgic_vm *v, int vcpu, u64 (*fn)(u64 a, u64 b, u64 c),
		    u64 a, u64 b, u64 c);
u64 vgic_guest_read(struct vgic_vm *v, int vcpu, u64 gpa, int len);
void vgic_guest_write(struct vgic_vm *v, int vcpu, u64 gpa, int len, u64 val);
u32 vgic_guest_get(struct vgic_vm *v, int vcpu, u32 offset, int bits, int n);
void vgic_guest_set(struct vgic_vm *v, int vcpu, u32 offset, int bits, int n, u32 val);
void vgic_guest_enable_cpuif(struct vgic_vm *v, int vcpu, u32 gicc_ctlr);
void vgic_guest_send_sgi(struct vgic_vm *v, int vcpu, int target, u32 intid);
void vgic_guest_take(struct vgic_vm *v, int vcpu);
void vgic_guest_take_and_keep(struct vgic_vm *v, int vcpu);
void vgic_guest_deactivate(struct vgic_vm *v, int vcpu, u32 intid);

int vgic_nr_arrived(const struct vgic_vm *v, int vcpu, u32 intid, enum vgic_arrival how);
int vgic_nr_arrived_at_all(const struct vgic_vm *v, int vcpu, u32 intid);
void vgic_forget_arrivals(struct vgic_vm *v);

#endif /* SELFTEST_KVM_VGIC_VM_H */
