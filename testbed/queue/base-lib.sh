# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154
#
# base-lib.sh - the first commit of the composed tree; sourced by compose.sh
#
# In:  $W/tree, the current folder; $lines of series.sh; lib.sh; $index, a file
# Out: the functions below

# folders: those that the series touch, and files at the top, one a line
folders()
{
	printf '%s\n' "$lines" | while read -r patch files; do
		sed -n 's|^+++ b/||p' "$(stored "$patch")"
		[ -z "$files" ] || printf '%s\n' "$files" | tr ' ' '\n'
	done | sed 's|/[^/]*$||' | sort -u | while read -r folder; do
		# A new folder of the series has nothing in the base
		[ ! -e "$folder" ] || echo "$folder"
	done
}

# Hide what is not tracked, but not a developer's new files beside the others
write_exclude()
{
	echo '/*'
	printf '%s\n' "$1" | while read -r folder; do
		path=
		for part in $(printf '%s' "$folder" | tr / ' '); do
			echo "!$path/$part/"
			echo "$path/$part/*"
			path=$path/$part
		done
		echo "!$path/*"
	done | awk '!seen[$0]++'
	printf '*.o\n*.d\n*.a\n*.cmd\n*.orig\n*.rej\n'
}

# Without a folder, git would clean all of them
clean_folders()
{
	xargs -r git clean -fdq -- <.git/vgic-folders
}

new_base()
{
	rm -f "$index"
	printf '%s\n' "$1" | GIT_INDEX_FILE=$index xargs git add -f --
	base=$(base_name |
		git commit-tree "$(GIT_INDEX_FILE=$index git write-tree)")
	# First the tag: what is in its folders is not taken for a developer's new files
	git tag -f base "$base" >/dev/null
	printf '%s\n' "$1" >.git/vgic-folders
	write_exclude "$1" >.git/info/exclude
}
