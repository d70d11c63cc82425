#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# table.sh - show what each revision does to a guest, patched beside unpatched
#
# In:  the kernel in $W; Debian's arm64 image of the same version is downloaded
# Out: a table on standard output, from what `vgic_compat probe` finds under QEMU on
#      one machine for each vGIC model and kernel
set -eu
. "$(dirname "$0")/../lib.sh"
need qemu-system-aarch64 python3

image=$W/build/arch/arm64/boot/Image
table=$W/table
[ -f "$image" ] || die "no kernel in $W/build; run make kernel"
TREE=own "$BED/queue/describe.sh" >&2
unpatched=$("$BED/source/image.sh" unpatched)
"$BED/build/compat.sh" >/dev/null
rm -rf "$table"
mkdir -p "$table/job"
echo 'out probe.json vgic_compat probe --json' >"$table/job/job"

say "booting both kernels with a GICv3 and with a GICv2; all is in $table"
for machine in nvhe gicv2; do
	for kernel in "patched $image" "unpatched $unpatched/Image"; do
		printf '%s "%s" "%s" "%s"\n' $machine "${kernel#* }" "$table/job" \
			"$table/${kernel%% *}-$machine"
	done
done | xargs -P "$JOBS" -L 1 "$BED/boot/run-job.sh" || die "a machine did not do its part"

printf 'patched:   %s with the series\nunpatched: %s\n' \
	"$(cat "$W/base-version")" "$(cat "$unpatched/package")"
cat <<-END
	The interrupt group registers as a guest reads them: at reset, after its own write
	of a5a5a5a5, and after a write of 3c3c3c3c by userspace. "reset" is one value if
	SGIs and PPIs read as SPIs do. CTLR: GICR_CTLR. SPI: in which group an SPI arrives,
	as IRQ or FIQ, with the groups of the reset. asked by: through GICD_IIDR, the
	attribute, or both; "ignored" is a write that succeeds and changes nothing.

	END
exec "$BED/matrix/probes.py" --patched "$table"/patched-*/probe.json \
	--unpatched "$table"/unpatched-*/probe.json
