# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154 # result, detail and code are judge's
#
# matrix-steps.sh - tell the stories of matrix-stories.sh; sourced by
#                   matrix-results.sh
#
# In:  $matrix, and the functions print, judge and is_expected
# Out: the lines `story` and `step` on standard output

# story ID TITLE
story()
{
	story=$1 number=0
	print story "$1" "$2"
}

# tell WHAT FILE: the next step; FILE has what came of it for each model. FILE-since
# is there if that is to be compared with the start, too.
tell()
{
	for model in $MODELS; do
		number=$((number + 1))
		file=$matrix/$(printf '%s' "$2" | sed "s/MODEL/$model/")
		judge "$file"
		first=$result says=$detail both=$code
		if [ -s "$file-since.status" ]; then
			judge "$file-since"
			both=$both/$code
			# What userspace reads is the same once more
			since=$(printf '%s\n' "$detail" | sed 's/; saved [^;]*//g; s/;/ and/g')
			[ "$result" != kept ] || since="the same"
			[ "$says" = - ] && says= || says="$says; "
			says="${says}compared with before the first move: $since"
		fi
		print step "$story" $number "$model: $1" "$first" "$says" \
			"$(is_expected "$both" "$story" "$model" "$number" is)"
	done
}

story up-unpatched "A guest of 5.10 goes to 7.3 and back; its VMM chooses no revision, as VMMs do today"
tell "from 5.10 to 7.3" restore-7.3-MODEL/up
tell "and back" back-5.10-MODEL/up-7.3
tell "instead, to 7.3 at revision 2, which it can choose without the series too" restore-7.3-MODEL/up-chosen
story up-patched "It goes to 7.3 with the series and back; its VMM chooses revision 2, that of 5.10"
tell "from 5.10 to 7.3 with the series" restore-patched-MODEL/up
tell "and back" back-5.10-MODEL/up-patched

old="a kernel of v4.7 to v4.18, with fixed groups (Debian has none that old; the series at revision 0 stands in for it)"
story fixed-unpatched "A guest of $old goes to 7.3 and back"
tell "to 7.3, asking for revision 0" restore-7.3-MODEL/fixed-asked
tell "to 7.3, choosing none" restore-7.3-MODEL/fixed
tell "and back" back-patched-MODEL/fixed-7.3
story fixed-patched "It goes to 7.3 with the series and back, at revision 0"
tell "to 7.3 with the series" restore-patched-MODEL/fixed
tell "and back" back-patched-MODEL/fixed-patched

story rollback-unpatched "A guest that was started on 7.3 finds writable groups and uses them; its host is rolled back to $old"
tell "from 7.3, rolled back" restore-patched-MODEL/rollback-unpatched
story rollback-patched "It was started on 7.3 with the series, at revision 0, and found fixed groups"
tell "from 7.3 with the series, rolled back" restore-patched-MODEL/rollback-patched
