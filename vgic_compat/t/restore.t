# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# restore.t - a restored guest notices whatever is not restored: each register of a
#             saved state is altered, one at a time, as if a host had lost it
#
# In:  VGIC_COMPAT, the program; an arm64 host with KVM, or all is skipped; busybox
#      is enough of a shell
# Out: TAP
set -eu
: "${VGIC_COMPAT:?names the program}"
tests=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

# shellcheck disable=SC2094 # it reads neither
if ! "$VGIC_COMPAT" probe >probe 2>err; then
	echo "1..0 # SKIP $(tail -n 1 err)"
	exit 0
fi

# sum FILE: with the right checksum, which gzip counts too
sum()
{
	sed -i '/^checksum /d' "$1"
	printf 'checksum 0x%s\n' "$(gzip -c "$1" | tail -c 8 | head -c 4 | od -An -tx4 | tr -d ' ')" >>"$1"
}

result()
{
	tests=$((tests + 1))
	echo "$1 $tests - $2"
	[ "$1" = ok ] || sed 's/^/# /' out
}

# restore WANT NAME FILE: it ends with one of these exit statuses
restore()
{
	status=0
	"$VGIC_COMPAT" restore "$3" >out 2>&1 || status=$?
	case " $1 " in
	*" $status "*) result ok "$2" ;;
	*) result "not ok" "$2: exit $status" ;;
	esac
}

# json WANT RESULT ARGUMENT...: with --json it ends with this exit status and prints an
# object with that result
json()
{
	want=$1 result=$2 status=0
	shift 2
	"$VGIC_COMPAT" "$@" --json >out 2>err || status=$?
	if [ "$status" = "$want" ] && [ "$(sed -n '1p; $p' out | tr -d '\n')" = '{}' ] &&
	   grep -Eqx "  \"result\": \"$result\",?" out; then
		result ok "$*, as JSON: $result"
	else
		result "not ok" "$*, as JSON: exit $status, and not $result"
	fi
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
		{ result "not ok" "save at revision $revision"; return; }
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

json 0 saved save --irqs 64 --revision "$revision" state
json 0 kept restore state
sed 's/^\(sees .* GICD_IGROUPR1\) .*/\1 0x00000000/' state >bad
sum bad
json 1 changed restore bad
grep -q '"register": "GICD_IGROUPR1"' out && ok=ok || ok="not ok"
result "$ok" "which names the register"
# A line that is high, and no device that lowers it
sed 's/^\(reg .* LEVEL1\) .*/\1 0xffffffff/' state >bad
sum bad
if grep -q LEVEL1 bad; then
	json 1 changed restore bad
	grep -q '"failed": "interrupt [0-9]* arrives for ever"' out && ok=ok || ok="not ok"
	result "$ok" "which says that the guest failed"
fi
json 2 refused restore --revision 15 state
grep -Eq '"(why": "|revision_is": [0-9])' out && ok=ok || ok="not ok"
result "$ok" "which says why"
json 2 refused save --revision 15 state
for arguments in "save --json -" "restore --json nowhere"; do
	status=0
	# shellcheck disable=SC2086 # one word an argument
	"$VGIC_COMPAT" $arguments >out 2>err || status=$?
	[ $status -eq 3 ] && [ ! -s out ] && ok=ok || ok="not ok"
	result "$ok" "$arguments: exit 3, and no JSON"
done
status=0
"$VGIC_COMPAT" restore --json state 2>err >/dev/full || status=$?
[ $status -eq 3 ] && ok=ok || ok="not ok"
result "$ok" "restore --json to a full disk: exit 3"
echo "1..$tests"
