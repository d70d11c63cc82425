#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# table.t - the table of `make table`, from a probe of Linux 4.14.5 and from probes
#           that are made up here
#
# In:  nothing but the scripts and python3
# Out: TAP
set -eu
. "$(dirname "$0")/tap.sh"

"$BED/source/tools.sh" python3
probes=$ROOT/vgic_compat/t/probes

show()
{
	"$BED/matrix/table.py" "$@"
}

# guest PRIVATE SPIS GUEST USER SPI [MORE]: what a guest sees, as JSON
guest()
{
	printf '"guest": {"private_groups_at_reset": "%s", "groups_at_reset": "%s",
		"groups_guest_wrote": "%s", "groups_userspace_wrote": "%s",
		"spi_arrives": "%s"%s}' "$1" "$2" "$3" "$4" "$5" "${6:-}"
}

# As on a patched kernel, but for SGIs and PPIs at revision 1, which differ from SPIs
cat >"$tmp/v2.json" <<-END
	{"format": "vgic-probe", "version": 1, "host": "a", "kernel": "7.3", "models": [{
	"model": "GICv2", "default": 3,
	$(guest 00000000 00000000 a5a5a5a5 a5a5a5a5 "FIQ group 0"), "revisions": [
	{"revision": 0, "can": true, "iidr": "taken", "attribute": "taken",
	 $(guest ffffffff ffffffff ffffffff ffffffff "FIQ group 0")},
	{"revision": 1, "can": true, "iidr": "refused", "attribute": "taken",
	 $(guest 0000ffff 00000000 00000000 00000000 "not at all")},
	{"revision": 2, "can": false, "iidr": "refused", "attribute": "absent"}]}]}
END
cat >"$tmp/v3.json" <<-END
	{"format": "vgic-probe", "version": 1, "models": [{"model": "GICv3",
	$(guest ffffffff ffffffff a5a5a5a5 3c3c3c3c "IRQ group 1" ', "gicr_ctlr": "00000006"'),
	"revisions": []}]}
END
cat >"$tmp/want" <<'END'
      | patched                                                       | unpatched
GICv2 | asked by    reset              guest wr  user wr   SPI        | asked by  reset     guest wr  user wr   SPI
---------------------------------------------------------------------------------------------------------------------
none  | -           00000000           a5a5a5a5  a5a5a5a5  FIQ 0      | -         ffffffff  ffffffff  ffffffff  FIQ 0
0     | IIDR,attr   ffffffff           ffffffff  ffffffff  FIQ 0      | IIDR      ffffffff  ffffffff  ffffffff  FIQ 0
1     | attr        0000ffff/00000000  00000000  00000000  not at all | ignored
2     | refused                                                       | ignored
3     | not probed                                                    | ignored

      | patched                                                 | unpatched
GICv3 | asked by    reset     guest wr  user wr   CTLR    SPI   | asked by  reset     guest wr  user wr   CTLR  SPI
---------------------------------------------------------------------------------------------------------------------
none  | -           ffffffff  a5a5a5a5  3c3c3c3c  IR,CES  IRQ 1 | -         ffffffff  ffffffff  ffffffff  0     IRQ 1
0     | not probed                                              | IIDR      ffffffff  ffffffff  ffffffff  0     IRQ 1
1     | not probed                                              | ignored
2     | not probed                                              | ignored
3     | not probed                                              | ignored

10 rows: 6 the same on both kernels, 1 only the patched one has, 3 differ
END

ok "two kernels are laid side by side" sh -c "'$BED/matrix/table.py' --patched '$tmp/v2.json' \
	'$tmp/v3.json' --unpatched '$probes'/4.14.5-gicv?.json | diff '$tmp/want' -"
ok "the order of the files does not matter" sh -c "'$BED/matrix/table.py' --unpatched \
	'$probes'/4.14.5-gicv?.json --patched '$tmp/v3.json' '$tmp/v2.json' | diff '$tmp/want' -"
ok "a kernel is the same as itself" sh -c "'$BED/matrix/table.py' --patched '$probes'/*.json \
	--unpatched '$probes'/*.json | grep -qx '10 rows: 10 the same on both kernels, 0 only the patched one has'"
ok "a model that neither kernel offers has no table" sh -c "! '$BED/matrix/table.py' \
	--patched '$tmp/v2.json' --unpatched '$probes/4.14.5-gicv2.json' | grep GICv3"

# wrong NAME PATTERN TEXT: a file with this text is refused
wrong()
{
	printf '%s\n' "$3" >"$tmp/wrong"
	refuses "$1" "table.py: .*$2" show --patched "$tmp/v2.json" --unpatched "$tmp/wrong"
}

wrong "a file that is cut short" 'wrong is no probe' '{"format": "vgic-probe",'
wrong "an array" 'wrong is no probe' '[]'
wrong "another format" 'wrong is a vgic-common 1' '{"format": "vgic-common", "version": 1}'
wrong "a later version" 'wrong is a vgic-probe 2' '{"format": "vgic-probe", "version": 2}'
wrong "a key that is missing" 'wrong is no probe.*guest' \
	'{"format": "vgic-probe", "version": 1, "models": [{"model": "GICv2"}]}'
wrong "a host without a vGIC" 'a kernel offers no vGIC' \
	'{"format": "vgic-probe", "version": 1, "models": []}'
refuses "a file that is not there" 'No such file' \
	show --patched "$tmp/nothing" --unpatched "$tmp/v2.json"
refuses "one kernel alone" 'required' show --patched "$tmp/v2.json"
done_testing
