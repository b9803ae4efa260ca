#!/bin/bash
# Fuzzes with libFuzzer: fuzz.sh PROGRAM PLAIN SEED [RUNS].  Fails on a crash, a sanitizer's word, 256 MB
# or a hang; the input is left in the working folder.  What takes over a second by the clock, with
# sanitizers and whatever else the machine does, is given to PLAIN, the harness without them, which
# fails when it takes a second of the processor.  TORTURE says how many inputs there are: with long
# ten million over the four harnesses.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
program=$1 plain=$2 seed=$3 runs=${4:-}
name=${program##*/fuzz_}
declare -A short=([scenario]=2000 [plan]=5000 [pb]=20000 [edges]=100000)
declare -A long=([scenario]=100000 [plan]=100000 [pb]=800000 [edges]=9000000)
if [[ -z $runs ]]; then
    runs=${short[$name]}
    [[ ${TORTURE:-short} != long ]] || runs=${long[$name]}
fi
# shellcheck source=tests/torture/fuzz_seeds.sh
. tests/torture/fuzz_seeds.sh
corpus=$(mktemp -d)
slow=$(mktemp -d)
trap 'rm -rf "$corpus" "$slow"' EXIT
fuzz_seeds "$name" | xargs -d '\n' cp -t "$corpus" --backup=numbered || exit 1
seeds=$(find "$corpus" -type f | wc -l)
options=(-runs="$runs" -seed="$seed" -timeout=30 -report_slow_units=1 -rss_limit_mb="${FUZZ_MB:-256}" -max_len=16384
    -print_final_stats=1 -verbosity=0 -use_value_profile=1 -artifact_prefix="$slow/")
[[ -r tests/torture/fuzz_$name.dict ]] && options+=(-dict="tests/torture/fuzz_$name.dict")
export LSAN_OPTIONS=suppressions=tests/torture/leaks.txt:print_suppressions=0 OMP_NUM_THREADS=1
log=$(ASAN_OPTIONS=quarantine_size_mb=4:allocator_may_return_null=1 \
    "$program" "${options[@]}" "$corpus" 2>&1)
code=$?
if [[ $code -ne 0 ]]; then
    printf '%s\n' "$log" | tail -60
    for file in "$slow"/*; do
        [[ $file == */slow-unit-* ]] || cp "$file" "crash-$name-${file##*/}"
    done
    echo "fuzz-$name: FAILED after $seeds seeds, exit $code" >&2
    exit 1
fi
mapfile -t files < <(find "$slow" -type f)
if [[ ${#files[@]} -gt 0 ]] && ! (cd "$slow" && "$plain" "${files[@]}"); then
    cp "${files[@]}" .
    echo "fuzz-$name: FAILED, takes over a second" >&2
    exit 1
fi
stat() { printf '%s\n' "$log" | sed -n "s/^stat::$1: *//p"; }
echo "fuzz-$name: $(stat number_of_executed_units) inputs from $seeds files, seed $seed: no crash," \
    "none over a second, $(stat peak_rss_mb) MB at most"
