#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# vmm.sh - show what guests of Debian's unchanged QEMU get, and of the patched one, on
#          Debian's own kernels and on the patched one
#
# In:  the kernel in $W, and the QEMU of build/qemu.sh; Debian's arm64 images of the same
#      version and of 6.1, and QEMU of the machine's own release, are downloaded
# Out: two tables on standard output, and a last line that counts. Exit status 1, with a
#      diff on standard error in its place, if they are not those in testbed/vmm/expected.
#
# The emulated host runs QEMU with KVM, and QEMU runs bare-metal guests, which say what
# they see; `job` drives it.
set -eu
. "$(dirname "$0")/../lib.sh"

patched=$W/build/arch/arm64/boot/Image
qemu=$VGIC_CACHE/qemu
[ -f "$patched" ] || die "no kernel in $W/build; run make kernel"
[ -x "$qemu/build/qemu-system-aarch64" ] || die "no QEMU in $qemu/build; run make qemu"
TREE=own "$BED/queue/describe.sh" >&2
need qemu-img "${CROSS_COMPILE}strip"
old=$("$BED/source/image.sh" 6.1)
unpatched=$("$BED/source/image.sh" unpatched)
"$BED/vmm/debian.sh"
temp=$W/vmm
rm -rf "$temp"
mkdir -p "$temp/job"
"$BED/vmm/guests.sh" "$temp"
qemu-img create -q -f qcow2 "$temp/job/disk.qcow2" 64M
cp "$temp/groups" "$BED/vmm/job" "$BED/vmm/qemu-lib.sh" "$temp/job/"
cp "$qemu/build/qemu-system-aarch64" "$temp/job/qemu-patched"
"${CROSS_COMPILE}strip" "$temp/job/qemu-patched"
# It goes by the name of the program that it starts
mkdir "$temp/job/qtest"
ln -s ../qemu-patched "$temp/job/qtest/qemu-system-aarch64"
cp "$qemu/build/tests/qtest/arm-gic-iidr-revision-test" "$temp/job/qtest/"

# runs: KERNEL MODEL MACHINE IMAGE, one a line
runs()
{
	for model in 'GICv2 gicv2' 'GICv3 nvhe'; do
		echo "6.1 $model $old/Image"
		echo "unpatched $model $unpatched/Image"
		echo "patched $model $patched"
	done
}

say "running QEMU on three kernels, with a GICv2 and with a GICv3; all is in $temp"
runs | while read -r kernel model machine image; do
	job=$temp/job-$kernel-$machine
	cp -r "$temp/job" "$job"
	case $model in
	GICv2) cp "$temp/like-nanos" "$job/dependent" ;;
	GICv3) cp "$temp/like-linux-4.4" "$job/dependent" ;;
	esac
	[ "$kernel" != 6.1 ] || : >"$job/brief"
	echo "$machine $image $job $temp/$kernel-$machine $VGIC_CACHE/vmm/root.cpio"
done >"$temp/jobs"
BOOT_TIMEOUT=${BOOT_TIMEOUT:-1800}
export BOOT_TIMEOUT
xargs -P "$JOBS" -L 1 "$BED/boot/run-job.sh" <"$temp/jobs" || die "a machine did not do its part; all is in $temp"
runs | while read -r kernel model machine _; do
	log=$temp/$kernel-$machine/console.log
	tr -d '\r' <"$log" | sed -n "s/^# \(observed\|moved\) /\1 $kernel $model /p"
done >"$temp/found"

version()
{
	tr -d '\r' <"$temp/patched-nvhe/console.log" | sed -n "s/^# $1 //p"
}
cat <<-END
	Kernels: 6.1, $(cat "$old/package")
	         unpatched, $(cat "$unpatched/package")
	         patched, $(cat "$W/base-version") with the series
	QEMU:    debian, $(version debian)
	         patched, $(version patched) with the patches in qemu/

	GICD_IIDR, and the groups in GICD_IGROUPR1, of SPIs, and GIC[DR]_IGROUPR0, of SGIs and
	PPIs, as the guest reads them: at reset; after it has written to them; after a
	system_reset; after loadvm of what was written; after migrate and -incoming. "got": how
	an SGI, a PPI and an SPI arrive at a guest that writes no group and enables the one
	that Linux enables (GICv2: 0, GICv3: 1); in brackets, with both enabled. "guest": whether
	timer interrupts arrive at one that depends on the revision, at first and when it was
	moved: on GICv2 one like Nanos, on GICv3 one like Linux 4.4.

END
awk -f "$BED/vmm/table.awk" "$temp/found" >"$temp/table"
cat "$temp/table"
for log in "$temp"/unpatched-*/console.log; do
	# On the kernel that has Unix sockets: two tests for any host, and two that need KVM
	[ "$(grep '^# qtest ' "$log" | grep -c '^# qtest ok ')-$(grep -c '^# qtest ' "$log")" = 4-4 ] ||
		die "the qtest of the patched QEMU fails; see $log"
done
grep -v '^#' "$BED/vmm/expected" | diff - "$temp/table" >&2 ||
	die "this is not what testbed/vmm/expected has (<); all is in $temp"
printf '\n%d runs, 0 unexpected\n' "$(wc -l <"$temp/found")"
