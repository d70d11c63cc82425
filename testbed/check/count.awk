# SPDX-License-Identifier: GPL-2.0-only
#
# count.awk - the last line of a run of tests
#
# In:  flat TAP
# Out: how many passed, failed and were skipped. Exit status 1 if anything
#      failed, or if nothing passed.

/^ok .*# SKIP/ { skipped++; next }
/^ok / { passed++ }
/^not ok/ { failed++ }

END {
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	exit failed > 0 || passed == 0
}
