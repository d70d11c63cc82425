#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# qemu-steps.sh - the patches to QEMU, each as if it were the last one
#
# In:  `list`: the composed tree in $W. `try FOLDER TITLE`: a tree at one of its commits
#      in $W; FOLDER is for logs.
# Out: as run.sh wants it. Two results for a commit: QEMU's checkpatch has nothing to
#      say of it, and it builds without a warning.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$BED/queue/lib.sh"
. "$BED/evidence/lint-repo-lib.sh"

case $1 in
list)
	list_commits 2
	;;
try)
	folder=$2 title=$3
	status=0
	qemu_checkpatch "$W/tree" HEAD >"$folder/found" || status=1
	[ ! -s "$folder/found" ] || status=1
	cat "$folder/found" >&2
	commit_result $status "checkpatch: $title"
	status=0
	"$BED/build/qemu.sh" >&2 || status=1
	commit_result $status "builds without a warning: $title"
	;;
esac
