#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# guest.sh - run a guest of the user's own under the patched QEMU, on the patched kernel,
#            at each revision
#
# In:  GUEST: a kernel (Image, zboot or ELF), or else a firmware. Optional: INITRD,
#      APPEND, DISK; MODEL, GICv2 or GICv3, else both; REVISIONS, of "none 0 1 2 3"; CPUS
#      (1); MEMORY, in MiB (256); SECONDS (60), the longest that it runs; LOOK, what a
#      healthy guest prints (grep -E); MIGRATE=yes, save and restore it, after SECONDS or
#      when LOOK was seen; TYPE, what is typed every three seconds (printf's escapes).
#      `check` to see only whether these make sense. GUEST_FOLDER (optional, from
#      debian-guests.sh), where all goes.
# Out: for each model and revision the last lines of the console, then a table on standard
#      output; whole consoles in the folder. Exit status 1 if there is a LOOK, and it was not
#      seen; with MIGRATE, after the move; or if that failed.
set -eu
. "$(dirname "$0")/../lib.sh"

MODEL=${MODEL:-GICv2 GICv3}
REVISIONS=${REVISIONS:-none 0 1 2 3}
out=${GUEST_FOLDER:-$W/guest}

# number NAME VALUE
number()
{
	case $2 in
	'' | *[!0-9]* | 0*) die "$1=$2 is not a number above 0" ;;
	esac
}
for file in "GUEST ${GUEST:-}" "INITRD ${INITRD:-}" "DISK ${DISK:-}"; do
	path=${file#* }
	{ [ -z "$path" ] && [ "${file%% *}" != GUEST ]; } || { [ -f "$path" ] && [ -r "$path" ]; } ||
		die "${file%% *}=$path is not a file that can be read"
done
for model in $MODEL; do
	case $model in GICv2 | GICv3) ;; *) die "MODEL=$model is neither GICv2 nor GICv3" ;; esac
done
for revision in $REVISIONS; do
	case $revision in none | [0-3]) ;; *) die "REVISIONS: '$revision' is not none, 0, 1, 2 or 3" ;; esac
done
case ${MIGRATE:-} in '' | yes) ;; *) die "MIGRATE=$MIGRATE is not yes" ;; esac
number CPUS "${CPUS:=1}"
number MEMORY "${MEMORY:=256}"
# SECONDS is a variable like any other in sh, but not in bash
# shellcheck disable=SC3028
number SECONDS "${SECONDS:=60}"
status=0
printf '' | grep -qE -e "${LOOK:-.}" 2>/dev/null || status=$?
[ $status -ne 2 ] || die "LOOK=$LOOK is not a regular expression for grep -E"
[ "${1:-}" != check ] || exit 0

image=$W/build/arch/arm64/boot/Image
qemu=$VGIC_CACHE/qemu/build/qemu-system-aarch64
[ -f "$image" ] || die "no kernel in $W/build; run make kernel"
[ -x "$qemu" ] || die "no QEMU in ${qemu%/*}; run make qemu"
need "${CROSS_COMPILE}strip"
rm -rf "$out"
mkdir -p "$out/job"
job=$out/job

# What a guest is says how QEMU starts it: arm64's magic number, a zboot image, ELF
kind=-bios
case $(dd if="$GUEST" bs=1 skip=56 count=4 2>/dev/null | tr -d '\0') in
ARM*) kind=-kernel ;;
esac
case $(head -c 8 "$GUEST" | tr -d '\0') in
MZzimg* | ?ELF*) kind=-kernel ;;
esac

cp "$GUEST" "$job/guest"
cp "$qemu" "$job/qemu-patched"
cp "$BED/vmm/guest-job" "$job/job"
cp "$BED/vmm/qemu-lib.sh" "$job/"
{
	printf '%s\n' -m "$MEMORY" -smp "$CPUS" -no-reboot $kind /job/guest
	if [ -n "${INITRD:-}" ]; then
		cp "$INITRD" "$job/initrd"
		printf '%s\n' -initrd /job/initrd
	fi
	[ -z "${APPEND:-}" ] || printf '%s\n' -append "$APPEND"
	if [ -n "${DISK:-}" ]; then
		need qemu-img
		cp "$DISK" "$job/disk"
		# What the guest writes goes with it, and the next one does not see it
		format=$(qemu-img info "$job/disk" | sed -n 's/^file format: //p')
		(cd "$job" && qemu-img create -q -f qcow2 -b "$PWD/disk" -F "$format" overlay.qcow2 &&
			qemu-img rebase -u -b /job/disk -F "$format" overlay.qcow2)
		printf '%s\n' -drive if=none,id=disk,format=qcow2,file=disk.qcow2 -device virtio-blk-pci,drive=disk
	fi
} >"$job/options"
quote()
{
	printf "%s='%s'\n" "$1" "$(printf '%s' "$2" | sed "s/'/'\\\\''/g")"
}
# shellcheck disable=SC2034,SC3028 # quoted below
LENGTH=$SECONDS
for name in REVISIONS LENGTH LOOK MIGRATE TYPE; do
	eval "quote $name \"\${$name:-}\""
done >"$job/settings"

# Room for what is in the initramfs, twice, and for the guest
room=$((1024 + MEMORY * 2 + $(du -sm "$job" | cut -f1) * 3))
# shellcheck disable=SC3028
limit=$(($(echo "$REVISIONS" | wc -w) * (SECONDS * 2 + 60) + 120))
BOOT_MEMORY=${room}M BOOT_TIMEOUT=${BOOT_TIMEOUT:-$limit}
export BOOT_MEMORY BOOT_TIMEOUT
for model in $MODEL; do
	machine=nvhe
	[ "$model" = GICv3 ] || machine=gicv2
	echo "$machine $image $job $out/$model"
done | xargs -P "$JOBS" -L 1 "$BED/boot/run-job.sh" || die "a machine did not do its part; all is in $out"
for model in $MODEL; do
	tr -d '\r' <"$out/$model/console.log" | sed -n "s/^# guest /$model|/p" >>"$out/found"
	for revision in $REVISIONS; do
		say "--- $model, revision $revision, the last lines of $out/$model/console-$revision:"
		tr -d '\r' <"$out/$model/console-$revision" | tail -n 3 | cat -v >&2
	done
done
rm -rf "$job"
[ "$(wc -l <"$out/found")" -eq $(($(echo "$MODEL" | wc -w) * $(echo "$REVISIONS" | wc -w))) ] ||
	die "a revision has no result, or more than one; all is in $out"
awk -F'|' 'BEGIN { printf "%-6s %-5s %-40s %s\n", "GIC", "rev", "guest", "in two seconds more" }
	{ sub(/ /, "|", $2); split($2, part, "|")
	  printf "%-6s %-5s %-40s %s\n", $1, part[1], part[2] ($4 == "" ? "" : ", " $4), $3 }' "$out/found"
! grep -qE '\|none not moved: |\|[0-3] not moved: |not healthy$' "$out/found"
