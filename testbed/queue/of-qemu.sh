#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# of-qemu.sh - run a script for the patches to QEMU, as it runs for those to the kernel
#
# In:  COMMAND...
# Out: what the command puts out, and its exit status. It finds the series in qemu/, and
#      a work folder of its own in the cache.
set -eu
. "$(dirname "$0")/../lib.sh"

[ $# -ge 1 ] || die "usage: of-qemu.sh COMMAND..."
WORK=$VGIC_CACHE/qemu SERIES_ROOT=$ROOT/qemu exec env -u SERIES "$@"
