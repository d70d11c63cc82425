// SPDX-License-Identifier: GPL-2.0-only
/*
 * A VM with a GICv2 or a GICv3 whose vCPUs do what userspace tells them, one
 * function at a time, so that a test reads like a script of both sides.
 *
 * No vCPU runs before a test calls one of the vgic_vm_guest_*() functions, as
 * some revisions can only be chosen until then.
 */

#include "processor.h"
#include "vgic_vm.h"

const struct vgic_vm_revision vgic_vm_revisions[VGIC_VM_NR_REVS] = {
	{ false, GENMASK(31, 0), GENMASK(31, 0), 0 },
	{ false, 0,		 GENMASK(31, 0), 0 },
	{ true,	 0,		 GENMASK(31, 0), 0 },
	{ true,	 0,		 GENMASK(31, 0), GICR_CTLR_IR | GICR_CTLR_CES },
};

const char * const vgic_vm_way_names[VGIC_VM_NR_WAYS] = { "GICD_IIDR", "attribute" };

/* EOImode */
#define ICC_CTLR_EOI_SPLIT	BIT(1)

/* Above the memory of the VM and the GIC, and mapped at the same address */
#define MAILBOX_GPA		SZ_4G
#define MAILBOX_MEMSLOT		1

/* An interrupt that arrives more often will not stop */
#define MAX_ARRIVALS		10000

/* Per-VM values, which must not be accessed from host code */
static struct vgic_vm_mailbox *guest_mailboxes;
static bool guest_is_v3;

static struct vgic_vm_mailbox *guest_mailbox(void)
{
	return &guest_mailboxes[guest_get_vcpuid()];
}

static void guest_code(void)
{
	struct vgic_vm_mailbox *m = guest_mailbox();

	for (;;) {
		WRITE_ONCE(m->ret, m->fn(m->args[0], m->args[1], m->args[2]));
		GUEST_SYNC(0);
	}
}

/* Does an EOI just drop the priority, so that the interrupt stays active? */
static void guest_set_eoi_split(bool split)
{
	if (guest_is_v3) {
		write_sysreg_s(split ? ICC_CTLR_EOI_SPLIT : 0, SYS_ICC_CTLR_EL1);
		isb();
	} else {
		u32 ctlr = readl(GICC_BASE_GVA + GICC_CTLR);

		writel(split ? ctlr | GICC_CTLR_EOIMODE : ctlr & ~GICC_CTLR_EOIMODE,
		       GICC_BASE_GVA + GICC_CTLR);
	}
}

/* Both groups may be pending, so look at the one of this kind of exception first */
static u32 guest_take_v3(bool fiq, bool *group1)
{
	u32 iar;

	for (int i = 0; i < 2; i++) {
		*group1 = fiq == !!i;
		iar = *group1 ? read_sysreg_s(SYS_ICC_IAR1_EL1) :
				read_sysreg_s(SYS_ICC_IAR0_EL1);
		if (iar < 1020 || iar >= VGIC_VM_FIRST_LPI)
			break;
	}
	dsb(sy);
	if (iar >= 1020 && iar < VGIC_VM_FIRST_LPI)
		return iar;

	if (*group1)
		write_sysreg_s(iar, SYS_ICC_EOIR1_EL1);
	else
		write_sysreg_s(iar, SYS_ICC_EOIR0_EL1);
	isb();
	return iar;
}

/*
 * If one in group 1 is pending, GICC_IAR reads as GICC_IAR_GROUP_1 until
 * GICC_CTLR.AckCtl is set. GICC_AIAR would do without, but not every emulation
 * of a GICv2 has it.
 */
static u32 guest_take_v2(bool *group1)
{
	u32 iar = readl(GICC_BASE_GVA + GICC_IAR);
	u32 ctlr = readl(GICC_BASE_GVA + GICC_CTLR);

	*group1 = (iar & GICC_IAR_INTID) == GICC_IAR_GROUP_1;
	if (*group1) {
		writel(ctlr | GICC_CTLR_ACK_CTL, GICC_BASE_GVA + GICC_CTLR);
		iar = readl(GICC_BASE_GVA + GICC_IAR);
	}
	if ((iar & GICC_IAR_INTID) < 1020)
		writel(iar, GICC_BASE_GVA + GICC_EOIR);
	if (*group1)
		writel(ctlr, GICC_BASE_GVA + GICC_CTLR);
	return iar;
}

static u32 arrival_index(u32 intid)
{
	return intid < VGIC_VM_FIRST_LPI ? intid : 1024 + intid - VGIC_VM_FIRST_LPI;
}

static void guest_take_one(bool fiq)
{
	struct vgic_vm_mailbox *m = guest_mailbox();
	u32 iar, intid;
	bool group1;
	u16 *nr;

	iar = guest_is_v3 ? guest_take_v3(fiq, &group1) : guest_take_v2(&group1);
	intid = guest_is_v3 ? iar : iar & GICC_IAR_INTID;
	if (intid >= 1020 && intid < VGIC_VM_FIRST_LPI)
		return;

	if (INTID_IS_SGI(intid))
		m->sgi_iar[intid] = iar;

	GUEST_ASSERT(arrival_index(intid) < ARRAY_SIZE(m->arrived[0]));
	nr = &m->arrived[fiq ? (group1 ? VGIC_VM_FIQ_G1 : VGIC_VM_FIQ_G0)
			     : (group1 ? VGIC_VM_IRQ_G1 : VGIC_VM_IRQ_G0)][arrival_index(intid)];
	/* A line that nobody lowers, for example */
	GUEST_ASSERT(*nr < MAX_ARRIVALS);
	(*nr)++;
	m->nr_arrived++;
}

static void guest_irq_handler(struct ex_regs *regs)
{
	guest_take_one(false);
}

static void guest_fiq_handler(struct ex_regs *regs)
{
	guest_take_one(true);
}

/* Take what is pending, and what follows it, until nothing arrives any more */
static u64 guest_take(u64 keep_active, u64 unused1, u64 unused2)
{
	struct vgic_vm_mailbox *m = guest_mailbox();
	int quiet = 0;
	u32 before;

	guest_set_eoi_split(keep_active);
	while (quiet < 2) {
		before = READ_ONCE(m->nr_arrived);
		local_irq_enable();
		isb();
		/* Traps, so that KVM fills the list registers again */
		readl(GICD_BASE_GVA + GICD_TYPER);
		isb();
		local_irq_disable();
		quiet = READ_ONCE(m->nr_arrived) == before ? quiet + 1 : 0;
	}
	return 0;
}

static u64 guest_deactivate(u64 intid, u64 unused1, u64 unused2)
{
	guest_set_eoi_split(true);
	if (guest_is_v3) {
		write_sysreg_s(intid, SYS_ICC_DIR_EL1);
		isb();
	} else {
		writel(INTID_IS_SGI(intid) ? guest_mailbox()->sgi_iar[intid] : intid,
		       GICC_BASE_GVA + GICC_DIR);
	}
	return 0;
}

static u64 guest_enable(u64 gicc_ctlr, u64 unused1, u64 unused2)
{
	if (guest_is_v3) {
		write_sysreg_s(read_sysreg_s(SYS_ICC_SRE_EL1) | ICC_SRE_EL1_SRE,
			       SYS_ICC_SRE_EL1);
		isb();
		write_sysreg_s(0xff, SYS_ICC_PMR_EL1);
		/*
		 * Group 0 alone is not used, and so not tested: an emulated host
		 * may then take KVM's maintenance interrupt for ever.
		 */
		write_sysreg_s(0, SYS_ICC_IGRPEN0_EL1);
		write_sysreg_s(!!(gicc_ctlr & GICC_CTLR_ENABLE_G1), SYS_ICC_IGRPEN1_EL1);
		if (gicc_ctlr & GICC_CTLR_ENABLE_G0)
			write_sysreg_s(1, SYS_ICC_IGRPEN0_EL1);
		isb();
	} else {
		writel(0xff, GICC_BASE_GVA + GICC_PMR);
		writel(gicc_ctlr, GICC_BASE_GVA + GICC_CTLR);
	}
	return 0;
}

static u64 guest_send_sgi(u64 val, u64 unused1, u64 unused2)
{
	if (guest_is_v3) {
		write_sysreg_s(val, SYS_ICC_SGI1R_EL1);
		isb();
	} else {
		writel(val, GICD_BASE_GVA + GICD_SGIR);
	}
	return 0;
}

static u64 guest_read(u64 gpa, u64 unused1, u64 unused2)
{
	return readl((void *)gpa);
}

static u64 guest_write(u64 gpa, u64 val, u64 unused)
{
	writel(val, (void *)gpa);
	return 0;
}

/**
 * vgic_vm_require_revisions - skip a test that has to choose revisions
 *
 * On a host that can emulate neither a GICv2 nor a GICv3, and on a kernel on
 * which the older revisions cannot be chosen.
 */
void vgic_vm_require_revisions(void)
{
	bool v2 = kvm_supports_vgic_v2();
	struct kvm_vm *vm;
	int gic_fd, ret;

	if (!v2 && !kvm_supports_vgic_v3())
		ksft_exit_skip("This host can emulate no GICv2 or GICv3\n");

	vm = vm_create_barebones();
	gic_fd = kvm_create_device(vm, v2 ? KVM_DEV_TYPE_ARM_VGIC_V2 : KVM_DEV_TYPE_ARM_VGIC_V3);
	ret = __kvm_has_device_attr(gic_fd, KVM_DEV_ARM_VGIC_GRP_REVISION,
				    KVM_DEV_ARM_VGIC_REVISION_CURRENT);
	close(gic_fd);
	kvm_vm_free(vm);
	if (ret)
		ksft_exit_skip("This kernel has no KVM_DEV_ARM_VGIC_GRP_REVISION\n");
}

/**
 * vgic_vm_create - create a VM and its vGIC, without vCPUs yet
 * @type: KVM_DEV_TYPE_ARM_VGIC_V2 or KVM_DEV_TYPE_ARM_VGIC_V3
 * @max_vcpus: how many vCPUs it will have at most, 1 to 8 or 512
 * @nr_irqs: how many interrupts, 64 to 992 in steps of 32
 *
 * Return: the VM, to be freed with vgic_vm_free()
 */
struct vgic_vm *vgic_vm_create(u32 type, int max_vcpus, u32 nr_irqs)
{
	size_t size = max_vcpus * sizeof(struct vgic_vm_mailbox);
	size_t pages = vm_calc_num_guest_pages(VM_MODE_DEFAULT, size);
	struct vgic_vm *v = calloc(1, sizeof(*v));

	TEST_ASSERT(v, "Out of memory");
	v->type = type;
	v->nr_irqs = nr_irqs;
	v->max_vcpus = max_vcpus;
	v->vcpus = calloc(max_vcpus, sizeof(*v->vcpus));
	TEST_ASSERT(v->vcpus, "Out of memory");

	/* The extra pages are of another slot, and need page tables in this one */
	v->vm = __vm_create(VM_SHAPE_DEFAULT, max_vcpus, pages);
	TEST_ASSERT(memslot2region(v->vm, 0)->region.memory_size < GITS_BASE_GPA,
		    "%d vCPUs need memory where the vGIC is", max_vcpus);
	vm_init_descriptor_tables(v->vm);
	vm_install_exception_handler(v->vm, VECTOR_IRQ_CURRENT, guest_irq_handler);
	vm_install_exception_handler(v->vm, VECTOR_FIQ_CURRENT, guest_fiq_handler);

	vm_userspace_mem_region_add(v->vm, VM_MEM_SRC_ANONYMOUS, MAILBOX_GPA,
				    MAILBOX_MEMSLOT, pages, 0);
	virt_map(v->vm, MAILBOX_GPA, MAILBOX_GPA, pages);
	v->mailboxes = addr_gpa2hva(v->vm, MAILBOX_GPA);
	write_guest_global(v->vm, guest_mailboxes, (struct vgic_vm_mailbox *)MAILBOX_GPA);
	write_guest_global(v->vm, guest_is_v3, vgic_vm_is_v3(v));

	v->gic_fd = kvm_create_device(v->vm, type);
	kvm_device_attr_set(v->gic_fd, KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &nr_irqs);
	if (vgic_vm_is_v3(v))
		vgic_v3_map(v->vm, v->gic_fd, max_vcpus);
	else
		vgic_v2_map(v->vm, v->gic_fd);
	return v;
}

/**
 * vgic_vm_add_vcpu - add the next vCPU
 * @v: a VM with less than max_vcpus of them, whose vGIC is not initialized
 */
void vgic_vm_add_vcpu(struct vgic_vm *v)
{
	TEST_ASSERT(v->nr_vcpus < v->max_vcpus, "One vCPU too many");
	v->vcpus[v->nr_vcpus] = vm_vcpu_add(v->vm, v->nr_vcpus, guest_code);
	vcpu_init_descriptor_tables(v->vcpus[v->nr_vcpus]);
	v->nr_vcpus++;
}

/**
 * vgic_vm_init - initialize the vGIC
 * @v: the VM
 *
 * Return: 0, or -1 with errno
 */
int vgic_vm_init(struct vgic_vm *v)
{
	return __kvm_device_attr_set(v->gic_fd, KVM_DEV_ARM_VGIC_GRP_CTRL,
				     KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
}

/**
 * vgic_vm_setup - create a VM that is ready to run
 * @type: KVM_DEV_TYPE_ARM_VGIC_V2 or KVM_DEV_TYPE_ARM_VGIC_V3
 * @nr_vcpus: how many vCPUs, 1 to 8 or 512
 * @nr_irqs: how many interrupts, 64 to 992 in steps of 32
 *
 * Return: the VM, to be freed with vgic_vm_free()
 */
struct vgic_vm *vgic_vm_setup(u32 type, int nr_vcpus, u32 nr_irqs)
{
	struct vgic_vm *v = vgic_vm_create(type, nr_vcpus, nr_irqs);

	while (v->nr_vcpus < nr_vcpus)
		vgic_vm_add_vcpu(v);
	TEST_ASSERT(!vgic_vm_init(v), "Cannot initialize the vGIC: %s", strerror(errno));
	return v;
}

/**
 * vgic_vm_free - destroy a VM
 * @v: the VM
 */
void vgic_vm_free(struct vgic_vm *v)
{
	close(v->gic_fd);
	kvm_vm_free(v->vm);
	free(v->vcpus);
	free(v);
}

/**
 * vgic_vm_vcpu_attr - the attribute of a register, as a vCPU sees it
 * @v: the VM
 * @vcpu: which vCPU, from 0 up
 * @offset: of the register in its group
 *
 * Return: the vCPU, by its number on GICv2 and by the affinities of its MPIDR on
 * GICv3, and the offset
 */
u64 vgic_vm_vcpu_attr(const struct vgic_vm *v, int vcpu, u32 offset)
{
	u64 id = vcpu;

	/* KVM puts 16 vCPUs into a cluster */
	if (vgic_vm_is_v3(v))
		id = (vcpu & 0xf) | (vcpu >> 4 & 0xff) << 8 | (vcpu >> 12 & 0xff) << 16;

	return id << KVM_DEV_ARM_VGIC_CPUID_SHIFT | offset;
}

/* SGIs and PPIs of a GICv3 have their registers in the redistributor */
static bool in_redist(const struct vgic_vm *v, u32 offset)
{
	if (!vgic_vm_is_v3(v) || offset < GICD_IGROUPR)
		return false;
	/* One bit for each interrupt, and 0x80 bytes for each such register */
	if (offset < GICD_IPRIORITYR)
		return offset % 0x80 == 0;
	if (offset < GICD_ITARGETSR)
		return offset < GICD_IPRIORITYR + MIN_SPI;
	return offset >= GICD_ICFGR && offset < GICD_ICFGR + MIN_SPI / 4;
}

static u32 attr_group(const struct vgic_vm *v, u32 offset)
{
	return in_redist(v, offset) ? KVM_DEV_ARM_VGIC_GRP_REDIST_REGS
				    : KVM_DEV_ARM_VGIC_GRP_DIST_REGS;
}

static u64 attr_of(const struct vgic_vm *v, int vcpu, u32 offset)
{
	return vgic_vm_vcpu_attr(v, vcpu, offset + (in_redist(v, offset) ? SZ_64K : 0));
}

/**
 * __vgic_vm_set - let userspace write a register of the distributor
 * @v: the VM
 * @vcpu: which vCPU, for the registers that are banked
 * @offset: GICD_IGROUPR + 4 for example. That of a register of SGIs and PPIs is
 *	    the same on GICv3, though that has it in a redistributor
 * @val: what to write
 *
 * Return: 0, or -1 with errno
 */
int __vgic_vm_set(struct vgic_vm *v, int vcpu, u32 offset, u32 val)
{
	return __kvm_device_attr_set(v->gic_fd, attr_group(v, offset),
				     attr_of(v, vcpu, offset), &val);
}

/**
 * vgic_vm_set - __vgic_vm_set() that has to succeed; an ignored write does
 * @v: the VM
 * @vcpu: which vCPU
 * @offset: of the register
 * @val: what to write
 */
void vgic_vm_set(struct vgic_vm *v, int vcpu, u32 offset, u32 val)
{
	TEST_ASSERT(!__vgic_vm_set(v, vcpu, offset, val), "Cannot write the register at %#x: %s",
		    offset, strerror(errno));
}

/**
 * vgic_vm_get - let userspace read a register of the distributor
 * @v: the VM
 * @vcpu: which vCPU
 * @offset: of the register, as for __vgic_vm_set()
 *
 * Return: the value
 */
u32 vgic_vm_get(struct vgic_vm *v, int vcpu, u32 offset)
{
	u32 val;

	kvm_device_attr_get(v->gic_fd, attr_group(v, offset), attr_of(v, vcpu, offset), &val);
	return val;
}

/**
 * vgic_vm_gpa - where the guest has a register of the distributor
 * @v: the VM
 * @vcpu: which vCPU
 * @offset: of the register, as for __vgic_vm_set()
 *
 * Return: its address
 */
u64 vgic_vm_gpa(const struct vgic_vm *v, int vcpu, u32 offset)
{
	if (in_redist(v, offset))
		return GICR_BASE_GPA + (u64)vcpu * KVM_VGIC_V3_REDIST_SIZE + SZ_64K + offset;

	return GICD_BASE_GPA + offset;
}

/**
 * vgic_vm_enable_dist - let userspace enable both groups in GICD_CTLR
 * @v: the VM
 */
void vgic_vm_enable_dist(struct vgic_vm *v)
{
	vgic_vm_set(v, 0, GICD_CTLR, GICD_CTLR_ENABLE_SS_G1 | GICD_CTLR_ENABLE_SS_G0);
}

/**
 * vgic_vm_route_spi - let userspace route an SPI to a vCPU
 * @v: the VM
 * @intid: the SPI, from 32 up
 * @vcpu: which vCPU, below 8 on GICv2
 */
void vgic_vm_route_spi(struct vgic_vm *v, u32 intid, int vcpu)
{
	u32 offset = GICD_ITARGETSR + intid / 4 * 4, shift = intid % 4 * 8;

	/* The upper half of the 64 bits has Aff3, which is 0 */
	if (vgic_vm_is_v3(v))
		vgic_vm_set(v, 0, GICD_IROUTER + 8 * intid,
			    vgic_vm_vcpu_attr(v, vcpu, 0) >> KVM_DEV_ARM_VGIC_CPUID_SHIFT);
	else
		vgic_vm_set(v, 0, offset, (vgic_vm_get(v, 0, offset) & ~(0xffU << shift)) |
					  BIT(vcpu) << shift);
}

/**
 * vgic_vm_set_line - set the level of an interrupt line
 * @v: the VM
 * @vcpu: which vCPU, for a PPI
 * @intid: a PPI or an SPI
 * @level: high or low; an edge-triggered interrupt becomes pending as it rises
 */
void vgic_vm_set_line(struct vgic_vm *v, int vcpu, u32 intid, bool level)
{
	u32 type = INTID_IS_PPI(intid) ? KVM_ARM_IRQ_TYPE_PPI : KVM_ARM_IRQ_TYPE_SPI;
	u32 irq = type << KVM_ARM_IRQ_TYPE_SHIFT | intid << KVM_ARM_IRQ_NUM_SHIFT;

	if (INTID_IS_PPI(intid))
		irq |= vcpu << KVM_ARM_IRQ_VCPU_SHIFT;
	kvm_irq_line(v->vm, irq, level);
}

/**
 * vgic_vm_current - read KVM_DEV_ARM_VGIC_REVISION_CURRENT
 * @v: the VM
 *
 * Return: the revision
 */
u32 vgic_vm_current(struct vgic_vm *v)
{
	u32 rev;

	kvm_device_attr_get(v->gic_fd, KVM_DEV_ARM_VGIC_GRP_REVISION,
			    KVM_DEV_ARM_VGIC_REVISION_CURRENT, &rev);
	return rev;
}

/**
 * vgic_vm_choose - choose a revision
 * @v: the VM; one with a vCPU for GICD_IIDR, which initializes a GICv2
 * @way: by GICD_IIDR or by KVM_DEV_ARM_VGIC_REVISION_CURRENT
 * @rev: the revision, below 16 for GICD_IIDR
 *
 * Return: 0, or -1 with errno
 */
int vgic_vm_choose(struct vgic_vm *v, enum vgic_vm_way way, u32 rev)
{
	if (way == VGIC_VM_BY_IIDR)
		return __vgic_vm_set(v, 0, GICD_IIDR, VGIC_VM_IIDR(rev));

	return __kvm_device_attr_set(v->gic_fd, KVM_DEV_ARM_VGIC_GRP_REVISION,
				     KVM_DEV_ARM_VGIC_REVISION_CURRENT, &rev);
}

/**
 * vgic_vm_guest_call - run a function in the guest
 * @v: the VM
 * @vcpu: on which vCPU
 * @fn: the function, which runs with interrupts masked
 * @a: its first argument
 * @b: its second argument
 * @c: its third argument
 *
 * Return: what it returned
 */
u64 vgic_vm_guest_call(struct vgic_vm *v, int vcpu, u64 (*fn)(u64 a, u64 b, u64 c),
		       u64 a, u64 b, u64 c)
{
	struct vgic_vm_mailbox *m = &v->mailboxes[vcpu];
	struct ucall uc;

	m->fn = fn;
	m->args[0] = a;
	m->args[1] = b;
	m->args[2] = c;
	vcpu_run(v->vcpus[vcpu]);

	switch (get_ucall(v->vcpus[vcpu], &uc)) {
	case UCALL_SYNC:
		return READ_ONCE(m->ret);
	case UCALL_ABORT:
		REPORT_GUEST_ASSERT(uc);
		break;
	default:
		TEST_FAIL("Unexpected ucall %lu", uc.cmd);
	}

	return 0;
}

/**
 * vgic_vm_guest_get - let the guest read what vgic_vm_get() reads
 * @v: the VM
 * @vcpu: on which vCPU
 * @offset: of the register, as for __vgic_vm_set()
 *
 * Return: the value
 */
u32 vgic_vm_guest_get(struct vgic_vm *v, int vcpu, u32 offset)
{
	return vgic_vm_guest_call(v, vcpu, guest_read, vgic_vm_gpa(v, vcpu, offset), 0, 0);
}

/**
 * vgic_vm_guest_set - let the guest write what vgic_vm_set() writes
 * @v: the VM
 * @vcpu: on which vCPU
 * @offset: of the register, as for __vgic_vm_set()
 * @val: the value
 */
void vgic_vm_guest_set(struct vgic_vm *v, int vcpu, u32 offset, u32 val)
{
	vgic_vm_guest_call(v, vcpu, guest_write, vgic_vm_gpa(v, vcpu, offset), val, 0);
}

/**
 * vgic_vm_guest_enable - let the guest enable its CPU interface
 * @v: the VM
 * @vcpu: on which vCPU
 * @gicc_ctlr: GICC_CTLR, of which a GICv3 takes what enables the groups
 */
void vgic_vm_guest_enable(struct vgic_vm *v, int vcpu, u32 gicc_ctlr)
{
	vgic_vm_guest_call(v, vcpu, guest_enable, gicc_ctlr, 0, 0);
}

/**
 * vgic_vm_guest_send_sgi - let the guest send an SGI, with ICC_SGI1R on GICv3
 * @v: the VM
 * @vcpu: from which vCPU
 * @target: to which vCPU, below 8 on GICv2 and below 16 on GICv3
 * @intid: the SGI, 0 to 15
 */
void vgic_vm_guest_send_sgi(struct vgic_vm *v, int vcpu, int target, u32 intid)
{
	u64 val = vgic_vm_is_v3(v) ? (u64)intid << ICC_SGI1R_SGI_ID_SHIFT | BIT(target)
				   : BIT(target) << GICD_SGIR_TARGET_SHIFT | intid;

	vgic_vm_guest_call(v, vcpu, guest_send_sgi, val, 0, 0);
}

/**
 * vgic_vm_guest_take - let the guest take the interrupts that are pending
 * @v: the VM
 * @vcpu: on which vCPU
 * @keep_active: whether they stay active, or are deactivated by their EOI. At most
 *		 four may be active, so that all of them are in list registers
 */
void vgic_vm_guest_take(struct vgic_vm *v, int vcpu, bool keep_active)
{
	vgic_vm_guest_call(v, vcpu, guest_take, keep_active, 0, 0);
}

/**
 * vgic_vm_guest_deactivate - let the guest deactivate an interrupt
 * @v: the VM
 * @vcpu: on which vCPU
 * @intid: the interrupt; if it is an SGI of a GICv2, one that the vCPU has taken
 */
void vgic_vm_guest_deactivate(struct vgic_vm *v, int vcpu, u32 intid)
{
	vgic_vm_guest_call(v, vcpu, guest_deactivate, intid, 0, 0);
}

/**
 * vgic_vm_arrived - whether an interrupt arrived in one way, and in no other
 * @v: the VM
 * @vcpu: on which vCPU
 * @intid: the interrupt, one of the first VGIC_VM_NR_LPIS if it is an LPI
 * @how: the way
 * @nr: how often, since vgic_vm_forget_arrivals(); if 0, in no way at all
 *
 * Return: whether it did; if it did not, what it did is printed
 */
bool vgic_vm_arrived(const struct vgic_vm *v, int vcpu, u32 intid, enum vgic_vm_arrival how,
		     int nr)
{
	int got[VGIC_VM_NR_ARRIVALS], others = 0;

	for (int i = 0; i < VGIC_VM_NR_ARRIVALS; i++) {
		got[i] = v->mailboxes[vcpu].arrived[i][arrival_index(intid)];
		others += i == how ? 0 : got[i];
	}
	if (got[how] == nr && !others)
		return true;

	ksft_print_msg("%u on vCPU %d arrived as IRQ in group 0, 1: %d, %d; as FIQ: %d, %d\n",
		       intid, vcpu, got[VGIC_VM_IRQ_G0], got[VGIC_VM_IRQ_G1],
		       got[VGIC_VM_FIQ_G0], got[VGIC_VM_FIQ_G1]);
	return false;
}

/**
 * vgic_vm_arrived_in - vgic_vm_arrived() as VGIC_VM_BOTH_GROUPS signals the groups
 * @v: the VM
 * @vcpu: on which vCPU
 * @intid: the interrupt
 * @group: as FIQ in group 0, or as IRQ in group 1
 * @nr: how often
 *
 * Return: whether it did
 */
bool vgic_vm_arrived_in(const struct vgic_vm *v, int vcpu, u32 intid, bool group, int nr)
{
	return vgic_vm_arrived(v, vcpu, intid, group ? VGIC_VM_IRQ_G1 : VGIC_VM_FIQ_G0, nr);
}

/**
 * vgic_vm_forget_arrivals - start counting the interrupts that arrive anew
 * @v: the VM
 */
void vgic_vm_forget_arrivals(struct vgic_vm *v)
{
	for (int i = 0; i < v->nr_vcpus; i++)
		memset(v->mailboxes[i].arrived, 0, sizeof(v->mailboxes[i].arrived));
}
