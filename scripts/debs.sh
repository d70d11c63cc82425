#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# debs.sh - download Debian packages for arm64 without touching the system's apt
#
# In:  list PATTERN           names of the packages that match (grep -E)
#      versions PACKAGE       its versions, newest first
#      get FOLDER PACKAGE...  download; PACKAGE may be NAME=VERSION
# Out: names, or the path of each downloaded file, on standard output. apt
#      checks the signatures and the checksums.
#
# The mirror is the one that the machine's own apt sources name, whatever it is.
# The suites are the machine's own release and the backports that have the
# kernel. Configuration, lists and state stay in the cache folder.
set -eu
. "$(dirname "$0")/lib.sh"

BACKPORTS=trixie-backports
apt=$VGIC_CACHE/apt

# Every one-line or deb822 entry as: URI, suites separated by commas, keyring
sources()
{
	for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
		[ ! -f "$file" ] || sed -n '
			s/^deb[[:space:]]\{1,\}//; t one
			d
			: one
			s/\[[^]]*signed-by=\([^] ]*\)[^]]*\][[:space:]]*\(.*\)/\2 KEY=\1/
			s/^\[[^]]*\][[:space:]]*//
			p' "$file" |
			awk '{ key = ""; if ($NF ~ /^KEY=/) key = substr($NF, 5)
			       print $1, $2, key }'
	done
	for file in /etc/apt/sources.list.d/*.sources; do
		[ ! -f "$file" ] || awk '
			function flush() {
				if (uri != "" && enabled != "no") print uri, suites, key
				uri = suites = key = enabled = ""
			}
			/^[[:space:]]*$/ { flush(); next }
			/^#/ { next }
			tolower($1) == "uris:" { uri = $2 }
			tolower($1) == "enabled:" { enabled = tolower($2) }
			tolower($1) == "signed-by:" { key = $2 }
			tolower($1) == "suites:" {
				suites = $2
				for (i = 3; i <= NF; i++) suites = suites "," $i
			}
			END { flush() }' "$file"
	done
}

setup()
{
	command -v apt-get >/dev/null ||
		die "no apt here: name a kernel with KERNEL=/path/to/tree-or-tarball"
	own=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	mirror=$(sources | awk -v own="$own" '
		("," $2 ",") ~ ("," own ",") { print $1, $3; exit }')
	[ -n "$mirror" ] ||
		die "no entry for '$own' in this machine's apt sources; name a kernel with KERNEL="
	uri=${mirror%% *}
	key=${mirror#* }
	case $key in
	/*) key="[signed-by=$key] " ;;
	*) key= ;;
	esac

	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
	: >"$apt/status"
	for suite in "$own" "$BACKPORTS"; do
		echo "deb ${key}$uri $suite main"
	done >"$apt/sources.list.new"
	cat >"$apt/apt.conf" <<-END
		Dir::Etc::sourcelist "$apt/sources.list";
		Dir::Etc::sourceparts "-";
		Dir::State::lists "$apt/lists";
		Dir::State::status "$apt/status";
		Dir::Cache "$apt/cache";
		APT::Architecture "arm64";
		#clear APT::Architectures;
		APT::Architectures { "arm64"; };
		#clear APT::Update::Post-Invoke;
		#clear APT::Update::Post-Invoke-Success;
		Acquire::Languages "none";
	END
	[ "$(id -u)" -ne 0 ] || echo 'APT::Sandbox::User "root";' >>"$apt/apt.conf"

	# A day-old list is fresh enough, unless the sources changed
	if ! cmp -s "$apt/sources.list.new" "$apt/sources.list" ||
	   [ -z "$(find "$apt/updated" -mtime -1 2>/dev/null)" ]; then
		mv "$apt/sources.list.new" "$apt/sources.list"
		apt-get -c "$apt/apt.conf" update >"$apt/log" 2>&1 || {
			tail -n 5 "$apt/log" >&2
			die "cannot read the package lists of suites $own and $BACKPORTS"
		}
		: >"$apt/updated"
	fi
	rm -f "$apt/sources.list.new"
}

get()
{
	folder=$1
	shift
	mkdir -p "$folder/partial"
	for package; do
		# Downloaded into a folder of its own, so its name need not be guessed
		rm -rf "$folder/partial"
		mkdir "$folder/partial"
		(cd "$folder/partial" &&
			apt-get -c "$apt/apt.conf" download "$package") >"$apt/log" 2>&1 || {
			tail -n 5 "$apt/log" >&2
			die "cannot download $package"
		}
		for file in "$folder/partial"/*.deb; do
			mv "$file" "$folder/"
			echo "$folder/${file##*/}"
		done
	done
	rm -rf "$folder/partial"
}

action=${1:-}
[ $# -ge 2 ] || die "usage: debs.sh list|versions|get ..."
shift
make_work
setup
case $action in
list) apt-cache -c "$apt/apt.conf" pkgnames | grep -E -- "$1" | sort || : ;;
versions) apt-cache -c "$apt/apt.conf" madison "$1" | awk '{ print $3 }' ;;
get) get "$@" ;;
*) die "usage: debs.sh list|versions|get ..." ;;
esac
