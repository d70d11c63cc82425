#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# boot-machines.t - on which machines a target runs, how many at once, and in whose KVM
#
# In:  nothing
# Out: TAP
set -eu
BASE_WORK=none
. "$(dirname "$0")/tap.sh"

# Where it runs: a host that is only said to be one for arm64 boots nothing
mkdir "$tmp/bin"
cat >"$tmp/bin/qemu-system-aarch64" <<'END'
#!/bin/sh
echo "$*"
echo 'reboot: Power down'
END
# shellcheck disable=SC2016 # for that shell
printf '#!/bin/sh\necho "${UNAME:-aarch64}"\n' >"$tmp/bin/uname"
chmod +x "$tmp/bin/"*
: >"$tmp/kvm"
# with NAME=VALUE... COMMAND...: on such a host
with()
{
	env PATH="$tmp/bin:$PATH" DEV_KVM="$tmp/kvm" "$@"
}
accel()
{
	with "$@" "$BED/boot/boot.sh" "${machine:-vhe}" "$0" "$0" "$tmp/accel.log"
}
unset CROSS_COMPILE
ok "emulation is the default" accel
ok "with a CPU of its own" grep -q -- '-cpu max.* -accel tcg' "$tmp/accel.log"
ok "ACCEL=kvm on an arm64 host" accel ACCEL=kvm
ok "has the host's CPU and an EL2" \
	grep -q -- '^-M virt,virtualization=on,gic-version=3 -cpu host -accel kvm ' "$tmp/accel.log"
ok "only the machine vhe is left" [ "$(with ACCEL=kvm "$BED/boot/machines.sh" vhe pkvm nvhe gicv2)" = vhe ]
# shellcheck disable=SC2016 # of the other shell
ok "and the compiler there is its own" [ "$(with sh -c '. "$1/lib.sh"; echo "<$CROSS_COMPILE>"' "$BED/boot/x" "$BED")" = '<>' ]
for machine in nvhe gicv2; do
	refuses "ACCEL=kvm for $machine" "has no machine $machine" accel ACCEL=kvm
done
machine=vhe
refuses "ACCEL=kvm elsewhere" 'needs an arm64 host, and this one is x86_64' accel ACCEL=kvm UNAME=x86_64
refuses "ACCEL=kvm without KVM" 'needs /nonexistent/kvm' accel ACCEL=kvm DEV_KVM=/nonexistent/kvm
refuses "ACCEL=kvm to count instructions" 'under emulation only' accel ACCEL=kvm ICOUNT=1
refuses "another ACCEL" 'no ACCEL=hvf; there are tcg and kvm' accel ACCEL=hvf
for jobs in 0 two -1 1.5; do
	refuses "JOBS=$jobs" 'not a number from 1 up' env JOBS=$jobs "$BED/boot/machines.sh" vhe
done
ok "MACHINES are those that run" [ "$(MACHINES='gicv2 vhe' "$BED/boot/machines.sh" nvhe)" = 'gicv2 vhe' ]
refuses "MACHINES that there are not" "no machine 'style'" env MACHINES=style "$BED/boot/machines.sh" vhe
for script in check/check.sh evidence/check-compat.sh evidence/kselftest.sh; do
	ok "$script runs on these" grep -q boot/machines.sh "$BED/$script"
done
done_testing
