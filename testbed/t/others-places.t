#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# others-places.t - wherever the cache and the checkout lie, and whosever they are, `make
#                   check` does what it does elsewhere, on the stub kernel of stub/
#
# In:  BASE_WORK, which is not used
# Out: TAP
set -eu
. "$(dirname "$0")/tap.sh"
. "$BED/t/stub/outcome.sh"

ln -s cache "$tmp/link"
with "a cache behind a link" VGIC_CACHE="$tmp/link"
with "a cache below ~" VGIC_CACHE='~/cache'
with "a relative cache" VGIC_CACHE=../cache

# Two users at a time, one of whom has no name, and the checkout is of neither
as_users()
{
	chmod 755 "$base" "$tmp"
	chmod -R a+rX "$base/bin" "$base/linux" "$tmp/repo"
	for uid in 65534 54321; do
		mkdir "$base/$uid"
		cp -a "$base/canned" "$base/$uid/cache"
		sed "s,$tmp\\(/cache\\)\\{0\\,1\\}\",$base/$uid\\1\",g" "$tmp/bed.plain" >"$base/$uid/bed"
		chmod +x "$base/$uid/bed"
		chown -R "$uid:$uid" "$base/$uid"
		setpriv --reuid "$uid" --regid "$uid" --clear-groups "$base/$uid/bed" check \
			>"$base/$uid.out" 2>"$base/$uid.err" </dev/null &
	done
	wait
}
# is_right UID
is_right()
{
	without_id "$base/$1.out" | diff "$tmp/right.$version" - ||
		{ tail -n 5 "$base/$1.err"; false; }
}
if [ "$(id -u)" -eq 0 ] && setpriv --reuid 54321 --clear-groups test -x "${base%/*}"; then
	as_users
	ok "a user with a cache of his own" is_right 65534
	ok "and one without a name beside him" is_right 54321
	refuses "who does not use the cache of the first" 'cannot write to the cache folder' setpriv \
		--reuid 54321 --regid 54321 --clear-groups "$base/54321/bed" check "VGIC_CACHE=$base/65534/cache"
else
	skip "two users" "needs root, to be them, and a TMPDIR that they can read"
fi

elsewhere=$(mktemp -d /dev/shm/others-places.XXXXXX) || elsewhere=
if [ -n "$elsewhere" ] && [ "$(stat -c %d "$elsewhere")" != "$(stat -c %d "$tmp/cache")" ]; then
	mv "$tmp/repo" "$tmp/kdir" "$elsewhere/"
	ln -s "$elsewhere/repo" "$elsewhere/kdir" "$tmp/"
	ok "a checkout on another disk than the cache" same
	ok "and KDIR, and OUT" sh -c "'$tmp/bed' refresh && '$tmp/bed' patches OUT='$elsewhere/mails' && '$tmp/bed' fetch"
	rm "$tmp/repo" "$tmp/kdir"
	mv "$elsewhere/repo" "$elsewhere/kdir" "$tmp/"
else
	skip "a checkout on another disk" "/dev/shm is not there, or not another disk"
fi
if mount --bind "$tmp/repo" "$tmp/repo" 2>/dev/null; then
	mount -o remount,ro,bind "$tmp/repo"
	run check check
	without_id "$tmp/check" >"$tmp/is"
	umount "$tmp/repo"
	ok "a read-only checkout" diff "$tmp/right.$version" "$tmp/is"
else
	skip "a read-only checkout" "needs the right to mount"
fi
done_testing
