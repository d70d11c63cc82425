#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# record.sh - run evidence, and keep what came of its last run for make report
#
# In:  NAME, COMMAND...; from make TARGET, VARIABLES and what they name
# Out: what the command prints, and its exit status; $W/records/NAME.json, as record.py
#      says; what the command printed in the file that KTAP names
set -eu
# What a user has set; lib.sh sets more
GIVEN=
for name in ${VARIABLES:-}; do
	eval "[ -z \"\${$name:-}\" ] || GIVEN=\"\$GIVEN $name\""
done
. "$(dirname "$0")/../lib.sh"

[ $# -ge 2 ] || die "usage: record.sh NAME COMMAND..."
need python3
make_work
export BED ROOT W GIVEN
exec "$BED/evidence/record.py" "$@"
