#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# common.t - vgic_compat common: what it finds, and what it refuses
#
# In:  VGIC_COMPAT, the program; prlimit; python3; HOSTS, how many a large fleet has
#      (10000); probes/, recorded on old kernels
# Out: TAP
set -eu
. "$(dirname "$0")/tap.sh"
program=$(realpath "$(command -v "${VGIC_COMPAT:?names no program}")")
hosts=${HOSTS:-10000}
probes=$(cd "$(dirname "$0")" && pwd)/probes
mkdir -p "$tmp/here/out" && cd "$tmp/here"

# shows OPTION... PATTERN: grep finds it in what the program printed
shows()
{
	grep "$@" out/text || { cat out/*; false; }
}

# ended: as wanted
ended()
{
	[ "$status" -eq "$wanted" ] || { echo "exit $status"; cat out/*; false; }
}

# run STATUS NAME ARGUMENT...: with what it prints in out/text and out/errors
run()
{
	wanted=$1 name=$2 status=0
	shift 2
	"$program" common "$@" >out/text 2>out/errors </dev/null || status=$?
	ok "$name: exit $wanted" ended
}

says()
{
	ok "$1" shows -qxF -- "$1"
}

# bad NAME REASON: the file `bad` is skipped for it, the others are evaluated
bad()
{
	run 3 "$1" bad a
	ok "$1: named with the reason" grep -qE "^vgic_compat: bad: .*$2" out/errors
	ok "$1: the others are evaluated" grep -qx 'files: 1 read, 1 skipped' out/text
}

# revision N CAN IIDR ATTRIBUTE; model NAME DEFAULT REVISIONS; host FILE KERNEL MODELS
revision() { printf '{"revision":%s,"can":%s,"iidr":"%s","attribute":"%s","new":[{}]}' "$@"; }
model() { printf '{"model":"%s","default":%s,"revisions":[%s]}' "$@"; }
host()
{
	printf '{"format":"vgic-probe","version":1,"host":"H%s","kernel":"%s","models":[%s],"x":0}\n' \
		"$@" >"$1"
}

two=$(revision 2 true taken absent)
old=$(model GICv3 2 "$(revision 0 false refused absent),$two")
v2=$(model GICv2 2 "$two")
ignores=$(model GICv3 3 "$(revision 2 false ignored absent),$(revision 3 true taken absent)")
new=$(model GICv3 3 "$(revision 0 true taken taken),$(revision 2 true refused taken),$(revision 3 true taken taken)")
host a 5.10 "$old"
host b 7.3 "$new,$v2,{\"model\":\"GICv5\",\"default\":[]}"
host c 6.12 "$ignores"
host none 5.10 ""

run 0 "a common revision" b a
says "GICv3: offered by 2 of 2 hosts"
says "GICv3: common revisions: 2"
says "GICv3: revision 2: common; through GICD_IIDR on 1 of 2, the attribute on 1"
says "GICv3: revision 0: barred by 1 host, kernel 5.10, GICD_IIDR refused, attribute absent: a (Ha)"
says "GICv3: revision 3: barred by 1 host, kernel 5.10, not listed: a (Ha)"
says "GICv3: default revision 2: 1 host, kernel 5.10: a (Ha)"
says "GICv3: defaults differ: a VM with no revision chosen changes on a move"
says "GICv2: offered by 1 of 2 hosts; a VM with a GICv2 cannot go to the other"
says "GICv2: not offered by 1 host, kernel 5.10: a (Ha)"
says "GICv2: a VM with no revision chosen loses its groups on every move"
ok "a model that no one here knows is passed over" sh -c '! grep -q GICv5 out/text'
cp out/text out/ab
run 0 "in another order" a b
ok "the same answer" cmp out/text out/ab
run 1 "no common revision" a b c
says "GICv3: common revisions: none"
says "GICv3: revision 2: barred by 1 host, kernel 6.12, GICD_IIDR ignored, attribute absent: c (Hc)"
run 1 "no model at all" none
run 0 "JSON" --json a b
ok "JSON names the common revisions" sh -c 'tr -d " \n" <out/text | grep -q "\"common\":\[2\],"'
"$program" common - b <a >out/text
says "GICv3: revision 3: barred by 1 host, kernel 5.10, not listed: /dev/stdin (Ha)"

for model in 2 3; do
	cp "$probes/4.14.5-gicv$model.json" old
	run 0 "a probe of Linux 4.14.5, GICv$model" old
	says "GICv$model: common revisions: 0"
	says "GICv$model: default revision 0: 1 of 1 host"
done

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

sed 's/"Hb"/"a\\nGICv3: common revisions: 0\\u009b"/' b >lf
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

# Groups are by kernel, whatever the files are called
for file in x1 x3; do
	cp a $file
done
sed 's/"5.10"/"5.15"/' a >x2
run 0 "kernels among each other" x1 x2 x3 b
says "GICv3: revision 3: barred by 2 hosts, kernel 5.10, not listed: x1 (Ha), x3 (Ha)"
rm x1 x2 x3

run 0 "what --json prints is JSON, with all groups" --json --all a b lf
ok "as text has them" python3 -c 'import json
answer = json.load(open("out/text"))
v2, v3 = answer["models"]
assert list(answer) == "format version hosts skipped models".split()
assert (v2["offered"], v2["lose_groups"], v3["common"], v3["not_offered"]) == (2, 2, [2], [])
assert v2["not_offered"] == [{"kernel": "5.10", "count": 1, "hosts": [{"file": "a", "host": "Ha"}]}]
barred = {r["revision"]: r["barred"] for r in v3["revisions"]}
assert barred[0][0]["iidr"] == "refused" and barred[3][0]["iidr"] is None and barred[2] == []
assert [d["revision"] for d in v3["defaults"]] == [2, 3]'

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
"$program" common - <&- 2>out/errors || status=$?
ok "a closed standard input: exit 3" [ "$status" -eq 3 ]

# As many kernels as hosts: nothing that is said of one is kept
mkdir kernels
awk -v hosts="$hosts" 'FNR == 1 { for (i = FILENAME == "b"; i < hosts; i += 2) {
	file = "kernels/h" i; text = $0; sub(/"kernel":"[^"]*"/, "\"kernel\":\"6." i "-generic\"", text)
	print text >file; close(file); print file } }' a b >list
cat >limited <<END
#!/bin/sh
exec prlimit --as=$((30000000 + hosts * 700)) "$program" "\$@"
END
chmod +x limited
plain=$program
program=./limited
run 0 "$hosts kernels in little memory" --files-from list
run 0 "as JSON" --json --all --files-from list
program=$plain

# Many hosts of one kernel in one line, or each on its own
awk -v hosts="$hosts" '{ for (i = 0; i < hosts; i++) {
	file = "h" i; print >file; close(file); print file } }' a >list
echo b >>list
run 0 "a large fleet" --files-from list
bars="GICv3: revision 3: barred by"
says "$bars $hosts hosts, kernel 5.10, not listed: h0 (Ha), h1 (Ha), h2 (Ha) and $((hosts - 3)) more"
run 0 "all of them" --all --files-from list
ok "each is named" [ "$(grep -c "^$bars h[0-9]* (Ha), kernel 5.10, not listed$" out/text)" -eq "$hosts" ]
done_testing
