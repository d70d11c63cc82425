# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # the test, setup.sh and runs.sh set these
#
# kills.sh - which kills there are, and what has to come of each; sourced by kill.t, and by
#            full.t, which prepares its runs in the same way
#
# In:  $base, what setup.sh made, the functions of runs.sh and judge.sh, and a worker;
#      for kill_target, $base/moments
# Out: the functions below, which print results

# develop: commits of a developer's, one of the series in their midst, and one dropped
develop()
{
	tree=$W/tree
	three=$(git -C "$tree" rev-parse HEAD)
	git -C "$tree" reset -q --hard HEAD~2
	for commit in Four Five; do
		echo "$commit" >>"$tree/$vgic/vgic-mmio.c"
		echo "$commit" >"$tree/$vgic/$commit.c"
		git -C "$tree" add -A "$vgic"
		git -C "$tree" commit -q -m "KVM: $commit of a" -m "For the test."
		[ "$commit" = Five ] || git -C "$tree" cherry-pick "$three" >/dev/null
	done
}

# learn_refresh: what make refresh makes of these without a kill, in $base/refreshed
learn_refresh()
{
	turn a
	run tree tree
	develop
	run check refresh
	cp -a "$tmp/repo" "$base/refreshed"
}

# prepare TARGET: something to do for it
prepare()
{
	case $1 in
	fetch) rm -rf "$W" ;;
	compat | table) rm -rf "$cache/vgic_compat" ;;
	apply)
		rm -rf "$tmp/kdir/.git/index.lock" "$tmp/kdir/.git/rebase-apply"
		git -C "$tmp/kdir" reset -q --hard "$start"
		;;
	refresh) turn a; run tree tree FORCE=1; develop ;;
	esac
	[ "$1" = refresh ] || turn "$2"
}

# recover: what comes next does not fail for what was before
recover()
{
	[ -z "$was_right" ] || return 0
	kill_all "$cache"
	rm -rf "$cache"
	place
}

# as_before TARGET: it ends as it did without a kill
as_before()
{
	was_right=
	prepare "$1" a
	place
	run again "$1"
	[ "$status" = "$(cat "$tmp/$1.status")" ] && normal <"$tmp/again" | diff "$tmp/$1.normal" - &&
		was_right=yes && return
	tail -n 20 "$tmp/again.err"
	return 1
}

# together TARGET: two makes of it at once end as one after the other: the first as it
# did alone, and the one that waits as a third does, that has nothing left to do
together()
{
	was_right=
	prepare "$1" a
	place
	"$tmp/bed" "$1" >"$tmp/one" 2>"$tmp/one.err" </dev/null &
	pid=$!
	run two "$1"
	second=$status status=0
	wait "$pid" || status=$?
	first=$status one=one two=two
	! grep -q '^waiting for' "$tmp/one.err" || { one=two two=one; status=$first first=$second second=$status; }
	place
	run three "$1"
	[ "$first" = "$(cat "$tmp/$1.status")" ] && [ "$second" = "$status" ] &&
		normal <"$tmp/$one" | diff "$tmp/$1.normal" - &&
		normal <"$tmp/three" >"$tmp/three.normal" &&
		normal <"$tmp/$two" | diff "$tmp/three.normal" - && was_right=yes && return
	echo "status $first, then $second, then $status"
	tail -n 5 "$tmp/one.err" "$tmp/two.err" "$tmp/three.err"
	return 1
}

# kill_target TARGET: see what it does, then kill it at the moments of $base/moments
kill_target()
{
	target=$1
	prepare "$target" a
	place
	begin=$(date +%s%N)
	run again "$target"
	ms=$((($(date +%s%N) - begin) / 1000000))
	echo "$status" >"$tmp/$target.status"
	normal <"$tmp/again" >"$tmp/$target.normal"
	ok "make $target: $ms ms" [ "$status" = 0 ]
	while read -r _ signal victim moment before after next; do
		prepare "$target" "$before"
		place
		"$tmp/bed" "$target" >"$tmp/killed" 2>&1 </dev/null &
		pid=$!
		sleep "$(printf '%s' "$moment $ms" | awk '{ printf "%.3f", $1 * $2 / 1000 }')"
		shoot "$signal" "$victim"
		wait "$pid" || :
		# What goes on after SIGKILL and changes the repo is not in the way of what is next
		case $next$target in
		kill* | *refresh) settle ;;
		esac
		name="SIG$signal to $victim of make $target at $moment"
		if [ "$next" = kill ]; then
			[ "$signal" = KILL ] || ok "$name, and then another" gone
			continue
		fi
		ok "$name" survived "$target" "$signal" "$victim" "$after"
		recover
	done <<-END
		$(grep "^$target " "$base/moments")
	END
	ok "make $target then ends as before" as_before "$target"
	recover
	ok "and so do two of it at once" together "$target"
	recover
}
