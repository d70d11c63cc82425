#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# others-env.t - whatever is in a user's environment and dot files, `make check` does
#                what it does without, on the stub kernel of stub/
#
# In:  BASE_WORK, which is not used
# Out: TAP
set -eu
. "$(dirname "$0")/tap.sh"
base=$tmp
. "$BED/t/stub/setup.sh"
. "$BED/t/stub/runs.sh"
exec 9>&-
tmp=$base/worker
mkdir "$tmp"
git init -q "$base/kdir"
git -C "$base/kdir" commit -q --allow-empty -m 'a tree of the user'
start_worker
trap 'kill_all "$base"; umount "$tmp/repo" 2>/dev/null || :; rm -rf "$base"' EXIT
cp "$tmp/bed" "$tmp/bed.plain"

# outcome: what make check says on a series that it has not built yet
outcome()
{
	if [ "$version" = a ]; then turn b; else turn a; fi
	run check check
	sed 's/^# commit [0-9a-f]*/# commit/' "$tmp/check"
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

is=differs
with "this test can fail" TESTS=nothing
is=same

with "make's own variables" MAKEFLAGS=-kj8 MAKELEVEL=3 MFLAGS=-k
with "what kbuild reads" ARCH=x86 O=/nonexistent KBUILD_OUTPUT=/nonexistent KCFLAGS=-nonsense \
	CFLAGS=-nonsense LDFLAGS=-nonsense CC=false LLVM=1 CONFIG_SHELL=/bin/false V=2
with "options of tools" GREP_OPTIONS=-v TAR_OPTIONS=--nonsense XZ_OPT=--nonsense \
	XZ_DEFAULTS=--nonsense GZIP=--nonsense POSIXLY_CORRECT=1 SHELLCHECK_OPTS=--nonsense \
	RSYNC_RSH=false DIFF_OPTIONS=--nonsense AWKPATH=/nonexistent
with "perl and python" PERL5OPT=-Mnonsense PERL5LIB=/nonexistent PYTHONPATH=/nonexistent \
	PYTHONHOME=/nonexistent PYTHONSTARTUP=/nonexistent PYTHONOPTIMIZE=2
with "ccache" CCACHE_DISABLE=1 CCACHE_DIR=/nonexistent CCACHE_READONLY=1 CCACHE_PREFIX=false
with "Turkish" LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8 LANGUAGE=tr
with "decimal commas" LC_ALL=de_DE.UTF-8 LC_NUMERIC=de_DE.UTF-8
echo 'exit 9' >"$tmp/startup"
with "start-up files of shells" ENV="$tmp/startup" BASH_ENV="$tmp/startup" SHELLOPTS=noclobber CDPATH=/:/usr
mkdir "$tmp/a folder"
with "a TMPDIR with a space" TMPDIR="$tmp/a folder"
with "no HOME" -u HOME
with "a HOME that is not there" HOME=/nonexistent
printf '%s\n' '--nonsense' >"$tmp/.proverc"
echo 'disable=nonsense' >"$tmp/.shellcheckrc"
echo 'nonsense' >"$tmp/.inputrc"
ok "dot files" same
rm "$tmp/.proverc" "$tmp/.shellcheckrc" "$tmp/.inputrc"
for mask in 077 000 027; do
	with "umask $mask" sh -c "umask $mask; exec \"\$@\"" sh
done
ln -s cache "$tmp/link"
with "a cache behind a link" VGIC_CACHE="$tmp/link"
with "a cache below ~" VGIC_CACHE='~/cache'
with "a relative cache" VGIC_CACHE=../cache
with "make -j" JOBS=3 MAKEFLAGS=-j4
with "one job at a time" JOBS=1
mkdir "$tmp/noapt"
cp -asf /bin/. /usr/bin/. "$base/bin/." "$tmp/noapt/"
rm -f "$tmp/noapt/apt"* "$tmp/noapt/dpkg"*
with "a system without apt" PATH="$tmp/noapt"
if mount --bind "$tmp/repo" "$tmp/repo" 2>/dev/null; then
	mount -o remount,ro,bind "$tmp/repo"
	run check check
	sed 's/^# commit [0-9a-f]*/# commit/' "$tmp/check" >"$tmp/is"
	umount "$tmp/repo"
	ok "a read-only checkout" diff "$tmp/right.$version" "$tmp/is"
else
	skip "a read-only checkout" "needs the right to mount"
fi
done_testing
