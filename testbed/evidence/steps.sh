#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# steps.sh - the series cut after each of its patches, as each can be the last
#            one that is taken: it builds without a new warning, passes the tests
#            that there are at that point, and its pages build
#
# In:  the composed tree in $W/tree, with nothing uncommitted; MACHINES, which to
#      test on (nvhe gicv2)
# Out: KTAP on standard output, for each commit of both series: its warnings with
#      W=1 and sparse, from gcc and from clang, compared with those of the base;
#      what `make check` of the tree up to there gives; and, if the commit changes
#      Documentation, that it builds without a warning. The tree is back where it
#      was afterwards. Exit status 1 if a commit fails.
set -eu
. "$(dirname "$0")/../lib.sh"
MACHINES=${MACHINES:-nvhe gicv2}
unset MAKEFLAGS MAKELEVEL MAKEOVERRIDES MFLAGS
CCACHE_DIR=$VGIC_CACHE/ccache
export CCACHE_DIR

need sparse clang-19 ld.lld-19 llvm-ar-19 python3 sphinx-build
cd "$W/tree"
# Run again with the base checked out, and at.sh to put the branch back
[ -n "${STEPS:-}" ] || exec env STEPS="$(git rev-parse HEAD)" "$BED/evidence/at.sh" base "$BED/evidence/steps.sh"

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
	mkdir -p "$out"
	[ -f "$out/.config" ] ||
		make -s ARCH=arm64 O="$out" "$@" \
			KCONFIG_ALLCONFIG="$BED/build/slim.config" allnoconfig >"$out.log" 2>&1
	make ARCH=arm64 O="$out" "$@" W=1 -j"$(nproc)" arch/arm64/kvm/ >"$out.log" 2>&1 || {
		tail -n 20 "$out.log" >&2
		return 1
	}
	grep -E 'warning:|error:|Warning:' "$out.log" | sed 's/:[0-9]*:[0-9]*:/:/' | sort
}

number=0
failed=0
result()
{
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
		failed=$((failed + 1))
	fi
}

commits=$(git rev-list --reverse "base..$STEPS")
echo "KTAP version 1"
pages=$(git rev-list "base..$STEPS" -- Documentation)
# shellcheck disable=SC2086 # one word a commit
echo "1..$(echo $commits $commits $pages | wc -w)"
for compiler in gcc clang; do
	say "building the base with $compiler and W=1; full log: $W/build-$compiler.log"
	# All of it, as what is not compiled shows no warnings
	rm -rf "$W/build-$compiler"
	warnings $compiler >"$W/warnings-$compiler" || die "the base does not build with $compiler"
done

grep -q '^  CHECK ' "$W/build-gcc.log" || die "sparse did not run; see $W/build-gcc.log"

for commit in $commits; do
	subject=$(git log -1 --format=%s "$commit")
	say "$subject"
	git checkout -q "$commit"
	status=0
	for compiler in gcc clang; do
		warnings $compiler >"$W/warnings.new" || status=1
		if comm -13 "$W/warnings-$compiler" "$W/warnings.new" | grep . >&2; then
			status=1
		fi
	done
	result $status "no new warning: $subject"

	status=0
	"$BED/build/kernel.sh" && "$BED/build/selftests.sh" &&
		TESTS=$MACHINES "$BED/check/check.sh" >"$W/step.log" || status=1
	tail -n 1 "$W/step.log" | sed 's/^/# /'
	[ $status -eq 0 ] || grep -A20 '^ *not ok' "$W/step.log" | sed 's/^/# /'
	result $status "tests pass: $subject"

	case $pages in
	*"$commit"*) ;;
	*) continue ;;
	esac
	status=0
	"$BED/build/docs.sh" >/dev/null || status=1
	result $status "pages build: $subject"
done
[ $failed -eq 0 ]
