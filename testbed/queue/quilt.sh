#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# quilt.sh - put patches at the end of the queue of a Debian kernel package
#
# In:  MAILS, a folder of patches, in the order of their names; KDIR, with
#      debian/patches/series
# Out: the patches in KDIR/debian/patches/features/arm64/vgic-revisions and a line for
#      each in the queue's series. If the kernel's source is in KDIR, with the queue
#      applied as dpkg-source leaves it, quilt applies them, without fuzz. If one does
#      not apply, KDIR is as it was.
set -eu
. "$(dirname "$0")/../lib.sh"

[ $# -eq 1 ] || die "usage: quilt.sh MAILS"
mails=$1
name=features/arm64/vgic-revisions
queue=$KDIR/debian/patches
[ ! -e "$queue/$name" ] || die "$queue/$name is there already"
log=$mails/quilt.log

# quilt COMMAND...: in KDIR, without the user's configuration
in_queue()
{
	(cd "$KDIR" && QUILT_PATCHES=debian/patches quilt --quiltrc=- "$@")
}

# Without the source, all that can be done is to add them
top=
if [ -d "$KDIR/arch/arm64/kvm" ]; then
	need quilt
	top=$(in_queue top) || die "KDIR=$KDIR has kernel source, and no patch of its queue is applied"
	! in_queue next >/dev/null 2>&1 ||
		die "patches of debian/patches/series are not applied yet: quilt push -a first"
fi

undo()
{
	[ -z "$top" ] || in_queue pop -f "$top" >/dev/null 2>&1 || :
	[ ! -f "$mails/series" ] || mv "$mails/series" "$queue/series"
	rm -rf "${queue:?}/$name"
	(cd "$queue" && rmdir -p --ignore-fail-on-non-empty "${name%/*}" 2>/dev/null) || :
}
trap undo EXIT
cp -p "$queue/series" "$mails/series"
mkdir -p "$queue/$name"
for mail in "$mails"/*.patch; do
	cp "$mail" "$queue/$name/"
	echo "$name/${mail##*/}" >>"$queue/series"
done
if [ -n "$top" ] && ! in_queue push -a --fuzz=0 >"$log" 2>&1; then
	tail -n 5 "$log" >&2
	die "the series does not apply to KDIR=$KDIR; nothing was changed"
fi
trap - EXIT
[ -n "$top" ] || say "KDIR=$KDIR has no kernel source: whether the patches apply was not tried"
sed -n "\|^$name/|p" "$queue/series"
