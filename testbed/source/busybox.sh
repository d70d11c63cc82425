#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# busybox.sh - get Debian's static busybox for arm64
#
# In:  FILE, where it goes
# Out: FILE
set -eu
. "$(dirname "$0")/../lib.sh"

busybox=$VGIC_CACHE/downloads/busybox-arm64
make_work
mkdir -p "${busybox%/*}"
# Once, and not by two machines at a time
exec 8>"$busybox.lock"
flock 8
if [ ! -x "$busybox" ]; then
	deb=$("$BED/source/debs.sh" get "$VGIC_CACHE/downloads" busybox-static) ||
		die "put a busybox for arm64, linked statically, at $busybox"
	# In /bin, or from Debian 13 on in /usr/bin
	dpkg-deb --fsys-tarfile "$deb" | tar -xO --wildcards '*/bin/busybox' >"$busybox.new" ||
		die "there is no busybox in $deb"
	chmod +x "$busybox.new"
	mv "$busybox.new" "$busybox"
	rm -f "$deb"
fi
cp "$busybox" "$1"
