# SPDX-License-Identifier: GPL-2.0-only
#
# table.awk - lay out what vgic_revision observed
#
# In:  lines "KERNEL MODEL revision=N GICD_IIDR|attribute before|after init
#      errno=N reg=IGROUPRn vcpu=N initial=G/U guest_wrote=G/U user_wrote=G/U
#      gicr_ctlr=G/U"; those of the attribute are left out, as only the patched
#      kernel has it
# Out: the table. What differs between vCPUs, or between a revision chosen
#      before and after init, shows as more than one value in a cell.

# A guest/userspace pair, as one value if they agree
function pair(s,    v)
{
	split(s, v, "/")
	return v[1] == v[2] ? v[1] : v[1] "/" v[2]
}

function add(key, column, value)
{
	if (index(" " cell[key, column] " ", " " value " ") == 0)
		cell[key, column] = (cell[key, column] == "" ? "" : cell[key, column] " ") value
}

# GICR_CTLR.CES is bit 1, GICR_CTLR.IR is bit 2
function ctlr(model, s)
{
	if (model == "GICv2")
		return "-"
	return s == "00000000" ? "0" : s == "00000006" ? "IR,CES" : s
}

$4 == "attribute" { next }

{
	delete field
	for (i = 3; i <= NF; i++) {
		eq = index($i, "=")
		if (eq)
			field[substr($i, 1, eq - 1)] = substr($i, eq + 1)
	}
	reg = field["reg"] == "IGROUPR0" ? "IGROUPR0.vCPU" field["vcpu"] : field["reg"]
	row = $2 " " field["revision"] " " reg
	if (!(row in known)) {
		known[row] = 1
		rows[++count] = row
	}
	key = $1 SUBSEP row
	if (field["errno"] != 0) {
		add(key, 1, "refused")
		next
	}
	add(key, 1, pair(field["initial"]))
	add(key, 2, pair(field["guest_wrote"]))
	add(key, 3, pair(field["user_wrote"]))
	add(key, 4, ctlr($2, pair(field["gicr_ctlr"])))
}

function line(    i)
{
	for (i = 0; i < 117; i++)
		printf "-"
	print ""
}

END {
	if (!count) {
		print "table.awk: nothing was observed" >"/dev/stderr"
		exit 1
	}
	format = "%-6s %3s  %-14s| %-9s %-9s %-9s %-10s| %-9s %-9s %-9s %s\n"
	printf "%-26s| %-40s| %s\n", "", "patched", "unpatched"
	printf format, "model", "rev", "register", "reset", "guest wr", "user wr", "GICR_CTLR",
	       "reset", "guest wr", "user wr", "GICR_CTLR"
	line()
	for (i = 1; i <= count; i++) {
		split(rows[i], r, " ")
		if (i > 1 && r[1] != model)
			line()
		model = r[1]
		p = "patched" SUBSEP rows[i]
		u = "unpatched" SUBSEP rows[i]
		text = sprintf(format, r[1], r[2], r[3],
			       cell[p, 1], cell[p, 2], cell[p, 3], cell[p, 4],
			       cell[u, 1], cell[u, 2], cell[u, 3], cell[u, 4])
		sub(/ +\n$/, "\n", text)
		printf "%s", text

		if (cell[u, 1] == "refused" && cell[p, 1] != "refused")
			added++
		same = 1
		for (c = 1; c <= 4; c++)
			same = same && cell[p, c] == cell[u, c]
		equal += same
	}
	printf "\n%d rows: %d are the same on both kernels, %d only the patched one has\n",
	       count, equal, added
}
