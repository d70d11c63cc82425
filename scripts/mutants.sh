#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# mutants.sh - are there tests that notice when the kernel patches are wrong?
#
# In:  the composed tree in $W/tree, with nothing uncommitted; scripts/mutants,
#      small wrong versions of the patches, on the debug kernel if `(debug)` says
#      so; MUTANTS, names of some of them (default all); MACHINES, which to test
#      on (nvhe gicv2)
# Out: KTAP on standard output: first that the series itself passes, then a result
#      for each mutant: it is built, booted and tested, and some result of a test
#      has to fail, or the kernel to complain. A test that only does not end in
#      time says nothing. Which ones fail, and how often, is said with each; so
#      is whether a test would that writes one SPI register from both sides at
#      revisions 1 to 3. Consoles stay in $W/mutants/NAME. Exit status 1 if a
#      mutant lives, or cannot be built.
set -eu
. "$(dirname "$0")/lib.sh"

list=$ROOT/scripts/mutants
results=$W/mutants
tip=$(git -C "$W/tree" rev-parse HEAD)
TESTS=${MACHINES:-nvhe gicv2}
ours=$("$ROOT/scripts/tests.sh" ours)
export TESTS

names=${MUTANTS:-$(sed -n 's/^\([a-z0-9-]*\): .*/\1/p' "$list")}
[ -z "$(printf '%s\n' "$names" | tr ' ' '\n' | sort | uniq -d)" ] || die "two mutants have one name"
rm -rf "$results"
mkdir -p "$results"
index=$(mktemp)
trap 'rm -f "$index"' EXIT

# mutate NAME: print a commit on top of the series that has this mutant
mutate()
{
	awk -v name="$1:" '$1 == name { found = 1; next } found && !NF { exit } found' \
		"$list" >"$results/$1/script"
	file=$(sed -n 1p "$results/$1/script")
	sed -i 1d "$results/$1/script"
	[ -s "$results/$1/script" ] || die "scripts/mutants has no '$1'"
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
		"$(GIT_INDEX_FILE=$index git -C "$W/tree" write-tree)"
}

# try NAME COMMIT DEBUG: build and test it
try()
{
	if [ -n "$3" ]; then
		# Slow, and it shows in the first call
		BUILD=$W/build-debug CONFIG=debug.config SELFTESTS=vgic_group_reset
		BOOT_TIMEOUT=900 PARAMETERS=TEST_TIMEOUT=600
	else
		# Enough to notice, and an end to what hangs
		BUILD=$W/build-mutants CONFIG='' SELFTESTS=$ours BOOT_TIMEOUT=300
		PARAMETERS="TEST_TIMEOUT=60 KSELFTEST_VGIC_REVISION_FUZZ_ARGS=-n,3000"
		PARAMETERS="$PARAMETERS KSELFTEST_VGIC_REVISION_RACE_ARGS=-t,1"
	fi
	export BUILD CONFIG SELFTESTS BOOT_TIMEOUT PARAMETERS
	RESULTS=$results/$1/tests "$ROOT/scripts/at.sh" "$2" sh -c \
		"'$ROOT/scripts/build.sh' && '$ROOT/scripts/check.sh' >/dev/null" \
		>"$results/$1/log" 2>&1
}

# failures NAME: how many results of which test failed. What has no result of its
# own, as it was cut off, does not count.
failures()
{
	sed -n 's/^not ok [0-9]* - [a-z0-9]*: //p' "$results/$1"/tests/*.tap |
		grep -vE "ends with |did not (end|run|power)|[0-9] results of |results, .* planned" |
		sed 's/^the kernel.s console has.*/console/; s/[: ].*//' |
		sort | uniq -c | awk '{ printf "%s%s (%d)", sep, $2, $1; sep = ", " }'
}

# The results of vgic_revision that are a guest's and userspace's write of one SPI
# register, the revision chosen by GICD_IIDR
one_spi_register()
{
	grep -hE '^not ok .* revision [123] chosen by GICD_IIDR after init: (guest|userspace) write .* first SPI groups' \
		"$results/$1"/tests/*.tap
}

echo "KTAP version 1"
# shellcheck disable=SC2086 # one word a name
echo "1..$(($(echo $names | wc -w) + 1))"
say "0: the series itself"
mkdir "$results/control" "$results/control-debug"
if try control "$tip" '' && { ! grep -q '(debug)' "$list" || try control-debug "$tip" debug; }; then
	echo "ok 1 - the series itself passes"
else
	echo "not ok 1 - the series itself passes"
	die "the series itself fails, see $results/control*/log"
fi

number=0
failed=0
spi=0
for name in $names; do
	number=$((number + 1))
	what=$(sed -n "s/^$name: //p" "$list")
	mkdir "$results/$name"
	commit=$(mutate "$name")
	say "$number: $name: $what"
	debug=
	case $what in *'(debug)') debug=yes ;; esac
	status=0
	try "$name" "$commit" "$debug" || status=$?
	caught=$(failures "$name" 2>/dev/null) || :
	if [ -n "$caught" ]; then
		echo "ok $((number + 1)) - $name: $what"
		echo "# caught by $caught"
	else
		failed=$((failed + 1))
		why='lives'
		[ $status -eq 0 ] || why='cannot be built, or its tests only hang'
		echo "not ok $((number + 1)) - $name $why: $what"
		say "$name $why, see $results/$name/log"
	fi
	if one_spi_register "$name" >/dev/null 2>&1; then
		spi=$((spi + 1))
		echo "# also by writes of one SPI register"
	fi
done
say "$((number - failed)) of $number mutants were caught, $spi by writes of one SPI register"
echo "# $((number - failed)) of $number mutants were caught, $spi by writes of one SPI register"
[ $failed -eq 0 ]
