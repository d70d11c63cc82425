# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # the test, setup.sh and runs.sh set these, and read them
#
# judge.sh - what makes left, and what is right; sourced after runs.sh
#
# In:  $base, what setup.sh made, and a worker of runs.sh
# Out: the functions below

# without_id FILE: what make check has said, without the commit's id
without_id()
{
	sed 's/^# commit [0-9a-f]*/# commit/' "$1"
}

# learn VERSION: what make check says of it without a kill is right
learn()
{
	run check check
	without_id "$tmp/check" >"$base/right.$1"
}

# right: the plain check is green on just this version of the series, and says so
right()
{
	place
	run check check
	[ "$status" = 0 ] && without_id "$tmp/check" | diff "$base/right.$version" - &&
		grep -q "^# commit $(git -C "$W/tree" rev-parse --short=12 HEAD)," "$tmp/check" && gone && return
	echo "make check: status $status"
	tail -n 20 "$tmp/check.err"
	return 1
}

# refreshed: make refresh ends with what it makes without a kill, or says what to do
refreshed()
{
	run again refresh
	! grep -q 'FORCE=1 overwrites them' "$tmp/again.err" || run again refresh FORCE=1
	[ "$status" = 0 ] && diff -r "$base/refreshed" "$tmp/repo" && return
	cat "$tmp/again.err"
	return 1
}

# applied: make apply does, says that it did, or says git am --abort, and that helps
applied()
{
	run again apply
	if grep -q 'git am --abort' "$tmp/again.err"; then
		rm -f "$tmp/kdir/.git/index.lock"
		git -C "$tmp/kdir" am --abort || return 1
		[ "$(git -C "$tmp/kdir" rev-parse HEAD)" = "$start" ] ||
			git -C "$tmp/kdir" reset -q --keep \
				"$(sed -n 's/.*git reset --keep \([0-9a-f]*\) .*/\1/p' "$tmp/again.err")" || return 1
		run again apply
	fi
	{ [ "$status" = 0 ] || grep -q 'is in KDIR already' "$tmp/again.err"; } &&
		[ -z "$(git -C "$tmp/kdir" status --porcelain)" ] &&
		GIT_INDEX_FILE=$tmp/index git -C "$W/tree" read-tree refs/vgic/series-1 &&
		GIT_INDEX_FILE=$tmp/index git -C "$W/tree" --work-tree="$tmp/kdir" diff --exit-code && return
	cat "$tmp/again.err"
	return 1
}

# survived TARGET SIGNAL VICTIM VERSION: the killed run left nothing that matters
survived()
{
	was_right=
	[ "$2$3" != KILLall ] && [ "$2" = KILL ] || gone || return 1
	case $1 in
	apply) applied || return 1 ;;
	refresh)
		# shellcheck disable=SC2034 # right reads it
		! diff -r "$base/refreshed" "$tmp/repo" >/dev/null || version=refreshed
		if ! right >"$tmp/wrong"; then
			grep -E 'make refresh|FORCE=1' "$tmp/check.err" || { cat "$tmp/wrong"; return 1; }
		fi
		refreshed || return 1
		turn a
		run tree tree FORCE=1
		;;
	*) turn "$4" ;;
	esac
	right && was_right=yes
}
