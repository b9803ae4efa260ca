#!/bin/bash
# Lets every call on files fail in turn: check_iofault.sh [EVERY [SEED [NAME...]]]
#
# Six commands (or those named), each run once with all well and then once for every EVERYth call (the first is drawn
# from the seed) and for every kind of fault: a full disk and a broken one, once and for good, writes
# cut short, a folder that vanishes.  After a fault the program must have ended by itself with 1 and
# said why in the system's words, or have got over it; the file of an earlier run must be as it was or
# be the new one, whole; and with the disk in order again the same command goes on to the same result.
# Then the same with a limit on the size of files (SIZES, kB).
set -uo pipefail
: "${SAMSKAB:?is the program to test}" "${SAMSKAB_TESTS:?is the folder of the test programs}"
every=${1:-1} seed=${2:-1}
calls=$SAMSKAB_TESTS/torture/check_iofault_calls.so
# shellcheck source=tests/torture/faults.sh
source "$(dirname "$0")/faults.sh"
RANDOM=$seed
program=$SAMSKAB
(cd inputs && "$SAMSKAB" run town.yaml -o some.h5 --quiet --agents 4 >/dev/null) || exit 1

# What is tried, and whether an earlier result stands where the command writes.
names=("${@:3}")
[[ ${#names[@]} -gt 0 ]] || names=(run checkpoints experiment export report calibrate)
declare -A does=(
    [run]="run town.yaml -o out.h5 --force --quiet --threads 1"
    [checkpoints]="run town.yaml -o out.h5 --quiet --threads 1 --weeks 3 --replicates 1 --checkpoint-every 1"
    [experiment]="experiment plan.yaml -o out.h5 --quiet --threads 1"
    [export]="export some.h5 --format csv -o out.csv --force"
    [report]="report some.h5 -o out.html --force"
    [calibrate]="calibrate targets.yaml -o out.csv --quiet --threads 1"
)
declare -A earlier=([run]=1 [export]=1 [report]=1)

# What a file says, without what varies between runs.
essence() {
    case $1 in
    *.h5) "$SAMSKAB" info "$1" | grep '^digest' ;;
    *) cat "$1" ;;
    esac
}
out_of() {
    local rest=${does[$1]#* -o }
    echo "${rest%% *}"
}

# A folder in order, in which an earlier result stands where the command may replace it.
prepare() {
    rm -rf work work.away
    cp -r inputs work
    [[ -z ${earlier[$1]:-} ]] || cp "$1.earlier" "work/$out"
}
# Like go, with files of so many blocks of 1024 bytes at most.
go_small() (
    read -r -a words <<<"$2"
    cd work && ulimit -f "$1" && exec "$SAMSKAB" "${words[@]}" 2>&1 >/dev/null </dev/null
)

# After a fault.
judge() {
    local name=$1 what=$2
    tried=$((tried + 1))
    [[ ! -e work.away ]] || { rm -rf work && mv work.away work; }
    if [[ $result -eq 0 ]]; then
        survived=$((survived + 1))
        essence "work/$out" 2>&1 | cmp -s - "$name.essence" ||
            fault "$what: says that all is well, but has another result"
        return
    fi
    failed=$((failed + 1))
    [[ $result -eq 1 ]] || fault "$what: exit $result instead of 1: $(tail -3 complaint)"
    [[ $(grep -c -E 'No space|Input/output|No such file|File too large' complaint) -eq 1 ]] ||
        fault "$what: does not say why, or more than once: $(tail -3 complaint)"
    if [[ -e work/$out ]]; then
        { [[ -n ${earlier[$name]:-} ]] && cmp -s "work/$out" "$name.earlier"; } ||
            essence "work/$out" 2>&1 | cmp -s - "$name.essence" ||
            fault "$what: what stands under the final name is neither old nor new"
    elif [[ -n ${earlier[$name]:-} ]]; then
        fault "$what: the earlier result is gone"
    fi
    again "$name"
    [[ $result -eq 0 ]] || fault "$what: does not go on afterwards ($result): $(tail -3 complaint)"
    essence "work/$out" 2>&1 | cmp -s - "$name.essence" || fault "$what: goes on to another result"
    # What lay in a folder that vanished cannot be taken away.
    [[ $what == *vanish* || $(find work -name '*.parts' -o -name '*.tmp' | wc -l) -eq 0 ]] ||
        fault "$what: leaves $(cd work && echo ./*.tmp ./*.parts)"
}

for name in "${names[@]}"; do
    out=$(out_of "$name")
    echo 'an earlier result' >"$name.earlier"
    [[ $name != run ]] || cp inputs/some.h5 run.earlier
    prepare "$name"
    go "${does[$name]}" FAULT_ROOT=. FAULT_LOG="$folder/count" LD_PRELOAD="$calls"
    [[ $result -eq 0 ]] || { fault "$name: fails with all well: $(cat complaint)" && continue; }
    essence "work/$out" >"$name.essence"
    count=$(cat count)
    before=$tried
    for kind in "ENOSPC once" "ENOSPC good" "EIO once" "EIO good" "short once" "short good" "vanish once"; do
        for ((n = 1 + RANDOM % every; n <= count; n += every)); do
            prepare "$name"
            go "${does[$name]}" FAULT_ROOT=. FAULT_AT="$n" FAULT_KIND="${kind% *}" \
                FAULT_FOR="${kind#* }" LD_PRELOAD="$calls"
            judge "$name" "$name, $kind at call $n of $count"
        done
    done
    for size in ${SIZES-0 1 2 4 8 16 32 64 128 256}; do
        prepare "$name"
        go_small "$size" "${does[$name]}" | cat >complaint # which the limit must not cut short
        result=${PIPESTATUS[0]}
        judge "$name" "$name, files of $size kB at most"
    done
    echo "  $name makes $count calls, $((tried - before)) faults tried"
done
echo "check-iofault: $tried faults (every ${every}th call, seed $seed): $failed ended with 1 and went on" \
    "afterwards, $survived were got over, $faults wrong"
[[ $faults -eq 0 ]]
