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
. "$BED/t/stub/outcome.sh"

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
with "make -j" JOBS=3 MAKEFLAGS=-j4
with "one job at a time" JOBS=1
mkdir "$tmp/noapt"
cp -asf /bin/. /usr/bin/. "$base/bin/." "$tmp/noapt/"
rm -f "$tmp/noapt/apt"* "$tmp/noapt/dpkg"*
with "a system without apt" PATH="$tmp/noapt"

done_testing
