# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# restore.t - a restored guest notices whatever is not restored: each register of a
#             saved state is altered, one at a time, as if a host had lost it
#
# In:  VGIC_COMPAT, the program; an arm64 host with KVM, or all is skipped; busybox
#      is enough of a shell; tap.sh beside this file
# Out: TAP
set -eu
. "$(dirname "$0")/tap.sh"
: "${VGIC_COMPAT:?names the program}"
mkdir "$tmp/here" && cd "$tmp/here"

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

# has PATTERN: a line of what the program printed
has()
{
	grep -E -- "$1" out || { cat out; false; }
}

# is_object WANT RESULT: the program ended with this exit status, and printed an object
# with this result
is_object()
{
	ended "$1" && [ "$(sed -n '1p; $p' out | tr -d '\n')" = '{}' ] &&
		has "^  \"result\": \"$2\",?$"
}

# json WANT RESULT ARGUMENT...: the same, of the program with these arguments and --json
json()
{
	want=$1 result=$2 status=0
	shift 2
	"$VGIC_COMPAT" "$@" --json >out 2>err || status=$?
	ok "$*, as JSON: $result" is_object "$want" "$result"
}

# no_json: the program has bad arguments, and printed nothing
no_json()
{
	ended 3 && [ ! -s out ]
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

json 0 saved save --irqs 64 --revision "$revision" state
json 0 kept restore state
sed 's/^\(sees .* GICD_IGROUPR1\) .*/\1 0x00000000/' state >bad
sum bad
json 1 changed restore bad
ok "which names the register" has '"register": "GICD_IGROUPR1"'
# A line that is high, and no device that lowers it
sed 's/^\(reg .* LEVEL1\) .*/\1 0xffffffff/' state >bad
sum bad
if grep -q LEVEL1 bad; then
	json 1 changed restore bad
	ok "which says that the guest failed" has '"failed": "interrupt [0-9]+ arrives for ever"'
fi
json 2 refused restore --revision 15 state
ok "which says why" has '"(why": "|revision_is": [0-9])'
json 2 refused save --revision 15 state
for arguments in "save --json -" "restore --json nowhere"; do
	status=0
	# shellcheck disable=SC2086 # one word an argument
	"$VGIC_COMPAT" $arguments >out 2>err || status=$?
	ok "$arguments: exit 3, and no JSON" no_json
done
status=0
"$VGIC_COMPAT" restore --json state 2>err >/dev/full || status=$?
ok "restore --json to a full disk: exit 3" ended 3

"$VGIC_COMPAT" probe --prometheus >printed
echo 'of another time' >file.prom
ok "probe --prometheus=FILE replaces the file" "$VGIC_COMPAT" probe --prometheus=file.prom
ok "with what is printed without a file" cmp printed file.prom
for arguments in --prometheus=no/file.prom --prometheus=/dev/full "--json --prometheus"; do
	status=0
	# shellcheck disable=SC2086 # one word an argument
	"$VGIC_COMPAT" probe $arguments >out 2>err || status=$?
	ok "probe $arguments: exit 3, and no output" no_json
done
ok "nothing is left beside the file" [ "$(echo *.prom*)" = file.prom ]
done_testing
