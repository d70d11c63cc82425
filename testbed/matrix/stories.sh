# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# matrix-stories.sh - moves of more than one step; sourced by matrix.sh
#
# In:  what the kernels saved, in $matrix/save-*, and the functions job and bring
# Out: more in the jobs restore-7.3-* and restore-patched-*, and the function
#      stories_back, which makes the jobs back-*
#
#   up        a guest of 5.10 is moved to 7.3 and back
#   fixed     the same of a kernel of v4.7 to v4.18, with fixed groups. Debian has
#             none that old, so the series at revision 0 stands in for it.
#   rollback  a guest of 7.3, which finds writable groups and uses them, goes to
#             such a kernel, as its host is rolled back

for model in $MODELS; do
	job "restore-7.3-$model" <<-END
		out up vgic_compat restore --revision default --save up state,5.10,default
		out up-state cat up
		out up-chosen vgic_compat restore --revision 2 state,5.10,default
		out fixed-asked vgic_compat restore state,patched,0
		out fixed vgic_compat restore --revision default --save fixed state,patched,0
		out fixed-state cat fixed
	END
	job "restore-patched-$model" <<-END
		out up vgic_compat restore --revision 2 --save up state,5.10,default
		out up-state cat up
		out fixed vgic_compat restore --save fixed state,patched,0
		out fixed-state cat fixed
		out rollback-unpatched vgic_compat restore --revision 0 state,7.3,default
		out rollback-patched vgic_compat restore state,patched,0
	END
done

# go_back KERNEL MODEL REVISION NAME STORY: restore there what is called STORY-state
# after the first step on kernel NAME, and compare it with STORY too
go_back()
{
	job "back-$1-$2" <<-END
		out $5-$4 vgic_compat restore --revision $3 --save back $5-$4-state
		out $5-$4-since vgic_compat diff $5-start back
	END
	bring "back-$1-$2" "restore-$4-$2/$5-state" "$5-$4-state"
}

stories_back()
{
	for model in $MODELS; do
		go_back 5.10 "$model" default 7.3 up
		go_back 5.10 "$model" 2 patched up
		bring "back-5.10-$model" "save-5.10-$model/state-default" up-start
		go_back patched "$model" 0 7.3 fixed
		go_back patched "$model" 0 patched fixed
		bring "back-patched-$model" "save-patched-$model/state-0" fixed-start
	done
}
