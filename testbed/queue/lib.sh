# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# lib.sh - what the scripts of this room and those below it ask of the composed tree;
#          sourced after ../lib.sh
#
# In:  W, BED; SERIES_ROOT (optional), the folder that has `series`, else this repo
# Out: the functions below

SERIES_ROOT=${SERIES_ROOT:-$ROOT}
export SERIES_ROOT

# tree_changes: what is not committed in the composed tree. Only the folders that
# it tracks count; a .gitignore below one of their parents may show others.
tree_changes()
{
	# shellcheck disable=SC2046 # one word a folder
	git -C "$W/tree" status --porcelain -- $(cat "$W/tree/.git/vgic-folders" 2>/dev/null)
}

# series_cksum: of both series and all that they name, to see whether it was changed
series_cksum()
{
	(cd "$SERIES_ROOT" && {
		ls series series-selftests 2>/dev/null || :
		"$BED/queue/series.sh" | tr ' ' '\n'
	} | xargs cksum | cksum)
}

# series_range: the commits of the composed tree that SERIES names
series_range()
{
	case ${SERIES:-} in
	'') echo base..refs/vgic/series-1 ;;
	selftests) echo refs/vgic/series-1..HEAD ;;
	all) echo base..HEAD ;;
	*) die "no SERIES=$SERIES; there are SERIES=selftests, SERIES=all and, by default, series 1" ;;
	esac
}

# recommit FIRST LAST: copy the commits from base to LAST, by whoever runs this, and
# print the copies of FIRST and of LAST
recommit()
{
	copy=$(git -C "$W/tree" rev-parse base)
	first=$copy
	for commit in $(git -C "$W/tree" rev-list --reverse "base..$2"); do
		copy=$(git -C "$W/tree" log -1 --format=%B "$commit" |
			git -C "$W/tree" commit-tree "$commit^{tree}" -p "$copy")
		[ "$commit" != "$(git -C "$W/tree" rev-parse "$1")" ] || first=$copy
	done
	echo "$first $copy"
}
