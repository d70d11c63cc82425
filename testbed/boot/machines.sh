#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# machines.sh - on which of the emulated machines of boot.sh a target runs
#
# In:  MACHINE..., those that it would run on; instead of these, MACHINES (optional),
#      names of some; ACCEL
# Out: their names on standard output; with ACCEL=kvm only those that boot.sh then has.
#      Exit status 1 for one that there is not, or if none is left.
set -eu
. "$(dirname "$0")/../lib.sh"

chosen=
for name in ${MACHINES:-$*}; do
	case $name in
	vhe) ;;
	pkvm | nvhe | gicv2)
		if [ "$ACCEL" = kvm ] && [ -z "${MACHINES:-}" ]; then
			say "leaving out $name, which ACCEL=kvm has not"
			continue
		fi
		;;
	*) die "no machine '$name'; there are vhe, pkvm, nvhe and gicv2" ;;
	esac
	chosen="$chosen $name"
done
[ -n "$chosen" ] || die "none of the machines $* is left with ACCEL=$ACCEL"
echo "${chosen# }"
