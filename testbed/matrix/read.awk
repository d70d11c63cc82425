# SPDX-License-Identifier: GPL-2.0-only
#
# matrix-read.awk - read the results of the matrix; comes before matrix-codes.awk
#
# In:  tab-separated lines, in any order:
#        kernel LABEL RELEASE PACKAGE, from the oldest to the newest
#        probe LABEL MODEL REVISION IIDR ATTRIBUTE RESET GUEST_WROTE USER_WROTE
#              GICR_CTLR ARRIVES
#        cell MODEL REVISION FROM TO RESULT DETAIL EXPECTED
#        story ID TITLE, with an ID that ends in -unpatched or -patched
#        step ID N WHAT RESULT DETAIL EXPECTED
#        repeat COMMAND
#        date YYYY-MM-DD
#      "-" or nothing is no detail. A cell may be missing: it was not run.
# Out: the arrays below; or, if a line is wrong, an error and nothing else

BEGIN {
	FS = "\t"
	models = split("GICv2 GICv3", model, " ")
	revisions = split("default 0 1 2 3", revision, " ")
	results = split("kept changed refused absent", result_name, " ")
	set(is_model, "GICv2 GICv3")
	set(is_revision, "default 0 1 2 3")
	set(is_result, "kept changed refused absent")
	set(is_iidr, "taken refused ignored -")
	set(is_attribute, "taken refused absent -")
	set(is_expected, "yes no")
	fields["kernel"] = 4
	fields["probe"] = 11
	fields["cell"] = 8
	fields["story"] = 3
	fields["step"] = 7
	fields["repeat"] = fields["date"] = 2
}

function set(array, words,    i, n, word)
{
	n = split(words, word, " ")
	for (i = 1; i <= n; i++)
		array[word[i]] = 1
}

function fail(text)
{
	print "matrix: " (line ? "line " line ": " : "") text >"/dev/stderr"
	bad = 1
	exit 1
}

# one_of ARRAY, NAME, WORD: a word that is not one of the array is an error
function one_of(array, name, word)
{
	if (!(word in array))
		fail("unknown " name " '" word "'")
}

# once KEY: a line for the same thing a second time is an error
function once(key)
{
	if (key in at)
		fail("a second line for this " $1 "; the first is line " at[key])
	at[key] = NR
}

# For the terminal and for HTML alike, and a console leaves carriage returns
{ line = NR }
/[^\t -~]/ { fail("a character that is not printable ASCII") }
!($1 in fields) { fail("unknown kind of line '" $1 "'") }
NF != fields[$1] { fail(NF " fields in a " $1 " line, not " fields[$1]) }
$2 == "" { fail("a " $1 " line with nothing in it") }

$1 == "kernel" {
	once("kernel" FS $2)
	if ($2 !~ /^[0-9A-Za-z._+-]+$/)
		fail("a kernel's label is one word, not '" $2 "'")
	kernel[++kernels] = $2
	release[$2] = $3
	package[$2] = $4
}

$1 == "probe" {
	once("probe" FS $2 FS $3 FS $4)
	one_of(is_model, "model", $3)
	one_of(is_revision, "revision", $4)
	one_of(is_iidr, "answer of GICD_IIDR", $5)
	one_of(is_attribute, "answer of the attribute", $6)
	probe[$2, $3, $4] = $0
	probes[$3]++
	label_at[NR] = $2
}

$1 == "cell" {
	once("cell" FS $2 FS $3 FS $4 FS $5)
	one_of(is_model, "model", $2)
	one_of(is_revision, "revision", $3)
	one_of(is_result, "result", $6)
	one_of(is_expected, "EXPECTED", $8)
	result[$2, $3, $4, $5] = $6
	detail[$2, $3, $4, $5] = $7 == "-" ? "" : $7
	surprise[$2, $3, $4, $5] = $8 == "no"
	if ($6 == "changed" && ($7 == "-" || $7 == ""))
		fail("a changed cell that does not say what changed")
	label_at[NR] = $4
	to_at[NR] = $5
	total[$6]++
	in_square[$2, $3, $6]++
	in_square[$2, $3]++
	in_row[$2, $3, $4]++
	cells++
}

$1 == "story" {
	once("story" FS $2)
	if ($2 !~ /^[a-z0-9-]+-(un)?patched$/)
		fail("a story's ID ends in -unpatched or -patched, not '" $2 "'")
	title[$2] = $3
	id = $2
	sub(/-(un)?patched$/, "", id)
	if (!(id in is_pair)) {
		is_pair[id] = 1
		pair[++pairs] = id
	}
}

$1 == "step" {
	once("step" FS $2 FS $3)
	if ($3 !~ /^[1-9][0-9]?$/)
		fail("a step's number is 1 to 99, not '" $3 "'")
	if ($5 != "-")
		one_of(is_result, "result", $5)
	what[$2, $3] = $4
	step_result[$2, $3] = $5 == "-" ? "" : $5
	step_detail[$2, $3] = $6 == "-" ? "" : $6
	one_of(is_expected, "EXPECTED", $7)
	if ($7 == "no")
		surprises[++surprised] = what[$2, $3] ": " $5 (step_detail[$2, $3] == "" ? "" : ": " $6)
	if ($3 + 0 > last_step[$2] + 0)
		last_step[$2] = $3
	step_at[NR] = $2
}

$1 == "repeat" { repeat[++repeats] = $2 }

$1 == "date" {
	once("date")
	if ($2 !~ /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]$/)
		fail("a date is YYYY-MM-DD, not '" $2 "'")
	date = $2
}
