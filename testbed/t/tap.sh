# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# tap.sh - what the test bed's tests share; sourced by testbed/t/*.t
#
# In:  BASE_WORK, a work folder in which make tree has composed the series
# Out: ROOT, BED, all that vgic_compat/t/tap.sh has, and the functions own_work,
#      series_copy, base_tree, checkpatch and is_clean

# Neither the environment of a caller, nor what lib.sh has made of it
unset CDPATH GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM GIT_CONFIG_OF_USER GIT_CEILING_DIRECTORIES
# shellcheck disable=SC2046 # one word a variable
unset $(git rev-parse --local-env-vars)
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
BED=$ROOT/testbed
: "${BASE_WORK:?run this with make check}"
BASE_SERIES=${BASE:-7.3} SERIES_ROOT='' SERIES_NEXT=''
. "$BED/queue/files-lib.sh"
SERIES_HOME=$SERIES_ROOT
unset SERIES_ROOT
. "$ROOT/vgic_compat/t/tap.sh"

# The tests make commits, on machines without a name in git's configuration too
GIT_AUTHOR_NAME=tester GIT_AUTHOR_EMAIL=tester@localhost
GIT_COMMITTER_NAME=tester GIT_COMMITTER_EMAIL=tester@localhost
export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL

# own_work: a work folder in WORK, with the base in $tree and a copy of both series in
# SERIES_ROOT, not composed yet
own_work()
{
	WORK=$tmp/work
	SERIES_ROOT=$tmp/series
	tree=$WORK/tree
	export WORK SERIES_ROOT
	series_copy "$SERIES_ROOT"
	base_tree "$tree"
	cp "$BASE_WORK/base-version" "$WORK/"
}

# series_copy FOLDER: copy both series, and put one more commit into series 2
series_copy()
{
	mkdir -p "$1"
	(cd "$SERIES_HOME" && {
		ls series series-selftests cover-letter 2>/dev/null || :
		SERIES_ROOT=$SERIES_HOME "$BED/queue/series.sh" | tr ' ' '\n' | while read -r file; do
			[ ! -f "$file" ] || echo "$file"
		done
	} | tar -cf - -T -) | tar -xf - -C "$1"
	[ -f "$1/cover-letter" ] || cp "$(inherited cover-letter | sed 1q)" "$1/"
	second=tools/testing/selftests/kvm
	printf 'Subject: KVM: selftests: Be the second series\n\nFor the test.\n' >"$1/$second/second.patch"
	arch=arm64
	[ "$BASE_SERIES" = 7.3 ] || arch=aarch64
	mkdir -p "$1/$second/$arch"
	echo '/* the second series */' >"$1/$second/$arch/second.c"
	echo "$second/second.patch $second/$arch/second.c" >>"$1/series-selftests"
	printf 'Test the second series\n\nIt has a text.\n' >"$1/cover-letter-selftests"
}

# base_tree FOLDER: the tracked folders of the base kernel, without git
base_tree()
{
	mkdir -p "$1"
	git -C "$BASE_WORK/tree" archive base | tar -xf - -C "$1"
}

# checkpatch ARGUMENT...: let checkpatch read files, once for all, as it starts slowly
checkpatch()
{
	(cd "$BASE_WORK/tree" && ./scripts/checkpatch.pl --strict --color=never "$@") \
		>"$tmp/checkpatch" 2>&1 || :
}

# is_clean FILE: checkpatch had nothing to say of it; else say that
is_clean()
{
	! grep -qF "$1 has no obvious style problems" "$tmp/checkpatch" || return 0
	grep -F -B 200 "$1 has style problems" "$tmp/checkpatch" || cat "$tmp/checkpatch"
	return 1
}
