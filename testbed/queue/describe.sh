#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# describe.sh - say what the composed tree is, for a run that tests it
#
# In:  the composed tree in $W/tree; TREE=own to take one on a commit that
#      compose.sh did not make
# Out: lines on standard output: the base and how many patches of which series are on
#      it, the commit, and what in the tree is changed. Exit status 1 for a commit
#      that compose.sh did not make, without TREE=own.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$BED/queue/lib.sh"

need_tree
cd "$W/tree"
[ ! -f .git/vgic-composing ] || die "composing $W/tree was cut short; run make tree"

# count RANGE: how many commits
count()
{
	git rev-list --count "$1"
}

of_series_1=$(count base..refs/vgic/series-1)
of_series_2=$(count refs/vgic/series-1..refs/vgic/composed)
here=$(count "base..$(git merge-base HEAD refs/vgic/composed)")
own=$(count refs/vgic/composed..HEAD)
from_1=$((here < of_series_1 ? here : of_series_1))
echo "$(cat "$W/base-version"), with $from_1 of $of_series_1 patches of series" \
	"and $((here - from_1)) of $of_series_2 of series-selftests"
echo "commit $(git log -1 --format='%h, "%s"')"
[ "$own" -eq 0 ] || echo "$own of its commits are none of these patches"

# The folders that git does not track are as source/ left them, or newer
changes=$({
	tree_changes | cut -c4-
	find . \( -path ./.git -o -name __pycache__ -o -name generated -o -name '.build*' \
		-o -name '.checkpatch*' \) -prune -o -type f -newer ../base-version -print |
		sed 's,^\./,,' | grep -v "$(sed 's,.*,^&/\n^&$,' .git/vgic-folders)" || :
})
if [ -z "$changes" ]; then
	echo "nothing in the tree is changed"
else
	echo "changed, and not committed: $(printf '%s\n' "$changes" | head -n 5 | paste -sd ' ')" \
		"($(printf '%s\n' "$changes" | wc -l) in all)"
fi
[ "$own" -eq 0 ] || [ "${TREE:-}" = own ] ||
	die "$W/tree is on a commit of your own: TREE=own tests it, make tree FORCE=1 drops it," \
		"make refresh keeps it in this repo"
