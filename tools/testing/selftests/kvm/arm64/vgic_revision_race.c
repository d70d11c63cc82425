// SPDX-License-Identifier: GPL-2.0-only
/*
 * vgic_revision_race - vGIC revision choices that race with vCPUs
 *
 *  - While vCPUs run and write their group registers, and a device raises a line,
 *    userspace chooses all revisions in both ways, without end. A choice that the
 *    first run has ruled out is always refused with EBUSY. One that is allowed
 *    succeeds, or is refused with EBUSY while a vCPU runs. Between one KVM_RUN and
 *    the return from it a guest never sees the revision change: what it reads in
 *    GICD_IIDR says what its write to a group register did.
 *
 *  - While a VM runs for the first time: whichever revision that finds, the groups
 *    stay writable or stay fixed from there on.
 *
 *  - While vCPUs are created: setting the attribute succeeds, or is refused with
 *    EBUSY, and the VM works afterwards.
 *
 *  - After a slab allocation has failed, each in turn, in the creation of a vCPU
 *    and in the initialization of the vGIC: the revision can be chosen all the
 *    same, and what failed can be done again. This needs a kernel with
 *    CONFIG_FAILSLAB and CONFIG_FAULT_INJECTION_DEBUG_FS, whose settings are put
 *    back at the end, and if the test is stopped.
 *
 * What this is after is as much what the kernel says on its console, with
 * lockdep and KASAN, as what it returns.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>

#include "kvm_util.h"
#include "processor.h"
#include "test_util.h"
#include "vgic_vm.h"

#define NR_VCPUS	3
#define NR_IRQS		96
#define SPI		40

static int seconds = 2;

static u32 type;
static struct vgic_vm *v;
static bool stop;

/* What choosing a revision returned; busy counts where it could have succeeded */
static u32 nr_ok, nr_busy, nr_wrong;

/* @from: a revision that the VM has run at, or -1 before the first run */
static void choose(enum vgic_vm_way way, u32 rev, int from)
{
	int err = vgic_vm_choose(v, way, rev) ? errno : 0;
	bool allowed = from < 0 || !vgic_vm_change_errno(from, rev);

	if (err && err != EBUSY)
		__atomic_fetch_add(&nr_wrong, 1, __ATOMIC_RELAXED);
	else if (err)
		__atomic_fetch_add(&nr_busy, allowed, __ATOMIC_RELAXED);
	else
		__atomic_fetch_add(allowed ? &nr_ok : &nr_wrong, 1, __ATOMIC_RELAXED);
}

static void reset_counts(void)
{
	nr_ok = 0;
	nr_busy = 0;
	nr_wrong = 0;
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

static bool guest_agrees(int vcpu, u32 val)
{
	u32 fixed = vgic_vm_fixed_group(type) ? ~0U : 0;
	u64 reads_as = vgic_vm_groups_read_as(type, 0, fixed) |
		       (u64)vgic_vm_groups_read_as(type, 1, fixed) << 32;

	return !vgic_vm_guest_call(v, vcpu, guest_write_groups,
				   vgic_vm_gpa(v, vcpu, GICD_IGROUPR), reads_as, val);
}

static bool guests_agree = true;
static u32 nr_runs, nr_takes;

static void *run_vcpu(void *arg)
{
	int vcpu = (long)arg;

	for (u32 val = vcpu; !READ_ONCE(stop); val++) {
		if (!guest_agrees(vcpu, val))
			WRITE_ONCE(guests_agree, false);
		/* SPIs go to vCPU 0, which also writes their groups */
		if (!vcpu) {
			vgic_vm_guest_set(v, 0, GICD_IGROUPR + 4, val % 2 ? ~0U : 0);
			vgic_vm_guest_take(v, 0, false);
			/* The library does not count without end */
			vgic_vm_forget_arrivals(v);
			__atomic_fetch_add(&nr_takes, 1, __ATOMIC_RELAXED);
		}
		__atomic_fetch_add(&nr_runs, 1, __ATOMIC_RELAXED);
		usleep(2000 + val % 7 * 1000);
	}
	return NULL;
}

static int ran_at;

static void *choose_revisions(void *arg)
{
	enum vgic_vm_way way = (long)arg;

	u32 i = way;

	do {
		choose(way, i++ * 3 % VGIC_VM_NR_REVS, ran_at);
		/* Can be read while vCPUs run */
		vgic_vm_current(v);
		if (ran_at >= 0)
			usleep(50);
	} while (!READ_ONCE(stop));
	return NULL;
}

static void *raise_lines(void *unused)
{
	while (!READ_ONCE(stop)) {
		u32 takes = READ_ONCE(nr_takes);

		vgic_vm_set_line(v, 0, SPI, true);
		vgic_vm_set_line(v, 0, SPI, false);
		usleep(200);
		/* vgic_vm_guest_take() returns after a pause, so there has to be one */
		while (!READ_ONCE(stop) && READ_ONCE(nr_takes) == takes)
			usleep(200);
	}
	return NULL;
}

#define MAX_THREADS	(NR_VCPUS + VGIC_VM_NR_WAYS + 1)

static pthread_t threads[MAX_THREADS];
static int nr_threads;

static void start(void *(*fn)(void *arg), long arg)
{
	kvm_pthread_create(&threads[nr_threads++], NULL, fn, (void *)arg);
}

static void stop_threads(void)
{
	WRITE_ONCE(stop, true);
	while (nr_threads)
		kvm_pthread_join(threads[--nr_threads], NULL);
	stop = false;
}

/* After all that, the groups are fixed or writable, and an interrupt arrives in them */
static bool is_consistent(u32 rev)
{
	bool fixed = vgic_vm_fixed_group(type), group = fixed;
	u32 val = fixed ? 0 : ~0U, want;
	bool ok = true;

	if (vgic_vm_revisions[rev].writable)
		group = !fixed;
	want = vgic_vm_groups_read_as(type, rev, val);
	ok &= !vgic_vm_change_errno(rev, vgic_vm_current(v));
	for (int i = 0; i < NR_VCPUS; i++)
		for (int n = 0; n < NR_IRQS / 32; n++) {
			u32 offset = GICD_IGROUPR + 4 * n;

			vgic_vm_guest_set(v, i, offset, val);
			ok &= vgic_vm_guest_get(v, i, offset) == want &&
			      vgic_vm_get(v, i, offset) == want;
		}

	vgic_vm_guest_take(v, 0, false);
	vgic_vm_forget_arrivals(v);
	vgic_vm_set_line(v, 0, SPI, true);
	vgic_vm_set_line(v, 0, SPI, false);
	vgic_vm_guest_take(v, 0, false);
	return vgic_vm_arrived_in(v, 0, SPI, group, 1) && ok;
}

static void setup_vm(void)
{
	v = vgic_vm_setup(type, NR_VCPUS, NR_IRQS);
	vgic_vm_enable_dist(v);
	vgic_vm_set(v, 0, GICD_ICFGR + SPI / 16 * 4, ~0U);
	vgic_vm_set(v, 0, GICD_ISENABLER + SPI / 32 * 4, BIT(SPI % 32));
	vgic_vm_route_spi(v, SPI, 0);
}

static void test_running_vcpus(u32 rev)
{
	bool can_choose;

	setup_vm();
	TEST_ASSERT(!vgic_vm_choose(v, VGIC_VM_BY_ATTR, rev), "No revision %u", rev);
	for (int i = 0; i < NR_VCPUS; i++)
		vgic_vm_guest_enable(v, i, VGIC_VM_BOTH_GROUPS);

	reset_counts();
	guests_agree = true;
	nr_runs = 0;
	ran_at = rev;
	for (int i = 0; i < NR_VCPUS; i++)
		start(run_vcpu, i);
	for (int i = 0; i < VGIC_VM_NR_WAYS; i++)
		start(choose_revisions, i);
	start(raise_lines, 0);
	/* Until there was both, which depends on the scheduler */
	for (int i = 0; i < 10; i++) {
		sleep(seconds);
		if (READ_ONCE(nr_ok) && READ_ONCE(nr_busy))
			break;
	}
	stop_threads();

	ksft_print_msg("%u runs of vCPUs, %u choices succeeded, %u found a vCPU running\n",
		       nr_runs, nr_ok, nr_busy);
	can_choose = !vgic_vm_choose(v, VGIC_VM_BY_IIDR, rev);
	if (!nr_wrong && can_choose && !(nr_ok && nr_busy))
		ksft_test_result_skip("%s revision %u: choosing while vCPUs run: %s in %d s\n",
				      vgic_vm_name(type), rev,
				      nr_ok ? "none met one" : "none succeeded", 10 * seconds);
	else
		ksft_test_result(!nr_wrong && can_choose,
				 "%s revision %u: choosing while vCPUs run succeeds or is EBUSY\n",
				 vgic_vm_name(type), rev);
	ksft_test_result(guests_agree && nr_runs,
			 "%s revision %u: no guest sees the revision change while it runs\n",
			 vgic_vm_name(type), rev);
	ksft_test_result(is_consistent(rev),
			 "%s revision %u: groups and interrupts work afterwards\n",
			 vgic_vm_name(type), rev);
	vgic_vm_free(v);
}

static void test_first_run(void)
{
	int nr[2] = {};
	bool ok = true;

	reset_counts();
	ran_at = -1;
	for (int i = 0; i < 10 * seconds; i++) {
		u32 seen;

		setup_vm();
		for (int way = 0; way < VGIC_VM_NR_WAYS; way++)
			start(choose_revisions, way);
		usleep(i % 5 * 1000);
		seen = vgic_vm_guest_get(v, 0, GICD_IIDR);
		seen = (seen & GICD_IIDR_REVISION_MASK) >> GICD_IIDR_REVISION_SHIFT;
		nr[vgic_vm_revisions[seen].writable]++;
		for (int j = 0; j < NR_VCPUS; j++) {
			ok &= guest_agrees(j, i);
			vgic_vm_guest_enable(v, j, VGIC_VM_BOTH_GROUPS);
			ok &= !vgic_vm_change_errno(seen, vgic_vm_current(v));
		}
		stop_threads();
		ok &= is_consistent(seen);
		vgic_vm_free(v);
	}
	ksft_print_msg("the first run found fixed groups %d times, writable ones %d times\n",
		       nr[0], nr[1]);
	ksft_test_result(!nr_wrong && nr_ok,
			 "%s: choosing during the first run succeeds or is EBUSY\n",
			 vgic_vm_name(type));
	ksft_test_result(ok, "%s: groups stay fixed or writable as the first run finds them\n",
			 vgic_vm_name(type));
}

static void *choose_by_attribute(void *unused)
{
	u32 i = 0;

	do {
		choose(VGIC_VM_BY_ATTR, i++ % VGIC_VM_NR_REVS, -1);
	} while (!READ_ONCE(stop));
	return NULL;
}

static void test_new_vcpus(void)
{
	bool ok = true;

	reset_counts();
	for (int i = 0; i < 10 * seconds; i++) {
		v = vgic_vm_create(type, 8, NR_IRQS);
		for (int j = 0; j < 2; j++)
			start(choose_by_attribute, 0);
		while (v->nr_vcpus < v->max_vcpus)
			vgic_vm_add_vcpu(v);
		stop_threads();

		ok &= !vgic_vm_init(v) && !vgic_vm_choose(v, VGIC_VM_BY_ATTR, 1) &&
		      vgic_vm_current(v) == 1 && guest_agrees(7, i);
		vgic_vm_free(v);
	}
	ksft_print_msg("%u choices succeeded, %u were refused as busy\n", nr_ok, nr_busy);
	ksft_test_result(!nr_wrong && nr_ok,
			 "%s: setting the attribute while vCPUs are created succeeds or is EBUSY\n",
			 vgic_vm_name(type));
	ksft_test_result(ok, "%s: and such a VM works\n", vgic_vm_name(type));
}

/*
 * The settings of failslab that the test changes: without a report for each
 * failure, and for allocations that may sleep, too
 */
static struct knob {
	const char	*path;
	const char	*val;
	char		old[16];
	int		len;
} knobs[] = {
	{ "/sys/kernel/debug/failslab/verbose",		"0" },
	{ "/sys/kernel/debug/failslab/ignore-gfp-wait",	"N" },
};

static bool write_knob(const struct knob *knob, const char *val, int len)
{
	int fd = open(knob->path, O_WRONLY);
	bool ok = fd >= 0 && write(fd, val, len) == len;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* Also for a signal handler, so this calls nothing but open(), write() and close() */
static void restore_knobs(void)
{
	for (int i = 0; i < ARRAY_SIZE(knobs); i++) {
		if (knobs[i].len > 0)
			write_knob(&knobs[i], knobs[i].old, knobs[i].len);
		knobs[i].len = 0;
	}
}

/* The signal then ends the test, as it would have without the handler */
static void restore_knobs_and_die(int sig)
{
	restore_knobs();
	signal(sig, SIG_DFL);
	raise(sig);
}

static void restore_knobs_at_the_end(void)
{
	static const int sigs[] = { SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGBUS, SIGSEGV, SIGPIPE,
				    SIGALRM, SIGTERM };

	/* TEST_ASSERT() exits; run_kselftest.sh sends SIGTERM to a test that hangs */
	atexit(restore_knobs);
	for (int i = 0; i < ARRAY_SIZE(sigs); i++)
		signal(sigs[i], restore_knobs_and_die);
}

static bool set_knobs(void)
{
	for (int i = 0; i < ARRAY_SIZE(knobs); i++) {
		int fd = open(knobs[i].path, O_RDONLY);

		if (fd < 0)
			return false;
		knobs[i].len = read(fd, knobs[i].old, sizeof(knobs[i].old));
		close(fd);
		if (knobs[i].len <= 0 || !write_knob(&knobs[i], knobs[i].val, 1))
			return false;
	}
	return true;
}

/* Of this thread, and open from the start, as opening it may need memory */
static int fail_nth_fd = -1;

/* The n-th allocation of this thread fails from now on; none if 0 */
static void write_fail_nth(int n)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", n);
	TEST_ASSERT(pwrite(fail_nth_fd, text, strlen(text), 0) > 0, "Cannot write fail-nth");
}

/* Did it come to that? */
static bool was_injected(void)
{
	char text[16] = {};
	ssize_t len = pread(fail_nth_fd, text, sizeof(text) - 1, 0);

	/* With CONFIG_FAULT_INJECTION_USERCOPY, this copy may be the one that fails */
	TEST_ASSERT(len > 0 || errno == EFAULT, "Cannot read fail-nth");
	write_fail_nth(0);
	return len > 0 && atoi(text) == 0;
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

	for (u32 rev = 0; rev < VGIC_VM_NR_REVS; rev++)
		ok &= !vgic_vm_choose(v, VGIC_VM_BY_ATTR, rev) && vgic_vm_current(v) == rev;
	return ok;
}

static void test_no_memory(const char *name, int (*step)(void), bool has_vcpu)
{
	int n, ret, failed = 0;
	bool ok = true, injected;

	for (n = 1;; n++) {
		v = vgic_vm_create(type, 1, NR_IRQS);
		if (has_vcpu)
			vgic_vm_add_vcpu(v);

		write_fail_nth(n);
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
			ok &= vgic_vm_guest_get(v, 0, GICD_IGROUPR + 4) ==
			      (vgic_vm_fixed_group(type) ? ~0U : 0);
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
			 vgic_vm_name(type), name);
}

static void skip_no_memory(const char *name)
{
	ksft_test_result_skip("%s: %s out of memory: no failslab in debugfs, or no fail-nth\n",
			      vgic_vm_name(type), name);
}

static int nr_results(u32 for_type)
{
	return 2 * 3 + 2 + 2 + 2;
}

static void test_model(u32 for_type)
{
	type = for_type;
	test_running_vcpus(1);
	test_running_vcpus(VGIC_VM_LATEST);
	test_first_run();
	test_new_vcpus();

	if (fail_nth_fd >= 0 && set_knobs()) {
		test_no_memory("the creation of a vCPU", create_vcpu, false);
		test_no_memory("the initialization", init_vgic, true);
	} else {
		skip_no_memory("the creation of a vCPU");
		skip_no_memory("the initialization");
	}
	restore_knobs();
}

int main(int argc, char *argv[])
{
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
	restore_knobs_at_the_end();
	fail_nth_fd = open("/proc/thread-self/fail-nth", O_RDWR);
	vgic_vm_test_models(nr_results, test_model);
}
