# SPDX-License-Identifier: GPL-2.0-only
#
# matrix-lists.awk - what comes below the matrix on a terminal: the stories, and what
#                    each kernel does by itself; functions for matrix-table.awk
#
# In:  the arrays of matrix-read.awk, and the function wrap
# Out: plain text

function story(id,    n)
{
	wrap(11, id ~ /-unpatched$/ ? "unpatched:" : "patched:", title[id])
	for (n = 1; n <= last_step[id]; n++)
		if ((id, n) in what)
			wrap(6, sprintf("  %2d.", n), what[id, n] \
			     (step_result[id, n] == "" ? "" : ": " step_result[id, n]) \
			     (step_detail[id, n] == "" ? "" : " (" step_detail[id, n] ")"))
}


function print_probes(    m, f, r, v, format, text)
{
	format = "%-6s %-8s %-8s %-8s %-9s  %-8s  %-8s  %-8s  %-9s  %s\n"
	for (m = 1; m <= models; m++) {
		if (!probes[model[m]])
			continue
		print ""
		printf format, "", "", "", "through", "through", "groups", "guest", "VMM", "", ""
		printf format, model[m], "kernel", "revision", "IIDR", "attribute", "at reset",
		       "wrote", "wrote", "GICR_CTLR", "an SPI arrives as"
		for (f = 1; f <= kernels; f++)
			for (r = 1; r <= revisions; r++) {
				if (!((kernel[f], model[m], revision[r]) in probe))
					continue
				split(probe[kernel[f], model[m], revision[r]], v, "\t")
				text = sprintf(format, "", v[2], v[4], v[5], v[6], v[7], v[8], v[9],
					       v[10], v[11])
				sub(/[ -]*\n$/, "\n", text)
				printf "%s", text
			}
	}
}
