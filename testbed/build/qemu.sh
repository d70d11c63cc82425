#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# qemu.sh - build QEMU for arm64, linked statically: KVM, the virt machine, and no more
#
# In:  the composed tree in $W/tree, as it is checked out, and $W/tools (of the work
#      folder that queue/of-qemu.sh sets, or a copy beside it); qemu.mak, its devices
# Out: $W/build/qemu-system-aarch64, and the series' own qtest. Objects are kept between
#      runs, and compiler results in ccache.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$BED/build/lib.sh"

need_tree
need ninja pkg-config ccache gcc "${CROSS_COMPILE}gcc" arm64-libc \
	/usr/bin/python3 /usr/share/python-wheels
tools=$VGIC_CACHE/qemu/tools
build=$W/build
devices=$W/tree/configs/devices/aarch64-softmmu/vgic.mak
library=$tools/usr/lib/aarch64-linux-gnu

begin_build "$build"
if ! cmp -s "$BED/build/qemu.mak" "$devices"; then
	# Not through the hard link of another tree
	cp "$BED/build/qemu.mak" "$devices.new"
	mv "$devices.new" "$devices"
	rm -f "$build/build.ninja"
fi

# Nothing but the libraries in $tools is found, and nothing is downloaded
PKG_CONFIG=$(command -v pkg-config)
PKG_CONFIG_LIBDIR=$library/pkgconfig
PKG_CONFIG_SYSROOT_DIR=$tools
PYTHONPATH=$tools/usr/lib/python3/dist-packages
export PKG_CONFIG PKG_CONFIG_LIBDIR PKG_CONFIG_SYSROOT_DIR PYTHONPATH
if [ ! -f "$build/build.ninja" ]; then
	say "configuring QEMU; full log: $build.log"
	(cd -P "$build" && ../configure --python=/usr/bin/python3 --disable-download \
		--cross-prefix="$CROSS_COMPILE" --cc="ccache ${CROSS_COMPILE}gcc -B$library" \
		--host-cc="ccache gcc" --extra-ldflags="-L$library" \
		--extra-cflags="-isystem $tools/usr/include -isystem $tools/usr/include/aarch64-linux-gnu" \
		--static --without-default-features --enable-kvm --disable-tcg --enable-fdt=system \
		--disable-install-blobs --target-list=aarch64-softmmu \
		--without-default-devices --with-devices-aarch64=vgic --enable-werror) \
		>"$build.log" 2>&1 </dev/null || {
		tail -n 20 "$build.log" >&2
		rm -f "$build/build.ninja"
		die "cannot configure QEMU; full log: $build.log"
	}
fi
# The series cut before its test has none
test=tests/qtest/arm-gic-iidr-revision-test
[ -f "$W/tree/$test.c" ] || test=
# shellcheck disable=SC2086 # none, or one word
with_log "building QEMU (1,200 objects, if there are none yet)" "$build.log" '^\[' \
	ninja -v -C "$build" -j"$JOBS" qemu-system-aarch64 $test
end_build "$build"
