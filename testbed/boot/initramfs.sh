#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# initramfs.sh - pack a job into an initramfs that does it and powers off
#
# In:  JOB, a folder with a shell script `job` and the files that it needs; OUT, the
#      file to write; ARCHIVE (optional), of cpio, to which the rest is added
# Out: OUT, with busybox, `init` and the job in it, programs without debug information;
#      with vgic_compat, if the job names it
set -eu
. "$(dirname "$0")/../lib.sh"

[ $# -ge 2 ] || die "usage: initramfs.sh JOB OUT [ARCHIVE]"
job=$1 out=$2 archive=${3:-}
[ -f "$job/job" ] || die "$job has no job"
need cpio "${CROSS_COMPILE}strip"

root=$out.root
rm -rf "$root"
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/bin" "$root/dev" "$root/proc" "$root/sys" "$root/tmp"
"$BED/source/busybox.sh" "$root/bin/busybox"
cp "$BED/boot/init" "$root/init"
cp -r "$job" "$root/job"
! grep -q vgic_compat "$job/job" || cp "$VGIC_CACHE/vgic_compat/vgic_compat" "$root/job/"
strip_programs "$root/job"
pack "$root" | cat ${archive:+"$archive"} - | gzip -n -1 >"$out.new"
mv "$out.new" "$out"
