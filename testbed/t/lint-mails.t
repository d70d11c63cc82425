#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# lint-mails.t - the checks of make lint that read a commit as a mail find what is wrong in
#                it, and nothing in a good one
#
# In:  BASE_WORK, a work folder with a composed tree
# Out: TAP
set -eu
. "$(dirname "$0")/tap.sh"
. "$BED/evidence/lint-commit-lib.sh"
. "$BED/t/lint-lib.sh"

# A commit as a mail, and what is wrong with it
W=$BASE_WORK folder=$tmp mail=$tmp/mail.patch
git -C "$W/tree" format-patch -q -1 --stdout refs/vgic/series-1~7 >"$tmp/good.patch"

# wrong SED-SCRIPT: the good one, with this change
wrong()
{
	sed -E "$1" "$tmp/good.patch" >"$mail"
	! cmp -s "$mail" "$tmp/good.patch"
}

wrong '1s/$/ /'
for check in checkpatch message maintainers; do
	ok "$check finds nothing in a commit of the series" finds_nothing commit_$check
done
wrong 's/^\+.*;$/& /'
ok "checkpatch finds a space at the end of a line" finds 'trailing whitespace' commit_checkpatch
wrong '0,/^Subject: .*/s//& and one more word, and another, and so on for very long/'
ok "message finds a long subject" finds 'more than 72 columns' commit_message
# tag TEXT: at the end of the message
tag()
{
	wrong "0,/^---\$/s|^---\$|\n$1\n---|"
}
tag 'Fixes: d53c2c2 ("KVM: arm/arm64: vgic: Allow configuration of interrupt groups")'
ok "a Fixes: with seven digits" finds 'not 12 digits' commit_message
tag 'Fixes: d53c2c29ae0d'
ok "a Fixes: without a title" finds 'not 12 digits and a title' commit_message
tag 'From here on, an mbox has another mail.'
ok "a line that begins with From" finds 'begins a line with From' commit_message
tag 'Link: lore.kernel.org/all/1'
ok "a Link: that is no address" finds 'not an address' commit_message
tag 'Suggested-by: somebody'
ok "a Suggested-by: without an address" finds 'not a name and address' commit_message
tag 'Fixes: d53c2c29ae0d ("KVM: arm/arm64: vgic: Allow configuration of interrupt groups")\n\nOne more word.'
ok "a tag in the middle of the text" finds 'not among the tags' commit_message
tag 'Fixes: d53c2c29ae0d ("KVM: arm/arm64: vgic: Allow configuration of interrupt groups")\nLink: https://lore.kernel.org/all/1 # why'
ok "but not good ones" finds_nothing commit_message
wrong 's,(a|b)/[^ ]*\.[chr][^ ]*,\1/kernel/nobody.c,g'
ok "maintainers finds a file that is not theirs" finds 'kvmarm' commit_maintainers
if command -v codespell >/dev/null; then
	cp "$tmp/good.patch" "$mail"
	ok "spelling finds nothing in a commit of the series" finds_nothing commit_spelling
	tag 'It rec''ieves a sep''erate value.'
	ok "but wrong words in its text" finds 'TYPO_SPELLING|misspelled' commit_spelling
	wrong '0,/^\+.*\/\*.*/s/^(\+.*\/\*.*)/\1 use''full, infor''mations/'
	ok "and in what it adds, by codespell's list" finds 'informations|usefull' commit_spelling
else
	skip "spelling" "codespell is not installed; make lint does that"
fi

done_testing
