#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# queue.t - both series, compose and refresh: that they lose nothing, and refuse
#            what they cannot do
#
# In:  BASE_WORK, a work folder with a composed tree
# Out: TAP
set -eu
. "$(dirname "$0")/tap.sh"

own_work
vgic=$tree/arch/arm64/kvm/vgic/vgic-mmio.c

state()
{
	(cd "$tree" && git rev-parse HEAD && git status --porcelain && git ls-files -s | cksum)
}

# Nothing in this folder changes while the command runs
unchanged()
{
	before=$(state)
	"$@" || :
	[ "$before" = "$(state)" ]
}

compose()
{
	"$BED/queue/compose.sh"
}

# has RANGE LIST...: as many commits as these files have lines
has()
{
	range=$1
	shift
	lines=$(for list; do "$BED/queue/series.sh" "$list"; done | wc -l)
	[ "$(git -C "$tree" rev-list --count "$range")" -eq "$lines" ]
}

mv "$SERIES_ROOT/series-selftests" "$tmp/"
ok "series 1 composes alone" compose
ok "there is one commit for each line of series" has base..HEAD series
ok "and series 1 ends with the last one" has base..refs/vgic/series-1 series
mv "$tmp/series-selftests" "$SERIES_ROOT/"
ok "both series compose" compose
ok "there is one commit for each line of both" has base..HEAD series series-selftests
ok "and series 1 ends where its lines do" has base..refs/vgic/series-1 series
cp -a "$SERIES_ROOT" "$tmp/before"
ok "refresh of a composed tree succeeds" "$BED/queue/refresh.sh"
ok "compose, then refresh changes no byte" diff -r "$tmp/before" "$SERIES_ROOT"

echo 'this is no patch' >"$SERIES_ROOT/series"
refuses "a series line that names a missing file" "names 'this', which does not exist" compose
echo '# nothing' >"$SERIES_ROOT/series"
refuses "a series without a patch" 'names no patch' compose
{ cat "$tmp/before/series"; tail -n 1 "$tmp/before/series"; } >"$SERIES_ROOT/series"
refuses "a file that two lines name" "names '.*' twice" compose
cp "$tmp/before/series" "$SERIES_ROOT/series"
tail -n 1 "$tmp/before/series" >>"$SERIES_ROOT/series-selftests"
refuses "a file that both series name" "series-selftests, line [0-9]+, names '.*' twice" compose
cp "$tmp/before/series-selftests" "$SERIES_ROOT/"

# Of the patches here; a backport inherits others, or their messages
patches=$("$BED/queue/series.sh" | sed 's/ .*//')
# shellcheck disable=SC2086 # one word a patch
first=$(cd "$SERIES_ROOT" && grep -ls '^Subject: ' $patches | sed 1q)
sed -i '1s/^Subject/Title/' "$SERIES_ROOT/$first"
refuses "a patch without a subject" "does not start with 'Subject: '" compose
cp "$tmp/before/$first" "$SERIES_ROOT/$first"
# shellcheck disable=SC2086 # one word a patch
changes=$(cd "$SERIES_ROOT" && grep -ls '^ .*;$' $patches | sed 1q)
sed -i 's/^ \(.*;\)$/ \1 elsewhere/' "$SERIES_ROOT/$changes"
refuses "a patch that does not apply is named" "$changes does not apply" compose
ok "and leaves the tree as it was" unchanged compose
cp "$tmp/before/$changes" "$SERIES_ROOT/$changes"

# A developer's work: a change to a file, a new file, in a commit of their own
echo '/* one more line */' >>"$vgic"
refuses "refresh with changes that are not committed" 'not committed' "$BED/queue/refresh.sh"
ok "compose keeps them" unchanged compose
echo '/* a new file */' >"$(dirname "$vgic")/new-file.h"
ok "git status shows a new file" \
	sh -c "git -C '$tree' status --porcelain | grep -q 'vgic/new-file.h'"
git -C "$tree" add -A
git -C "$tree" commit -q -m 'KVM: arm64: vgic: Add a line' -m 'For the test.'
ok "compose keeps a developer's commit" unchanged compose
sed -i '2a Another body.' "$SERIES_ROOT/$first"
refuses "compose when the series and the tree both changed" 'both' compose
cp "$tmp/before/$first" "$SERIES_ROOT/$first"
wanted=$(git -C "$tree" rev-parse 'HEAD^{tree}')
ok "refresh takes a new commit" "$BED/queue/refresh.sh"
ok "it has a patch and a file of its own, at the end of series 2" \
	grep -qx 'arch/arm64/kvm/vgic/add-a-line.patch arch/arm64/kvm/vgic/new-file.h' \
	"$SERIES_ROOT/series-selftests"
git -C "$tree" reset -q --hard HEAD^
ok "refresh takes the removal of a commit" "$BED/queue/refresh.sh"
ok "and is back where it began" diff -r "$tmp/before" "$SERIES_ROOT"

# Two commits at the end of series 1: the first adds a file, the second changes it
git -C "$tree" checkout -q --detach refs/vgic/series-1
echo '/* first form */' >"$(dirname "$vgic")/new-file.h"
git -C "$tree" add -A
git -C "$tree" commit -q -m 'KVM: arm64: vgic: Add a file' -m 'For the test.'
echo '/* second form */' >"$(dirname "$vgic")/new-file.h"
git -C "$tree" commit -q -a -m 'KVM: arm64: vgic: Change the file' -m 'For the test.'
git -C "$tree" rebase -q --onto HEAD refs/vgic/series-1 series
wanted=$(git -C "$tree" rev-parse 'HEAD^{tree}')
ok "refresh takes commits in the middle" "$BED/queue/refresh.sh"
ok "the file is as it was added" \
	grep -qx '/. first form ./' "$SERIES_ROOT/arch/arm64/kvm/vgic/new-file.h"
ok "and the later commit's patch changes it" \
	grep -qx '+/. second form ./' "$SERIES_ROOT/arch/arm64/kvm/vgic/change-the-file.patch"
ok "they are the last two of series 1" \
	[ "$(tail -n 2 "$SERIES_ROOT/series" | tr '\n' ' ')" = "arch/arm64/kvm/vgic/add-a-file.patch \
arch/arm64/kvm/vgic/new-file.h arch/arm64/kvm/vgic/change-the-file.patch " ]
ok "series 2 is as it was" cmp "$tmp/before/series-selftests" "$SERIES_ROOT/series-selftests"
ok "the comments in series stay" \
	[ "$(grep -c '^#' "$SERIES_ROOT/series")" -eq "$(grep -c '^#' "$tmp/before/series")" ]
rm -rf "$tree"
base_tree "$tree"
cp -a "$SERIES_ROOT" "$tmp/middle"
ok "the refreshed series composes" compose
ok "to the same tree" [ "$(git -C "$tree" rev-parse 'HEAD^{tree}')" = "$wanted" ]
ok "and refresh changes no byte" sh -c "'$BED/queue/refresh.sh' && diff -r '$tmp/middle' '$SERIES_ROOT'"

git -C "$tree" commit -q --amend -m 'KVM: selftests: Have another subject' -m 'For the test.'
ok "refresh takes a new subject" "$BED/queue/refresh.sh"
ok "which stays in its series" cmp "$tmp/before/series-selftests" "$SERIES_ROOT/series-selftests"
git -C "$tree" checkout -q --detach refs/vgic/series-1^
git -C "$tree" cherry-pick series refs/vgic/series-1 >/dev/null 2>&1
git -C "$tree" checkout -q -B series
refuses "commits of both series that are mixed" 'comes after a commit of series-selftests' \
	"$BED/queue/refresh.sh"
FORCE=1 compose >/dev/null 2>&1
git -C "$tree" checkout -q --detach HEAD^
refuses "refresh in the middle of a rebase" "not on its branch" "$BED/queue/refresh.sh"
git -C "$tree" checkout -q series
sed -i '2a A body of the user.' "$SERIES_ROOT/$first"
refuses "refresh does not overwrite a changed patch" 'changed since' "$BED/queue/refresh.sh"
cp "$tmp/before/$first" "$SERIES_ROOT/$first"
echo '/* thrown away */' >>"$vgic"
FORCE=1 compose >/dev/null 2>&1
ok "compose with FORCE=1 throws changes away" [ -z "$(git -C "$tree" status --porcelain)" ]
git -C "$tree" reset -q --hard refs/vgic/series-1^^
ok "refresh takes the removal of all of series 2, and of commits of series 1" \
	sh -c "'$BED/queue/refresh.sh' && cmp '$tmp/before/series' '$SERIES_ROOT/series'"
done_testing
