#!/bin/bash
# Dieharder's battery (Brown, Marsaglia) on three interleavings of the streams that the model draws
# from: one stream; agent by agent; week, purpose and replicate in turn.
#
# TORTURE=quick takes three tests, short nine, long all two dozen whose reliability dieharder calls
# good, some in more than one dimension (TEST:DIMENSION; without one these test nothing, or fail
# whatever they are given).  A test FAILED is a fault (a probability of 2 in a million each), and so is
# one without a result; WEAK, which one of a hundred is by chance, is counted.  Randu, which is known to
# be bad, must fail.  Needs dieharder, which little else needs: without it nothing is tried, and that is
# said.
set -uo pipefail
: "${SAMSKAB_TESTS:?is the folder of the test programs}"
words=$SAMSKAB_TESTS/torture/check_rng
command -v dieharder >/dev/null || {
    echo "check-dieharder: dieharder is not installed (package dieharder); nothing was tried"
    exit 77
}
case ${TORTURE:-quick} in
quick) tests=(0 2 100) ;;
short) tests=(0 2 3 8 15 100 101 200:2 204) ;;
long)
    tests=(0 1 2 3 4 8 9 10 11 12 13 15 16 17 100 101 102 200:{1,2,4,8,12} 201:{2,3,4,5} 202:{2,3,4,5})
    tests+=(203:{0,1,15} 204 205 206 207 208 209)
    ;;
*)
    echo "TORTURE is $TORTURE, must be one of quick, short, long"
    exit 1
    ;;
esac
answers=$(mktemp)
trap 'rm -f "$answers"' EXIT

# Lines NAME,DIMENSION,PROBABILITY,ASSESSMENT of a test of a generator, or of the words on standard input.
battery() {
    local generator=$1 test=$2
    [[ $test == *:* ]] || test+=:0
    dieharder -d "${test%:*}" -n "${test#*:}" -g "$generator" -c , -D test_name -D ntuple -D pvalues \
        -D assessment 2>&1 | grep -E 'PASSED|WEAK|FAILED' || echo "$test,,,FAILED without a result"
}

RAW=200 RANDU=41
if ! battery "$RANDU" 3 | grep -q '0.00000000, *FAILED'; then
    echo "check-dieharder: randu passes, which it must not"
    exit 1
fi
for interleaving in stream agents weeks; do
    for test in "${tests[@]}"; do
        "$words" words "$interleaving" 2>/dev/null | battery "$RAW" "$test" | sed "s/^ */$interleaving,/"
    done
done >"$answers"
count() { grep -c "$1" "$answers"; }
grep -v PASSED "$answers"
echo "check-dieharder: 3 interleavings, $(wc -l <"$answers") results: $(count PASSED) passed, $(count WEAK) weak," \
    "$(count FAILED) failed; randu fails, as it must"
[[ -s $answers && $(count FAILED) -eq 0 ]]
