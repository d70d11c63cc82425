#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# sizes.sh - the structures that every VM has many of keep their size, and the kernel
#            grows by little
#
# In:  the composed tree and the kernel in $W, and the one without the series in
#      $W/beside, from cost.sh; `one` for the sizes of that kernel's structures alone
# Out: KTAP with both sizes, and what bloat-o-meter says of each function. Exit status 1
#      if a structure has changed its size, or the kernel has grown by more than MOST bytes.
set -eu
. "$(dirname "$0")/../lib.sh"
MOST=1024

# "STRUCT SIZE" lines, as pahole finds them in a vgic-mmio.c with debug information
sizes()
{
	cd "$W/build"
	command=$(sed -n 's/^savedcmd_[^ ]* := //p' arch/arm64/kvm/vgic/.vgic-mmio.o.cmd)
	[ -n "$command" ] || die "no kernel in $W/build"
	eval "$(printf '%s' "$command" | sed 's| -o [^ ]*vgic-mmio\.o| -g -o sizes.o|')" >&2
	pahole --sizes sizes.o | awk '$1 == "vgic_dist" || $1 == "vgic_irq" { print $1, $2 }'
}

need pahole
if [ "${1:-}" = one ]; then
	sizes
	exit 0
fi

base=$("$BED/evidence/beside.sh" base "$BED/evidence/sizes.sh" one)
patched=$("$BED/evidence/sizes.sh" one)
echo "KTAP version 1"
echo "1..3"
number=0
status=0
result()
{
	number=$((number + 1))
	echo "$1 $number - $2"
	[ "$1" = ok ] || status=1
}

for struct in vgic_dist vgic_irq; do
	before=$(printf '%s\n' "$base" | sed -n "s/^$struct //p")
	after=$(printf '%s\n' "$patched" | sed -n "s/^$struct //p")
	ok=ok
	[ -n "$before" ] && [ "$before" = "$after" ] || ok="not ok"
	result "$ok" "struct $struct: ${after:-0} bytes, ${before:-0} without the series"
done
# Its last line: Total: Before=7654321, After=7654654, chg +0.00%
grown=$("$W/tree/scripts/bloat-o-meter" -p "$CROSS_COMPILE" "$W/beside/build/vmlinux" "$W/build/vmlinux")
printf '%s\n' "$grown" | sed 's/^/# /'
bytes=$(printf '%s\n' "$grown" | awk -F '[=,]' '/^Total: / { print $4 - $2 }')
ok=ok
[ "${bytes:-$((MOST + 1))}" -le $MOST ] || ok="not ok"
result "$ok" "text and data: ${bytes:-unknown} bytes more than without the series, at most $MOST"
exit $status
