# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154
#
# restore-places.sh - of restore.t: save FILE writes there, and nowhere else; sourced
#
# In:  VGIC_COMPAT, and what is there in restore.t
# Out: TAP

saves()
{
	timeout 60 "$VGIC_COMPAT" save "$1" >out 2>&1
}

# traps NAME: a save to shared/x, which is not ours, writes nothing anywhere
traps()
{
	chown -h 1000 shared/x
	if saves shared/x; then
		echo "it succeeded"
		return 1
	fi
	cat out
	[ "$(cat ours)" = ours ] && [ "$(ls -A shared)" = x ] && [ ! -e nowhere ] &&
		grep -qE "^vgic_compat: cannot write shared/x: " out
}

echo ours >ours
ln -s ours link
ok "save to a link of one's own" saves link
ok "writes where it leads" sh -c '[ -h link ] && grep -q ^vgic-state ours'
ln -s nowhere dangling
ok "save to a link that leads nowhere is refused" sh -c "! '$VGIC_COMPAT' save dangling 2>err"
ok "and makes no file" [ ! -e nowhere ]
mkfifo fifo
ok "save to a FIFO that no one reads is refused" sh -c "! timeout 60 '$VGIC_COMPAT' save fifo 2>err && grep 'nobody reads' err"
if [ "$(id -u)" -ne 0 ]; then
	skip "files of others in shared folders" "needs root, who can make them"
else
	echo ours >ours
	for mode in 1777 0777 1770 0770; do
		mkdir shared
		chmod "$mode" shared
		ok "save to a new file in a folder of mode $mode" saves shared/y
		rm -f shared/y
		ln -s ../ours shared/x
		ok "but not through a link of somebody else" traps
		rm shared/x
		ln -s ../nowhere shared/x
		ok "nor through one that leads nowhere" traps
		rm shared/x
		echo theirs >shared/x
		ok "nor over a file of his" traps
		rm shared/x
		mkfifo shared/x
		ok "nor to a FIFO of his" traps
		rm -r shared
	done
fi
