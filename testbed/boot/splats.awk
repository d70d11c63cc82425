# SPDX-License-Identifier: GPL-2.0-only
#
# splats.awk - how a kernel complains
#
# In:  nothing; it is read before the awk program that looks at a console
# Out: splat_pattern, which matches the line of a console that begins a complaint

BEGIN {
	splat_pattern = "Kernel panic|kernel BUG|WARNING: |BUG: |Oops|Internal error|" \
		"Unable to handle kernel|Call trace|self-detected stall|detected stalls|" \
		"blocked for more than|possible .*deadlock|suspicious RCU|UBSAN: |KASAN: "
}
