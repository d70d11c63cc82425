#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# check.sh - build the composed tree as it stands, and run tests on it
#
# In:  PLAN, a row of `plans`; the composed tree in $W. Optional, instead of what the
#      row has: MACHINES; SELFTESTS, names of programs; TESTS, names of machines and of
#      t/*.t; BOOT_TIMEOUT; RESULTS, a folder.
# Out: KTAP on standard output: first what is tested, then all results (of tests that
#      run only if those before had no failure, the last), and as the last line what
#      was counted. Progress and failures go to standard error;
#      consoles and results stay in RESULTS. Exit status 1 if anything failed, or
#      nothing passed.
set -eu
. "$(dirname "$0")/../lib.sh"

[ $# -eq 1 ] || die "usage: check.sh PLAN"
read -r plan _ config machines tests limit proof parameters <<END
$(awk -v plan="$1" '$1 == plan' "$BED/check/plans")
END
[ -n "$plan" ] || die "no plan '$1' in $BED/check/plans"
PARAMETERS=$(printf '%s' "$parameters" | sed "s/@SEED@/${SEED:-2}/")
proof=$(printf '%s' "$proof" | tr '~' ' ')
BOOT_TIMEOUT=${BOOT_TIMEOUT:-$limit}
RESULTS=${RESULTS:-$W/results/$plan}
CONFIG=
BUILD=$W/build
[ "$config" = - ] || CONFIG=$config BUILD=$BUILD-${config%.config}
export PARAMETERS BOOT_TIMEOUT RESULTS CONFIG BUILD

# The longest first, so that the cores stay busy to the end. What is left out here is for
# check-bed.
# shellcheck disable=SC2046 # one word a machine
names=${TESTS:-$("$BED/boot/machines.sh" $(printf '%s' "$machines" | tr ',' ' '))}
case ${TESTS:+given}$tests in
given*) ;;
*,bed) names="$names boot style build $(cd "$BED/t" && printf '%s\n' *.t | sed 's,\.t$,,' |
	grep -vxE 'boot|style|build|kill|full|others-env|others-places' | paste -sd ' ')" ;;
esac
is_machine()
{
	case $1 in
	vhe | pkvm | nvhe | gicv2) ;;
	*) false ;;
	esac
}

for name in $names; do
	is_machine "$name" || [ -f "$BED/t/$name.t" ] ||
		die "no test '$name'; there are vhe, pkvm, nvhe, gicv2 and testbed/t/*.t"
done

echo "KTAP version 1"
description=$("$BED/queue/describe.sh") || exit 1
printf '%s\n' "$description" | sed 's/^/# /'
need prove qemu-system-aarch64 shellcheck python3
"$BED/build/kernel.sh"
"$BED/build/selftests.sh"
rm -rf "$RESULTS"
mkdir -p "$RESULTS"

# try SELFTEST...: run these, and what else $names has
try()
{
	SELFTESTS=$*
	export SELFTESTS
	for name in $names; do
		rm -f "$RESULTS/$name".*
	done
	"$BED/check/job.sh" "$RESULTS/job" "$@" || exit 1
	"$BED/boot/initramfs.sh" "$RESULTS/job" "$RESULTS/initramfs.gz" || exit 1
	say "running $names; consoles in $RESULTS"
	# shellcheck disable=SC2086 # one word a test
	prove --norc -j"$JOBS" --timer --exec "$BED/check/one.sh" $names >&2 || :
	for name in $names; do
		[ -s "$RESULTS/$name.tap" ] ||
			printf 'not ok 1 - %s did not run\n1..1\n' "$name" >"$RESULTS/$name.tap"
		# Who asks for some selftests only may have none that proves it
		if [ "$proof" != - ] && [ -z "$asked" ] && is_machine "$name" &&
		   ! grep -q "^ok .*$proof\$" "$RESULTS/$name.tap"; then
			echo "not ok 0 - $name: no result ends with '$proof'" >>"$RESULTS/$name.tap"
		fi
	done
	! grep -q '^not ok ' "$RESULTS"/*.tap
}

asked=${SELFTESTS:-}
case ${asked:-$tests} in
*vgic_contract*) "$BED/build/vm-program.sh" "$BED/check/vgic_contract.c" "$W/selftests/vgic_contract" ;;
esac
for part in $(printf '%s' "${asked:-$tests}" | tr ' ' ',' | tr '/' ' '); do
	# shellcheck disable=SC2046 # one word a program
	set -- $("$BED/build/tests.sh" "$part")
	[ $# -gt 0 ] || continue
	echo "# tests of $part"
	try "$@" || break
done

echo "1..$(echo "$names" | wc -w)"
number=0
for name in $names; do
	number=$((number + 1)) tap=$RESULTS/$name.tap
	awk -v name="$name" -v number=$number -f "$BED/check/nest.awk" "$tap"
	if grep -q '^not ok ' "$tap"; then
		say "$name, see $RESULTS/$name.*:"
		{ grep -A5 '^not ok ' "$tap" | grep -v '^ok ' | head -n 30
		  tail -n 5 "$RESULTS/$name.err" 2>/dev/null || :; } >&2
	fi
done
for name in $names; do
	cat "$RESULTS/$name.tap"
done | awk -f "$BED/check/count.awk"
