#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# series.t - `series`, compose and refresh: that they lose nothing, and refuse
#            what they cannot do
#
# In:  BASE_WORK, a work folder with a composed tree
# Out: TAP
set -eu
. "$(dirname "$0")/tap.sh"

WORK=$tmp/work
SERIES_ROOT=$tmp/series
export WORK SERIES_ROOT
series_copy "$SERIES_ROOT"
base_tree "$WORK/tree"
cp "$BASE_WORK/base-version" "$WORK/"
tree=$WORK/tree
vgic=$tree/arch/arm64/kvm/vgic/vgic-mmio.c

# Nothing in this folder changes while the command runs
unchanged()
{
	before=$(cd "$tree" && git rev-parse HEAD && git status --porcelain && git ls-files -s | cksum)
	"$@" || :
	after=$(cd "$tree" && git rev-parse HEAD && git status --porcelain && git ls-files -s | cksum)
	[ "$before" = "$after" ]
}

compose()
{
	"$SCRIPTS/compose.sh"
}

ok "the series composes" compose
ok "there is one commit for each line of series" \
	[ "$(git -C "$tree" rev-list --count base..HEAD)" -eq "$("$SCRIPTS/series.sh" | wc -l)" ]
cp -a "$SERIES_ROOT" "$tmp/before"
ok "refresh of a composed tree succeeds" "$SCRIPTS/refresh.sh"
ok "compose, then refresh changes no byte" diff -r "$tmp/before" "$SERIES_ROOT"

echo 'this is no patch' >"$SERIES_ROOT/series"
refuses "a series line that names a missing file" "names 'this', which does not exist" compose
echo '# nothing' >"$SERIES_ROOT/series"
refuses "a series without a patch" 'names no patch' compose
{ cat "$tmp/before/series"; tail -n 1 "$tmp/before/series"; } >"$SERIES_ROOT/series"
refuses "a file that two lines name" "names '.*' twice" compose
cp "$tmp/before/series" "$SERIES_ROOT/series"

first=$("$SCRIPTS/series.sh" | sed -n '1s/ .*//; 1p')
sed -i '1s/^Subject/Title/' "$SERIES_ROOT/$first"
refuses "a patch without a subject" "does not start with 'Subject: '" compose
cp "$tmp/before/$first" "$SERIES_ROOT/$first"
sed -i 's/^ \(.*return.*\)$/ \1 elsewhere/' "$SERIES_ROOT/$first"
refuses "a patch that does not apply is named" "$first does not apply" compose
ok "and leaves the tree as it was" unchanged compose
cp "$tmp/before/$first" "$SERIES_ROOT/$first"

# A developer's work: a change to a file, a new file, in a commit of their own
echo '/* one more line */' >>"$vgic"
refuses "refresh with changes that are not committed" 'not committed' "$SCRIPTS/refresh.sh"
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
ok "refresh takes a new commit" "$SCRIPTS/refresh.sh"
ok "it has a patch and a file of its own" \
	grep -qx 'arch/arm64/kvm/vgic/add-a-line.patch arch/arm64/kvm/vgic/new-file.h' \
	"$SERIES_ROOT/series"
ok "the comments in series stay" \
	[ "$(grep -c '^#' "$SERIES_ROOT/series")" -eq "$(grep -c '^#' "$tmp/before/series")" ]
rm -rf "$tree"
base_tree "$tree"
ok "the refreshed series composes" compose
ok "to the same tree" [ "$(git -C "$tree" rev-parse 'HEAD^{tree}')" = "$wanted" ]
git -C "$tree" reset -q --hard HEAD^
ok "refresh takes the removal of a commit" "$SCRIPTS/refresh.sh"
ok "and is back where it began" diff -r "$tmp/before" "$SERIES_ROOT"
git -C "$tree" checkout -q --detach HEAD^
refuses "refresh in the middle of a rebase" "not on its branch" "$SCRIPTS/refresh.sh"
git -C "$tree" checkout -q series
sed -i '2a A body of the user.' "$SERIES_ROOT/$first"
refuses "refresh does not overwrite a changed patch" 'changed since' "$SCRIPTS/refresh.sh"
cp "$tmp/before/$first" "$SERIES_ROOT/$first"
echo '/* thrown away */' >>"$vgic"
FORCE=1 compose >/dev/null 2>&1
ok "compose with FORCE=1 throws changes away" \
	[ -z "$(git -C "$tree" status --porcelain)" ]
done_testing
