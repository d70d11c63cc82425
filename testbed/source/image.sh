#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# image.sh - get one of Debian's arm64 kernels, which boot as they are
#
# In:  FOLDER, where it goes, then patterns for the name of the package (grep -E,
#      all of it); the newest that matches the first of them that matches any
# Out: FOLDER/Image, and the name and version of its package in FOLDER/package. A
#      folder that is there already is kept.
set -eu
. "$(dirname "$0")/../lib.sh"

[ $# -ge 2 ] || die "usage: image.sh FOLDER PATTERN..."
folder=$1
shift
[ ! -f "$folder/Image" ] || exit 0

# The index of a suite that is no longer kept up may name packages that are gone
deb=
for pattern; do
	for package in $("$BED/source/debs.sh" list "^$pattern\$" | sort -rV | head -n 10); do
		say "fetching $package"
		deb=$("$BED/source/debs.sh" get "$VGIC_CACHE/downloads" "$package") && break 2
	done
done
[ -n "$deb" ] || die "Debian has no kernel for arm64 whose package is $*"

new=$folder.new
rm -rf "$new"
mkdir -p "$new"
trap 'rm -rf "$new"' EXIT
dpkg-deb --fsys-tarfile "$deb" |
	tar -xO --wildcards './usr/lib/modules/*/vmlinuz' './boot/vmlinuz-*' 2>/dev/null >"$new/Image" || :
[ -s "$new/Image" ] || die "$package has no kernel image in it"
printf '%s %s\n' "$package" "$(dpkg-deb -f "$deb" Version)" >"$new/package"
rm -f "$deb"
mv "$new" "$folder"
