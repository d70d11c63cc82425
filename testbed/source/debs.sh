#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# debs.sh - download Debian packages for arm64 without touching the system's apt
#
# In:  list PATTERN           names of the packages that match (grep -E)
#      versions PACKAGE       its versions, newest first
#      get FOLDER PACKAGE...  download; PACKAGE may be NAME=VERSION
#      sources                the apt source of the machine's own release
# Out: names, or the path of each downloaded file, on standard output. apt
#      checks the signatures and the checksums.
#
# The mirror is the one that the machine's own apt sources name, whatever it is.
# The suites are the machine's own release, the backports that have the kernel,
# and those that have older kernels, which may be gone. Configuration, lists and
# state stay in the cache folder.
set -eu
. "$(dirname "$0")/../lib.sh"

BACKPORTS=trixie-backports
OLDER="bookworm bookworm-backports bookworm-security bullseye"
apt=$VGIC_CACHE/apt

# entry SUITE: the machine's own entry for a suite: its URI, and the keyring that signs
# it, if its file names one
entry()
{
	# shellcheck disable=SC2016 # apt's own variables
	apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(SOURCESENTRY)' 'Created-By: Packages' |
		while read -r uri suite file; do
			[ "$suite" = "$1" ] || continue
			echo "$uri" "$(sed -n 's/^Signed-By: *\(\/.*\)/\1/p; s/^deb .*signed-by=\([^] ]*\).*/\1/p' \
				"${file%:*}" | head -n 1)"
			break
		done
}

# line "URI KEYRING" SUITE: an entry of sources.list
line()
{
	case ${1#* } in
	/*) echo "deb [signed-by=${1#* }] ${1%% *} $2 main" ;;
	*) echo "deb ${1%% *} $2 main" ;;
	esac
}

update()
{
	apt-get -c "$apt/apt.conf" update >"$apt/log" 2>&1
}

setup()
{
	command -v apt-get >/dev/null || die "there is no apt here, to get Debian's packages with"
	own=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	mirror=$(entry "$own")
	security=$(entry "$own-security")
	[ -n "$mirror" ] ||
		die "no entry for '$own' in this machine's apt sources"

	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
	: >"$apt/status"
	for suite in "$own" "$BACKPORTS"; do
		line "$mirror" "$suite"
	done >"$apt/required"
	for suite in $OLDER; do
		case $suite in
		"$own") ;;
		*-security) [ -z "$security" ] || line "$security" "$suite" ;;
		*) line "$mirror" "$suite" ;;
		esac
	done | cat "$apt/required" - >"$apt/sources.list.new"
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
	if ! cmp -s "$apt/sources.list.new" "$apt/wanted" ||
	   [ -z "$(find "$apt/updated" -mtime -1 2>/dev/null)" ]; then
		cp "$apt/sources.list.new" "$apt/sources.list"
		if ! update; then
			# Go on without the suites that are gone
			sed -n "s/^E: The repository '[^ ]* \([^ ]*\) Release'.*/ \1 main/p" \
				"$apt/log" >"$apt/gone"
			grep -vF -f "$apt/gone" "$apt/sources.list.new" |
				cat "$apt/required" - | sort -u >"$apt/sources.list"
			update || {
				tail -n 5 "$apt/log" >&2
				die "cannot read the package lists of suites $own and $BACKPORTS"
			}
			say "suites that are gone:$(tr '\n' ' ' <"$apt/gone" | sed 's/ main//g')"
		fi
		cp "$apt/sources.list.new" "$apt/wanted"
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

usage="usage: debs.sh list|versions|get|sources ..."
action=${1:-}
[ $# -ge 2 ] || [ "$action" = sources ] || die "$usage"
[ $# -eq 0 ] || shift
make_work
setup
case $action in
list) apt-cache -c "$apt/apt.conf" pkgnames | grep -E -- "$1" | sort || : ;;
versions) apt-cache -c "$apt/apt.conf" madison "$1" | awk '{ print $3 }' ;;
get) get "$@" ;;
sources) head -n 1 "$apt/required" ;;
*) die "$usage" ;;
esac
