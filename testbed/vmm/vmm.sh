#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# vmm.sh - show what a guest of an unchanged QEMU sees of its interrupt groups, on
#          the patched kernel and on Debian's own
#
# In:  the kernel in $W; Debian's arm64 image of the same version, and QEMU for
#      arm64 from the machine's own release, are downloaded
# Out: a table on standard output. Exit status 1, with a diff on standard error, if
#      it is not the one in testbed/vmm/expected.
#
# The emulated host runs QEMU with KVM, and that a bare-metal guest, which prints
# what it sees; `job` drives it. A preloaded library chooses the revision.
set -eu
. "$(dirname "$0")/../lib.sh"

vmm=$VGIC_CACHE/vmm
examples=$ROOT/vgic_compat/examples
patched=$W/build/arch/arm64/boot/Image
[ -f "$patched" ] || die "no kernel in $W/build; run make kernel"
TREE=own "$BED/queue/describe.sh" >&2
make_work
need cpio "${CROSS_COMPILE}gcc" arm64-libc
"$BED/source/image.sh" unpatched
temp=$W/vmm
rm -rf "$temp"
mkdir -p "$vmm" "$temp/system" "$temp/job"

# QEMU and its libraries, without what is not needed here. In releases whose packages
# have nothing in /bin and /lib, these have to be links.
if [ ! -f "$vmm/root.cpio" ]; then
	need mmdebstrap
	say "unpacking QEMU for arm64; full log: $vmm/mmdebstrap.log"
	sources=$("$BED/source/debs.sh" sources)
	suite=${sources% *} suite=${suite##* }
	echo "$sources" | mmdebstrap --variant=extract --architectures=arm64 --format=tar \
		--include=qemu-system-arm,busybox-static "$suite" "$temp/system.tar" - \
		>"$vmm/mmdebstrap.log" 2>&1 || {
		tail -n 10 "$vmm/mmdebstrap.log" >&2
		die "cannot unpack QEMU for arm64; full log: $vmm/mmdebstrap.log"
	}
	tar -xf "$temp/system.tar" -C "$temp/system" --exclude='./dev/*' --exclude=./etc \
		--exclude=./usr/share --exclude=./usr/sbin --exclude='*/gconv' --exclude=./var \
		--exclude=./usr/bin/qemu-system-arm
	for folder in bin lib; do
		[ -e "$temp/system/$folder" ] || ln -s "usr/$folder" "$temp/system/$folder"
	done
	mkdir -p "$temp/system/dev" "$temp/system/proc" "$temp/system/sys" "$temp/system/tmp"
	pack "$temp/system" >"$vmm/root.cpio.new"
	mv "$vmm/root.cpio.new" "$vmm/root.cpio"
	rm -rf "$temp/system" "$temp/system.tar"
fi

"${CROSS_COMPILE}gcc" -Wall -Wextra -Werror -O2 -ffreestanding -nostdlib -static -no-pie \
	-fno-stack-protector -mgeneral-regs-only -mstrict-align -Wl,--build-id=none \
	-Wl,-Ttext=0x40200000 -o "$temp/job/guest" \
	"$examples/qemu-guest.c" "$examples/qemu-guest-entry.S"
"${CROSS_COMPILE}gcc" -Wall -Wextra -Werror -O2 -shared -fPIC \
	-o "$temp/job/revision.so" "$examples/qemu-revision.c"
cp "$BED/vmm/job" "$temp/job/"

say "running QEMU on both kernels, with a GICv2 and with a GICv3; all is in $temp"
for machine in gicv2 nvhe; do
	model=GICv2
	[ $machine = gicv2 ] || model=GICv3
	for kernel in "unpatched $W/unpatched/Image" "patched $patched"; do
		out=$temp/${kernel%% *}-$machine
		log=$out/console.log
		"$BED/boot/run-job.sh" $machine "${kernel#* }" "$temp/job" "$out" "$vmm/root.cpio"
		! grep -aE 'WARNING: |BUG: |Oops|Internal error' "$log" >&2 ||
			die "the kernel complains; the whole console: $log"
		tr -d '\r' <"$log" | sed -n "s/^# observed /${kernel%% *} $model /p" >>"$temp/observed"
	done
done

printf 'unpatched: %s\npatched:   %s with the series\nVMM:       %s\n' \
	"$(cat "$W/unpatched/package")" "$(cat "$W/base-version")" \
	"$(tr -d '\r' <"$log" | sed -n 's/^# vmm //p')"
cat <<-END
	Group registers as the guest reads them: GICD_IGROUPR1, which has SPIs, and
	GIC[DR]_IGROUPR0, which has SGIs and PPIs. At reset; before and after the VM is
	moved, the guest having written a5a5a5a5/5a5a5a5a. "got": how an SGI, a PPI and an
	SPI arrive at a guest that writes no group and enables the one that Linux enables
	(GICv2: 0, GICv3: 1); in brackets, with both enabled. "rev": the revision that is
	chosen for QEMU, or none: QEMU as it is. "refused": no VM starts.

END
awk '
	BEGIN {
		format = "%-10s %-6s %-5s %-9s %-18s %-11s %-18s %s\n"
		printf format, "kernel", "GIC", "rev", "IIDR", "at reset", "got", "before", "after"
	}
	NF == 9 { printf format, $1, $2, $3, $4, $5, $6 == $7 ? $6 : $6 " (" $7 ")", $8, $9 }
	NF != 9 { printf "%-10s %-6s %-5s %s\n", $1, $2, $3, $4 }' "$temp/observed" >"$temp/table"
cat "$temp/table"
grep -v '^#' "$BED/vmm/expected" | diff - "$temp/table" >&2 ||
	die "this is not what testbed/vmm/expected has (<); all is in $temp"
