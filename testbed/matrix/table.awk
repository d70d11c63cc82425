# SPDX-License-Identifier: GPL-2.0-only
#
# matrix-table.awk - the matrix as a table for a terminal
#
# In:  the arrays of matrix-read.awk and matrix-codes.awk, which come before it, and
#      the functions of matrix-lists.awk
# Out: plain text of at most 120 columns. A cell is one word; the codes after its
#      colon are listed below the table.

# wrap INDENT, FIRST, TEXT: print TEXT behind FIRST, and more lines below its start
function wrap(indent, first, text,    n, part, i, out)
{
	n = split(text, part, " ")
	out = sprintf("%-" indent "s", first)
	for (i = 1; i <= n; i++) {
		if (i > 1 && length(out) + 1 + length(part[i]) > 120) {
			print out
			out = sprintf("%" indent "s", "")
		} else if (i > 1) {
			out = out " "
		}
		# A word that is longer than a line
		while (length(out) + length(part[i]) > 120) {
			print out substr(part[i], 1, 120 - length(out))
			part[i] = substr(part[i], 121 - length(out))
			out = sprintf("%" indent "s", "")
		}
		out = out part[i]
	}
	sub(/ +$/, "", out)
	print out
}

# cell_text KEY: a cell as one word, whatever its length
function cell_text(key,    text, list)
{
	if (!(key in result))
		return "."
	text = word[result[key], short + 0]
	list = cell_codes[key]
	gsub(/ /, ",", list)
	return text (list == "" ? "" : ":" list)
}

# cell KEY: a cell with its mark, cut to the width of a column
function cell(key,    text)
{
	text = cell_text(key)
	if (length(text) > width - 2) {
		cut = 1
		while (length(text) > width - 3 && sub(/,[^,]*$/, "", text))
			;
		text = substr(text, 1, width - 3) "+"
	}
	return (surprise[key] ? "!" : " ") text
}

function list_codes(kind, heading,    i, text)
{
	if (!codes[kind])
		return
	print ""
	print heading
	for (i = 1; i <= codes[kind]; i++) {
		text = coded[kind, i]
		wrap(6, sprintf("  %-3s", code[kind, text]), text " (" uses[kind, text] \
		     (uses[kind, text] == 1 ? " cell)" : " cells)"))
	}
}

END {
	word["kept", 0] = word["kept", 1] = "kept"
	word["changed", 0] = "changed"
	word["changed", 1] = "chg"
	word["refused", 0] = "refused"
	word["refused", 1] = "ref"
	word["absent", 0] = word["absent", 1] = "-"

	from_width = 7
	for (f = 1; f <= kernels; f++)
		if (length(kernel[f]) > from_width)
			from_width = length(kernel[f])
	lead = "%-6s %-8s %-" from_width "s "
	width = int((120 - 17 - from_width) / kernels)
	if (width > 18)
		width = 18
	if (width < 8)
		fail("no room for " kernels " kernels in 120 columns")
	for (key in result)
		if (length(cell_text(key)) > width - 2)
			short = 1

	text = sprintf(lead, "model", "revision", "from")
	for (t = 1; t <= kernels; t++)
		text = text sprintf("%-" width "s", " " \
			substr((length(kernel[t]) > width - 5 ? "" : "to ") kernel[t], 1, width - 2))
	sub(/ +$/, "", text)
	print text
	for (m = 1; m <= models; m++)
		for (r = 1; r <= revisions; r++) {
			if (!in_square[model[m], revision[r]])
				continue
			print ""
			for (f = 1; f <= kernels; f++) {
				if (!in_row[model[m], revision[r], kernel[f]])
					continue
				text = sprintf(lead, model[m], revision[r], kernel[f])
				for (t = 1; t <= kernels; t++)
					text = text sprintf("%-" width "s", cell(model[m] SUBSEP \
						revision[r] SUBSEP kernel[f] SUBSEP kernel[t]))
				sub(/ +$/, "", text)
				print text
			}
		}

	print ""
	wrap(0, "", "kept: the guest sees no change; " word["changed", short + 0] \
	     ": it does; " word["refused", short + 0] ": the target cannot run the VM at that revision; " \
	     "-: the source host cannot have such a VM" (cells < planned ? "; .: not run" : "") \
	     (surprised ? "; !: not expected" : "") (cut ? "; +: and more, see the page" : ""))
	list_codes("changed", "What changed:")
	list_codes("reason", "Reasons:")

	print ""
	print summary()

	for (p = 1; p <= pairs; p++) {
		print ""
		story(pair[p] "-unpatched")
		story(pair[p] "-patched")
	}

	print_probes()

	if (surprised) {
		print ""
		print "Not expected:"
	}
	for (i = 1; i <= surprised && i <= surprises_listed; i++)
		wrap(4, "  !", surprises[i])
	if (surprised > surprises_listed)
		print "  and " surprised - surprises_listed " more"
}
