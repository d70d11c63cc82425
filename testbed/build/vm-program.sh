#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# vm-program.sh - build a program for arm64 that uses the VM and the guest of vgic_compat
#
# In:  the program's one source file; vgic_compat
# Out: the program, linked statically, where the second argument says
set -eu
. "$(dirname "$0")/../lib.sh"

objects=$("$BED/build/compat.sh")
objects=${objects%/*}
mkdir -p "$(dirname "$2")"
"${CROSS_COMPILE}gcc" -Wall -Wextra -Werror -O2 -static -I "$ROOT/vgic_compat" -o "$2" "$1" \
	"$objects/vm.o" "$objects/regs.o" "$objects/util.o" "$objects/guest-image.o"
