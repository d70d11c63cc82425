# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# lib.sh - what the scripts of all rooms share; sourced, never run
#
# In:  VGIC_CACHE, KERNEL, WORK (optional, from the environment or make)
# Out: ROOT (this repo), BED (its testbed/), VGIC_CACHE, W (the work folder of this
#      base kernel), and the functions below

# A user's shell does not say where cd goes, nor a hook that runs make in which
# repository git works, nor the outer make how an inner one does
unset CDPATH GIT_TEMPLATE_DIR MAKEFLAGS MAKELEVEL MAKEOVERRIDES MFLAGS
# shellcheck disable=SC2046 # one word a variable
unset $(git rev-parse --local-env-vars 2>/dev/null || :)
LC_ALL=C
export LC_ALL

# What a script does at its end, it does also if it is stopped
# on_signals COMMANDS: do these before that
on_signals()
{
	# shellcheck disable=SC2064 # these commands
	trap "${1:-:}; exit 129" HUP
	# shellcheck disable=SC2064 # the same
	trap "${1:-:}; exit 130" INT
	# shellcheck disable=SC2064 # the same
	trap "${1:-:}; exit 143" TERM
}
on_signals

ROOT=$(cd "$(dirname "$0")/../.." && pwd)
BED=$ROOT/testbed

VGIC_CACHE=${VGIC_CACHE:-${HOME:-/tmp}/.cache/vgic-revisions}
KERNEL=${KERNEL:-}
CCACHE_DIR=$VGIC_CACHE/ccache
export CCACHE_DIR

# The base that the series is written and tested on: Debian's linux-source-7.3
BASE_SERIES=7.3
# shellcheck disable=SC2034 # for fetch.sh
BASE_TESTED=7.3.4-1~bpo13+1

CROSS_COMPILE=${CROSS_COMPILE:-aarch64-linux-gnu-}
JOBS=${JOBS:-$(nproc)}
export CROSS_COMPILE JOBS

say()
{
	printf '%s\n' "$*" >&2
}

die()
{
	say "${0##*/}: $*"
	exit 1
}

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
	   ! : 2>/dev/null >"$W/.writable"; then
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

# Git goes by what the test bed sets. A user's configuration counts where he is asked
# for his name, and in a tree of his own: there it is users_git.
GIT_CONFIG_OF_USER=${GIT_CONFIG_OF_USER-${GIT_CONFIG_GLOBAL:-}}
# A file that is not there, and that a git config --global of a script cannot make
GIT_CONFIG_GLOBAL=/nonexistent/gitconfig GIT_CONFIG_NOSYSTEM=1
GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
export GIT_CONFIG_OF_USER GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM
export GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0

users_git()
{
	if [ -n "$GIT_CONFIG_OF_USER" ]; then
		set -- "GIT_CONFIG_GLOBAL=$GIT_CONFIG_OF_USER" git "$@"
	else
		set -- -u GIT_CONFIG_GLOBAL git "$@"
	fi
	env -u GIT_CONFIG_NOSYSTEM -u GIT_CONFIG_COUNT "$@"
}

# commit_as_user FOLDER: have commits made by whoever runs this, as git knows him
# there; fails if it does not
commit_as_user()
{
	ident=$(users_git -C "$1" var GIT_AUTHOR_IDENT 2>/dev/null) || return 1
	GIT_AUTHOR_NAME=${ident%% <*}
	GIT_AUTHOR_EMAIL=${ident#*<}
	GIT_AUTHOR_EMAIL=${GIT_AUTHOR_EMAIL%%>*}
	GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL
	export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
}

# pack FOLDER: all that is in it, as a cpio archive of root's files
pack()
{
	(cd "$1" && find . | sort | cpio -o -H newc --quiet --reproducible -R 0:0)
}

# need TOOL...: make sure that these commands are there
need()
{
	"$BED/source/tools.sh" "$@"
}

# begin_build FOLDER: a kernel's $W/build* is a link into the tree, as kbuild then uses
# relative paths, and ccache knows an object again in another tree. What a build that was cut short had written there may be half an
# object, so all of that goes. end_build FOLDER: this one was not.
begin_build()
{
	case $1 in
	"$W"/build*)
		mkdir -p "$W/tree/.${1##*/}"
		[ -L "$1" ] || rm -rf "$1"
		ln -sfn "tree/.${1##*/}" "$1"
		;;
	*) mkdir -p "$1" ;;
	esac
	if [ -f "$1/.building" ]; then
		find "$1/" -newer "$1/.building" -type f -delete
	else
		: >"$1/.building"
	fi
}

end_build()
{
	rm -f "$1/.building"
}

# with_log WHAT LOG COUNT COMMAND...: run a long command with its output in LOG,
# show how many lines that match COUNT it has written so far, and when it fails
# the last lines of it
with_log()
{
	what=$1 log=$2 count=$3
	shift 3
	say "$what; full log: $log"
	start=$(date +%s)
	"$@" >"$log" 2>&1 </dev/null &
	pid=$!
	# A shell script's background job does not get the terminal's SIGINT
	on_signals "kill $pid 2>/dev/null; wait $pid"
	tick=0
	while kill -0 $pid 2>/dev/null; do
		sleep 1
		tick=$((tick + 1))
		[ $((tick % 15)) -ne 0 ] || kill -0 $pid 2>/dev/null || break
		[ $((tick % 15)) -ne 0 ] ||
			say "  $(($(date +%s) - start)) s, $(grep -c "$count" "$log" || :) objects"
	done
	if ! wait $pid; then
		tail -n 30 "$log" >&2
		die "$what failed; full log: $log"
	fi
	on_signals
}
