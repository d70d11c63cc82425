# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
#
# files-lib.sh - what the tests of state files share; sourced
#
# In:  VGIC_COMPAT, the program; busybox is enough of a shell; files/, states that it saved,
#      on old kernels too
# Out: $here, where this file is, and $files; an empty folder, which is the current one,
#      and the functions below
. "$(dirname "$0")/tap.sh"
: "${VGIC_COMPAT:?names the program}"
here=$(cd "$(dirname "$0")" && pwd)
files=$here/files
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

# sum FILE: with the right checksum; gzip has the CRC32 that zlib counts, its low byte first
sum()
{
	sed -i '/^checksum /d' "$1"
	printf 'checksum 0x%s\n' "$(gzip -c "$1" | tail -c 8 | head -c 4 | od -An -tx1 |
		awk '{ print $4 $3 $2 $1 }')" >>"$1"
}
