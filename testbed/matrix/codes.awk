# SPDX-License-Identifier: GPL-2.0-only
#
# matrix-codes.awk - check the results of the matrix as a whole, and give each
#                    detail a short code; comes after matrix-read.awk and before
#                    matrix-table.awk or matrix-page.awk
#
# In:  the arrays of matrix-read.awk
# Out: cell_codes, code, coded, codes and uses; surprises, the results that were not
#      expected. If lines do not fit each other, an error, and no later END runs.
#
# What changed has a number for each thing that changed. The reason of any other
# result has a letter.

# letters N: a, b, ... z, aa, ab, ...
function letters(n)
{
	return (n > 26 ? letters(int((n - 1) / 26)) : "") \
		substr("abcdefghijklmnopqrstuvwxyz", (n - 1) % 26 + 1, 1)
}

# give_code KIND, TEXT: the code of one detail; KIND is changed or reason
function give_code(kind, text)
{
	if (!((kind, text) in code)) {
		coded[kind, ++codes[kind]] = text
		code[kind, text] = kind == "changed" ? codes[kind] : letters(codes[kind])
	}
	uses[kind, text]++
	return code[kind, text]
}

# give_codes KEY: the codes of one cell in order, with spaces between them
function give_codes(key,    i, j, n, item, list, text)
{
	if (result[key] != "changed")
		return detail[key] == "" ? "" : give_code("reason", detail[key])
	n = split(detail[key], item, /; */)
	for (i = 1; i <= n; i++) {
		list[i] = item[i] == "" ? 0 : give_code("changed", item[i])
		for (j = i; j > 1 && list[j - 1] > list[j]; j--) {
			text = list[j]
			list[j] = list[j - 1]
			list[j - 1] = text
		}
	}
	text = ""
	for (i = 1; i <= n; i++)
		if (list[i])
			text = text (text == "" ? "" : " ") list[i]
	return text
}

# visit MODEL, REVISION, FROM, TO: what there is to say of a cell, in the matrix's order
function visit(m, r, f, t,    key)
{
	key = m SUBSEP r SUBSEP f SUBSEP t
	if (!(key in result))
		return
	cell_codes[key] = give_codes(key)
	if (surprise[key])
		surprises[++surprised] = m ", revision " r ", from " f " to " t ": " result[key] \
			(detail[key] == "" ? "" : ": " detail[key])
}

# summary: the numbers, in one line
function summary(    i, text)
{
	text = cells " cells:"
	for (i = 1; i <= results; i++)
		text = text " " (total[result_name[i]] + 0) " " result_name[i] (i < results ? "," : "")
	if (cells < planned)
		text = text "; " planned - cells " not run"
	return text "; " surprised + 0 " unexpected"
}

END {
	if (bad)
		exit 1
	# More are only marked, lest they bury the rest
	surprises_listed = 20
	line = 0
	if (!NR)
		fail("there are no results")
	if (!kernels)
		fail("there is no kernel line")
	if (!cells)
		fail("there is no cell line")
	if (date == "")
		fail("there is no date line")
	for (i in label_at) {
		line = i
		if (!(("kernel" FS label_at[i]) in at))
			fail("no kernel line for '" label_at[i] "'")
	}
	for (i in to_at) {
		line = i
		if (!(("kernel" FS to_at[i]) in at))
			fail("no kernel line for '" to_at[i] "'")
	}
	for (i in step_at) {
		line = i
		if (!(step_at[i] in title))
			fail("no story line for '" step_at[i] "'")
	}
	line = 0
	for (p = 1; p <= pairs; p++)
		for (i = 1; i <= 2; i++) {
			id = pair[p] (i == 1 ? "-unpatched" : "-patched")
			if (!(id in title))
				fail("no story line for '" id "', which has a counterpart")
			if (!(id in last_step))
				fail("story '" id "' has no steps")
		}
	# A part of the matrix is less, and all that was asked for
	for (m = 1; m <= models; m++)
		for (r = 1; r <= revisions; r++)
			planned += in_square[model[m], revision[r]] ? kernels * kernels : 0
	for (m = 1; m <= models; m++)
		for (r = 1; r <= revisions; r++)
			for (f = 1; f <= kernels; f++)
				for (t = 1; t <= kernels; t++)
					visit(model[m], revision[r], kernel[f], kernel[t])
}
