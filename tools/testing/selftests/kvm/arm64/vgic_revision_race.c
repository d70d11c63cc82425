// SPDX-License-Identifier: GPL-2.0-only
/*
 * vgic_revision_race - Choose a revision at the worst moment
 *
 *  - While vCPUs run and write their group registers, devices raise lines, and
 *    userspace chooses revisions in both ways, without end: a choice succeeds or
 *    is refused with EBUSY. Between one KVM_RUN and the return from it a guest
 *    never sees the revision change: what it reads in GICD_IIDR says what its
 *    write to a group register did.
 *
 *  - While vCPUs are created and initialized: setting the attribute succeeds, or
 *    is refused with EBUSY.
 *
 *  - After a slab allocation has failed, each in turn, in the creation of a vCPU
 *    and in the initialization of the vGIC: the revision can be chosen all the same,
 *    and what failed can be done again. This needs a kernel with CONFIG_FAILSLAB
 *    and CONFIG_FAULT_INJECTION_DEBUG_FS.
 *
 * What this is after is as much what the kernel says on its console, with
 * lockdep and KASAN, as what it returns.
 */
#include <fcntl.h>
#include <pthread.h>

#include "kvm_util.h"
#include "processor.h"
#include "test_util.h"
#include "vgic_vm.h"

#define NR_VCPUS	3
#define NR_IRQS		96
#define SPI		40

static int seconds = 2;

static const char *model_name;
static u32 model_type;

static struct vgic_vm *v;
static u64 supported;
static bool stop;

static u32 nr_ok, nr_busy, nr_other, nr_wrong, nr_runs;

static void count(int ret)
{
	if (!ret)
		__atomic_fetch_add(&nr_ok, 1, __ATOMIC_RELAXED);
	else if (errno == EBUSY)
		__atomic_fetch_add(&nr_busy, 1, __ATOMIC_RELAXED);
	else
		__atomic_fetch_add(&nr_other, 1, __ATOMIC_RELAXED);
}

/*
 * The private group register of this vCPU, which no other vCPU writes. What it
 * reads as at revisions 0 and 1 is an argument, as is where it is.
 */
static u64 guest_write_groups(u64 gpa, u64 reads_at_0_and_1, u64 first_val)
{
	u32 val = first_val, before, after, got, want;
	u64 wrong = 0;

	for (int i = 0; i < 5; i++) {
		val = val * 5 + 12345;
		before = readl(GICD_BASE_GVA + GICD_IIDR);
		writel(val, (void *)gpa);
		got = readl((void *)gpa);
		after = readl(GICD_BASE_GVA + GICD_IIDR);

		switch ((before & GICD_IIDR_REVISION_MASK) >> GICD_IIDR_REVISION_SHIFT) {
		case 0:
			want = reads_at_0_and_1;
			break;
		case 1:
			want = reads_at_0_and_1 >> 32;
			break;
		default:
			want = val;
		}
		wrong += before != after || got != want;
	}
	return wrong;
}

static u32 reads_as(int row)
{
	return model_type == KVM_DEV_TYPE_ARM_VGIC_V3 ? vgic_revisions[row].v3_groups
						      : vgic_revisions[row].v2_groups;
}

static void *run_vcpu(void *arg)
{
	u64 fixed = reads_as(0) | (u64)reads_as(1) << 32;
	int vcpu = (long)arg;
	u32 val = vcpu;

	while (!READ_ONCE(stop)) {
		if (vgic_guest_call(v, vcpu, guest_write_groups,
				    vgic_gpa(v, vcpu, GICD_IGROUPR, 1, 0), fixed, val++))
			__atomic_fetch_add(&nr_wrong, 1, __ATOMIC_RELAXED);
		/* SPIs go to vCPU 0, which also writes their groups */
		if (!vcpu) {
			vgic_guest_set(v, 0, GICD_IGROUPR, 1, SPI / 32, val % 2 ? ~0U : 0);
			vgic_guest_take(v, 0);
		}
		__atomic_fetch_add(&nr_runs, 1, __ATOMIC_RELAXED);
		usleep(2000 + val % 7 * 1000);
	}
	return NULL;
}

static void *choose_revisions(void *arg)
{
	enum vgic_way way = (long)arg;

	for (u32 i = 0; !READ_ONCE(stop); i++) {
		u32 rev = (i * 3 + way) % VGIC_NR_REVISIONS;

		if (supported & BIT_ULL(rev))
			count(vgic_set_revision(v, way, rev));
		usleep(50);
	}
	return NULL;
}

static void *raise_lines(void *unused)
{
	while (!READ_ONCE(stop)) {
		vgic_set_line(v, 0, SPI, true);
		vgic_set_line(v, 0, SPI, false);
		usleep(200);
	}
	return NULL;
}

static void start(pthread_t *thread, void *(*fn)(void *arg), long arg)
{
	TEST_ASSERT(!pthread_create(thread, NULL, fn, (void *)arg), "No thread");
}

static void reset_counts(void)
{
	stop = false;
	nr_ok = 0;
	nr_busy = 0;
	nr_other = 0;
	nr_wrong = 0;
	nr_runs = 0;
}

/* After all that, the VM does what a new one does */
static bool is_consistent(void)
{
	u32 fixed = model_type == KVM_DEV_TYPE_ARM_VGIC_V3 ? ~0U : 0;
	bool ok = true;

	for (int row = 0; row < VGIC_NR_REVISIONS; row++) {
		const struct vgic_revision *r = &vgic_revisions[row];

		if (!(supported & BIT_ULL(r->rev)))
			continue;
		ok &= !vgic_set_current(v, 1) && !vgic_set_current(v, r->rev) &&
		      vgic_get_current(v) == r->rev;
		for (int i = 0; i < NR_VCPUS; i++)
			for (int n = 0; n < vgic_nr_words(NR_IRQS, 1); n++) {
				u32 want = r->writable ? fixed : reads_as(row);

				ok &= vgic_guest_get(v, i, GICD_IGROUPR, 1, n) == want &&
				      vgic_get(v, i, GICD_IGROUPR, 1, n) == want;
			}
	}

	/* An interrupt arrives once, in the group that the guest gives it then */
	vgic_guest_take(v, 0);
	vgic_forget_arrivals(v);
	vgic_guest_set(v, 0, GICD_IGROUPR, 1, SPI / 32, ~fixed);
	vgic_set_line(v, 0, SPI, true);
	vgic_set_line(v, 0, SPI, false);
	vgic_guest_take(v, 0);
	return ok && vgic_nr_arrived_at_all(v, 0, SPI) == 1 &&
	       vgic_nr_arrived(v, 0, SPI, fixed ? VGIC_FIQ_G0 : VGIC_IRQ_G1) == 1;
}

static void test_running_vcpus(void)
{
	pthread_t threads[NR_VCPUS + VGIC_NR_WAYS + 1];
	int nr = 0;

	v = vgic_vm_setup(model_type, NR_VCPUS, NR_IRQS);
	vgic_enable_dist(v);
	vgic_set(v, 0, GICD_ICFGR, 2, SPI / 16, ~0U);
	vgic_set(v, 0, GICD_ISENABLER, 1, SPI / 32, BIT(SPI % 32));
	vgic_route_spi(v, SPI, 0);
	for (int i = 0; i < NR_VCPUS; i++)
		vgic_guest_enable_cpuif(v, i, GICC_CTLR_ENABLE_G0 | GICC_CTLR_ENABLE_G1 |
					      GICC_CTLR_FIQ_EN);

	reset_counts();
	for (int i = 0; i < NR_VCPUS; i++)
		start(&threads[nr++], run_vcpu, i);
	for (int i = 0; i < VGIC_NR_WAYS; i++)
		start(&threads[nr++], choose_revisions, i);
	start(&threads[nr++], raise_lines, 0);
	/* Until there was both, which depends on the scheduler */
	for (int i = 0; i < 10; i++) {
		sleep(seconds);
		if (READ_ONCE(nr_ok) && READ_ONCE(nr_busy))
			break;
	}
	WRITE_ONCE(stop, true);
	while (nr--)
		pthread_join(threads[nr], NULL);

	ksft_print_msg("%u runs of vCPUs, %u revisions chosen, %u refused as busy\n",
		       nr_runs, nr_ok, nr_busy);
	ksft_test_result(!nr_other, "%s: choosing while vCPUs run succeeds or is EBUSY\n",
			 model_name);
	ksft_test_result(nr_ok && nr_busy, "%s: and is both at times\n", model_name);
	ksft_test_result(!nr_wrong && nr_runs,
			 "%s: no guest sees the revision change while it runs\n", model_name);
	ksft_test_result(is_consistent(), "%s: revisions, groups and interrupts work afterwards\n",
			 model_name);
	vgic_vm_free(v);
}

static void *choose_by_attribute(void *unused)
{
	for (u32 i = 0; !READ_ONCE(stop); i++)
		if (supported & BIT_ULL(i % VGIC_NR_REVISIONS))
			count(vgic_set_current(v, i % VGIC_NR_REVISIONS));
	return NULL;
}

static void test_new_vcpus(void)
{
	pthread_t threads[2];
	bool ok = true;

	reset_counts();
	for (int i = 0; i < 10 * seconds; i++) {
		v = vgic_vm_create(model_type, 8, NR_IRQS);
		stop = false;
		for (int j = 0; j < ARRAY_SIZE(threads); j++)
			start(&threads[j], choose_by_attribute, 0);
		while (v->nr_vcpus < v->max_vcpus)
			vgic_vm_add_vcpu(v);
		WRITE_ONCE(stop, true);
		for (int j = 0; j < ARRAY_SIZE(threads); j++)
			pthread_join(threads[j], NULL);

		vgic_vm_map(v);
		ok &= !vgic_vm_init(v) && !vgic_set_current(v, 1) && vgic_get_current(v) == 1;
		vgic_vm_free(v);
	}
	ksft_print_msg("%u revisions chosen, %u refused as busy\n", nr_ok, nr_busy);
	ksft_test_result(!nr_other && nr_ok,
			 "%s: the attribute can be set while vCPUs are created, or is EBUSY\n",
			 model_name);
	ksft_test_result(ok, "%s: and such a VM can be initialized\n", model_name);
}

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool ok;

	if (fd < 0)
		return false;
	ok = write(fd, text, strlen(text)) == strlen(text);
	close(fd);
	return ok;
}

/* Open from the start, as opening it may need memory */
static int fail_nth_fd = -1;

static void write_fail_nth(int n)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", n);
	TEST_ASSERT(pwrite(fail_nth_fd, text, strlen(text), 0) > 0, "Cannot write fail-nth");
}

/* The n-th allocation of this thread fails, from now on... */
static void inject_failure(int n)
{
	write_fail_nth(n);
}

/* ...to here; did it come to that? */
static bool was_injected(void)
{
	char text[16] = {};

	TEST_ASSERT(pread(fail_nth_fd, text, sizeof(text) - 1, 0) > 0, "Cannot read fail-nth");
	write_fail_nth(0);
	return atoi(text) == 0;
}

static int create_vcpu(void)
{
	return __vm_ioctl(v->vm, KVM_CREATE_VCPU, (void *)0);
}

static int init_vgic(void)
{
	return vgic_vm_init(v);
}

static bool can_choose_all(void)
{
	bool ok = true;

	for (int rev = VGIC_NR_REVISIONS - 1; rev >= 0; rev--)
		if (supported & BIT_ULL(rev))
			ok &= !vgic_set_current(v, rev) && vgic_get_current(v) == rev;
	return ok && !vgic_set_current(v, VGIC_LATEST->rev);
}

static void test_no_memory(const char *name, int (*step)(void), bool has_vcpu)
{
	int n, ret, failed = 0;
	bool ok = true, injected;

	for (n = 1;; n++) {
		v = vgic_vm_create(model_type, 1, NR_IRQS);
		if (has_vcpu)
			vgic_vm_add_vcpu(v);

		inject_failure(n);
		ret = step();
		injected = was_injected();

		ok &= can_choose_all();
		if (ret < 0) {
			failed++;
			ok &= injected;
		}
		/* What failed for want of memory works now */
		if (!has_vcpu && ret < 0)
			vgic_vm_add_vcpu(v);
		if (has_vcpu) {
			ok &= !vgic_vm_init(v) && can_choose_all();
			vgic_vm_map(v);
			ok &= vgic_guest_get(v, 0, GICD_IGROUPR, 1, 1) ==
			      (model_type == KVM_DEV_TYPE_ARM_VGIC_V3 ? ~0U : 0);
		}
		if (!has_vcpu && ret >= 0)
			close(ret);
		vgic_vm_free(v);
		if (!injected)
			break;
	}
	ksft_print_msg("%d allocations, %d of which it needs\n", n - 1, failed);
	ksft_test_result(ok && failed,
			 "%s: any revision can be chosen after %s ran out of memory\n",
			 model_name, name);
}

#define NR_RESULTS	8

static void test_model(void)
{
	supported = vgic_supported_revisions(model_type);
	test_running_vcpus();
	test_new_vcpus();

	/* Without a report for each failure; they are for this thread only */
	if (fail_nth_fd < 0)
		fail_nth_fd = open("/proc/thread-self/fail-nth", O_RDWR);
	if (fail_nth_fd < 0 ||
	    !write_file("/sys/kernel/debug/failslab/verbose", "0") ||
	    !write_file("/sys/kernel/debug/failslab/ignore-gfp-wait", "N")) {
		ksft_test_result_skip("%s: this kernel has no CONFIG_FAILSLAB\n", model_name);
		ksft_test_result_skip("%s: this kernel has no CONFIG_FAILSLAB\n", model_name);
		return;
	}
	test_no_memory("the creation of a vCPU", create_vcpu, false);
	test_no_memory("the initialization", init_vgic, true);
}

int main(int argc, char *argv[])
{
	bool has_v2, has_v3;
	int opt;

	while ((opt = getopt(argc, argv, "t:")) != -1) {
		if (opt != 't') {
			printf("usage: %s [-t seconds]\n", argv[0]);
			exit(KSFT_FAIL);
		}
		seconds = atoi_positive("Seconds", optarg);
	}

	test_disable_default_vgic();
	ksft_print_header();
	vgic_require_revisions();
	has_v2 = kvm_supports_vgic_v2();
	has_v3 = kvm_supports_vgic_v3();

	ksft_set_plan((has_v2 ? NR_RESULTS : 1) + (has_v3 ? NR_RESULTS : 1));
	model_name = "GICv2";
	model_type = KVM_DEV_TYPE_ARM_VGIC_V2;
	if (has_v2)
		test_model();
	else
		ksft_test_result_skip("GICv2: this host cannot emulate it\n");
	model_name = "GICv3";
	model_type = KVM_DEV_TYPE_ARM_VGIC_V3;
	if (has_v3)
		test_model();
	else
		ksft_test_result_skip("GICv3: this host cannot emulate it\n");
	ksft_finished();
}
