#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# remote.t - a run of the bundle over ssh, with an ssh that stays here, and a bundle of
#            nothing but a `run`
#
# In:  nothing
# Out: TAP
#
# shellcheck disable=SC2016 # for other shells
set -eu
BASE_WORK=none
. "$(dirname "$0")/tap.sh"
WORK=$tmp/work SSH="$tmp/ssh" HOST=me@there:2222
export WORK SSH HOST
mkdir -p "$WORK"

# An ssh that says how it was called, and has a folder of its own for temporary files
cat >"$tmp/ssh" <<'END'
#!/bin/sh
while [ "${1#-}" != "$1" ]; do
	[ "$1" != -p ] || echo "port $2" >>"$TMPDIR/called"
	shift 2
done
echo "$1" >>"$TMPDIR/called"
shift
exec sh -c "$*"
END
chmod +x "$tmp/ssh"
TMPDIR=$tmp/there
export TMPDIR
mkdir "$TMPDIR"

# bundle COMMANDS: one whose `run` has these, for the kernel that runs here
bundle()
{
	mkdir -p "$tmp/vgic-bundle"
	printf '#!/bin/sh\n%s\n' "$1" >"$tmp/vgic-bundle/run"
	chmod +x "$tmp/vgic-bundle/run"
	uname -r >"$tmp/vgic-bundle/release"
	tar -C "$tmp" -czf "$WORK/bundle.tar.gz" vgic-bundle
}

remote()
{
	"$BED/remote/check-remote.sh" 2>"$tmp/said"
}

for host in '' there @there me@ me@there: me@there:ssh; do
	refuses "HOST='$host'" 'user@host:port' env HOST="$host" "$BED/remote/check-remote.sh" check
done
ok "HOST=me@there" env HOST=me@there "$BED/remote/check-remote.sh" check
refuses "without a bundle" 'run make bundle' "$BED/remote/check-remote.sh"

bundle 'echo KTAP version 1; echo to standard error >&2; pwd >"$TMPDIR/pwd"; echo 1 passed'
remote >"$tmp/out"
ok "what run prints is printed" [ "$(paste -sd, "$tmp/out")" = "KTAP version 1,1 passed" ]
ok "its progress is shown" grep -qx 'to standard error' "$tmp/said"
ok "on the host and port that were named" [ "$(sort -u "$TMPDIR/called" | paste -sd,)" = "me@there,port 2222" ]
ok "in a folder of its own, which is gone" sh -c '! ls -d "$(cat "$TMPDIR/pwd")"'
ok "its kernel is the one of the bundle" sh -c "! grep 'and not the' '$tmp/said'"

bundle 'echo 1 failed; exit 1'
status=0
remote >"$tmp/out" || status=$?
ok "a run that fails fails here" [ "$status,$(cat "$tmp/out")" = "1,1 failed" ]
echo 1.2.3 >"$tmp/vgic-bundle/release"
tar -C "$tmp" -czf "$WORK/bundle.tar.gz" vgic-bundle
remote >"$tmp/out" || :
ok "another kernel is named" grep -q "runs Linux $(uname -r), and not the 1.2.3 of the bundle" "$tmp/said"

bundle 'echo begun; : >"$TMPDIR/begun"; exec sleep 60'
"$BED/remote/check-remote.sh" >/dev/null 2>"$tmp/said" &
pid=$!
until [ -f "$TMPDIR/begun" ]; do sleep 0.1; done
kill "$pid"
pkill -P "$pid" 2>/dev/null || :
wait "$pid" || :
ok "a run that is stopped leaves nothing there" sh -c '! ls -d "$TMPDIR"/tmp.*'

# A Debian system that is a disk of nothing, and a QEMU whose machine runs until it is killed
VGIC_CACHE=$tmp/cache PATH=$tmp:$PATH
export VGIC_CACHE
mkdir -p "$VGIC_CACHE/debian" "$WORK/build-remote/arch/arm64/boot"
: >"$WORK/build-remote/arch/arm64/boot/Image"
cat >"$tmp/qemu-system-aarch64" <<'END'
#!/bin/sh
[ ! -f "$TMPDIR/dies" ] || { echo 'a console'; exit 1; }
while [ "$1" != -pidfile ]; do shift; done
echo $$ >"$2"
echo $$ >"$TMPDIR/machine"
exec sleep 60
END
chmod +x "$tmp/qemu-system-aarch64"
bundle 'echo 1 passed'
ok "check-bundle runs the bundle in a machine" \
	[ "$("$BED/remote/check-bundle.sh" 2>/dev/null)" = "1 passed" ]
ok "on the loopback" grep -qx root@127.0.0.1 "$TMPDIR/called"
ok "and stops the machine" sh -c '! kill -0 "$(cat "$TMPDIR/machine")" 2>/dev/null'
bundle 'exit 3'
ok "it ends as the run does" sh -c "'$BED/remote/check-bundle.sh' 2>/dev/null; [ \$? -eq 3 ]"
printf '#!/bin/sh\nexit 255\n' >"$tmp/ssh"
refuses "a machine that ssh does not reach" 'ssh does not reach the machine' \
	env SSH_TIMEOUT=0 "$BED/remote/check-bundle.sh"
ok "it is stopped" sh -c '! kill -0 "$(cat "$TMPDIR/machine")" 2>/dev/null'
: >"$TMPDIR/dies"
refuses "a machine that does not boot, with its console" 'a console' "$BED/remote/check-bundle.sh"

refuses "a host that ssh does not reach" 'cannot copy the bundle to me@there' \
	env SSH=false "$BED/remote/check-remote.sh"
refuses "the bundle elsewhere than on arm64" 'for arm64 machines' env PATH="$tmp:$PATH" \
	sh -c "printf '#!/bin/sh\necho x86_64\n' >'$tmp/uname'; chmod +x '$tmp/uname'; '$BED/remote/run'"
done_testing
