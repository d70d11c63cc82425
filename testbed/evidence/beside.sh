#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# beside.sh - run a command on another commit of the composed tree, in a copy beside it
#
# In:  COMMIT, COMMAND...; the composed tree in $W/tree, which stays as it is
# Out: what the command puts out, and its exit status. It finds the commit in
#      $WORK/tree; WORK is $W/beside, which has builds of its own and is kept, so that
#      the next commit builds only what differs. Unchanged files are hard links.
set -eu
. "$(dirname "$0")/../lib.sh"

[ $# -ge 2 ] || die "usage: beside.sh COMMIT COMMAND..."
commit=$(git -C "$W/tree" rev-parse -q --verify "$1^{commit}") || die "no commit $1 in $W/tree"
shift
beside=$W/beside
new=$beside/tree.new
mkdir -p "$beside"

# A base that was fetched anew makes another copy
[ -z "$(find "$W/base-version" -newer "$beside/base-version" 2>/dev/null)" ] ||
	rm -rf "$beside/tree"
if [ ! -d "$beside/tree" ]; then
	rm -rf "$new" "$new.git"
	mkdir "$new"
	(cd "$W/tree" && find . -mindepth 1 -maxdepth 1 ! -name .git ! -name '.build*' -exec cp -al -t "$new" {} +)
	git clone -q -s -n --template= "$W/tree" "$new.git"
	mv "$new.git/.git" "$new/"
	rm -rf "$new.git"
	git -C "$new" config core.hooksPath /dev/null
	cp -p "$W/base-version" "$beside/"
	mv "$new" "$beside/tree"
fi

# The same tracked folders, whatever was changed or left there by a run that was killed
find "$beside/tree/.git" -name '*.lock' -delete
rsync -a --delete "$W/tree/.git/info" "$W/tree/.git/vgic-folders" "$beside/tree/.git/"
# Without the refs/remotes that clone configured: the same fetch would prune and write them
git -C "$beside/tree" fetch -q --refmap= --update-head-ok --prune origin '+refs/*:refs/*'
git -C "$beside/tree" checkout -q -f --detach "$commit"
(cd "$beside/tree" && xargs -r git clean -fdq -- <.git/vgic-folders)
WORK=$beside exec "$@"
