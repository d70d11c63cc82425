#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# queue-mails.t - make apply and make patches: both series in a tree of the user's, and
#           as mails
#
# In:  BASE_WORK, a work folder with a composed tree
# Out: TAP
set -eu
. "$(dirname "$0")/tap.sh"

# A composed tree that no developer has changed
own_work
"$BED/queue/compose.sh" >/dev/null 2>&1
count=$(git -C "$WORK/tree" rev-list --count base..refs/vgic/series-1)
count2=$(git -C "$WORK/tree" rev-list --count refs/vgic/series-1..HEAD)

KDIR=$tmp/linux
export KDIR
base_tree "$KDIR"
refuses "apply to a folder that is not a git tree" 'not a git work tree' "$BED/queue/apply.sh"
git -C "$KDIR" init -q
git -C "$KDIR" add -f .
git -C "$KDIR" commit -q -m 'a tree of the user'
start=$(git -C "$KDIR" rev-parse HEAD)

# same_tree COMMIT: KDIR has the files of this commit of the composed tree
same_tree()
{
	[ "$(git -C "$KDIR" rev-parse 'HEAD^{tree}')" = "$(git -C "$WORK/tree" rev-parse "$1^{tree}")" ]
}

# am: apply the mails in OUT to KDIR
am()
{
	find "$OUT" -name '*.patch' ! -name '*-cover-letter.patch' | sort | xargs git -C "$KDIR" am -q
}

file=arch/arm64/kvm/vgic/vgic-mmio-v2.c
echo '/* work */' >>"$KDIR/$file"
refuses "apply to a tree with changes" 'not committed' "$BED/queue/apply.sh"
git -C "$KDIR" checkout -q "$file"

sed -i 's/v2_groups_user_writable = true/v2_groups_user_writable = 1/' "$KDIR/$file"
git -C "$KDIR" commit -q -a -m 'a conflict'
conflict=$(git -C "$KDIR" rev-parse HEAD)
refuses "a tree it does not fit: the first conflicting file is named" \
	"conflict in $file; nothing was changed" "$BED/queue/apply.sh"
ok "that tree is left as it was" \
	sh -c "[ \$(git -C '$KDIR' rev-parse HEAD) = $conflict ] &&
	       [ -z \"\$(git -C '$KDIR' status --porcelain)\" ] &&
	       [ ! -d '$KDIR/.git/rebase-apply' ]"

git -C "$KDIR" reset -q --hard "$start"
ok "apply to a tree it fits" "$BED/queue/apply.sh"
ok "it makes one commit for each line of series" \
	[ "$(git -C "$KDIR" rev-list --count "$start..HEAD")" -eq "$count" ]
ok "the result is series 1" same_tree refs/vgic/series-1
refuses "apply it a second time" 'is in KDIR already' "$BED/queue/apply.sh"
ok "apply series 2 on top" env SERIES=selftests "$BED/queue/apply.sh"
ok "the result is the composed tree" same_tree HEAD
git -C "$KDIR" reset -q --hard "$start"
ok "apply both at once" env SERIES=all "$BED/queue/apply.sh"
ok "it makes a commit for each line of both" \
	[ "$(git -C "$KDIR" rev-list --count "$start..HEAD")" -eq $((count + count2)) ]
ok "the result is the composed tree, too" same_tree HEAD
refuses "apply a series that is not there" 'no SERIES=second' env SERIES=second "$BED/queue/apply.sh"

OUT=$tmp/mails
export OUT
ok "make the mails" "$BED/queue/patches.sh"
ok "there is a cover letter and a mail for each commit" \
	[ "$(find "$OUT" -name '*.patch' | wc -l)" -eq $((count + 1)) ]
ok "the cover letter has a subject and a text" \
	sh -c "! grep -q '\*\*\*' '$OUT/0000-cover-letter.patch'"
ok "the mails are from whoever runs this" \
	sh -c "! grep -L '^From: tester <tester@localhost>' '$OUT'/*.patch | grep ."
ok "nobody is signed off unasked" sh -c "! grep -q '^Signed-off-by:' '$OUT'/*.patch"
named=$(grep -lE '^\[ (No upstream commit yet|Upstream commit [0-9a-f]{40})' "$OUT"/*.patch | wc -l)
ok "all patches of a backport, and no others, name their counterparts" \
	[ "$named" -eq "$([ "$BASE_SERIES" = 7.3 ] && echo 0 || echo "$count")" ]
cp -r "$OUT" "$tmp/before"
sleep 1.1
"$BED/queue/patches.sh" >/dev/null
ok "a second time, they are the same bytes" diff -r "$tmp/before" "$OUT"
git -C "$SERIES_ROOT" init -q
git -C "$SERIES_ROOT" add series
GIT_COMMITTER_DATE='1700000000 +0100' git -C "$SERIES_ROOT" commit -q -m 'a change of a patch'
FORCE=1 "$BED/queue/compose.sh" >/dev/null 2>&1
"$BED/queue/patches.sh" >/dev/null
ok "their date is that of the last change here" \
	grep -qx 'Date: Tue, 14 Nov 2023 22:13:20 +0000' "$OUT/0000-cover-letter.patch"
ok "make them again, signed off" env SIGNOFF=1 "$BED/queue/patches.sh"
checkpatch --ignore UNKNOWN_COMMIT_ID,FILE_PATH_CHANGES "$OUT"/000[1-9]*.patch
for mail in "$OUT"/000[1-9]*.patch; do
	ok "checkpatch has nothing against ${mail##*/}" is_clean "$mail"
done
ok "every patch has a Signed-off-by" \
	[ "$(grep -l '^Signed-off-by: tester <tester@localhost>' "$OUT"/*.patch | wc -l)" -eq "$count" ]
git -C "$KDIR" reset -q --hard "$start"
ok "git am takes the mails" am
ok "and their author is whoever made them" \
	[ "$(git -C "$KDIR" log -1 --format='%an <%ae>')" = 'tester <tester@localhost>' ]
long='A Name So Long That Its Mail Header Has To Be Folded'
ok "a name that needs folding" env OUT="$OUT/" GIT_AUTHOR_NAME="$long" \
	GIT_AUTHOR_EMAIL=tester@a-long-name.example.org "$BED/queue/patches.sh"
git -C "$KDIR" reset -q --hard "$start"
am
ok "is the author's" [ "$(git -C "$KDIR" log -1 --format=%an)" = "$long" ]

refuses "mails of a series that is not there" 'no SERIES=second' env SERIES=second "$BED/queue/patches.sh"
refuses "mails of both series at once" 'one by one' env SERIES=all "$BED/queue/patches.sh"
refuses "mails of series 2 do not replace those of series 1" 'other things' \
	env SERIES=selftests "$BED/queue/patches.sh"
git -C "$KDIR" reset -q --hard "$start"
am
OUT=$tmp/mails2
ok "make the mails of series 2" env SERIES=selftests "$BED/queue/patches.sh"
ok "there is a cover letter and a mail for each commit of it" \
	[ "$(find "$OUT" -name '*.patch' | wc -l)" -eq $((count2 + 1)) ]
ok "it is the cover letter of series 2" grep -q '^It has a text' "$OUT/0000-cover-letter.patch"
ok "which says that it needs series 1" \
	grep -qF "with \"$(sed 1q "$SERIES_ROOT/cover-letter")\"" "$OUT/0000-cover-letter.patch"
ok "git am takes them on top of series 1" am
ok "the result is the composed tree again" same_tree HEAD
refuses "a version that is not a number" 'is not a number' env VERSION=x "$BED/queue/patches.sh"
echo precious >"$tmp/precious"
refuses "a file is not replaced" 'is not a folder' env OUT="$tmp/precious" "$BED/queue/patches.sh"
mkdir "$tmp/others"
echo precious >"$tmp/others/0001-other.patch"
refuses "patches of others are not replaced" 'other things' \
	env OUT="$tmp/others" "$BED/queue/patches.sh"
mkdir "$tmp/full"
echo precious >"$tmp/full/file"
refuses "a folder that holds other things is not replaced" 'other things than patches' \
	env OUT="$tmp/full" "$BED/queue/patches.sh"
done_testing
