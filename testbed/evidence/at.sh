#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# at.sh - run a command with another commit of the composed tree checked out
#
# In:  COMMIT, COMMAND...; $W/tree with nothing uncommitted and a branch checked
#      out
# Out: what the command puts out, and its exit status. The branch is checked out
#      again afterwards, whatever happened.
set -eu
. "$(dirname "$0")/../lib.sh"

[ $# -ge 2 ] || die "usage: at.sh COMMIT COMMAND..."
commit=$1
shift
tree=$W/tree
[ -z "$(tree_changes)" ] ||
	die "$tree has changes that are not committed"
branch=$(git -C "$tree" symbolic-ref -q --short HEAD) || die "no branch is checked out in $tree"
trap 'git -C "$tree" checkout -q "$branch"' EXIT
trap 'exit 1' INT TERM
git -C "$tree" checkout -q --detach "$commit"
"$@"
