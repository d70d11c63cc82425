#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# guests.sh - build the bare-metal guests
#
# In:  FOLDER; the sources in guests/
# Out: FOLDER/groups, FOLDER/like-linux-4.4 and FOLDER/like-nanos, for QEMU's -kernel
set -eu
. "$(dirname "$0")/../lib.sh"

[ $# -eq 1 ] || die "usage: guests.sh FOLDER"
need "${CROSS_COMPILE}gcc"
for source in "$BED"/vmm/guests/*.c; do
	guest=${source##*/} guest=${guest%.c}
	"${CROSS_COMPILE}gcc" -Wall -Wextra -Werror -O2 -ffreestanding -nostdlib -static -no-pie \
		-fno-stack-protector -mgeneral-regs-only -mstrict-align -Wl,--build-id=none \
		-Wl,-Ttext=0x40200000,-e,start_guest -o "$1/$guest" "$source" \
		"$BED/vmm/guests/entry.S" "$ROOT/vgic_compat/guest-entry.S"
done
