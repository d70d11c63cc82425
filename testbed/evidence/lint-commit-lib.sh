# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154
#
# lint-commit-lib.sh - what `make lint` looks for in a commit, a function each; sourced by
#                      lint.sh, after ../lib.sh and build/lib.sh, and by t/style.t
#
# In:  W, with a tree at that commit; MAIN, the work folder that has all commits; $mail,
#      that commit as a mail; $check, the name of the check; $folder, for logs; $base, the
#      folder with the logs of the base
# Out: the functions commit_NAME. Each prints what it finds, and nothing else; its exit
#      status is not 0 if it could not look.

# A Signed-off-by is for whoever posts to add, a tree that was unpacked has no history in
# which a commit could be looked up, and MAINTAINERS has patterns for the new files
CHECKPATCH_OF_COMMITS='--strict --color=never --ignore MISSING_SIGN_OFF,UNKNOWN_COMMIT_ID,FILE_PATH_CHANGES'

# checkpatch_findings OPTION...: all that it says of $mail, if anything
checkpatch_findings()
{
	(cd "$W/tree" && scripts/checkpatch.pl "$@" "$mail") >"$folder/checkpatch.log" 2>&1 || :
	grep -q ' has no obvious style problems' "$folder/checkpatch.log" || cat "$folder/checkpatch.log"
}

commit_checkpatch()
{
	# shellcheck disable=SC2086 # one word an option
	checkpatch_findings $CHECKPATCH_OF_COMMITS
}

# Its own list and codespell's, for what the commit says and adds
commit_spelling()
{
	python=$(sed -n '1s/^#!//p' "$(command -v codespell)")
	list=$($python -c 'import codespell_lib; print(codespell_lib.__path__[0] + "/data/dictionary.txt")')
	[ -s "$list" ] || return 1
	checkpatch_findings --strict --color=never --types TYPO_SPELLING --codespell --codespellfile "$list"
}

# The subject's length, a line that readers of an mbox take for the next mail, and the form
# of tags
commit_message()
{
	subject=$(git mailinfo "$folder/text" "$folder/diff" <"$mail" | sed -n 's/^Subject: //p')
	[ ${#subject} -le 72 ] || echo "the subject has more than 72 columns: $subject"
	sed -n 's/^From .*/begins a line with From: &/p' "$folder/text"
	git interpret-trailers --parse "$folder/text" >"$folder/tags"
	grep -E '^(Fixes|Link|Closes|Cc|[A-Z][a-z]*(-[a-z]+)*-by): ' "$folder/text" |
		grep -vxF -f "$folder/tags" | sed 's/^/not among the tags at the end: /'
	sed -nE '/^Fixes:/ { /^Fixes: [0-9a-f]{12} \(".+"\)$/! s/^/not 12 digits and a title: /p }
		/^(Link|Closes):/ { /^[A-Za-z]+: https:\/\/[^ ]+( (#|\[[0-9]+\]).*)?$/! s/^/not an address: /p }
		/^[A-Za-z-]+-by:/ { /: .+ <[^ <>]+@[^ <>]+>$/! s/^/not a name and address: /p }' "$folder/tags"
}

# A maintainer, and the list on which KVM/arm64 is discussed
commit_maintainers()
{
	(cd "$W/tree" && scripts/get_maintainer.pl --no-git --no-git-fallback "$mail") \
		>"$folder/get_maintainer.log" || return 1
	for wanted in '(maintainer:' 'kvmarm@lists.linux.dev'; do
		grep -qF "$wanted" "$folder/get_maintainer.log" || echo "get_maintainer names no $wanted"
	done
}

# build_kvm NAME MAKE-ARGUMENT...: compile what of KVM is not compiled yet, with W=1
build_kvm()
{
	out=$W/build-$1
	shift
	begin_build "$out"
	cat "$BED/build/slim.config" "$BED/build/slim-$BASE_SERIES.config" >"$out/.wanted.config"
	[ -f "$out/.config" ] ||
		make -s -C "$W/tree" ARCH=arm64 O="$out" "$@" \
			KCONFIG_ALLCONFIG="$out/.wanted.config" allnoconfig >"$out.log" 2>&1 || return 1
	make -C "$W/tree" ARCH=arm64 O="$out" "$@" W=1 -j"$JOBS" arch/arm64/kvm/ >"$out.log" 2>&1 || return 1
	end_build "$out"
}

# warnings NAME: of gcc, clang or sparse, without line numbers
warnings()
{
	log=$W/build-$1.log
	case $1 in
	gcc) build_kvm gcc CC="ccache ${CROSS_COMPILE}gcc" ;;
	clang) build_kvm clang CC="ccache clang-19" LLVM=-19 ;;
	# Debian 12's does not know __typeof_unqual__, and the kernel would do without it
	sparse)
		log=$folder/sparse.log
		: >"$log"
		build_kvm sparse CC="ccache ${CROSS_COMPILE}gcc" C=1 CF=-D__typeof_unqual__=__typeof__ \
			CHECK="2>>$log sparse"
		;;
	esac || {
		tail -n 20 "$W/build-$1.log" >&2
		return 1
	}
	sed -nE 's/:[0-9]+:[0-9]+: (warning|error)/: \1/p; /: Warning:/p' "$log" | sort
}

# Those of $check that the base does not have
commit_warnings()
{
	warnings "$check" >"$folder/$check.warnings" || return 1
	comm -13 "$base/$check.warnings" "$folder/$check.warnings"
}

# touched COMMIT: lines "BLOB-BEFORE BLOB-AFTER" of the C files that it changes
touched()
{
	git -C "$W/tree" diff-tree -r --no-renames --diff-filter=AM "$1" -- '*.c' | awk 'NF > 3 { print $3, $4 }'
}

# run_coccicheck: let the kernel's semantic patches look at all files of all commits at
# once, as starting each of them takes longer than the files do
run_coccicheck()
{
	mkdir -p "$folder/cocci"
	for blob in $(git -C "$MAIN/tree" rev-list base..HEAD | while read -r commit; do
		touched "$commit"
	done | tr ' ' '\n' | grep -v '^0*$' | sort -u); do
		git -C "$W/tree" cat-file blob "$blob" >"$folder/cocci/$blob.c"
	done
	# By default, spatch looks for words with git grep, and finds nothing in this folder
	(cd "$W/tree" && srctree=. srcroot="$folder/cocci" MODE=report J="$JOBS" SPFLAGS=--use-coccigrep \
		LINUXINCLUDE="-I./include -I./arch/arm64/include -I./tools/testing/selftests/kvm/include" \
		DEBUG_FILE="$folder/coccicheck.debug" scripts/coccicheck) >"$folder/coccicheck.log" 2>&1 &&
		! grep -q 'coccicheck failed' "$folder/coccicheck.log"
}

# What they say of a file now, and did not say before. Some name other lines, too, which
# move as well.
commit_coccinelle()
{
	touched HEAD | while read -r before after; do
		for blob in "$before" "$after"; do
			sed -n "s|^.*/cocci/$blob\.c:[0-9]*:[0-9-]*: ||p" "$base/coccicheck.log" |
				sed -E 's/(lines?) [0-9]+(, ?[0-9]+)*/\1 N/g' | sort >"$folder/cocci.$blob"
		done
		comm -13 "$folder/cocci.$before" "$folder/cocci.$after"
	done
}

commit_htmldocs()
{
	"$BED/build/docs.sh" >"$folder/docs.log" 2>&1 || cat "$folder/docs.log"
}
