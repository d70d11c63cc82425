#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# unpatched.sh - get Debian's arm64 kernel of the version that the series is on
#
# In:  $W/base-version
# Out: $W/unpatched/Image, which boots as it is, and the name and version of its
#      package in $W/unpatched/package
set -eu
. "$(dirname "$0")/lib.sh"

[ ! -f "$W/unpatched/Image" ] || exit 0
[ -f "$W/tree/Makefile" ] || die "no kernel tree in $W; run make fetch"
sublevel=$(sed -n 's/^SUBLEVEL = *//p' "$W/tree/Makefile" | head -n 1)

# The image is in linux-binary-*, in older releases in linux-image-*; a tree of
# the user's own may be a version that Debian has not, then the newest will do
for version in "$BASE_SERIES\\.$sublevel" "$BASE_SERIES\\.[0-9]+"; do
	for kind in binary image; do
		package=$("$ROOT/scripts/debs.sh" list "^linux-$kind-$version\\+deb[0-9]+-arm64\$" |
			sort -V | tail -n 1)
		[ -z "$package" ] || break 2
	done
done
[ -n "$package" ] || die "Debian has no arm64 image of $BASE_SERIES"

say "fetching $package"
deb=$("$ROOT/scripts/debs.sh" get "$VGIC_CACHE/downloads" "$package")
new=$W/unpatched.new
rm -rf "$new"
mkdir -p "$new"
trap 'rm -rf "$new"' EXIT
dpkg-deb --fsys-tarfile "$deb" |
	tar -xO --wildcards './usr/lib/modules/*/vmlinuz' './boot/vmlinuz-*' 2>/dev/null >"$new/Image" || :
[ -s "$new/Image" ] || die "$package has no kernel image in it"
printf '%s %s\n' "$package" "$(dpkg-deb -f "$deb" Version)" >"$new/package"
rm -f "$deb"
mv "$new" "$W/unpatched"
