# SPDX-License-Identifier: GPL-2.0-only
#
# matrix-facts.awk - the parts of the page beside the matrix itself: stories,
#                    probe tables, kernels; functions for matrix-page.awk
#
# In:  the arrays of matrix-read.awk
# Out: HTML

function esc(text)
{
	gsub(/&/, "\\&amp;", text)
	gsub(/</, "\\&lt;", text)
	gsub(/>/, "\\&gt;", text)
	gsub(/"/, "\\&quot;", text)
	return text
}

# badge RESULT: a result with its colour and sign
function badge(name)
{
	return "<span class=\"badge " name "\"><span class=\"sign\">" sign[name] "</span> " name "</span>"
}

function story(id, tag,    n, i, items, item)
{
	print "<section class=\"story\">"
	print "<p class=\"tag\">" tag "</p>"
	print "<h3>" esc(title[id]) "</h3>"
	print "<ol>"
	for (n = 1; n <= last_step[id]; n++) {
		if (!((id, n) in what))
			continue
		print "<li value=\"" n "\"><p>" esc(what[id, n]) \
		      (step_result[id, n] == "" ? "" : " " badge(step_result[id, n])) "</p>"
		items = split(step_detail[id, n], item, /; */)
		if (items)
			print "<ul>"
		for (i = 1; i <= items; i++)
			print "<li>" esc(item[i]) "</li>"
		if (items)
			print "</ul>"
		print "</li>"
	}
	print "</ol>"
	print "</section>"
}

function stories(    p)
{
	if (!pairs)
		return
	print "<section class=\"wide\" id=\"stories\">"
	print "<h2>What happens to a guest, without and with the series</h2>"
	for (p = 1; p <= pairs; p++) {
		print "<div class=\"pair\">"
		story(pair[p] "-unpatched", "Unpatched")
		story(pair[p] "-patched", "Patched, at the right revision")
		print "</div>"
	}
	print "</section>"
}

# probe_cell TEXT, CLASS: a cell of the probe table
function probe_cell(text, class)
{
	if (text == "-" || text == "")
		return "<td class=\"nothing\">&#8211;</td>"
	return "<td class=\"" class "\">" esc(text) "</td>"
}

function probe_table(m,    f, r, v, i, rows, text, last)
{
	last = m == "GICv2" ? 9 : 10
	print "<h3>" m "</h3>"
	print "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"What a guest sees, " m "\">"
	print "<table class=\"probe\">"
	print "<thead><tr><th scope=\"col\" rowspan=\"2\" class=\"stay\">Kernel</th>" \
	      "<th scope=\"col\" rowspan=\"2\">Revision</th>" \
	      "<th scope=\"colgroup\" colspan=\"2\">Chosen through</th>" \
	      "<th scope=\"colgroup\" colspan=\"3\">GICD_IGROUPR1, as the guest reads it</th>" \
	      (last == 10 ? "<th scope=\"col\" rowspan=\"2\">GICR_CTLR</th>" : "") \
	      "<th scope=\"col\" rowspan=\"2\">An SPI arrives as</th></tr>"
	print "<tr><th scope=\"col\">GICD_IIDR</th><th scope=\"col\">attribute</th>" \
	      "<th scope=\"col\">at reset</th><th scope=\"col\">after the guest wrote a5a5a5a5</th>" \
	      "<th scope=\"col\">after userspace wrote 3c3c3c3c</th></tr></thead>"
	for (f = 1; f <= kernels; f++) {
		rows = 0
		for (r = 1; r <= revisions; r++)
			rows += (kernel[f], m, revision[r]) in probe
		if (!rows)
			continue
		print "<tbody>"
		text = "<th scope=\"rowgroup\" class=\"stay\" rowspan=\"" rows "\">" esc(kernel[f]) "</th>"
		for (r = 1; r <= revisions; r++) {
			if (!((kernel[f], m, revision[r]) in probe))
				continue
			split(probe[kernel[f], m, revision[r]], v, "\t")
			text = "<tr>" text "<td>" esc(v[4]) "</td>" probe_cell(v[5], "is-" v[5]) probe_cell(v[6], "is-" v[6])
			for (i = 7; i <= last; i++)
				text = text probe_cell(v[i], "hex")
			print text probe_cell(v[11], "word") "</tr>"
			text = ""
		}
		print "</tbody>"
	}
	print "</table></div>"
}

function probe_tables(    m)
{
	if (!probes["GICv2"] && !probes["GICv3"])
		return
	print "<section class=\"wide\" id=\"probe\">"
	print "<h2>What a guest sees on each kernel</h2>"
	print "<p>Before any move: which revisions each kernel lets a VMM choose, and what a guest then sees. \"default\" " \
	      "is without a choice; a GICv2 then ignores what userspace writes. An SPI arrives with the groups as they " \
	      "are at reset. At revision 0 the groups of a GICv2 read as ones although they are 0, as from v4.7 to v4.18. " \
	      "The tables scroll sideways.</p>"
	for (m = 1; m <= models; m++)
		if (probes[model[m]])
			probe_table(model[m])
	print "</section>"
}

function kernel_list(    f)
{
	print "<section class=\"wide\" id=\"kernels\">"
	print "<h2>The kernels</h2>"
	print "<dl class=\"kernels\">"
	for (f = 1; f <= kernels; f++)
		print "<div><dt>" esc(kernel[f]) "</dt><dd>" esc(package[kernel[f]]) \
		      "<br/><span class=\"dim\">uname -r: " esc(release[kernel[f]]) "</span></dd></div>"
	print "</dl>"
	print "</section>"
}
