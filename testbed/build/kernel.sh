#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# kernel.sh - build the kernel under test
#
# In:  the composed tree in $W/tree, as it is checked out; slim.config and slim-$BASE.config;
#      BUILD, the folder to build in; CONFIG, another of the configs here, which comes on
#      top (both optional)
# Out: $BUILD/arch/arm64/boot/Image. Objects are kept between runs, and compiler
#      results in ccache, so only what changed is built again.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$BED/build/lib.sh"

need_tree
need make gcc flex bison bc perl ccache "${CROSS_COMPILE}gcc"
BUILD=${BUILD:-$W/build}

set -- make -C "$W/tree" O="$BUILD" ARCH=arm64 CC="ccache ${CROSS_COMPILE}gcc"
begin_build "$BUILD"
# shellcheck disable=SC2086 # one word a file
(cd "$BED/build" && cat slim.config "slim-$BASE_SERIES.config" ${CONFIG:-}) >"$BUILD/.wanted.config"
if [ ! -f "$BUILD/.config" ] || ! cmp -s "$BUILD/.wanted.config" "$BUILD/.slim.config"; then
	"$@" -s KCONFIG_ALLCONFIG="$BUILD/.wanted.config" allnoconfig >"$BUILD-config.log" 2>&1 || {
		tail -n 20 "$BUILD-config.log" >&2
		die "cannot configure the kernel"
	}
	grep '^CONFIG_' "$BUILD/.wanted.config" | grep -vxF -f "$BUILD/.config" >&2 &&
		die "slim.config${CONFIG:+ or $CONFIG} asks for these, and this kernel does not take them"
	cp "$BUILD/.wanted.config" "$BUILD/.slim.config"
fi

# warnings: of the last build. What make says of files with a time in the future is
# none of the kernel's.
warnings()
{
	grep -E '^(.*: )?[Ww]arning: |: warning: ' "$BUILD.log" | grep -vE \
		'^make(\[[0-9]+\])?: [Ww]arning: +(File .* has modification time|Clock skew)'
}

# A compiler warns once, so what that build compiled is compiled again: a warning
# fails each run until it is mended
if [ -f "$BUILD.log" ] && warnings >/dev/null; then
	(cd "$BUILD" && sed -n 's/^  \(CC\|AS\) *\(\[M\] *\)\{0,1\}//p' "$BUILD.log" | xargs -r rm -f)
fi

with_log "building the kernel (some 700 objects, if there are none yet)" \
	"$BUILD.log" '^  \(CC\|AS\) ' "$@" -j"$JOBS" Image
end_build "$BUILD"

# The base has no warning with this configuration
if warnings >&2; then
	die "the kernel builds with warnings; full log: $BUILD.log"
fi
