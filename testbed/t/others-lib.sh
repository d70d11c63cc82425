# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# others-lib.sh - what is done in other people's environments; sourced by others.t and
#                 others-git.t, after tap.sh
#
# In:  BASE_WORK, a work folder with a composed tree
# Out: a home folder in HOME, trees in $tree and KDIR, mails in OUT, and the functions
#      fresh_tree and all_steps
#
# shellcheck disable=SC2034,SC2154 # own_work's, and for the tests

HOME=$tmp/home
KDIR=$tmp/linux
OUT=$tmp/mails
export HOME KDIR OUT
mkdir "$HOME"
own_work
base_tree "$KDIR"
git -C "$KDIR" init -q
git -C "$KDIR" add -f .
git -C "$KDIR" commit -q -m 'a tree of the user'
start=$(git -C "$KDIR" rev-parse HEAD)

fresh_tree()
{
	rm -rf "$WORK"
	base_tree "$WORK/tree"
	cp "$BASE_WORK/base-version" "$WORK/"
}

# all_steps: compose, refresh without a change, make mails, apply to KDIR
all_steps()
{
	fresh_tree
	git -C "$KDIR" reset -q --hard "$start"
	"$BED/queue/compose.sh" && cp -a "$SERIES_ROOT" "$tmp/before" && "$BED/queue/refresh.sh" &&
		diff -r "$tmp/before" "$SERIES_ROOT" && "$BED/queue/patches.sh" && "$BED/queue/apply.sh" &&
		git -C "$KDIR" diff --quiet HEAD "$(git -C "$WORK/tree" rev-parse 'refs/vgic/series-1^{tree}')"
	status=$?
	rm -rf "$tmp/before"
	return $status
}

git -C "$KDIR" fetch -q "$BASE_WORK/tree" HEAD
