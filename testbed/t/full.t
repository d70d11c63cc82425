#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# full.t - a disk that fills up in the middle of each target below: it fails with a clear error,
#          and once there is room, the next plain `make check` is right
#
# In:  BASE_WORK, which is not used; the right to mount, or all is skipped
# Out: TAP
#
# All runs are on the stub kernel of stub/. The disk has the cache, the repo, KDIR and
# TMPDIR; the tools and what they print are elsewhere.
set -eu
if [ -z "${FULL_MOUNTS:-}" ]; then
	FULL_MOUNTS=own unshare -m true 2>/dev/null || {
		echo "1..1"
		echo "ok 1 - all # SKIP needs the right to mount"
		exit 0
	}
	FULL_MOUNTS=own exec unshare -m "$0"
fi
. "$(dirname "$0")/tap.sh"
base=$tmp
. "$BED/t/stub/setup.sh"
. "$BED/t/stub/runs.sh"
. "$BED/t/stub/judge.sh"
. "$BED/t/stub/kills.sh"
exec 9>&-
trap 'kill_all "$base"; umount "$base"/worker/*/ 2>/dev/null || :; rm -rf "$base"' EXIT
tmp=$base/worker
mkdir "$tmp" "$tmp/disk" "$tmp/cache" "$tmp/repo" "$tmp/kdir" "$tmp/tmpdir"
mount -t tmpfs -o size=1g full "$tmp/disk"
for folder in cache repo kdir tmpdir; do
	mkdir "$tmp/disk/$folder"
	mount --bind "$tmp/disk/$folder" "$tmp/$folder"
done
git init -q "$base/kdir"
cp -a "$base/linux/." "$base/kdir/"
git -C "$base/kdir" add -f .
git -C "$base/kdir" commit -q -m 'a tree of the user'
start_worker
sed -i "s,TMPDIR=\"$tmp\",TMPDIR=\"$tmp/tmpdir\"," "$tmp/bed"

# room KIB: what is free on the disk from now on; all: enough
room()
{
	size=1048576
	[ "$1" = all ] || size=$(($(used) + $1))
	mount -o "remount,size=${size}k" "$tmp/disk"
}

used()
{
	df --output=used -k "$tmp/disk" | tail -n 1
}

# What is right, as in kill.t
for version in a b; do
	turn $version
	learn "$version"
	ok "version $version is green" grep -q 'with 2 of 2 .* 1 of 1 ' "$base/right.$version"
done
learn_refresh

# says_why: the run that has ended did all, or said what the disk has to do with it
says_why()
{
	[ "$status" != 0 ] || return 0
	grep -x "the disk $tmp/[a-z]* is full: [0-9]* KiB are free" "$tmp/full.err" && return
	tail -n 5 "$tmp/full.err"
	return 1
}

# right_again TARGET: with room, nothing that the run left is in the way
right_again()
{
	case $1 in
	apply)
		before=$(sed -n 's/.* reset --hard \([0-9a-f]*\)$/\1/p' "$tmp/full.err")
		[ -z "$before" ] || git -C "$tmp/kdir" reset -q --hard "$before"
		applied || return 1
		;;
	refresh)
		refreshed || return 1
		turn a
		run tree tree FORCE=1
		;;
	esac
	turn b
	right
}

# fill TARGET PERCENT: let it find that much room of what it needs
fill()
{
	prepare "$1" a
	place
	before=$(used)
	run full "$1"
	need=$(($(used) - before))
	prepare "$1" a
	[ "$1" = refresh ] || turn b
	place
	room $(((need > 0 ? need : 4) * $2 / 100))
	run full "$1"
	room all
	name="make $1, with $2 % of its $need KiB"
	ok "$name: ends with $status" says_why
	ok "$name: and then all is right" right_again "$1"
	ok "$name: TMPDIR is empty" sh -c "! find '$tmp/tmpdir' -mindepth 1 | grep ."
	find "$tmp/tmpdir" -mindepth 1 -delete
}

percent=0
for target in ${TARGETS:-fetch tree kernel selftests check table docs refresh apply patches kselftest \
	check-compat bisect-test lint mutants matrix vmm qemu cost compat}; do
	# 0, 40 and 80, in turn
	fill "$target" $percent
	percent=$(((percent + 40) % 120))
done
done_testing
