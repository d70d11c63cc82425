#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# full.sh - name the disks that are full, where something failed
#
# In:  FOLDER..., where things are written
# Out: a line on standard error for each disk of theirs that has less than 1 MiB free
set -eu

df -k --output=avail,target -- "$@" 2>/dev/null | sed 1d | sort -u | while read -r free disk; do
	[ "$free" -ge 1024 ] || echo "the disk $disk is full: $free KiB are free" >&2
done
