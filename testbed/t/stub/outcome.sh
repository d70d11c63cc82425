# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154 # tap.sh, setup.sh and runs.sh set these
#
# outcome.sh - what `make check` comes to on the stub kernel, in a plain environment and in
#              another; sourced by others-env.t and others-places.t
#
# In:  what tap.sh gives; $elsewhere (optional), one more folder to remove at the end
# Out: a worker of runs.sh, $tmp/right.a and $tmp/right.b, and the functions below
base=$tmp
. "$BED/t/stub/setup.sh"
. "$BED/t/stub/runs.sh"
. "$BED/t/stub/judge.sh"
exec 9>&-
tmp=$base/worker
mkdir "$tmp"
git init -q "$base/kdir"
git -C "$base/kdir" commit -q --allow-empty -m 'a tree of the user'
start_worker
trap 'kill_all "$base"; umount "$tmp/repo" 2>/dev/null || :; rm -rf "$base" "${elsewhere:-$base}"' EXIT
cp "$tmp/bed" "$tmp/bed.plain"

# outcome: what make check says on a series that it has not built yet
outcome()
{
	if [ "$version" = a ]; then turn b; else turn a; fi
	run check check
	without_id "$tmp/check"
	[ "$status" = 0 ] || tail -n 5 "$tmp/check.err"
}
for _ in a b; do
	outcome >"$tmp/outcome"
	mv "$tmp/outcome" "$tmp/right.$version"
	ok "a plain environment, version $version" grep -q ' passed, 0 failed, ' "$tmp/right.$version"
done

same()
{
	outcome >"$tmp/is"
	diff "$tmp/right.$version" "$tmp/is"
}

differs()
{
	! same
}

# with NAME WORD...: make is called by env with these words, and what comes of it $is
is=same
# shellcheck disable=SC2089,SC2090,SC2209 # for a shell script
with()
{
	name=$1
	shift
	words=env
	for word; do
		words="$words '$word'"
	done
	export words
	awk '{ at = index($0, "make -C") }
	     at { print substr($0, 1, at - 1) ENVIRON["words"] " " substr($0, at); changed++; next }
	     { print }
	     END { exit changed != 1 }' "$tmp/bed.plain" >"$tmp/bed"
	ok "$name" $is
	cp "$tmp/bed.plain" "$tmp/bed"
}

