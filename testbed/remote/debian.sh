#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# debian.sh - make a disk with a Debian arm64 system that ssh reaches
#
# In:  MACHINE of boot.sh and IMAGE, a kernel with remote.config: the packages are
#      configured there, by debian-job
# Out: $VGIC_CACHE/debian, with `disk`, and `key`, with which root may log in there. One
#      that is there already is kept.
set -eu
. "$(dirname "$0")/../lib.sh"

[ $# -eq 2 ] || die "usage: debian.sh MACHINE IMAGE"
debian=$VGIC_CACHE/debian
[ ! -d "$debian" ] || exit 0
make_work
need ssh-keygen /sbin/mke2fs
new=$debian.new
rm -rf "$new"
mkdir -p "$new/job"
trap 'rm -rf "$new/system.tar" "$new/job"' EXIT

say "unpacking a Debian arm64 system; full log: $new/system.tar.log"
# Releases before trixie expect that /bin and the like are links when they are installed
# shellcheck disable=SC2016 # for the hook's shell
"$BED/source/system.sh" "$new/system.tar" \
	'usr-is-merged,systemd-sysv,udev,dbus,openssh-server,?essential' --skip=cleanup/apt/cache \
	--setup-hook='for d in bin lib sbin; do mkdir -p "$1/usr/$d" && ln -sfn "usr/$d" "$1/$d"; done'

say "configuring it in a machine; console: $new/made.new/console.log"
ssh-keygen -q -t ed25519 -N '' -C vgic-bundle -f "$new/key"
cp "$new/key.pub" "$new/job/authorized_keys"
cp "$BED/remote/debian-job" "$new/job/job"
truncate -s 2G "$new/disk"
/sbin/mke2fs -q -t ext4 "$new/disk"
cd "$new"
BOOT_TIMEOUT=${BOOT_TIMEOUT:-1800} BOOT_MEMORY=2G \
	BOOT_OPTIONS="-drive format=raw,file=disk -drive format=raw,file=system.tar,readonly=on" \
	"$BED/boot/run-job.sh" "$1" "$2" "$new/job" "$new/made"
rm -rf "$new/system.tar" "$new/job"
mv "$new" "$debian"
