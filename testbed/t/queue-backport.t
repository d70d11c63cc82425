#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# queue-backport.t - a series that has only what differs from another one: compose takes
#                    the rest from there, refresh leaves it out, and quilt.sh puts
#                    patches into the queue of a Debian package
#
# In:  nothing
# Out: TAP
set -eu
BASE_WORK=none
. "$(dirname "$0")/tap.sh"

# The main series changes b of a file, and adds a test and changes it. On the base of the
# backport the file has other lines around b, and the test is in aarch64/.
WORK=$tmp/work
SERIES_ROOT=$tmp/backport
SERIES_NEXT=$(realpath --relative-to="$ROOT" "$tmp")/main
export WORK SERIES_ROOT SERIES_NEXT
tree=$WORK/tree
kvm=tools/testing/selftests/kvm
mkdir -p "$tree/arch" "$tree/$kvm/aarch64" "$tmp/main/arch" "$tmp/main/$kvm/arm64" \
	"$SERIES_ROOT/$kvm"
echo 'a base' >"$WORK/base-version"
printf '%s\n' 1 2 a b c 3 4 >"$tree/arch/file.c"
echo old >"$tree/$kvm/aarch64/old.c"

# change FILE CONTEXT LINE NEW CONTEXT
change()
{
	printf '%s\n' "diff --git a/$1 b/$1" "--- a/$1" "+++ b/$1" '@@ -1,7 +1,7 @@' \
		' 1' " $2" ' a' "-$3" "+$4" ' c' " $5" ' 4'
}
{ printf 'Subject: Change b\n\nFor main.\n\n'; change arch/file.c x b B y; } >"$tmp/main/arch/b.patch"
printf 'Subject: Add a test\n\nFor main.\n' >"$tmp/main/$kvm/test.patch"
printf '%s\n' 1 2 a b c 3 4 >"$tmp/main/$kvm/arm64/test.c"
{ printf 'Subject: Change the test\n\nFor main.\n\n'; change $kvm/arm64/test.c 2 D e 3; } >"$tmp/main/$kvm/more.patch"
change $kvm/aarch64/test.c 2 b D 3 >"$SERIES_ROOT/$kvm/test.patch"
cat >"$SERIES_ROOT/series" <<END
# A comment
arch/b.patch
$kvm/test.patch $kvm/aarch64/test.c
$kvm/more.patch
END
cp -a "$SERIES_ROOT" "$tmp/before"
cp -a "$tmp/main" "$tmp/main.before"

compose()
{
	"$BED/queue/compose.sh"
}

# shows COMMIT FILE LINES: what a file has in a commit
shows()
{
	[ "$(git -C "$tree" show "$1:$2" | tr -d '\n')" = "$3" ]
}

ok "a backport composes" compose
ok "a patch that is not there is applied, with one line of context" shows HEAD~2 arch/file.c 12aBc34
ok "a new file that is not there comes first, then what differs" shows HEAD~1 $kvm/aarch64/test.c 12aDc34
ok "a patch to arm64/ is one to aarch64/" shows HEAD $kvm/aarch64/test.c 12aec34
ok "a patch that is a diff alone has the message of the other" \
	[ "$(git -C "$tree" log -1 --format='%s %b' HEAD~1)" = 'Add a test For main.' ]
ok "refresh succeeds" "$BED/queue/refresh.sh"
ok "and changes no byte" diff -r "$tmp/before" "$SERIES_ROOT"

git -C "$tree" reset -q --hard HEAD~1
echo 5 >>"$tree/arch/file.c"
git -C "$tree" commit -q -a --amend --no-edit
# A cp that finds the disk of the repo full
mkdir "$tmp/full"
cat >"$tmp/full/cp" <<END
#!/bin/sh
for to; do :; done
case \$to in
"$SERIES_ROOT"/*) echo half >"\$to"; exit 1 ;;
esac
exec $(command -v cp) "\$@"
END
chmod +x "$tmp/full/cp"
refuses "refresh of a patch that cannot be written" "cannot write $kvm/test.patch" \
	env PATH="$tmp/full:$PATH" "$BED/queue/refresh.sh"
ok "leaves no half of it" diff -r "$tmp/before" "$SERIES_ROOT"
ok "refresh takes a change to a commit, and a commit that is gone" "$BED/queue/refresh.sh"
ok "the patch is still a diff alone" sh -c "head -n 1 '$SERIES_ROOT/$kvm/test.patch' | grep '^diff --git '"
ok "and has both changes" [ "$(grep -c '^+[D5]$' "$SERIES_ROOT/$kvm/test.patch")" = 2 ]
git -C "$tree" commit -q --amend -m 'Add a test' -m 'Here.'
ok "refresh takes another message" "$BED/queue/refresh.sh"
ok "and then the patch has it" [ "$(sed -n 3p "$SERIES_ROOT/$kvm/test.patch")" = Here. ]
git -C "$tree" checkout -q HEAD^ -- arch
cp "$tmp/main/$kvm/arm64/test.c" "$tree/$kvm/aarch64/test.c"
git -C "$tree" commit -q -a --amend -m 'Add a test' -m 'For main.'
ok "refresh takes a commit that is like the other" "$BED/queue/refresh.sh"
ok "and nothing of it is left" [ ! -e "$SERIES_ROOT/$kvm/test.patch" ]
ok "but its line" grep -qx "$kvm/test.patch $kvm/aarch64/test.c" "$SERIES_ROOT/series"
ok "nothing was written to the main series" diff -r "$tmp/main.before" "$tmp/main"

sed -i 's/^ a$/ A/; s/^ c$/ C/' "$tmp/main/arch/b.patch"
refuses "a patch without a line of context that fits" 'arch/b.patch does not apply' compose
cp "$tmp/main.before/arch/b.patch" "$tmp/main/arch/"
change arch/file.c 2 b B 3 >"$SERIES_ROOT/arch.patch"
sed -i 's,^arch/b.patch,arch.patch,' "$SERIES_ROOT/series"
refuses "a diff alone that replaces nothing" "does not start with 'Subject: '" compose

# A Debian package: the queue's own patch is applied, as dpkg-source leaves it
KDIR=$tmp/package
export KDIR
mkdir -p "$KDIR/debian/patches" "$tmp/mails"
echo own.patch >"$KDIR/debian/patches/series"
change arch/file.c 2 b B 3 >"$tmp/mails/0001-b.patch"
name=features/arm64/vgic-revisions
ok "patches are added to a packaging tree without source" "$BED/queue/quilt.sh" "$tmp/mails"
ok "at the end of its queue" \
	[ "$(tr '\n' ' ' <"$KDIR/debian/patches/series")" = "own.patch $name/0001-b.patch " ]
refuses "a second time" 'is there already' "$BED/queue/quilt.sh" "$tmp/mails"
rm -rf "${KDIR:?}/debian/patches/features"
echo own.patch >"$KDIR/debian/patches/series"
if command -v quilt >/dev/null; then
	mkdir -p "$KDIR/arch/arm64/kvm"
	printf '%s\n' 1 2 a b c 3 4 >"$KDIR/arch/file.c"
	printf '%s\n' '--- /dev/null' '+++ b/own' '@@ -0,0 +1 @@' '+own' >"$KDIR/debian/patches/own.patch"
	refuses "source to which the queue is not applied" 'no patch of its queue' "$BED/queue/quilt.sh" "$tmp/mails"
	(cd "$KDIR" && QUILT_PATCHES=debian/patches quilt --quiltrc=- push -q -a) >/dev/null
	cp -a "$KDIR" "$tmp/package.before"
	ok "patches are applied to the source" "$BED/queue/quilt.sh" "$tmp/mails"
	ok "with their changes" grep -qx B "$KDIR/arch/file.c"
	rm -rf "$KDIR"
	cp -a "$tmp/package.before" "$KDIR"
	sed -i 's/^ 2$/ two/' "$tmp/mails/0001-b.patch"
	refuses "a patch that needs fuzz" 'does not apply' "$BED/queue/quilt.sh" "$tmp/mails"
	ok "changes nothing" diff -r -x .pc "$tmp/package.before" "$KDIR"
	ok "and the queue is applied as before" sh -c "cd '$KDIR' && [ \"\$(quilt --quiltrc=- top)\" = own.patch ]"
else
	skip "patches are applied to the source" "quilt is not installed"
fi
done_testing
