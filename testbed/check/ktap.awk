# SPDX-License-Identifier: GPL-2.0-only
#
# ktap.awk - turn the console of a kselftest run into flat KTAP
#
# In:  boot/splats.awk before it; -v machine=NAME -v expect="TEST..." -v ours="TEST...", and
#      the console; of a machine that is not powered off at the end -v stays_up=1, and if
#      its kernel's messages are not there -v no_messages="why"
# Out: one result for each result on the console, of a test that prints KTAP its
#      own ones and of another the one that kselftest gives it, with what a
#      failing test said. No two have the same name: a skipped one is named by what its
#      reason begins with, as kselftest prints no name of it; two of one name are
#      numbered, and a failure in ours. Then what can only be seen from outside, as
#      failures: a test of `expect` that did not end, one of `ours` that printed
#      no KTAP, fewer or more results than were planned, and a splat or a panic
#      of the kernel.

function result(ok, name, skip)
{
	printf "%s %d - %s: %s%s\n", ok ? "ok" : "not ok", ++count, machine, name,
	       skip == "" ? "" : " # SKIP " skip
}

function fail(name)
{
	result(0, name, "")
}

function begin(name)
{
	test = name
	plan = -1
	seen = failed = held = said = again = 0
	same = ""
	split("", numbers)
	reason = ""
}

# A line of the kernel's console
function hear(line)
{
	if (line ~ splat_pattern && splats++ < 20)
		splat[splats] = line
	if (line ~ /reboot: Power down/)
		powered_off = 1
}

# kselftest's own result for the test, which ends it
function end(ok, skip,    i)
{
	for (i = 0; i < held; i++)
		print_nested(nested[i])
	ended[test] = 1
	if (plan < 0 && (test in is_ours) && !(ok && skip))
		fail(test " prints no KTAP" (ok ? "" : ", and ends with " status))
	else if (plan < 0)
		result(ok, test (ok ? "" : " ends with " status), skip ? reason : "")
	else if (seen != plan)
		fail(test " has " seen " results of " plan (ok ? "" : ", and ends with " status))
	else if (again)
		fail(test " gives a number twice, and another never")
	else if (same != "")
		fail(test " has two results with the name " same)
	else if (!ok && !failed)
		fail(test " ends with " status)
	for (i = 0; i < said && !ok; i++)
		print "# " note[i]
	test = ""
}

function print_nested(line,    ok, name, skip)
{
	ok = line !~ /^not /
	sub(/^(not )?ok [0-9]+ ?(- )?/, "", line)
	name = line
	skip = ""
	if (sub(/^# (SKIP|XFAIL) ?/, "", name) && ok) {
		skip = name
		if (match(name, /.*: /)) {
			skip = substr(name, RLENGTH + 1)
			name = substr(name, 1, RLENGTH - 2)
		}
	}
	if (given[test, name]++ && (test in is_ours))
		same = name
	else if (given[test, name] > 1)
		name = name " (" given[test, name] ")"
	result(ok, test ": " name, skip)
	failed += !ok
}

BEGIN {
	split(ours, list, " ")
	for (i in list)
		is_ours[list[i]] = 1
}

{
	sub(/\r$/, "")
	gsub(/\033\[[0-9;]*m/, "")
}

# The kernel's own lines, or the rest of a line that it broke into: with the time,
# and with CONFIG_PRINTK_CALLER the task or CPU
match($0, /\[ *[0-9]+\.[0-9]+\](\[ *[TC][0-9]+\])? /) {
	hear(substr($0, RSTART))
	if (RSTART == 1)
		next
	$0 = substr($0, 1, RSTART - 1)
}

# With printk.time=0. What a test says begins with "# "
!/^(# |(not )?ok )/ { hear($0) }

/^TAP version/ { started = 1; next }
!started { next }

/^# selftests: [^ ]+: / { begin($4); next }
test == "" { next }

/^# 1\.\.[1-9][0-9]*$/ { plan = substr($2, 4) + 0; next }
/^# (not )?ok [0-9]+/ {
	nested[held++] = substr($0, 3)
	seen++
	again += numbers[$2 == "ok" ? $3 : $4]++ > 0
	next
}
/^# 1\.\.0 # SKIP/ { reason = $0; sub(/^# 1\.\.0 # SKIP *-? */, "", reason); next }
/^# (# Totals|TAP version)/ { next }
/^# / { if (said < 40) note[said++] = substr($0, 3); next }

/^ok [0-9]+ selftests: / { end(1, $0 ~ /# SKIP/); next }
/^not ok [0-9]+ selftests: / {
	status = $0
	if (!sub(/.* # /, "", status))
		status = "a failure"
	end(0, 0)
	next
}

END {
	names = split(expect, list, " ")
	for (i = 1; i <= names; i++)
		if (!(list[i] in ended))
			fail(list[i] (list[i] == test ? " started and did not end" : " did not run"))
	for (i = 1; i <= splats && i <= 20; i++)
		print "# " splat[i]
	result(!splats, "the kernel's console has " (splats ? "a" : "no") " splat",
	       splats ? "" : no_messages)
	if (!stays_up)
		result(powered_off, "the machine " (powered_off ? "powered" : "did not power") \
		       " itself off", "")
	print "1.." count
}
