#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# report.sh - show the last run of all evidence on one page
#
# In:  the records in $W/records and, if there are any, those of other bases beside it
# Out: $W/report.html, and where it lies on standard output
set -eu
. "$(dirname "$0")/../lib.sh"

need_tree
need python3
set -- "$W"
for base in "$ROOT"/backports/*/series; do
	[ ! -f "$base" ] || set -- "$@" "$VGIC_CACHE/$(basename "$(dirname "$base")")"
done
exec "$BED/report/report.py" "$@"
