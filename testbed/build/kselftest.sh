#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# kselftest.sh - build and install all of KVM's selftests as an ordinary tree does
#
# In:  the composed tree in $W/tree, and a kernel that was built in $W/build
# Out: $W/kselftest, as `make kselftest-install TARGETS=kvm` lays it, and gen_tar packs it;
#      the programs are linked statically
set -eu
. "$(dirname "$0")/../lib.sh"
. "$BED/build/lib.sh"

need_tree
need make gcc rsync "${CROSS_COMPILE}gcc" arm64-libc
rm -rf "$W/kselftest"
begin_build "$W/build"
with_log "installing all KVM selftests with make kselftest-install" "$W/kselftest.log" ' -c ' \
	make -C "$W/tree" O="$W/build" ARCH=arm64 USERLDFLAGS=-static V=1 \
		TARGETS=kvm FORCE_TARGETS=1 INSTALL_PATH="$W/kselftest" \
		-j"$JOBS" kselftest-install
end_build "$W/build"
