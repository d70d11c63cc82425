#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# fetch.sh - get the base kernel and unpack it
#
# In:  KERNEL (optional): a kernel tree or a tarball of the user's own.
#      Otherwise Debian's linux-source of BASE is downloaded, in the version that
#      the series was tested on or, once that is gone, in the newest.
# Out: $W/tree, unpacked, and its version in $W/base-version. A tree that is
#      there already is kept. Nothing is left behind by a failure.
set -eu
. "$(dirname "$0")/../lib.sh"

[ -z "$KERNEL" ] || [ -f "$KERNEL" ] || [ -d "$KERNEL" ] ||
	die "KERNEL=$KERNEL: no such tree or tarball"
make_work
[ ! -d "$W/tree" ] || exit 0
need xz rsync

new=$W/tree.new
rm -rf "$new" "$new.top"
mkdir "$new"
trap 'rm -rf "$new" "$new.top"' EXIT

unpack()
{
	case $1 in
	*.deb) dpkg-deb --fsys-tarfile "$1" |
		tar -xO --wildcards './usr/src/linux-source-*.tar.xz' | xz -dc -T"$JOBS" | tar -x -C "$new" ;;
	*) tar -xf "$1" -C "$new" ;;
	esac && [ -n "$(ls "$new")" ]
}

version=
if [ -n "$KERNEL" ]; then
	source=$KERNEL
else
	package=linux-source-$BASE_SERIES
	versions=$("$BED/source/debs.sh" versions "$package") ||
		die "name a kernel with KERNEL=/path/to/tree-or-tarball"
	[ -n "$versions" ] || die "no package $package in the suites that debs.sh asks"
	version=$(printf '%s\n' "$versions" | grep -Fx "$BASE_TESTED") || {
		version=$(printf '%s\n' "$versions" | head -n 1)
		say "$package $BASE_TESTED is gone, taking $version"
	}
	say "fetching $package $version"
	source=$("$BED/source/debs.sh" get "$VGIC_CACHE/downloads" "$package=$version")
fi

if [ -d "$source" ]; then
	say "copying $source"
	rsync -a --exclude=/.git --exclude='*.o' "$source/" "$new/" ||
		die "cannot copy $source; is the disk of $W full?"
else
	say "unpacking ${source##*/}"
	unpack "$source" || die "cannot unpack $source; is it a tarball, and the disk not full?"
	# A tarball holds one folder with the tree in it
	if [ ! -f "$new/Makefile" ]; then
		set -- "$new"/*
		if [ $# -ne 1 ] || [ ! -d "$1" ]; then
			die "$source holds no kernel tree"
		fi
		mv "$1" "$new.top"
		rmdir "$new"
		mv "$new.top" "$new"
	fi
fi

field()
{
	sed -n "s/^$1 = *//p" "$new/Makefile" 2>/dev/null | head -n 1
}
found=$(field VERSION).$(field PATCHLEVEL)
if [ "$found" = . ] || [ ! -d "$new/arch/arm64/kvm" ]; then
	die "$source holds no kernel tree"
fi
[ "$found" = "$BASE_SERIES" ] ||
	die "$source is Linux $found; the series is for $BASE_SERIES"

# Debian's .gitignore hides everything, and compose writes its own. A .git folder or
# file is of another repository, and what a build in the tree left is in the way.
(cd "$new" && rm -rf .gitignore .git .config include/config include/generated \
	arch/*/include/generated)
[ -n "$KERNEL" ] || rm -f "$source"
printf '%s\n' "${version:-$found.$(field SUBLEVEL), from ${KERNEL##*/}}" >"$W/base-version"
# What is newer than this file was changed here; make warns of times in the future, too
find "$new" -newer "$W/base-version" -exec touch -h -r "$W/base-version" {} +
mv "$new" "$W/tree"
