#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# selftests.sh - build the KVM selftests for arm64, linked statically
#
# In:  the composed tree in $W/tree, the names that testbed/build/tests.sh prints
# Out: the programs in $W/selftests
set -eu
. "$(dirname "$0")/../lib.sh"
. "$BED/build/lib.sh"

need_tree
need make gcc rsync "${CROSS_COMPILE}gcc" arm64-libc
selftests=$W/tree/tools/testing/selftests/kvm
mkdir -p "$W/headers/build"

programs=
for test in $("$BED/build/tests.sh" all); do
	for folder in arm64 aarch64; do
		if [ -f "$selftests/$folder/$test.c" ] && [ ! -f "$selftests/$test.c" ]; then
			test=$folder/$test
		fi
	done
	programs="$programs $W/selftests/$test"
done

# The selftests need the headers of the kernel that is tested. Installing them
# anew would rebuild everything, so that goes by what they are made from.
uapi=$(cd "$W/tree" && find include/uapi arch/arm64/include/uapi -type f -exec cksum {} + | sort | cksum)
if [ "$(cat "$W/headers/made-from" 2>/dev/null)" != "$uapi" ]; then
	rm -f "$W/headers/made-from"
	make -s -C "$W/tree" O="$W/headers/build" ARCH=arm64 INSTALL_HDR_PATH="$W/headers" \
		headers_install >"$W/selftests.log" 2>&1 || {
		tail -n 20 "$W/selftests.log" >&2
		die "cannot install the kernel headers"
	}
	echo "$uapi" >"$W/headers/made-from"
fi

begin_build "$W/selftests"
# shellcheck disable=SC2086 # one word a program
with_log "building the selftests" "$W/selftests.log" ' -c ' \
	make -j"$JOBS" -C "$selftests" ARCH=arm64 LDFLAGS=-static V=1 \
		OUTPUT="$W/selftests" KHDR_INCLUDES="-isystem $W/headers/include" \
		USERCFLAGS=-Werror $programs
end_build "$W/selftests"
