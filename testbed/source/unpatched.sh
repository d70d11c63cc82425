#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# unpatched.sh - get Debian's arm64 kernel of the version that the series is on
#
# In:  the tree in $W
# Out: $W/unpatched/Image, which boots as it is, and the name and version of its
#      package in $W/unpatched/package
set -eu
. "$(dirname "$0")/../lib.sh"

[ ! -f "$W/unpatched/Image" ] || exit 0
[ -f "$W/tree/Makefile" ] || die "no kernel tree in $W; run make fetch"
sublevel=$(sed -n 's/^SUBLEVEL = *//p' "$W/tree/Makefile" | head -n 1)

# The image is in linux-binary-*, in older releases in linux-image-*, which else
# only depends on the other; a tree of
# the user's own may be a version that Debian has not, then the newest will do
base=$(printf '%s' "$BASE_SERIES" | sed 's/\./\\./g')
exec "$BED/source/image.sh" "$W/unpatched" \
	"linux-binary-$base\\.$sublevel\\+deb[0-9]+-arm64" \
	"linux-image-$base\\.$sublevel\\+deb[0-9]+-arm64" \
	"linux-binary-$base\\.[0-9]+\\+deb[0-9]+-arm64" \
	"linux-image-$base\\.[0-9]+\\+deb[0-9]+-arm64"
