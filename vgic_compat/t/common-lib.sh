# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# common-lib.sh - what the tests of vgic_compat common share; sourced
#
# In:  VGIC_COMPAT, the program
# Out: probes of hosts in the files a, b, c, lf and none of a folder of their own, which is
#      the current one, and the functions below
. "$(dirname "$0")/tap.sh"
program=$(realpath "$(command -v "${VGIC_COMPAT:?names no program}")")
mkdir -p "$tmp/here/out"
cd "$tmp/here" || exit

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
# A host whose name has a line feed in it, and then a line of what common prints
sed 's/"Hb"/"a\\nGICv3: common revisions: 0\\u009b"/' b >lf
