#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# cost.sh - count the instructions of an access to a group register, on the
#           patched kernel and on the same kernel without the series
#
# In:  the composed tree and the kernel in $W
# Out: a table on standard output. Exit status 1 if an access costs more than it
#      may. A write below revision 2 changes nothing: it may cost 1% more than a
#      read of GICD_IIDR, which is what any trap costs. All others may cost eight
#      instructions more than without the series; for a read below 2, where that
#      kernel has no such revision, it is the read at revision 3 that counts.
set -eu
. "$(dirname "$0")/../lib.sh"
need qemu-system-aarch64 "${CROSS_COMPILE}gcc" arm64-libc

TREE=own "$BED/queue/describe.sh" >&2
"$BED/evidence/beside.sh" base "$BED/build/kernel.sh"
program=$("$BED/build/compat.sh")
objects=${program%/*}
cost=$W/cost
rm -rf "$cost"
mkdir -p "$cost/job"
"${CROSS_COMPILE}gcc" -Wall -Wextra -Werror -O2 -static -I "$ROOT/vgic_compat" -o "$cost/job/cost" \
	"$BED/evidence/cost.c" "$objects/vm.o" "$objects/regs.o" "$objects/util.o" "$objects/guest-image.o"
echo 'out cost ./cost' >"$cost/job/job"

say "counting; all is in $cost"
for machine in nvhe gicv2; do
	for kernel in "patched $W" "base $W/beside"; do
		ICOUNT=1 "$BED/boot/run-job.sh" $machine "${kernel#* }/build/arch/arm64/boot/Image" \
			"$cost/job" "$cost/${kernel% *}-$machine"
		sed -n "s/^cost /${kernel% *} /p" "$cost/${kernel% *}-$machine/cost"
	done
done | awk '
	{ cost[$1, $2, $3, $4] = $5 }
	END {
		format = "%-6s %3s  %-15s %8s %10s %8s  %s\n"
		printf format, "model", "rev", "access", "patched", "unpatched", "at most", ""
		for (m = 2; m <= 3; m++)
			for (rev = 0; rev <= 3; rev++)
				for (rw = 0; rw < 2; rw++) {
					model = "GICv" m
					access = rw ? "write_IGROUPR1" : "read_IGROUPR1"
					p = cost["patched", model, rev, access]
					u = cost["base", model, rev, access]
					limit = cost["base", model, rev < 2 ? 3 : rev, access] + 8
					if (rw && rev < 2)
						limit = cost["patched", model, rev, "read_IIDR"] * 1.01
					ok = p != "" && p <= limit && (rev < 2 || u != "")
					bad += !ok
					printf format, model, rev, access, p, u == "" ? "refused" : u,
					       int(limit), ok ? "" : p == "" ? "not measured" : "too much"
				}
		exit bad > 0
	}'
