#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# source.t - bad input of the first steps: tools, kernels and cache folders
#
# In:  BASE_WORK, a work folder with a composed tree
# Out: TAP
set -eu
. "$(dirname "$0")/tap.sh"
VGIC_CACHE=$tmp/cache
export VGIC_CACHE
unset WORK BASE

# What a user who is not root sees of a missing tool
mkdir "$tmp/bin"
printf '#!/bin/sh\necho 1000\n' >"$tmp/bin/id"
chmod +x "$tmp/bin/id"
refuses "a missing tool: the apt command is printed" \
	'sudo apt-get install -y --no-install-recommends no-such-tool' \
	env PATH="$tmp/bin:$PATH" "$BED/source/tools.sh" no-such-tool
ok "a tool that is there needs nothing" env PATH="$tmp/bin:$PATH" "$BED/source/tools.sh" git

# And what one sees of it where there is no apt, of which nothing is called
mkdir "$tmp/noapt"
cp -as /bin/. /usr/bin/. "$tmp/noapt/"
rm -f "$tmp/noapt/apt"* "$tmp/noapt/dpkg"*
noapt()
{
	env PATH="$tmp/noapt" "$@"
}
refuses "a kernel without apt" 'name a kernel with KERNEL=' noapt "$BED/source/fetch.sh"
refuses "busybox without apt" "put a busybox for arm64, .* at $VGIC_CACHE/downloads/" noapt "$BED/source/busybox.sh" "$tmp/busybox"
refuses "an image without apt" "put a kernel for arm64 at $VGIC_CACHE/images/6.1/Image" noapt "$BED/source/image.sh" 6.1
refuses "jansson without apt" "put jansson and zlib for arm64, .* into $VGIC_CACHE/sysroot" noapt "$BED/build/compat.sh"
rm "$tmp/noapt/xz"
refuses "a missing tool without apt: the packages are named" \
	'there is no apt here, and Debian has them in: xz-utils no-such-tool$' \
	noapt "$BED/source/tools.sh" xz no-such-tool

fetch()
{
	KERNEL=$1 "$BED/source/fetch.sh"
}

# There is no work folder with a tree in it
left_nothing()
{
	! find "$VGIC_CACHE" -mindepth 2 -name 'tree*' 2>/dev/null | grep .
}

refuses "KERNEL names nothing" 'no such tree or tarball' fetch "$tmp/nothing"
mkfifo "$tmp/fifo"
python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$tmp/socket"
for kind in fifo socket; do
	refuses "KERNEL is a $kind" 'no such tree or tarball' timeout 10 env KERNEL="$tmp/$kind" "$BED/source/fetch.sh"
done
truncate -s 100G "$tmp/huge.tar"
refuses "KERNEL is a huge file of zeros" 'cannot unpack' timeout 60 env KERNEL="$tmp/huge.tar" "$BED/source/fetch.sh"

mkdir -p "$tmp/old/arch/arm64/kvm"
printf 'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 1\n' >"$tmp/old/Makefile"
refuses "a tree of the wrong version" 'is Linux 6.12; the series is for 7.3' fetch "$tmp/old"
tar -C "$tmp" -czf "$tmp/old.tar.gz" old
refuses "a tarball of the wrong version" 'is Linux 6.12' fetch "$tmp/old.tar.gz"
mkdir "$tmp/other"
echo 'all:' >"$tmp/other/Makefile"
refuses "a folder that is not a kernel" 'holds no kernel tree' fetch "$tmp/other"
head -c 100000 /dev/urandom >"$tmp/noise.tar"
refuses "a file that is not a tarball" 'cannot unpack' fetch "$tmp/noise.tar"
ok "none of them left anything behind" left_nothing

sed 's/PATCHLEVEL = 12/PATCHLEVEL = 3/; s/VERSION = 6/VERSION = 7/' \
	"$tmp/old/Makefile" >"$tmp/new.Makefile"
mv "$tmp/new.Makefile" "$tmp/old/Makefile"
tar -C "$tmp" -cJf "$tmp/new.tar.xz" old
ok "a tree of the right version is taken" fetch "$tmp/old"
ok "and so is a tarball" fetch "$tmp/new.tar.xz"

: >"$tmp/file"
refuses "a cache folder that cannot be written" 'cannot write to the cache folder' \
	env VGIC_CACHE="$tmp/file/cache" "$BED/source/fetch.sh"

mkdir "$tmp/small"
if mount -t tmpfs -o size=64k tmpfs "$tmp/small" 2>/dev/null; then
	head -c 300000 /dev/urandom >"$tmp/old/big"
	VGIC_CACHE=$tmp/small
	refuses "a full disk" 'full' fetch "$tmp/old"
	ok "it leaves nothing behind" left_nothing
	umount -l "$tmp/small"
else
	skip "a full disk" "needs the right to mount a small tmpfs"
	skip "it leaves nothing behind" "needs the right to mount a small tmpfs"
fi
done_testing
