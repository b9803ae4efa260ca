#!/bin/bash
# Three figures from two run files: trajectories, a difference, who carries the hours.
#
#     figures.sh ONE.h5 OTHER.h5 PICTURE.png
#
# Both runs must have the same seed and replicates, one municipality, and agents (`samskab run
# --agents WEEKS`).  Needs samskab in the path, or named by SAMSKAB, and awk, ncdump and gnuplot
# (Debian: netcdf-bin gnuplot-nox).
set -euo pipefail
samskab=${SAMSKAB:-samskab}
[[ $# -eq 3 ]] || {
    echo "usage: figures.sh ONE.h5 OTHER.h5 PICTURE.png" >&2
    exit 2
}
one=$1 other=$2 picture=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

title() { ncdump -h "$1" | sed -n 's/^[[:space:]]*\(string \)\{0,1\}:title = "\(.*\)" ;$/\2/p'; }

# A series of a file: replicate, week, value.  No field is quoted but the municipality, which goes.
series() {
    "$samskab" export "$1" --format csv --series "$2" |
        tr -d '\r' | awk -F, 'NR > 1 { print $1, $2, $NF }'
}

# Mean over replicates, and the range of nine in ten (between order statistics, as R and numpy do).
band() {
    series "$one" "$1" | sort -k2,2n -k3,3g | awk '
        function quantile(p,   at, low) {
            at = (n - 1) * p; low = int(at)
            return v[low] + (at - low) * (v[low < n - 1 ? low + 1 : low] - v[low])
        }
        function line() { if (n) print week / 52, sum / n, quantile(.05), quantile(.95) }
        $2 != week { line(); n = sum = 0; week = $2 }
        { v[n++] = $3; sum += $3 }
        END { line() }' >"$work/$1"
}
for name in motivation burnout trust; do band "$name"; done

# Quarter by quarter: the same chance in both runs, so what differs is the scenario.  The interval
# of 95 % is Student's t, by its expansion.
paste -d ' ' <(series "$one" hours_done) <(series "$other" hours_done) | awk '
    { quarter = int(($2 - 1) / 13); change[quarter, $1] += ($6 - $3) / 13; weeks = $2; runs = $1 }
    END {
        z = 1.959964; n = runs - 1
        t = z + (z^3 + z) / (4 * n) + (5 * z^5 + 16 * z^3 + 3 * z) / (96 * n^2)
        for (q = 0; q < int(weeks / 13); q++) {
            mean = square = 0
            for (r = 1; r <= runs; r++) mean += change[q, r] / runs
            for (r = 1; r <= runs; r++) square += (change[q, r] - mean)^2
            half = t * sqrt(square / n / runs)
            print (q + .5) / 4, mean, mean - half, mean + half
        }
    }' >"$work/change"

# Shares of co-producers (status 3 and 4) and of their hours, from those with the fewest; all
# replicates, last stored week.  The first line is the Gini coefficient.
lorenz() {
    "$samskab" export "$1" --format csv --agents --series status,recent_hours |
        tr -d '\r' | awk -F, 'NR > 1 && $4 >= 3 { print $2, $5 }' | sort -k1,1nr -k2,2g | awk '
        NR == 1 { last = $1 }
        $1 == last { sum += $2; done[++n] = sum }
        END {
            for (i = 1; i <= n; i++) area += (done[i] + done[i - 1]) / 2 / n / sum
            printf "# %.2f\n0 0\n", 1 - 2 * area
            for (i = 1; i <= n; i++) print i / n, done[i] / sum
        }'
}
lorenz "$one" >"$work/lorenz-1"
lorenz "$other" >"$work/lorenz-2"
gini() { sed -n 's/^# //p' "$work/lorenz-$1"; }

gnuplot <<PLOT
set terminal pngcairo size 880,304 font "sans,9" noenhanced
set output "$picture"
set multiplot layout 1,3
set style fill transparent solid 0.25 noborder
set border 3
set tics nomirror out
set title offset 0,0
blue = 0x0072b2; orange = 0xd55e00; grey = 0x666666

set title "$(title "$one"):\nco-producers, 0 to 1"
set xlabel "years"
set yrange [0:1]
set key right top
set xtics 1
plot "$work/motivation" using 1:3:4 with filledcurves notitle lc rgb blue, \
     "$work/burnout" using 1:3:4 with filledcurves notitle lc rgb orange, \
     "$work/trust" using 1:3:4 with filledcurves notitle lc rgb grey, \
     "$work/motivation" using 1:2 with lines lw 1.5 lc rgb blue title "motivation", \
     "$work/burnout" using 1:2 with lines lw 1.5 dt 2 lc rgb orange title "burnout", \
     "$work/trust" using 1:2 with lines lw 1.5 dt 3 lc rgb grey title "trust"

set title "$(title "$other") minus the other:\noffered hours that were done"
set ylabel "h/week"
set yrange [*:*]
plot "$work/change" using 1:3:4 with filledcurves notitle lc rgb blue, \
     "$work/change" using 1:2 with lines lw 1.5 lc rgb blue notitle, \
     0 with lines lc rgb grey notitle

set title "Who carries the hours\n(straight line: all alike)"
set xlabel "share of co-producers"
set ylabel "share of their hours"
set xrange [0:1]
set xtics 0.2
set yrange [0:1]
set key left top reverse Left samplen 2 spacing 2.2
plot x with lines lc rgb grey notitle, \
     "$work/lorenz-1" with lines lw 1.5 lc rgb blue title "$(title "$one")\n(Gini $(gini 1))", \
     "$work/lorenz-2" with lines lw 1.5 dt 2 lc rgb orange title "$(title "$other")\n(Gini $(gini 2))"
PLOT
