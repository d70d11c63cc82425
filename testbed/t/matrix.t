#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# matrix.t - the table and the page of the matrix, from results made up here
#
# In:  nothing but the scripts
# Out: TAP
set -eu
. "$(dirname "$0")/tap.sh"

# Two kernels, every result; one that was not expected, with what would be HTML
awk -v OFS='\t' 'BEGIN {
	print "kernel", "5.10", "5.10.0-32-arm64", "5.10.223-1"
	print "kernel", "patched", "7.3.4", "7.3.4-1~bpo13+1 with the series"
	split("GICv2 GICv3", model, " ")
	split("default 0 1 2 3", revision, " ")
	split("5.10 patched", kernel, " ")
	for (m = 1; m <= 2; m++)
		for (r = 1; r <= 5; r++)
			for (f = 1; f <= 2; f++)
				for (t = 1; t <= 2; t++) {
					result = r == 4 || f == t ? "kept" : "refused"
					if (r == 1 && f != t)
						result = "changed"
					else if (r != 4 && r > 1 && f == 1)
						result = "absent"
					detail = result == "refused" ? "Invalid argument" : "-"
					if (result == "changed")
						detail = "GICD_IIDR differs; IGROUPR1 <i> & \"b\""
					print "cell", model[m], revision[r], kernel[f], kernel[t], result, detail,
					      (m == 2 && r == 1 && f == 2 && t == 1 ? "no" : "yes")
				}
	print "probe", "patched", "GICv3", 1, "taken", "taken", "ffffffff", "ffffffff", "ffffffff",
	      "00000000", "IRQ group 1"
	print "story", "up-unpatched", "Up, <unpatched>"
	print "story", "up-patched", "Up, patched"
	print "step", "up-unpatched", 1, "a guest on 5.10 is moved", "changed", "this & that; GICR_CTLR", "yes"
	print "step", "up-patched", 1, "a guest starts", "-", "-", "yes"
	print "step", "up-patched", 2, "and is moved", "kept", "-", "no"
	print "repeat", "make matrix CELLS=\"GICv3 2\""
	print "date", "2026-11-22"
}' >"$tmp/results"
tab=$(printf '\t')

show()
{
	"$BED/matrix/show.sh" "$@"
}

# Lines MODEL REVISION FROM TO RESULT RESULT; the page says each result twice
cells_of_results()
{
	awk -F '\t' '$1 == "cell" { print $2, $3, $4, $5, $6, $6 }' "$1" | sort
}

cells_of_page()
{
	sed -n 's/^<td class="\([a-z]*\)[ unexpected]*" title="\(GICv.\), revision \([^,]*\), from \([^ ]*\) to \([^:]*\): \([a-z]*\).*/\2 \3 \4 \5 \1 \6/p' "$1" | sort
}

cells_of_table()
{
	awk '$1 == "model" { split($0, name, / +to /) }
	     /^GICv. *kernel/ { exit } /^GICv/ { gsub(/!/, " "); for (i = 4; i <= NF; i++) {
			sub(/:.*/, "", $i); sub(/^-$/, "absent", $i); print $1, $2, $3, name[i - 2], $i, $i } }' "$1" | sort
}

# same_cells FUNCTION FILE [RESULTS]
same_cells()
{
	cells_of_results "${3:-$tmp/results}" >"$tmp/want"
	"$1" "$2" >"$tmp/got"
	diff "$tmp/want" "$tmp/got"
}

well_formed()
{
	perl -0777 -ne '
		die "no doctype\n" unless s/^<!DOCTYPE html>\n//;
		s/<style>.*?<\/style>//s;
		while (s/^([^<]*)<(\/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"<>]*")*)(\/?)>//) {
			my ($text, $end, $name, $attributes, $empty) = ($1, $2, $3, $4, $5);
			die "bare & or > near $text\n" if "$text$attributes" =~ /&(?!(?:amp|lt|gt|quot|#\d+);)|>/;
			die "id $1 is there twice\n" if $attributes =~ / id="([^"]*)"/ && $ids{$1}++;
			$links{$1} = 1 if $attributes =~ / href="#([^"]*)"/;
			if ($end) { my $open = pop @open; die "<$open> ends as </$name>\n" if $open ne $name }
			elsif (!$empty) { push @open, $name }
		}
		die "still open: @open; left: $_\n" if @open || /\S/;
		for (keys %links) { die "nothing has the id $_\n" unless $ids{$_} }' "$1"
}

ok "the table is made" sh -c "'$BED/matrix/show.sh' table '$tmp/results' >'$tmp/table'"
ok "it has every cell once, with its result" same_cells cells_of_table "$tmp/table"
ok "what changed has numbers, with a list" sh -c "grep -q ' changed:1,2' '$tmp/table' &&
	grep -Fqx '  2   IGROUPR1 <i> & \"b\" (4 cells)' '$tmp/table'"
ok "the numbers are there" \
	grep -Fqx '40 cells: 18 kept, 4 changed, 6 refused, 12 absent; 2 unexpected' "$tmp/table"
ok "what was not expected is marked and listed" sh -c "grep -q '!changed' '$tmp/table' &&
	grep -Fq '  ! GICv3, revision default, from patched to 5.10: changed: GICD_IIDR' '$tmp/table' &&
	grep -Fqx '  ! and is moved: kept' '$tmp/table'"
ok "the stories are there" grep -Fqx '   2. and is moved: kept' "$tmp/table"
ok "it is plain ASCII" sh -c "! LC_ALL=C grep -n '[^ -~]' '$tmp/table'"

ok "the page is made" sh -c "'$BED/matrix/show.sh' page '$tmp/results' >'$tmp/page'"
ok "it has every cell once, and its class is its result" same_cells cells_of_page "$tmp/page"
ok "it is well-formed, each link has an end, and details are escaped" well_formed "$tmp/page"
ok "a detail is in the list as it was" grep -Fq 'IGROUPR1 &lt;i&gt; &amp; &quot;b&quot;' "$tmp/page"
ok "it needs nothing from outside" sh -c "! grep -Ei '<script|<link|<img|@import|url\(|https?:' '$tmp/page'"
ok "one cell is marked as not expected" [ "$(grep -c '^<td class="[a-z]* unexpected"' "$tmp/page")" -eq 1 ]

sort -r "$tmp/results" | grep -v '^kernel' >"$tmp/turned"
grep '^kernel' "$tmp/results" >>"$tmp/turned"
ok "the order of the lines does not matter" sh -c "'$BED/matrix/show.sh' page '$tmp/turned' >'$tmp/page2' &&
	cmp '$tmp/page' '$tmp/page2'"
grep -v "^cell${tab}GICv2${tab}2${tab}5.10" "$tmp/results" >"$tmp/fewer"
show table "$tmp/fewer" >"$tmp/table"
ok "cells that were not run are counted" grep -q '^38 cells: .*; 2 not run; 2 unexpected' "$tmp/table"

long=$(awk 'BEGIN { for (i = 0; i < 40; i++) printf "register %d changed; ", i }')
sed "s/GICD_IIDR differs/$long/" "$tmp/results" >"$tmp/long"
show table "$tmp/long" >"$tmp/table"
ok "long details stay within 120 columns" sh -c "! grep -nE '^.{121}' '$tmp/table'"

# wrong NAME PATTERN LINE: the results with one more line are refused, in both forms
wrong()
{
	{ cat "$tmp/results"; printf '%b\n' "$3"; } >"$tmp/wrong"
	for form in table page; do
		refuses "$1: no $form" "$2" show "$form" "$tmp/wrong"
		ok "and nothing of it is written" [ -z "$(show "$form" "$tmp/wrong" 2>/dev/null || :)" ]
	done
}

wrong "an unknown kind of line" "line [0-9]+: unknown kind of line 'cel'" 'cel\tGICv2'
wrong "an unknown result" "unknown result 'lost'" 'cell\tGICv2\t2\t5.10\t5.11\tlost\t-\tyes'
wrong "an unknown kernel" "no kernel line for '5.11'" 'cell\tGICv2\t2\t5.10\t5.11\tkept\t-\tyes'
wrong "a cell that is there twice" 'a second line for this cell' 'cell\tGICv2\t2\t5.10\t5.10\tkept\t-\tyes'
wrong "too few fields" '3 fields in a cell line, not 8' 'cell\tGICv2\t2'
wrong "a change without a detail" 'does not say what changed' 'cell\tGICv2\t2\t5.10\t5.11\tchanged\t-\tyes'
wrong "a story without its counterpart" "no story line for 'down-patched'" \
	'story\tdown-unpatched\tDown\nstep\tdown-unpatched\t1\tit moves\tkept\t-\tyes'
wrong "a step of no story" "no story line for 'no-patched'" 'step\tno-patched\t1\tit moves\tkept\t-\tyes'
wrong "a carriage return" 'not printable ASCII' 'repeat\tmake matrix\r'
: >"$tmp/empty"
refuses "an empty file" 'there are no results' show table "$tmp/empty"
refuses "a file that is not there" 'cannot read' show page "$tmp/nothing"
refuses "an unknown form" 'usage' show picture "$tmp/results"
done_testing
