#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# check.sh - run the selftests on every machine, and the test bed's own tests
#
# In:  the selftests and the composed tree in $W. Optional: BUILD, the folder of
#      the kernel; TESTS, names of machines and of testbed/t/*.t (default all that
#      make check runs); SELFTESTS, names (default all); RESULTS, a folder;
#      PARAMETERS for the kernel, see initramfs.sh
# Out: all results as KTAP on standard output, progress and failures on standard
#      error, and as the last line what was counted. Consoles and results stay
#      in RESULTS. Exit status 1 if anything failed, or if nothing ran.
set -eu
. "$(dirname "$0")/../lib.sh"
need prove qemu-system-aarch64 shellcheck

RESULTS=${RESULTS:-$W/results}
BUILD=${BUILD:-$W/build}
SELFTESTS=$(printf '%s ' "${SELFTESTS:-$("$BED/check/tests.sh" names)}" | tr '\n' ' ')
export RESULTS BUILD SELFTESTS
rm -rf "$RESULTS"
mkdir -p "$RESULTS"

# The longest first, so that the cores stay busy to the end
if [ -z "${TESTS:-}" ]; then
	TESTS="vhe pkvm nvhe gicv2 style boot"
	for file in "$BED"/t/*.t; do
		name=$(basename "$file" .t)
		case " $TESTS " in
		*" $name "*) ;;
		*) TESTS="$TESTS $name" ;;
		esac
	done
fi

for name in $TESTS; do
	case $name in
	vhe | pkvm | nvhe | gicv2) ;;
	*) [ -f "$BED/t/$name.t" ] ||
		die "no test '$name'; there are vhe, pkvm, nvhe, gicv2 and testbed/t/*.t" ;;
	esac
done

programs=
for program in $SELFTESTS; do
	found=$(find "$W/selftests" -name "$program" -type f -perm -u+x | head -n 1)
	[ -n "$found" ] || die "selftest $program is not built; run make selftests"
	programs="$programs $found"
done
# shellcheck disable=SC2086 # one word a program
"$BED/boot/initramfs.sh" "$RESULTS/initramfs.cpio.gz" $programs

say "running $TESTS; consoles in $RESULTS"
# shellcheck disable=SC2086 # one word a test
prove -j2 --timer --exec "$BED/check/one.sh" $TESTS >&2 || :

echo "KTAP version 1"
echo "1..$(echo "$TESTS" | wc -w)"
number=0
for name in $TESTS; do
	number=$((number + 1))
	[ -s "$RESULTS/$name.tap" ] ||
		printf 'not ok 1 - %s did not run\n1..1\n' "$name" >"$RESULTS/$name.tap"
	# The plan of a subtest comes first
	echo "    KTAP version 1"
	sed -n 's/^1\.\./    &/p' "$RESULTS/$name.tap"
	sed '/^1\.\./d; s/^/    /' "$RESULTS/$name.tap"
	if grep -q '^not ok ' "$RESULTS/$name.tap"; then
		echo "not ok $number - $name"
		say "$name, see $RESULTS/$name.*:"
		{ grep -A5 '^not ok ' "$RESULTS/$name.tap" | grep -v '^ok ' | head -n 30
		  tail -n 5 "$RESULTS/$name.err"; } >&2
	else
		echo "ok $number - $name"
	fi
done

for name in $TESTS; do
	cat "$RESULTS/$name.tap"
done | awk -f "$BED/check/count.awk"
