#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# compat.sh - build vgic_compat for arm64, linked statically
#
# In:  vgic_compat; Debian's jansson and zlib for arm64 are downloaded
# Out: $VGIC_CACHE/vgic_compat/vgic_compat, and its path on standard output
set -eu
. "$(dirname "$0")/../lib.sh"
. "$BED/build/lib.sh"

make_work
need make "${CROSS_COMPILE}gcc" arm64-libc
sysroot=$VGIC_CACHE/sysroot
out=$VGIC_CACHE/vgic_compat
mkdir -p "$out"

if [ ! -d "$sysroot" ]; then
	rm -rf "$sysroot.new"
	mkdir "$sysroot.new"
	trap 'rm -rf "$sysroot.new"' EXIT
	for package in libjansson-dev zlib1g-dev; do
		deb=$("$BED/source/debs.sh" get "$VGIC_CACHE/downloads" "$package") ||
			die "put jansson and zlib for arm64, with their headers, into $sysroot, as in Debian's packages"
		dpkg-deb -x "$deb" "$sysroot.new"
		rm -f "$deb"
	done
	mv "$sysroot.new" "$sysroot"
fi

begin_build "$out"
make -s -C "$ROOT/vgic_compat" O="$out" CROSS_COMPILE="$CROSS_COMPILE" \
	SYSROOT="$sysroot" LDFLAGS=-static WERROR=1 >"$out/build.log" 2>&1 || {
	tail -n 20 "$out/build.log" >&2
	die "cannot build vgic_compat; full log: $out/build.log"
}
end_build "$out"
echo "$out/vgic_compat"
