#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# job.sh - make a job of selftests: kselftest's runner and the programs
#
# In:  FOLDER, which is made anew; SELFTEST..., in the order in which they run: names
#      of those in $W/selftests, or paths; the composed tree in $W has the runner
# Out: FOLDER, for boot/initramfs.sh. The parameters TEST_TIMEOUT and
#      KSELFTEST_NAME_ARGS of its kernel are for the runner, with commas for spaces.
set -eu
. "$(dirname "$0")/../lib.sh"

[ $# -ge 2 ] || die "usage: job.sh FOLDER SELFTEST..."
job=$1
shift
selftests=$W/tree/tools/testing/selftests
rm -rf "$job"
mkdir -p "$job/bin" "$job/kselftest" "$job/kvm"
cp "$selftests/run_kselftest.sh" "$job/"
cp "$selftests"/kselftest/*.sh "$job/kselftest/"
cp "$selftests/kvm/settings" "$job/kvm/"
for test; do
	program=$test
	[ -f "$program" ] || program=$(find "$W/selftests" -name "$test" -type f -perm -u+x | head -n 1)
	[ -x "$program" ] || die "selftest $test is not built; run make selftests"
	cp "$program" "$job/kvm/"
	echo "kvm:${program##*/}" >>"$job/kselftest-list.txt"
done

# kselftest asks GNU timeout for --foreground, which busybox does not know, and
# expects 124 from it
cat >"$job/bin/timeout" <<'END'
#!/bin/busybox sh
[ "$1" != --foreground ] || shift
busybox timeout "$@"
rc=$?
[ $rc -ne 143 ] || rc=124
exit $rc
END
chmod +x "$job/bin/timeout"

cat >"$job/job" <<'END'
PATH=/job/bin:$PATH
for name in $(env | sed -n 's/^\(KSELFTEST_[A-Z0-9_]*_ARGS\)=.*/\1/p'); do
	eval "export $name=\"\$(echo \$$name | tr , ' ')\""
done
uname -r | sed 's/^/# kernel /'
# The runner of 6.1 has no --override-timeout
[ -z "${TEST_TIMEOUT:-}" ] || echo "timeout=$TEST_TIMEOUT" >kvm/settings
./run_kselftest.sh
END
