#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# kselftest.sh - build and run the selftests of the series the way that an
#                ordinary kernel tree does
#
# In:  the composed tree and the kernel in $W
# Out: KTAP. `make kselftest-install TARGETS=kvm` installs all of KVM's
#      selftests, those of the series among them, and each of those passes when
#      run from what was installed.
set -eu
. "$(dirname "$0")/lib.sh"
unset MAKEFLAGS MAKELEVEL MAKEOVERRIDES MFLAGS
[ -f "$W/build/arch/arm64/boot/Image" ] || die "no kernel in $W/build; run make kernel"

copy=$W/kselftest
rm -rf "$copy"
with_log "installing all KVM selftests with make kselftest-install" "$W/kselftest.log" ' -c ' \
	make -C "$W/tree" O="$W/build" ARCH=arm64 USERLDFLAGS=-static V=1 \
		TARGETS=kvm FORCE_TARGETS=1 INSTALL_PATH="$copy" \
		-j"$(nproc)" kselftest-install

echo "KTAP version 1"
# shellcheck disable=SC2046 # one word a test
set -- $("$ROOT/scripts/tests.sh" ours)
echo "1..$((2 * $#))"
number=0
status=0
for test; do
	number=$((number + 1))
	if ! grep -qx "kvm:$test" "$copy/kselftest-list.txt"; then
		echo "not ok $number - $test is in kselftest's list"
		echo "not ok $((number += 1)) - $test passes"
		status=1
		continue
	fi
	echo "ok $number - $test is in kselftest's list"
	number=$((number + 1))
	"$ROOT/scripts/initramfs.sh" "$W/kselftest.cpio.gz" "$copy/kvm/$test"
	"$ROOT/scripts/boot.sh" nvhe "$W/build/arch/arm64/boot/Image" \
		"$W/kselftest.cpio.gz" "$W/kselftest-boot.log"
	if grep -q "^ok 1 selftests: kvm: $test" "$W/kselftest-boot.log"; then
		echo "ok $number - $test passes"
	else
		echo "not ok $number - $test passes"
		status=1
	fi
done
exit $status
