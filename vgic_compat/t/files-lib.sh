# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# files-lib.sh - what the tests of state files share; sourced
#
# In:  VGIC_COMPAT, the program; files/, states that it saved, on old kernels too
# Out: $files, where they are; an empty folder, which is the current one, and the
#      functions below
. "$(dirname "$0")/tap.sh"
: "${VGIC_COMPAT:?names the program}"
# shellcheck disable=SC2034 # for those who source this
files=$(cd "$(dirname "$0")" && pwd)/files
mkdir "$tmp/here"
cd "$tmp/here" || exit

# said PATTERN: the program ended as wanted, and a line of what it printed is PATTERN
said()
{
	[ "$got" = "$want" ] && cat out err | grep -Eq -- "$1" && return
	echo "exit $got; expected $want, and a line with $1"
	cat out err
	return 1
}

# run STATUS NAME PATTERN ARGUMENT...: it ends with STATUS, and a line of what it says
# is PATTERN
run()
{
	want=$1 name=$2 pattern=$3 got=0
	shift 3
	"$VGIC_COMPAT" "$@" >out 2>err || got=$?
	ok "$name: exit $want" said "$pattern"
}

# sum FILE: with the right checksum; gzip has the CRC32 that zlib counts
sum()
{
	sed -i '/^checksum /d' "$1"
	printf 'checksum 0x%s\n' "$(gzip -c "$1" | tail -c 8 | head -c 4 |
		od -An -tx4 --endian=little | tr -d ' ')" >>"$1"
}
