# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# qemu-lib.sh - what the jobs of this room share: start a QEMU in the emulated host, tell it
#           what to do, and wait for what comes
#
# In:  in the job: qemu-patched. In the initramfs: Debian's QEMU.
# Out: the functions below; a QEMU's files are NAME.serial, NAME.monitor and
#      NAME.errors; NAME.commands and NAME.keys are what its monitor and its guest read

# Seconds that QEMU has to start, and a guest to print a line
LIMIT=${LIMIT:-60}

# start VMM REVISION NAME [OPTION...]: start QEMU, Debian's if VMM is `debian`, or else the
# patched one; REVISION `none` chooses none
start()
{
	name=$3 machine=${MACHINE:-virt},gic-version=host,accel=kvm
	program=qemu-system-aarch64 input=
	# An old QEMU cannot read what a guest gets typed
	[ "$1" = debian ] || program=qemu-patched input=,input-path=$name.keys
	[ "$2" = none ] || machine=$machine,gic-iidr-revision=$2
	shift 3
	rm -f "$name".*
	mkfifo "$name.commands" "$name.keys"
	: >"$name.serial"
	# Opened in both directions, which does not wait for the other side
	"$program" -machine "$machine" -cpu host -nodefaults -no-user-config -display none \
		-chardev "file,id=serial,path=$name.serial$input" \
		-serial chardev:serial -monitor stdio "$@" \
		0<>"$name.commands" 7<>"$name.keys" >"$name.monitor" 2>"$name.errors" &
	pid=$!
}

# lines PATTERN FILE: how many match. The last line may be half written, so it does not
# count.
lines()
{
	sed '$d' "$2" 2>/dev/null | grep -c "$1"
}

# seen COUNT PATTERN FILE: wait until so many lines match
seen()
{
	ticks=0
	until [ "$(lines "$2" "$3")" -ge "$1" ]; do
		# A process that has ended but was not yet waited for has no exe
		[ -e "/proc/$pid/exe" ] && [ $((ticks += 1)) -le $((LIMIT * 5)) ] || return 1
		sleep 0.2
	done
}

# tell NAME COMMAND: give QEMU's monitor a command, and wait until it is done
tell()
{
	count=$(lines '^VM status: ' "$1.monitor")
	printf '%s\ninfo status\n' "$2" 1<>"$1.commands"
	seen $((count + 1)) '^VM status: ' "$1.monitor"
}

# end NAME: end the last QEMU that was started
end()
{
	echo quit 1<>"$1.commands"
	wait "$pid"
}

# save NAME: save the guest's state in the file `state`, and end its QEMU
save()
{
	tell "$1" 'migrate "exec:cat >state"' && tell "$1" 'info migrate' &&
		seen 1 'Migration status: completed' "$1.monitor" && end "$1"
}

# refusal: of what QEMU said, why it did not take the revision of the GIC, or the state
refusal()
{
	sed -n 's/^qemu-[a-z0-9-]*: \(.*GIC.*revision.*\|.*iidr-revision.*\|.*loading state.*arm_gic.*\)/\1/p' |
		head -n 1
}
