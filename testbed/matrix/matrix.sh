#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# matrix.sh - move guests between kernels that people run, and see what they notice
#
# In:  the kernels in $W and of the older bases, if they are of those asked for; Debian's
#      arm64 kernels are downloaded. Optional: MODELS and REVISIONS, to do less; KERNELS,
#      to do less or, with NAME=PATH, with images of your own; `check` to see only whether
#      these are right
# Out: a table on standard output; the same as a page in $W/matrix/matrix.html, or
#      in matrix-part if any of these three is set. Exit status 1 if anything is not as
#      testbed/matrix/expected has it.
#
# Each kernel saves a guest at each revision, and restores all that were saved. Further
# rounds move some of them on, or back.
set -eu
. "$(dirname "$0")/../lib.sh"

export KERNELS MODELS REVISIONS
matrix=$W/matrix
[ -z "${KERNELS:=}${MODELS:=}${REVISIONS:=}" ] || matrix=$W/matrix-part
need python3
"$BED/matrix/matrix.py" check
[ "$BASE_SERIES" = 7.3 ] || die "the matrix has all bases; leave BASE=$BASE_SERIES out"
[ "${1:-}" != check ] || exit 0

need qemu-system-aarch64
"$BED/build/compat.sh" >/dev/null
rm -rf "$matrix"
mkdir -p "$matrix"

# debian NAME: get one of Debian's images
debian()
{
	folder=$("$BED/source/image.sh" "$1")
	image=$folder/Image package=$(cat "$folder/package")
}

# patched WORK KERNEL BASE: take the kernel under test of one base
patched()
{
	KERNEL=$2 BASE=$3 TREE=own "$BED/queue/describe.sh" >&2
	image=$1/build/arch/arm64/boot/Image
	[ -f "$image" ] || die "no kernel in $1/build; run make kernel BASE=$3"
	package="$(cat "$1/base-version") with the series"
}

known=$("$BED/matrix/matrix.py" images "$matrix")
for kernel in $known; do
	case $kernel in
	patched) patched "$W" "$KERNEL" 7.3 ;;
	*-patched) patched "$VGIC_CACHE/${kernel%-patched}" '' "${kernel%-patched}" ;;
	7.3) debian unpatched ;;
	*) debian "$kernel" ;;
	esac
	ln -s "$image" "$matrix/image-$kernel"
	echo "$package" >"$matrix/package-$kernel"
done

# An image of the user's own may complain
case $KERNELS in
*=*) COMPLAINTS=shown ;;
*) COMPLAINTS= ;;
esac
export COMPLAINTS

# round NAME: let each kernel do its job, if it has one
round()
{
	"$BED/matrix/matrix.py" jobs "$1" "$matrix" >"$matrix/jobs"
	[ -s "$matrix/jobs" ] || return 0
	say "round $1, all files in $matrix"
	xargs -P "$JOBS" -L 1 "$BED/boot/run-job.sh" <"$matrix/jobs" && return
	for job in "$matrix/job-$1-"*; do
		[ -d "$matrix/${job##*/job-}" ] || say "${job##*/job-} did not do its part, see above"
	done
	die "not all kernels did their part; all is in $matrix"
}

for name in $("$BED/matrix/matrix.py" rounds); do
	round "$name"
done
exec "$BED/matrix/matrix.py" show "$matrix"
