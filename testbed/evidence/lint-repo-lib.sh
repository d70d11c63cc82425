# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154
#
# lint-repo-lib.sh - what `make lint` looks for in this repo, a function each; sourced by
#                    lint.sh and qemu-steps.sh, after ../lib.sh, and by t/style.t
#
# In:  ROOT, BED, VGIC_CACHE; $folder, for logs
# Out: the functions repo_NAME, and qemu_checkpatch. Each prints what it finds, and
#      nothing else; its exit status is not 0 if it could not look.

# scripts LANGUAGE: the files of this repo in sh or python
scripts()
{
	case $1 in
	sh) begin='^(#!.*/(ba)?sh|# shellcheck shell)' suffixes='\.(sh|bash)$' ;;
	python) begin='^#!.*python' suffixes='\.py$' ;;
	esac
	(cd "$ROOT" && find .ci testbed vgic_compat -type f ! -name '*.[cho]' | sort | while read -r file; do
		! { echo "$file" | grep -qE "$suffixes" || head -n 3 "$file" | grep -qaE "$begin"; } || echo "$file"
	done)
}

repo_shellcheck()
{
	(cd "$ROOT" && scripts sh | xargs -d '\n' shellcheck -f gcc) >"$folder/shellcheck.log" 2>&1 || :
	cat "$folder/shellcheck.log"
}

# Some files of Python have another suffix
repo_ruff()
{
	for file in $(scripts python); do
		for command in 'check --quiet' 'format --quiet --diff'; do
			# shellcheck disable=SC2086 # one word an option
			ruff $command --no-cache --config "$BED/ruff.toml" --stdin-filename "$file.py" - \
				<"$ROOT/$file" 2>&1 || :
		done
	done
}

# It reads no header of jansson's; a semicolon in a definition would end it
repo_cppcheck()
{
	(cd "$ROOT/vgic_compat" && cppcheck --quiet --enable=warning,performance,portability \
		--inline-suppr --std=c11 -D__aarch64__ -I. \
		'-Djson_array_foreach(a,i,v)=while((v=json_array_get(a,i)))' \
		--template='{file}:{line}: {severity}: {message} [{id}]' \
		./*.c ./t/*.c ../testbed/vmm/guests/*.c ../testbed/*/*.c 2>&1)
}

# As for arm64, where all of it is compiled, with the checks of vgic_compat/.clang-tidy
repo_clang_tidy()
{
	(cd "$ROOT/vgic_compat" && for file in ./*.c ./t/*.c ../testbed/vmm/guests/*.c ../testbed/*/*.c; do
		clang-tidy-19 --quiet "$file" -- --target=aarch64-linux-gnu -D_GNU_SOURCE -std=gnu11 -I. \
			-isystem /usr/aarch64-linux-gnu/include -isystem "$VGIC_CACHE/sysroot/usr/include" \
			-isystem "$VGIC_CACHE/sysroot/usr/include/aarch64-linux-gnu" 2>"$folder/clang-tidy.err" ||
			{ cat "$folder/clang-tidy.err"; echo "$file: clang-tidy fails"; }
	done)
}

# But for .Nd of mdoc. What goes into a kernel is looked at commit by commit
repo_spelling()
{
	(cd "$ROOT" && find . -type f ! -path './.git/*' ! -path './arch/*' ! -path './tools/*' \
		! -path './Documentation/*' -print0 | xargs -0 codespell -L nd) 2>&1 || :
}

# as_list MAIL...: as an archive has them: with message ids, and headers that are not
# folded, which Debian 12's b4 cannot read from a file
as_list()
{
	awk '
		FNR == 1 { body = 0; header = $0; number++; next }
		body { print; next }
		/^[ \t]/ { header = header $0; next }
		{ print header; header = $0 }
		/^$/ {
			body = 1
			print "Message-Id: <" number "@lint>"
			if (number > 1)
				print "In-Reply-To: <1@lint>"
			print
		}
	' "$@"
}

# What b4 makes of the mails is both series again, one on the other, on their base
repo_b4()
{
	rm -rf "$folder/am" "$folder/b4"
	git clone -q -s --template= -n "$W/tree" "$folder/am"
	git -C "$folder/am" checkout -q --detach base
	printf '[user]\nname = nobody\nemail = nobody@example.org\n' >"$folder/gitconfig"
	for series in '' selftests; do
		# Not every base has a second one
		[ -z "$series" ] || ! git -C "$W/tree" diff --quiet refs/vgic/series-1 HEAD || continue
		# b4 makes no folder
		mkdir -p "$folder/b4/$series"
		GIT_AUTHOR_NAME=nobody GIT_AUTHOR_EMAIL=nobody@example.org \
			OUT=$folder/b4/mails$series SERIES=$series VERSION='' SIGNOFF='' \
			"$BED/queue/patches.sh" >/dev/null || return 1
		log=$folder/b4.log$series
		as_list "$folder/b4/mails$series"/*.patch >"$folder/b4/mbox$series"
		HOME=$folder/b4 GIT_CONFIG_GLOBAL=$folder/gitconfig b4 -n am --no-cache \
			-m "$folder/b4/mbox$series" -o "$folder/b4/$series" 1@lint >"$log" 2>&1 ||
			{ cat "$log"; continue; }
		grep ERROR "$log" || :
		GIT_CONFIG_GLOBAL=$folder/gitconfig git -C "$folder/am" am -q \
			"$folder/b4/$series"/*.mbx >>"$log" 2>&1 || cat "$log"
		case $series in
		'') end=refs/vgic/series-1 ;;
		*) end=HEAD ;;
		esac
		git -C "$folder/am" diff --stat "$(git -C "$W/tree" rev-parse $end)" HEAD
	done
}

# qemu_checkpatch TREE COMMIT: what QEMU's checkpatch says. A Signed-off-by is for whoever
# posts to add; and of every change of a header of Linux, it says that it has to come from
# the kernel, as the patch does
qemu_checkpatch()
{
	git -C "$1" format-patch -q -1 --stdout "$2" |
		(cd "$1" && ./scripts/checkpatch.pl --no-signoff -) >"$folder/qemu.log" 2>&1 || :
	grep -q '^total: ' "$folder/qemu.log" || {
		cat "$folder/qemu.log"
		return 1
	}
	grep -E '^(ERROR|WARNING): ' "$folder/qemu.log" |
		grep -v 'imported from Linux, are you using scripts/update-linux-headers.sh' || :
}

# Each of our patches to QEMU, whose tree is made if it is not there
repo_qemu()
{
	for script in source/qemu.sh queue/compose.sh; do
		env -u TREE "$BED/queue/of-qemu.sh" "$BED/$script" >&2 || return 1
	done
	tree=$VGIC_CACHE/qemu/tree
	for commit in $(git -C "$tree" rev-list --reverse base..HEAD); do
		found=$(qemu_checkpatch "$tree" "$commit") || return 1
		[ -z "$found" ] || printf '%s:\n%s\n' "$(git -C "$tree" log -1 --format=%s "$commit")" "$found"
	done
}
