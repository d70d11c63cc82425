# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154
#
# lint-lib.sh - what the tests of make lint share; sourced by them and by style.t, after
#               tap.sh
#
# In:  $tmp
# Out: the functions below

# finds PATTERN COMMAND...: it prints a finding that matches
finds()
{
	pattern=$1
	shift
	"$@" >"$tmp/findings" && grep -E -- "$pattern" "$tmp/findings" && return
	cat "$tmp/findings"
	return 1
}

# finds_nothing COMMAND...: it could look, and prints nothing
finds_nothing()
{
	"$@" >"$tmp/findings" && [ ! -s "$tmp/findings" ] && return
	cat "$tmp/findings"
	return 1
}

# cannot COMMAND...: it says that it could not look
cannot()
{
	! "$@"
}
