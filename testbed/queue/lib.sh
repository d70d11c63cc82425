# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# lib.sh - what the scripts of this room and those below it ask of the composed tree;
#          sourced after ../lib.sh
#
# In:  W, BED; SERIES_ROOT and SERIES_NEXT (optional) of files-lib.sh
# Out: the functions below, and those of files-lib.sh

. "$BED/queue/files-lib.sh"

# base_name: what the series is on
base_name()
{
	sed '/^QEMU /!s/^/Linux /' "$W/base-version"
}

# users_git ...: git, as the user has configured it
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

# commit_as_nobody: without a name in git's configuration, one can build and test
commit_as_nobody()
{
	GIT_AUTHOR_NAME=nobody GIT_AUTHOR_EMAIL=nobody@localhost
	GIT_COMMITTER_NAME=nobody GIT_COMMITTER_EMAIL=nobody@localhost
	export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
}

# tree_changes: what is not committed in the composed tree. Only the folders that
# it tracks count; a .gitignore below one of their parents may show others.
tree_changes()
{
	# shellcheck disable=SC2046 # one word a folder
	git -C "$W/tree" status --porcelain -- $(cat "$W/tree/.git/vgic-folders" 2>/dev/null)
}

# series_range: the commits of the composed tree that SERIES names
series_range()
{
	case ${SERIES:-} in
	'') echo base..refs/vgic/series-1 ;;
	selftests) echo refs/vgic/series-1..HEAD ;;
	all) echo base..HEAD ;;
	*) die "no SERIES=$SERIES; there are SERIES=selftests, SERIES=all and, by default, series 1" ;;
	esac
}

# counterpart SUBJECT: the mainline patch that a backport is, as stable trees want it
# named; what is upstream already names its commit by itself
counterpart()
{
	[ -n "$SERIES_NEXT" ] || return 0
	SERIES_ROOT=$ROOT SERIES_NEXT='' "$BED/queue/series.sh" series | while read -r patch _; do
		sed -n '1s/^Subject: //p' "$ROOT/$patch"
	done | SUBJECT=$1 TITLE=$(head -n 1 "$ROOT/cover-letter") awk '
		$0 == ENVIRON["SUBJECT"] { number = NR }
		END {
			if (number)
				printf "[ No upstream commit yet; for Linux 7.3 it is patch %d/%d of\n  \"%s\" ]\n\n",
					number, NR, ENVIRON["TITLE"]
		}'
}

# recommit FIRST LAST: copy the commits from base to LAST, by whoever runs this, and
# print the copies of FIRST and of LAST; those of a backport with their counterparts
recommit()
{
	copy=$(git -C "$W/tree" rev-parse base)
	first=$copy
	for commit in $(git -C "$W/tree" rev-list --reverse "base..$2"); do
		subject=$(git -C "$W/tree" log -1 --format=%s "$commit")
		copy=$({
			printf '%s\n\n' "$subject"
			counterpart "$subject"
			git -C "$W/tree" log -1 --format=%b "$commit"
		} | git stripspace | git -C "$W/tree" commit-tree "$commit^{tree}" -p "$copy")
		[ "$commit" != "$(git -C "$W/tree" rev-parse "$1")" ] || first=$copy
	done
	echo "$first $copy"
}

# list_commits RESULTS: those of both series, in the lines that evidence/run.sh reads
list_commits()
{
	git -C "$W/tree" log --reverse --format='%H %s' base..HEAD |
		awk -v n="$1" '{ commit = $1; sub(/^[^ ]* /, ""); printf "%s %d %02d %s\n", commit, n, NR, $0 }'
}

# commit_result STATUS TEXT: what came of one of them, in the lines that evidence/run.sh reads
commit_result()
{
	echo "$([ "$1" = 0 ] || echo 'not ')ok $2"
}
