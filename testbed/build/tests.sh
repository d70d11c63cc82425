#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tests.sh - which selftests there are
#
# In:  words, separated by commas: all; ours, those that the two series add; series
#      and series-selftests, those that this one adds; bed, none; the name of any other.
#      A commit in the middle of a series may not have all of them yet.
# Out: one name a line on standard output. Those that are ours print KTAP of their own.
set -eu
. "$(dirname "$0")/../lib.sh"

# The existing tests that reach the code of the series
EXISTING='vgic_init vgic_irq vgic_its_save vgic_lpi_stress no-vgic set_id_regs get-reg-list'
# Not those that fail on the base itself, on Debian's own kernel too: vgic_init and
# set_id_regs of 6.12.117. vgic_init of 6.1.192 includes a header that its tree has not.
case $BASE_SERIES in
6.12) EXISTING='vgic_irq vgic_lpi_stress no-vgic-v3 get-reg-list' ;;
6.1) EXISTING='vgic_irq get-reg-list' ;;
esac

ours()
{
	"$BED/queue/series.sh" "$@" | tr ' ' '\n' |
		grep -E '^tools/testing/selftests/kvm/(arm64|aarch64)/[^/]*\.c$' |
		while read -r file; do
			[ ! -f "$W/tree/$file" ] || basename "$file" .c
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
