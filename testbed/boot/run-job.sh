#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# run-job.sh - let one kernel do a job, and sort what it printed
#
# In:  MACHINE of boot.sh, IMAGE, JOB of initramfs.sh, OUT, and ARCHIVE (optional) of
#      initramfs.sh
# Out: OUT/NAME and OUT/NAME.err with what each command that the job ran with
#      `out NAME` printed, and OUT/NAME.status with its exit status; the console in
#      OUT/console.log. OUT is there only if the machine did all of it and its kernel did
#      not complain; what was there before is gone. With COMPLAINTS=shown, for kernels that
#      are not ours to judge, it may complain.
set -eu
. "$(dirname "$0")/../lib.sh"

[ $# -ge 4 ] || die "usage: run-job.sh MACHINE IMAGE JOB OUT [ARCHIVE]"
machine=$1 image=$2 job=$3 out=$4
start=$(date +%s)
rm -rf "$out" "$out.new"
mkdir -p "$out.new"
"$BED/boot/initramfs.sh" "$job" "$out.new/initramfs.gz" ${5:+"$5"}
"$BED/boot/boot.sh" "$machine" "$image" "$out.new/initramfs.gz" "$out.new/console.log"
rm -f "$out.new/initramfs.gz"

tr -d '\r' <"$out.new/console.log" |
	awk -v out="$out.new" -f "$BED/boot/splats.awk" -f "$BED/boot/frames.awk" >"$out.new/complaints" ||
	die "the job was not done; see $out.new/console.log"
if [ -s "$out.new/complaints" ]; then
	cat -v "$out.new/complaints" >&2
	[ "${COMPLAINTS:-}" = shown ] || die "the kernel complained; see $out.new/console.log"
fi
rm "$out.new/complaints"
mv "$out.new" "$out"
say "  ${out##*/}: $(($(date +%s) - start)) s"
