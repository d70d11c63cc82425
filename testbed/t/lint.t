#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# lint.t - make lint finds what compilers, sparse, coccicheck and tools of this repo say,
#          if the base does not have it; and fails if a commit is wrong, or a tool does
#
# In:  BASE_WORK, a work folder with a composed tree
# Out: TAP
set -eu
. "$(dirname "$0")/tap.sh"
. "$BED/build/lib.sh"
. "$BED/evidence/lint-commit-lib.sh"
. "$BED/evidence/lint-repo-lib.sh"
. "$BED/t/lint-lib.sh"
CROSS_COMPILE=aarch64-linux-gnu- JOBS=2 VGIC_CACHE=$tmp/cache

# Compilers, in a stub of a kernel that says what is in the file `said`
W=$tmp/stub WORK=$tmp/stub MAIN=$tmp/stub folder=$tmp base=$tmp/base
mkdir -p "$W/tree/scripts" "$base" "$tmp/bin"
git -C "$W/tree" init -q
cat >"$W/tree/Makefile" <<'END'
allnoconfig:
	@mkdir -p $(O); touch $(O)/.config
arch/arm64/kvm/:
	@echo '  CC      a.o'; cat said; ! grep -q error: said
	@$(if $(C),$(CHECK) $(CF) a.c)
htmldocs:
	@cat said; mkdir -p $(O); touch $(O)/arm-vgic-revisions.html
END
printf '#!/bin/sh\ncat said >&2\n' >"$tmp/bin/sparse"
printf '#!/bin/sh\n' >"$tmp/bin/sphinx-build"
chmod +x "$tmp/bin"/*
export WORK
PATH=$tmp/bin:$PATH
old='a.c: In function f:\na.c:10:2: warning: it is old\n'
new='b.c:10:2: warning: it is new\n'
for check in gcc clang sparse; do
	printf '%b' "$old" >"$W/tree/said"
	warnings $check >"$base/$check.warnings"
	ok "$check has the warning of the base" grep -q 'it is old' "$base/$check.warnings"
	printf '%b' "$old" | sed 's/:10:/:20:/' >"$W/tree/said"
	ok "$check finds nothing if it has moved" finds_nothing commit_warnings
	printf '%b' "$old$new" >"$W/tree/said"
	ok "$check finds a new one" finds '^b.c: warning: it is new$' commit_warnings
	printf '%b' "$old$old" >"$W/tree/said"
	ok "$check finds a second one" finds 'it is old' commit_warnings
done

printf 'a.c:1:1: error: it is wrong\n' >"$W/tree/said"
for check in gcc clang sparse; do
	ok "$check fails if it does not compile" cannot commit_warnings
done
printf 'x.rst:3: WARNING: it is wrong\n' >"$W/tree/said"
ok "htmldocs finds a page with a warning" finds 'x.rst:3: WARNING' commit_htmldocs
: >"$W/tree/said"
ok "and none in one without" finds_nothing commit_htmldocs

# coccicheck, in a stub that has something against the word bad
cat >"$W/tree/scripts/coccicheck" <<'END'
#!/bin/sh
grep -n bad "$srcroot"/*.c | sed 's/\(.*:\)\([0-9]*\):.*\(bad.*\)/\1\2:1-2: \3 on line \2/'
if grep -q broken "$srcroot"/*.c; then echo 'coccicheck failed'; fi
END
chmod +x "$W/tree/scripts/coccicheck"
# commit_files TEXT: a commit in which a.c is this
commit_file()
{
	printf '%b' "$1" >"$W/tree/a.c"
	git -C "$W/tree" add a.c
	git -C "$W/tree" commit -q -m "$1"
}
commit_file 'bad old\n'
git -C "$W/tree" tag base
commit_file 'more\nbad old\n'
folder=$base
ok "coccicheck looks at all files" run_coccicheck
folder=$tmp
ok "coccinelle finds nothing if it has moved" finds_nothing commit_coccinelle
commit_file 'more\nbad old\nbad new\n'
folder=$base
run_coccicheck
folder=$tmp
ok "coccinelle finds what is new" finds '^bad new on line N$' commit_coccinelle
commit_file 'broken\n'
folder=$base
ok "a coccicheck that fails is none" cannot run_coccicheck
folder=$tmp

# QEMU's checkpatch, in a stub that says what is in the file `said`
printf '#!/bin/sh\ncat said\n' >"$W/tree/scripts/checkpatch.pl"
chmod +x "$W/tree/scripts/checkpatch.pl"
printf 'WARNING: imported from Linux, are you using scripts/update-linux-headers.sh?\ntotal: 0\n' >"$W/tree/said"
ok "QEMU's checkpatch finds nothing in a header of Linux" finds_nothing qemu_checkpatch "$W/tree" HEAD
printf 'ERROR: it is wrong\ntotal: 1\n' >"$W/tree/said"
ok "and an error" finds '^ERROR: it is wrong$' qemu_checkpatch "$W/tree" HEAD
printf 'no such option\n' >"$W/tree/said"
ok "and fails if it cannot look" cannot qemu_checkpatch "$W/tree" HEAD

# The whole of it, on a series of which a commit is wrong
own_work
sed -i '1s/$/, with a subject that is longer than 72 columns, as it goes on and on/' "$SERIES_ROOT/tools/testing/selftests/kvm/second.patch"
"$BED/queue/compose.sh" >/dev/null 2>&1
count=$(git -C "$tree" rev-list --count base..HEAD)
refuses "a check that is not there" "no check 'nothing'; there are checkpatch" env LINT=nothing "$BED/evidence/run.sh" lint
LINT=message "$BED/evidence/run.sh" lint >"$tmp/ktap" 2>"$tmp/err" && status=0 || status=$?
ok "a wrong commit fails" [ "$status" = 1 ]
ok "and nothing else does" grep -qx "$((count - 1)) passed, 1 failed, 0 skipped" "$tmp/ktap"
ok "and says why" grep -q '^# the subject has more than 72 columns' "$tmp/ktap"

# finds_if_installed TOOL PATTERN FUNCTION
finds_if_installed()
{
	if command -v "$1" >/dev/null; then
		ok "$1 finds what is wrong in this repo" finds "$2" "$3"
	else
		skip "$1" "$1 is not installed"
	fi
}

# Tools for the mails and for this repo, where they are installed
W=$WORK
printf 'Subject: KVM: selftests: Be the second series\n\nIt has\nFrom at the beginning of a line.\n' \
	>"$SERIES_ROOT/tools/testing/selftests/kvm/second.patch"
"$BED/queue/compose.sh" >/dev/null 2>&1
finds_if_installed b4 "ERROR: missing|second.c" repo_b4
ROOT=$tmp/root
mkdir -p "$ROOT/.ci" "$ROOT/testbed/evidence" "$ROOT/vgic_compat"
cp "$BED/ruff.toml" "$ROOT/testbed/"
: >"$ROOT/testbed/evidence/good.c"
cp "$BED/../vgic_compat/.clang-tidy" "$ROOT/vgic_compat/"
printf "#!/bin/sh\necho \$1\n" >"$ROOT/testbed/a.sh"
printf '#!/usr/bin/env python3\nimport os\n' >"$ROOT/testbed/b.t"
printf 'int f(void)\n{\n\tint *p = 0;\n\n\treturn *p;\n}\n' >"$ROOT/vgic_compat/c.c"
echo "It rec""ieves." >"$ROOT/README"
finds_if_installed shellcheck 'testbed/a.sh:2:.*SC2086' repo_shellcheck
finds_if_installed ruff 'testbed/b.t.*F401' repo_ruff
finds_if_installed cppcheck 'c.c:5: error: .*nullPointer' repo_cppcheck
finds_if_installed clang-tidy-19 'c.c:5:.*NullDereference' repo_clang_tidy
finds_if_installed codespell 'README:1: recieves' repo_spelling
done_testing
