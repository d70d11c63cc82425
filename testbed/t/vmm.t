#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# vmm.t - what `make vmm` runs builds, and what it compares with is whole
#
# In:  a compiler for arm64
# Out: TAP
set -eu
BASE_WORK=none
. "$(dirname "$0")/tap.sh"

examples=$ROOT/vgic_compat/examples
CROSS_COMPILE=${CROSS_COMPILE-aarch64-linux-gnu-}

ok "the guest builds without a warning" "${CROSS_COMPILE}gcc" -Wall -Wextra -Werror -O2 \
	-ffreestanding -mgeneral-regs-only -c -o "$tmp/guest.o" "$examples/qemu-guest.c"
ok "the preloaded library builds without a warning" "${CROSS_COMPILE}gcc" -Wall -Wextra \
	-Werror -O2 -shared -fPIC -o "$tmp/revision.so" "$examples/qemu-revision.c"
for kernel in unpatched patched; do
	for model in GICv2 GICv3; do
		for revision in none 0 1 2 3; do
			ok "one row is expected: $kernel, $model, revision $revision" [ \
				"$(grep -c "^$kernel *$model *$revision " "$BED/vmm/expected")" -eq 1 ]
		done
	done
done
VGIC_CACHE=$tmp/cache
export VGIC_CACHE
refuses "without a kernel" 'no kernel in .*; run make kernel' "$BED/vmm/vmm.sh"

# What the job reads of a guest, from a console made up here
cat >"$tmp/source.serial" <<'END'
guest: reset GICD_IIDR=4b00243b GICD_IGROUPR1=00000000 GICD_IGROUPR0=ffffffff
guest: one group enabled: SGI=IRQ PPI=IRQ SPI=IRQ
guest: turn 00000001 GICD_IGROUPR1=a5a5a5a5 GICD_IGROUPR0=5a5a5a5a
guest: turn 00000002 GICD_IGROUPR1=a5a5a5a5 GICD_IGROUPR0=5a5a5a5a
guest: turn 0000
END
sed -n '/^value()/,/^}/p; /^hex=/p; /^groups=/p' "$BED/vmm/job" >"$tmp/value.sh"
# shellcheck disable=SC1091 # made here
. "$tmp/value.sh"
cd "$tmp"
# shellcheck disable=SC2154 # of the job
ok "a revision" [ "$(value source "reset GICD_IIDR=\($hex\).*")" = 4b00243b ]
# shellcheck disable=SC2154 # of the job
ok "groups, once if they stay" [ "$(value source "turn $hex \($groups\)")" = a5a5a5a5/5a5a5a5a ]
ok "ways that are all the same, once" [ "$(value source 'one group enabled: \(.*\)')" = IRQ ]
ok "nothing" [ "$(value source 'both groups enabled: \(.*\)')" = - ]
done_testing
