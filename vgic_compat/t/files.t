# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# files.t - the reader of state files takes good ones and nothing else, and diff
#           names what differs
#
# In:  VGIC_COMPAT, the program; files/, states that it saved, on old kernels too
# Out: TAP
set -eu
. "$(dirname "$0")/tap.sh"
: "${VGIC_COMPAT:?names the program}"
files=$(cd "$(dirname "$0")" && pwd)/files
mkdir "$tmp/here" && cd "$tmp/here"

# said PATTERN: the program ended as wanted, and a line of what it printed is PATTERN
said()
{
	[ "$got" = "$want" ] && cat out err | grep -Eq -- "$1" && return
	echo "exit $got; expected $want, and a line with $1"
	cat out err
	return 1
}

# run STATUS NAME PATTERN ARGUMENT...: it ends with STATUS, and a line of what it says
# is PATTERN
run()
{
	want=$1 name=$2 pattern=$3 got=0
	shift 3
	"$VGIC_COMPAT" "$@" >out 2>err || got=$?
	ok "$name: exit $want" said "$pattern"
}

# data NAME EXPRESSION FILE1 FILE2: it is true of d, what diff --json prints
data()
{
	"$VGIC_COMPAT" diff --json "$3" "$4" >out 2>err || :
	ok "as JSON: $1" python3 -c 'import json, sys
d = json.load(open("out"))
assert list(d) == "format version result vms registers arrivals lines held".split()
assert (d["format"], d["version"]) == ("vgic-moves", 1)
assert (d["result"] == "kept") == (not any(list(d.values())[3:]))
sys.exit(not eval("(%s)" % sys.argv[1]))' "$2"
}

# sum FILE: with the right checksum; gzip has the CRC32 that zlib counts
sum()
{
	sed -i '/^checksum /d' "$1"
	printf 'checksum 0x%s\n' "$(gzip -c "$1" | tail -c 8 | head -c 4 |
		od -An -tx4 --endian=little | tr -d ' ')" >>"$1"
}

# edit NAME PATTERN EXPRESSION: a good file, changed with sed, with the right checksum
edit()
{
	sed "$3" "$files/gicv3" >bad
	sum bad
	run 3 "refused: $1" "$2" diff "$files/gicv3" bad
}

# The state of a VMM that chooses no revision
sed 's/^chosen yes$/chosen no/' "$files/gicv2" >gicv2-default
sum gicv2-default
for file in "$files"/* gicv2-default; do
	model=${file##*/}
	run 0 "$model: a file is as itself" '^kept' diff "$file" "$file"
	cp "$file" copy
	sum copy
	ok "$model: the checksum is CRC32" cmp -s copy "$file"
done
cp copy again
run 0 "standard input" '^kept' diff - again <copy

# What differs, by register and interrupt
sed 's/^\(sees .* GICD_IGROUPR1 0x\).*/\100000000/; s/^\(arrives 1 0 1\) .*/\1 fiq 0 1/
     /^arrives 1 1 16 /d; s/^\(arrives 2 1 40 .*\) 1$/\1 2/' "$files/gicv3" >other
sum other
was=$(sed -n 's/^sees .* GICD_IGROUPR1 0x//p' "$files/gicv3")
run 1 "a register" "^guest reads: vCPU 0 GICD_IGROUPR1 was $was, is 00000000: interrupts 3" \
	diff "$files/gicv3" other
for value in 00000000 ffffffff; do
	sed "s/^\(sees .* GICD_IGROUPR1 0x\).*/\1$value/" "$files/gicv3" >$value
	sum $value
done
run 1 "16 interrupts, and how many more" 'is ffffffff: interrupts( [0-9]{2}){16} and 16 more$' \
	diff 00000000 ffffffff
run 1 "in another group" '^interrupt 1 on vCPU 0, phase 1: was IRQ in group 1, is FIQ in group 0$' \
	diff "$files/gicv3" other
run 1 "not at all" '^interrupt 16 on vCPU 1, phase 1: was .*, does not arrive$' \
	diff "$files/gicv3" other
run 1 "for the first time" '^interrupt 16 on vCPU 1, phase 1: did not arrive, is ' \
	diff other "$files/gicv3"
run 1 "twice" '^interrupt 40 on vCPU 1, phase 2: was .*, is .*, 2 times$' \
	diff "$files/gicv3" other
run 1 "in words" '^changed: IGROUPR of [0-9]+ interrupts; 1 interrupt arrives in another group; 1 ' \
	diff "$files/gicv3" other
sed 's/^arrives 1 0 1 irq 1 1$/&\narrives 1 0 1 fiq 0 1/' "$files/gicv3" >both
sum both
run 1 "once more, in the other group" \
	'^interrupt 1 on vCPU 0, phase 1: was IRQ in group 1, is IRQ in group 1 and FIQ in group 0$' \
	diff "$files/gicv3" both
run 1 "once less" 'was IRQ in group 1 and FIQ in group 0, is IRQ in group 1$' \
	diff both "$files/gicv3"
sed '/^line 0 33$/d' "$files/gicv3" >low
sum low
run 1 "a line" '^line of interrupt 33, vCPU 0: was high, is low$' diff "$files/gicv3" low
sed 's/^holds 1 39 ./holds 1 38 0/' "$files/gicv3" >held
sum held
run 1 "what is held" '^held by vCPU 1: was interrupt 39 in group ., is interrupt 38 in group 0$' \
	diff "$files/gicv3" held
run 1 "two models" '^changed: GICv2 and GICv3$' diff "$files/gicv2" "$files/gicv3"

# The same as data; of an interrupt that arrives, IRQ and FIQ have a group and a count
data "nothing" 'd["result"] == "kept"' "$files/gicv3" "$files/gicv3"
data "a register, with all its interrupts" 'd["registers"] == [{"seen_by": "guest",
	"register": "GICD_IGROUPR1", "vcpu": 0, "was": "'"$was"'", "is": "00000000",
	"interrupts": [32 + i for i in range(32) if 0x'"$was"' >> i & 1]}]' "$files/gicv3" other
data "what arrives otherwise, not at all, and twice" '[[a[key] for key in ("interrupt", "vcpu", "phase")] +
	[[tuple(way.values()) for way in a[key]] for key in ("was", "is")] for a in d["arrivals"]] == [
	[1, 0, 1, [("IRQ", 1, 1)], [("FIQ", 0, 1)]], [16, 1, 1, [("IRQ", 1, 1)], []],
	[40, 1, 2, [("IRQ", 1, 1)], [("IRQ", 1, 2)]]]' "$files/gicv3" other
data "what arrives for the first time" '{"interrupt": 16, "vcpu": 1, "phase": 1, "was": [],
	"is": [{"signal": "IRQ", "group": 1, "count": 1}]} in d["arrivals"]' other "$files/gicv3"
data "once more, in the other group" '[len(d["arrivals"][0][key]) for key in ("was", "is")] == [1, 2]' \
	"$files/gicv3" both
data "a line" 'd["lines"] == [{"interrupt": 33, "vcpu": 0, "was": "high", "is": "low"}]' \
	"$files/gicv3" low
data "a line that is high now" '[line["is"] for line in d["lines"]] == ["high"]' low "$files/gicv3"
data "what is held" '[(h["vcpu"], h["was"]["interrupt"], h["is"]) for h in d["held"]] ==
	[(1, 39, {"interrupt": 38, "group": 0})]' "$files/gicv3" held
sed '/^holds 1 /d' "$files/gicv3" >none
sum none
data "nothing is held" '[(h["vcpu"], h["is"]) for h in d["held"]] == [(1, None)]' "$files/gicv3" none
sed 's/^\(reg .* GICD_CTLR 0x\).*/\100000000/' "$files/gicv3" >saved
sum saved
data "what userspace reads" '[(r["seen_by"], r["register"], r["interrupts"]) for r in d["registers"]] ==
	[("userspace", "GICD_CTLR", [])]' "$files/gicv3" saved
data "two models" 'd["vms"] == [{"what": "model", "was": "GICv2", "is": "GICv3"}]' \
	"$files/gicv2" "$files/gicv3"

# Cut short: at each byte of the first lines, and of the last ones
size=$(wc -c <"$files/gicv2") cut=0 refused=0
for n in $(seq 0 200) $(seq $((size - 200)) $((size - 1))); do
	head -c "$n" "$files/gicv2" >bad
	cut=$((cut + 1))
	"$VGIC_COMPAT" diff bad bad >out 2>err || [ $? -ne 3 ] || refused=$((refused + 1))
done
ok "refused: $cut files that are cut short" [ $refused -eq $cut ]

sed '/^reg .* GICD_IGROUPR1 /s/.$/0/' "$files/gicv2" >bad
run 3 "refused: altered" 'checksum is wrong' diff bad bad
{ cat "$files/gicv2"; echo; } >bad
run 3 "refused: more after the end" 'after the checksum' diff bad bad
sed 's/$/\r/' "$files/gicv2" >bad
run 3 "refused: carriage returns" 'line 1: .*not text' diff bad bad
printf '\177ELF\n' >bad
run 3 "refused: a program" 'line 1: .*not text' diff bad bad
echo '{"format":"vgic-probe"}' >bad
run 3 "refused: what probe prints" "line 1: expected 'vgic-state '" diff bad bad
truncate -s 33554433 bad
run 3 "refused: more than 32 MiB" 'more than 33554432 bytes' diff bad bad
run 3 "refused: one that is not there" 'No such file' diff nowhere nowhere
run 3 "refused: a folder" 'Is a directory' diff . .
run 3 "refused: nothing" 'too early' diff /dev/null /dev/null
mkfifo fifo
run 3 "refused: a FIFO that no one writes to" 'too early' diff fifo fifo
run 3 "refused: an endless file" 'more than 33554432 bytes' diff /dev/zero /dev/zero
python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
run 3 "refused: a socket" 'cannot read socket' diff socket socket

edit "a later version" 'format 2 is not known' '1s/1/2/'
edit "another model" 'no such model' 's/^model .*/model GICv5/'
edit "a revision that is none" 'from 0 to 15' 's/^revision .*/revision 16/'
edit "a revision that is not in GICD_IIDR" 'not the one in GICD_IIDR' 's/^revision .*/revision 2/'
edit "more vCPUs than there are" 'expected .reg redist 2 ' 's/^vcpus .*/vcpus 3/'
edit "no name of a kernel" 'no name of a kernel' 's/^kernel .*/kernel /'
edit "a long name of a kernel" 'no name of a kernel' "s/^kernel .*/kernel $(printf %64s '' | tr ' ' x)/"
edit "a choice that is neither yes nor no" 'chosen has to be yes or no' 's/^chosen .*/chosen maybe/'
edit "600 vCPUs" 'from 1 to 512' 's/^vcpus .*/vcpus 600/'
edit "no vCPU" 'from 1 to 512' 's/^vcpus .*/vcpus 0/'
edit "irqs that are no multiple of 32" 'multiple of 32' 's/^irqs .*/irqs 65/'
edit "a number with a leading zero" 'from 64 to 992' 's/^irqs /irqs 0/'
edit "a register that is missing" "expected 'reg dist 0 0x0084" '/^reg .* GICD_IGROUPR1 /d'
edit "a register twice" "expected 'reg redist 0 0x10c00" '/^reg .* GICD_IGROUPR1 /p'
edit "a register at another offset" "expected 'reg dist 0 0x0000" 's/^reg dist 0 0x0000/reg dist 0 0x0008/'
edit "a value that is too long" '8 hexadecimal digits' 's/\(GICD_CTLR 0x\)/\10/'
edit "a value in capitals" '8 hexadecimal digits' 's/^\(reg .* GICD_IGROUPR1 0x\).*/\1A0000000/'
edit "an SGI as a line" 'no line of a vCPU' 's/^line 0 17/line 0 7/'
edit "an SPI as a line of another vCPU" 'no line of a vCPU' 's/^line 0 41/line 1 41/'
edit "a line of an earlier vCPU" 'not in order' 's/^line 0 17/line 1 17\n&/'
edit "a line twice" 'not in order' '/^line 0 17/p'
edit "held by a vCPU that is none" 'holds' 's/^holds 1 /holds 2 /'
edit "two held by a vCPU" 'holds' 's/^holds 1 /holds 0 /'
edit "a fourth phase" 'no arrival' 's/^arrives 3 /arrives 4 /'
edit "an arrival of an interrupt that is none" 'no arrival' 's/^arrives 1 0 1 /arrives 1 0 64 /'
edit "an arrival as something else" 'no arrival' 's/^\(arrives 1 0 1\) .../\1 smi/'
edit "an arrival that never came" 'no arrival' 's/^\(arrives 1 0 1 irq 1\) .*/\1 0/'
edit "an arrival more often than counted" 'no arrival' 's/^\(arrives 1 0 1 irq 1\) .*/\1 1000001/'
edit "an arrival twice" 'not in order' '/^arrives 1 0 1 /p'
edit "a line that is too long" 'too long' "s/^kernel .*/kernel $(printf %300s '' | tr ' ' x)/"

run 3 "no command" '^usage' --json
run 3 "one file" 'names of two files' diff "$files/gicv3"
run 3 "a bad file, --json" 'too early' diff --json "$files/gicv3" /dev/null
ok "prints no JSON" [ ! -s out ]
run 0 "help" '^usage' --help
run 0 "help for a command" '^usage' diff --help
run 0 "version" '^vgic_compat [0-9]' --version
for json in '' --json; do
	got=0
	# shellcheck disable=SC2086 # an option, or none
	"$VGIC_COMPAT" diff $json "$files/gicv3" other >/dev/full 2>err || got=$?
	ok "a full disk${json:+, $json}: exit 3" [ $got -eq 3 ]
	got=0
	# shellcheck disable=SC2086 # an option, or none
	"$VGIC_COMPAT" diff $json "$files/gicv3" other >&- 2>err || got=$?
	ok "a closed output${json:+, $json}: exit 3" [ $got -eq 3 ]
done
done_testing
