#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# clean.sh - remove what the test bed made
#
# In:  `all` to remove the whole cache folder
# Out: builds and what runs left are gone; without `all`, trees, downloads, ccache, and
#      the records for `make report` stay. A composed tree with changes that are not in
#      this repo is kept.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$BED/queue/lib.sh"

[ -d "$VGIC_CACHE" ] || exit 0
gone=$VGIC_CACHE/gone
rm -rf "$gone"

# remove PATH...: if this is killed, a folder is there or not; none is there in part, for
# the next run to build on
remove()
{
	for path; do
		[ -e "$path" ] || [ -L "$path" ] || continue
		mv "$path" "$gone"
		rm -rf "$gone"
	done
}

if [ "${1:-}" != all ]; then
	for work in "$VGIC_CACHE"/*/base-version; do
		[ -f "$work" ] || continue
		work=${work%/base-version}
		remove "$work/build" "$work/build-"* "$work/tree/.build"* "$work/beside" \
			"$work/selftests" "$work/headers" "$work/kselftest" "$work/docs" \
			"$work/results" "$work/evidence" "$work/table" "$work/cost" "$work/vmm" \
			"$work/vmm-guests" "$work/guest" "$work/check-bundle" \
			"$work/matrix" "$work/matrix-part" "$work/compat-"* \
			"$work/patches" "$work/patches-"* "$work/bundle" "$work/bundle.tar.gz" \
			"$work"/*.log "$work"/*.cpio.gz "$work/kselftest.consoles"
	done
	remove "$VGIC_CACHE/vgic_compat"
	exit 0
fi

# Only a folder that the test bed made, and only if no work would be lost
for tree in "$VGIC_CACHE"/*/tree; do
	[ -d "$tree/.git" ] || continue
	composed=$(git -C "$tree" rev-parse -q --verify refs/vgic/composed) || continue
	[ "$(git -C "$tree" rev-parse HEAD)" = "$composed" ] &&
		[ -z "$(W=${tree%/tree} && tree_changes)" ] || [ -n "${FORCE:-}" ] ||
		die "$tree has changes that are not in this repo: make refresh, or FORCE=1"
done
for entry in "$VGIC_CACHE"/*; do
	case ${entry##*/} in
	apt | ccache | debian | debian.new | downloads | images | lock | prometheus* | qemu) remove "$entry" ;;
	sysroot* | vgic_compat | vmm | user-* | [0-9].[0-9]*) remove "$entry" ;;
	'*') ;;
	*) say "leaving $entry, which the test bed did not make" ;;
	esac
done
rmdir "$VGIC_CACHE" 2>/dev/null || :
