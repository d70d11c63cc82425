#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# programs.sh - get programs that Debian has for this machine, and install nothing: the
#               package of a server would start it
#
# In:  FOLDER, PACKAGE...
# Out: the unpacked packages in FOLDER. One that is there already is kept.
set -eu
. "$(dirname "$0")/../lib.sh"

[ $# -ge 2 ] || die "usage: programs.sh FOLDER PACKAGE..."
folder=$1
shift
[ ! -d "$folder" ] || exit 0
make_work
new=$folder.new
trap 'rm -rf "$new"' EXIT
rm -rf "$new"
mkdir -p "$new/debs"
chmod 755 "$new" "$new/debs"
say "fetching $*"
log=$folder.log

download()
{
	(cd "$new/debs" && apt-get download "$@") >>"$log" 2>&1
}

# Lists that are old may name packages that are gone
: >"$log"
download "$@" || { apt-get update >>"$log" 2>&1 && download "$@"; } || {
	tail -n 5 "$log" >&2
	die "cannot download $*"
}
for deb in "$new/debs"/*.deb; do
	dpkg-deb -x "$deb" "$new"
done
rm -r "$new/debs"
mv "$new" "$folder"
