#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tools.sh - make sure that the commands the test bed uses are installed
#
# In:  names of commands, of the table below; if none is named, all of those
#      that `make` and `make check` need
# Out: nothing if they are there. A missing one is installed with apt when this
#      runs as root; otherwise the command that installs it goes to standard
#      error, or without apt the names of the packages, and the exit status is 1.
set -eu
. "$(dirname "$0")/../lib.sh"

# An arm64 machine has the compiler and the libc of its own
case $MACHINE_TYPE in
aarch64) gcc=gcc libc=libc6-dev ;;
*) gcc=gcc-aarch64-linux-gnu libc=libc6-dev-arm64-cross ;;
esac

# command, the Debian package that has it, and what alone needs it, if not all do;
# arm64-libc is one that the compiler for arm64 can link statically
table()
{
	cat <<-END
		git git
		make make
		gcc gcc
		flex flex
		bison bison
		bc bc
		perl perl
		prove perl
		rsync rsync
		cpio cpio
		xz xz-utils
		ccache ccache
		${CROSS_COMPILE}gcc $gcc
		arm64-libc $libc
		qemu-system-aarch64 qemu-system-arm
		shellcheck shellcheck
		/usr/include/jansson.h libjansson-dev
		/usr/include/zlib.h zlib1g-dev
		sparse sparse lint
		clang-19 clang-19 lint
		ld.lld-19 lld-19 lint
		llvm-ar-19 llvm-19 lint
		clang-tidy-19 clang-tidy-19 lint
		spatch coccinelle lint
		ocamlopt ocaml-nox lint
		codespell codespell lint
		cppcheck cppcheck lint
		b4 b4 lint
		pahole pahole cost
		gnuplot gnuplot-nox cost
		python3 python3
		sphinx-build python3-sphinx docs
		mmdebstrap mmdebstrap system
		dpkg-source dpkg-dev qemu
		ninja ninja-build qemu
		pkg-config pkgconf qemu
		/usr/bin/python3 python3 qemu
		/usr/share/python-wheels python3-venv qemu
		qemu-img qemu-utils vmm
		quilt quilt apply
		ssh openssh-client bundle
		ssh-keygen openssh-client bundle
		/sbin/mke2fs e2fsprogs bundle
	END
}

[ $# -gt 0 ] || {
	# shellcheck disable=SC2046 # one word a command
	set -- $(table | awk 'NF == 2 { print $1 }')
}

# is_there TOOL
is_there()
{
	case $1 in
	/*) [ -e "$1" ] ;;
	# A path if there is such a file, else the name as it was
	arm64-libc) case $("${CROSS_COMPILE}gcc" -print-file-name=libc.a 2>/dev/null) in
		    /*) ;;
		    *) false ;;
		    esac ;;
	*) command -v "$1" >/dev/null ;;
	esac
}

# find_missing TOOL...: those that are not there, and the packages that have them
find_missing()
{
	missing=
	packages=
	for tool; do
		! is_there "$tool" || continue
		missing="$missing $tool"
		package=$(table | awk -v t="$tool" '$1 == t { print $2; exit }')
		packages="$packages ${package:-$tool}"
	done
}

find_missing "$@"
[ -n "$missing" ] || exit 0
tools=$*

# shellcheck disable=SC2086 # words wanted
set -- apt-get install -y --no-install-recommends $packages
if ! command -v apt-get >/dev/null; then
	say "tools.sh: missing:$missing"
	say "install them; there is no apt here, and Debian has them in:$packages"
	exit 1
elif [ "$(id -u)" -ne 0 ]; then
	say "tools.sh: missing:$missing"
	say "install with: sudo $*"
	exit 1
fi

say "installing:$packages"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt-get update && DEBIAN_FRONTEND=noninteractive "$@"; } >"$log" 2>&1; then
	tail -n 20 "$log" >&2
	die "could not install$packages"
fi
# shellcheck disable=SC2086 # words wanted
find_missing $tools
[ -z "$missing" ] || die "still missing:$missing"
