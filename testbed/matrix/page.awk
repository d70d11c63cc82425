# SPDX-License-Identifier: GPL-2.0-only
#
# matrix-page.awk - the matrix as one HTML page
#
# In:  the arrays of matrix-read.awk and matrix-codes.awk, and the functions of
#      matrix-squares.awk and matrix-facts.awk; -v css=FILE, the style sheet that
#      goes into the page
# Out: the page, which needs no script and no other file, and is well-formed as
#      XML too

function setup()
{
	sign["kept"] = "="
	sign["changed"] = "&#8800;"
	sign["refused"] = "&#215;"
	sign["absent"] = "&#8211;"
	means["kept"] = "The guest sees no change."
	means["changed"] = "The guest sees a change; the numbers say which."
	means["refused"] = "The target cannot run the VM at that revision."
	means["absent"] = "The source cannot have a VM at that revision."
	heading["default"] = "No revision chosen"
	explain["default"] = "The VMM asks for nothing, as today: each kernel gives the VM its own revision. " \
		"And on a GICv2, KVM then ignores the restore of the groups, so that they are lost between equal kernels too."
	explain["0"] = "The group registers of v4.7 to v4.18: they read as ones, and writes are ignored. " \
		"Interrupts are group 0 on GICv2 all the same, and group 1 on GICv3."
	explain["1"] = "In no release of mainline. The group registers read as zeros on GICv2 and as ones on GICv3, which is true; writes are ignored."
	explain["2"] = "The group registers of v4.19 and later: a guest can write them."
	explain["3"] = "As 2; and GICR_CTLR of a GICv3 shows IR and CES, as from v5.19 on."
}

function head(    text, n)
{
	print "<!DOCTYPE html>"
	print "<html lang=\"en\">"
	print "<head>"
	print "<meta charset=\"utf-8\"/>"
	print "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
	print "<meta name=\"color-scheme\" content=\"light dark\"/>"
	print "<title>vGIC revisions: VMs moved between kernels</title>"
	print "<style>"
	while ((getline text < css) > 0) {
		print text
		n++
	}
	if (!n)
		fail("cannot read the style sheet '" css "'")
	print "</style>"
	print "</head>"
}

function intro(    i, name)
{
	print "<header>"
	print "<h1>Does a guest notice the move?</h1>"
	print "<p>A VM is saved on one kernel and restored on another, in an upgrade or its rollback: does its guest see " \
	      "a change in its interrupt controller? Each cell below answers that for one source, one target and one " \
	      "revision of KVM's vGIC, from real kernels under QEMU's emulation. The guest is that of vgic_compat, which " \
	      "looks at everything; what another guest makes of a change is up to that guest.</p>"
	print "<p>A revision selects the interrupt group registers and GICR_CTLR.{IR,CES}, and nothing else. It is chosen on the " \
	      "target before any other register is restored, and before the guest first runs there.</p>"
	print "</header>"
	print "<ul class=\"numbers\" aria-label=\"" cells " moves\">"
	for (i = 1; i <= results; i++) {
		name = result_name[i]
		print "<li><span class=\"swatch " name "\">" sign[name] "</span><b>" total[name] + 0 \
		      "</b> <span class=\"name\">" name "</span> <small>" means[name] "</small></li>"
	}
	print "</ul>"
	if (surprised) {
		print "<section class=\"alarm\" id=\"unexpected\">"
		print "<h2>" surprised (surprised == 1 ? " result was" : " results were") " not expected</h2>"
		print "<p>A frame and an exclamation mark show where in the matrix.</p>"
		print "<ul>"
		for (i = 1; i <= surprised && i <= surprises_listed; i++)
			print "<li>" esc(surprises[i]) "</li>"
		if (surprised > surprises_listed)
			print "<li>and " surprised - surprises_listed " more</li>"
		print "</ul>"
		print "</section>"
	} else {
		print "<p class=\"calm\">All " cells " results are what testbed/matrix/expected has for them.</p>"
	}
	if (cells < planned)
		print "<p class=\"calm\">" planned - cells " of " planned " cells were not run.</p>"
}

END {
	setup()
	head()
	print "<body>"
	print "<main>"
	intro()
	stories()
	bands()
	probe_tables()
	kernel_list()
	if (repeats) {
		print "<section class=\"wide\" id=\"repeat\">"
		print "<h2>Repeat a part, for example</h2>"
		print "<p>In the repository, on Debian 12 or later; no arm64 hardware is needed.</p>"
		for (i = 1; i <= repeats; i++)
			print "<pre class=\"scroll\" tabindex=\"0\">" esc(repeat[i]) "</pre>"
		print "</section>"
	}
	print "<footer>Made on <time>" date "</time> by make matrix.</footer>"
	print "</main>"
	print "</body>"
	print "</html>"
}
