# SPDX-License-Identifier: GPL-2.0-only
#
# matrix-squares.awk - the coloured squares of the page, and the list of what their
#                      codes stand for; functions for matrix-page.awk
#
# In:  the arrays of matrix-read.awk, matrix-codes.awk and matrix-page.awk
# Out: HTML. Each cell of the matrix is one line:
#      <td class="RESULT" title="MODEL, revision ...: RESULT: DETAIL">

function cell(m, r, f, t,    key, text, name)
{
	key = m SUBSEP r SUBSEP f SUBSEP t
	name = m ", revision " r ", from " f " to " t ": "
	if (!(key in result)) {
		print "<td class=\"none\" title=\"" esc(name) "not run\"></td>"
		return
	}
	text = sign[result[key]]
	if (result[key] == "changed")
		text = cell_codes[key]
	else if (cell_codes[key] != "")
		text = text "<sup>" cell_codes[key] "</sup>"
	if (surprise[key])
		text = "<b>!</b>&#160;" text
	if (cell_codes[key] != "") {
		split(cell_codes[key], first_code, " ")
		text = "<a href=\"#code-" first_code[1] "\">" text "</a>"
	}
	print "<td class=\"" result[key] (surprise[key] ? " unexpected" : "") "\" title=\"" \
	      esc(name result[key] (detail[key] == "" ? "" : ": " detail[key]) \
		  (surprise[key] ? " (not expected)" : "")) "\">" text "</td>"
}

function square(m, r,    f, t, i, text)
{
	for (i = 1; i <= results; i++)
		if (in_square[m, r, result_name[i]])
			text = text (text == "" ? "" : ", ") in_square[m, r, result_name[i]] " " result_name[i]
	print "<div class=\"scroll\"><table class=\"square\" style=\"--columns: " kernels "\">"
	print "<caption><b>" m "</b> <span class=\"dim\">" text "</span></caption>"
	print "<thead><tr><td class=\"corner\">from&#160;&#8595; to&#160;&#8594;</td>"
	for (t = 1; t <= kernels; t++)
		print "<th scope=\"col\">" esc(kernel[t]) "</th>"
	print "</tr></thead><tbody>"
	for (f = 1; f <= kernels; f++) {
		print "<tr><th scope=\"row\">" esc(kernel[f]) "</th>"
		for (t = 1; t <= kernels; t++)
			cell(m, r, kernel[f], kernel[t])
		print "</tr>"
	}
	print "</tbody></table></div>"
}

function bands(    m, r, rev)
{
	print "<section class=\"wide\" id=\"matrix\">"
	print "<h2>The matrix</h2>"
	for (r = 1; r <= revisions; r++) {
		rev = revision[r]
		if (!in_square["GICv2", rev] && !in_square["GICv3", rev])
			continue
		print "<section class=\"band\">"
		print "<div class=\"what\"><h3>" (rev in heading ? heading[rev] : "Revision " rev) "</h3>"
		print "<p>" explain[rev] "</p></div>"
		for (m = 1; m <= models; m++)
			if (in_square[model[m], rev])
				square(model[m], rev)
		print "</section>"
	}
	code_list("changed", "What changed")
	code_list("reason", "Reasons")
	print "</section>"
}

function code_list(kind, name,    i, text)
{
	if (!codes[kind])
		return
	print "<div class=\"codes\"><h3>" name "</h3>"
	print "<dl>"
	for (i = 1; i <= codes[kind]; i++) {
		text = coded[kind, i]
		print "<div id=\"code-" code[kind, text] "\"><dt class=\"" kind "\">" code[kind, text] "</dt><dd>" \
		      esc(text) " <span class=\"dim\">" uses[kind, text] \
		      (uses[kind, text] == 1 ? " cell" : " cells") "</span></dd></div>"
	}
	print "</dl></div>"
}
