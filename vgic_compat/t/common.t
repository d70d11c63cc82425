#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# common.t - vgic_compat common: what it finds, on few hosts and on many
#
# In:  VGIC_COMPAT, the program; prlimit; python3; HOSTS, how many a large fleet has
#      (10000); probes/, recorded on old kernels
# Out: TAP
set -eu
probes=$(cd "$(dirname "$0")" && pwd)/probes
. "$(dirname "$0")/common-lib.sh"
hosts=${HOSTS:-10000}

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

# A probe that does not say what guests see
host fixed 4.14 "$(model GICv2 0 "$(revision 0 true taken absent)")"
run 0 "a GICv2 whose groups are fixed" fixed
ok "loses none" sh -c '! grep "loses its groups" out/text'

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
