#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# check-remote.sh - run the bundle on an arm64 machine, over ssh
#
# In:  HOST, user@host or user@host:port; the bundle that bundle.sh made; SSH (optional),
#      the command that is used for ssh, with options; `check` to see only whether HOST is
#      right
# Out: KTAP on standard output, and the last line, which counts it. Nothing stays on the
#      host, and its kernel is the one that runs there: INSTALL in the bundle has more.
set -eu
. "$(dirname "$0")/../lib.sh"

bundle=$W/bundle.tar.gz
case ${HOST:-} in
*@?*:*[!0-9]* | *@*:) die "HOST=$HOST is not user@host or user@host:port" ;;
?*@?*:*) port=${HOST##*:} host=${HOST%:*} ;;
?*@?*) port='' host=$HOST ;;
*) die "name a machine: HOST=user@host or HOST=user@host:port" ;;
esac
[ "${1:-}" != check ] || exit 0
[ -f "$bundle" ] || die "there is no $bundle; run make bundle"
[ -n "${SSH:-}" ] || need ssh
remote()
{
	# shellcheck disable=SC2086 # a command with options
	${SSH:-ssh} -o BatchMode=yes -o ServerAliveInterval=30 ${port:+-p "$port"} "$host" "$@"
}

say "copying $(du -h "$bundle" | cut -f1) to $host"
# shellcheck disable=SC2016 # for the shell there
folder=$(remote 'd=$(mktemp -d) && { tar -xzf - -C "$d" || { rm -rf "$d"; false; }; } &&
	echo "$d/vgic-bundle"' <"$bundle") ||
	die "cannot copy the bundle to $host; is it a machine that ssh reaches without a question?"
trap 'remote "rm -rf ${folder%/*}" </dev/null || say "what is left on $host: ${folder%/*}"' EXIT
wanted=$(tar -xzOf "$bundle" vgic-bundle/release)
is=$(remote uname -r </dev/null)
[ "$is" = "$wanted" ] || say "$host runs Linux $is, and not the $wanted of the bundle"
remote "cd $folder && ./run" </dev/null
