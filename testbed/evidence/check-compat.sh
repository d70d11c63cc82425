#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# check-compat.sh - see that vgic_compat notices what a host does not restore
#
# In:  the kernel in $W; MACHINES (optional)
# Out: the results of vgic_compat/t/restore.t on a machine with each model, and of
#      prometheus.py for what its probes of these say, and those of the last matrix; as
#      KTAP on standard output, and a last line that counts them
set -eu
. "$(dirname "$0")/../lib.sh"

image=$W/build/arch/arm64/boot/Image
job=$W/compat-job
[ -f "$image" ] || die "no kernel in $W/build; run make kernel"
TREE=own "$BED/queue/describe.sh" >&2
program=$("$BED/build/compat.sh")
need python3 make gcc /usr/include/jansson.h /usr/include/zlib.h
rm -rf "$job" "$W/compat-prometheus"
mkdir -p "$job"
cp -r "$ROOT/vgic_compat/t/." "$job/"
cat >"$job/job" <<'END'
out results env VGIC_COMPAT=vgic_compat sh ./restore.t
out probe.json vgic_compat probe --json
out probe.prom vgic_compat probe --prometheus
END

machines=$("$BED/boot/machines.sh" nvhe gicv2)
say "altering each register of a saved state; all is in $W/compat-*"
for machine in $machines; do
	printf '%s "%s" "%s" "%s"\n' "$machine" "$image" "$job" "$W/compat-$machine"
done | xargs -P "$JOBS" -L 1 "$BED/boot/run-job.sh" || die "a machine did not do its part"

# The hosts of the last matrix as well, if this vgic_compat has probed them
hosts=$(find "$W"/matrix/save-* -name probe.prom -newer "$program" -printf '%h ' 2>/dev/null || :)
for machine in $machines; do
	hosts="$W/compat-$machine $hosts"
done
"$BED/source/programs.sh" "$VGIC_CACHE/prometheus" prometheus prometheus-node-exporter
say "asking Prometheus about $(echo "$hosts" | wc -w) hosts"
native=$W/compat-native out=$W/compat-prometheus status=0
make -s -C "$ROOT/vgic_compat" O="$native" CROSS_COMPILE= >&2
mkdir -p "$out"
# shellcheck disable=SC2086 # one word a host
PATH=$VGIC_CACHE/prometheus/usr/bin:$PATH \
	VGIC_COMPAT=$native/vgic_compat MANUAL=$ROOT/vgic_compat/vgic_compat.1 \
	"$BED/evidence/prometheus.py" $hosts >"$out/results" || status=$?
echo $status >"$out/results.status"

echo "KTAP version 1"
# shellcheck disable=SC2086 # one word a machine
set -- $machines prometheus
echo "1..$#"
number=0
for name; do
	number=$((number + 1)) results=$W/compat-$name/results
	[ "$(cat "$results.status")" = 0 ] &&
		[ "$(sed -n 's/^1\.\.//p' "$results")" = "$(grep -cE '^(not )?ok ' "$results")" ] ||
		echo "not ok 0 - it did not skip all, or end early" >>"$results"
	awk -v name="$name" -v number=$number -f "$BED/check/nest.awk" "$results"
done
for name; do
	cat "$W/compat-$name/results"
done | awk -f "$BED/check/count.awk"
