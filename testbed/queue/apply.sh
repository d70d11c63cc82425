#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# apply.sh - apply a series to a git tree of the user's, with git am, or put it into the
#            patch queue of a Debian kernel package
#
# In:  KDIR, a git work tree of Linux with nothing uncommitted in tracked files, or what
#      quilt.sh takes; SERIES=selftests for series 2, on top of series 1, and
#      SERIES=all for both; the composed tree in $W/tree
# Out: one commit for each of its patches on the branch that is checked out in KDIR, or
#      what quilt.sh puts out. If one does not apply, KDIR is left as it was, and the
#      first file that conflicts is named.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$BED/queue/lib.sh"

[ -n "${KDIR:-}" ] || die "name the tree with KDIR="
need_tree
range=$(series_range)
mails=$(mktemp -d)
trap 'rm -rf "$mails"' EXIT

# format FOLDER: make the mails, by whoever applies them, as FOLDER knows him
format()
{
	commit_as_user "$1" ||
		die "who applies this? Set user.name and user.email in git's configuration"
	copies=$(recommit "${range%..*}" "${range#*..}")
	git -C "$W/tree" format-patch -q -o "$mails" "${copies% *}..${copies#* }"
	[ -n "$(ls "$mails")" ] || die "series-selftests has no commits"
}

if [ -f "$KDIR/debian/patches/series" ]; then
	format .
	"$BED/queue/quilt.sh" "$mails"
	exit 0
fi

# Git does not work in a tree that is somebody else's, and says what to do about it
why=$(users_git -C "$KDIR" rev-parse --is-inside-work-tree 2>&1) || {
	say "$why"
	die "KDIR=$KDIR is not a git work tree, or git may not work there"
}
[ -d "$KDIR/arch/arm64/kvm" ] || die "KDIR=$KDIR is not the top of a kernel tree"
[ ! -d "$(users_git -C "$KDIR" rev-parse --absolute-git-dir)/rebase-apply" ] ||
	die "KDIR=$KDIR is in the middle of a git am or rebase; end it, or git am --abort, and git" \
		"reset --keep $(users_git -C "$KDIR" rev-parse --short ORIG_HEAD) if that leaves" \
		"some of its commits"
[ -z "$(users_git -C "$KDIR" status --porcelain --untracked-files=no)" ] ||
	die "KDIR=$KDIR has changes that are not committed"
added=$(git -C "$W/tree" diff --no-renames --name-only --diff-filter=A "$range")
for file in $added; do
	[ ! -e "$KDIR/$file" ] || die "$file is in KDIR already; is the series applied?"
done
format "$KDIR"

# is_as_before: KDIR is, as far as git knows
is_as_before()
{
	[ "$(users_git -C "$KDIR" rev-parse HEAD)" = "$before" ] &&
		[ -z "$(users_git -C "$KDIR" status --porcelain --untracked-files=no)" ]
}

# undo: what was begun and has not ended. git am --abort keeps what it did not expect.
begun=
undo()
{
	[ -n "$begun" ] || return 0
	begun=
	# It may be these that leave git no room on a disk
	rm -f "$mails"/*.patch
	users_git -C "$KDIR" am --abort >/dev/null 2>&1 || :
	is_as_before || users_git -C "$KDIR" reset -q --keep "$before" || :
	# git am may leave files that it wrote and did not get to track; none was there before
	for left in $added; do
		rm -f "$KDIR/$left"
	done
	is_as_before ||
		die "KDIR=$KDIR could not be put back as it was; do that with git -C $KDIR reset --hard $before"
}

log=$mails/log
trap 'undo; rm -rf "$mails"' EXIT
before=$(users_git -C "$KDIR" rev-parse HEAD)
begun=yes

if ! users_git -C "$KDIR" am --quiet --keep-non-patch --whitespace=nowarn "$mails"/*.patch >"$log" 2>&1; then
	file=$(sed -n 's/^error: patch failed: \(.*\):[0-9]*$/\1/p; s/^error: \(.*\): does not exist in index$/\1/p' \
		"$log" | head -n 1)
	undo
	sed -n '/^Patch failed at/p' "$log" >&2
	[ "${SERIES:-}" != selftests ] || say "series 2 is applied on top of series 1; is that in KDIR?"
	file=${file:-$(head -n 1 "$log")}
	[ -n "$file" ] || die "git am failed in KDIR=$KDIR; nothing was changed"
	die "the series does not apply to KDIR=$KDIR: conflict in $file; nothing was changed"
fi
begun=
users_git -C "$KDIR" log --reverse --oneline "$before..HEAD"
