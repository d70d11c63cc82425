# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# restore.t - a restored guest notices whatever is not restored: each register of a
#             saved state is altered, one at a time, as if a host had lost it
#
# In:  VGIC_COMPAT, the program; an arm64 host with KVM, or all is skipped; busybox
#      is enough of a shell; the files beside this one
# Out: TAP
set -eu
. "$(dirname "$0")/files-lib.sh"

# shellcheck disable=SC2094 # it reads neither
if ! "$VGIC_COMPAT" probe >probe 2>err; then
	echo "1..0 # SKIP $(tail -n 1 err)"
	exit 0
fi

# ended WANT: the program ended with one of these exit statuses
ended()
{
	case " $1 " in
	*" $status "*) return ;;
	esac
	echo "exit $status"
	cat out
	return 1
}

# restore WANT NAME FILE: it ends with one of these exit statuses
restore()
{
	status=0
	"$VGIC_COMPAT" restore "$3" >out 2>&1 || status=$?
	ok "$2" ended "$1"
}

# What makes no difference, or none that may be tried. KVM fixes ICC_SRE_EL1, and what
# triggers SGIs and PPIs; a write of other ICC_CTLR_EL1 it refuses, but for bits that
# matter to no guest here. No PPI but one, and no SGI, has a level. Without group 1,
# QEMU's emulation of a host gets stuck.
fixed='ICC_SRE_EL1|ICC_CTLR_EL1|GIC[DR]_ICFGR[01]|ICC_IGRPEN1_EL1'

alter()
{
	revision=$1
	"$VGIC_COMPAT" save --irqs 64 --revision "$revision" good >out 2>&1 ||
		{ status=$? && ok "save at revision $revision" ended 0; return; }
	restore 0 "revision $revision: as it was" good
	grep -n '^reg ' good >regs
	# shellcheck disable=SC2034 # not all fields are looked at
	while read -r number kind vcpu offset name value; do
		number=${number%%:*}
		echo "$name" | grep -Eqx "$fixed" && continue
		new=$(echo "$value" | sed 's/^0x0*$/ones/; /ones/!s/[^x]/0/g')
		[ "$new" != ones ] || new=$(echo "$value" | sed 's/0/f/g; s/^f/0/')
		# Interrupts are routed to a vCPU that there is, or nowhere
		case $name in
		GICD_IROUTER* | LEVEL0 | GICC_APR0 | ICC_AP?R0_EL1) [ "$value" != "$(echo "$value" | sed 's/[^x]/0/g')" ] || continue ;;
		esac
		sed "${number}s/ $value\$/ $new/" good >bad
		sum bad
		restore "1 2" "revision $revision: $name of vCPU $vcpu, $new and not $value" bad
	done <regs
	sed '/^line 0 /d' good >bad
	sum bad
	case $(sed -n 's/^model //p' good) in
	GICv2) restore 1 "revision $revision: no line is high" bad ;;
	esac
}

for revision in $(awk '$2 == "taken" || $3 == "taken" { print $1 }' probe | sort -u | tail -n 1); do
	alter "$revision"
done

# What a kernel saved whose groups are fixed, with and without a choice of its only revision
for model in 2 3; do
	file=$files/4.14.5-gicv$model
	grep -q "^GICv$model, by default" probe || continue
	if ! sed -n "/^GICv$model, /,/^\$/p" probe | awk '$1 == "0" && / taken / { found = 1 } END { exit !found }'; then
		skip "restore ${file##*/}" "this host has no revision 0"
		continue
	fi
	sed 's/^chosen no$/chosen yes/' "$file" >chosen
	sum chosen
	restore 0 "restore ${file##*/}, where none could be chosen: kept" "$file"
	restore 0 "restore ${file##*/}, where 0 was chosen: kept" chosen
done

. "$here/restore-output.sh"
. "$here/restore-places.sh"
done_testing
