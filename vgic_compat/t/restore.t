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
recorded=$(cd "$(dirname "$0")" && pwd)/files
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

# Standard output that takes nothing; closed, its number is that of the next file
for to in '>/dev/full' '>&-'; do
	for command in "probe" "probe --json" "probe --prometheus" "save -" "save --json x" "restore bad" "restore --json state"; do
		status=0
		sh -c "'$VGIC_COMPAT' $command $to" 2>err || status=$?
		ok "$command $to: exit 3" ended 3
	done
done

# What a kernel saved whose groups are fixed, with and without a choice of its only revision
for model in 2 3; do
	file=$recorded/4.14.5-gicv$model
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

# save FILE writes there, and nowhere else
saves()
{
	timeout 60 "$VGIC_COMPAT" save "$1" >out 2>&1
}

# traps NAME: a save to shared/x, which is not ours, writes nothing anywhere
traps()
{
	chown -h 1000 shared/x
	if saves shared/x; then
		echo "it succeeded"
		return 1
	fi
	cat out
	[ "$(cat ours)" = ours ] && [ "$(ls shared)" = x ] && [ ! -e nowhere ] &&
		grep -qE "^vgic_compat: cannot write shared/x: " out
}

echo ours >ours
ln -s ours link
ok "save to a link of one's own" saves link
ok "writes where it leads" sh -c '[ -h link ] && grep -q ^vgic-state ours'
ln -s nowhere dangling
ok "save to a link that leads nowhere is refused" sh -c "! '$VGIC_COMPAT' save dangling 2>err"
ok "and makes no file" [ ! -e nowhere ]
mkfifo fifo
ok "save to a FIFO that no one reads is refused" sh -c "! timeout 60 '$VGIC_COMPAT' save fifo 2>err && grep 'nobody reads' err"
if [ "$(id -u)" -ne 0 ]; then
	skip "files of others in shared folders" "needs root, who can make them"
else
	echo ours >ours
	for mode in 1777 0777 1770 0770; do
		mkdir shared
		chmod "$mode" shared
		ok "save to a new file in a folder of mode $mode" saves shared/y
		rm -f shared/y
		ln -s ../ours shared/x
		ok "but not through a link of somebody else" traps
		rm shared/x
		ln -s ../nowhere shared/x
		ok "nor through one that leads nowhere" traps
		rm shared/x
		echo theirs >shared/x
		ok "nor over a file of his" traps
		rm shared/x
		mkfifo shared/x
		ok "nor to a FIFO of his" traps
		rm -r shared
	done
fi
done_testing
