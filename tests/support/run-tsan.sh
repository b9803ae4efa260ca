#!/bin/bash
# Looks for races in programs built by clang with ThreadSanitizer: run-tsan.sh PLANTED PROGRAM...
#
# PLANTED has a race, which must be found, and none when it is given an argument.  Archer tells the
# sanitizer what OpenMP's barriers order; without it every parallel loop would be reported.
set -euo pipefail

planted=$1
shift

archer=$(dirname "$(readlink -f "$(command -v "${CC:-clang}")")")/../lib/libarcher.so
if [[ ! -e $archer ]]; then
    echo "run-tsan.sh: no libarcher.so beside ${CC:-clang}: install its OpenMP library" >&2
    exit 1
fi
export OMP_TOOL_LIBRARIES=$archer
export TSAN_OPTIONS="ignore_noninstrumented_modules=1 exitcode=66 ${TSAN_OPTIONS:-}"

# The sanitizer's memory map does not bear the many random address bits of newer kernels.
fixed=()
setarch "$(uname -m)" -R true 2>/dev/null && fixed=(setarch "$(uname -m)" -R)

report=$("${fixed[@]}" "$planted" 2>&1) && code=0 || code=$?
if [[ $code -ne 66 || $report != *"data race"* ]]; then
    printf '%s\n' "$report" >&2
    echo "run-tsan.sh: the planted race was not found" >&2
    exit 1
fi
if ! report=$("${fixed[@]}" "$planted" ordered 2>&1); then
    printf '%s\n' "$report" >&2
    echo "run-tsan.sh: a race is seen where barriers allow none: Archer does not work on this" \
        "machine (so it is with clang 14 of Ubuntu 22.04; Debian 12 has one that does)" >&2
    exit 1
fi
echo "planted race found, and none where there is none"
TEST_SECONDS=${TEST_SECONDS:-3600} "${fixed[@]}" tests/support/run-tests.sh "$@"
