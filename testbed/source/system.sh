#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# system.sh - unpack Debian packages for arm64, of the machine's own release
#
# In:  OUT, PACKAGE,PACKAGE... and, optional, more options of mmdebstrap
# Out: OUT, a tar of what these packages and those that they need have in them, where
#      nothing is configured; what mmdebstrap says in OUT.log
set -eu
. "$(dirname "$0")/../lib.sh"

[ $# -ge 2 ] || die "usage: system.sh OUT PACKAGE,PACKAGE... [OPTION...]"
out=$1 packages=$2
shift 2
need mmdebstrap
sources=$("$BED/source/debs.sh" sources)
suite=${sources% *} suite=${suite##* }
echo "$sources" | mmdebstrap --variant=extract --architectures=arm64 --format=tar \
	--include="$packages" "$@" "$suite" "$out" - >"$out.log" 2>&1 || {
	tail -n 10 "$out.log" >&2
	die "cannot unpack Debian's packages for arm64; full log: $out.log"
}
