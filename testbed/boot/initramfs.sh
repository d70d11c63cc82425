#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# initramfs.sh - pack busybox, kselftest's runner and tests into an initramfs
#
# In:  OUT, the file to write, then the programs to run, in this order; the
#      composed tree in $W/tree for kselftest's runner
# Out: OUT, which boots, runs `run_kselftest.sh` and powers off. On the kernel's
#      command line, KSELFTEST_<NAME>_ARGS=A,B gives arguments to a test, and
#      TEST_TIMEOUT=... each test so many seconds.
set -eu
. "$(dirname "$0")/../lib.sh"

[ $# -ge 2 ] || die "usage: initramfs.sh OUT PROGRAM..."
out=$1
shift
need cpio "${CROSS_COMPILE}gcc"
selftests=$W/tree/tools/testing/selftests

root=$(mktemp -d "$W/initramfs.XXXXXX")
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/bin" "$root/dev" "$root/proc" "$root/sys" "$root/tmp" \
	"$root/usr/bin" "$root/kselftest/kselftest" "$root/kselftest/kvm"
"$BED/source/busybox.sh" "$root/bin/busybox"
cp "$selftests/run_kselftest.sh" "$root/kselftest/"
cp "$selftests/kselftest/runner.sh" "$selftests/kselftest/ktap_helpers.sh" "$root/kselftest/kselftest/"
cp "$selftests/kvm/settings" "$root/kselftest/kvm/"
for program; do
	[ -x "$program" ] || die "no program $program; run make selftests"
	cp "$program" "$root/kselftest/kvm/"
	case $(head -c 4 "$program" | tr -d '\0') in
	*ELF) "${CROSS_COMPILE}strip" "$root/kselftest/kvm/${program##*/}" ;;
	esac
	echo "kvm:${program##*/}" >>"$root/kselftest/kselftest-list.txt"
done

# kselftest asks GNU timeout for --foreground, which busybox does not know, and
# expects 124 from it
cat >"$root/usr/bin/timeout" <<'END'
#!/bin/busybox sh
[ "$1" != --foreground ] || shift
busybox timeout "$@"
rc=$?
[ $rc -ne 143 ] || rc=124
exit $rc
END

cat >"$root/init" <<'END'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin:/usr/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmp /tmp
mount -t debugfs debugfs /sys/kernel/debug
ln -s /proc/self/fd /dev/fd
ln -s fd/0 /dev/stdin
ln -s fd/1 /dev/stdout
ln -s fd/2 /dev/stderr
ulimit -n 4096
# Warnings and worse may still interrupt the results on the console
dmesg -n 5
uname -r | sed 's/^/# kernel /'
cd /kselftest
for name in $(env | sed -n 's/^\(KSELFTEST_[A-Z0-9_]*_ARGS\)=.*/\1/p'); do
	eval "export $name=\"\$(echo \$$name | tr , ' ')\""
done
./run_kselftest.sh ${TEST_TIMEOUT:+--override-timeout $TEST_TIMEOUT}
poweroff -f
END
chmod +x "$root/init" "$root/usr/bin/timeout"

pack "$root" | gzip -n -1 >"$out.new"
mv "$out.new" "$out"
