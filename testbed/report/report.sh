#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# report.sh - show the last run of all evidence on one page
#
# In:  the records in $W/records and, if there are any, those of other bases beside it,
#      whose trees are composed anew: a patch may have changed since they were tested
# Out: $W/report.html, and where it lies on standard output
set -eu
. "$(dirname "$0")/../lib.sh"

[ "$BASE_SERIES" = 7.3 ] || die "the report has all bases; leave BASE=$BASE_SERIES out"
need_tree
need python3
set -- "$W"
for base in "$ROOT"/backports/*/series; do
	base=${base%/series} base=${base##*/}
	[ ! -d "$VGIC_CACHE/$base/tree" ] || KERNEL='' WORK='' BASE=$base "$BED/queue/compose.sh"
	set -- "$@" "$VGIC_CACHE/$base"
done
exec "$BED/report/report.py" "$@"
