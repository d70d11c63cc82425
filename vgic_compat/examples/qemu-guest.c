// SPDX-License-Identifier: GPL-2.0-only
/*
 * qemu-guest - what a guest of QEMU's virt machine sees of its interrupt groups
 *
 * Bare metal, one CPU, GICv2 or GICv3, no memory management. On the UART:
 *
 *   - before it writes anything: the group registers
 *   - it takes an SGI, a PPI and an SPI like a guest that has never heard of
 *     groups: it does not write the group registers, and enables the one group
 *     that Linux enables (GICv2: 0, GICv3: 1). Then with both groups enabled. Each
 *     interrupt came as IRQ, as FIQ, or not at all.
 *   - it writes to the group registers, and reads them for ever, to be moved
 */
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;

/* Where the virt machine has its devices */
#define GICD		0x08000000ul
#define GICC		0x08010000ul
#define GICR		0x080a0000ul
#define GICR_SGI	(GICR + 0x10000)
#define UART		0x09000000ul

#define GICD_CTLR	(GICD + 0x0)
#define GICD_IIDR	(GICD + 0x8)
#define IGROUPR		0x080
#define ISENABLER	0x100
#define ISPENDR		0x200
#define GICD_ITARGETSR	(GICD + 0x800)
#define GICD_SGIR	(GICD + 0xf00)
#define GICC_CTLR	(GICC + 0x0)
#define GICC_PMR	(GICC + 0x4)
#define GICC_IAR	(GICC + 0xc)
#define GICC_EOIR	(GICC + 0x10)
#define GICR_WAKER	(GICR + 0x14)

#define ICC_PMR		"S3_0_C4_C6_0"
#define ICC_IAR0	"S3_0_C12_C8_0"
#define ICC_EOIR0	"S3_0_C12_C8_1"
#define ICC_SGI1R	"S3_0_C12_C11_5"
#define ICC_IAR1	"S3_0_C12_C12_0"
#define ICC_EOIR1	"S3_0_C12_C12_1"
#define ICC_SRE		"S3_0_C12_C12_5"
#define ICC_IGRPEN0	"S3_0_C12_C12_6"
#define ICC_IGRPEN1	"S3_0_C12_C12_7"

/* No device of the machine uses these */
#define SGI		3
#define PPI		20
#define SPI		40

/* What qemu-guest-entry.S calls handle() with; anything else is an exception */
#define IRQ		1
#define FIQ		2

#define read_sysreg(name) ({						\
	u64 __value;							\
	asm volatile("mrs %0, " name : "=r" (__value) :: "memory");	\
	__value; })
#define write_sysreg(value, name) ({					\
	asm volatile("msr " name ", %0\n isb"				\
		     :: "r" ((u64)(value)) : "memory"); })

/* KVM wants plain loads and stores, which a compiler need not use */
static u32 read_mmio(u64 address)
{
	u32 value;

	asm volatile("ldr %w0, [%1]" : "=r" (value) : "r" (address) : "memory");
	return value;
}

static void write_mmio(u64 address, u32 value)
{
	asm volatile("str %w0, [%1]" :: "r" (value), "r" (address) : "memory");
}

static void print(const char *text)
{
	while (*text)
		write_mmio(UART, *text++);
}

static void print_hex(u32 value)
{
	for (int shift = 28; shift >= 0; shift -= 4)
		write_mmio(UART, "0123456789abcdef"[value >> shift & 15]);
}

static int gicv3;
static u8 arrived[64];

/* The base of the registers that have the bits of SGIs and PPIs */
static u64 own(void)
{
	return gicv3 ? GICR_SGI : GICD;
}

void handle(int kind)
{
	u32 intid;

	if (kind != IRQ && kind != FIQ) {
		print("\nguest: exception, ESR_EL1=");
		print_hex(read_sysreg("esr_el1"));
		print(" ELR_EL1=");
		print_hex(read_sysreg("elr_el1"));
		print("\n");
		for (;;)
			asm volatile("wfi");
	}

	if (!gicv3)
		intid = read_mmio(GICC_IAR);
	else if (kind == IRQ)
		intid = read_sysreg(ICC_IAR1);
	else
		intid = read_sysreg(ICC_IAR0);

	if ((intid & 0x3ff) >= sizeof(arrived))
		return;
	arrived[intid & 0x3ff] = kind;

	if (!gicv3)
		write_mmio(GICC_EOIR, intid);
	else if (kind == IRQ)
		write_sysreg(intid, ICC_EOIR1);
	else
		write_sysreg(intid, ICC_EOIR0);
}

static void print_groups(void)
{
	print(" GICD_IGROUPR1=");
	print_hex(read_mmio(GICD + IGROUPR + 4));
	print(gicv3 ? " GICR_IGROUPR0=" : " GICD_IGROUPR0=");
	print_hex(read_mmio(own() + IGROUPR));
	print("\n");
}

static void print_arrivals(const char *enabled)
{
	static const struct {
		char	name[8];
		u32	intid;
	} irqs[] = { { " SGI=", SGI }, { " PPI=", PPI }, { " SPI=", SPI } };

	/* A tenth of a second, of which a pending interrupt needs nothing */
	u64 end = read_sysreg("cntvct_el0") + read_sysreg("cntfrq_el0") / 10;

	asm volatile("msr daifclr, #3" ::: "memory");
	while (read_sysreg("cntvct_el0") < end)
		;
	asm volatile("msr daifset, #3" ::: "memory");

	print(enabled);
	for (int i = 0; i < 3; i++) {
		u8 kind = arrived[irqs[i].intid];

		print(irqs[i].name);
		print(kind == IRQ ? "IRQ" : kind == FIQ ? "FIQ" : "none");
	}
	print("\n");
}

static void take_interrupts(void)
{
	write_mmio(own() + ISENABLER, 1u << SGI | 1u << PPI);
	write_mmio(GICD + ISENABLER + 4, 1u << (SPI - 32));

	/* GICv3: with affinity routing, which the reset value of SPI's IROUTER suits */
	if (gicv3) {
		write_mmio(GICR_WAKER, 0);
		write_mmio(GICD_CTLR, 0x12);
		write_sysreg(1, ICC_SRE);
		write_sysreg(0xf0, ICC_PMR);
		write_sysreg(1, ICC_IGRPEN1);
		write_sysreg((u64)SGI << 24 | 1, ICC_SGI1R);
	} else {
		write_mmio(GICD_ITARGETSR + SPI, 1);
		write_mmio(GICD_CTLR, 1);
		write_mmio(GICC_PMR, 0xf0);
		write_mmio(GICC_CTLR, 1);
		write_mmio(GICD_SGIR, 2u << 24 | SGI);
	}
	write_mmio(own() + ISPENDR, 1u << PPI);
	write_mmio(GICD + ISPENDR + 4, 1u << (SPI - 32));
	print_arrivals("guest: one group enabled:");

	/* GICv2: AckCtl, or GICC_IAR would not tell the number of a group 1 interrupt */
	if (gicv3) {
		write_mmio(GICD_CTLR, 0x13);
		write_sysreg(1, ICC_IGRPEN0);
	} else {
		write_mmio(GICD_CTLR, 3);
		write_mmio(GICC_CTLR, 7);
	}
	print_arrivals("guest: both groups enabled:");
}

void run(void)
{
	gicv3 = read_sysreg("id_aa64pfr0_el1") >> 24 & 15;
	print("guest: reset GICD_IIDR=");
	print_hex(read_mmio(GICD_IIDR));
	print_groups();

	take_interrupts();

	write_mmio(GICD + IGROUPR + 4, 0xa5a5a5a5);
	write_mmio(own() + IGROUPR, 0x5a5a5a5a);
	for (u32 turn = 0;; turn++) {
		print("guest: turn ");
		print_hex(turn);
		print_groups();
	}
}
