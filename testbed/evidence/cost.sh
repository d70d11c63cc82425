#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# cost.sh - count the instructions of an access to a group register, of the choice of a
#           revision, and of a save and restore, with and without the series
#
# In:  the composed tree and the kernel in $W
# Out: a table on standard output, and what a choice costs as a drawing,
#      $W/cost/cost.svg. Exit status 1 if anything costs more than cost.py lets it.
set -eu
. "$(dirname "$0")/../lib.sh"
need qemu-system-aarch64 python3 gnuplot

TREE=own "$BED/queue/describe.sh" >&2
"$BED/evidence/beside.sh" base "$BED/build/kernel.sh"
cost=$W/cost
rm -rf "$cost"
mkdir -p "$cost/job"
"$BED/build/vm-program.sh" "$BED/evidence/cost.c" "$cost/job/cost"
echo 'out cost ./cost' >"$cost/job/job"

say "counting, with 512 vCPUs too; all is in $cost"
for machine in nvhe gicv2; do
	for kernel in "patched $W" "base $W/beside"; do
		printf '%s "%s" "%s" "%s"\n' $machine "${kernel#* }/build/arch/arm64/boot/Image" \
			"$cost/job" "$cost/${kernel% *}-$machine"
	done
done | ICOUNT=1 xargs -P "$JOBS" -L 1 "$BED/boot/run-job.sh" || die "a machine did not do its part"

status=0
"$BED/evidence/cost.py" "$cost" || status=1
gnuplot -e "folder='$cost'" "$BED/evidence/cost.gnuplot"
say "drawn in $cost/cost.svg"
exit $status
