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

result()
{
	echo "$([ "$1" = 0 ] || echo 'not ')ok $2"
}

# checkpatch LOG: a Signed-off-by is for whoever posts to add; and of every change of a
# header of Linux, checkpatch says that it has to come from the kernel, as the patch does
checkpatch()
{
	git -C "$W/tree" format-patch -q -1 --stdout |
		(cd "$W/tree" && ./scripts/checkpatch.pl --no-signoff -) >"$1" 2>&1 || :
	grep -q '^total: ' "$1" && ! grep -E '^(ERROR|WARNING): ' "$1" |
		grep -v 'imported from Linux, are you using scripts/update-linux-headers.sh' >&2
}

case $1 in
list)
	list_commits 2
	;;
try)
	folder=$2 title=$3
	status=0
	checkpatch "$folder/checkpatch" || status=1
	result $status "checkpatch: $title"
	status=0
	"$BED/build/qemu.sh" >&2 || status=1
	result $status "builds without a warning: $title"
	;;
esac
