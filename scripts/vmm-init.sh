#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# vmm-init.sh - run a guest of QEMU's at each revision, and move it; the /init of
#               the initramfs that vmm.sh makes, in which QEMU and /guest and
#               /revision.so are, from tools/kvm/vgic_compat/examples
#
# In:  a kernel with KVM
# Out: for each revision, and for none chosen, a line `# observed REVISION ...` on the
#      console; then the machine is powered off. It has what the guest printed:
#      GICD_IIDR, IGROUPR1 and IGROUPR0 at reset; how interrupts arrived with one
#      group enabled, and with both; IGROUPR1 and IGROUPR0 before and after the move.
#      Or it has the one word `refused` or `failed`, and why follows.
set -eu

# Seconds that QEMU has to start and the guest to print a line
LIMIT=60

/bin/busybox --install -s /bin
export PATH=/bin:/usr/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmp /tmp
trap 'poweroff -f' EXIT
# Warnings and worse may still interrupt the results on the console
dmesg -n 5

# start REVISION NAME [OPTION...]: start QEMU, with its files in NAME.*
start()
{
	revision=$1 name=$2
	shift 2
	set -- qemu-system-aarch64 -machine virt,gic-version=host,accel=kvm -cpu host -m 16M \
		-nodefaults -no-user-config -display none -kernel /guest \
		-serial "file:$name.serial" -monitor stdio "$@"
	[ "$revision" = none ] || set -- env LD_PRELOAD=/revision.so VGIC_REVISION="$revision" "$@"
	mkfifo "$name.commands"
	# Opened in both directions, which does not wait for the other side
	"$@" 0<>"$name.commands" >"$name.monitor" 2>"$name.errors" &
	pid=$!
}

# seen COUNT PATTERN FILE: wait until so many lines match. The last line may be
# half written, so it does not count.
seen()
{
	ticks=0
	until [ "$(sed '$d' "$3" 2>/dev/null | grep -c "$2")" -ge "$1" ]; do
		# A process that has ended but was not yet waited for has no exe
		[ -e "/proc/$pid/exe" ] && [ $((ticks += 1)) -le $((LIMIT * 5)) ] || return 1
		sleep 0.2
	done
}

tell()
{
	echo "$2" 1<>"$1.commands"
}

# value NAME PATTERN: the part in \( \) of the lines of NAME's guest that match; all
# different ones, and without the names of what is the same each time
value()
{
	found=$(sed '$d' "$1.serial" | sed -n "s/^guest: $2\$/\1/p" | sort -u |
		sed 's/GIC[DR]_IGROUPR[01]=//g
		     s/^SGI=\(.*\) PPI=\1 SPI=\1$/\1/' | tr ' \n' '/,' | sed 's/,$//')
	echo "${found:--}"
}

observe()
{
	mkdir "/tmp/$1"
	cd "/tmp/$1"
	start "$1" source
	seen 5 '^guest: turn' source.serial || return 1
	tell source 'migrate "exec:cat >state"'
	tell source 'info migrate'
	seen 1 'Migration status: completed' source.monitor || return 1
	tell source quit
	wait "$pid" || return 1
	start "$1" destination -incoming 'exec:cat state'
	seen 5 '^guest: turn' destination.serial || return 1
	tell destination quit
	wait "$pid" || return 1
	# A guest that was started anew has not been moved
	! grep -q reset destination.serial || return 1
}

hex='[0-9a-f]\{8\}'
groups="GICD_IGROUPR1=$hex GIC[DR]_IGROUPR0=$hex"
qemu-system-aarch64 --version | sed -n '1s/^/# vmm /p'
for revision in none 0 1 2 3; do
	if observe "$revision"; then
		echo "# observed $revision" \
			"$(value source "reset GICD_IIDR=\($hex\).*")" \
			"$(value source "reset GICD_IIDR=$hex \($groups\)")" \
			"$(value source 'one group enabled: \(.*\)')" \
			"$(value source 'both groups enabled: \(.*\)')" \
			"$(value source "turn $hex \($groups\)")" \
			"$(value destination "turn $hex \($groups\)")"
	elif grep -q '^qemu-revision:' source.errors; then
		echo "# observed $revision refused"
		cat source.errors
	else
		echo "# observed $revision failed"
		tail -n 5 ./*.serial ./*.monitor ./*.errors
		kill -9 "$pid" 2>/dev/null || :
		wait "$pid" || :
	fi
done
