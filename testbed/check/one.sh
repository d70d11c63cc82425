#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# one.sh - one program of `make check`, for prove
#
# In:  the name of a machine of boot.sh, or of a file t/NAME.t; RESULTS, a folder; for
#      a machine SELFTESTS, their names, the kernel in $BUILD, RESULTS/initramfs.gz,
#      and PARAMETERS for that kernel
# Out: its results as TAP on standard output and in RESULTS/NAME.tap, where a
#      program that ends badly has a failure to show for it
set -eu
. "$(dirname "$0")/../lib.sh"
name=${1##*/}
name=${name%.t}
tap=$RESULTS/$name.tap

boot()
{
	# shellcheck disable=SC2086 # one word a parameter
	"$BED/boot/boot.sh" "$name" "$BUILD/arch/arm64/boot/Image" \
		"$RESULTS/initramfs.gz" "$RESULTS/$name.log" ${PARAMETERS:-} || :
	awk -v machine="$name" -v expect="$SELFTESTS" \
		-v ours="$("$BED/build/tests.sh" ours,vgic_contract | tr '\n' ' ')" \
		-f "$BED/boot/splats.awk" -f "$BED/check/ktap.awk" "$RESULTS/$name.log"
}

status=0
if [ -f "$BED/t/$name.t" ]; then
	# What the user chose for this run is not for what a test runs, but for where and on what
	for variable in ${VARIABLES:-}; do
		case $variable in
		VGIC_CACHE | BASE | KERNEL | CROSS_COMPILE | BOOT_TIMEOUT | JOBS | SEED | KILLS) ;;
		*) unset "$variable" ;;
		esac
	done
	BASE_WORK=$W "$BED/t/$name.t" >"$tap.raw" 2>"$RESULTS/$name.err" || status=$?
else
	boot >"$tap.raw" 2>"$RESULTS/$name.err" || status=$?
fi

# Every result counts, and so do a missing plan, missing results and a bad end
awk -v name="$name" -v status="$status" '
	/^1\.\.[0-9]+$/ { plan = substr($0, 4); next }
	/^(not )?ok / { seen++; if (/^not /) failed++ }
	{ print }
	END {
		if (plan == "" || plan != seen)
			printf "not ok %d - %s: %d results, %s planned\n", ++bad + seen,
			       name, seen, plan == "" ? "none" : plan
		if (status != 0 && !failed)
			printf "not ok %d - %s: ended with status %d\n", ++bad + seen, name, status
		print "1.." seen + bad
	}' "$tap.raw" >"$tap"
rm -f "$tap.raw"
cat "$tap"
sed 's/^/# /' "$RESULTS/$name.err"
