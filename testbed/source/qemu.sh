#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# qemu.sh - get QEMU's source, and what it is built with for arm64
#
# In:  nothing; $W is the work folder of QEMU, as queue/of-qemu.sh sets it
# Out: $W/tree, unpacked from Debian's source package, and its version in
#      $W/base-version; $W/tools, with libraries for arm64 and meson. What is there
#      already is kept. Nothing is left behind by a failure.
#
# The newest QEMU that Debian's mirrors have the source of: of trixie-backports' 11.1.3
# they have the binary packages alone.
set -eu
. "$(dirname "$0")/../lib.sh"

SUITE=trixie
TESTED='1:10.0.13+ds-0+deb13u1'

make_work
need dpkg-source
new=$W/new
rm -rf "$new"
trap 'rm -rf "$new"' EXIT
mkdir "$new"

if [ ! -d "$W/tools" ]; then
	# Debian 12's own meson is too old
	for package in libglib2.0-dev libpcre2-dev zlib1g-dev libfdt-dev \
		"meson=$("$BED/source/debs.sh" versions meson | head -n 1)"; do
		deb=$("$BED/source/debs.sh" get "$W/downloads" "$package")
		dpkg-deb -x "$deb" "$new/tools"
	done
	rm -rf "$W/downloads"
	mv "$new/tools" "$W/tools"
fi

[ ! -d "$W/tree" ] || exit 0
mkdir -p "$new/lists/partial" "$new/source"
"$BED/source/debs.sh" sources | sed "s/^deb /deb-src /; s/ [^ ]* main\$/ $SUITE main/" >"$new/sources.list"

# apt COMMAND ARGUMENT...: with the configuration of debs.sh, and the source packages
apt()
{
	command=$1
	shift
	"$command" -c "$VGIC_CACHE/apt/apt.conf" -o "Dir::Etc::sourcelist=$new/sources.list" \
		-o "Dir::State::lists=$new/lists" "$@" 2>>"$W/apt.log"
}

apt apt-get update >"$W/apt.log" || {
	tail -n 5 "$W/apt.log" >&2
	die "cannot read the list of source packages of $SUITE"
}
versions=$(apt apt-cache showsrc qemu | sed -n 's/^Version: //p' | sort -rV)
[ -n "$versions" ] || die "$SUITE has no source package qemu"
version=$(printf '%s\n' "$versions" | grep -Fx "$TESTED") || {
	version=$(printf '%s\n' "$versions" | head -n 1)
	say "qemu $TESTED is gone, taking $version"
}
say "fetching the source of qemu $version"
# apt checks the signature and the checksums
(cd "$new/source" && apt apt-get source --download-only "qemu=$version" >>"$W/apt.log") || {
	tail -n 5 "$W/apt.log" >&2
	die "cannot download the source of qemu $version"
}
dpkg-source --no-check -x "$new"/source/*.dsc "$new/tree" >>"$W/apt.log" 2>&1 || {
	tail -n 5 "$W/apt.log" >&2
	die "cannot unpack the source of qemu $version; is the disk of $W full?"
}
rm -rf "$new/tree/.pc"
echo "QEMU $version" >"$W/base-version"
# What is newer than this file was changed here
find "$new/tree" -newer "$W/base-version" -exec touch -h -r "$W/base-version" {} +
mv "$new/tree" "$W/tree"
