# SPDX-License-Identifier: GPL-2.0-only
#
# table.awk - the two tables of vmm.sh
#
# In:  lines "observed KERNEL MODEL VMM REVISION VALUE..." and "moved KERNEL MODEL VMM
#      REVISION VMM REVISION VALUE...", with the values of `job`
# Out: the tables. A value of GICD_IIDR is shown once, and again where it is another.

# short(VALUE): the groups, and GICD_IIDR if it is not that of the row
function short(value)
{
	return value == "" ? "-" : index(value, iidr ":") == 1 ? substr(value, length(iidr) + 2) : value
}

function words(from,	text)
{
	for (text = $from; from < NF; )
		text = text " " $(++from)
	return text
}

function began()
{
	return sprintf("%-10s %-6s %-8s %-5s", $2, $3, $4, $5)
}

BEGIN {
	printf "%-10s %-6s %-8s %-5s %-9s %-6s %-11s %-8s %-8s %-8s %-8s %s\n", "kernel", "GIC",
		"QEMU", "rev", "IIDR", "reset", "got", "written", "reboot", "loadvm", "moved", "guest"
}

$1 == "observed" && NF == 14 {
	iidr = substr($6, 1, 8)
	printf "%s %-9s %-6s %-11s %-8s %-8s %-8s %-8s %s, %s\n", began(), iidr, short($6),
		$7 == $8 ? $7 : $7 " (" $8 ")", short($9), short($10), short($11), short($12), $13, $14
	next
}
$1 == "observed" {
	print began(), words(6)
	next
}
$1 == "moved" {
	moved[++moves] = sprintf("%s %-8s %-5s ", began(), $6, $7) \
		(NF == 9 ? sprintf("%-9s %-8s %s", substr($8, 1, 8), substr($8, 10), $9) : words(8))
}
END {
	printf "\n%-10s %-6s %-8s %-5s %-8s %-5s %-9s %-8s %s\n", "kernel", "GIC", "from", "rev", "to",
		"rev", "IIDR", "moved", "guest"
	for (i = 1; i <= moves; i++)
		print moved[i]
}
