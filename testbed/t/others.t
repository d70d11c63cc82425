#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# others.t - other people's environments: what their shells, their git and their
#            kernel trees bring along changes nothing, and nothing of theirs is
#            changed
#
# In:  BASE_WORK, a work folder with a composed tree
# Out: TAP
set -eu
. "$(dirname "$0")/tap.sh"

. "$BED/t/others-lib.sh"

ok "all steps" all_steps

mkdir -p "$HOME/testbed" "$HOME/src/testbed"
ok "CDPATH, and folders of that name" env CDPATH="$HOME:$HOME/src" sh -c \
	"cd '$ROOT' && testbed/build/tests.sh ours | grep -q vgic_revision"
ok "and make help" env CDPATH="$HOME:$HOME/src" make -s -C "$ROOT" help
ok "which stay empty" sh -c "! find '$HOME' -type f | grep ."

git clone -q "$KDIR" "$tmp/hooked"
state()
{
	git -C "$tmp/hooked" for-each-ref
	cksum "$tmp/hooked/.git/config" "$tmp/hooked/.git/HEAD"
	git -C "$tmp/hooked" ls-files -s | cksum
}
was=$(state)
as_in_a_hook()
{
	fresh_tree
	GIT_DIR=$tmp/hooked/.git GIT_INDEX_FILE=$tmp/hooked/.git/index
	export GIT_DIR GIT_INDEX_FILE
	"$BED/queue/compose.sh" && "$BED/queue/refresh.sh" && "$BED/queue/patches.sh" &&
		KDIR=$tmp/hooked-kdir "$BED/queue/apply.sh"
	status=$?
	unset GIT_DIR GIT_INDEX_FILE
	return $status
}
git clone -q "$KDIR" "$tmp/hooked-kdir"
git -C "$tmp/hooked-kdir" reset -q --hard "$start"
ok "GIT_DIR and GIT_INDEX_FILE of a hook" as_in_a_hook
ok "whose repository is as it was" [ "$(state)" = "$was" ]

for name in none hooks empty nowhere; do
	mkdir -p "$tmp/templates/hooks/hooks" "$tmp/templates/empty"
	for hook in post-checkout commit-msg pre-commit reference-transaction; do
		printf '#!/bin/sh\nexit 1\n' >"$tmp/templates/hooks/hooks/$hook"
		chmod +x "$tmp/templates/hooks/hooks/$hook"
	done
	[ $name = none ] || git config --global init.templateDir "$tmp/templates/$name"
	ok "git's templates of a user: $name" all_steps
done
rm -f "$HOME/.gitconfig"

unset GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
git config --global user.useConfigOnly true
fresh_tree
git -C "$KDIR" reset -q --hard "$start"
ok "compose without a name" "$BED/queue/compose.sh"
refuses "apply without one says so" 'Set user.name and user.email' "$BED/queue/apply.sh"
ok "and changes nothing" [ "$(git -C "$KDIR" rev-parse HEAD)" = "$start" ]
rm -rf "$OUT"
refuses "patches without one says so" 'Set user.name and user.email' "$BED/queue/patches.sh"
ok "and makes no folder" [ ! -e "$OUT" ]
ok "refresh needs none" "$BED/queue/refresh.sh"
git config --global user.name 'A Person'
git config --global user.email person@example.org
ok "apply by a person" "$BED/queue/apply.sh"
ok "makes commits of his" \
	[ "$(git -C "$KDIR" log --format='%ae %ce' "$start.." | sort -u)" = 'person@example.org person@example.org' ]

git -C "$KDIR" reset -q --hard "$start"
# Git's own tests have this variable
GIT_TEST_ASSUME_DIFFERENT_OWNER=1
export GIT_TEST_ASSUME_DIFFERENT_OWNER
refuses "a KDIR of somebody else: git's words" 'dubious ownership' "$BED/queue/apply.sh"
ok "which say what to do" grep -q "git config --global --add safe.directory $KDIR" "$tmp/err"
git config --global safe.directory "$KDIR"
ok "which helps" "$BED/queue/apply.sh"
unset GIT_TEST_ASSUME_DIFFERENT_OWNER

# What goes through to tools: make is one that shows it
mkdir "$tmp/bin"
printf '#!/bin/sh\nenv\n' >"$tmp/bin/make"
chmod +x "$tmp/bin/make"
env PATH="$tmp/bin:$PATH" VGIC_CACHE="$tmp/proxies" VARIABLES=VGIC_CACHE HTTPS_PROXY=upper-case \
	http_proxy=lower-case HTTP_PROXY=other SECRET=secret "$BED/locked.sh" check >"$tmp/env"
ok "a proxy in small letters" grep -qx http_proxy=lower-case "$tmp/env"
ok "a proxy in capitals, which apt does not read" grep -qx https_proxy=upper-case "$tmp/env"
ok "nothing else" sh -c "! grep secret '$tmp/env'"

# Kernel trees that are more than sources
unset WORK
VGIC_CACHE=$tmp/cache
export VGIC_CACHE
source=$tmp/source
mkdir -p "$source/include/config" "$source/arch/arm64/kvm" "$source/arch/x86/include/generated"
printf 'VERSION = %s\nPATCHLEVEL = %s\nSUBLEVEL = 1\n' "${BASE_SERIES%.*}" "${BASE_SERIES#*.}" >"$source/Makefile"
echo 'CONFIG_X86=y' >"$source/.config"
echo "gitdir: $tmp/hooked/.git" >"$source/.git"
tar -C "$tmp" -cf "$tmp/source.tar" source
for kernel in "$source" "$tmp/source.tar"; do
	ok "a tree with a build and a .git file: ${kernel##*/}" env KERNEL="$kernel" "$BED/source/fetch.sh"
done
ok "neither is in the copies" sh -c "! find '$VGIC_CACHE' -name .git -o -name .config -o -name generated | grep ."
ok "the tree keeps both" [ -f "$source/.git" -a -f "$source/.config" ]
done_testing
