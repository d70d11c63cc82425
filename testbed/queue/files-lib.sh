# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154
#
# files-lib.sh - where the files of a series are, and how they get into a tree and back;
#                sourced by lib.sh
#
# In:  ROOT, BED; SERIES_ROOT (optional), the folder that has `series`, else that of the
#      base; with it, SERIES_NEXT, the folders of this repo that have what it has not
# Out: both, and the functions below

# A backport has only what differs, and the older one only what differs from the newer
if [ -z "${SERIES_ROOT:-}" ]; then
	case $BASE_SERIES in
	7.3) SERIES_ROOT=$ROOT SERIES_NEXT= ;;
	6.12) SERIES_ROOT=$ROOT/backports/6.12 SERIES_NEXT=. ;;
	6.1) SERIES_ROOT=$ROOT/backports/6.1 SERIES_NEXT='backports/6.12 .' ;;
	esac
fi
SERIES_NEXT=${SERIES_NEXT:-}
export SERIES_ROOT SERIES_NEXT

# inherited FILE: print where the folders of SERIES_NEXT have it, the nearest first. The
# selftests of arm64 were in aarch64/ up to v6.13.
inherited()
{
	for folder in $SERIES_NEXT; do
		for name in "$1" "$(printf '%s' "$1" | sed 's,/aarch64/,/arm64/,')"; do
			if [ -f "$ROOT/$folder/$name" ]; then
				printf '%s\n' "$ROOT/$folder/$name"
				break
			fi
		done
	done
}

# stored FILE: print where a file is that `series` names
stored()
{
	if [ -f "$SERIES_ROOT/$1" ]; then
		printf '%s\n' "$SERIES_ROOT/$1"
	else
		inherited "$1" | sed 1q
	fi
}

# with_message: of these patches, print the first that has more than a diff. The patch of
# a backport may be a diff alone: then its message is that of the one it inherits from.
with_message()
{
	while read -r file; do
		case $(head -n 1 "$file") in
		'diff --git '*) ;;
		*)
			printf '%s\n' "$file"
			break
			;;
		esac
	done
}

# message_file PATCH: print where its message is
message_file()
{
	{ stored "$1"; inherited "$1"; } | with_message
}

# message FILE: what the commit of a patch says
message()
{
	sed '/^diff --git /,$d; 1s/^Subject: //' "$1" | git stripspace
}

# series_cksum: of both series and all that they name, to see whether it was changed, in this
# checkout or another
series_cksum()
{
	(cd "$SERIES_ROOT" && {
		ls series series-selftests 2>/dev/null || :
		"$BED/queue/series.sh" | tr ' ' '\n' | while read -r file; do
			stored "$file"
			inherited "$file"
		done
	} | xargs -d '\n' cksum | cut -d' ' -f1,2 | cksum)
}

# add_file FILE SOURCE: put it into the index
add_file()
{
	git update-index --add --cacheinfo "100644,$(git hash-object -w "$2"),$1"
}

# apply_patch PATCH: apply a patch to the index, if it has a diff. One that is written for
# another base needs one line of context to be there, and its folder may be aarch64/ here.
apply_patch()
{
	grep -q '^diff --git ' "$1" || return 0
	case $1 in
	"$SERIES_ROOT"/*) git apply --cached --whitespace=nowarn "$1" ;;
	*)
		sed -E '/^(diff --git|---|\+\+\+) /s,(/selftests/kvm/[^ ]*)arm64/,\1aarch64/,g' "$1" |
			git apply --cached --whitespace=nowarn -C1 2>/dev/null
		;;
	esac
}

# write_patch COMMIT BEFORE NAME: write to $new/NAME what the patch of a commit has, from
# the tree BEFORE on, that the folders of SERIES_NEXT do not have; changes the index
write_patch()
{
	git log -1 --format='Subject: %s%n%n%b' "$1" | git stripspace >"$new/message"
	# Lines with object names say nothing outside of this one tree
	git diff --no-renames --no-color --no-ext-diff --src-prefix=a/ --dst-prefix=b/ \
		--diff-algorithm=myers --unified=3 "$2" "$1" | sed '/^index [0-9a-f]/d' >"$new/diff"
	from=$(inherited "$3" | with_message)
	if [ -n "$from" ] && [ "$(message "$from")" = "$(message "$new/message")" ]; then
		git read-tree "$2"
		if apply_patch "$(inherited "$3" | sed 1q)" &&
		   [ "$(git write-tree)" = "$(git rev-parse "$1^{tree}")" ]; then
			return 0
		fi
		[ ! -s "$new/diff" ] || : >"$new/message"
	fi
	[ ! -s "$new/message" ] || [ ! -s "$new/diff" ] || echo >>"$new/message"
	cat "$new/message" "$new/diff" >"$new/$3"
}
