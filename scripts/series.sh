#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# series.sh - read the file `series` and check what it names
#
# In:  SERIES_ROOT (optional): the folder that holds `series`, else this repo
# Out: one commit a line on standard output, without comments: the patch, then
#      its new files. Exit status 1, with a message, for a missing file, one
#      that is named twice, or a patch without a subject.
set -eu
. "$(dirname "$0")/lib.sh"
root=${SERIES_ROOT:-$ROOT}

[ -f "$root/series" ] || die "$root has no file 'series'"
seen=' '
lines=$(sed 's/[[:space:]]*#.*//; /^[[:space:]]*$/d' "$root/series")
[ -n "$lines" ] || die "series names no patch"

# A here-document keeps the loop in this shell, so that die ends the script
while read -r patch files; do
	for file in $patch $files; do
		[ -f "$root/$file" ] || die "series names '$file', which does not exist"
		case $seen in
		*" $file "*) die "series names '$file' twice; one commit adds a file" ;;
		esac
		seen="$seen$file "
	done
	case $patch in
	*.patch) ;;
	*) die "series: a line starts with its patch, not with '$patch'" ;;
	esac
	head -n 1 "$root/$patch" | grep -q '^Subject: .' ||
		die "$patch does not start with 'Subject: '"
	echo "$patch${files:+ $files}"
done <<END
$lines
END
