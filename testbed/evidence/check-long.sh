#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# check-long.sh - the selftests that can take longer: a million random
#                 operations, and a move of the largest VM that KVM has
#
# In:  the kernel, the selftests and the composed tree in $W; SEED (optional, 2)
# Out: as check.sh, from a machine with each model
set -eu
. "$(dirname "$0")/../lib.sh"

RESULTS=$W/results-long
SELFTESTS='vgic_revision_fuzz vgic_group_migration'
TESTS=${TESTS:-nvhe gicv2}
BOOT_TIMEOUT=${BOOT_TIMEOUT:-3600}
PARAMETERS="TEST_TIMEOUT=3000 KSELFTEST_VGIC_GROUP_MIGRATION_ARGS=-v512"
PARAMETERS="$PARAMETERS KSELFTEST_VGIC_REVISION_FUZZ_ARGS=-s,${SEED:-2},-n,1000000"
export RESULTS SELFTESTS TESTS BOOT_TIMEOUT PARAMETERS
exec "$BED/check/check.sh"
