#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tests.sh - which selftests `make check` runs
#
# In:  names        all of them
#      ours [LIST]  those that the two series add, or only that of the file LIST;
#                   they have to print KTAP of their own. A commit in the middle
#                   of a series may not have them yet.
# Out: one name a line on standard output
set -eu
. "$(dirname "$0")/../lib.sh"

# The existing tests that reach the code of the series
EXISTING='vgic_init vgic_irq vgic_its_save vgic_lpi_stress no-vgic set_id_regs get-reg-list'

ours()
{
	"$BED/queue/series.sh" "$@" | tr ' ' '\n' |
		sed -n 's|^tools/testing/selftests/kvm/arm64/\([^/]*\)\.c$|\1|p' |
		while read -r test; do
			[ ! -f "$W/tree/tools/testing/selftests/kvm/arm64/$test.c" ] || echo "$test"
		done
}

case ${1:-} in
ours) shift; ours "$@" ;;
names) ours; printf '%s\n' "$EXISTING" | tr ' ' '\n' ;;
*) die "usage: tests.sh names|ours [LIST]" ;;
esac
