# SPDX-License-Identifier: GPL-2.0-only
#
# cost.gnuplot - draw what the choice of a revision costs a VMM, as an SVG
#
# In:  folder, with vcpus.dat and spis.dat of cost.py
# Out: folder/cost.svg
set terminal svg size 1000,420 font "sans-serif,13" background "white"
set output folder."/cost.svg"
set multiplot layout 1,2 title "Instructions to choose a revision, GICv3"
set key top left Left reverse
set grid lc rgb "#dddddd"
set format y "%.1s %c"
set style data linespoints
set yrange [0:]

array name_of[3] = ["0", "1", "2 and 3"]
array color_of[3] = ["#d55e00", "#e69f00", "#0072b2"]

set xlabel "vCPUs, with 32 SPIs"
plot for [i=1:3] folder."/vcpus.dat" using 1:i+1 title name_of[i] lc rgb color_of[i] pt 4+i, \
	folder."/vcpus.dat" using 1:5 title "2 and 3, without the series" lc rgb "black" pt 8 dt 2
set xlabel "SPIs, with 1 vCPU"
plot for [i=1:3] folder."/spis.dat" using 1:i+1 title name_of[i] lc rgb color_of[i] pt 4+i, \
	folder."/spis.dat" using 1:5 title "2 and 3, without the series" lc rgb "black" pt 8 dt 2
