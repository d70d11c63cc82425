# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# files-bad.t - the reader of state files takes nothing but good ones; bad arguments, and
#               output that does not arrive
#
# In:  VGIC_COMPAT, the program; python3
# Out: TAP
set -eu
. "$(dirname "$0")/files-lib.sh"

# edit NAME PATTERN EXPRESSION: a good file, changed with sed, with the right checksum
edit()
{
	sed "$3" "$files/gicv3" >bad
	sum bad
	run 3 "refused: $1" "$2" diff "$files/gicv3" bad
}

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
sed 's/^\(sees .* GICD_IGROUPR1 0x\).*/\100000000/' "$files/gicv3" >other
sum other
run 1 "two states that differ" '^changed: ' diff "$files/gicv3" other
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
