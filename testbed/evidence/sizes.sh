#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# sizes.sh - the structures that every VM has many of keep their size
#
# In:  the composed tree and the kernel in $W, and the one without the series in
#      $W/beside, from cost.sh; `one` for the sizes of that kernel alone
# Out: KTAP with both sizes. Exit status 1 if one has changed.
set -eu
. "$(dirname "$0")/../lib.sh"

# "STRUCT SIZE" lines, from symbols of the size of each structure, compiled as that
# kernel's own vgic-mmio.c was
sizes()
{
	cd "$W/build"
	command=$(sed -n 's/^savedcmd_[^ ]* := //p' arch/arm64/kvm/vgic/.vgic-mmio.o.cmd)
	[ -n "$command" ] || die "no kernel in $W/build"
	cat >sizes.c <<-END
		#include <linux/kvm_host.h>
		#include <kvm/arm_vgic.h>
		char vgic_dist[sizeof(struct vgic_dist)];
		char vgic_irq[sizeof(struct vgic_irq)];
	END
	eval "$(printf '%s' "$command" |
		sed 's| -o [^ ]*vgic-mmio\.o| -o sizes.o|; s| [^ ]*vgic-mmio\.c| sizes.c|')" >&2
	"${CROSS_COMPILE}nm" -S sizes.o | awk '/ vgic_/ { print $4, $2 }'
}

if [ "${1:-}" = one ]; then
	sizes
	exit 0
fi

base=$("$BED/evidence/beside.sh" base "$BED/evidence/sizes.sh" one)
patched=$("$BED/evidence/sizes.sh" one)
echo "KTAP version 1"
echo "1..2"
number=0
status=0
for struct in vgic_dist vgic_irq; do
	number=$((number + 1))
	before=$(printf '%s\n' "$base" | sed -n "s/^$struct //p")
	after=$(printf '%s\n' "$patched" | sed -n "s/^$struct //p")
	ok=ok
	if [ -z "$before" ] || [ "$before" != "$after" ]; then
		ok="not ok"
		status=1
	fi
	echo "$ok $number - struct $struct: $((0x${after:-0})) bytes, $((0x${before:-0})) without the series"
done
exit $status
