#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# matrix-boot.sh - let one kernel do a list of things with vgic_compat
#
# In:  MACHINE of boot.sh, IMAGE, JOB, OUT. JOB is a folder, with a shell script
#      `job` and the files that it needs; in it `out NAME COMMAND...` runs a command
# Out: OUT/NAME with what each command printed, and OUT/NAME.status with its exit
#      status; the console in OUT/console.log. OUT is there only if the machine
#      did all of it, and what was there before is gone.
set -eu
. "$(dirname "$0")/../lib.sh"

[ $# -eq 4 ] || die "usage: matrix-boot.sh MACHINE IMAGE JOB OUT"
machine=$1 image=$2 job=$3 out=$4
start=$(date +%s)
need cpio "${CROSS_COMPILE}strip"
rm -rf "$out" "$out.new"
mkdir -p "$out.new"
root=$out.new/root
mkdir -p "$root/bin" "$root/dev" "$root/proc" "$root/sys" "$root/tmp" "$root/job"
"$BED/source/busybox.sh" "$root/bin/busybox"
"${CROSS_COMPILE}strip" -o "$root/bin/vgic_compat" "$VGIC_CACHE/vgic_compat/vgic_compat"
cp "$job"/* "$root/job/"

cat >"$root/init" <<'END'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
hostname "$(uname -r)"
dmesg -n 1
out()
{
	name=$1
	shift
	"$@" >/output 2>&1
	status=$?
	echo "@begin $name"
	cat /output
	echo "@end $name $status"
}
cd /job
. /job/job
echo "@all done"
poweroff -f
END
chmod +x "$root/init"
pack "$root" | gzip -n -1 >"$out.new/initramfs.gz"
rm -rf "$root"
"$BED/boot/boot.sh" "$machine" "$image" "$out.new/initramfs.gz" "$out.new/console.log"
rm -f "$out.new/initramfs.gz"

tr -d '\r' <"$out.new/console.log" | awk -v out="$out.new" '
	/^@all done/ { all = 1 }
	/^@begin / { name = $2; file = out "/" name; printf "" >file; next }
	/^@end / && $2 == name { close(file); print $3 >(file ".status"); close(file ".status")
				 name = ""; next }
	name != "" { print >file }
	END { exit !all }' || die "the job was not done; see $out.new/console.log"
mv "$out.new" "$out"
say "  ${out##*/}: $(($(date +%s) - start)) s"
