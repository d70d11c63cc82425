# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# files.t - the reader of state files takes good ones, and diff names what differs
#
# In:  VGIC_COMPAT, the program; python3
# Out: TAP
set -eu
. "$(dirname "$0")/files-lib.sh"

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

sed 's/^\(reg .* LEVEL[01] 0x\).*/\100000000/' "$files/gicv3" >level
sum level
run 1 "lines as userspace reads them" '^changed: saved LEVEL of [0-9]+ interrupts$' diff "$files/gicv3" level

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

done_testing
