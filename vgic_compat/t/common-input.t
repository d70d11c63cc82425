#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# common-input.t - vgic_compat common: what it takes as a probe or as a list, what it
#                  refuses, and that its output arrives or is an error
#
# In:  VGIC_COMPAT, the program; python3
# Out: TAP
set -eu
. "$(dirname "$0")/common-lib.sh"

# bad NAME REASON: the file `bad` is skipped for it, the others are evaluated
bad()
{
	run 3 "$1" bad a
	ok "$1: named with the reason" grep -qE "^vgic_compat: bad: .*$2" out/errors
	ok "$1: the others are evaluated" grep -qx 'files: 1 read, 1 skipped' out/text
}

run 0 "two good probes" a b
cp out/text out/ab
for bytes in '' '{' '[]' '{"format":1}' '{"format":"vgic-state"}' '{"a":1}{}'; do
	printf '%s' "$bytes" >bad
	bad "'$bytes'" '(empty|not JSON|not of the format)'
done
# edit NAME REASON EXPRESSION: a good file that is changed with sed
edit()
{
	sed "$3" b >bad
	bad "$1" "$2"
}
edit "a later version" 'version is 2' 's/"version":1/"version":2/'
edit "version 1.0" 'version is no integer' 's/"version":1/"version":1.0/'
edit "no kernel" 'kernel is missing' 's/"kernel"/"core"/'
edit "a host that is no string" 'host is no string' 's/"Hb"/7/'
edit "models that are no array" 'models is no array' 's/"models":.*/"models":{}}/'
edit "a model that is no object" 'models\[0\] is no object' 's/"models":.*/"models":[3]}/'
edit "revision 16" 'revisions\[0\].revision is not from 0 to 15' 's/"revision":0/"revision":16/'
edit "default -1" 'models\[0\].default is not from' 's/"default":3/"default":-1/'
edit "a revision twice" 'revision is 2 for the second time' 's/"revision":3/"revision":2/'
edit "a model twice" 'model is GICv3 for the second time' 's/GICv2/GICv3/'
edit "a word that is none" 'iidr is not taken, refused or ignored' 's/"iidr":"taken"/"iidr":"yes"/'
edit "can, but not taken" 'can does not go with' 's/"taken","attribute":"taken"/"ignored","attribute":"absent"/'
edit "taken, but cannot" 'can does not go with' 's/"can":true/"can":false/'
long=$(printf %256s '' | tr ' ' x)
edit "a long name" 'host has more than 255 bytes' "s/\"Hb\"/\"$long\"/"
edit "a long word of a guest" 'guest.groups_at_reset is missing, or no short' \
	"s/\"default\":3/&,\"guest\":{\"private_groups_at_reset\":\"0\",\"groups_at_reset\":\"$long\"}/"
edit "can as a number" 'can is neither' 's/"can":true/"can":1/'
edit "a key twice" 'not JSON.*duplicate' 's/"host"/"kernel":"x","host"/'
edit "an escape sequence" 'near .*\\x1b' 's/"Hb"/\x1b[2J/'
truncate -s 1048577 bad
bad "more than 1 MiB" 'more than 1048576 bytes'
rm bad
bad "a file that is not there" 'No such file'
mkdir bad
bad "a folder" 'Is a directory'
rmdir bad && mkfifo bad
bad "a FIFO that no one writes to" 'empty'
run 3 "nothing but bad files" bad

# A file that ends as one that was read before is not read to its end
rm bad
for fault in 's/"kernel"/"core"/' 's/"host"/"kernel":"x","host"/' 's/"version":1/"version":2/' 's/{/[/' \
	's/"host"/"models":[],"host"/' 's/"Hb"/"Hb/'; do
	sed -e 's/,"x":0//' b >known
	sed "$fault" known >bad
	run 3 "a good end behind $fault" known bad
	ok "is skipped" grep -q '^vgic_compat: bad: ' out/errors
done
sed 's/"Hb"/"\\"models\\":[]}"/' known >odd
run 0 "a name like the key of the models" known odd a
says "GICv3: common revisions: 2"
sed 's/"Hb"/"Hc"/' known >other
run 0 "hosts that differ in their names" known other
says "GICv3: default revision 3: 2 of 2 hosts"

run 0 "a host's name with a line feed" lf a
ok "does not make a line" grep -qF '(a\x0aGICv3: common revisions: 0\xc2\x9b)' out/text

run 3 "no arguments"
run 3 "an unknown option" --frob a
for twice in '- -' '--files-from - -' '--files-from - --files-from -'; do
	# shellcheck disable=SC2086 # words
	run 3 "standard input twice: $twice" $twice
	ok "the reason" grep -q 'named twice' out/errors
done
run 3 "a list that is not there" --files-from nowhere a
printf 'a\0b' >list
run 3 "a list with NULs" --files-from list
printf 'a\n\nb' >list
run 0 "a list" --files-from list
ok "the same answer" cmp out/text out/ab
printf '\357\273\277a\r\n\r\nb\r\n' >list
run 0 "a list with a byte order mark and carriage returns" --files-from list
ok "the same answer" cmp out/text out/ab
printf -- '-\nb\n' >list
run 3 "a list with the name -, which is no standard input there" --files-from list
ok "it is a file" grep -q '^vgic_compat: ./-: No such file' out/errors
mkfifo fifo
run 3 "a list that is a FIFO that no one writes to" --files-from fifo
run 3 "an endless list" --files-from /dev/zero

# What other tools make of the same JSON
cp a a.is
cp b b.is
for how in '--sort-keys --indent 8' --compact --no-ensure-ascii; do
	for file in a b; do
		# shellcheck disable=SC2086 # one word an option
		python3 -m json.tool $how $file.is >$file
	done
	run 0 "json.tool $how" a b
	ok "the same answer" cmp out/text out/ab
done
for file in a b; do
	{ printf '\357\273\277'; sed 's/$/\r/' $file.is | tr -d '\n'; } >$file
done
run 0 "a byte order mark, carriage returns, no final newline" a b
ok "the same answer" cmp out/text out/ab
mv a.is a
mv b.is b

odd=$(printf 'a\377')
cp a "$odd"
run 0 "a name of a file that is not UTF-8" --json --all "$odd" b
ok "in JSON, it is escaped" python3 -c 'import json
v2 = json.load(open("out/text"))["models"][0]
assert v2["not_offered"][0]["hosts"][0]["file"] == r"a\xff", v2'
rm "$odd"

# All that a program writes to has to arrive
for arguments in "common a b" "common --json a b" "common --all a b" --help --version "common --help"; do
	for to in ">/dev/full" ">&-"; do
		# Closed, standard output would be the number of the first file that is opened
		status=0
		sh -c "'$program' $arguments $to" 2>out/errors || status=$?
		ok "$arguments $to: exit 3" [ "$status" -eq 3 ]
	done
done
status=0
"$program" common - <&- >out/text 2>out/errors || status=$?
ok "a closed standard input: exit 3" [ "$status" -eq 3 ]

done_testing
