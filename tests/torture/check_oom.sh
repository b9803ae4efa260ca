#!/bin/bash
# Lets every allocation of our own fail in turn: check_oom.sh PROGRAM [EVERY [SEED [NAME...]]]
#
# PROGRAM is linked with check_oom_calls.c.  Each command is run once with all well and then once for
# every EVERYth allocation, which fails once or with all after it.  It must end by itself with 1 and
# say that memory is short, or get over it with the same result; a sanitizer must find no leak.
# Afterwards the command goes on with memory enough to the same result.
set -uo pipefail
program=$1 every=${2:-1} seed=${3:-1}
source=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/torture/faults.sh
source "$(dirname "$0")/faults.sh"
RANDOM=$seed
tried=0 failed=0 survived=0
SANITIZED=99
export ASAN_OPTIONS="exitcode=$SANITIZED:detect_leaks=1" OMP_NUM_THREADS=1
export LSAN_OPTIONS="exitcode=$SANITIZED:print_suppressions=0:suppressions=$source/tests/torture/leaks.txt"
cp "$source/scenarios/example-budget.pb" inputs
(cd inputs && "$program" run town.yaml -o some.h5 --quiet --agents 4 >/dev/null &&
    "$program" experiment plan.yaml -o some-arms.h5 --quiet >/dev/null) || exit 1

declare -A does=(
    [validate]="validate town.yaml"
    [run]="run town.yaml -o out.h5 --quiet --threads 1 --checkpoint-every 2"
    [experiment]="experiment plan.yaml -o out.h5 --quiet --threads 1"
    [calibrate]="calibrate targets.yaml -o out.csv --quiet --threads 1"
    [compare]="compare some-arms.h5 --outcome volunteers"
    [export]="export some.h5 --format csv -o out.csv"
    [report]="report some.h5 -o out.html"
    [info]="info some.h5"
    [budget]="budget example-budget.pb --compare"
)
names=("${@:4}")
[[ ${#names[@]} -gt 0 ]] || names=(validate run experiment calibrate compare export report info budget)

essence() {
    if [[ -e work/out.h5 ]]; then
        "$program" info work/out.h5 | grep '^digest'
    else
        cat said
        [[ ! -e work/$out ]] || cat "work/$out"
    fi
}
go() {
    local words
    read -r -a words <<<"$1"
    shift
    result=0
    (cd work && exec env "$@" "$program" "${words[@]}") >said 2>complaint </dev/null || result=$?
}
again() {
    local command=${does[$1]}
    if [[ -e work/out.h5.parts && $1 == run ]]; then
        command="resume out.h5 --quiet"
        [[ -e work/out.h5.parts/setup.h5 ]] || command="${does[$1]} --force"
    elif [[ $1 == experiment || $1 == calibrate ]]; then
        command+=" --resume"
    elif [[ $command == *" -o "* ]]; then
        command+=" --force"
    fi
    go "$command"
}

judge() {
    local name=$1 what=$2
    tried=$((tried + 1))
    if [[ $result -eq 0 ]]; then
        survived=$((survived + 1))
        essence 2>&1 | cmp -s - "$name.essence" || fault "$what: says that all is well, but is not"
        return
    fi
    failed=$((failed + 1))
    if [[ $result -eq $SANITIZED ]]; then
        fault "$what: $(grep -m 3 -E 'SUMMARY|ERROR:|#1 ' complaint)"
    else
        [[ $result -eq 1 ]] || fault "$what: exit $result instead of 1: $(tail -2 complaint)"
        grep -qi memory complaint || fault "$what: does not say why: $(tail -2 complaint)"
    fi
    again "$name"
    [[ $result -eq 0 ]] || fault "$what: does not go on afterwards ($result): $(tail -2 complaint)"
    essence 2>&1 | cmp -s - "$name.essence" || fault "$what: goes on to another result"
}

for name in "${names[@]}"; do
    out=none
    [[ ${does[$name]} != *csv* ]] || out=out.csv
    [[ ${does[$name]} != *html* ]] || out=out.html
    rm -rf work && cp -r inputs work
    go "${does[$name]}" OOM_LOG="$folder/count"
    [[ $result -eq 0 ]] || { fault "$name: fails with all well: $(cat complaint)" && continue; }
    essence >"$name.essence" 2>&1
    count=$(cat count)
    before=$tried
    for length in once good; do
        for ((n = 1 + RANDOM % every; n <= count; n += every)); do
            rm -rf work && cp -r inputs work
            go "${does[$name]}" OOM_AT="$n" OOM_FOR="$length"
            judge "$name" "$name, allocation $n of $count, $length"
        done
    done
    echo "check-oom: $name makes $count allocations, $((tried - before)) failures tried"
done
echo "check-oom: $tried failures (every ${every}th allocation, seed $seed): $failed ended with 1 and" \
    "went on afterwards, $survived were got over, $faults wrong"
[[ $faults -eq 0 ]]
