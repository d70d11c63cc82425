#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# docs.sh - build the pages on KVM's devices, as the kernel's make htmldocs does
#
# In:  the composed tree in $W/tree
# Out: HTML in $W/docs; where it lies, on standard output. Exit status 1 if the
#      build fails or warns about a page.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$BED/build/lib.sh"

need_tree
need make python3 sphinx-build
rm -rf "$W/docs"
mkdir -p "$W/docs"
with_log "building the documentation" "$W/docs.log" '^reading' \
	make -C "$W/tree" O="$W/docs" SPHINXDIRS=virt/kvm/devices htmldocs

# A machine without graphviz is told so, which says nothing about a page
if grep -E '\.rst:.*(WARNING|ERROR|CRITICAL)' "$W/docs.log" >&2; then
	die "the documentation has warnings; full log: $W/docs.log"
fi
page=$(find "$W/docs" -name arm-vgic-revisions.html | head -n 1)
[ -n "$page" ] || die "there is no page on the revisions; full log: $W/docs.log"
echo "$page"
