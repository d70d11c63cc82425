# SPDX-License-Identifier: GPL-2.0-only
#
# frames.awk - sort what a machine printed that did a job
#
# In:  splats.awk before it; -v out=FOLDER, and the console without carriage returns
# Out: FOLDER/NAME and FOLDER/NAME.status of each frame that init printed; on standard
#      output how the kernel complained, outside of all frames. Exit status 1 if a frame
#      or the end of the job is not there.

/^@all done/ { all = 1 }
/^@begin / {
	lost += name != ""
	name = $2
	file = out "/" name
	printf "" >file
	next
}
/^@end / && $2 == name {
	close(file)
	print $3 >(file ".status")
	close(file ".status")
	name = ""
	next
}
name != "" { print >file; next }
$0 ~ splat_pattern
END { exit !all || lost || name != "" }
