#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# mutants.sh - are there tests that notice when the kernel patches are wrong?
#
# In:  the composed tree in $W/tree, with nothing uncommitted; scripts/mutants,
#      small wrong versions of the patches, on a debug kernel if that is needed; MUTANTS, names of some of them
#      (default all); MACHINES, which to test on (nvhe gicv2)
# Out: KTAP on standard output, a result for each mutant: it is built, booted and
#      tested, and some test has to fail. Which ones do, and how often, is said
#      with each; so is whether a test would do that writes one SPI register from
#      both sides at revisions 1 to 3. Consoles stay in $W/mutants/NAME. Exit
#      status 1 if a mutant lives, or cannot be built.
set -eu
. "$(dirname "$0")/lib.sh"

list=$ROOT/scripts/mutants
results=$W/mutants
tip=$(git -C "$W/tree" rev-parse HEAD)
TESTS=${MACHINES:-nvhe gicv2}
# Enough to notice, and an end to what hangs
BOOT_TIMEOUT=240
PARAMETERS="TEST_TIMEOUT=60 KSELFTEST_VGIC_REVISION_FUZZ_ARGS=-n3000"
PARAMETERS="$PARAMETERS KSELFTEST_VGIC_REVISION_RACE_ARGS=-t1"
ours=$("$ROOT/scripts/tests.sh" ours)
export TESTS BOOT_TIMEOUT PARAMETERS

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

# failures NAME: how many results of which test failed
failures()
{
	sed -n 's/^not ok [0-9]* - [a-z0-9]*: //p' "$results/$1"/*.tap |
		sed 's/^the kernel.s console has.*/console/; s/^the machine did not.*/power-off/; s/[: ].*//' |
		sort | uniq -c | awk '{ printf "%s%s (%d)", sep, $2, $1; sep = ", " }'
}

# The results of vgic_revision that are a guest's and userspace's write of one SPI
# register, the revision chosen by GICD_IIDR
one_spi_register()
{
	grep -hE '^not ok .* revision [123] chosen by GICD_IIDR after init: (guest|userspace) write .* first SPI groups' \
		"$results/$1"/*.tap
}

echo "KTAP version 1"
# shellcheck disable=SC2086 # one word a name
echo "1..$(echo $names | wc -w)"
number=0
failed=0
spi=0
for name in $names; do
	number=$((number + 1))
	what=$(sed -n "s/^$name: //p" "$list")
	mkdir "$results/$name"
	commit=$(mutate "$name")
	say "$number: $name: $what"
	case $what in
	# Slow, and it shows in the first call
	*'(debug)') BUILD=$W/build-debug CONFIG=debug.config SELFTESTS=vgic_group_reset ;;
	*) BUILD=$W/build CONFIG= SELFTESTS=$ours ;;
	esac
	export BUILD CONFIG SELFTESTS
	status=0
	RESULTS=$results/$name/tests "$ROOT/scripts/at.sh" "$commit" sh -c \
		"'$ROOT/scripts/build.sh' && '$ROOT/scripts/check.sh' >/dev/null" \
		>"$results/$name/log" 2>&1 || status=$?
	find "$results/$name" -name '*.tap' -exec mv {} "$results/$name/" \; 2>/dev/null || :
	if [ ! -f "$results/$name/$(echo "$TESTS" | cut -d' ' -f1).tap" ]; then
		echo "not ok $number - $name: cannot be built or run, see $results/$name/log"
		failed=$((failed + 1))
	elif [ $status -eq 0 ]; then
		echo "not ok $number - $name lives: $what"
		failed=$((failed + 1))
	else
		echo "ok $number - $name: $what"
		echo "# caught by $(failures "$name")"
	fi
	if one_spi_register "$name" >/dev/null; then
		spi=$((spi + 1))
		echo "# also by writes of one SPI register"
	fi
done
echo "# $((number - failed)) of $number mutants were caught; $spi by writes of one SPI register"
say "$((number - failed)) of $number mutants were caught; $spi by writes of one SPI register"
[ $failed -eq 0 ]
