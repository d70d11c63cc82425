#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# image.sh - get one of Debian's arm64 kernels, which boot as they are
#
# In:  `unpatched`, for the one of the version that the series is on, from the tree in
#      $W; or the VERSION of an older one
# Out: a folder, whose path is on standard output: $W/unpatched or, of a VERSION, one in
#      the cache; FOLDER/Image, and in FOLDER/package the name and version of its package,
#      the newest that Debian has. A folder that is there already is kept.
set -eu
. "$(dirname "$0")/../lib.sh"

# The image is in linux-binary-*. In older releases it is in linux-image-*, which in newer
# ones only depends on the other; the oldest are named after their ABI. Of a version that
# Debian has not, as a tree of the user's own may be, the newest will do.
#
# set -- FOLDER PATTERN...: where it goes, and for the name of its package, all of it (grep
# -E); the first that matches any decides
case ${1:-} in
unpatched)
	[ -f "$W/tree/Makefile" ] || die "no kernel tree in $W; run make fetch"
	sublevel=$(sed -n 's/^SUBLEVEL = *//p' "$W/tree/Makefile" | head -n 1)
	base=$(printf '%s' "$BASE_SERIES" | sed 's/\./\\./g')
	end='\+deb[0-9]+-arm64'
	set -- "$W/unpatched" "linux-binary-$base\\.$sublevel$end" "linux-image-$base\\.$sublevel$end" \
		"linux-binary-$base\\.[0-9]+$end" "linux-image-$base\\.[0-9]+$end" \
		"linux-image-$base\\.0-[0-9]+-arm64"
	;;
5.10 | 6.1) set -- "$VGIC_CACHE/images/$1" "linux-image-$1\.0-[0-9]+-arm64" ;;
6.12) set -- "$VGIC_CACHE/images/$1" "linux-image-$1\.[0-9]+\+deb12-arm64" ;;
6.12.*) set -- "$VGIC_CACHE/images/$1" "linux-image-$1\+deb12-arm64" ;;
*) die "usage: image.sh unpatched | VERSION" ;;
esac
folder=$1
shift
echo "$folder"
[ ! -f "$folder/Image" ] || exit 0

# The index of a suite that is no longer kept up may name packages that are gone
deb=
for pattern; do
	packages=$("$BED/source/debs.sh" list "^$pattern\$") ||
		die "put a kernel for arm64 at $folder/Image, and its name into $folder/package"
	for package in $(printf '%s\n' "$packages" | sort -rV | head -n 10); do
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
