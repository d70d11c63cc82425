#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tests.sh - which selftests there are
#
# In:  words, separated by commas: all; ours, those that the two series add; series
#      and series-selftests, those that this one adds; the name of any other. A commit
#      in the middle of a series may not have all of them yet.
# Out: one name a line on standard output. Those that are ours print KTAP of their own.
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

for word in $(printf '%s' "$1" | tr ',' ' '); do
	case $word in
	all) ours; printf '%s\n' "$EXISTING" | tr ' ' '\n' ;;
	ours) ours ;;
	series | series-selftests) ours "$word" ;;
	bed) ;;
	*) echo "$word" ;;
	esac
done
