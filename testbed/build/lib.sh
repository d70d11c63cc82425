# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# lib.sh - what builds have in common; sourced after ../lib.sh
#
# In:  W
# Out: the functions below

# begin_build FOLDER: prepare a folder to build in. $W/build* becomes a link into the tree:
# kbuild then uses relative paths, and ccache finds an object again from another tree. If
# the last build there did not end, what it wrote may be cut short, and goes.
begin_build()
{
	case $1 in
	"$W"/build*)
		mkdir -p "$W/tree/.${1##*/}"
		[ -L "$1" ] || rm -rf "$1"
		ln -sfn "tree/.${1##*/}" "$1"
		;;
	*) mkdir -p "$1" ;;
	esac
	if [ -f "$1/.building" ]; then
		find "$1/" -newer "$1/.building" -type f -delete
	else
		: >"$1/.building"
	fi
}

# end_build FOLDER: the build there has ended, and all that it wrote is whole
end_build()
{
	rm -f "$1/.building"
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
	trap 'kill $pid 2>/dev/null' EXIT
	tick=0
	while kill -0 $pid 2>/dev/null; do
		sleep 1
		tick=$((tick + 1))
		[ $((tick % 15)) -ne 0 ] || kill -0 $pid 2>/dev/null || break
		[ $((tick % 15)) -ne 0 ] ||
			say "  $(($(date +%s) - start)) s, $(grep -c "$count" "$log" || :) objects"
	done
	if ! wait $pid; then
		trap - EXIT
		tail -n 30 "$log" >&2
		die "$what failed; full log: $log"
	fi
	trap - EXIT
}
