#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# debian-guests.sh - run the guests of the file debian-guests as guest.sh does, at each
#                    revision, on both models, and move them
#
# In:  the kernel in $W and the QEMU of build/qemu.sh; the guests are downloaded.
#      Optional: GUESTS, names of some; MODEL, REVISIONS and SECONDS (300) of guest.sh;
#      `check` to see only whether there are such GUESTS
# Out: a table on standard output, and as its last line what was counted; consoles in
#      $W/vmm-guests. Exit status 1 if a guest is not well at a revision.
set -eu
. "$(dirname "$0")/../lib.sh"

rows=$(sed 's/#.*//' "$BED/vmm/debian-guests" | awk 'NF')
for name in ${GUESTS:-}; do
	printf '%s\n' "$rows" | awk '{ print $1 }' | grep -qFx -e "$name" ||
		die "GUESTS: there is no '$name' in $BED/vmm/debian-guests"
done
[ "${1:-}" != check ] || exit 0
# shellcheck disable=SC3028 # SECONDS is a variable like any other in sh
REVISIONS=${REVISIONS:-none 0 1 2 3} SECONDS=${SECONDS:-300} MIGRATE=yes TYPE='\r'
export REVISIONS SECONDS MIGRATE TYPE
export GUEST CPUS MEMORY LOOK INITRD APPEND GUEST_FOLDER
out=$W/vmm-guests
rm -rf "$out"
mkdir -p "$out/initramfs/bin" "$out/initramfs/proc" "$out/initramfs/dev"
need cpio

# An init that needs the timer interrupts of each CPU
"$BED/source/busybox.sh" "$out/initramfs/bin/busybox"
cat >"$out/initramfs/init" <<'END'
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t devtmpfs dev /dev
while :; do
	cpu=0
	while [ $cpu -lt "$(grep -c ^processor /proc/cpuinfo)" ]; do
		taskset -c $cpu sleep 0.2
		cpu=$((cpu + 1))
	done
	echo "awake on $cpu CPUs"
done
END
chmod +x "$out/initramfs/init"
pack "$out/initramfs" | gzip -n -1 >"$out/initramfs.gz"

# get NAME PACKAGE FILE: download a guest, once, and print its path
get()
{
	case $1 in
	linux-*)
		folder=$("$BED/source/image.sh" "$2")
		echo "$folder/Image"
		;;
	*)
		guest=$VGIC_CACHE/images/$1/${3##*/}
		if [ ! -f "$guest" ]; then
			mkdir -p "${guest%/*}"
			deb=$("$BED/source/debs.sh" get "$VGIC_CACHE/downloads" "$2")
			dpkg-deb --fsys-tarfile "$deb" | tar -xO "./$3" >"$guest.new"
			echo "$2 $(dpkg-deb -f "$deb" Version)" >"${guest%/*}/package"
			rm -f "$deb"
			mv "$guest.new" "$guest"
		fi
		echo "$guest"
		;;
	esac
}

printf '%s\n' "$rows" | {
while read -r name package file cpus memory look; do
	case " ${GUESTS:-$name} " in *" $name "*) ;; *) continue ;; esac
	GUEST=$(get "$name" "$package" "$file")
	MEMORY=$memory INITRD='' APPEND=''
	# Warnings only: each character that a guest prints takes this emulated host long
	case $name in linux-*) INITRD=$out/initramfs.gz APPEND='console=ttyAMA0 loglevel=5' ;; esac
	for CPUS in $(echo "$cpus" | tr ',' ' '); do
		LOOK=$(echo "$look" | sed "s/@CPUS@/$CPUS/" | tr '~' ' ')
		say "$name, $CPUS CPUs: $(cat "${GUEST%/*}/package")"
		GUEST_FOLDER=$out/$name-$CPUS
		# If one is not well, the status is 1, and the table says which
		"$BED/vmm/guest.sh" >"$GUEST_FOLDER.table" 2>"$GUEST_FOLDER.log" </dev/null ||
			[ -s "$GUEST_FOLDER.table" ] || {
			tail -n 20 "$GUEST_FOLDER.log" >&2
			die "$name did not run; full log: $GUEST_FOLDER.log"
		}
		sed "1d; s/^/$name $CPUS /" "$GUEST_FOLDER.table"
	done
done
: >"$out/all"
} | tee "$out/table"
[ -f "$out/all" ] || exit 1
awk '
	/, healthy/ { healthy++ }
	{ runs++ }
	END {
		printf "%d runs, %d unexpected\n", runs, runs - healthy
		exit !runs || runs != healthy
	}' "$out/table"
