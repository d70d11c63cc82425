# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# lib.sh - what the scripts of all rooms share; sourced, never run
#
# In:  VGIC_CACHE, BASE, KERNEL (optional, from make); WORK (optional, from beside.sh and tests)
# Out: ROOT (this repo), BED (its testbed/), VGIC_CACHE, W (the work folder of this
#      base kernel), and the functions below

# A user's CDPATH has no say in where cd goes, a hook that runs make none in which
# repository git works in, and an outer make none in how an inner one works
unset CDPATH GIT_TEMPLATE_DIR MAKEFLAGS MAKELEVEL MAKEOVERRIDES MFLAGS
# shellcheck disable=SC2046 # one word a variable
unset $(git rev-parse --local-env-vars 2>/dev/null || :)
LC_ALL=C
export LC_ALL

# A script that is stopped does what it does at its end, too
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

ROOT=$(cd "$(dirname "$0")/../.." && pwd)
BED=$ROOT/testbed

VGIC_CACHE=${VGIC_CACHE:-${HOME:-/tmp}/.cache/vgic-revisions}
KERNEL=${KERNEL:-}
KERNEL=${KERNEL%/}
CCACHE_DIR=$VGIC_CACHE/ccache
# What a source includes is in the list that each compiler writes for make, so ccache need
# not run the preprocessor for it, which is a fifth of a build
CCACHE_DEPEND=1
export CCACHE_DIR CCACHE_DEPEND

# The base that is worked on: Debian's linux-source-$BASE_SERIES, and the version of it that
# was tested. The series is written for 7.3, and backports/ has what differs on the others.
BASE_SERIES=${BASE:-7.3}
# shellcheck disable=SC2034 # for fetch.sh
case $BASE_SERIES in
7.3) BASE_TESTED=7.3.4-1~bpo13+1 ;;
6.12) BASE_TESTED=6.12.117-1~deb12u1 ;;
6.1) BASE_TESTED=6.1.192-2 ;;
*)
	echo "there is no BASE=$BASE_SERIES; there are 7.3, 6.12 and 6.1" >&2
	exit 1
	;;
esac

# An arm64 machine has the compiler of its own
MACHINE_TYPE=$(uname -m)
case $MACHINE_TYPE in
aarch64) CROSS_COMPILE=${CROSS_COMPILE:-} ;;
*) CROSS_COMPILE=${CROSS_COMPILE:-aarch64-linux-gnu-} ;;
esac
# How many jobs of a build, and how many machines, run at once
JOBS=${JOBS:-$(nproc)}
export CROSS_COMPILE JOBS

say()
{
	printf '%s\n' "$*" >&2
}

die()
{
	# A full disk may be why. The temporary files, which may fill it, are still there.
	"$BED/source/full.sh" "$VGIC_CACHE" "$ROOT" "${TMPDIR:-/tmp}" ${KDIR:+"$KDIR"}
	say "${0##*/}: $*"
	exit 1
}

case $JOBS in
*[!0-9]* | 0*) die "JOBS=$JOBS is not a number from 1 up" ;;
esac

# What runs the machines: emulation, or the KVM of this host. Tests have a DEV_KVM.
ACCEL=${ACCEL:-tcg}
DEV_KVM=${DEV_KVM:-/dev/kvm}
case $ACCEL in
tcg) ;;
kvm)
	[ "$MACHINE_TYPE" = aarch64 ] || die "ACCEL=kvm needs an arm64 host, and this one is $MACHINE_TYPE"
	[ -w "$DEV_KVM" ] || die "ACCEL=kvm needs $DEV_KVM, which is not there or not yours to open"
	;;
*) die "no ACCEL=$ACCEL; there are tcg and kvm" ;;
esac

# A base kernel of the user's own gets a work folder of its own, and so does an
# explicit WORK: evidence on other commits has one, and the test bed's tests have.
if [ -n "${WORK:-}" ]; then
	W=$WORK
elif [ -n "$KERNEL" ]; then
	W=$VGIC_CACHE/user-$(printf '%s' "$KERNEL" | cksum | cut -d' ' -f1)
else
	W=$VGIC_CACHE/$BASE_SERIES
fi

# Find out now, not after the download, that nothing can be written.
make_work()
{
	if ! mkdir -p "$VGIC_CACHE" "$W" 2>/dev/null ||
	   ! touch "$W/.writable" 2>/dev/null; then
		die "cannot write to the cache folder $VGIC_CACHE; set VGIC_CACHE to another"
	fi
	rm -f "$W/.writable"
}

# No git command in the cache goes on to a repository that the cache may lie in
GIT_CEILING_DIRECTORIES=$W
export GIT_CEILING_DIRECTORIES

# need_tree: the composed tree has to be there
need_tree()
{
	[ -d "$W/tree/.git" ] || die "no composed tree in $W; run make tree"
}

# Git goes by what the test bed sets; where a user's own configuration counts, it is
# users_git of queue/lib.sh
GIT_CONFIG_OF_USER=${GIT_CONFIG_OF_USER-${GIT_CONFIG_GLOBAL:-}}
# A file that is not there, and that a git config --global of a script cannot make
GIT_CONFIG_GLOBAL=/nonexistent/gitconfig GIT_CONFIG_NOSYSTEM=1
GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
export GIT_CONFIG_OF_USER GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM
export GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0

# pack FOLDER: all that is in it, as a cpio archive of root's files
pack()
{
	(cd "$1" && find . | sort | cpio -o -H newc --quiet --reproducible -R 0:0)
}

# strip_programs FOLDER: take the debug information out of the programs in it
strip_programs()
{
	find "$1" -type f | while read -r file; do
		case $(head -c 4 "$file" | tr -d '\0') in
		?ELF) "${CROSS_COMPILE}strip" "$file" ;;
		esac
	done
}

# need TOOL...: make sure that these commands are there
need()
{
	"$BED/source/tools.sh" "$@"
}
