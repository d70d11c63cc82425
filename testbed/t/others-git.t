#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# others-git.t - what a user, or his system, has configured in git changes nothing that
#                is composed, refreshed, mailed or applied
#
# In:  BASE_WORK, a work folder with a composed tree
# Out: TAP
set -eu
. "$(dirname "$0")/tap.sh"
. "$BED/t/others-lib.sh"

# outcome: what the steps make, without what is of the moment
outcome()
{
	all_steps >&2 || return 1
	git -C "$WORK/tree" log --format='%T %an %ae %B' series
	git -C "$KDIR" log --no-color --format='%T %an %ae %B' "$start..HEAD"
	cat "$OUT"/* | sed 's/^From [0-9a-f]* /From /; /^Date: /d; /^index [0-9a-f]/d'
	(cd "$OUT" && ls)
}
outcome >"$tmp/right" 2>"$tmp/err" || cat "$tmp/err"

same()
{
	outcome >"$tmp/is" || return 1
	diff "$tmp/right" "$tmp/is"
}

ok "without any" [ "$(grep -c '^Subject: ' "$tmp/right")" -gt 5 ]

# A kind of settings: SECTION.NAME VALUE, one a line
kind()
{
	name=$1
	shift
	rm -f "$HOME/.gitconfig"
	for setting; do
		git config --global "${setting%% *}" "${setting#* }"
	done
	cat "$HOME/.gitconfig" >>"$tmp/all"
	ok "$name" same
}

kind "format.*" 'format.coverLetter auto' 'format.suffix .txt' 'format.useAutoBase whenAble' \
	'format.subjectPrefix RFC' 'format.attach boundary' 'format.signOff true' \
	'format.thread deep' "format.outputDirectory $tmp/elsewhere" 'format.numbered false' \
	'format.signature words' 'format.headers X-Header: words' 'format.to a@example.org' \
	'format.cc b@example.org' 'format.notes true' 'format.pretty oneline' 'format.noprefix true' \
	'format.filenameMaxLength 10' 'format.mboxrd true' 'format.encodeEmailHeaders false' \
	'format.from Somebody <else@example.org>' 'format.forceInBodyFrom true' 'format.mimeHeader x'
kind "diff.*" 'diff.noprefix true' 'diff.mnemonicPrefix true' 'diff.external false' \
	'diff.context 0' 'diff.interHunkContext 9' 'diff.algorithm histogram' 'diff.renames copies' \
	'diff.orderFile /nonexistent' 'diff.suppressBlankEmpty true' 'diff.indentHeuristic false' \
	'diff.wsErrorHighlight all' 'diff.srcPrefix x/' 'diff.dstPrefix y/' 'diff.relative true' \
	'diff.submodule log' 'diff.ignoreSubmodules all' 'color.ui always' 'color.diff always' \
	'diff.cpp.xfuncname ^nothing$' 'diff.cpp.textconv false' 'core.pager false' 'pager.log false'
kind "core.*" 'core.autocrlf true' 'core.eol crlf' 'core.abbrev 40' 'core.fileMode false' \
	'core.quotePath false' 'core.commentChar S' 'core.excludesFile /nonexistent' \
	'core.attributesFile /nonexistent' 'core.ignoreCase true' 'core.bare false' 'core.editor false' \
	'core.logAllRefUpdates false' 'core.whitespace tab-in-indent' 'core.untrackedCache true' \
	'core.fsmonitor false' 'core.safecrlf true' 'core.precomposeUnicode true'
kind "the rest" 'log.showSignature true' 'log.date relative' 'log.decorate full' 'log.follow true' \
	'tag.gpgSign true' 'tag.forceSignAnnotated true' 'i18n.commitEncoding latin1' \
	'i18n.logOutputEncoding latin1' 'apply.whitespace error-all' 'status.short true' \
	'status.showUntrackedFiles no' 'status.branch true' 'init.defaultBranch trunk' \
	'branch.autoSetupMerge always' 'advice.detachedHead true' 'checkout.defaultRemote x' \
	'clean.requireForce true' 'commit.template /nonexistent' 'commit.cleanup strip' \
	'commit.verbose true' 'merge.ff only' 'rebase.autoSquash true' 'index.version 4' \
	'feature.manyFiles true' 'fetch.prune true' 'transfer.fsckObjects true' 'gc.auto 1' \
	'alias.format-patch !false' 'alias.log !false' 'trailer.separators %' 'versionsort.suffix -'
cp "$tmp/all" "$HOME/.gitconfig"
ok "all of them" same
printf '[user\n' >"$HOME/.gitconfig"
refuses "a file that git cannot read, where his name is asked for" 'Set user.name|bad config' \
	env -u GIT_AUTHOR_NAME -u GIT_AUTHOR_EMAIL -u GIT_COMMITTER_NAME -u GIT_COMMITTER_EMAIL \
	"$BED/queue/patches.sh"
rm "$HOME/.gitconfig"
ok "nothing went elsewhere" [ ! -e "$tmp/elsewhere" ]

# Signed commits are what a user sets for commits: in his own tree they count
git config --global commit.gpgSign true
git config --global gpg.program /bin/false
ok "commits that are to be signed do not stop compose, refresh and mails" sh -c \
	"'$BED/queue/compose.sh' && '$BED/queue/refresh.sh' && '$BED/queue/patches.sh'"
git -C "$KDIR" reset -q --hard "$start"
refuses "but apply, whose commits cannot be signed" 'gpg|sign' "$BED/queue/apply.sh"
ok "which leaves the tree as it was" [ "$(git -C "$KDIR" rev-parse HEAD)" = "$start" ]
done_testing
