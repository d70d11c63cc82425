#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# style.t - the rules that a program can check: checkpatch on each commit of the
#           series, shellcheck, ruff and the shape of the test bed's scripts
#
# In:  BASE_WORK, a work folder with a composed tree
# Out: TAP
set -eu
. "$(dirname "$0")/tap.sh"

# A Signed-off-by is for whoever posts to add, and a tree that was unpacked has
# no history in which checkpatch could look up a commit
git -C "$BASE_WORK/tree" format-patch -q -N -o "$tmp/mails" base..HEAD
checkpatch --ignore MISSING_SIGN_OFF,UNKNOWN_COMMIT_ID,FILE_PATH_CHANGES "$tmp/mails"/*.patch
for mail in "$tmp/mails"/*.patch; do
	subject=$(git mailinfo "$tmp/message" "$tmp/diff" <"$mail" | sed -n 's/^Subject: //p')
	ok "checkpatch: $subject" is_clean "$mail"
	ok "at most 72 columns: $subject" [ ${#subject} -le 72 ]
done

# is_python FILE
is_python()
{
	case $1 in
	*.py) ;;
	*) head -n 1 "$1" | grep -q python ;;
	esac
}

# ruff_finds NAME COMMAND...: let ruff read a file of Python, whatever its name
ruff_finds()
{
	file=$1
	shift
	ruff "$@" --no-cache --stdin-filename "$file.py" - <"$file"
}

set -- "$BED"/*.sh "$BED"/*/*.sh "$BED"/boot/init "$BED"/vmm/job "$BED"/*/*.py "$BED"/t/*.t \
	"$ROOT"/.ci/run
# Once for all: it reads what they source, too
for script; do
	is_python "$script" || printf '%s\n' "${script#"$ROOT/"}"
done >"$tmp/shell"
(cd "$ROOT" && xargs -d '\n' shellcheck -f gcc) <"$tmp/shell" >"$tmp/shellcheck" || :
ok "shellcheck ran" sh -c "shellcheck --version && [ -s '$tmp/shell' ] && ! grep -v '^[^ :]*:[0-9]*:[0-9]*: ' '$tmp/shellcheck'"

ok "what runs at once, builds and machines, is as many as JOBS says" sh -c "
	cd '$BED' && ! grep -nE '[^_]nproc|-j *[0-9]|-P *[0-9]|-T *0' *.sh [!t]*/*.sh | grep -v 'JOBS=.{JOBS:-'"
for script; do
	name=${script#"$ROOT/"}
	case $name in
	*.t) ok "it can be executed: $name" [ -x "$script" ] ;;
	esac
	if is_python "$script"; then
		ok "says what goes in and what comes out: $name" \
			sh -c "head -n 20 '$script' | grep -q '^In: ' && head -n 30 '$script' | grep -q '^Out: '"
		ok "it compiles: $name" env PYTHONPYCACHEPREFIX="$tmp/cache" python3 -m py_compile "$script"
		if command -v ruff >/dev/null; then
			ok "ruff check: $name" ruff_finds "$script" check --quiet
			ok "ruff format: $name" ruff_finds "$script" format --quiet --diff
		else
			skip "ruff: $name" "ruff is not installed, and Debian 12 does not have it"
		fi
		continue
	fi
	ok "shellcheck: $name" sh -c "! grep '^$name:' '$tmp/shellcheck'"
	ok "under 150 lines: $name" [ "$(wc -l <"$script")" -lt 150 ]
	ok "says what goes in and what comes out: $name" \
		sh -c "head -n 20 '$script' | grep -q '^# In: ' && head -n 30 '$script' | grep -q '^# Out: '"
	case $name in
	*lib.sh | */tap.sh | */init | */job) ;; # these are sourced, or say it themselves
	*) ok "set -eu: $name" grep -qx 'set -eu' "$script" ;;
	esac
done
done_testing
