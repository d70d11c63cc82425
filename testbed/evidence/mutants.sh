#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# mutants.sh - are there tests that notice when the kernel patches are wrong?
#
# In:  the composed tree in $W/tree, with nothing uncommitted; testbed/evidence/mutants,
#      small wrong versions of the patches, on the debug kernel if `(debug)` says
#      so; MUTANTS, names of some of them (default all); MACHINES, which to test
#      on (nvhe gicv2)
# Out: KTAP on standard output: first that the series itself passes, then a result
#      for each mutant: it is built, booted and tested, and some result of a test
#      has to fail, or the kernel to complain. A test that only does not end in
#      time says nothing. The tests of series 1 run first, and those of series 2
#      only if they notice nothing. Which ones fail, and how often, is said with
#      each. Consoles stay in $W/mutants/NAME. Exit status 1 if a mutant lives, or
#      cannot be built, or if series 1 alone catches less than nine in ten.
set -eu
. "$(dirname "$0")/../lib.sh"

list=$BED/evidence/mutants
results=$W/mutants
tip=$(git -C "$W/tree" rev-parse HEAD)
TESTS=${MACHINES:-nvhe gicv2}
export TESTS

names=${MUTANTS:-$(sed -n 's/^\([a-z0-9-]*\): .*/\1/p' "$list")}
[ -z "$(printf '%s\n' "$names" | tr ' ' '\n' | sort | uniq -d)" ] || die "two mutants have one name"
rm -rf "$results"
mkdir -p "$results"
index=$(mktemp)
trap 'rm -f "$index"' EXIT

# mutate NAME: make a commit on top of the series that has this mutant
mutate()
{
	mkdir "$results/$1"
	sed -n "s/^$1: //p" "$list" >"$results/$1/what"
	awk -v name="$1:" '$1 == name { found = 1; next } found && !NF { exit } found' \
		"$list" >"$results/$1/script"
	[ -s "$results/$1/script" ] || die "testbed/evidence/mutants has no '$1'"
	file=$(sed -n 1p "$results/$1/script")
	sed -i 1d "$results/$1/script"
	git -C "$W/tree" show "$tip:$file" >"$results/$1/original"
	sed -E -f "$results/$1/script" "$results/$1/original" >"$results/$1/mutant"
	if diff -u "$results/$1/original" "$results/$1/mutant" >"$results/$1/diff"; then
		die "mutant $1 changes nothing in $file"
	fi
	blob=$(git -C "$W/tree" hash-object -w "$results/$1/mutant")
	rm -f "$index"
	GIT_INDEX_FILE=$index git -C "$W/tree" read-tree "$tip"
	GIT_INDEX_FILE=$index git -C "$W/tree" update-index --cacheinfo "100644,$blob,$file"
	echo "mutant $1" | git -C "$W/tree" commit-tree -p "$tip" \
		"$(GIT_INDEX_FILE=$index git -C "$W/tree" write-tree)" >"$results/$1/commit"
}

# prepare WHAT: set which kernel is built, and which tests run on it, and how
prepare()
{
	lists='series series-selftests'
	case $1 in
	*'(debug)')
		lists=series
		BUILD=$W/build-debug CONFIG=debug.config
		BOOT_TIMEOUT=1800 PARAMETERS=TEST_TIMEOUT=900
		;;
	*)
		# Enough to notice, and an end to what hangs
		BUILD=$W/build-mutants CONFIG='' BOOT_TIMEOUT=300
		PARAMETERS="TEST_TIMEOUT=60 KSELFTEST_VGIC_REVISION_FUZZ_ARGS=-n,3000"
		PARAMETERS="$PARAMETERS KSELFTEST_VGIC_REVISION_RACE_ARGS=-t,1"
		;;
	esac
	export BUILD CONFIG BOOT_TIMEOUT PARAMETERS
}

# failures NAME LIST: how many results of which test failed. A test that did not end
# in time does not count.
failures()
{
	sed -n 's/^not ok [0-9]* - [a-z0-9]*: //p' "$results/$1/$2"/*.tap 2>/dev/null |
		grep -vE "ends with TIMEOUT|did not (end|run|power)|results, .* planned" |
		sed 's/^the kernel.s console has.*/console/; s/[: ].*//' |
		sort | uniq -c | awk '{ printf "%s%s (%d)", sep, $2, $1; sep = ", " }'
}

# try NAME COMMIT: build it and run the tests, until some of a series fail. Set
# `tests` to those, `series` to the list that has them, and `why` to what happened
# if there are none.
try()
{
	tests=
	why='cannot be built'
	"$BED/evidence/at.sh" "$2" "$BED/build/kernel.sh" >"$results/$1/log" 2>&1 || return 0
	why=lives
	for series in $lists; do
		SELFTESTS=$("$BED/check/tests.sh" ours "$series")
		[ -n "$SELFTESTS" ] || continue
		export SELFTESTS
		RESULTS=$results/$1/$series "$BED/check/check.sh" >>"$results/$1/log" 2>&1 ||
			why='lives, or its tests only hang'
		tests=$(failures "$1" "$series")
		[ -z "$tests" ] || return 0
	done
}

for name in $names; do
	mutate "$name"
done
total=$(echo "$names" | wc -w)
echo "KTAP version 1"
echo "1..$((total + 1))"
say "0: the series itself"
for kernel in normal $(grep -ho '(debug)$' "$results"/*/what | sort -u); do
	mkdir "$results/control-$kernel"
	prepare "$kernel"
	try "control-$kernel" "$tip"
	if [ "$why$tests" != lives ]; then
		echo "not ok 1 - the series itself passes"
		die "the series itself fails, see $results/control-$kernel/log"
	fi
done
echo "ok 1 - the series itself passes"

number=1
caught=0
by_series_1=0
for name in $names; do
	number=$((number + 1))
	what=$(cat "$results/$name/what")
	say "$((number - 1)): $name: $what"
	prepare "$what"
	try "$name" "$(cat "$results/$name/commit")"
	if [ -n "$tests" ]; then
		caught=$((caught + 1))
		[ "$series" != series ] || by_series_1=$((by_series_1 + 1))
		echo "ok $number - $name: $what"
		echo "# caught by $([ "$series" = series ] || echo "series 2 alone: ")$tests"
	else
		echo "not ok $number - $name $why: $what"
		say "$name $why, see $results/$name/log"
	fi
done
count="$caught of $total mutants were caught, $by_series_1 by series 1 alone"
say "$count"
echo "# $count"
[ $caught -eq "$total" ] || exit 1
[ $((by_series_1 * 10)) -ge $((total * 9)) ] || die "series 1 alone catches less than nine in ten"
