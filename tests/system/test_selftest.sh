#!/bin/bash
# The test at the program's start finds builds that compute wrongly, and passes right ones.
set -uo pipefail
: "${SAMSKAB_SOURCE:?is the folder of the source}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$SAMSKAB_SOURCE" || exit 1
faults=0
fault() {
    echo "$*"
    faults=1
}
# build FLAGS...: the test with them; 1 where the compiler cannot.
build() {
    "${CC:-cc}" -std=c17 -D_GNU_SOURCE -I. "$@" tests/support/planted_selftest.c sim/selftest.c \
        sim/error.c sim/stream.c -lgsl -lgslcblas -lm -o "$folder/try" 2>"$folder/log"
}
for flags in -O0 -O2 -O3 '-O3 -march=native'; do
    # shellcheck disable=SC2086 # flags are words
    build $flags -ffp-contract=off || fault "$flags: $(cat "$folder/log")"
    "$folder/try" 2>"$folder/err" || fault "$flags: $(cat "$folder/err")"
done
if grep -qw fma /proc/cpuinfo 2>/dev/null; then
    build -O2 -mfma -ffp-contract=fast || fault "contraction: $(cat "$folder/log")"
    "$folder/try" 2>"$folder/err" && fault "contraction is not found"
    grep -q 'not rounded before' "$folder/err" || fault "contraction: $(cat "$folder/err")"
fi
build -O2 -ffast-math || fault "fast mathematics: $(cat "$folder/log")"
"$folder/try" 2>"$folder/err" && fault "fast mathematics is not found"
grep -q 'computes wrongly' "$folder/err" || fault "fast mathematics: $(cat "$folder/err")"
# Without optimisation it does nothing but let the processor flush small numbers to zero, on x86.
if [[ $(uname -m) == x86_64 ]]; then
    build -O0 -ffast-math -ffp-contract=off || fault "small numbers: $(cat "$folder/log")"
    "$folder/try" 2>"$folder/err" && fault "small numbers that are flushed are not found"
    grep -q 'flushed to zero' "$folder/err" || fault "small numbers: $(cat "$folder/err")"
fi
exit "$faults"
