#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# boot.sh - boot a kernel in one of QEMU's machines and keep its console
#
# In:  MACHINE (see below), IMAGE, INITRAMFS ('' for none), LOG, then more kernel
#      parameters; BOOT_TIMEOUT, the time limit in seconds (240); BOOT_MEMORY (1G);
#      BOOT_OPTIONS, QEMU's for a disk or a network; ICOUNT=1 for one CPU on which a
#      nanosecond is an instruction; ACCEL=kvm to run vhe in this host's own KVM
# Out: the console in LOG. Exit status 0 if the machine powered itself off;
#      otherwise 1, and the last lines of the console on standard error.
#
#      vhe   GICv3, KVM in VHE mode
#      nvhe  GICv3, KVM in nVHE mode
#      pkvm  GICv3, KVM in protected mode
#      gicv2 GICv2, KVM in nVHE mode
set -eu
. "$(dirname "$0")/../lib.sh"

[ $# -ge 4 ] || die "usage: boot.sh MACHINE IMAGE INITRAMFS LOG [PARAMETER...]"
machine=$1 image=$2 initramfs=$3 log=$4
shift 4
limit=${BOOT_TIMEOUT:-240}
need qemu-system-aarch64
for file in "$image" ${initramfs:+"$initramfs"}; do
	[ -r "$file" ] || die "cannot read $file"
done

# Destroying a VM waits for grace periods, of which the tests have thousands
parameters="console=ttyAMA0 panic=-1 rcupdate.rcu_expedited=1 $*"
case $machine in
vhe) gic=3 cpu=max,pauth-impdef=on ;;
# Not a Cortex-A57: KVM's workaround of its erratum 834220, which Debian's
# kernel has, never lets a guest go on under emulation
nvhe) gic=3 cpu=cortex-a72 ;;
# Protected KVM gives every VM the IPA size of the host, where vgic_init expects
# the default of 40 bits: a CPU where the two are the same
pkvm) gic=3 cpu=cortex-a53 parameters="$parameters kvm-arm.mode=protected" ;;
gicv2) gic=2 cpu=cortex-a72 ;;
*) die "no machine '$machine'; there are vhe, nvhe, pkvm and gicv2" ;;
esac

if [ "$ACCEL" = tcg ]; then
	# One thread for all emulated CPUs: it is as fast for these tests, and each
	# machine has a core
	set -- -accel tcg,thread=single -smp 4
	[ -z "${ICOUNT:-}" ] || set -- -icount shift=0 -smp 1
else
	[ "$machine" = vhe ] || die "ACCEL=kvm has no machine $machine:" \
		"KVM gives its guests an EL2 in VHE mode only, and a GICv3"
	[ -z "${ICOUNT:-}" ] ||
		die "instructions are counted under emulation only, not with ACCEL=kvm"
	cpu=host
	set -- -accel kvm -smp 4
fi

status=0
# shellcheck disable=SC2086 # one word an option
timeout --foreground "$limit" qemu-system-aarch64 -M "virt,virtualization=on,gic-version=$gic" \
	-cpu "$cpu" "$@" -m "${BOOT_MEMORY:-1G}" -nic none -display none -monitor none -serial stdio \
	-no-reboot -kernel "$image" ${initramfs:+-initrd "$initramfs"} -append "$parameters" ${BOOT_OPTIONS:-} \
	>"$log" 2>&1 </dev/null || status=$?

if grep -q 'reboot: Power down' "$log"; then
	exit 0
fi
say "--- the last lines of the console of $machine:"
tr -d '\r' <"$log" | tail -n 20 | cat -v >&2
say "--- the whole console: $log"
[ $status -ne 124 ] || die "$machine did not finish in $limit seconds"
grep -q 'Kernel panic' "$log" && die "the kernel panicked on $machine"
die "$machine ended without powering off, status $status"
