#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# mutants.sh - are there tests that notice when the kernel patches are wrong?
#
# In:  `list FOLDER`: the composed tree in $W, PLAN, and `mutants` or, on an older base,
#      `mutants-backports`, small wrong versions of the patches; MUTANTS (optional), names
#      of some. Those with `(debug)` are for the plan mutants-debug.
#      `check FOLDER`: the same; nothing is tried, but each has to change the series.
#      `try FOLDER TITLE`: a tree with one of them in $W.
# Out: as run.sh wants it. The series itself has to pass, and for each mutant some
#      result of a test has to fail, or the kernel to complain. A test that only does
#      not end in time says nothing. Of all of them, the last result is that the tests of
#      series 1 alone catch nine in ten.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$BED/queue/lib.sh"

list=$BED/evidence/mutants
[ "$BASE_SERIES" = 7.3 ] || list=$list-backports

# alter NAME FOLDER: write there the mutant, the original, and the script between them
alter()
{
	mkdir -p "$2"
	awk -v name="$1:" '$1 == name { found = 1; next } found && !NF { exit } found' "$list" >"$2/script"
	[ -s "$2/script" ] || die "$list has no '$1'"
	file=$(sed -n 1p "$2/script")
	git -C "$W/tree" show "HEAD:$file" >"$2/original"
	sed 1d "$2/script" | sed -E -f - "$2/original" >"$2/mutant"
	if diff -u "$2/original" "$2/mutant" >"$2/diff"; then
		die "mutant $1 changes nothing in $file"
	fi
}

# mutate NAME FOLDER: make a commit on top of the series that has this mutant
mutate()
{
	alter "$1" "$2"
	blob=$(git -C "$W/tree" hash-object -w "$2/mutant")
	GIT_INDEX_FILE=$2/index
	export GIT_INDEX_FILE
	git -C "$W/tree" read-tree HEAD
	git -C "$W/tree" update-index --cacheinfo "100644,$blob,$file"
	echo "mutant $1" | git -C "$W/tree" commit-tree -p HEAD "$(git -C "$W/tree" write-tree)"
}

# failures FOLDER: how many results of which test failed there
failures()
{
	sed -n 's/^not ok [0-9]* - [a-z0-9]*: //p' "$1"/*.tap 2>/dev/null |
		grep -vE "ends with TIMEOUT|did not (end|run|power)|results, .* planned" |
		sed 's/^the kernel.s console has.*/console/; s/[: ].*//' |
		sort | uniq -c | awk '{ printf "%s%s (%d)", sep, $2, $1; sep = ", " }'
}

all=$(sed -n 's/^\([a-z0-9-]*\): .*/\1/p' "$list")
case $1 in
check)
	for name in $all; do
		alter "$name" "$2/$name"
	done
	;;
list)
	commit_as_user . || commit_as_nobody
	names=${MUTANTS:-$all}
	[ -z "$(echo "$names" | tr ' ' '\n' | sort | uniq -d)" ] || die "two mutants have one name"
	[ -z "${SELFTESTS:-}" ] || die "mutants are for all selftests; MACHINES and MUTANTS choose less"
	tip=$(git -C "$W/tree" rev-parse HEAD)
	for name in $names; do
		title=$(sed -n "s/^$name: //p" "$list")
		case $PLAN$title in
		mutants-debug*'(debug)') ;;
		mutants-debug* | *'(debug)') continue ;;
		esac
		commit=$(mutate "$name" "$2/$name")
		echo "$commit 1 $name $title"
	done >"$2/mutants"
	[ -s "$2/mutants" ] || exit 0
	echo "$tip 1 itself the series itself passes"
	cat "$2/mutants"
	[ -n "${MUTANTS:-}" ] || echo "$tip 1 sum what series 1 catches alone"
	;;
try)
	folder=$2 name=${2##*/} title=$3
	if [ "$name" = sum ]; then
		all=$(wc -l <"${folder%/*}/mutants")
		caught=$(cat "${folder%/*}"/*/results | grep -c '^# caught by' || :)
		first=$(cat "${folder%/*}"/*/results | grep -c '^# caught by series 1: ' || :)
		echo "$([ $((first * 10)) -ge $((all * 9)) ] || echo 'not ')ok series 1 alone catches nine in ten"
		echo "# $caught of $all mutants were caught, $first by series 1 alone"
		exit 0
	fi
	why=lives
	RESULTS=$folder/consoles "$BED/check/check.sh" "$PLAN" >"$folder/ktap" || why='lives, or its tests only hang'
	[ -f "$folder/consoles/initramfs.gz" ] || why='cannot be built'
	tests=$(failures "$folder/consoles")
	rm -rf "$folder/consoles/job" "$folder/consoles/initramfs.gz"
	if [ "$name" = itself ]; then
		[ "$why$tests" = lives ] || die "the series itself fails, see $folder/ktap"
		echo "ok $title"
	elif [ -n "$tests" ]; then
		series=$(sed -n 's/^# tests of series$/series 1/p; s/^# tests of series-selftests$/series 2/p' \
			"$folder/ktap" | tail -n 1)
		echo "ok $name: $title"
		echo "# caught by $series: $tests"
	else
		echo "not ok $name $why: $title"
	fi
	;;
esac
