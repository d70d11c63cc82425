#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# kselftest.sh - build and run the selftests of the series the way that an
#                ordinary kernel tree does
#
# In:  the composed tree and the kernel in $W; MACHINES and SELFTESTS (optional)
# Out: KTAP. Those of the series are among the selftests of KVM that the tree installs,
#      and each of them passes when run from what was installed, on a machine where
#      it is not skipped. The kernel of no machine complains.
set -eu
. "$(dirname "$0")/../lib.sh"
[ -f "$W/build/arch/arm64/boot/Image" ] || die "no kernel in $W/build; run make kernel"
TREE=own "$BED/queue/describe.sh" >&2

machines=$("$BED/boot/machines.sh" nvhe gicv2)
ours=$("$BED/build/tests.sh" ours)
for test in ${SELFTESTS:-}; do
	echo "$ours" | grep -qxF -- "$test" || die "no selftest '$test' of the series"
done
copy=$W/kselftest
"$BED/build/kselftest.sh"

number=0
status=0
result()
{
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
		status=1
	fi
}

echo "KTAP version 1"
# shellcheck disable=SC2086 # one word a test
set -- ${SELFTESTS:-$ours}
echo "1..$((2 * $# + $(echo "$machines" | wc -w)))"
programs=
for test; do
	installed=0
	grep -qx "kvm:$test" "$copy/kselftest-list.txt" || installed=1
	result $installed "$test is in kselftest's list"
	[ $installed -ne 0 ] || programs="$programs $copy/kvm/$test"
done

# shellcheck disable=SC2086 # one word a program
"$BED/check/job.sh" "$copy/job" $programs
"$BED/boot/initramfs.sh" "$copy/job" "$W/kselftest.cpio.gz"
for machine in $machines; do
	say "running them on $machine; console in $W/kselftest-$machine.log"
	"$BED/boot/boot.sh" "$machine" "$W/build/arch/arm64/boot/Image" \
		"$W/kselftest.cpio.gz" "$W/kselftest-$machine.log"
done
for machine in $machines; do
	cat "$W/kselftest-$machine.log"
done >"$W/kselftest.consoles"
for test; do
	passed=0
	grep "^ok [0-9]* selftests: kvm: $test\>" "$W/kselftest.consoles" | grep -qv '# SKIP' || passed=1
	! grep "^not ok [0-9]* selftests: kvm: $test\>" "$W/kselftest.consoles" >&2 || passed=1
	result $passed "$test passes"
done
for machine in $machines; do
	quiet=0
	awk -v machine="$machine" -f "$BED/boot/splats.awk" -f "$BED/check/ktap.awk" \
		"$W/kselftest-$machine.log" | grep -q "console has no splat" || quiet=1
	result $quiet "the kernel has no complaint on $machine"
done
exit $status
