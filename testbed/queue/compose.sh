#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# compose.sh - make a git history of the base and the two series, or of QEMU and its one
#
# In:  $W/tree, from source/; `series` and, if it is there, `series-selftests`.
#      FORCE=1 throws away what a developer changed in the tree.
# Out: $W/tree is a git repository of the folders that the series touch: one
#      commit for the base (tag `base`), then one for each line of `series` and
#      of `series-selftests`, on the branch `series`; refs/vgic/series-1 is the
#      last one of `series`. The commits are made beside the tree, and only then
#      are the files that differ updated: a patch that does not apply changes
#      nothing, and make rebuilds no more than it has to. A tree that a developer
#      changed is kept as it is.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$BED/queue/lib.sh"
. "$BED/queue/base-lib.sh"

[ -d "$W/tree" ] || die "no kernel tree in $W; run make fetch"
need git
cd "$W/tree"
lines=$("$BED/queue/series.sh")
message=$W/message.tmp
index=$W/index.tmp
trap 'rm -f "$message" "$index" "$index.lock"' EXIT
rm -f "$index.lock"

commit_as_user . || commit_as_nobody

digest()
{
	git log --reverse --format='%T %B' "base..$1" 2>/dev/null | cksum
}

# Print the last commit of the series on top of the base
apply_series()
{
	export GIT_INDEX_FILE="$index"
	git read-tree base
	head=$(git rev-parse base)
	while read -r patch files; do
		message "$(message_file "$patch")" >"$message"
		for file in $files; do
			git ls-files --error-unmatch "$file" >/dev/null 2>&1 &&
				die "$file is there already, write a patch to it"
			add_file "$file" "$(stored "$file")"
		done
		apply_patch "$(stored "$patch")" ||
			die "$patch does not apply to $(cat "$W/base-version")"
		head=$(git commit-tree "$(git write-tree)" -p "$head" -F "$message")
	done <<-END
		$lines
	END
	echo "$head"
}

# A run that was cut short left commits and files that belong to nothing. Those of the
# base are whole, and no developer has seen the rest.
renew=
if [ -d .git ] && ! git rev-parse -q --verify refs/vgic/composed >/dev/null; then
	rm -rf .git
elif [ -f .git/vgic-composing ]; then
	say "composing $W/tree was cut short; starting again from the base"
	find .git -name '*.lock' -delete
	git checkout -q -f --detach base
	clean_folders
	renew=yes
fi

edited=
if [ ! -d .git ]; then
	git init -q --template= -b series .
	mkdir -p .git/info
	git config core.abbrev 12
	git config core.hooksPath /dev/null
elif [ ! -f .git/vgic-composing ] &&
     { [ "$(digest HEAD)" != "$(digest refs/vgic/composed)" ] || [ -n "$(tree_changes)" ]; }; then
	edited=yes
fi
if [ -n "${FORCE:-}" ] && [ -f .git/vgic-folders ]; then
	: >.git/vgic-composing
	git reset -q --hard
	clean_folders
	edited=
fi

# A folder that the series leaves again is tracked on: its files are newer than the base
wanted=$({ folders; cat .git/vgic-folders 2>/dev/null || :; } | sort -u)
# The same function names behind the @@ in every tree
printf '*.c diff=cpp\n*.h diff=cpp\n* -text\n' >.git/info/attributes
if [ -n "$renew" ] || [ "$(cat .git/vgic-folders 2>/dev/null)" != "$wanted" ]; then
	[ -z "$edited" ] ||
		die "the series touches new folders, and $W/tree has changes of yours: make refresh first"
	: >.git/vgic-composing
	git rev-parse -q --verify base >/dev/null && git checkout -q --detach base
	new_base "$wanted"
	git symbolic-ref HEAD refs/heads/series
	git update-ref refs/heads/series base
	git update-ref refs/vgic/composed base
	git reset -q
	rm -f .git/vgic-composing
fi

head=$(apply_series)
if [ -n "$edited" ] && [ "$(digest "$head")" = "$(digest refs/vgic/composed)" ]; then
	say "building $W/tree with the changes made there; make refresh keeps them"
else
	[ -n "$edited" ] || : >.git/vgic-composing
	if [ "$(digest "$head")" != "$(digest HEAD)" ] || [ -n "${FORCE:-}" ]; then
		[ -z "$edited" ] ||
			die "both the series and $W/tree have changed: make refresh FORCE=1 keeps" \
				"the tree's, make tree FORCE=1 the series"
		git checkout -q -f -B series "$head"
		say "$W/tree has $(git rev-list --count base..HEAD) commits on top of $(cat "$W/base-version")"
	fi
	git update-ref refs/vgic/composed HEAD
fi
series_cksum >"$W/series.cksum"
"$BED/queue/split.sh"
rm -f .git/vgic-composing
