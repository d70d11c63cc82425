#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# split.sh - say where series 1 ends in the composed tree
#
# In:  the commits after `base` in $W/tree; `series` and `series-selftests`
# Out: refs/vgic/series-1 in $W/tree: the commit before the first one whose
#      subject a patch of series-selftests has, and HEAD if there is none. If no
#      commit was added or removed, one with a new subject belongs to the series
#      that has its place. Exit status 1 if a commit of series 1 comes later.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$BED/queue/lib.sh"

# subjects LIST: those of its patches
subjects()
{
	"$BED/queue/series.sh" "$1" | while read -r patch _; do
		echo "$1 $(message "$(message_file "$patch")" | head -n 1)"
	done
}

end=$({
	subjects series
	subjects series-selftests
	git -C "$W/tree" log --reverse --format='%H %s' base..HEAD
} | awk '
	{ key = $1; sub(/^[^ ]* /, "") }
	key ~ /^series/ { list[$0] = key; lines[key]++; next }
	{ commit[++count] = key }
	list[$0] == "series" { last = count; subject = $0 }
	list[$0] == "series-selftests" && !selftests { selftests = count }
	END {
		end = selftests ? selftests - 1 : count
		if (last > end)
			print "mixed", subject
		else if (count == lines["series"] + lines["series-selftests"] &&
		    last <= lines["series"] && lines["series"] <= end)
			print commit[lines["series"]]
		else
			print commit[end]
	}')
case $end in
mixed*) die "'${end#mixed }' is of series 1, and comes after a commit of series-selftests" ;;
'') die "$W/tree has no commit of series 1" ;;
esac
git -C "$W/tree" update-ref refs/vgic/series-1 "$end"
