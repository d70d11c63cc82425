#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# queue-series.t - the file `series` as hands and editors leave it: taken, or refused
#                  with the number of the line and the cause
#
# In:  nothing
# Out: TAP
set -eu
BASE_WORK=none
. "$(dirname "$0")/tap.sh"

SERIES_ROOT=$tmp/repo
export SERIES_ROOT
mkdir -p "$SERIES_ROOT/a"
for name in one two; do
	printf 'Subject: Add %s\n\nFor the test.\n' $name >"$SERIES_ROOT/a/$name.patch"
	echo "/* $name */" >"$SERIES_ROOT/a/$name.c"
done
echo 'Title: No subject' >"$SERIES_ROOT/a/title.patch"
printf 'Subject: Carriage return\r\n\r\n' >"$SERIES_ROOT/a/crlf.patch"
mkfifo "$SERIES_ROOT/a/fifo.patch"
mkdir "$SERIES_ROOT/a/folder.patch"
truncate -s 100G "$SERIES_ROOT/a/huge.patch"
python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$SERIES_ROOT/a/socket.patch"

# series TEXT: what series.sh makes of it
series()
{
	printf '%b' "$1" >"$SERIES_ROOT/series"
	timeout 10 "$BED/queue/series.sh"
}

same()
{
	series "$1" >"$tmp/lines" && printf 'a/one.patch a/one.c\na/two.patch a/two.c\n' | diff - "$tmp/lines"
}

for text in 'a/one.patch a/one.c\na/two.patch a/two.c\n' \
	'a/one.patch a/one.c\na/two.patch a/two.c' \
	'# a comment\n\na/one.patch a/one.c # another\n#\na/two.patch\ta/two.c \n\n' \
	'a/one.patch -p1 a/one.c\na/two.patch -p1 a/two.c\n' \
	'  a/one.patch   a/one.c\n  a/two.patch a/two.c\n'; do
	ok "taken: $(printf '%s' "$text" | tr '#' '*')" same "$text"
done

# wrong TEXT PATTERN
wrong()
{
	refuses "refused: $(printf '%s' "$1" | tr '#' '*')" "^series.sh: $2" series "$1"
}

wrong 'a/one.patch a/one.c\r\na/two.patch a/two.c\r\n' 'series, line 1, ends with a carriage return'
wrong 'a/one.patch\n# comment\r\n' 'series, line 2, ends with a carriage return'
wrong '\0357\0273\0277a/one.patch\n' 'series, line 1, begins with a byte order mark'
wrong '# two\na/one.patch -p0\n' "series, line 2, has '-p0'"
wrong 'a/one.patch -R\n' "series, line 1, has '-R'"
wrong 'a/one.patch\n\n../repo/a/two.patch\n' "series, line 3, names '../repo/a/two.patch', which is no path in this repo"
wrong "a/one.patch $SERIES_ROOT/a/one.c\n" 'series, line 1, names .*, which is no path in this repo'
wrong 'a/../a/one.patch\n' 'series, line 1, names .*, which is no path in this repo'
wrong './a/one.patch\n' 'series, line 1, names .*, which is no path in this repo'
wrong 'a/one.patch\n#\na/one.patch\n' "series, line 3, names 'a/one.patch' twice"
wrong 'a/one.patch\na/two.patch a/two.c a/two.c\n' "series, line 2, names 'a/two.c' twice"
wrong 'a/one.c a/one.patch\n' 'series, line 1: a line starts with its patch'
wrong 'a/one.patch\na/title.patch\n' "series, line 2: a/title.patch does not start with 'Subject: '"
wrong 'a/crlf.patch\n' 'series, line 1: a/crlf.patch .* no Unix lines'
wrong 'a/fifo.patch\n' "series, line 1, names 'a/fifo.patch', .* is not a file"
wrong 'a/folder.patch\n' "series, line 1, names 'a/folder.patch', .* is not a file"
wrong 'a/socket.patch\n' "series, line 1, names 'a/socket.patch', .* is not a file"
wrong 'a/huge.patch\n' "series, line 1, names 'a/huge.patch', which has more than 16 MiB"
wrong 'a/missing.patch\n' "series, line 1, names 'a/missing.patch', which does not exist"
truncate -s 100G "$SERIES_ROOT/series"
refuses "refused: a huge file" 'series has more than 1 MiB' timeout 10 "$BED/queue/series.sh"
rm "$SERIES_ROOT/series"
mkfifo "$SERIES_ROOT/series"
refuses "refused: a FIFO" 'series is not a file' timeout 10 "$BED/queue/series.sh"
done_testing
