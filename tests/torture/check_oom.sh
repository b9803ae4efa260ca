#!/bin/bash
# Lets every allocation of our own fail in turn: check_oom.sh PROGRAM [EVERY [SEED [NAME...]]]
# With CALLS=hdf5 it lets the calls of libhdf5 fail.  OF=paths takes of the calls to which the same
# chain of functions leads only the first; FOR=once leaves failures for good out.
#
# PROGRAM is linked with check_oom_calls.c and check_hdf5_calls.c.  Each command is run once with all
# well and then once for every EVERYth call, which fails once or with all after it.  It must end by
# itself with 1 and say that memory is short (with 1 or 2, since a file may be to blame, and say one
# sentence where libhdf5 fails), or get over it with the same result; a sanitizer must find no leak.
# Afterwards the command goes on to the same result.
set -uo pipefail
program=$1 every=${2:-1} seed=${3:-1}
source=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/torture/faults.sh
source "$(dirname "$0")/faults.sh"
RANDOM=$seed
SANITIZED=99
case ${CALLS:=memory} in
memory) check=check-oom variable=OOM calls=allocations ;;
hdf5) check=check-hdf5 variable=HDF5 calls='calls of libhdf5' ;;
esac
export "${variable}_OF=${OF:-all}"
export ASAN_OPTIONS="exitcode=$SANITIZED:detect_leaks=1" OMP_NUM_THREADS=1
export LSAN_OPTIONS="exitcode=$SANITIZED:print_suppressions=0:suppressions=$source/tests/torture/leaks.txt"
(cd inputs && "$program" run town.yaml -o some.h5 --quiet --agents 4 >/dev/null &&
    "$program" experiment plan.yaml -o some-arms.h5 --quiet >/dev/null) || exit 1
half_way "$program" run town.yaml -o stopped.h5 --quiet --threads 1 --checkpoint-every 1 --agents 2 || exit 1

declare -A does=(
    [validate]="validate town.yaml"
    [places]="validate towns.yaml"
    [run]="run town.yaml -o out.h5 --quiet --threads 1 --checkpoint-every 1"
    [experiment]="experiment plan.yaml -o out.h5 --quiet --threads 1"
    [calibrate]="calibrate targets.yaml -o out.csv --quiet --threads 1"
    [compare]="compare some-arms.h5 --outcome volunteers"
    [export]="export some.h5 --format csv -o out.csv"
    [agents]="export some.h5 --agents --format csv -o out.csv"
    [report]="report some.h5 -o out.html"
    [info]="info some.h5"
    [untrusted]="info some.h5 --untrusted"
    [resume]="resume stopped.h5 --quiet --threads 1"
    [budget]="budget example-budget.pb --compare"
)
names=("${@:4}")
[[ ${#names[@]} -gt 0 ]] || names=(validate places run resume experiment calibrate compare export agents report info untrusted budget)

essence() {
    if [[ -e work/$file ]]; then
        "$program" info "work/$file" | grep '^digest'
    else
        cat said
        [[ ! -e work/$out ]] || cat "work/$out"
    fi
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
    elif [[ $CALLS == hdf5 ]]; then
        grep -v '^What was' complaint >sentence
        [[ $result -eq 1 || $result -eq 2 ]] || fault "$what: exit $result instead of 1: $(tail -2 complaint)"
        [[ $(wc -l <sentence) -eq 1 ]] || fault "$what: does not say why, or more than once: $(tail -2 complaint)"
    else
        # With --untrusted the file is to blame when memory is short.
        [[ $result -eq 1 || $name.$result == untrusted.2 ]] ||
            fault "$what: exit $result instead of 1: $(tail -2 complaint)"
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
    file=out.h5
    [[ $name != resume ]] || file=stopped.h5
    rm -rf work && cp -r inputs work
    # Its reader is another process, which tells no counts, and calls what info calls.
    [[ $name != untrusted ]] || go "${does[info]}" "${variable}_LOG=$folder/count"
    go "${does[$name]}" "${variable}_LOG=$folder/own"
    [[ $name == untrusted ]] || mv own count
    [[ $result -eq 0 ]] || { fault "$name: fails with all well: $(cat complaint)" && continue; }
    essence >"$name.essence" 2>&1
    count=$(cat count)
    before=$tried
    for length in ${FOR:-once good}; do
        for ((n = 1 + RANDOM % every; n <= count; n += every)); do
            rm -rf work && cp -r inputs work
            go "${does[$name]}" "${variable}_AT=$n" "${variable}_FOR=$length"
            judge "$name" "$name, $n of $count $calls, $length"
        done
    done
    echo "  $name makes $count $calls, $((tried - before)) failures tried"
done
echo "$check: $tried failures (every ${every}th of ${OF:-all} $calls, seed $seed): $failed ended with a sentence and" \
    "went on afterwards, $survived were got over, $faults wrong"
[[ $faults -eq 0 ]]
