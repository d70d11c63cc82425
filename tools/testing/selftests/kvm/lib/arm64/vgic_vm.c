// SPDX-License-Identifier: GPL-2.0-only
/*
 * A VM with a GICv2 or a GICv3 whose vCPUs do what userspace tells them, one
 * function at a time, so that a test reads like a script of both sides.
 */
#include <linux/bitfield.h>

#include "processor.h"
#include "vgic_vm.h"

const struct vgic_revision vgic_revisions[VGIC_NR_REVISIONS] = {
	{ 0, false, GENMASK(31, 0), GENMASK(31, 0), 0 },
	{ 1, false, 0,		    GENMASK(31, 0), 0 },
	{ 2, true,  0,		    GENMASK(31, 0), 0 },
	{ 3, true,  0,		    GENMASK(31, 0), GICR_CTLR_IR | GICR_CTLR_CES },
};

const char * const vgic_way_names[VGIC_NR_WAYS] = { "GICD_IIDR", "attribute" };

/* EOImode */
#define ICC_CTLR_EOI_SPLIT	BIT(1)

/* Above the memory of the VM and the GIC, and mapped at the same address */
#define MAILBOX_GPA		SZ_4G
#define MAILBOX_MEMSLOT		1

/* One that arrives so often without a stop will not stop */
#define MAX_ARRIVALS		10000

/* Per-VM values, which must not be accessed from host code */
static struct vgic_mailbox *guest_mailboxes;
static bool guest_is_v3;

static struct vgic_mailbox *guest_mailbox(void)
{
	return &guest_mailboxes[guest_get_vcpuid()];
}

static void guest_code(void)
{
	struct vgic_mailbox *m = guest_mailbox();

	for (;;) {
		WRITE_ONCE(m->ret, m->fn(m->args[0], m->args[1], m->args[2]));
		GUEST_SYNC(0);
	}
}

static u32 guest_iar(struct vgic_mailbox *m, u32 intid)
{
	return INTID_IS_SGI(intid) ? m->sgi_iar[intid] : intid;
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
static u32 guest_ack_v3(bool fiq, bool *group1)
{
	u32 iar;

	for (int i = 0; i < 2; i++) {
		*group1 = fiq == !!i;
		iar = *group1 ? read_sysreg_s(SYS_ICC_IAR1_EL1) :
				read_sysreg_s(SYS_ICC_IAR0_EL1);
		if (iar < 1020 || iar >= VGIC_FIRST_LPI)
			break;
	}
	dsb(sy);
	return iar;
}

static void guest_eoi_v3(u32 iar, bool group1)
{
	if (group1)
		write_sysreg_s(iar, SYS_ICC_EOIR1_EL1);
	else
		write_sysreg_s(iar, SYS_ICC_EOIR0_EL1);
	isb();
}

/*
 * GICC_IAR says that there is one in group 1, and acknowledges it if
 * GICC_CTLR.AckCtl is set. GICC_AIAR would do that too, but not every emulation
 * of a GICv2 has it.
 */
static u32 guest_ack_v2(bool *group1)
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

static void guest_take_one(bool fiq)
{
	struct vgic_mailbox *m = guest_mailbox();
	u32 iar, intid;
	bool group1;
	u16 *nr;

	iar = guest_is_v3 ? guest_ack_v3(fiq, &group1) : guest_ack_v2(&group1);
	intid = guest_is_v3 ? iar : iar & GICC_IAR_INTID;
	if (intid >= 1020 && intid < VGIC_FIRST_LPI)
		return;

	if (guest_is_v3)
		guest_eoi_v3(iar, group1);
	if (INTID_IS_SGI(intid))
		m->sgi_iar[intid] = iar;

	if (intid >= VGIC_FIRST_LPI)
		intid = 1024 + intid - VGIC_FIRST_LPI;
	GUEST_ASSERT(intid < ARRAY_SIZE(m->arrived[0]));
	nr = &m->arrived[fiq ? (group1 ? VGIC_FIQ_G1 : VGIC_FIQ_G0)
			     : (group1 ? VGIC_IRQ_G1 : VGIC_IRQ_G0)][intid];
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
	struct vgic_mailbox *m = guest_mailbox();
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
	return m->nr_arrived;
}

static u64 guest_deactivate(u64 intid, u64 unused1, u64 unused2)
{
	u32 iar = guest_iar(guest_mailbox(), intid);

	guest_set_eoi_split(true);
	if (guest_is_v3) {
		write_sysreg_s(iar, SYS_ICC_DIR_EL1);
		isb();
	} else {
		writel(iar, GICC_BASE_GVA + GICC_DIR);
	}
	return 0;
}

static u64 guest_enable_cpuif(u64 gicc_ctlr, u64 unused1, u64 unused2)
{
	if (guest_is_v3) {
		write_sysreg_s(read_sysreg_s(SYS_ICC_SRE_EL1) | ICC_SRE_EL1_SRE,
			       SYS_ICC_SRE_EL1);
		isb();
		write_sysreg_s(0xff, SYS_ICC_PMR_EL1);
		/*
		 * Never group 0 alone: QEMU 7.2 then signals KVM's maintenance
		 * interrupt for ever, as if group 0 were disabled.
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

static u64 guest_read(u64 gpa, u64 len, u64 unused)
{
	u64 val;

	switch (len) {
	case 1:
		asm volatile("ldrb %w0, [%1]" : "=r" (val) : "r" (gpa));
		return (u8)val;
	case 2:
		asm volatile("ldrh %w0, [%1]" : "=r" (val) : "r" (gpa));
		return (u16)val;
	case 4:
		return readl((void *)gpa);
	case 8:
		return readq((void *)gpa);
	}
	GUEST_FAIL("Cannot read %lu bytes", len);
	return 0;
}

static u64 guest_write(u64 gpa, u64 len, u64 val)
{
	switch (len) {
	case 1:
		asm volatile("strb %w0, [%1]" : : "r" (val), "r" (gpa) : "memory");
		break;
	case 2:
		asm volatile("strh %w0, [%1]" : : "r" (val), "r" (gpa) : "memory");
		break;
	case 4:
		writel(val, (void *)gpa);
		break;
	case 8:
		writeq(val, (void *)gpa);
		break;
	default:
		GUEST_FAIL("Cannot write %lu bytes", len);
	}
	return 0;
}

/**
 * vgic_vm_create - create a VM and its vGIC, without vCPUs or addresses yet
 * @type: KVM_DEV_TYPE_ARM_VGIC_V2 or KVM_DEV_TYPE_ARM_VGIC_V3
 * @max_vcpus: how many vCPUs it will have at most, 1 to 8 or 512
 * @nr_irqs: how many interrupts, 64 to 992 in steps of 32
 *
 * Return: the VM, to be freed with vgic_vm_free()
 */
struct vgic_vm *vgic_vm_create(u32 type, int max_vcpus, u32 nr_irqs)
{
	size_t size = max_vcpus * sizeof(struct vgic_mailbox);
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
	vm_init_descriptor_tables(v->vm);
	vm_install_exception_handler(v->vm, VECTOR_IRQ_CURRENT, guest_irq_handler);
	vm_install_exception_handler(v->vm, VECTOR_FIQ_CURRENT, guest_fiq_handler);

	vm_userspace_mem_region_add(v->vm, VM_MEM_SRC_ANONYMOUS, MAILBOX_GPA,
				    MAILBOX_MEMSLOT, pages, 0);
	virt_map(v->vm, MAILBOX_GPA, MAILBOX_GPA, pages);
	v->mailboxes = addr_gpa2hva(v->vm, MAILBOX_GPA);
	write_guest_global(v->vm, guest_mailboxes, (struct vgic_mailbox *)MAILBOX_GPA);
	write_guest_global(v->vm, guest_is_v3, type == KVM_DEV_TYPE_ARM_VGIC_V3);

	v->gic_fd = kvm_create_device(v->vm, type);
	kvm_device_attr_set(v->gic_fd, KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &nr_irqs);
	return v;
}

/**
 * vgic_vm_add_vcpu - add the next vCPU
 * @v: a VM with less than max_vcpus of them
 */
void vgic_vm_add_vcpu(struct vgic_vm *v)
{
	TEST_ASSERT(v->nr_vcpus < v->max_vcpus, "One vCPU too many");
	v->vcpus[v->nr_vcpus] = vm_vcpu_add(v->vm, v->nr_vcpus, guest_code);
	vcpu_init_descriptor_tables(v->vcpus[v->nr_vcpus]);
	v->nr_vcpus++;
}

/**
 * vgic_vm_map - give the vGIC its addresses, with room for max_vcpus
 * @v: the VM
 */
void vgic_vm_map(struct vgic_vm *v)
{
	if (vgic_is_v3(v))
		vgic_v3_map(v->vm, v->gic_fd, v->max_vcpus);
	else
		vgic_v2_map(v->vm, v->gic_fd);
}

/**
 * vgic_vm_init - initialize the vGIC, after which no vCPU can be added
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
	vgic_vm_map(v);
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
 * vgic_vcpu_attr - the attribute of a register, as a vCPU sees it
 * @v: the VM
 * @vcpu: which vCPU, from 0 up
 * @offset: of the register in its group
 *
 * Return: the vCPU, by its number on GICv2 and by the affinities of its MPIDR on
 * GICv3, and the offset
 */
u64 vgic_vcpu_attr(const struct vgic_vm *v, int vcpu, u32 offset)
{
	u64 id = vcpu;

	/* KVM puts 16 vCPUs into a cluster */
	if (vgic_is_v3(v))
		id = (vcpu & 0xf) | (vcpu >> 4 & 0xff) << 8 | (vcpu >> 12 & 0xff) << 16;

	return id << KVM_DEV_ARM_VGIC_CPUID_SHIFT | offset;
}

/* SGIs and PPIs of a GICv3 have registers in the redistributor */
static bool in_redist(const struct vgic_vm *v, int bits, int n)
{
	return vgic_is_v3(v) && n < bits;
}

static u32 group_of(const struct vgic_vm *v, int bits, int n)
{
	return in_redist(v, bits, n) ? KVM_DEV_ARM_VGIC_GRP_REDIST_REGS
				     : KVM_DEV_ARM_VGIC_GRP_DIST_REGS;
}

static u64 attr_of(const struct vgic_vm *v, int vcpu, u32 offset, int bits, int n)
{
	return vgic_vcpu_attr(v, vcpu, offset + 4 * n + (in_redist(v, bits, n) ? SZ_64K : 0));
}

/**
 * __vgic_get - let userspace read a register that has some bits of each interrupt
 * @v: the VM
 * @vcpu: which vCPU, for the registers that are banked
 * @offset: of the first such register, GICD_IGROUPR for example
 * @bits: how many bits it has of each interrupt: 1, 2 or 8
 * @n: which of these 32-bit registers, from 0 up, SGIs and PPIs first
 * @val: where to put it
 *
 * Return: 0, or -1 with errno
 */
int __vgic_get(struct vgic_vm *v, int vcpu, u32 offset, int bits, int n, u32 *val)
{
	return __kvm_device_attr_get(v->gic_fd, group_of(v, bits, n),
				     attr_of(v, vcpu, offset, bits, n), val);
}

/**
 * __vgic_set - let userspace write a register that has some bits of each interrupt
 * @v: the VM
 * @vcpu: which vCPU, for the registers that are banked
 * @offset: of the first such register, GICD_IGROUPR for example
 * @bits: how many bits it has of each interrupt: 1, 2 or 8
 * @n: which of these 32-bit registers, from 0 up, SGIs and PPIs first
 * @val: what to write
 *
 * Return: 0, or -1 with errno
 */
int __vgic_set(struct vgic_vm *v, int vcpu, u32 offset, int bits, int n, u32 val)
{
	return __kvm_device_attr_set(v->gic_fd, group_of(v, bits, n),
				     attr_of(v, vcpu, offset, bits, n), &val);
}

/**
 * vgic_get - __vgic_get() that has to succeed
 * @v: the VM
 * @vcpu: as for __vgic_get()
 * @offset: as for __vgic_get()
 * @bits: as for __vgic_get()
 * @n: as for __vgic_get()
 *
 * Return: the value
 */
u32 vgic_get(struct vgic_vm *v, int vcpu, u32 offset, int bits, int n)
{
	u32 val;

	TEST_ASSERT(!__vgic_get(v, vcpu, offset, bits, n, &val),
		    "Cannot read register %d at %#x: %s", n, offset, strerror(errno));
	return val;
}

/**
 * vgic_set - __vgic_set() that has to succeed; an ignored write does
 * @v: the VM
 * @vcpu: as for __vgic_set()
 * @offset: as for __vgic_set()
 * @bits: as for __vgic_set()
 * @n: as for __vgic_set()
 * @val: as for __vgic_set()
 */
void vgic_set(struct vgic_vm *v, int vcpu, u32 offset, int bits, int n, u32 val)
{
	TEST_ASSERT(!__vgic_set(v, vcpu, offset, bits, n, val),
		    "Cannot write register %d at %#x: %s", n, offset, strerror(errno));
}

/**
 * vgic_gpa - where the guest has a register that has some bits of each interrupt
 * @v: the VM
 * @vcpu: whose register it is, which matters for a redistributor
 * @offset: as for __vgic_get()
 * @bits: as for __vgic_get()
 * @n: as for __vgic_get()
 *
 * Return: its address
 */
u64 vgic_gpa(const struct vgic_vm *v, int vcpu, u32 offset, int bits, int n)
{
	if (in_redist(v, bits, n))
		return GICR_BASE_GPA + (u64)vcpu * KVM_VGIC_V3_REDIST_SIZE + SZ_64K +
		       offset + 4 * n;

	return GICD_BASE_GPA + offset + 4 * n;
}

/**
 * vgic_enable_dist - let userspace enable both groups in GICD_CTLR
 * @v: the VM
 */
void vgic_enable_dist(struct vgic_vm *v)
{
	u32 val = GICD_CTLR_ENABLE_SS_G1 | GICD_CTLR_ENABLE_SS_G0;

	kvm_device_attr_set(v->gic_fd, KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
			    vgic_vcpu_attr(v, 0, GICD_CTLR), &val);
}

/**
 * vgic_set_pending - let userspace make an interrupt pending in GICD_ISPENDR
 * @v: the VM
 * @vcpu: which vCPU, for an SGI or a PPI
 * @intid: the interrupt
 */
void vgic_set_pending(struct vgic_vm *v, int vcpu, u32 intid)
{
	u32 val = BIT(intid % 32);

	/*
	 * Userspace replaces all 32 bits of a GICv3. On a GICv2 it sets bits
	 * only, and an SGI that is set again gets another source.
	 */
	if (vgic_is_v3(v))
		val |= vgic_get(v, vcpu, GICD_ISPENDR, 1, intid / 32);
	vgic_set(v, vcpu, GICD_ISPENDR, 1, intid / 32, val);
}

/**
 * vgic_route_spi - let userspace route an SPI to a vCPU
 * @v: the VM
 * @intid: the SPI, from 32 up
 * @vcpu: which vCPU, below 8 on GICv2
 */
void vgic_route_spi(struct vgic_vm *v, u32 intid, int vcpu)
{
	u32 shift = intid % 4 * 8;
	u32 val;

	if (vgic_is_v3(v)) {
		/* Two halves of 64 bits; the upper one has Aff3, which is 0 */
		val = vgic_vcpu_attr(v, vcpu, 0) >> KVM_DEV_ARM_VGIC_CPUID_SHIFT;
		kvm_device_attr_set(v->gic_fd, KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
				    vgic_vcpu_attr(v, 0, GICD_IROUTER + 8 * intid), &val);
		return;
	}

	val = vgic_get(v, 0, GICD_ITARGETSR, 8, intid / 4) & ~(0xffU << shift);
	vgic_set(v, 0, GICD_ITARGETSR, 8, intid / 4, val | BIT(vcpu) << shift);
}

/**
 * vgic_set_line - set the level of an interrupt line
 * @v: the VM
 * @vcpu: which vCPU, for a PPI
 * @intid: a PPI or an SPI
 * @level: high or low; an edge-triggered interrupt becomes pending as it rises
 */
void vgic_set_line(struct vgic_vm *v, int vcpu, u32 intid, bool level)
{
	u32 type = INTID_IS_PPI(intid) ? KVM_ARM_IRQ_TYPE_PPI : KVM_ARM_IRQ_TYPE_SPI;
	u32 irq = type << KVM_ARM_IRQ_TYPE_SHIFT | intid << KVM_ARM_IRQ_NUM_SHIFT;

	if (INTID_IS_PPI(intid))
		irq |= vcpu << KVM_ARM_IRQ_VCPU_SHIFT;
	kvm_irq_line(v->vm, irq, level);
}

/**
 * vgic_get_iidr - let userspace read GICD_IIDR
 * @v: a VM with a vCPU; a GICv2 is initialized by this
 *
 * Return: its value
 */
u32 vgic_get_iidr(struct vgic_vm *v)
{
	u32 iidr;

	kvm_device_attr_get(v->gic_fd, KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
			    vgic_vcpu_attr(v, 0, GICD_IIDR), &iidr);
	return iidr;
}

/**
 * vgic_set_iidr - let userspace write GICD_IIDR
 * @v: a VM with a vCPU; a GICv2 is initialized by this
 * @iidr: the value
 *
 * Return: 0, or -1 with errno
 */
int vgic_set_iidr(struct vgic_vm *v, u32 iidr)
{
	return __kvm_device_attr_set(v->gic_fd, KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
				     vgic_vcpu_attr(v, 0, GICD_IIDR), &iidr);
}

/**
 * vgic_get_current - read KVM_DEV_ARM_VGIC_REVISION_CURRENT
 * @v: the VM
 *
 * Return: the revision; ~0 on a kernel without the attribute, which is none
 */
u32 vgic_get_current(struct vgic_vm *v)
{
	u32 rev = ~0U;

	__kvm_device_attr_get(v->gic_fd, KVM_DEV_ARM_VGIC_GRP_REVISION,
			      KVM_DEV_ARM_VGIC_REVISION_CURRENT, &rev);
	return rev;
}

/**
 * vgic_set_current - set KVM_DEV_ARM_VGIC_REVISION_CURRENT
 * @v: the VM
 * @rev: the revision
 *
 * Return: 0, or -1 with errno
 */
int vgic_set_current(struct vgic_vm *v, u32 rev)
{
	return __kvm_device_attr_set(v->gic_fd, KVM_DEV_ARM_VGIC_GRP_REVISION,
				     KVM_DEV_ARM_VGIC_REVISION_CURRENT, &rev);
}

/**
 * vgic_set_revision - choose a revision in one of the two ways
 * @v: the VM
 * @way: which way
 * @rev: the revision; only the lower four bits of it by GICD_IIDR
 *
 * Return: 0, or -1 with errno
 */
int vgic_set_revision(struct vgic_vm *v, enum vgic_way way, u32 rev)
{
	return way == VGIC_BY_ATTR ? vgic_set_current(v, rev) :
	       vgic_set_iidr(v, VGIC_KVM_IIDR | (VGIC_IIDR_REV(rev) & GICD_IIDR_REVISION_MASK));
}

/**
 * vgic_supported_revisions - which revisions this kernel offers
 * @type: KVM_DEV_TYPE_ARM_VGIC_V2 or KVM_DEV_TYPE_ARM_VGIC_V3
 *
 * Return: a mask with bit N set for revision N; all of vgic_revisions on a kernel
 * without the attribute, so that a test sees what it refuses
 */
u64 vgic_supported_revisions(u32 type)
{
	struct kvm_vm *vm = vm_create_barebones();
	int gic_fd = kvm_create_device(vm, type);
	/* All of it has to be written */
	u64 supported = ~0ULL;

	if (__kvm_device_attr_get(gic_fd, KVM_DEV_ARM_VGIC_GRP_REVISION,
				  KVM_DEV_ARM_VGIC_REVISION_SUPPORTED, &supported))
		supported = GENMASK_ULL(VGIC_NR_REVISIONS - 1, 0);
	close(gic_fd);
	kvm_vm_free(vm);
	return supported;
}

/**
 * vgic_require_revisions - skip a test that has to choose revisions
 *
 * On a host without a GICv2 or a GICv3 to emulate, and on a kernel on which only
 * the latest revisions can be chosen, as it has no attribute for them.
 */
void vgic_require_revisions(void)
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
 * vgic_guest_call - run a function in the guest
 * @v: the VM
 * @vcpu: on which vCPU
 * @fn: the function, which runs with interrupts masked
 * @a: its first argument
 * @b: its second argument
 * @c: its third argument
 *
 * Return: what it returned
 */
u64 vgic_guest_call(struct vgic_vm *v, int vcpu, u64 (*fn)(u64 a, u64 b, u64 c),
		    u64 a, u64 b, u64 c)
{
	struct vgic_mailbox *m = &v->mailboxes[vcpu];
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
 * vgic_guest_read - let the guest read from an address
 * @v: the VM
 * @vcpu: on which vCPU
 * @gpa: the address
 * @len: how many bytes: 1, 2, 4 or 8
 *
 * Return: the value
 */
u64 vgic_guest_read(struct vgic_vm *v, int vcpu, u64 gpa, int len)
{
	return vgic_guest_call(v, vcpu, guest_read, gpa, len, 0);
}

/**
 * vgic_guest_write - let the guest write to an address
 * @v: the VM
 * @vcpu: on which vCPU
 * @gpa: the address
 * @len: how many bytes: 1, 2, 4 or 8
 * @val: the value
 */
void vgic_guest_write(struct vgic_vm *v, int vcpu, u64 gpa, int len, u64 val)
{
	vgic_guest_call(v, vcpu, guest_write, gpa, len, val);
}

/**
 * vgic_guest_get - let the guest read what vgic_get() reads
 * @v: the VM
 * @vcpu: as for __vgic_get()
 * @offset: as for __vgic_get()
 * @bits: as for __vgic_get()
 * @n: as for __vgic_get()
 *
 * Return: the value
 */
u32 vgic_guest_get(struct vgic_vm *v, int vcpu, u32 offset, int bits, int n)
{
	return vgic_guest_read(v, vcpu, vgic_gpa(v, vcpu, offset, bits, n), 4);
}

/**
 * vgic_guest_set - let the guest write what vgic_set() writes
 * @v: the VM
 * @vcpu: as for __vgic_set()
 * @offset: as for __vgic_set()
 * @bits: as for __vgic_set()
 * @n: as for __vgic_set()
 * @val: as for __vgic_set()
 */
void vgic_guest_set(struct vgic_vm *v, int vcpu, u32 offset, int bits, int n, u32 val)
{
	vgic_guest_write(v, vcpu, vgic_gpa(v, vcpu, offset, bits, n), 4, val);
}

/**
 * vgic_guest_enable_cpuif - let the guest enable its CPU interface
 * @v: the VM
 * @vcpu: on which vCPU
 * @gicc_ctlr: GICC_CTLR, of which a GICv3 takes what enables the groups
 */
void vgic_guest_enable_cpuif(struct vgic_vm *v, int vcpu, u32 gicc_ctlr)
{
	vgic_guest_call(v, vcpu, guest_enable_cpuif, gicc_ctlr, 0, 0);
}

/**
 * vgic_guest_send_sgi - let the guest send an SGI, with ICC_SGI1R on GICv3
 * @v: the VM
 * @vcpu: from which vCPU
 * @target: to which vCPU, below 8 on GICv2 and below 16 on GICv3
 * @intid: the SGI, 0 to 15
 */
void vgic_guest_send_sgi(struct vgic_vm *v, int vcpu, int target, u32 intid)
{
	u64 val = vgic_is_v3(v) ? (u64)intid << ICC_SGI1R_SGI_ID_SHIFT | BIT(target)
				: BIT(target) << GICD_SGIR_TARGET_SHIFT | intid;

	vgic_guest_call(v, vcpu, guest_send_sgi, val, 0, 0);
}

/**
 * vgic_guest_take - let the guest take interrupts, and deactivate them by their EOI
 * @v: the VM
 * @vcpu: on which vCPU
 */
void vgic_guest_take(struct vgic_vm *v, int vcpu)
{
	vgic_guest_call(v, vcpu, guest_take, false, 0, 0);
}

/**
 * vgic_guest_take_and_keep - let the guest take interrupts, and leave them active
 * @v: the VM
 * @vcpu: on which vCPU
 *
 * For not more than there are list registers, at least four: for an EOI of one
 * that is in none, QEMU 7.2 counts another one as deactivated in this EOI mode.
 */
void vgic_guest_take_and_keep(struct vgic_vm *v, int vcpu)
{
	vgic_guest_call(v, vcpu, guest_take, true, 0, 0);
}

/**
 * vgic_guest_deactivate - let the guest deactivate an interrupt
 * @v: the VM
 * @vcpu: on which vCPU
 * @intid: the interrupt
 */
void vgic_guest_deactivate(struct vgic_vm *v, int vcpu, u32 intid)
{
	vgic_guest_call(v, vcpu, guest_deactivate, intid, 0, 0);
}

static u32 arrival_index(u32 intid)
{
	return intid < VGIC_FIRST_LPI ? intid : 1024 + intid - VGIC_FIRST_LPI;
}

/**
 * vgic_nr_arrived - how often an interrupt arrived in one way
 * @v: the VM
 * @vcpu: on which vCPU
 * @intid: the interrupt, one of the first VGIC_NR_LPIS if it is an LPI
 * @how: the way
 *
 * Return: the number, since vgic_forget_arrivals()
 */
int vgic_nr_arrived(const struct vgic_vm *v, int vcpu, u32 intid, enum vgic_arrival how)
{
	return v->mailboxes[vcpu].arrived[how][arrival_index(intid)];
}

/**
 * vgic_nr_arrived_at_all - how often an interrupt arrived in any way
 * @v: the VM
 * @vcpu: on which vCPU
 * @intid: the interrupt
 *
 * Return: the number, since vgic_forget_arrivals()
 */
int vgic_nr_arrived_at_all(const struct vgic_vm *v, int vcpu, u32 intid)
{
	int nr = 0;

	for (int how = 0; how < VGIC_NR_ARRIVALS; how++)
		nr += vgic_nr_arrived(v, vcpu, intid, how);
	return nr;
}

/**
 * vgic_forget_arrivals - start counting the interrupts that arrive anew
 * @v: the VM
 */
void vgic_forget_arrivals(struct vgic_vm *v)
{
	for (int i = 0; i < v->nr_vcpus; i++)
		memset(v->mailboxes[i].arrived, 0, sizeof(v->mailboxes[i].arrived));
}
