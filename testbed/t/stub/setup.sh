# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # the test has $tmp
#
# setup.sh - what tests on a stub kernel work on; sourced by kill.t, full.t and outcome.sh
#
# In:  ROOT, BED, and an empty folder $tmp
# Out: $tmp/bin, stubs of the tools; $tmp/linux, the stub kernel; $tmp/series/{a,b,c},
#      three versions of two series on it, which differ in what they change; $tmp/repo,
#      the machinery with the first of them; $tmp/canned, all that would be downloaded

stub=$BED/t/stub
vgic=arch/arm64/kvm/vgic
selftests=tools/testing/selftests/kvm

# put FILE...: a file of the stub kernel
put()
{
	for file; do
		mkdir -p "$tmp/linux/${file%/*}"
		echo "$file, base" >"$tmp/linux/$file"
	done
}

put $vgic/vgic-init.c $vgic/vgic-mmio.c $vgic/vgic-mmio-v2.c include/kvm/arm_vgic.h \
	include/uapi/linux/kvm.h arch/arm64/include/uapi/asm/kvm.h virt/kvm/kvm_main.c \
	Documentation/virt/kvm/devices/arm-vgic.rst $selftests/settings \
	tools/testing/selftests/kselftest/runner.sh tools/testing/selftests/kselftest/ktap_helpers.sh \
	$selftests/arm64/vgic_init.c $selftests/arm64/no-vgic.c
cp "$stub/Makefile" "$tmp/linux/"
cp "$stub/Makefile" "$tmp/linux/$selftests/"
mkdir "$tmp/linux/scripts"
printf '#!/bin/sh\necho "Total: Before=1, After=1, chg +0.00%%"\n' >"$tmp/linux/scripts/bloat-o-meter"
chmod +x "$tmp/linux/scripts/bloat-o-meter"
cp "$stub/run_kselftest.sh" "$tmp/linux/tools/testing/selftests/"

mkdir "$tmp/bin"
cp "$stub/tool.sh" "$tmp/bin/tool"
for model in gicv2 gicv3; do
	cp "$ROOT/vgic_compat/t/probes/4.14.5-$model.json" "$tmp/bin/$model.json"
done
for name in qemu-system-aarch64 aarch64-linux-gnu-gcc aarch64-linux-gnu-objcopy \
	aarch64-linux-gnu-strip pahole gnuplot ccache sparse clang-19 ld.lld-19 llvm-ar-19 \
	sphinx-build mmdebstrap apt-get dpkg-source pkg-config ninja qemu-img sleep vgic_compat cost; do
	ln -s tool "$tmp/bin/$name"
done

# The machinery, with data that fits the stubs
mkdir "$tmp/repo"
cp -a "$ROOT/Makefile" "$BED" "$ROOT/vgic_compat" "$tmp/repo/"
sed -i "s/^EXISTING=.*/EXISTING='vgic_init no-vgic'/" "$tmp/repo/testbed/build/tests.sh"
printf 'wrong: it is wrong\n%s\n1s/^/MUTANT /\n' $vgic/vgic-init.c >"$tmp/repo/testbed/evidence/mutants"
printf 'echo "# %s"\n' 'qtest ok 1' 'qtest ok 2' 'qtest ok 3' 'qtest ok 4' \
	'observed debian none refused' 'moved debian none patched none refused' >"$tmp/repo/testbed/vmm/job"
for model in GICv2 GICv3; do
	for kernel in 6.1 unpatched patched; do
		echo "observed $kernel $model debian none refused"
		echo "moved $kernel $model debian none patched none refused"
	done
done | awk -f "$BED/vmm/table.awk" >"$tmp/repo/testbed/vmm/expected"
mkdir -p "$tmp/repo/qemu/hw/intc"
printf '%s\n' 'Subject: hw/intc: Change it' '' 'For the test.' '' 'diff --git a/hw/intc/gic.c b/hw/intc/gic.c' \
	'--- a/hw/intc/gic.c' '+++ b/hw/intc/gic.c' '@@ -1 +1 @@' -base +changed >"$tmp/repo/qemu/hw/intc/one.patch"
echo hw/intc/one.patch >"$tmp/repo/qemu/series"
printf 'echo "ok 1 - all is restored"\necho 1..1\n' >"$tmp/repo/vgic_compat/t/restore.t"

mkdir -p "$tmp/canned/qemu/tools" "$tmp/canned/qemu/tree/hw/intc" \
	"$tmp/canned/qemu/tree/configs/devices/aarch64-softmmu"
echo base >"$tmp/canned/qemu/tree/hw/intc/gic.c"
printf '#!/bin/sh\n: >build.ninja\n' >"$tmp/canned/qemu/tree/configure"
chmod +x "$tmp/canned/qemu/tree/configure"
echo 'QEMU stub' >"$tmp/canned/qemu/base-version"
# No Prometheus, as its tests ask for one
mkdir -p "$tmp/canned/downloads" "$tmp/canned/prometheus" "$tmp/canned/sysroot" "$tmp/canned/vmm"
cp /bin/true "$tmp/canned/downloads/busybox-arm64"
: >"$tmp/canned/vmm/root.cpio"
work=user-$(printf '%s' "$tmp/linux" | cksum | cut -d' ' -f1)
for image in images/5.10 images/6.1 images/6.12 images/6.12.43 "$work/unpatched"; do
	mkdir -p "$tmp/canned/$image"
	echo "an image" >"$tmp/canned/$image/Image"
	echo "a package" >"$tmp/canned/$image/package"
done

# change TEXT FILE...: a patch that changes these files
change()
{
	text=$1
	shift
	for file; do
		printf '%s\n' "diff --git a/$file b/$file" "--- a/$file" "+++ b/$file" '@@ -1 +1 @@' \
			"-$file, base" "+$file, $text"
	done
}

# versions: c touches a folder that the others do not
for version in a b c; do
	series=$tmp/series/$version
	mkdir -p "$series/$vgic" "$series/$selftests/arm64" "$series/Documentation/virt/kvm/devices"
	case $version in
	a) set -- $vgic/vgic-mmio-v2.c $vgic/vgic-mmio.c ;;
	b) set -- $vgic/vgic-mmio.c include/kvm/arm_vgic.h ;;
	c) set -- $vgic/vgic-init.c virt/kvm/kvm_main.c ;;
	esac
	{ printf 'Subject: KVM: One of %s\n\nFor the test.\n\n' $version; change $version "$@"; } \
		>"$series/$vgic/one.patch"
	{ printf 'Subject: KVM: Two of %s\n\nFor the test.\n\n' $version
	  change $version include/uapi/linux/kvm.h; } >"$series/$selftests/two.patch"
	printf 'Subject: KVM: Three of %s\n\nFor the test.\n' $version >"$series/$selftests/three.patch"
	for file in Documentation/virt/kvm/devices/arm-vgic-revisions.rst \
		$selftests/arm64/vgic_revision_fuzz.c $selftests/arm64/vgic_group_migration.c; do
		echo "$file, $version" >"$series/$file"
	done
	printf '%s\n' "$vgic/one.patch Documentation/virt/kvm/devices/arm-vgic-revisions.rst" \
		"$selftests/two.patch $selftests/arm64/vgic_revision_fuzz.c" >"$series/series"
	echo "$selftests/three.patch $selftests/arm64/vgic_group_migration.c" >"$series/series-selftests"
	printf 'A series\n\nIt has a text.\n' >"$series/cover-letter"
done
cp -a "$tmp/series/a/." "$tmp/repo/"
