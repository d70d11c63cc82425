# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# lib.sh - what the scripts of the test bed share; sourced, never run
#
# In:  VGIC_CACHE, KERNEL, WORK (optional, from the environment or make)
# Out: ROOT (this repo), BED (its testbed/), VGIC_CACHE and W (the work folder of this base kernel),
#      and the functions below

# A user's shell does not say where cd goes, nor a hook that runs make in which
# repository git works
unset CDPATH GIT_TEMPLATE_DIR
# shellcheck disable=SC2046 # one word a variable
unset $(git rev-parse --local-env-vars 2>/dev/null || :)

ROOT=$(cd "$(dirname "$0")/../.." && pwd)
BED=$ROOT/testbed

VGIC_CACHE=${VGIC_CACHE:-${HOME:-/tmp}/.cache/vgic-revisions}
KERNEL=${KERNEL:-}

# The base that the series is written and tested on: Debian's linux-source-7.3
BASE_SERIES=7.3
# shellcheck disable=SC2034 # for fetch.sh
BASE_TESTED=7.3.4-1~bpo13+1

CROSS_COMPILE=${CROSS_COMPILE:-aarch64-linux-gnu-}
export CROSS_COMPILE

say()
{
	printf '%s\n' "$*" >&2
}

die()
{
	say "${0##*/}: $*"
	exit 1
}

# A base kernel of the user's own gets a work folder of its own, and so does an
# explicit WORK (the test bed's tests use that).
if [ -n "${WORK:-}" ]; then
	W=$WORK
elif [ -n "$KERNEL" ]; then
	W=$VGIC_CACHE/user-$(printf '%s' "$KERNEL" | cksum | cut -d' ' -f1)
else
	W=$VGIC_CACHE/$BASE_SERIES
fi

# Find out now, not after the download, that nothing can be written.
make_work()
{
	if ! mkdir -p "$VGIC_CACHE" "$W" 2>/dev/null ||
	   ! : 2>/dev/null >"$W/.writable"; then
		die "cannot write to the cache folder $VGIC_CACHE; set VGIC_CACHE to another"
	fi
	rm -f "$W/.writable"
}

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
	(cd "${SERIES_ROOT:-$ROOT}" && {
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

# pack FOLDER: all that is in it, as a cpio archive of root's files
pack()
{
	(cd "$1" && find . | LC_ALL=C sort | cpio -o -H newc --quiet --reproducible -R 0:0)
}

# need TOOL...: make sure that these commands are there
need()
{
	"$BED/source/tools.sh" "$@"
}

# with_log WHAT LOG COUNT COMMAND...: run a long command with its output in LOG,
# show how many lines that match COUNT it has written so far, and when it fails
# the last lines of it
with_log()
{
	what=$1 log=$2 count=$3
	shift 3
	say "$what; full log: $log"
	start=$(date +%s)
	"$@" >"$log" 2>&1 </dev/null &
	pid=$!
	# A shell script's background job does not get the terminal's SIGINT
	trap 'kill $pid 2>/dev/null; wait $pid; exit 130' INT TERM
	tick=0
	while kill -0 $pid 2>/dev/null; do
		sleep 1
		tick=$((tick + 1))
		[ $((tick % 15)) -ne 0 ] || kill -0 $pid 2>/dev/null || break
		[ $((tick % 15)) -ne 0 ] ||
			say "  $(($(date +%s) - start)) s, $(grep -c "$count" "$log" || :) objects"
	done
	if ! wait $pid; then
		tail -n 30 "$log" >&2
		die "$what failed; full log: $log"
	fi
	trap - INT TERM
}
