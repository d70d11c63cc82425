#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh - run a plan of check/plans
#
# In:  PLAN; the composed tree in $W/tree, which stays as it is; what check.sh takes
# Out: KTAP on standard output, and a last line that counts it. Exit status 1 if
#      anything failed, or nothing passed.
#
# The tree itself is for check.sh. Of other trees, the script in the column `trees`
# prints a list of commits, lines "COMMIT RESULTS NAME TITLE", then tries one of them,
# with WORK set to where it is, and at last says what came of all: lines "ok TEXT" and
# "not ok TEXT", RESULTS for each commit.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$BED/queue/lib.sh"

[ $# -eq 1 ] || die "usage: run.sh PLAN"
PLAN=$1
trees=$(awk -v plan="$PLAN" '$1 == plan { print $2 }' "$BED/check/plans")
[ -n "$trees" ] || die "no plan '$PLAN' in $BED/check/plans"
[ "$trees" != itself ] || exec "$BED/check/check.sh" "$PLAN"

need_tree
out=$W/evidence/$PLAN
mkdir -p "$W/evidence"
rm -rf "$out"
mkdir "$out"
description=$("$BED/queue/describe.sh") || exit 1
[ -z "$(tree_changes)" ] ||
	die "$PLAN tests commits, and $W/tree has changes that are not committed; commit or stash them"
# describe.sh takes a mutant, which is in no series, with TREE=own only
MAIN=$W TREE=own
export PLAN MAIN TREE
"$BED/evidence/$trees.sh" list "$out" >"$out/list"
[ -s "$out/list" ] || {
	say "$PLAN: none of what was asked for is of this plan"
	exit 0
}

{
	echo "KTAP version 1"
	printf '%s\n' "$description" | sed 's/^/# /'
	awk '{ n += $2 } END { print "1.." n }' "$out/list"
	number=0
	while read -r commit _ name title; do
		say "$PLAN: $name: $title"
		mkdir -p "$out/$name"
		"$BED/evidence/beside.sh" "$commit" "$BED/evidence/$trees.sh" try "$out/$name" "$title" \
			</dev/null >"$out/$name/results" 2>"$out/$name/log" || {
			tail -n 20 "$out/$name/log" >&2
			die "$name could not be tried; full log: $out/$name/log"
		}
		awk -v n="$number" '/^(not )?ok / { sub(/^(not )?ok /, "&" ++n " - ") } { print }' \
			"$out/$name/results"
		number=$((number + $(grep -cE '^(not )?ok ' "$out/$name/results")))
		! grep '^not ok ' "$out/$name/results" >&2 || say "  see $out/$name/log"
	done <"$out/list"
} | tee "$out/ktap"
[ "$(sed -n 's/^1\.\.//p' "$out/ktap")" = "$(grep -cE '^(not )?ok ' "$out/ktap")" ] ||
	die "not all of $PLAN was tried, see above"
awk -f "$BED/check/count.awk" "$out/ktap"
