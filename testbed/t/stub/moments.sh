# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # kill.t, setup.sh and runs.sh set these
#
# moments.sh - kills at moments that are not random: at a call of git, in the middle of a
#              file, while another make waits; sourced by kill.t
#
# In:  $base, what setup.sh made, $base/calls, and the functions of runs.sh and kills.sh
# Out: the functions below, which print results

# kill_at_git NUMBER WHEN TARGET: kill it before or after it calls git so often, or when
# git checkout has written half of its files
kill_at_git()
{
	prepare "$3" b
	[ "$3" != tree ] || turn "$4"
	echo 0 >"$tmp/calls"
	cat >"$tmp/bin/git" <<-END
		#!/bin/sh
		die() { rm -f "\$0"; kill -9 \$(grep -lsz '^VGIC_CACHE=$cache' /proc/[0-9]*/environ | cut -d/ -f3); }
		n=\$((\$(cat '$tmp/calls') + 1))
		echo \$n >'$tmp/calls'
		case $2:\$1:\$2 in
		checkout:checkout:-q*)
			: >.git/index.lock
			for last; do :; done
			for file in \$($git diff --name-only HEAD "\$last" | head -n 2); do
				echo half >"\$file"
			done
			die ;;
		before:*) [ \$n != $1 ] || die ;;
		after:*) [ \$n != $1 ] || { $git "\$@"; die; } ;;
		esac
		exec $git "\$@"
	END
	chmod +x "$tmp/bin/git"
	run killed "$3"
	rm -f "$tmp/bin/git"
	ok "SIGKILL to all of make $3 $2 call $1 of git, of $(cat "$tmp/calls")" survived "$3" KILL all "$version"
	recover
}

# half FOLDER: there is half an object or program in it
half()
{
	find -L "$1" -type f -size -5c -name '[nv]*[a-z]' 2>/dev/null | grep .
}

# wait_for_half FOLDER: until there is, or the make that is $pid has ended, or too long
wait_for_half()
{
	turns=0
	until half "$1" >/dev/null || [ ! -e "/proc/$pid/exe" ] || [ $((turns += 1)) -gt 100 ]; do
		sleep 0.1
	done
}

# kill_half TARGET FOLDER: kill it while there is half a file of what it builds
kill_half()
{
	place
	run tree tree
	[ "$1" = kernel ] || run kernel kernel
	rm -rf "$2"
	: >"$tmp/hold"
	"$tmp/bed" "$1" >"$tmp/killed" 2>&1 </dev/null &
	pid=$!
	wait_for_half "$2"
	kill_all "$cache"
	wait "$pid" || :
	rm -f "$tmp/hold"
	ok "make $1 is killed with half a file" half "$2"
	ok "which is not used" survived "$1" KILL all b
	ok "and make $1 goes on" sh -c "'$tmp/bed' $1"
	recover
}

# start_held: a make kernel that is in the middle of a file, and stays there
start_held()
{
	: >"$tmp/hold"
	rm -rf "$W/tree/.build"
	"$tmp/bed" kernel >"$tmp/killed" 2>&1 </dev/null &
	pid=$!
	wait_for_half "$W/build/"
}

# by_hand: kills at moments that are not random
by_hand()
{
	turn a
	run check check
	while read -r number when target to; do
		kill_at_git "$number" "$when" "$target" "$to"
	done <"$base/calls"
	kill_half kernel "$W/tree/.build"
	kill_half selftests "$W/selftests"
	kill_half kselftest "$W/build/kselftest"
	turn c
	for signal in INT TERM HUP; do
		start_held
		shoot $signal group
		ok "SIG$signal to a make that would never end, ends all of it" gone
		wait "$pid" || :
		rm -f "$tmp/hold"
	done
	start_held
	shoot KILL group
	wait "$pid" || :
	{ sleep 1; rm -f "$tmp/hold"; } &
	ok "what a killed make left running is waited for" survived kernel KILL group c
	ok "and named" grep 'waiting for "make kernel"' "$tmp/check.err"
}
