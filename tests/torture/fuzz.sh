#!/bin/bash
# Fuzzes with libFuzzer: fuzz.sh PROGRAM RUNS SEED.  Fails on a crash, a sanitizer's word, an input
# that takes over a second, or 256 MB; the input is left in the working folder.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
program=$1 runs=$2 seed=$3
name=${program##*/fuzz_}
# shellcheck source=tests/torture/fuzz_seeds.sh
. tests/torture/fuzz_seeds.sh
corpus=$(mktemp -d)
trap 'rm -rf "$corpus"' EXIT
fuzz_seeds "$name" | xargs -d '\n' cp -t "$corpus" --backup=numbered || exit 1
seeds=$(find "$corpus" -type f | wc -l)
options=(-runs="$runs" -seed="$seed" -timeout=1 -rss_limit_mb="${FUZZ_MB:-256}" -max_len=16384
    -print_final_stats=1 -verbosity=0 -use_value_profile=1 -artifact_prefix="crash-$name-")
[[ -r tests/torture/fuzz_$name.dict ]] && options+=(-dict="tests/torture/fuzz_$name.dict")
log=$(ASAN_OPTIONS=quarantine_size_mb=4:allocator_may_return_null=1 OMP_NUM_THREADS=1 \
    "$program" "${options[@]}" "$corpus" 2>&1)
code=$?
if [[ $code -ne 0 ]]; then
    printf '%s\n' "$log" | tail -60
    echo "fuzz-$name: FAILED after $seeds seeds, exit $code" >&2
    exit 1
fi
stat() { printf '%s\n' "$log" | sed -n "s/^stat::$1: *//p"; }
echo "fuzz-$name: $(stat number_of_executed_units) inputs from $seeds files, seed $seed: no crash," \
    "none over $(stat slowest_unit_time_sec) s (whole seconds), $(stat peak_rss_mb) MB at most"
