#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# probe.t - what probe says of kernels before v4.19, and common of their probes; how a state
#           of one is restored where GICD_IIDR is ignored, and where output goes; with
#           fake-vm.c in place of KVM
#
# In:  CC (optional), a compiler for this machine, with jansson and zlib
# Out: TAP
set -eu
. "$(dirname "$0")/tap.sh"
source=$(cd "$(dirname "$0")/.." && pwd)
cd "$tmp"
(cd "$source" && "${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -I. -o "$tmp/fake" t/fake-vm.c main.c util.c \
	regs.c file.c compare.c words.c diff.c common.c fleet.c move.c probe.c prometheus.c -ljansson -lz)

for kernel in 4.1 4.9 4.14 4.19; do
	ok "$kernel: probe" sh -c "KERNEL=$kernel ./fake probe >$kernel"
	ok "$kernel: probe --json" sh -c "KERNEL=$kernel ./fake probe --json >$kernel.json"
done

# says KERNEL PATTERN; does_not_say KERNEL PATTERN
says() { grep -E -- "$2" "$1"; }
does_not_say() { ! grep -E -- "$2" "$1"; }

access='lets userspace read and write no register of a GICv3: no VM with one can be saved or restored'
loses='a GICv2 loses its groups in every move'
for kernel in 4.1 4.9; do
	ok "$kernel: a GICv3 is at revision 0" says $kernel '^GICv3, by default at revision 0$'
	ok "$kernel: what its guest sees" \
		says $kernel '^none +- +- +ffffffff +ffffffff +ffffffff +- +00000000 +IRQ group 1$'
	ok "$kernel: none can be chosen" says $kernel 'GICv3 cannot choose a revision here'
	ok "$kernel: why" says $kernel "$access"
	ok "$kernel: as JSON" python3 -c "import json
v3 = json.load(open('$kernel.json'))['models'][1]
assert (v3['userspace_access'], v3['default'], v3['guest']['groups_userspace_wrote']) == (False, 0, None)
assert not any(r['can'] for r in v3['revisions'])"
	ok "$kernel: for Prometheus" sh -c "KERNEL=$kernel ./fake probe --prometheus | grep 'GICv3.*,groups_userspace_wrote=\"\"'"
	ok "$kernel: save says why it cannot" sh -c "! KERNEL=$kernel ./fake save --model v3 x 2>err && grep 'no access' err"
done
for kernel in 4.14 4.19; do
	ok "$kernel: has access to a GICv3" does_not_say $kernel "$access"
done
ok "4.1: a GICv2 reads zeros" says 4.1 '^none +- +- +00000000 +00000000 +00000000 +00000000 '
ok "4.14: a GICv2 whose groups are fixed loses none" does_not_say 4.14 "$loses"
ok "4.19: one whose groups can be written does" says 4.19 "$loses"

ok "4.1 and 4.14 have no revision of a GICv2 in common" \
	sh -c "! ./fake common 4.1.json 4.14.json >common && grep -x 'GICv2: common revisions: none' common"
ok "although both have 0" says common '^GICv2: revision 0: on 2 hosts, and guests see different things$'
ok "with what guests see" says common "^GICv2: revision 0: different on 1 host, kernel $(uname -r), groups 00000000/"
ok "nor is the default the same" says common '^GICv2: defaults differ: '
ok "and no groups are lost" does_not_say common 'loses its groups'
ok "4.9 and 4.14: 0" sh -c "./fake common 4.9.json 4.14.json >common; grep -x 'GICv2: common revisions: 0' common"
ok "4.14 and 4.19: groups are lost that are set on 4.19" sh -c "./fake common 4.14.json 4.19.json |
	grep -x 'GICv2: a VM with no revision chosen loses its groups on every move from 1 of 2 hosts'"

# The write that is ignored makes the groups of a GICv2 writable: nobody's VMM does that
old=$source/t/files/4.14.5-gicv2
KERNEL=6.12.43
export KERNEL
./fake restore --revision default "$old" >by-default 2>err || :
./fake restore "$old" >restored 2>err || :
ok "6.12.43: without a choice, groups of 4.14.5 are lost" grep -q '^guest reads: .*GICD_IGROUPR' by-default
ok "also if the state names a revision that is ignored" cmp by-default restored
ok "which is said" grep -q 'cannot give a VM revision 0' err

./fake probe --prometheus >printed
ok "a pipe with a name in /dev" sh -c "./fake probe --prometheus=/dev/stdout | cmp - printed"
ok "a socket" python3 -c "import os, socket, subprocess
a, b = socket.socketpair()
subprocess.run(['./fake', 'probe', f'--prometheus=/dev/fd/{b.fileno()}'], pass_fds=[b.fileno()], check=True)
b.close()
assert a.makefile().read() == open('printed').read()"
{ echo first; cat printed; echo last; } >want
ok "an open file has what was in it, and what comes after" sh -c "
	{ echo first; ./fake probe --prometheus=/dev/fd/4 4>&1; echo last; } >many && cmp want many"
ok "a file that is appended to" sh -c "
	echo first >many && ./fake probe --prometheus=many >>many && echo last >>many && cmp want many"
for arguments in "save --model v2 --json" "restore $old --save"; do
	# shellcheck disable=SC2086 # one word an argument
	refuses "${arguments%% *}: not where the rest goes" 'go(es)? to standard output' \
		sh -c "./fake $arguments /dev/stdout >many"
done
ok "unless that is nowhere" sh -c "./fake restore $old --save /dev/null >/dev/null; [ \$? -eq 1 ]"

mkdir folder
long=$(printf %251s '' | tr ' ' x).prom
ok "a name of 256 bytes is too long" sh -c "! ./fake probe --prometheus=folder/$long 2>err && grep 'name too long' err"
long=${long#?}
ok "one of 255 is not" ./fake probe --prometheus="folder/$long"
ok "and there is no other file" [ "$(ls -A folder)" = "$long" ]
ok "a file that may not grow is an error" sh -c \
	"(ulimit -f 0; ./fake probe --prometheus=folder/$long 2>/dev/null; [ \$? -eq 3 ])"
ok "and stays as it was" cmp printed "folder/$long"
ok "with no other" [ "$(ls -A folder)" = "$long" ]
done_testing
