#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# matrix-show.sh - show the results of the matrix
#
# In:  `table` or `page`, then the file with the results; matrix-read.awk says
#      what it has to look like
# Out: the table as plain text, or one HTML page, on standard output. If the
#      results are wrong, an error on standard error, nothing on standard output
#      and exit status 1. Results that were not expected are shown, no failure.
set -eu
. "$(dirname "$0")/../lib.sh"

usage="usage: matrix-show.sh table|page RESULTS"
[ $# -eq 2 ] || die "$usage"
case $1 in
table) set -- "$1" "$2" -f "$BED/matrix/lists.awk" ;;
page)
	[ -r "$BED/matrix/page.css" ] || die "cannot read $BED/matrix/page.css"
	set -- "$1" "$2" -v "css=$BED/matrix/page.css" \
		-f "$BED/matrix/squares.awk" -f "$BED/matrix/facts.awk"
	;;
*) die "$usage" ;;
esac
form=$1 file=$2
shift 2
if [ ! -r "$file" ] || [ -d "$file" ]; then
	die "cannot read $file"
fi

# Bytes, so that awk's ranges of characters are those of ASCII
LC_ALL=C awk "$@" -f "$BED/matrix/read.awk" -f "$BED/matrix/codes.awk" \
	-f "$BED/matrix/$form.awk" <"$file"
