#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# check-debug.sh - run the selftests on a kernel that finds mistakes itself
#
# In:  the selftests and the composed tree in $W; testbed/build/debug.config; TESTS, the
#      machines (default all four)
# Out: as check.sh. Any splat on a console is a failure, and so is a kernel on
#      which no allocation was made to fail.
set -eu
. "$(dirname "$0")/../lib.sh"

BUILD=$W/build-debug
RESULTS=$W/results-debug
TESTS=${TESTS:-vhe pkvm nvhe gicv2}
# KASAN and lockdep make everything five times slower
BOOT_TIMEOUT=${BOOT_TIMEOUT:-1800}
PARAMETERS=TEST_TIMEOUT=900
export BUILD RESULTS TESTS BOOT_TIMEOUT PARAMETERS

CONFIG=debug.config "$BED/build/kernel.sh"
"$BED/check/check.sh"
for machine in $TESTS; do
	grep -q '^ok .* vgic_revision_race: .*ran out of memory$' "$RESULTS/$machine.tap" ||
		die "no allocation failed on $machine, see $RESULTS/$machine.tap"
done
