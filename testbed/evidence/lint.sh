#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# lint.sh - what the tools of maintainers say of each commit of both series, and what
#           others say of this repo
#
# In:  `list`: the composed tree in $W. `try FOLDER TITLE`: a tree at one of its commits in
#      $W; FOLDER is for logs. LINT (optional): names of some checks; on an older
#      base, those of code if there are none.
# Out: as run.sh wants it: a result for each check of the base, of each commit and of this
#      repo. A check passes if it could look, and finds nothing that the base has not.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$BED/queue/lib.sh"
. "$BED/build/lib.sh"
. "$BED/evidence/lint-commit-lib.sh"
. "$BED/evidence/lint-repo-lib.sh"

OF_BASE='gcc clang sparse coccinelle'
OF_COMMIT="checkpatch message spelling maintainers $OF_BASE htmldocs"
OF_REPO='b4 shellcheck ruff cppcheck clang-tidy spelling qemu'
# A backport is not posted, so only its code counts; this repo is looked at once
[ "$BASE_SERIES" = 7.3 ] || LINT=${LINT:-checkpatch gcc clang sparse}

# asked NAMES: those of them that LINT names, or all, one a line
asked()
{
	for name in $1; do
		case " ${LINT:-$name} " in
		*" $name "*) echo "$name" ;;
		esac
	done
}

# result NAME STATUS TITLE: of a check that wrote its findings to $folder/NAME.found
result()
{
	ok=ok
	[ "$2" = 0 ] && [ ! -s "$folder/$1.found" ] || ok='not ok'
	echo "$ok $1: $3"
	[ "$ok" = ok ] || [ ! -f "$folder/$1.found" ] || sed 's/^/# /' "$folder/$1.found"
}

# tools CHECK...: what they need, that a compiler of the kernel does not
tools()
{
	for check; do
		case $check in
		clang) echo clang-19 ld.lld-19 llvm-ar-19 ;;
		coccinelle) echo spatch ocamlopt ;;
		htmldocs) echo sphinx-build ;;
		spelling) echo codespell ;;
		clang-tidy) echo clang-tidy-19 arm64-libc ;;
		sparse | b4 | shellcheck | cppcheck) echo "$check" ;;
		esac
	done
}

case $1 in
list)
	for check in ${LINT:-}; do
		case " $OF_COMMIT $OF_REPO " in
		*" $check "*) ;;
		*) die "no check '$check'; there are $OF_COMMIT $OF_REPO" ;;
		esac
	done
	base=$(asked "$OF_BASE") commit=$(asked "$OF_COMMIT") repo=$(asked "$OF_REPO")
	# shellcheck disable=SC2046,SC2086 # one word a tool
	need perl python3 $(tools $commit $repo)
	[ -z "$base" ] || echo "base $(echo "$base" | wc -l) base without the series"
	[ -z "$commit" ] || list_commits "$(echo "$commit" | wc -l)"
	[ -z "$repo" ] || echo "HEAD $(echo "$repo" | wc -l) repo this repo"
	;;
try)
	folder=$2 title=$3 base=${2%/*}/base
	mail=$folder/mail.patch
	case ${folder##*/} in
	base)
		for check in $(asked "$OF_BASE"); do
			status=0
			case $check in
			coccinelle) run_coccicheck || status=1 ;;
			*)
				# A compiler says it once, so all is compiled
				rm -rf "$W/tree/.build-$check"
				warnings "$check" >"$folder/$check.warnings" || status=1
				# Without a sparse that it likes, the kernel does without
				ran=CC
				[ "$check" != sparse ] || ran=CHECK
				grep -q "^  $ran " "$W/build-$check.log" || status=1
				;;
			esac
			result "$check" $status "$title"
		done
		;;
	repo)
		for check in $(asked "$OF_REPO"); do
			if [ "$check" = ruff ] && ! command -v ruff >/dev/null; then
				echo "ok ruff: $title # SKIP ruff is not installed, and Debian 12 does not have it"
				continue
			fi
			status=0
			"repo_$(echo "$check" | tr - _)" >"$folder/$check.found" || status=1
			result "$check" $status "$title"
		done
		;;
	*)
		git -C "$W/tree" format-patch -q -1 --stdout >"$mail"
		for check in $(asked "$OF_COMMIT"); do
			if [ "$check" = htmldocs ] && git -C "$W/tree" diff --quiet HEAD^ -- Documentation; then
				echo "ok htmldocs: $title # SKIP it changes no page"
				continue
			fi
			case $check in
			gcc | clang | sparse) look=commit_warnings ;;
			*) look=commit_$check ;;
			esac
			status=0
			$look >"$folder/$check.found" || status=1
			result "$check" $status "$title"
		done
		;;
	esac
	;;
esac
