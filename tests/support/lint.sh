#!/bin/bash
# Checks what the compiler does not: arrows between folders, words, calls of HDF5, scripts, and two
# static analysers.  CHECK_FLAGS are the compiler's flags, MPI_FLAGS those for MPI (empty: it is not
# there), VERSION the program's version.  Exit 1 when anything was found.
set -uo pipefail

findings=0
report() {
    local text=$1
    if [[ -n $2 ]]; then
        printf '%s\n' "$2"
        echo "lint: $text"
        findings=$((findings + 1))
    fi
}

# The files of the house among those given, so that an empty folder is no fault.
files() {
    find "$@" -type f \( -name '*.[ch]' -o -name '*.def' \) | sort
}
lines() {
    local pattern=$1
    shift
    files "$@" | xargs -r grep -nHE "$pattern"
}

# Arrows: sim -> sim; models -> models, sim; analysis -> analysis, sim; tests -> anything.
arrow() {
    local from=$1 allowed=$2
    report "$from/ may include only from: $allowed" "$(lines '^ *# *include +"' "$from" |
        grep -vE "include +\"(${allowed// /|})/[^\"]*\"|include +\"(population|report_files)\.inc\"")"
}
arrow sim "sim"
arrow models "models sim"
arrow analysis "analysis sim"
report "only models/ may include the table of places" \
    "$(lines 'include +"population\.inc"' sim analysis)"

# The engine knows nothing of what is simulated with it.
words='volunteer|municipal|manager|burnout|citizen|mandate|co-?produc|professional'
report "sim/ must hold no word of co-production" "$(files sim | xargs -r grep -nHiE "$words")"
report "sim/ must hold no word of co-production" "$(find sim -type f | grep -iE "$words")"

# What must not stay in a source.
report "unfinished work belongs elsewhere" \
    "$(grep -rnE --include='*.[ch]' --include='*.def' --include='*.sh' \
        '\b(TO''DO|FIX''ME|XX''X|HA''CK)\b' main.c sim models analysis tests 2>/dev/null)"
report "exit only in main" "$(lines '\b_?exit\(' sim models analysis)"
report "contraction and fast mathematics change bits" \
    "$(lines 'fp_contract|fast-math|FP_CONTRACT' sim models analysis)"
report "trailing blanks, tabs or carriage returns" \
    "$(files sim models analysis tests | xargs -r grep -nHP '[ \t\r]+$|\t')"

# One module writes files and one reads them.
all=(sim models analysis)
[[ -e main.c ]] && all+=(main.c)
writing='\bH5(Fcreate|Dcreate|Dwrite|Acreate|Awrite|Gcreate|DSset|DSattach|Fflush|Ldelete|Lmove)'
reading='\bH5(Dread|Aread)'
report "only sim/store*.c may write HDF5" "$(grep -rnE --include='*.[ch]' "$writing" "${all[@]}" |
    grep -v '^sim/store[^/]*\.[ch]:')"
report "only sim/reader*.c may read HDF5" "$(grep -rnE --include='*.[ch]' "$reading" "${all[@]}" |
    grep -v '^sim/reader[^/]*\.[ch]:')"

report "only sim/ranks_mpi.c may name MPI's functions" \
    "$(lines '\bMPI_[A-Z]|\bmpi\.h' "${all[@]}" | grep -v '^sim/ranks_mpi\.c:')"

# CITATION.cff repeats the version, since its readers do not run make.
grep -qx "version: ${VERSION:?is the version that the Makefile states}" CITATION.cff ||
    report "CITATION.cff must state version $VERSION" "$(grep -n '^version' CITATION.cff)"

# Scripts.
if command -v shellcheck >/dev/null; then
    scripts=(tests/*/*.sh paper/*.sh analysis/*/*.sh scenarios/cluster/*.s*)
    [[ -e .ci/run ]] && scripts+=(.ci/run)
    report "shellcheck" "$(shellcheck "${scripts[@]}" 2>&1)"
else
    echo "lint: no shellcheck here, scripts not checked"
fi

# The program text, in two processes at a time.
# version.c needs what only the Makefile knows, and holds nothing else.
mapfile -t sources < <(find "${all[@]}" -name '*.c' ! -path sim/version.c | sort)
if command -v cppcheck >/dev/null; then
    report "cppcheck" "$(cppcheck --quiet -j 2 --std=c11 --enable=warning,performance,portability \
        --inline-suppr --suppress=missingInclude --suppress=missingIncludeSystem \
        --suppress=unmatchedSuppression --template='{file}:{line}: {id}: {message}' -I . \
        -D_GNU_SOURCE "${sources[@]}" 2>&1)"
else
    echo "lint: no cppcheck here"
fi
if command -v clang-tidy >/dev/null; then
    flags=()
    for flag in ${CHECK_FLAGS:--std=c17 -I.} ${MPI_FLAGS:-}; do
        flags+=("--extra-arg=$flag")
    done
    if [[ -z ${MPI_FLAGS:-} ]]; then
        echo "lint: no MPI here, sim/ranks_mpi.c not checked by clang-tidy"
        mapfile -t sources < <(printf '%s\n' "${sources[@]}" | grep -vx 'sim/ranks_mpi\.c')
    fi
    report "clang-tidy" "$(printf '%s\0' "${sources[@]}" |
        xargs -0 -r -n 4 -P 2 clang-tidy --quiet "${flags[@]}" 2>/dev/null)"
else
    echo "lint: no clang-tidy here"
fi

if [[ $findings -gt 0 ]]; then
    echo "lint: $findings kinds of findings"
    exit 1
fi
echo "lint: nothing found"
