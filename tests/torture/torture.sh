#!/bin/bash
# All checks that count what they try, and one table of what they counted: torture.sh [TARGET...]
#
#     TORTURE=long FOLDER=build/torture JOBS=2 torture.sh
#
# JOBS of them go at a time, the longest first; with targets of the Makefile named, these one upon
# another.  A failure ends none of the others.  What has passed with the same length on the same
# sources is not done again, so that what was interrupted goes on where it was, and what was mended is
# tried alone: scripts that a check does not name are no sources of it, nor, but for coverage and
# mutants, are the tests of `make test`.  A check whose sources changed while it ran has failed.  FOLDER
# has table.md, and of each check what it said (NAME.log) and its row of the table (NAME.row).
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
mkdir -p "${FOLDER:=build/torture}"
export FOLDER TORTURE=${TORTURE:-long}

# What tells the sources of a check, and this length, from others.
key() {
    local name=${1//-/_} own script
    case $name in
    check_hdf5) own=tests/torture/check_oom.sh ;;
    check_hostile) own=tests/system/test_hostile.sh ;;
    fuzz_*) own=tests/torture/fuzz.sh ;;
    *) own=tests/torture/$name.sh ;;
    esac
    local -a without=(-name '*.md' -o -name torture.sh)
    case $name in
    check_coverage) without+=(-o -name check_mutants.sh -o -name equivalent.txt) ;;
    check_mutants) without+=(-o -name check_coverage.sh -o -name coverage.csv) ;;
    *)
        without+=(-o -path 'tests/unit/*' -o -path 'tests/models/*')
        without+=(-o -path 'tests/system/*' ! -path "$own")
        without+=(-o -name coverage.csv -o -name equivalent.txt)
        for script in tests/torture/*.sh; do
            [[ $script == "$own" ]] || grep -qs "/${script##*/}" "$own" || without+=(-o -path "$script")
        done
        ;;
    esac
    find Makefile main.c sim models analysis scenarios tests -type f ! \( "${without[@]}" \) |
        LC_ALL=C sort | xargs sha256sum | sha256sum | sed "s/^/$TORTURE /; s/ *-$//"
}

# Runs a target and writes its row: what it says of itself, minutes of the processor, the day.
check() {
    local name=$1 row=$FOLDER/$1.row log=$FOLDER/$1.log code=0 key seconds minutes said TIMEFORMAT='%U %S'
    key=$(key "$name")
    if [[ -e $row && $(head -n 1 "$row") == "$key" ]]; then
        echo "$name has passed"
        return
    fi
    echo "$(date +%H:%M) $name begins"
    seconds=$( { time "${MAKE:-make}" --no-print-directory -s "$name" >"$log" 2>&1 </dev/null; } 2>&1) || code=$?
    [[ $code -ne 0 || $(key "$name") == "$key" ]] || {
        echo "$name: its sources changed while it ran" >>"$log"
        code=1
    }
    minutes=$(awk '{ printf "%.1f", ($1 + $2) / 60 }' <<<"$seconds")
    said=$(sed -n "s/|/\\\\|/g; s/^$name: *//p" "$log" | paste -sd ';' | sed 's/;/; /g')
    [[ $code -eq 0 ]] || {
        tail -n 30 "$log"
        said="**failed** ${said:-$(tail -n 1 "$log")}"
    }
    printf '%s\n' "$([[ $code -ne 0 ]] || echo "$key")" \
        "| \`$name\` | $said | $minutes | $(date +%F) |" >"$row"
    echo "$(date +%H:%M) $name ended with $code after $minutes minutes of the processor"
    return "$code"
}

failed=0
if [[ $# -gt 0 ]]; then
    for name in "$@"; do
        check "$name" || failed=1
    done
    exit "$failed"
fi

# Targets of one line are built in one folder.
lines='check-coverage
check-oom check-hdf5
check-iofault
check-resume
check-mutants
check-dieharder
fuzz-scenario fuzz-plan fuzz-pb fuzz-edges
check-baseline
check-threads
check-ranks
check-builds
check-crash
check-hostile
check-experiment
check-rng
check-valgrind
check-malformed'
xargs -L 1 -P "${JOBS:-2}" "$PWD/tests/torture/torture.sh" <<<"$lines" || failed=1
{
    echo '| check | what it counted | minutes of a processor | day |'
    echo '|---|---|---|---|'
    for name in $lines; do
        tail -n +2 "$FOLDER/$name.row"
    done
} | tee "$FOLDER/table.md"
exit "$failed"
