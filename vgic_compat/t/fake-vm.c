// SPDX-License-Identifier: GPL-2.0-only
/*
 * For probe.t, in place of vm.c and /dev/kvm: the vGICs of kernels that Debian has no
 * more, as they were measured. KERNEL in the environment says which one.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vm.h"

static const struct kernel {
	const char	*name;
	unsigned int	revision;
	bool		is_writable;	/* the groups, by a guest */
	uint32_t	reads_v2;	/* of a GICv2's groups that are not */
	bool		has_v3_access;
	bool		ignores;	/* a write of GICD_IIDR */
} kernels[] = {
	{ "4.1",  0, false, 0x00000000, false, true },
	{ "4.9",  0, false, 0xffffffff, false, true },
	{ "4.14", 0, false, 0xffffffff, true,  true },
	{ "4.19", 2, true,  0,          true,  false },
	/* Without a0e6ae45af17 */
	{ "6.12.43", 3, true, 0,        true,  true },
};

const char * const choice_names[] = { "taken", "refused", "ignored", "absent" };

static const struct kernel *kernel;
static uint32_t groups;
static bool takes_groups;	/* of a GICv2, from userspace */

bool kvm_is_there(void)
{
	return true;
}

int kvm_open(void)
{
	const char *name = getenv("KERNEL");

	for (size_t i = 0; name && i < sizeof(kernels) / sizeof(*kernels); i++)
		if (!strcmp(name, kernels[i].name))
			kernel = &kernels[i];
	return -1;
}

bool kvm_offers(int kvm, enum model model)
{
	(void)kvm;
	(void)model;
	return true;
}

void kernel_release(char *release, size_t len)
{
	snprintf(release, len, "%s", kernel->name);
}

void vm_create(struct vm *vm, int kvm, enum model model, int vcpus, unsigned int irqs)
{
	(void)kvm;
	memset(vm, 0, sizeof(*vm));
	vm->model = model;
	vm->nr_vcpus = vcpus;
	vm->irqs = irqs;
	groups = model == GICV3 || kernel->reads_v2 ? ~0U : 0;
	takes_groups = model == GICV3;
}

void vm_free(struct vm *vm)
{
	(void)vm;
}

bool vm_has_access(struct vm *vm)
{
	return vm->model == GICV2 || kernel->has_v3_access;
}

unsigned int vm_revision(struct vm *vm)
{
	if (!vm_has_access(vm))
		vc_die(VC_CANNOT, "no access");
	return kernel->revision;
}

enum choice vm_choose_by_iidr(struct vm *vm, unsigned int rev)
{
	vm->refusal = vm_has_access(vm) ? EINVAL : ENXIO;
	if (!vm_has_access(vm))
		return REFUSED;
	/* Ignored or not, the write has this effect */
	takes_groups = true;
	if (rev == kernel->revision)
		return TAKEN;
	return kernel->ignores ? IGNORED : REFUSED;
}

enum choice vm_choose_by_attr(struct vm *vm, unsigned int rev)
{
	(void)vm;
	(void)rev;
	return ABSENT;
}

enum choice vm_choose(struct vm *vm, unsigned int rev)
{
	return vm_choose_by_iidr(vm, rev);
}

const char *vm_refusal(const struct vm *vm)
{
	return strerror(vm->refusal);
}

int vm_get(struct vm *vm, const struct reg *reg, uint64_t *val)
{
	*val = reg->offset == GICD_IIDR ? kernel->revision << IIDR_REV_SHIFT : 0;
	return vm_has_access(vm) ? 0 : -ENXIO;
}

int vm_set(struct vm *vm, const struct reg *reg, uint32_t offset, uint64_t val)
{
	(void)offset;
	if (kernel->is_writable && takes_groups && strstr(reg->name, "IGROUPR"))
		groups = val;
	return vm_has_access(vm) ? 0 : -ENXIO;
}

void vm_set_line(struct vm *vm, int vcpu, unsigned int intid, bool high)
{
	(void)vm;
	(void)vcpu;
	(void)intid;
	(void)high;
}

uint64_t vm_call(struct vm *vm, int vcpu, uint64_t op, uint64_t a, uint64_t b, uint64_t c)
{
	(void)a;
	(void)b;
	(void)c;
	if (op == OP_TAKE)
		state_add_arrival(vm->state, &(struct arrival) {
			0, vcpu, NR_PRIVATE, vm->model == GICV2, vm->model == GICV3, 1 });
	return 0;
}

uint64_t vm_guest_read(struct vm *vm, const struct reg *reg)
{
	(void)vm;
	if (!strcmp(reg->name, "GICD_IIDR"))
		return kernel->revision << IIDR_REV_SHIFT;
	return strstr(reg->name, "IGROUPR") ? groups : 0;
}

void vm_guest_write(struct vm *vm, const struct reg *reg, uint32_t offset, uint64_t val)
{
	(void)vm;
	(void)offset;
	if (kernel->is_writable && strstr(reg->name, "IGROUPR"))
		groups = val;
}
