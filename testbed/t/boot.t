#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# boot.t - kernels and selftests that go wrong: each has to be seen and shown
#
# In:  BASE_WORK, a work folder with a kernel and a composed tree
# Out: TAP
set -eu
. "$(dirname "$0")/tap.sh"
image=$BASE_WORK/build/arch/arm64/boot/Image
WORK=$BASE_WORK
export WORK

program()
{
	{ echo '#!/bin/busybox sh'; cat; } >"$tmp/$1"
	chmod +x "$tmp/$1"
}

# boot NAME PROGRAM...: run these programs, in place of selftests
boot()
{
	boot_name=$1
	shift
	"$BED/check/job.sh" "$tmp/$boot_name.job" "$@" &&
		"$BED/boot/initramfs.sh" "$tmp/$boot_name.job" "$tmp/$boot_name.gz" &&
		"$BED/boot/boot.sh" gicv2 "$image" "$tmp/$boot_name.gz" "$tmp/$boot_name.log"
}

results()
{
	awk -v machine=m -v expect="$2" -v ours="$3" -f "$BED/boot/splats.awk" -f "$BED/check/ktap.awk" "$tmp/$1.log" >"$tmp/$1.tap"
}

# says NAME LINE: the results of boot NAME have this line, whatever its number
says()
{
	sed 's/^\(.*ok\) [0-9]* /\1 /' "$tmp/$1.tap" | grep -Fx -- "$2" || {
		cat "$tmp/$1.tap"
		return 1
	}
}

program good <<'END'
printf 'TAP version 13\n1..2\nok 1 this works\nok 2 # SKIP no hardware for that\n'
END
program fails <<'END'
printf 'TAP version 13\n1..2\nok 1 this works\nnot ok 2 this does not\n# want 1, got 2\n'
exit 1
END
program fails-quietly <<'END'
printf 'TAP version 13\n1..1\nok 1 this works\n'
exit 1
END
program killed <<'END'
printf 'TAP version 13\n1..3\nok 1 this works\n'
kill -9 $$
END
program no-ktap <<'END'
echo 'All is well!'
END
program warns <<'END'
echo '<4>WARNING: CPU: 0 PID: 1 at a place in the kernel' >/dev/kmsg
END
program hangs <<'END'
printf '\033[31mred\n' >/dev/console
sleep 1000
END
program panics <<'END'
echo 'TAP version 13'
echo c >/proc/sysrq-trigger
END

ok "a machine with good and bad tests powers off" boot mixed "$tmp/good" "$tmp/fails" \
	"$tmp/fails-quietly" "$tmp/killed" "$tmp/no-ktap" "$tmp/warns"
results mixed "good fails fails-quietly killed no-ktap warns missing" "good fails no-ktap"
ok "a test that works passes" says mixed "ok - m: good: this works"
ok "a skip names its reason" says mixed "ok - m: good: no hardware for that # SKIP no hardware for that"
ok "a test that fails is seen" says mixed "not ok - m: fails: this does not"
ok "and what it said is shown" grep -qF 'want 1, got 2' "$tmp/mixed.tap"
ok "a bad exit status is a failure even if all results are good" \
	says mixed "not ok - m: fails-quietly ends with exit=1"
ok "a test that is killed is seen" \
	says mixed "not ok - m: killed has 1 results of 3, and ends with exit=137"
ok "one of our tests that prints no KTAP fails" says mixed "not ok - m: no-ktap prints no KTAP"
ok "a test that did not run fails" says mixed "not ok - m: missing did not run"
ok "a warning of the kernel fails the run" \
	says mixed "not ok - m: the kernel's console has a splat"
ok "and is shown" grep -q '^# .*WARNING: CPU: 0' "$tmp/mixed.tap"

refuses "a kernel that panics under a test" 'panicked on gicv2' boot panic "$tmp/panics"
ok "its console is shown" grep -q 'Kernel panic - not syncing' "$tmp/err"
results panic panics ''
ok "and its test did not end" says panic "not ok - m: panics started and did not end"

refuses "a kernel that panics at boot" 'panicked on gicv2' \
	"$BED/boot/boot.sh" gicv2 "$image" "$tmp/panic.gz" "$tmp/noinit.log" rdinit=/nothing init=/nothing
ok "its last lines are shown" grep -q 'Requested init .nothing failed' "$tmp/err"

# run_job JOB LINE...: what a job prints
run_job()
{
	mkdir "$tmp/$1"
	job=$1
	shift
	printf '%s\n' "$@" >"$tmp/$job/job"
	"$BED/boot/run-job.sh" gicv2 "$image" "$tmp/$job" "$tmp/$job.out"
}
ok "a command of a job may end its output without a newline" \
	run_job frames 'out word printf word' 'out line echo line' 'out nothing false'
printf '%s\n' word 0 line 0 1 >"$tmp/want"
for name in word line nothing; do
	cat "$tmp/frames.out/$name" "$tmp/frames.out/$name.status"
done >"$tmp/got"
ok "its output and its exit status are kept" diff "$tmp/want" "$tmp/got"
refuses "an output whose end is lost is none" 'the job was not done' \
	run_job lost 'echo "@begin lost"' 'out line echo line'
refuses "nor if it is the last one" 'the job was not done' \
	run_job last 'out line echo line' 'echo "@begin last"'

complains()
{
	run_job "$1" "$2" 'out line echo line'
}
say_warning="echo '<4>WARNING: CPU: 0 PID: 1 at a place' >/dev/kmsg"
refuses "a job whose kernel complains is not done" 'the kernel complained' complains splat "$say_warning"
ok "the complaint is shown" grep -q 'WARNING: CPU: 0' "$tmp/err"
ok "a kernel that is not ours to judge may complain" \
	env COMPLAINTS=shown "$BED/boot/run-job.sh" gicv2 "$image" "$tmp/splat" "$tmp/splat.out"
ok "what a program of a job prints is no complaint" \
	run_job quoted "out line echo 'WARNING: CPU: 0'"

BOOT_TIMEOUT=6
export BOOT_TIMEOUT
refuses "a boot that hangs ends at its time limit" 'did not finish in 6 seconds' boot hang "$tmp/hangs"
ok "its last lines are shown" grep -q 'selftests: kvm: hangs' "$tmp/err"
ok "and a terminal obeys nothing in them" grep -qF '^[[31mred' "$tmp/err"
refuses "an initramfs that is not there" 'cannot read' \
	"$BED/boot/boot.sh" gicv2 "$image" "$tmp/nothing" "$tmp/x.log"
refuses "a machine that is not there" "no machine 'gicv9'" \
	"$BED/boot/boot.sh" gicv9 "$image" "$tmp/panic.gz" "$tmp/x.log"
done_testing
