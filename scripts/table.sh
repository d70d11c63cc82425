#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# table.sh - show what each revision does to a guest, patched beside unpatched
#
# In:  the kernel and the selftests in $W; Debian's arm64 image of the same
#      version is downloaded
# Out: one table on standard output, from what vgic_revision observed under QEMU
#      on one machine for each vGIC model and kernel
set -eu
. "$(dirname "$0")/lib.sh"

program=$W/selftests/arm64/vgic_revision
[ -x "$program" ] || die "no $program; run make selftests"
[ -f "$W/build/arch/arm64/boot/Image" ] || die "no kernel in $W/build; run make kernel"
"$ROOT/scripts/initramfs.sh" "$W/observe.cpio.gz" "$program"
"$ROOT/scripts/unpatched.sh"

observe()
{
	"$ROOT/scripts/boot.sh" "$2" "$3" "$W/observe.cpio.gz" "$W/observe-$1-$2.log"
}

say "booting both kernels with a GICv3 and with a GICv2; consoles: $W/observe-*.log"
for kernel in "patched $W/build/arch/arm64/boot/Image" "unpatched $W/unpatched/Image"; do
	image=${kernel#* }
	observe "${kernel%% *}" nvhe "$image" &
	first=$!
	observe "${kernel%% *}" gicv2 "$image" || die "could not observe the ${kernel%% *} kernel"
	wait $first || die "could not observe the ${kernel%% *} kernel"
done

printf 'patched:   %s with the series\nunpatched: %s\n' \
	"$(cat "$W/base-version")" "$(cat "$W/unpatched/package")"
cat <<-END
	Interrupt group registers, as the guest and userspace read them (one value where
	both read the same): at reset, after a guest write of a5a5a5a5, and after a
	userspace write of 3c3c3c3c. Both values are rotated from one register to the
	next. IGROUPR0 holds SGIs and PPIs, IGROUPR1 and IGROUPR2 hold SPIs. "refused":
	GICD_IIDR does not take the revision.


END
for kernel in patched unpatched; do
	for machine in gicv2 nvhe; do
		tr -d '\r' <"$W/observe-$kernel-$machine.log" | sed -n "s/^# # observed /$kernel /p"
	done
done | awk -f "$ROOT/scripts/table.awk"
