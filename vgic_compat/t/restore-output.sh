# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
#
# restore-output.sh - of restore.t: what the program prints, as JSON, for Prometheus, or to
#                     an output that takes nothing; sourced
#
# In:  VGIC_COMPAT, and what is there in restore.t
# Out: TAP

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
ok "nothing is left beside the file" \
	[ "$(find . -name '*.prom*' -o -name '.vgic_compat*')" = ./file.prom ]

# Standard output that takes nothing; closed, its number is that of the next file
for to in '>/dev/full' '>&-'; do
	for command in "probe" "probe --json" "probe --prometheus" "save -" "save --json x" "restore bad" "restore --json state"; do
		status=0
		sh -c "'$VGIC_COMPAT' $command $to" 2>err || status=$?
		ok "$command $to: exit 3" ended 3
	done
done
