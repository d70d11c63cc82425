#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# kill.t - makes that are killed: each target with each signal, at a random moment. What
#          is left may not get into a later run: the next plain `make check` is right.
#
# In:  BASE_WORK, which is not used; SEED (optional), for other moments; KILLS
#      (optional), how many of the signals each target gets: 2, or 4
# Out: TAP
#
# All runs are on a stub kernel, with stub tools, see stub/. Its series has three
# versions. The killed run begins with a change from one to another, and sometimes
# the next one has a third.
set -eu
. "$(dirname "$0")/tap.sh"
base=$tmp
. "$BED/t/stub/setup.sh"
. "$BED/t/stub/runs.sh"
. "$BED/t/stub/judge.sh"
. "$BED/t/stub/kills.sh"
. "$BED/t/stub/moments.sh"
# What is left running here does not hold the lock of the user's cache
exec 9>&-
workers=
trap '[ -z "$workers" ] || kill $workers 2>/dev/null || :; kill_all "$base"; rm -rf "$base"' EXIT
trap 'exit 143' HUP INT TERM
seed=${SEED:-17}
echo "# SEED=$seed"

# What is right, from runs that nobody kills; a kernel is its sources
tmp=$base/reference
mkdir "$tmp"
git init -q "$base/kdir"
cp -a "$base/linux/." "$base/kdir/"
git -C "$base/kdir" add -f .
git -C "$base/kdir" commit -q -m 'a tree of the user'
start_worker
is_its_sources()
{
	for file in vgic-init vgic-mmio vgic-mmio-v2; do
		cat "$W/tree/$vgic/$file.c" "$W/tree/include/kvm/arm_vgic.h" "$W/build/.config"
	done | cmp - "$W/build/arch/arm64/boot/Image"
	[ "$(cat "$W/tree/$vgic/vgic-init.c" "$W/tree/$vgic/vgic-mmio.c" | grep -c "c, $version\$")" -gt 0 ]
}
for version in a b c; do
	turn $version
	learn "$version"
	ok "version $version is green" grep -q 'with 2 of 2 .* 1 of 1 ' "$base/right.$version"
	ok "its kernel is what it was made from" is_its_sources
done
learn_refresh
learn refreshed
ok "and so is what a developer made of it" grep -q 'with 2 of 2' "$base/right.refreshed"

# Not those that are others of these (all, check-all, check-bases, check-bed) or make nothing
# here (help, report), nor those that the stubs cannot do: qemu-tree, qemu-steps, vmm-guests,
# bundle, check-remote and check-bundle
set -- "bisect-test fetch tree compat docs apply clean selftests" \
	"mutants lint cost table check matrix vmm patches qemu" \
	"check-debug refresh kernel kselftest check-compat distclean check-long"
echo "$*" | tr ' ' '\n' | awk -v seed="$seed" -v kills="${KILLS:-2}" '
	BEGIN { srand(seed); split("make group inner all", victim); split("a b c", version) }
	function any(n) { return int(rand() * n) + 1 }
	{ n = split("KILL TERM HUP INT", signal)
	  for (i = kills < 4 ? 1 + NR % 2 : 1; i <= n; i += kills < 4 ? 2 : 1) {
		before = version[any(3)]
		print $1, signal[i], victim[any(4)], rand(), before, (any(3) == 1 ? version[any(3)] : before),
			i < n - 1 && any(2) == 1 ? "kill" : "check" } }' >"$base/moments"
awk -v seed="$seed" '
	BEGIN {
		srand(seed + 1)
		split("tree tree tree tree tree refresh refresh apply patches", target)
		split("a b c", version)
		for (i = 1; i in target; i++)
			print int(rand() * (target[i] == "tree" ? 45 : 70)) + 1,
			      rand() < 0.5 ? "before" : "after", target[i], version[int(rand() * 3) + 1]
		print 0, "checkout", "tree", "a"
		print 0, "checkout", "tree", "c"
	}' >"$base/calls"
git=$(command -v git)

# work NAME COMMAND...: do this as a worker, with a folder and results of its own
work()
{
	tmp=$base/$1
	shift
	mkdir "$tmp"
	start_worker
	"$@"
}

kill_targets()
{
	for target; do
		kill_target "$target"
	done
}

work by-hand by_hand >"$base/results-by-hand" 2>&1 &
workers=$!
for targets; do
	name=worker-$(echo "$workers" | wc -w)
	# shellcheck disable=SC2086 # one word a target
	work "$name" kill_targets $targets >"$base/results-$name" 2>&1 &
	workers="$workers $!"
done
tmp=$base
for worker in $workers; do
	ok "a worker came to its end" wait "$worker"
done
workers=
# shellcheck disable=SC2154 # tap.sh counts in it
cat "$base"/results-* | awk -v n="$tests" '
	/^(not )?ok / { sub(/ok [0-9]+/, "ok " ++n) }
	{ print }
	END { print "1.." n }'
