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

W=$BASE_WORK folder=$tmp
. "$BED/evidence/lint-commit-lib.sh"
. "$BED/evidence/lint-repo-lib.sh"
. "$BED/t/lint-lib.sh"

# The slow checkers need not look again at what they passed. What passed is kept as a sum
# of it and of the checker, in this run's list for the next one.
kept=$W/style-passed
touch "$kept"

# passes SUM COMMAND...: the command says so, or said so of this sum
passes()
{
	sum=$1
	shift
	grep -qxF "$sum" "$kept" || "$@" || return 1
	echo "$sum" >>"$tmp/passed"
}

git -C "$W/tree" format-patch -q -N -o "$tmp/mails" base..HEAD
set --
for mail in "$tmp/mails"/*.patch; do
	{ echo "$CHECKPATCH_OF_COMMITS"
	  sed -E '/^(From|Date: )/d' "$mail"
	  cat "$W/tree/scripts/checkpatch.pl" "$W/tree/scripts/spelling.txt"
	} | sha256sum >"$mail.sum"
	grep -qxF -f "$mail.sum" "$kept" || set -- "$@" "$mail"
done
# shellcheck disable=SC2086 # one word an option
[ $# -eq 0 ] || checkpatch $CHECKPATCH_OF_COMMITS "$@"
for mail in "$tmp/mails"/*.patch; do
	name=${mail##*/}
	ok "checkpatch: ${name%.patch}" passes "$(cat "$mail.sum")" is_clean "$mail"
	ok "subject and tags: ${name%.patch}" finds_nothing commit_message
done
sum=$({ shellcheck --version; cd "$ROOT" && scripts sh | xargs -d '\n' sha256sum; } | sha256sum)
ok "shellcheck" passes "$sum" finds_nothing repo_shellcheck
if command -v ruff >/dev/null; then
	ok "ruff" finds_nothing repo_ruff
else
	skip "ruff" "ruff is not installed, and Debian 12 does not have it"
fi

cd "$ROOT"
ok "what runs at once, builds and machines, is as many as JOBS says" sh -c "
	cd '$BED' && ! grep -nE '[^_]nproc|-j *[0-9]|-P *[0-9]|-T *0' *.sh [!t]*/*.sh | grep -v 'JOBS=.{JOBS:-'"
for script in $(scripts sh) $(scripts python); do
	case $script in
	testbed/*.t) ok "it can be executed: $script" [ -x "$script" ] ;;
	esac
	ok "says what goes in and what comes out: $script" \
		sh -c "head -n 20 $script | grep -qE '^(# )?In: ' && head -n 30 $script | grep -qE '^(# )?Out: '"
done
for script in $(scripts python); do
	ok "it compiles: $script" env PYTHONPYCACHEPREFIX="$tmp/cache" python3 -m py_compile "$script"
done
for script in $(scripts sh); do
	ok "under 150 lines: $script" [ "$(wc -l <"$script")" -lt 150 ]
	case $script in
	# These are sourced, or say it themselves
	*lib.sh | */tap.sh | */t/stub/[!t]*.sh | */init | */job | */*-job | */restore-*.sh | *.bash) ;;
	*) ok "set -eu: $script" grep -qx 'set -eu' "$script" ;;
	esac
done
mv "$tmp/passed" "$kept"
done_testing
