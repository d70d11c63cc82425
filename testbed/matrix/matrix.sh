#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# matrix.sh - move guests between kernels that people run, and see what they notice
#
# In:  the kernel in $W; Debian's arm64 kernels are downloaded. Optional: KERNELS,
#      MODELS and REVISIONS, to do less, of those below; `check` to see only
#      whether these are right
# Out: what matrix-show.sh prints as a table; the same as a page in
#      $W/matrix/matrix.html, or in matrix-part if it is less. Exit status 1 if
#      anything is not as testbed/matrix/expected has it.
#
# Each kernel saves a guest at each revision, and restores all that were saved.
set -eu
set -f
. "$(dirname "$0")/../lib.sh"

ALL_KERNELS="5.10 6.1 6.12.43 6.12 7.3 patched"
ALL_MODELS="GICv2 GICv3"
ALL_REVISIONS="default 0 1 2 3"
ALL="$ALL_KERNELS $ALL_MODELS $ALL_REVISIONS"
KERNELS=${KERNELS:-$ALL_KERNELS}
MODELS=${MODELS:-$ALL_MODELS}
REVISIONS=${REVISIONS:-$ALL_REVISIONS}
export KERNELS MODELS REVISIONS
matrix=$W/matrix
[ "$KERNELS $MODELS $REVISIONS" = "$ALL" ] || matrix=$W/matrix-part
patched=$W/build/arch/arm64/boot/Image

# known WHAT WORDS LIST: all words have to be of the list, once
known()
{
	for word in $2; do
		case " $3 " in
		*" $word "*) ;;
		*) die "$1: there is no '$word', only $3, separated by spaces" ;;
		esac
	done
	[ -z "$(echo "$2" | tr ' ' '\n' | sort | uniq -d)" ] || die "$1: a word is there twice"
}

known KERNELS "$KERNELS" "$ALL_KERNELS"
known MODELS "$MODELS" "$ALL_MODELS"
known REVISIONS "$REVISIONS" "$ALL_REVISIONS"
[ "${1:-}" != check ] || exit 0
[ -f "$patched" ] || die "no kernel in $W/build; run make kernel"
need qemu-system-aarch64
"$BED/build/compat.sh" >/dev/null
rm -rf "$matrix"
mkdir -p "$matrix"
# Once, and not by two machines at a time
"$BED/source/busybox.sh" "$matrix/busybox"

image()
{
	case $1 in
	patched) echo "$patched" ;;
	7.3) echo "$W/unpatched/Image" ;;
	*) echo "$VGIC_CACHE/images/$1/Image" ;;
	esac
}

for kernel in $KERNELS; do
	case $kernel in
	5.10 | 6.1) "$BED/source/image.sh" "$VGIC_CACHE/images/$kernel" "linux-image-$kernel\.0-[0-9]+-arm64" ;;
	6.12) "$BED/source/image.sh" "$VGIC_CACHE/images/6.12" 'linux-image-6\.12\.[0-9]+\+deb12-arm64' ;;
	6.12.43) "$BED/source/image.sh" "$VGIC_CACHE/images/6.12.43" 'linux-image-6\.12\.43\+deb12-arm64' ;;
	7.3) "$BED/source/image.sh" unpatched ;;
	esac
done

# step NAME: let each kernel do its job, if it has one, two kernels at a time
step()
{
	for kernel in $KERNELS; do
		for model in $MODELS; do
			machine=nvhe
			[ "$model" = GICv3 ] || machine=gicv2
			name=$1-$kernel-$model
			[ ! -d "$matrix/job-$name" ] || printf '%s "%s" "%s" "%s"\n' $machine \
				"$(image "$kernel")" "$matrix/job-$name" "$matrix/$name"
		done
	done | xargs -P 2 -L 1 "$BED/boot/run-job.sh" ||
		die "a kernel did not do its part, see above; all is in $matrix"
}

# job NAME: a folder for what a kernel is to do; its script is standard input
job()
{
	mkdir -p "$matrix/job-$1"
	cat >>"$matrix/job-$1/job"
}

# bring NAME FROM AS: a state that a kernel saved, if it could
bring()
{
	[ ! -s "$matrix/$2" ] || cp "$matrix/$2" "$matrix/job-$1/$3"
}

say "saving guests on $KERNELS, all files in $matrix"
for kernel in $KERNELS; do
	for model in $MODELS; do
		job "save-$kernel-$model" <<-END
			out probe vgic_compat probe
			out probe.json vgic_compat probe --json
			for revision in $REVISIONS; do
				out save-\$revision vgic_compat save --revision \$revision file
				[ ! -f file ] || out state-\$revision cat file
				rm -f file
			done
		END
	done
done
step save

say "restoring each of them on $KERNELS"
for kernel in $KERNELS; do
	for model in $MODELS; do
		job "restore-$kernel-$model" <<-'END'
			for file in state,*; do
				[ ! -f $file ] || out $file vgic_compat restore $file
			done
		END
		for from in $KERNELS; do
			for revision in $REVISIONS; do
				bring "restore-$kernel-$model" \
					"save-$from-$model/state-$revision" "state,$from,$revision"
			done
		done
	done
done
if [ "$matrix" = "$W/matrix" ]; then
	. "$BED/matrix/stories.sh"
	step restore
	say "moving some of them back"
	stories_back
	step back
else
	step restore
fi

"$BED/matrix/results.sh" "$matrix" >"$matrix/results.new"
mv "$matrix/results.new" "$matrix/results"
"$BED/matrix/show.sh" page "$matrix/results" >"$matrix/matrix.html.new"
mv "$matrix/matrix.html.new" "$matrix/matrix.html"
"$BED/matrix/show.sh" table "$matrix/results"
say "the page: $matrix/matrix.html"
! grep -Eq '^(cell|step).*	no$' "$matrix/results" ||
	die "results are not as testbed/matrix/expected has them; all is in $matrix"
