# SPDX-License-Identifier: GPL-2.0-only
#
# nest.awk - make a subtest of KTAP version 1 of the flat TAP of one machine or program
#
# In:  -v name=NAME -v number=N, and the TAP; of a machine, from ktap.awk
# Out: the subtest NAME and its result, "ok N - NAME" or "not ok N - NAME". Results
#      "NAME: TEST: TEXT" that follow each other are a subtest TEST in it.
#
# The plan of a subtest comes before its results. Its name comes before them too: by that
# the kernel's kunit parser knows the result that ends it, and tap-parser names results.

function begin(what)
{
	depth++
	place[depth] = ++nr_lines	# for end(), when the results are counted
	subtest[depth] = what
	results[depth] = failures[depth] = 0
}

function result(ok, text)
{
	lines[++nr_lines] = indent[depth] (ok ? "ok " : "not ok ") ++results[depth] " - " text
	failures[depth] += !ok
}

function end()
{
	lines[place[depth]] = indent[depth] "KTAP version 1\n" \
		indent[depth] "# Subtest: " subtest[depth] "\n" \
		indent[depth] "1.." results[depth]
	depth--
}

function end_test()
{
	if (depth < 2)
		return
	end()
	result(!failures[2], subtest[2])
}

BEGIN {
	indent[1] = "    "
	indent[2] = indent[1] indent[1]
	begin(name)
}

/^(not )?ok / {
	ok = !/^not /
	sub(/^(not )?ok [0-9]+ ?(- )?/, "")
	directive = match($0, / # SKIP( |$)/) ? substr($0, RSTART) : ""
	text = substr($0, 1, length($0) - length(directive))
	# A parser takes any other for the beginning of a directive
	gsub(/#/, "No. ", text)
	test = ""
	if (index(text, name ": ") == 1) {
		text = substr(text, length(name ": ") + 1)
		if (match(text, /^[a-z0-9_-]+: /)) {
			test = substr(text, 1, RLENGTH - 2)
			text = substr(text, RLENGTH + 1)
		}
	}
	if (depth > 1 && test != subtest[2])
		end_test()
	if (depth < 2 && test != "")
		begin(test)
	result(ok, text directive)
	next
}

/^#/ { lines[++nr_lines] = indent[depth] $0 }

END {
	end_test()
	ok = !failures[1]
	end()
	for (i = 1; i <= nr_lines; i++)
		print lines[i]
	print (ok ? "ok " : "not ok ") number " - " name
}
