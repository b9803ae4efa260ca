#!/bin/bash
# Lines and branches of sim/ and models/ that the tests take, against the least that
# tests/torture/coverage.csv states: how the names of files begin, % of lines, % of branches.
#
# The tests run once more, built with gcc's --coverage in FOLDER.  More than is stated is told, so
# that the file can be raised; less is a fault.  Processes that are killed leave no trace.
set -uo pipefail
: "${SAMSKAB_SOURCE:?is the folder of the source}"
cd "$SAMSKAB_SOURCE" || exit 1
folder=${FOLDER:-build/coverage}
if [[ ${COVERED:-no} != yes ]]; then
    # Tests of what reads runs take long and cover nothing here that others do not.
    own=$(grep -L '"analysis/' tests/unit/test_*.c | sed 's|tests/\(.*\)\.c|\1|' | tr '\n' ' ')
    more='unit/test_plan system/test_experiment system/test_full torture/check_rng torture/check_baseline'
    find "$folder" -name '*.gcda' -delete 2>/dev/null
    env -u MAKEFLAGS -u MAKELEVEL make -s --no-print-directory -j2 CC=gcc \
        CFLAGS='-O0 --coverage -fprofile-update=atomic' EXTRA_CFLAGS= START=true BUILD="$folder" \
        ONLY="${ONLY:-$own models/ system/test_c system/test_bad system/test_resume $more}" run-tests || exit 1
fi

# FILE LINES TAKEN BRANCHES TAKEN, by file of models/ and sim/; a header counts where it is seen most.
count() {
    local object
    find "$folder/checked/sim" "$folder/checked/models" -name '*.gcno' | sort | while read -r object; do
        gcov -b -n -r -s "$PWD" "$object" 2>/dev/null
    done | awk '
        function share(text,    part) {
            split(text, part, /[:% ]+/)
            return part[3]
        }
        /^File / { file = $0; gsub(/^File .|.$/, "", file) }
        /^Lines executed/ { lines = $NF; taken = lines * share($0) / 100 }
        /^No branches/ { branches = 0; went = 0; keep() }
        /^Taken at least once/ {
            n = split($0, part, /[:% ]+/)
            branches = $NF; went = branches * part[5] / 100
            keep()
        }
        function keep() {
            if (file !~ /^(sim|models)\// || taken < best[file]) return
            best[file] = taken
            row[file] = sprintf("%s %d %.0f %d %.0f", file, lines, taken, branches, went)
        }
        END { for (file in row) print row[file] }' | sort
}
count >"$folder/files.txt"

awk '
    NR == FNR { file[NR] = $1; lines[NR] = $2; taken[NR] = $3; branches[NR] = $4; went[NR] = $5; next }
    FNR == 1 { next }
    {
        split($0, least, ",")
        of_lines = has_lines = of_branches = has_branches = 0
        for (i in file)
            if (index(file[i], least[1]) == 1) {
                of_lines += lines[i]; has_lines += taken[i]
                of_branches += branches[i]; has_branches += went[i]
            }
        l = of_lines ? 100 * has_lines / of_lines : 0
        b = of_branches ? 100 * has_branches / of_branches : 0
        printf "%-16s %5d lines, %6.2f %% (at least %s), %5d branches, %6.2f %% (at least %s)\n",
            least[1], of_lines, l, least[2], of_branches, b, least[3]
        if (l < least[2] - 0.005 || b < least[3] - 0.005) faults++
        if (l > least[2] + 0.5 || b > least[3] + 0.5) more++
    }
    END {
        if (more) print "check-coverage: more than is stated; raise tests/torture/coverage.csv"
        print "check-coverage: " (faults + 0) " below what is stated"
        exit faults > 0
    }' "$folder/files.txt" tests/torture/coverage.csv
