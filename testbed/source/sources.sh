#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# sources.sh - what the machine's own apt sources say, in one form
#
# In:  /etc/apt/sources.list and what is in sources.list.d, one-line and deb822
# Out: one line an entry: URI, suites separated by commas, keyring (if it has one)
set -eu

for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
	[ ! -f "$file" ] || sed -n '
		s/^deb[[:space:]]\{1,\}//; t one
		d
		: one
		s/\[[^]]*signed-by=\([^] ]*\)[^]]*\][[:space:]]*\(.*\)/\2 KEY=\1/
		s/^\[[^]]*\][[:space:]]*//
		p' "$file" |
		awk '{ key = ""; if ($NF ~ /^KEY=/) key = substr($NF, 5)
		       print $1, $2, key }'
done
for file in /etc/apt/sources.list.d/*.sources; do
	[ ! -f "$file" ] || awk '
		function flush() {
			if (uri != "" && enabled != "no") print uri, suites, key
			uri = suites = key = enabled = ""
		}
		/^[[:space:]]*$/ { flush(); next }
		/^#/ { next }
		tolower($1) == "uris:" { uri = $2 }
		tolower($1) == "enabled:" { enabled = tolower($2) }
		tolower($1) == "signed-by:" { key = $2 }
		tolower($1) == "suites:" {
			suites = $2
			for (i = 3; i <= NF; i++) suites = suites "," $i
		}
		END { flush() }' "$file"
done
