#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# check.t - what ktap.awk makes of consoles in every form that printk and a serial
#             line have: nothing that was printed whole is lost, no splat goes unseen,
#             and what is cut is a failure
#
# In:  nothing
# Out: TAP
set -eu
BASE_WORK=none
. "$(dirname "$0")/tap.sh"

ktap="-v machine=m -f $BED/boot/splats.awk -f $BED/check/ktap.awk"

read_console()
{
	printf '%b' "$1" >"$tmp/console"
	# shellcheck disable=SC2086 # one word an argument
	awk -v expect=t -v ours=t $ktap "$tmp/console" >"$tmp/tap"
}

good()
{
	read_console "$1"
	! grep '^not ok' "$tmp/tap" && [ "$(sed -n 's/^1\.\.//p' "$tmp/tap")" = "$(grep -c '^ok' "$tmp/tap")" ]
}

red()
{
	read_console "$1"
	grep "^not ok.*$2" "$tmp/tap"
}

head='TAP version 13\n# selftests: kvm: t\n# TAP version 13\n# 1..2\n'
two='# ok 1 one\n# ok 2 two\n'
end='ok 1 selftests: kvm: t\n'
off='[    9.100000] reboot: Power down\n'
ok "a good run" good "$head$two$end$off"
ok "CRLF and NUL" good "${head}# ok 1 one\\0000\r\n# ok 2 two\r\n$end$off"
ok "a kernel line in the middle of a result" \
	good "${head}# ok 1 o[    5.000000] random: crng init done\nne\n# ok 2 two\n$end$off"
ok "PRINTK_CALLER" good "$head$two${end}[    9.100000][    T1] reboot: Power down\n"
ok "printk.time=0" good "$head$two${end}reboot: Power down\n"

# Each kind of splat, in each form of a line
for what in 'WARNING: CPU: 0 PID: 1 at x.c:1 f+0x1' 'BUG: KASAN: slab-use-after-free in f' \
	'UBSAN: shift-out-of-bounds in x.c' 'Internal error: Oops: 96000004 [#1] SMP' \
	'watchdog: BUG: soft lockup - CPU#0 stuck for 22s!' \
	'rcu: INFO: rcu_sched self-detected stall on CPU' \
	'WARNING: possible circular locking dependency detected' 'kernel BUG at x.c:1!'; do
	for before in '[    5.000000] ' '[    5.000000][   T57] ' '[    5.000000][    C0] ' '' \
		'\033[33m[    5.000000] \033[0m'; do
		ok "a splat: $(printf '%s' "$before" | tr -d '\134')$what" \
			red "$head$two$before$what\n$end$off" 'has a splat'
	done
done
ok "a splat glued to a result" \
	red "${head}# ok 1 one[    5.000000] BUG: sleeping function\n# ok 2 two\n$end$off" splat
ok "a splat before the tests" red "[    1.0] WARNING: CPU: 0\n$head$two$end$off" splat
ok "a splat after the tests" red "$head$two${end}[    8.0] WARNING: CPU: 0\n$off" splat
ok "a missing result" red "${head}# ok 1 one\n$end$off" '1 results of 2'
ok "one too many" red "$head$two# ok 3 three\n$end$off" '3 results of 2'
ok "a number twice, and another never" red "${head}# ok 1 one\n# ok 1 one\n$end$off" 'twice'
ok "a second run with fewer results" \
	red "$head$two$end# selftests: kvm: t\n# TAP version 13\n# 1..2\n# ok 1 one\n$end$off" \
	'1 results of 2'
ok "a skip has the name that its reason begins with" sh -c "
	printf '%b' '${head}# ok 1 # SKIP a: b: no c\n# ok 2 # SKIP a: d: no c\n$end$off' |
		awk -v ours=t $ktap >'$tmp/tap'
	grep -qxF 'ok 1 - m: t: a: b # SKIP no c' '$tmp/tap' && grep -qxF 'ok 2 - m: t: a: d # SKIP no c' '$tmp/tap'"
ok "two results of ours with one name" red "${head}# ok 1 one\n# ok 2 one\n$end$off" 'the name one'
ok "of another selftest they are numbered" sh -c "
	printf '%b' '${head}# ok 1 one\n# ok 2 one\n$end$off' |
		awk $ktap | grep -x 'ok 2 - m: t: one (2)'"
ok "a host whose kernel cannot be heard: a skip, and no power down" sh -c "
	printf '%b' '$head$two$end' | awk -v stays_up=1 -v no_messages='may not' $ktap |
		tail -n 2 | grep -A1 -x 'ok 3 - m: .* splat # SKIP may not' | grep -x 1..3"
ok "a console that is cut" red "${head}# ok 1 one\n" 'did not end'
ok "no power down" red "$head$two$end" 'did not power'
ok "an empty console" red '' 'did not run'
done_testing
