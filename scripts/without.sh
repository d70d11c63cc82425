#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# without.sh - the series without one of its patches: the others still apply,
#              build and pass
#
# In:  the name of a patch, as it stands in `series`; MACHINES, which to test on
#      (nvhe gicv2)
# Out: what make check puts out of the rest of the series. Exit status 1 if it
#      does not apply, build or pass.
set -eu
. "$(dirname "$0")/lib.sh"

[ $# -eq 1 ] || die "usage: without.sh PATCH"
"$ROOT/scripts/series.sh" | grep -q "^$1\( \|\$\)" || die "series has no '$1'"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# Compose the rest beside the tree that is there, and borrow its commits
mkdir -p "$tmp/series" "$tmp/base/tree"
(cd "$ROOT" && "$ROOT/scripts/series.sh" | tr ' ' '\n' | tar -cf - -T - series) |
	tar -xf - -C "$tmp/series"
grep -v "^$1\( \|\$\)" "$ROOT/series" >"$tmp/series/series"
git -C "$W/tree" archive base | tar -xf - -C "$tmp/base/tree"
cp "$W/base-version" "$tmp/base/"
say "the series without $1"
WORK=$tmp/base SERIES_ROOT=$tmp/series "$ROOT/scripts/compose.sh"
git -C "$W/tree" fetch -q "$tmp/base/tree" series
commit=$(git -C "$W/tree" rev-parse FETCH_HEAD)

TESTS=${MACHINES:-nvhe gicv2}
export TESTS
"$ROOT/scripts/at.sh" "$commit" sh -c \
	"'$ROOT/scripts/build.sh' && '$ROOT/scripts/selftests.sh' && '$ROOT/scripts/check.sh'"
