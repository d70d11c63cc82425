#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# vmm.t - what `make vmm` runs builds, what it compares with is whole, and what it reads
#         of a guest; arguments of a guest of the user's own
#
# In:  a compiler for arm64
# Out: TAP
set -eu
BASE_WORK=none
. "$(dirname "$0")/tap.sh"

expected=$BED/vmm/expected
ok "the guests build without a warning" "$BED/vmm/guests.sh" "$tmp"
for model in GICv2 GICv3; do
	for kernel in 6.1 unpatched patched; do
		set -- 'debian *none' 'patched *none' 'patched *0' 'patched *1' 'patched *2' 'patched *3'
		# What needs no choice is enough of an old one
		[ $kernel != 6.1 ] || set -- "$1" "$2"
		for row; do
			ok "one row is expected: $kernel, $model, $row" [ \
				"$(sed '/^$/q' "$expected" | grep -c "^$kernel *$model *$row ")" -eq 1 ]
		done
	done
done

# What is said in other places is what the table has
ok "a GICv2's guest lives after a move under the patched QEMU on Debian's kernels, and dies under the other" [ \
	"$(grep -cE '^(6\.1|unpatched) +GICv2 +(debian +none .* lives, dead|patched +none .* lives, lives)$' "$expected")" -eq 4 ]

# quoted FILE FIRST: its rows, of which the first four columns and those from FIRST on, from
# the right, are in the table too
quoted()
{
	sed -nE 's/^[[:space:]]+((unpatched|patched) +GICv.*)/\1/p' "$1" >"$tmp/quoted"
	[ -s "$tmp/quoted" ] && awk -v first="$2" '
		function row(	i, text) {
			for (i = 1; i <= NF; i++)
				if (i <= 4 || i > NF - first)
					text = text " " $i
			return text
		}
		NR == FNR { is[row()]; next }
		!(row() in is) { print; wrong = 1 }
		END { exit wrong }' "$expected" "$tmp/quoted"
}
ok "the README quotes the table" quoted "$ROOT/README" 2
ok "QEMU's cover letter quotes the table" quoted "$ROOT/qemu/cover-letter" 6

# What git am and mailing lists want of the patches to QEMU
for patch in $(SERIES_ROOT=$ROOT/qemu "$BED/queue/series.sh" | cut -d' ' -f1); do
	ok "at most 76 columns in its message: qemu/$patch" \
		sh -c "! sed '/^diff --git/,\$d' '$ROOT/qemu/$patch' | grep -v '^Fixes: ' | grep -E '.{77}'"
done

VGIC_CACHE=$tmp/cache
export VGIC_CACHE
unset WORK
refuses "without a kernel" 'no kernel in .*; run make kernel' "$BED/vmm/vmm.sh"

# What the job reads of a guest, from a console made up here
cat >"$tmp/source.serial" <<'END'
guest: reset GICD_IIDR=4b00243b GICD_IGROUPR1=00000000 GICD_IGROUPR0=ffffffff
guest: one group enabled: SGI=IRQ PPI=IRQ SPI=IRQ
guest: both groups enabled: SGI=IRQ PPI=FIQ SPI=IRQ
guest: turn GICD_IIDR=4b00243b GICD_IGROUPR1=a5a5a5a5 GICD_IGROUPR0=5a5a5a5a
guest: turn GICD_IIDR=4b00243b GICD_IGROUPR1=a5a5a5a5 GICD_IGROUPR0=5a5a5a5a
guest: turn GICD_I
END
sed -n '/^groups()/,/^}/p; /^arrivals()/,/^}/p' "$BED/vmm/job" >"$tmp/functions.sh"
# shellcheck disable=SC1091 # made here
. "$tmp/functions.sh"
cd "$tmp"
ok "a revision, and groups without a name" [ "$(groups source.serial reset)" = 4b00243b:00000000/ffffffff ]
ok "groups, once if they stay, by their name" [ "$(groups source.serial turn)" = 4b00243b:written ]
ok "nothing" [ "$(groups source.serial other)" = - ]
ok "ways that are all the same, once" [ "$(arrivals 'one group')" = IRQ ]
ok "ways that differ" [ "$(arrivals 'both groups')" = SGI=IRQ,PPI=FIQ,SPI=IRQ ]

# The tables, of lines as the jobs print them
cat >"$tmp/found" <<'END'
observed patched GICv2 patched 1 4b00143b:zeros IRQ none 4b00143b:zeros 4b00243b:zeros 4b00143b:zeros 4b00143b:zeros dead dead
observed patched GICv2 debian none failed
moved patched GICv2 patched 2 debian none refused: too new
END
cat >"$tmp/wanted" <<'END'
patched    GICv2  patched  1     4b00143b  zeros  IRQ (none)  zeros    4b00243b:zeros zeros    zeros    dead, dead
patched    GICv2  debian   none  failed
patched    GICv2  patched  2     debian   none  refused: too new
END
ok "the tables: another GICD_IIDR is seen, and what failed" \
	sh -c "awk -f '$BED/vmm/table.awk' '$tmp/found' | grep ^patched | diff - '$tmp/wanted'"

# guest ARGUMENT=VALUE...: look at the arguments of a guest of the user's own
guest()
{
	env GUEST="$tmp/groups" "$@" "$BED/vmm/guest.sh" check
}

ok "a guest of one's own" guest REVISIONS='none 3' MODEL=GICv3 SECONDS=5 LOOK='a|b' MIGRATE=yes
refuses "GUEST names nothing" 'GUEST=/nothing is not a file' guest GUEST=/nothing
refuses "no GUEST" 'GUEST= is not a file' guest GUEST=
refuses "INITRD names a folder" "INITRD=$tmp is not a file" guest INITRD="$tmp"
refuses "DISK names nothing" 'DISK=/nothing is not a file' guest DISK=/nothing
refuses "a revision that no kernel has" "'4' is not none, 0, 1, 2 or 3" guest REVISIONS='2 4'
refuses "another GIC" 'MODEL=GICv4 is neither' guest MODEL=GICv4
refuses "no time" 'SECONDS=0 is not a number above 0' guest SECONDS=0
refuses "memory in words" 'MEMORY=1G is not a number above 0' guest MEMORY=1G
refuses "no regular expression" 'LOOK=.* is not a regular expression' guest LOOK='('
refuses "MIGRATE=no" 'MIGRATE=no is not yes' guest MIGRATE=no
refuses "GUESTS names none" "there is no 'bsd' in" env GUESTS=bsd "$BED/vmm/debian-guests.sh"

# A guest that was healthy, and cannot be saved
mkdir "$tmp/job" "$tmp/guest"
printf '%s=%s\n' REVISIONS 3 LENGTH 1 LOOK login MIGRATE yes TYPE "''" >"$tmp/job/settings"
: >"$tmp/job/options"
cat >"$tmp/job/qemu-lib.sh" <<'END'
start()
{
	: >"$3.errors"
	echo login >"$3.serial"
	command sleep 60 &
	pid=$!
}
sleep() { :; }
save() { false; }
refusal() { cat; }
out() { shift; "$@"; }
END
sed "s,/job/,$tmp/job/,g; s,/tmp/guest,$tmp/guest,g" "$BED/vmm/guest-job" >"$tmp/guest-job"
ok "a move that fails is not one of a healthy guest" sh -c \
	"sh -eu '$tmp/guest-job' 2>&1 | grep '^# guest 3 not moved: still running|.*|not healthy\$'"
done_testing
