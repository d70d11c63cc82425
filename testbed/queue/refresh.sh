#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# refresh.sh - write the patches and files of this repo anew from the commits
#              of the composed tree
#
# In:  the commits after `base` in $W/tree; nothing there may be uncommitted.
#      FORCE=1 overwrites patches that were changed here, too.
# Out: for each commit a patch (message, then the changes to files that were
#      there before) and the plain files that it adds, and `series` and
#      `series-selftests`; split.sh says which commits are whose. A commit
#      keeps the patch file that has its subject, or, if no commit was added or
#      removed, its place; a new one is named after its subject. Files that no
#      commit has any more are removed. Comments in both stay with the line
#      that follows them. Nothing is written before all of it is known.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$BED/queue/lib.sh"

need_tree
cd "$W/tree"
[ -z "$(tree_changes)" ] ||
	die "$W/tree has changes that are not committed; commit or stash them first"
# In the middle of a rebase, HEAD has only some of the commits
[ "$(git symbolic-ref -q HEAD)" = refs/heads/series ] ||
	die "$W/tree is not on its branch 'series'; finish or abort what is going on there"
if [ -f "$W/series.cksum" ] && [ "$(series_cksum)" != "$(cat "$W/series.cksum")" ] &&
   [ -z "${FORCE:-}" ]; then
	die "patches here were changed since the tree was made; FORCE=1 overwrites them"
fi
commits=$(git rev-list --reverse base..HEAD)
[ -n "$commits" ] || die "$W/tree has no commit on top of the base"
[ -z "$(git rev-list --merges base..HEAD)" ] || die "$W/tree has a merge; rebase it"
"$BED/queue/split.sh"
end=$(git rev-parse refs/vgic/series-1)

new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
old=$("$BED/queue/series.sh")
old_count=$(printf '%s\n' "$old" | wc -l)
count=$(printf '%s\n' "$commits" | wc -l)

# The patch file of commit $1, which is number $2
patch_name()
{
	subject=$(git log -1 --format=%s "$1")
	name=$(printf '%s\n' "$old" | while read -r patch _; do
		if [ "$(message "$(message_file "$patch")" | head -n 1)" = "$subject" ]; then
			echo "$patch"
			break
		fi
	done)
	if [ -z "$name" ] && [ "$count" -eq "$old_count" ]; then
		name=$(printf '%s\n' "$old" | sed -n "$2s/ .*//; $2p")
	fi
	if [ -z "$name" ]; then
		folder=$(git diff --numstat "$1^" "$1" | sort -rn | sed -n '1s|^.*\t||; 1s|/[^/]*$||p')
		slug=$(printf '%s' "${subject##*: }" | tr '[:upper:]' '[:lower:]' |
			tr -cs '[:alnum:]_' '-' | sed 's/^-*//; s/-*$//')
		name=$folder/$slug.patch
	fi
	echo "$name"
}

number=0
list=series
: >"$new/series-selftests.lines"
GIT_INDEX_FILE=$new/index
export GIT_INDEX_FILE
for commit in $commits; do
	number=$((number + 1))
	name=$(patch_name "$commit" "$number")
	! grep -qsE "^$name( |\$)" "$new"/*.lines || die "two commits would become $name; give them different subjects"
	mkdir -p "$new/$(dirname "$name")"

	added=
	git read-tree "$commit^"
	for file in $(git diff --no-renames --name-only --diff-filter=A "$commit^" "$commit"); do
		# A backport patches the file that it inherits, unless it has its own
		source=$(inherited "$file" | sed 1q)
		if [ -z "$source" ] || [ -f "$SERIES_ROOT/$file" ]; then
			mkdir -p "$new/$(dirname "$file")"
			source=$new/$file
			git show "$commit:$file" >"$source"
		fi
		add_file "$file" "$source"
		added="$added $file"
	done
	write_patch "$commit" "$(git write-tree)" "$name"
	echo "$name$added" >>"$new/$list.lines"
	[ "$commit" != "$end" ] || list=series-selftests
done

# The new lines, each with the comments that stood before it
for list in series series-selftests; do
	[ -f "$SERIES_ROOT/$list" ] || continue
	if [ "$(cat "$new/$list.lines")" = "$("$BED/queue/series.sh" $list)" ]; then
		cp "$SERIES_ROOT/$list" "$new/$list"
		continue
	fi
	awk '
		NR == FNR && (/^[[:space:]]*#/ || /^[[:space:]]*$/) { pending = pending $0 "\n"; next }
		NR == FNR { comments[$1] = pending; pending = ""; next }
		{ printf "%s%s\n", comments[$1], $0 }
		END { printf "%s", pending }
	' "$SERIES_ROOT/$list" "$new/$list.lines" >"$new/$list"
done

# Now that all of it is there, write it: what both lists name is there at each moment,
# and whole, so that the next run can read them if this one is killed
put()
{
	[ -f "$new/$1" ] || return 0
	! cmp -s "$new/$1" "$SERIES_ROOT/$1" || return 0
	mkdir -p "$SERIES_ROOT/$(dirname "$1")"
	cp "$new/$1" "$SERIES_ROOT/$1.new" || {
		rm -f "$SERIES_ROOT/$1.new"
		die "cannot write $1"
	}
	mv "$SERIES_ROOT/$1.new" "$SERIES_ROOT/$1"
	say "wrote $1"
}
cat "$new"/series*.lines | tr ' ' '\n' | while read -r file; do
	put "$file"
done
for list in series series-selftests; do
	put $list
done
for file in $old; do
	[ -f "$new/$file" ] || [ ! -f "$SERIES_ROOT/$file" ] || {
		rm -f "$SERIES_ROOT/$file"
		say "removed $file"
	}
done
git update-ref refs/vgic/composed HEAD
series_cksum >"$W/series.cksum"
