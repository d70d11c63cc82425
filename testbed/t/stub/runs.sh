# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # the test and setup.sh set these, and the test reads them
#
# runs.sh - what a worker does, on what setup.sh made: makes run, and are shot;
#           sourced by kill.t, full.t and outcome.sh
#
# In:  $base, what setup.sh made; $tmp, an empty folder for this worker
# Out: the functions below; $cache, a cache of its own, $W in it, $tmp/repo and $tmp/kdir

# start_worker: make a cache, a copy of the repo, and `bed`, which is a user's make there
start_worker()
{
	cache=$tmp/cache
	W=$cache/$work
	version=a
	mkdir "$tmp/bin"
	cp -a "$base/repo" "$tmp/"
	git clone -q "$base/kdir" "$tmp/kdir"
	start=$(git -C "$tmp/kdir" rev-parse HEAD)
	cat >"$tmp/bed" <<-END
		#!/bin/sh
		exec setsid env -i --default-signal PATH="$tmp/bin:$base/bin:$PATH" HOME="$tmp" TMPDIR="$tmp" \
			GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@t GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@t \
			VGIC_CACHE="$cache" KERNEL="$base/linux" KDIR="$tmp/kdir" JOBS=2 \
			KERNELS='7.3 patched' MODELS=GICv3 REVISIONS=2 TESTS=gicv2 MACHINES=gicv2 \
			LINT='gcc clang sparse htmldocs' \
			make -C "$tmp/repo" --no-print-directory "\$@"
	END
	chmod +x "$tmp/bed"
	place
}

# place: what would be downloaded
place()
{
	mkdir -p "$cache"
	cp -an "$base/canned/." "$cache/"
}

# turn VERSION: the repo has this version of the series
turn()
{
	version=$1
	rm -rf "$tmp/repo/arch" "$tmp/repo/tools" "$tmp/repo/Documentation" "$tmp/repo/series"*
	cp -a "$base/series/$version/." "$tmp/repo/"
}

# alive CACHE: the processes that use it, or one below this folder
alive()
{
	grep -lsz "^VGIC_CACHE=$1" /proc/[0-9]*/environ | cut -d/ -f3
}

# kill_all CACHE: until there is none
kill_all()
{
	while [ -n "$(alive "$1")" ]; do
		# shellcheck disable=SC2046 # one word a process
		kill -9 $(alive "$1") 2>/dev/null || :
	done
}

# settle: wait until all has ended by itself
settle()
{
	turns=0
	while [ -n "$(alive "$cache")" ] && [ $((turns += 1)) -le 200 ]; do
		sleep 0.1
	done
	kill_all "$cache"
}

# gone: nothing is left running, a moment later
gone()
{
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		[ -n "$(alive "$cache")" ] || return 0
		sleep 0.2
	done
	# shellcheck disable=SC2046 # one word a process
	ps -fp $(alive "$cache")
	kill_all "$cache"
	return 1
}

# run FILE TARGET...: what make does, in FILE and FILE.err, its status in $status
run()
{
	file=$tmp/$1
	shift
	status=0
	timeout 100 "$tmp/bed" "$@" >"$file" 2>"$file.err" </dev/null || status=$?
}

# normal: without what differs between two runs that are alike
normal()
{
	sed -E "s,$tmp,TMP,g; s/\\b[0-9a-f]{7,40}\\b/HASH/g"
}

# shoot SIGNAL VICTIM: the make that is $pid, its group as a terminal would, the group of
# what it started, or all
shoot()
{
	case $2 in
	make) victims=$pid ;;
	group) victims=-$pid ;;
	inner) victims=$(for p in $(alive "$cache"); do sed 's/.*) //' "/proc/$p/stat"; done 2>/dev/null |
		awk -v pid="$pid" '$3 != pid && $3 > 1 { print "-" $3; exit }') ;;
	all) victims=$(alive "$cache") ;;
	esac
	# shellcheck disable=SC2086 # one word a process
	[ -z "$victims" ] || kill -s "$1" -- $victims 2>/dev/null || :
}
