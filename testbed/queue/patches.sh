#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# patches.sh - make the mails of a series, ready for git send-email
#
# In:  the composed tree in $W/tree, the file `cover-letter`; SERIES=selftests
#      for series 2, with `cover-letter-selftests`; OUT, the folder for the mails
#      (optional); SIGNOFF=1 adds the Signed-off-by of whoever runs this;
#      VERSION=N makes it the Nth posting. The author is the one in git's
#      configuration, the date that of the last change to a patch: two runs make the
#      same bytes.
# Out: OUT/0000-cover-letter.patch, OUT/0001-...patch and so on; their names on
#      standard output. An OUT that exists is replaced only when all is well.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$BED/queue/lib.sh"
OUT=${OUT:-$W/patches${SERIES:+-$SERIES}}
cover=$(stored "cover-letter${SERIES:+-$SERIES}")

need_tree
[ "${SERIES:-}" != all ] || die "SERIES=all is two sets of mails; make them one by one"
range=$(series_range)
[ -f "$cover" ] || die "there is no cover-letter${SERIES:+-$SERIES}"
OUT=${OUT%/}
case $OUT in
/*) ;;
*) OUT=$PWD/$OUT ;;
esac
case ${VERSION:-1} in
*[!0-9]*) die "VERSION=$VERSION is not a number" ;;
esac
# Replace nothing but mails that this script made
if [ -e "$OUT" ] && [ ! -d "$OUT" ]; then
	die "$OUT is not a folder"
elif [ -d "$OUT" ] && [ -n "$(ls -A "$OUT")" ]; then
	if [ -n "$(find "$OUT" -mindepth 1 ! -name '*.patch')" ] ||
	   ! grep -qsxF "$(sed -n 3p "$cover")" "$OUT"/*0000-cover-letter.patch; then
		die "$OUT holds other things than patches of this series"
	fi
fi
cd "$W/tree"
commit_as_user . ||
	die "who posts this? Set user.name and user.email in git's configuration"

new=$OUT.new
[ ! -e "$new" ] || [ -z "$(find "$new" ! -type d ! -name '*.patch')" ] ||
	die "$new holds other things than patches; remove it"
rm -rf "$new"
trap 'rm -rf "$new"' EXIT
mkdir -p "$new" || die "cannot write to $new"

# That of the last change of a patch here, if this is a clone
# shellcheck disable=SC2046 # one word a file
date=$(git -C "$SERIES_ROOT" log -1 --format='%ct +0000' -- series series-selftests \
	$("$BED/queue/series.sh" | tr ' ' '\n') 2>/dev/null | grep .) ||
	date=$(git log -1 --format='%ct +0000' refs/vgic/composed)
GIT_AUTHOR_DATE=$date GIT_COMMITTER_DATE=$date
export GIT_AUTHOR_DATE GIT_COMMITTER_DATE

# The mails are from whoever posts, not from whoever composed the tree
copies=$(recommit "${range%..*}" "${range#*..}")
first=${copies% *}
head=${copies#* }
[ "$first" != "$head" ] || die "series-selftests has no commits"
rm -f .git/refs/heads/vgic-cover.lock
git update-ref refs/heads/vgic-cover "$head"
set -- --cover-letter --cover-from-description=subject --base=base --no-signature --zero-commit \
	-o "$new"
[ -z "$SERIES_NEXT" ] || set -- "$@" --subject-prefix="PATCH $BASE_SERIES"
[ -z "${SIGNOFF:-}" ] || set -- "$@" --signoff
[ -z "${VERSION:-}" ] || set -- "$@" -v "$VERSION"
git -c branch.vgic-cover.description="$(cat "$cover")" format-patch -q "$@" "$first..vgic-cover"
git update-ref -d refs/heads/vgic-cover

# Nobody else has the base commit, so name the release instead, and what else
# series 2 needs
base=$(base_name)
[ -z "${SERIES:-}" ] || base="$base, with \"$(head -n 1 "$(stored cover-letter)")\""
for mail in "$new"/*.patch; do
	sed -i "s/^base-commit: .*/base: $(printf '%s' "$base" | sed 's,[&/\\],\\&,g')/" "$mail"
done
rm -rf "$OUT"
mv "$new" "$OUT"
find "$OUT" -name '*.patch' | sort
