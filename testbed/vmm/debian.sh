#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# debian.sh - get Debian's QEMU for arm64, of the machine's own release, as it is
#
# In:  nothing
# Out: $VGIC_CACHE/vmm/root.cpio, an initramfs with QEMU and its libraries, without what
#      is not needed here. One that is there already is kept.
set -eu
. "$(dirname "$0")/../lib.sh"

vmm=$VGIC_CACHE/vmm
[ ! -f "$vmm/root.cpio" ] || exit 0
make_work
need cpio
mkdir -p "$vmm"
system=$vmm/system
rm -rf "$system" "$system.tar"
trap 'rm -rf "$system" "$system.tar"' EXIT
say "unpacking QEMU for arm64; full log: $system.tar.log"
"$BED/source/system.sh" "$system.tar" qemu-system-arm,busybox-static
mkdir "$system"
tar -xf "$system.tar" -C "$system" --exclude='./dev/*' --exclude=./etc \
	--exclude=./usr/share --exclude=./usr/sbin --exclude='*/gconv' --exclude=./var \
	--exclude=./usr/bin/qemu-system-arm
# In releases whose packages have nothing in /bin and /lib, these have to be links
for folder in bin lib; do
	[ -e "$system/$folder" ] || ln -s "usr/$folder" "$system/$folder"
done
mkdir -p "$system/dev" "$system/proc" "$system/sys" "$system/tmp"
pack "$system" >"$vmm/root.cpio.new"
mv "$vmm/root.cpio.new" "$vmm/root.cpio"
