#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# contract.sh - build check/vgic_contract.c for arm64, with the VM and the guest of
#               vgic_compat
#
# In:  vgic_compat
# Out: $W/selftests/vgic_contract, beside the selftests, so that a job can have it
set -eu
. "$(dirname "$0")/../lib.sh"

objects=$("$BED/build/compat.sh")
objects=${objects%/*}
mkdir -p "$W/selftests"
"${CROSS_COMPILE}gcc" -Wall -Wextra -Werror -O2 -static -I "$ROOT/vgic_compat" \
	-o "$W/selftests/vgic_contract" "$BED/check/vgic_contract.c" \
	"$objects/vm.o" "$objects/regs.o" "$objects/util.o" "$objects/guest-image.o"
