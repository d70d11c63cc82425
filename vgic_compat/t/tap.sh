# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# tap.sh - what all tests in shell share; sourced by vgic_compat/t/*.t and, for the
#          test bed's, by testbed/t/tap.sh
#
# In:  nothing; busybox is enough of a shell
# Out: a folder $tmp that goes away at the end, and the functions ok, refuses, skip
#      and done_testing

# Where cd goes is not for a user to say here
unset CDPATH
tests=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# ok NAME COMMAND...: passes if the command succeeds
ok()
{
	tests=$((tests + 1))
	test_name=$1
	shift
	if "$@" >"$tmp/out" 2>&1; then
		echo "ok $tests - $test_name"
	else
		echo "not ok $tests - $test_name"
		sed 's/^/# /' "$tmp/out"
	fi
}

# refuses NAME PATTERN COMMAND...: passes if the command fails and says so on
# standard error, in words that match PATTERN; they are in $tmp/err then
refuses()
{
	tests=$((tests + 1))
	test_name=$1 pattern=$2
	shift 2
	if "$@" >"$tmp/out" 2>"$tmp/err"; then
		echo "not ok $tests - $test_name"
		echo "# it succeeded"
	elif ! grep -Eq -- "$pattern" "$tmp/err"; then
		echo "not ok $tests - $test_name"
		echo "# nothing matches '$pattern' on standard error:"
		sed 's/^/# /' "$tmp/err"
	else
		echo "ok $tests - $test_name"
	fi
}

# skip NAME REASON
skip()
{
	tests=$((tests + 1))
	echo "ok $tests - $1 # SKIP $2"
}

done_testing()
{
	echo "1..$tests"
}
