/* SPDX-License-Identifier: GPL-2.0-only */
/* A VM with a vGIC, by plain KVM ioctls: those of Linux 4.14 and what can be missing */
#ifndef VGIC_COMPAT_VM_H
#define VGIC_COMPAT_VM_H

#include <linux/kvm.h>

#include "guest.h"
#include "vgic_compat.h"

/* arch/arm64/include/uapi/asm/kvm.h, with the series */
#ifndef KVM_DEV_ARM_VGIC_GRP_REVISION
#define KVM_DEV_ARM_VGIC_GRP_REVISION		12
#define KVM_DEV_ARM_VGIC_REVISION_CURRENT	0
#define KVM_DEV_ARM_VGIC_REVISION_SUPPORTED	1
#endif

#define GICD_IIDR	0x008
#define IIDR_REV_SHIFT	12
#define IIDR_REV_MASK	0xf000

struct vcpu {
	int		fd;
	struct kvm_run	*run;
	uint64_t	affinity;
};

struct vm {
	enum model	model;
	int		nr_vcpus;
	unsigned int	irqs;
	int		fd;
	int		gic;
	void		*ram;
	size_t		ram_size;
	size_t		run_size;
	struct vcpu	*vcpus;
	/* The lines that are high, and where arrivals are noted */
	struct state	*state;
	int		phase;
	/* Ends the program if the guest fails after a move; NULL before one */
	void		(*failed)(const char *why);
	int		refusal;	/* errno of the last revision that was refused */
};

/* What came of asking for a revision */
enum choice {
	TAKEN,
	REFUSED,
	IGNORED,	/* the kernel returned 0, and the revision is another */
	ABSENT,		/* there is no attribute */
};

extern const char * const choice_names[];
extern const char guest_image[], guest_image_end[];

bool kvm_is_there(void);
int kvm_open(void);
bool kvm_offers(int kvm, enum model model);
void kernel_release(char *release, size_t len);

void vm_create(struct vm *vm, int kvm, enum model model, int vcpus, unsigned int irqs);
void vm_free(struct vm *vm);
bool vm_has_access(struct vm *vm);
unsigned int vm_revision(struct vm *vm);
enum choice vm_choose_by_iidr(struct vm *vm, unsigned int rev);
enum choice vm_choose_by_attr(struct vm *vm, unsigned int rev);
enum choice vm_choose(struct vm *vm, unsigned int rev);
const char *vm_refusal(const struct vm *vm);

int vm_get(struct vm *vm, const struct reg *reg, uint64_t *val);
int vm_set(struct vm *vm, const struct reg *reg, uint32_t offset, uint64_t val);
void vm_set_line(struct vm *vm, int vcpu, unsigned int intid, bool high);

uint64_t vm_call(struct vm *vm, int vcpu, uint64_t op, uint64_t a, uint64_t b, uint64_t c);
uint64_t vm_guest_read(struct vm *vm, const struct reg *reg);
void vm_guest_write(struct vm *vm, const struct reg *reg, uint32_t offset, uint64_t val);

#endif /* VGIC_COMPAT_VM_H */
