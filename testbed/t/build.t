#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# build.t - vgic_compat on the machine that builds: its own tests, which need no arm64
#           host, and its completion; checkpatch of all C here that is not posted; and the
#           numbers in the README
#
# In:  BASE_WORK, a work folder with a composed tree
# Out: TAP
set -eu
. "$(dirname "$0")/tap.sh"

source=$ROOT/vgic_compat
unset MAKEFLAGS MAKELEVEL MAKEOVERRIDES MFLAGS

ok "it builds without a warning, in a folder with a space" make -s -C "$source" O="$tmp/a build" CROSS_COMPILE= WERROR=1
ok "elsewhere, a probe says that it cannot: exit 2" \
	sh -c "'$tmp/a build/vgic_compat' probe; [ \$? -eq 2 ]"
ok "elsewhere, a bad file is refused before that: exit 3" \
	sh -c "'$tmp/a build/vgic_compat' restore /dev/null; [ \$? -eq 3 ]"
# Of the kernel's own types and macros a program has none
checkpatch --ignore \
	FILE_PATH_CHANGES,PREFER_KERNEL_TYPES,PREFER_DEFINED_ATTRIBUTE_MACRO,BIT_MACRO,ARRAY_SIZE,CAMELCASE \
	-f "$source"/*.[chS] "$source"/t/*.c "$BED"/vmm/guests/* "$BED"/*/*.c
for file in "$source"/*.[chS] "$source"/t/*.c "$BED"/vmm/guests/* "$BED"/*/*.c; do
	ok "checkpatch: ${file#"$ROOT/"}" is_clean "$file"
done
ok "the completion loads" bash -n "$source/completion.bash"

numbers=$(awk '
	/^GICv[23]/ { for (i = 4; i <= NF; i++) { n[substr($i, 1, 1)]++; cells++ } }
	END { printf "%d cells: %d kept, %d changed, %d refused, %d absent; 0 unexpected",
		     cells, n["K"], n["C"], n["R"], n["-"] }' "$BED/matrix/expected")
ok "the README quotes the numbers of testbed/matrix/expected: $numbers" \
	grep -qF "$numbers" "$ROOT/README"

for file in "$source"/t/*.t; do
	VGIC_COMPAT="$tmp/a build/vgic_compat" sh "$file" >"$tmp/tap" || echo "not ok 0 - $file ends badly"
	sed -n 's/^1\.\.//p' "$tmp/tap" >"$tmp/plan"
	if grep -q '^0 # SKIP ' "$tmp/plan"; then
		skip "${file##*/}" "$(sed 's/.*# SKIP //' "$tmp/plan")"
		continue
	fi
	[ -s "$tmp/plan" ] || echo 0 >"$tmp/plan"
	ok "${file##*/}: all its results are there" \
		[ "$(cat "$tmp/plan")" = "$(grep -c '^\(not \)\{0,1\}ok ' "$tmp/tap")" ]
	awk -v n="$tests" -v file="${file##*/}" '
		/^1\.\./ { next }
		/^(not )?ok / { sub(/ok [0-9]+ - /, "ok " (++n) " - " file ": ") }
		{ print }' "$tmp/tap"
	tests=$((tests + $(cat "$tmp/plan")))
done
done_testing
