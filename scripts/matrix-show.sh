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
. "$(dirname "$0")/lib.sh"

usage="usage: matrix-show.sh table|page RESULTS"
[ $# -eq 2 ] || die "$usage"
scripts=$ROOT/scripts
case $1 in
table) set -- "$1" "$2" -f "$scripts/matrix-lists.awk" ;;
page)
	[ -r "$scripts/matrix-page.css" ] || die "cannot read $scripts/matrix-page.css"
	set -- "$1" "$2" -v "css=$scripts/matrix-page.css" \
		-f "$scripts/matrix-squares.awk" -f "$scripts/matrix-facts.awk"
	;;
*) die "$usage" ;;
esac
form=$1 file=$2
shift 2
if [ ! -r "$file" ] || [ -d "$file" ]; then
	die "cannot read $file"
fi

# Bytes, so that awk's ranges of characters are those of ASCII
LC_ALL=C awk "$@" -f "$scripts/matrix-read.awk" -f "$scripts/matrix-codes.awk" \
	-f "$scripts/matrix-$form.awk" <"$file"
