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
need qemu-system-aarch64 "${CROSS_COMPILE}gcc" /usr/aarch64-linux-gnu/include/stdio.h

BUILD=$W/build-base "$BED/evidence/at.sh" base "$BED/build/kernel.sh"
objects=$(dirname "$("$BED/build/compat.sh")")
"${CROSS_COMPILE}gcc" -Wall -Wextra -Werror -O2 -static -I "$ROOT/vgic_compat" -o "$W/cost" \
	"$BED/evidence/cost.c" "$objects/vm.o" "$objects/regs.o" "$objects/util.o" "$objects/guest-image.o"
"$BED/boot/initramfs.sh" "$W/cost.cpio.gz" "$W/cost"

say "counting; consoles: $W/cost-*.log"
for kernel in build build-base; do
	for machine in nvhe gicv2; do
		ICOUNT=1 "$BED/boot/boot.sh" $machine "$W/$kernel/arch/arm64/boot/Image" \
			"$W/cost.cpio.gz" "$W/cost-$kernel-$machine.log"
		tr -d '\r' <"$W/cost-$kernel-$machine.log" | sed -n "s/^# cost /$kernel /p"
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
					p = cost["build", model, rev, access]
					u = cost["build-base", model, rev, access]
					limit = cost["build-base", model, rev < 2 ? 3 : rev, access] + 8
					if (rw && rev < 2)
						limit = cost["build", model, rev, "read_IIDR"] * 1.01
					ok = p != "" && p <= limit && (rev < 2 || u != "")
					bad += !ok
					printf format, model, rev, access, p, u == "" ? "refused" : u,
					       int(limit), ok ? "" : p == "" ? "not measured" : "too much"
				}
		exit bad > 0
	}'
