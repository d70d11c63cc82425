#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tool.sh - all tools that kill.t does without: QEMU, the compiler, apt, sleep and others
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
	# A program is the one of that name here
	{ echo "exec '${0%/*}/${out##*/}' \"\$@\""; cat "$last"; } >>"$out" 2>/dev/null || :
	chmod +x "$out"
	;;
*-objcopy) echo guest >"$last" ;;
*-nm) printf '%s\n' '0 10 D vgic_dist' '0 20 D vgic_irq' ;;
cost)
	for access in read_IGROUPR1 write_IGROUPR1 read_IIDR; do
		for model in 2 3; do
			printf "cost GICv$model %s $access 100\n" 0 1 2 3
		done
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
	rm -rf "$folder"
	echo '[    1.000000] reboot: Power down'
	;;
esac
