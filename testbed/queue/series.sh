#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# series.sh - read the files `series` and `series-selftests`, which is applied on
#             top of it, and check what they name
#
# In:  which of the two to print (optional, else both); SERIES_ROOT (optional):
#      the folder that holds them, else this repo. There need be no
#      series-selftests.
# Out: one commit a line on standard output, without comments: the patch, then
#      its new files. Exit status 1, with a message, for a missing file, one
#      that is named twice, or a patch without a subject.
set -eu
. "$(dirname "$0")/../lib.sh"
root=${SERIES_ROOT:-$ROOT}

[ -f "$root/series" ] || die "$root has no file 'series'"
seen=' '
for list in series series-selftests; do
	[ -f "$root/$list" ] || continue
	lines=$(sed 's/[[:space:]]*#.*//; /^[[:space:]]*$/d' "$root/$list")
	[ -n "$lines" ] || [ $list != series ] || die "series names no patch"

	# A here-document keeps the loop in this shell, so that die ends the script
	while read -r patch files; do
		[ -n "$patch" ] || continue
		for file in $patch $files; do
			[ -f "$root/$file" ] || die "$list names '$file', which does not exist"
			case $seen in
			*" $file "*) die "$list names '$file' twice; one commit adds a file, later ones patch it" ;;
			esac
			seen="$seen$file "
		done
		case $patch in
		*.patch) ;;
		*) die "$list: a line starts with its patch, not with '$patch'" ;;
		esac
		head -n 1 "$root/$patch" | grep -q '^Subject: .' ||
			die "$patch does not start with 'Subject: '"
		[ "${1:-$list}" != $list ] || echo "$patch${files:+ $files}"
	done <<-END
		$lines
	END
done
