#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# bisect.sh - both series cut after each of their patches: git bisect may stop at each,
#             and each of series 1 can be the last one that a maintainer takes
#
# In:  `list`: the composed tree in $W. `try FOLDER TITLE`: a tree at one of its
#      commits in $W, and PLAN; FOLDER is for logs.
# Out: as run.sh wants it. Two results for a commit: it boots and passes the tests that
#      there are at that point, and its pages build, if it changes any. What it compiles
#      with is for lint.sh.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$BED/queue/lib.sh"

case $1 in
list)
	need python3 sphinx-build
	list_commits 2
	;;
try)
	folder=$2 title=$3
	status=0
	RESULTS=$folder/consoles "$BED/check/check.sh" "$PLAN" >"$folder/ktap" || status=1
	[ $status -eq 0 ] || grep -A20 '^ *not ok' "$folder/ktap" | sed 's/^/# /'
	rm -rf "$folder/consoles/job" "$folder/consoles/initramfs.gz"
	commit_result $status "tests pass: $title"
	tail -n 1 "$folder/ktap" | sed 's/^/# /'

	if git -C "$W/tree" diff --quiet HEAD^ -- Documentation; then
		echo "ok pages build: $title # SKIP it changes no page"
		exit 0
	fi
	status=0
	"$BED/build/docs.sh" >&2 || status=1
	commit_result $status "pages build: $title"
	;;
esac
