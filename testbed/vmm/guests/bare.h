/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bare.h - what the guests of this folder share: bare metal, one CPU, no memory
 *          management, on QEMU's virt machine with a GICv2 or a GICv3
 *
 * A guest has guest_main(), where it starts, and guest_interrupt(), for its interrupts.
 */
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

/* The interrupt of the virtual timer */
#define TIMER		27

#define read_sysreg(name) ({						\
	u64 __value;							\
	asm volatile("mrs %0, " name : "=r" (__value) :: "memory");	\
	__value; })
#define write_sysreg(value, name) ({					\
	asm volatile("msr " name ", %0\n isb"				\
		     :: "r" ((u64)(value)) : "memory"); })

/* What guest-entry.S of vgic_compat calls */
void guest_main(void);
void guest_interrupt(int fiq);
void guest_died(u64 esr);

/* KVM wants plain loads and stores, which a compiler need not use */
static inline u32 read_mmio(u64 address)
{
	u32 value;

	asm volatile("ldr %w0, [%1]" : "=r" (value) : "r" (address) : "memory");
	return value;
}

static inline void write_mmio(u64 address, u32 value)
{
	asm volatile("str %w0, [%1]" :: "r" (value), "r" (address) : "memory");
}

static inline void print(const char *text)
{
	while (*text)
		write_mmio(UART, *text++);
}

static inline void print_hex(u32 value)
{
	for (int shift = 28; shift >= 0; shift -= 4)
		write_mmio(UART, "0123456789abcdef"[value >> shift & 15]);
}

void guest_died(u64 esr)
{
	print("\nguest: exception, ESR_EL1=");
	print_hex(esr);
	print(" ELR_EL1=");
	print_hex(read_sysreg("elr_el1"));
	print("\n");
	for (;;)
		asm volatile("wfi");
}

/*
 * Set the timer again and again, and say for each time whether its interrupt came.
 * read_sysreg() lets the compiler expect a change of ticks.
 */
static inline void watch_timer(int *ticks)
{
	u64 second = read_sysreg("cntfrq_el0");

	for (;;) {
		int before = *ticks;
		u64 start = read_sysreg("cntvct_el0");

		write_sysreg(second / 20, "cntv_tval_el0");
		write_sysreg(1, "cntv_ctl_el0");
		while (*ticks == before && read_sysreg("cntvct_el0") - start < second)
			;
		print(*ticks == before ? "guest: dead\n" : "guest: lives\n");
	}
}
