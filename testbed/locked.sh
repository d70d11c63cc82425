#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# locked.sh - run make for its targets, one make at a time in a cache
#
# In:  TARGET..., and VARIABLES, the names of those that a user may set
# Out: what make does with them. Until another make in the same cache has ended, and
#      what a killed one left running, this one waits, and says for what. Stopped, it
#      stops all that it started.
#
# A tool that the test bed calls finds nothing in its environment but these variables,
# and those that name a user, his home and his proxies. Of the latter apt reads the names
# in small letters only.
set -eu
unset CDPATH

cache=${VGIC_CACHE:-${HOME:-/tmp}/.cache/vgic-revisions}
case $cache in
[~]/*) cache=$HOME/${cache#??} ;;
esac
lock=$cache/lock
if ! mkdir -p "$cache" 2>/dev/null || ! touch "$lock" 2>/dev/null; then
	echo "cannot write to the cache folder $cache; set VGIC_CACHE to another" >&2
	exit 1
fi
VGIC_CACHE=$(cd "$cache" && pwd -P)
case $VGIC_CACHE in
*[[:space:]:]*)
	rm -f "$lock"
	rmdir "$cache" 2>/dev/null || :
	echo "the path of the cache folder, $VGIC_CACHE, has a space or a colon, which the" \
		"kernel's make does not take; set VGIC_CACHE to another" >&2
	exit 1
	;;
esac

# All that is started here has the lock, as long as any of it lives
lock=$VGIC_CACHE/lock
exec 9>>"$lock"
if ! flock -n 9; then
	echo "waiting for $(cat "$lock"), which uses $VGIC_CACHE; its processes:" \
		"$(find /proc/[0-9]*/fd/9 -lname "$lock" 2>/dev/null | cut -d/ -f3 |
			grep -vx "$$" | paste -sd ' ')" >&2
	flock 9
fi
# The one that this waited for may have removed it, with the cache
[ "$(stat -L -c %i /proc/self/fd/9)" = "$(stat -c %i "$lock" 2>/dev/null)" ] || exec "$0" "$@"
printf '"make %s"\n' "$*" >"$lock"

for name in http_proxy:HTTP_PROXY https_proxy:HTTPS_PROXY ftp_proxy:FTP_PROXY \
	all_proxy:ALL_PROXY no_proxy:NO_PROXY; do
	eval "[ -n \"\${${name%:*}:-}\" ] || [ -z \"\${${name#*:}:-}\" ] || ${name%:*}=\$${name#*:}"
done
keep=
for name in PATH HOME USER LOGNAME TERM TMPDIR EMAIL GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL \
	GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL GIT_CONFIG_GLOBAL XDG_CONFIG_HOME \
	http_proxy https_proxy ftp_proxy all_proxy no_proxy $VARIABLES; do
	eval "[ -z \"\${$name:+set}\" ] || keep=\"\$keep $name=\\\"\\\$$name\\\"\""
done
# A session of its own, whose processes have one group
eval "setsid env -i $keep VGIC_LOCK=held make --no-print-directory \"\$@\" &"
group=$!
# stop STATUS: dash's kill does not know -TERM and -- together. Just started, it has no
# group yet.
stop()
{
	kill -s TERM -- "-$group" 2>/dev/null || kill -s TERM "$group" 2>/dev/null || :
	wait "$group" || :
	exit "$1"
}
trap 'stop 129' HUP
trap 'stop 130' INT
trap 'stop 143' TERM
wait "$group" || {
	status=$?
	"${0%/*}/source/full.sh" "$VGIC_CACHE" "${0%/*}" "${TMPDIR:-/tmp}" ${KDIR:+"$KDIR"}
	exit $status
}
