#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# evidence.t - what is tested is what is said: the lines on the tree, commits beside
#              it, and plans
#
# In:  BASE_WORK, a work folder with a composed tree
# Out: TAP
#
# shellcheck disable=SC2016 # for a shell with another WORK
set -eu
. "$(dirname "$0")/tap.sh"

ok "each mutant changes the series" env WORK="$BASE_WORK" "$BED/evidence/mutants.sh" check "$tmp/mutants"
own_work
mkdir -p "$tree/drivers"
echo 'a file that git does not track' >"$tree/drivers/file.c"
find "$tree" -exec touch -r "$WORK/base-version" {} +
"$BED/queue/compose.sh" >/dev/null 2>&1
count=$(git -C "$tree" rev-list --count base..refs/vgic/series-1)
count2=$(git -C "$tree" rev-list --count refs/vgic/series-1..HEAD)
vgic=$tree/arch/arm64/kvm/vgic/vgic-mmio.c

# says PATTERN: a line of what describe.sh says
says()
{
	"$BED/queue/describe.sh" | grep -Ex -- "$1"
}

ok "a composed tree has all patches" \
	says ".*, with $count of $count patches of series and $count2 of $count2 of series-selftests"
ok "and its commit" says "commit $(git -C "$tree" log -1 --format='%h, "%s"' | sed 's/[][().*+]/./g')"
ok "and no changes" says 'nothing in the tree is changed'
echo '/* one more line */' >>"$vgic"
ok "a change is named" says 'changed, and not committed: arch/arm64/kvm/vgic/vgic-mmio.c \(1 in all\)'
touch "$tree/drivers/file.c"
ok "so is one where git does not look" says '.*vgic-mmio.c drivers/file.c \(2 in all\)'

# tree_state: what it is now
tree_state()
{
	git -C "$tree" rev-parse HEAD
	git -C "$tree" diff | cksum
}

was=$(tree_state)
ok "another commit is tried beside it" "$BED/evidence/beside.sh" refs/vgic/series-1^ \
	sh -c '[ "$(git -C "$WORK/tree" rev-parse HEAD)" = "$(git -C "$WORK/tree" rev-parse refs/vgic/series-1^)" ]'
ok "without the change" "$BED/evidence/beside.sh" base \
	sh -c '! grep "one more line" "$WORK/tree/arch/arm64/kvm/vgic/vgic-mmio.c"'
ok "and the tree is as it was" [ "$(tree_state)" = "$was" ]
for lock in index.lock HEAD.lock; do
	: >"$WORK/beside/tree/.git/$lock"
	echo junk >"$WORK/beside/tree/arch/arm64/kvm/vgic/vgic.c"
done
ok "what a run that was killed left there is gone" "$BED/evidence/beside.sh" HEAD \
	sh -c '[ -z "$(git -C "$WORK/tree" status --porcelain -- arch)" ]'
ok "the command's exit status is that of beside.sh" \
	sh -c "'$BED/evidence/beside.sh' HEAD sh -c 'exit 7'; [ \$? -eq 7 ]"
refuses "a commit that is not there" 'no commit nothing' "$BED/evidence/beside.sh" nothing true

touch -r "$WORK/base-version" "$tree/drivers/file.c"
git -C "$tree" checkout -q -- .
git -C "$tree" checkout -q --detach refs/vgic/series-1^
ok "a tree in the middle of series 1 says so" says ".* with $((count - 1)) of $count patches of series and 0 of .*"
git -C "$tree" checkout -q --detach base
ok "the base says so" says ".* with 0 of $count patches of series and 0 of .*"
git -C "$tree" checkout -q series
git -C "$tree" commit -q --amend -m 'Another subject'
refuses "a commit that compose.sh did not make" 'TREE=own tests it' "$BED/queue/describe.sh"
refuses "is not tested" 'TREE=own tests it' "$BED/evidence/run.sh" check
TREE=own
export TREE
ok "but with TREE=own" says '1 of its commits are none of these patches'
unset TREE
FORCE=1 "$BED/queue/compose.sh" >/dev/null 2>&1
ok "which make tree FORCE=1 drops" says 'nothing in the tree is changed'

# A run of compose.sh that was cut short at its worst
: >"$tree/.git/vgic-composing"
: >"$tree/.git/index.lock"
head -c 100 "$vgic" >"$tmp/half"
cp "$tmp/half" "$vgic"
refuses "a tree that is half composed" 'cut short; run make tree' "$BED/queue/describe.sh"
ok "composes again by itself" "$BED/queue/compose.sh"
ok "to what it was" says 'nothing in the tree is changed'
git -C "$tree" checkout -q --detach base
rm -rf "$tree/.git"
mkdir "$tree/.git"
ok "so does one whose first git command was cut short" "$BED/queue/compose.sh"
ok "to the same" says ".*, with $count of $count patches of series and .*"

refuses "a plan that is not there" "no plan 'nothing'" "$BED/evidence/run.sh" nothing
refuses "a test that is not there" "no test 'nothing'" env TESTS=nothing "$BED/evidence/run.sh" check
ok "each plan has all columns" sh -c "! awk '/^[^#]/ && NF < 7' '$BED/check/plans' | grep ."
plans=$(awk '/^[a-z]/ { print $1 }' "$BED/check/plans")
for plan in $plans; do
	ok "make runs $plan" grep -Eq "run.sh $plan( |\$)" "$ROOT/Makefile"
done
done_testing
