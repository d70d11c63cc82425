#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# series.sh - read the files `series` and `series-selftests`, which is applied on
#             top of it, and check what they name
#
# In:  which of the two to print (optional, else both); SERIES_ROOT and SERIES_NEXT
#      (optional) of files-lib.sh. There need be no series-selftests.
# Out: one commit a line on standard output, without comments and quilt's -p1: the
#      patch, then its new files. Exit status 1, with the number of the line and the
#      cause, for what is none.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$BED/queue/lib.sh"

# fields LIST: its lines as "NUMBER PATCH FILE...", or "NUMBER ! what is wrong"
fields()
{
	awk '
		NR == 1 && /^\357\273\277/ { print NR, "! begins with a byte order mark"; exit }
		/\r/ { print NR, "! ends with a carriage return; Unix lines do not"; exit }
		{ sub(/(^|[ \t])#.*/, "") }
		{ wrong = ""; line = NR }
		{
			for (i = 1; i <= NF; i++) {
				if (i == 2 && $i == "-p1")
					continue
				if ($i ~ /^-/)
					wrong = "has \047" $i "\047; the only option there may be is -p1"
				if ($i ~ /^\// || $i ~ /(^|\/)\.\.?(\/|$)/)
					wrong = "names \047" $i "\047, which is no path in this repo"
				line = line " " $i
			}
			if (wrong != "") {
				print NR, "!", wrong
				exit
			}
			if (NF)
				print line
		}' "$1"
}

# is_small FILE BYTES: no awk and no git is given a file that fills the memory
is_small()
{
	[ "$(stat -L -c %s "$1")" -le "$2" ]
}

[ -e "$SERIES_ROOT/series" ] || die "$SERIES_ROOT has no file 'series'"
seen=' '
for list in series series-selftests; do
	[ -e "$SERIES_ROOT/$list" ] || continue
	[ -f "$SERIES_ROOT/$list" ] || die "$SERIES_ROOT/$list is not a file"
	is_small "$SERIES_ROOT/$list" 1048576 || die "$SERIES_ROOT/$list has more than 1 MiB"
	lines=$(fields "$SERIES_ROOT/$list")
	[ -n "$lines" ] || [ $list != series ] || die "series names no patch"

	# A here-document keeps the loop in this shell, so that die ends the script
	while read -r number patch files; do
		[ -n "$number" ] || continue
		[ "$patch" != ! ] || die "$list, line $number, $files"
		for file in $patch $files; do
			source=$(stored "$file")
			[ -n "$source" ] ||
				die "$list, line $number, names '$file', which does not exist or is not a file"
			is_small "$source" 16777216 ||
				die "$list, line $number, names '$file', which has more than 16 MiB"
			case $seen in
			*" $file "*)
				die "$list, line $number, names '$file' twice;" \
					"one commit adds a file, later ones patch it"
				;;
			esac
			seen="$seen$file "
		done
		case $patch in
		*.patch) ;;
		*) die "$list, line $number: a line starts with its patch, not with '$patch'" ;;
		esac
		head -n 1 "$(message_file "$patch")" 2>/dev/null | grep -q '^Subject: .*[^[:space:]]$' ||
			die "$list, line $number: $patch does not start with 'Subject: ', or has no Unix lines"
		[ "${1:-$list}" != $list ] || echo "$patch${files:+ $files}"
	done <<-END
		$lines
	END
done
