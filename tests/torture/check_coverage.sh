#!/bin/bash
# Lines and branches of sim/ and models/ that the tests take, against the least that
# tests/torture/coverage.csv states: how the names of files begin, % of lines, % of branches, and the
# same of TORTURE=quick.
#
# The tests run once more, built with clang's counters in FOLDER, also those that let allocations and
# calls on files and of libhdf5 fail; with TORTURE=quick only those of engine, model and commands.  A
# branch is a condition of the source that is true, or that is false.  More than is stated is told, so
# that the file can be raised; less is a fault.  FOLDER/files.txt has the counts of each file,
# FOLDER/missed.txt the lines and branches that nothing takes.  Counters are kept in files, so that
# processes count that are killed or may open nothing, and rise under a lock, since how often a
# condition is false is told from how often it was asked and how often it was true.  COVERED=yes counts
# again what has run; ONLY= runs some of the tests more.
set -uo pipefail
: "${SAMSKAB_SOURCE:?is the folder of the source}"
cd "$SAMSKAB_SOURCE" || exit 1
mkdir -p "${FOLDER:=build/coverage}"
folder=$(cd "$FOLDER" && pwd)
export LLVM_PROFILE_FILE=$folder/profiles/%c%m.profraw

# Lets calls of these commands fail, which between them take all of sim/ and models/ that others take.
fail_in() {
    OF=paths FOR=once tests/torture/check_oom.sh "$folder/tests/torture/samskab_oom" "${EVERY:-1}" 1 "$@"
}

run_tests() {
    # Tests of what reads runs take long and cover nothing here that others do not.
    local own more failing=0
    local kept='-mllvm -runtime-counter-relocation -Qunused-arguments'
    own=$(grep -L '"analysis/' tests/unit/test_*.c | sed 's|tests/\(.*\)\.c|\1|' | tr '\n' ' ')
    if [[ ${TORTURE:-quick} == quick ]]; then
        more='system/test_cli system/test_commands system/test_bad'
    else
        more='system/test_c system/test_bad system/test_resume system/test_exp'
        more+=' system/test_fuzz system/test_mpi test_full test_hostile test_untrusted'
        more+=$(printf ' torture/check_%s' baseline malformed ranks resume)
    fi
    [[ -n ${ONLY:-} ]] || rm -rf "$folder/profiles"
    env -u MAKEFLAGS -u MAKELEVEL TORTURE=quick make -s --no-print-directory -j2 CC=clang \
        CFLAGS="-O2 -fprofile-instr-generate -fcoverage-mapping -fprofile-update=atomic $kept" \
        EXTRA_CFLAGS= START=true BUILD="$folder" \
        ONLY="${ONLY:-$own models/ unit/test_plan $more}" run-tests || failing=1
    [[ -n ${ONLY:-} || ${TORTURE:-quick} == quick ]] && return "$failing"
    CALLS=memory fail_in validate places run resume experiment calibrate compare agents untrusted budget || failing=1
    CALLS=hdf5 fail_in run resume experiment compare agents report untrusted || failing=1
    # The threads of clang need files of their own, so that no limit is put on files.
    SIZES='' SAMSKAB=$folder/checked/samskab SAMSKAB_TESTS=$folder/tests \
        tests/torture/check_iofault.sh "${EVERY:-13}" 1 || failing=1
    TORTURE=long SAMSKAB=$folder/checked/samskab SAMSKAB_TESTS=$folder/tests \
        SAMSKAB_MPI=$folder/checked/mpi/samskab tests/torture/check_ranks.sh resume || failing=1
    return "$failing"
}

if [[ ${COVERED:-no} != yes ]]; then
    run_tests || exit 1
fi
llvm-profdata merge -sparse "$folder"/profiles/*.profraw -o "$folder/all.profdata" || exit 1
objects=()
for program in "$folder"/checked/mpi/samskab "$folder"/tests/{unit,models,system,torture}/*; do
    [[ $program == *.so || ! -x $program ]] || objects+=(-object "$program")
done
coverage() { llvm-cov "$1" -instr-profile "$folder/all.profdata" "${@:2}" \
    "$folder/checked/samskab" "${objects[@]}" sim models 2>/dev/null; }

# FILE LINES TAKEN BRANCHES TAKEN, by file.
coverage report -show-region-summary=false -show-branch-summary |
    awk '$1 ~ /\.[ch]$/ && $5 > 0 { print $1, $5, $5 - $6, $8, $8 - $9 }' | sort >"$folder/files.txt"
coverage show -show-branches=count -show-line-counts-or-regions=false | awk -v here="$PWD/" '
    /^[^ |]*\.[ch]:$/ { file = $0; sub(here, "", file); next }
    match($0, /^ *[0-9]+\| +0\|/) { print file $0 }
    /Branch \(.*(True: 0[,\]]|False: 0\])/ { print file $0 }' >"$folder/missed.txt"

awk -v quick="$([[ ${TORTURE:-quick} == quick ]] && echo 2)" '
    NR == FNR { file[NR] = $1; lines[NR] = $2; taken[NR] = $3; branches[NR] = $4; went[NR] = $5; next }
    FNR == 1 { next }
    {
        split($0, stated, ",")
        least[1] = stated[1]; least[2] = stated[2 + quick]; least[3] = stated[3 + quick]
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
        if (least[1] ~ /\/$/) sum = sum sprintf("%s %.1f %% of lines and %.1f %% of branches, ", least[1], l, b)
        if (l < least[2] - 0.005 || b < least[3] - 0.005) faults++
        if (l > least[2] + 0.5 || b > least[3] + 0.5) more++
    }
    END {
        if (more) print "check-coverage: more than is stated; raise tests/torture/coverage.csv"
        print "check-coverage: " sum (faults + 0) " below what is stated"
        exit faults > 0
    }' "$folder/files.txt" tests/torture/coverage.csv
