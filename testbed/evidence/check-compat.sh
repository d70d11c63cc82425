#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# check-compat.sh - see that vgic_compat notices what a host does not restore
#
# In:  the kernel in $W
# Out: the results of vgic_compat/t/restore.t on a machine with each
#      model, as KTAP on standard output, and a last line that counts them
set -eu
. "$(dirname "$0")/../lib.sh"

image=$W/build/arch/arm64/boot/Image
job=$W/compat-job
[ -f "$image" ] || die "no kernel in $W/build; run make kernel"
TREE=own "$BED/queue/describe.sh" >&2
"$BED/build/compat.sh" >/dev/null
rm -rf "$job"
mkdir -p "$job"
cp "$ROOT/vgic_compat/t/restore.t" "$ROOT/vgic_compat/t/tap.sh" "$job/"
echo 'out restore.t env VGIC_COMPAT=vgic_compat sh ./restore.t' >"$job/job"

say "altering each register of a saved state; all is in $W/compat-*"
for machine in nvhe gicv2; do
	printf '%s "%s" "%s" "%s"\n' $machine "$image" "$job" "$W/compat-$machine"
done | xargs -P 2 -L 1 "$BED/boot/run-job.sh" || die "a machine did not do its part"

echo "KTAP version 1"
echo 1..2
number=0
for machine in nvhe gicv2; do
	number=$((number + 1)) out=$W/compat-$machine/restore.t
	[ "$(cat "$out.status")" = 0 ] &&
		[ "$(sed -n 's/^1\.\.//p' "$out")" = "$(grep -cE '^(not )?ok ' "$out")" ] ||
		echo "not ok 0 - it did not skip all, or end early" >>"$out"
	awk -v name=$machine -v number=$number -f "$BED/check/nest.awk" "$out"
done

cat "$W/compat-nvhe/restore.t" "$W/compat-gicv2/restore.t" | awk -f "$BED/check/count.awk"
