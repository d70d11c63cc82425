#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# matrix-results.sh - collect what came of the moves
#
# In:  FOLDER, in which matrix.sh ran; KERNELS, MODELS and REVISIONS
# Out: lines as matrix-read.awk reads them, on standard output. A result that is
#      none of kept, changed, refused and absent ends it with an error.
set -eu
. "$(dirname "$0")/../lib.sh"

[ $# -eq 1 ] || die "usage: matrix-results.sh FOLDER"
matrix=$1
expected=$BED/matrix/expected
tab='	'

# print FIELD...: one line
print()
{
	(IFS=$tab; printf '%s\n' "$*")
}

# judge FILE: what came of a restore, in $result, in words in $detail and as a code
# of matrix.expected in $code
judge()
{
	[ -s "$1.status" ] || die "no $1"
	status=$(cat "$1.status")
	detail=$(tail -n 1 "$1")
	case $status:$detail in
	"0:kept: "*) result=kept code=K detail=- ;;
	"1:changed: "*)
		result=changed detail=${detail#changed: }
		code=C$(printf '%s\n' "$detail" | tr ';' '\n' | sed '
			s/^ *saved .*//
			s/^ *GICD_IIDR$/i/
			s/^ *GICR_CTLR$/c/
			s/^ *IGROUPR of [0-9]* interrupts*$/g/
			s/^ *[0-9]* interrupts* arrives* in another group$/a/
			s/^..\{1,\}$/x/' | tr -d '\n') ;;
	"2:vgic_compat: this host cannot give a VM revision"*)
		result=refused code=R detail=${detail##*: } ;;
	*) die "$1 ended with status $status: $detail" ;;
	esac
	detail=$(printf '%s\n' "$detail" | sed '
		s/GICD_IIDR\(;\|$\)/GICD_IIDR, the revision\1/
		s/GICR_CTLR/&.{IR,CES}/
		s/IGROUPR of/the group of/
		s/^the kernel takes the write.* at \([0-9]*\)$/the kernel takes the write without an error and stays at revision \1: a VMM that does not read it back runs a changed guest/')
}

# is_expected CODE ROW ROW ROW COLUMN: is it what stands there in matrix.expected?
is_expected()
{
	awk -v code="$1" -v row="$2 $3 $4" -v to="$5" '
		/^#/ { next }
		$1 == "to" { for (i = 4; i <= NF; i++) column[$i] = i }
		$1 " " $2 " " $3 == row { want = $column[to] }
		END { print want == code ? "yes" : "no" }' "$expected"
}

date +"date$tab%Y-%m-%d"
# shellcheck disable=SC2153 # KERNELS is no KERNEL
for kernel in $KERNELS; do
	any=$matrix/save-$kernel-${MODELS%% *}
	case $kernel in
	patched) package="$(cat "$W/base-version") with the series" ;;
	7.3) package=$(cat "$W/unpatched/package") ;;
	*) package=$(cat "$VGIC_CACHE/images/$kernel/package") ;;
	esac
	print kernel "$kernel" "$(sed -n 's/^kernel //p' "$any/probe")" "$package"
	for model in $MODELS; do
		sed -n "/^$model, by default/,/^\$/p" "$matrix/save-$kernel-$model/probe" |
			awk -v OFS="$tab" -v label="$kernel" -v model="$model" '
			$1 == "none" { $1 = "default" }
			NF == 3 { $4 = $5 = $6 = $7 = $8 = $9 = "-" }
			$1 ~ /^(default|[0-3])$/ {
				arrives = $9
				for (i = 10; i <= NF; i++)
					arrives = arrives " " $i
				print "probe", label, model, $1, $2, $3, $5, $6, $7, $8, arrives
			}'
	done
done

for model in $MODELS; do
	for revision in $REVISIONS; do
		for from in $KERNELS; do
			saved=$matrix/save-$from-$model
			[ -s "$saved/save-$revision.status" ] || die "no $saved/save-$revision"
			for to in $KERNELS; do
				if [ -s "$saved/state-$revision" ]; then
					judge "$matrix/restore-$to-$model/state,$from,$revision"
				else
					judge "$saved/save-$revision"
					result=absent code=-
				fi
				print cell "$model" "$revision" "$from" "$to" "$result" "$detail" \
					"$(is_expected "$code" "$model" "$revision" "$from" "$to")"
			done
		done
	done
done
print repeat 'make matrix MODELS=GICv3 REVISIONS=2 KERNELS="6.1 patched"'
[ ! -d "$matrix/back-5.10-GICv2" ] || . "$BED/matrix/steps.sh"
