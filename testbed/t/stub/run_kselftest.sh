#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# run_kselftest.sh - of the stub kernel tree: say what is tested
#
# In:  IMAGE, the kernel; kvm/, the tests, and kselftest-list.txt
# Out: a console of kselftest's, on which each test has a result with the checksums of
#      the kernel and of itself. It fails on a kernel that is a mutant.
set -eu

not=
! grep -q MUTANT "$IMAGE" || not='not '
echo 'TAP version 13'
while IFS=: read -r _ test; do
	printf '%s\n' "# selftests: kvm: $test" '# TAP version 13' '# 1..1' \
		"# ${not}ok 1 kernel $(cksum <"$IMAGE"), test $(cksum <"kvm/$test"), ran out of memory" \
		"${not}ok 1 selftests: kvm: $test"
done <kselftest-list.txt
