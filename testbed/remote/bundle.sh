#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# bundle.sh - pack what tests the series on an arm64 machine of one's own
#
# In:  the composed tree and the kernel in $W
# Out: $W/bundle.tar.gz, and its path on standard output. In its one folder, vgic-bundle:
#      the kernel with remote.config, the selftests as kselftest's gen_tar lays them,
#      vgic_compat, `run` and INSTALL. The same tree gives the same bytes.
set -eu
. "$(dirname "$0")/../lib.sh"

need_tree
need "${CROSS_COMPILE}strip" tar gzip
kernel=$W/build-remote
CONFIG=remote.config BUILD=$kernel "$BED/build/kernel.sh"
"$BED/build/kselftest.sh"
program=$("$BED/build/compat.sh")

top=$W/bundle
folder=$top/vgic-bundle
rm -rf "$top"
mkdir -p "$folder/lib" "$folder/vgic_compat"
TREE=own "$BED/queue/describe.sh" >"$folder/about"
cp "$kernel/arch/arm64/boot/Image" "$folder/"
cp "$kernel/.config" "$folder/config"
cp "$kernel/include/config/kernel.release" "$folder/release"
awk -v RS= -v ORS='\n\n' '/^# (KVM|System calls)/' "$BED/build/slim.config" >"$folder/options"
cp -r "$W/kselftest" "$folder/kselftest"
cp -r "$program" "$ROOT/vgic_compat/vgic_compat.1" "$ROOT/vgic_compat/t/." "$folder/vgic_compat/"
cp "$BED/boot/splats.awk" "$BED/check/ktap.awk" "$BED/check/nest.awk" "$BED/check/count.awk" "$folder/lib/"
"$BED/build/tests.sh" all >"$folder/lib/tests"
"$BED/build/tests.sh" ours >"$folder/lib/ours"
cp "$BED/remote/run" "$BED/remote/INSTALL" "$folder/"
strip_programs "$folder"
tar -C "$top" --sort=name --mtime="$(git -C "$W/tree" log -1 --format=%cI)" --owner=0 --group=0 \
	--numeric-owner --mode=u+rwX,go+rX,go-w -cf - vgic-bundle | gzip -n -6 >"$top.tar.gz.new"
mv "$top.tar.gz.new" "$top.tar.gz"
rm -rf "$top"
echo "$top.tar.gz"
