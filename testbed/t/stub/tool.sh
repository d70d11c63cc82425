#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tool.sh - all tools that a stub kernel does without: QEMU, the compiler, apt, sleep and
#           others
#
# In:  what the one by whose name it is called takes
# Out: what comes of it, in a moment. QEMU does the job in its initramfs, and what it
#      compiles is a copy of the sources. A sleep is short. There is no network.
set -eu

# behind OPTION WORD...: the last word that follows OPTION
behind()
{
	option=$1 before='' found=''
	shift
	for word; do
		[ "$before" != "$option" ] || found=$word
		before=$word
	done
	echo "$found"
}

for last; do :; done
case ${0##*/} in
sleep) exec /bin/sleep 0.05 ;;
apt-get | mmdebstrap) exit 100 ;;
*-gcc)
	case $1 in
	-dumpmachine) echo aarch64-linux-gnu; exit 0 ;;
	-print-file-name=*) echo "/stub/${1#*=}"; exit 0 ;;
	esac
	out=$(behind -o "$@")
	printf '#!/bin/sh\n' >"$out"
	sleep 1
	# A program is the one of that name here, from wherever this was called
	here=$(readlink -f "$0")
	{ echo "exec '${here%/*}/${out##*/}' \"\$@\""; cat "$last"; } >>"$out" 2>/dev/null || :
	chmod +x "$out"
	;;
ninja)
	cd "$(behind -C "$@")"
	mkdir -p tests/qtest
	sleep 1
	cat ../hw/intc/gic.c >qemu-system-aarch64
	cp qemu-system-aarch64 tests/qtest/arm-gic-iidr-revision-test
	chmod +x qemu-system-aarch64
	;;
qemu-img) : >"$(behind qcow2 "$@")" ;;
*-objcopy) echo guest >"$last" ;;
pahole) printf '%s\t%s\t0\n' vgic_dist 16 vgic_irq 32 ;;
gnuplot) ;;
cost)
	for of in 'GICv2 0' 'GICv2 1' 'GICv2 2' 'GICv2 3' 'GICv3 0' 'GICv3 1' 'GICv3 2' 'GICv3 3'; do
		printf 'access %s %s 100\n' "$of" read_IGROUPR1 "$of" write_IGROUPR1 "$of" read_IIDR
		printf '%s %s 8 32 100\n' choice "$of" save "$of" restore "$of"
	done
	;;
vgic_compat)
	case $1 in
	probe) cat "${0%/*}/gicv$GIC.json" ;;
	save)
		echo "a state" >"$last"
		echo '{"format": "vgic-moves", "version": 1, "result": "saved"}'
		;;
	restore)
		echo '{"format": "vgic-moves", "version": 1, "result": "kept", "vms": [],' \
			'"registers": [], "arrivals": [], "lines": [], "held": []}'
		;;
	esac
	;;
qemu-system-aarch64)
	case "$*" in
	*gic-version=2*) GIC=2 ;;
	*) GIC=3 ;;
	esac
	IMAGE=$(behind -kernel "$@")
	export GIC IMAGE
	initrd=$(behind -initrd "$@")
	folder=$(mktemp -d)
	trap 'rm -rf "$folder"' EXIT
	cd "$folder"
	gzip -dc "$initrd" | cpio -id --quiet --no-preserve-owner
	out()
	{
		name=$1 status=0
		shift
		"$@" >../out 2>../err || status=$?
		echo "@begin $name"
		cat ../out
		printf '@end %s %s\n@begin %s.err\n' "$name" $status "$name"
		cat ../err
		echo "@end $name.err $status"
	}
	cd job
	PATH=$PWD:$PATH
	# shellcheck disable=SC1091 # the job's
	(set -eu && . ./job) && echo "@all done"
	echo '[    1.000000] reboot: Power down'
	;;
esac
