#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# check-bundle.sh - run the bundle on a Debian arm64 system, as on a machine of one's own
#
# In:  the bundle that bundle.sh made, and its kernel; BOOT_TIMEOUT (optional), the longest
#      that the machine may run (3000); SSH_TIMEOUT (optional), the longest until ssh
#      reaches it (300); ACCEL
# Out: what check-remote.sh prints, and its exit status; the console in
#      $W/check-bundle. The disk stays as debian.sh made it.
set -eu
. "$(dirname "$0")/../lib.sh"

need ssh python3 qemu-system-aarch64
machine=nvhe
[ "$ACCEL" = tcg ] || machine=vhe
image=$W/build-remote/arch/arm64/boot/Image
"$BED/remote/debian.sh" $machine "$image"
out=$W/check-bundle
rm -rf "$out"
mkdir -p "$out"

# Whatever ssh of the user's own does
SSH="ssh -F none -i $VGIC_CACHE/debian/key -o IdentitiesOnly=yes -o StrictHostKeyChecking=no
	-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=10"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOST=root@127.0.0.1:$port
export SSH HOST

stop()
{
	while kill -0 "$boot" 2>/dev/null; do
		kill "$(cat "$out/pid" 2>/dev/null)" 2>/dev/null || :
		sleep 0.1
	done
}

say "booting a Debian system; console: $out/console.log"
start=$(date +%s)
cd "$VGIC_CACHE/debian"
BOOT_TIMEOUT=${BOOT_TIMEOUT:-3000} BOOT_MEMORY=2G \
	BOOT_OPTIONS="-pidfile $out/pid -drive format=raw,file=disk,snapshot=on
	-netdev user,id=net,hostfwd=tcp:127.0.0.1:$port-:22 -device virtio-net-pci,netdev=net,romfile=" \
	"$BED/boot/boot.sh" $machine "$image" '' "$out/console.log" root=/dev/vda rw 2>"$out/boot.log" &
boot=$!
trap stop EXIT
until $SSH -o BatchMode=yes -p "$port" root@127.0.0.1 true </dev/null 2>"$out/ssh.log"; do
	if ! kill -0 "$boot" 2>/dev/null || [ $(($(date +%s) - start)) -gt "${SSH_TIMEOUT:-300}" ]; then
		tail -n 20 "$out/console.log" >&2
		cat "$out/ssh.log" >&2
		die "ssh does not reach the machine; the whole console: $out/console.log"
	fi
	sleep 2
done
say "  $(($(date +%s) - start)) s"
"$BED/remote/check-remote.sh" || {
	status=$?
	kill -0 "$boot" 2>/dev/null || cat "$out/boot.log" >&2
	exit $status
}
