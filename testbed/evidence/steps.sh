#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# steps.sh - the series cut after each of its patches, as each can be the last one that
#            is taken
#
# In:  `list`: the composed tree in $W. `try FOLDER TITLE`: a tree at one of its
#      commits in $W, and PLAN; FOLDER is for logs.
# Out: as run.sh wants it. Three results for a commit: it builds without a new warning
#      (W=1 and sparse, from gcc and from clang, compared with the base), passes the
#      tests that there are at that point, and its pages build, if it changes any.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$BED/build/lib.sh"

# warnings COMPILER: build KVM and print its warnings, without line numbers
warnings()
{
	out=$W/build-$1
	case $1 in
	# Debian 12's sparse does not know __typeof_unqual__, and the kernel would
	# do without sparse
	gcc) set -- CC="ccache ${CROSS_COMPILE}gcc" C=1 CF=-D__typeof_unqual__=__typeof__ ;;
	clang) set -- CC="ccache clang-19" LLVM=-19 ;;
	esac
	begin_build "$out"
	[ -f "$out/.config" ] ||
		make -s -C "$W/tree" ARCH=arm64 O="$out" "$@" \
			KCONFIG_ALLCONFIG="$BED/build/slim.config" allnoconfig >"$out.log" 2>&1 || {
			tail -n 20 "$out.log" >&2
			return 1
		}
	make -C "$W/tree" ARCH=arm64 O="$out" "$@" W=1 -j"$JOBS" arch/arm64/kvm/ >"$out.log" 2>&1 || {
		tail -n 20 "$out.log" >&2
		return 1
	}
	end_build "$out"
	grep -E 'warning:|error:|Warning:' "$out.log" | sed 's/:[0-9]*:[0-9]*:/:/' | sort
}

# new_warnings FOLDER: those that the base does not have
new_warnings()
{
	for compiler in gcc clang; do
		warnings $compiler >"$1/$compiler.warnings" || return 1
		comm -13 "$MAIN/evidence/$PLAN/base/$compiler.warnings" "$1/$compiler.warnings"
	done
}

result()
{
	echo "$([ "$1" = 0 ] || echo 'not ')ok $2"
}

case $1 in
list)
	need sparse clang-19 ld.lld-19 llvm-ar-19 python3 sphinx-build
	echo "$(git -C "$W/tree" rev-parse base) 1 base the base itself"
	git -C "$W/tree" log --reverse --format='%H %s' base..HEAD |
		awk '{ commit = $1; sub(/^[^ ]* /, ""); printf "%s 3 %02d %s\n", commit, NR, $0 }'
	;;
try)
	folder=$2 title=$3
	if [ "${folder##*/}" = base ]; then
		# A compiler says it once, so all is compiled
		rm -rf "$W/tree/.build-gcc" "$W/tree/.build-clang"
		for compiler in gcc clang; do
			warnings $compiler >"$folder/$compiler.warnings"
		done
		grep -q '^  CHECK ' "$W/build-gcc.log" || die "sparse did not run; see $W/build-gcc.log"
		result 0 "$title builds with both compilers, and sparse"
		exit 0
	fi
	status=0
	new_warnings "$folder" >"$folder/new" || status=1
	[ ! -s "$folder/new" ] || status=1
	cat "$folder/new" >&2
	result $status "no new warning: $title"

	status=0
	RESULTS=$folder/consoles "$BED/check/check.sh" "$PLAN" >"$folder/ktap" || status=1
	[ $status -eq 0 ] || grep -A20 '^ *not ok' "$folder/ktap" | sed 's/^/# /'
	rm -rf "$folder/consoles/job" "$folder/consoles/initramfs.gz"
	result $status "tests pass: $title"
	tail -n 1 "$folder/ktap" | sed 's/^/# /'

	if git -C "$W/tree" diff --quiet HEAD^ -- Documentation; then
		echo "ok pages build: $title # SKIP it changes no page"
		exit 0
	fi
	status=0
	"$BED/build/docs.sh" >&2 || status=1
	result $status "pages build: $title"
	;;
esac
