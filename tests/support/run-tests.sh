#!/bin/bash
# Runs test programs and scripts, two at a time, and sums their tests: run-tests.sh PROGRAM...
#
# A program is of cmocka and tells how many of its tests passed, failed and were skipped.  A script
# (*.sh) is one test: 0 passed, 77 skipped, else failed.  A program that dies without a word of a
# failed test counts as one failed.  The last line is the sum; exit 1 when a test failed, or when
# none ran.
set -uo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# One program: its output to FOLDER/NUMBER.{out,err}, its counts to FOLDER/NUMBER.count.
run_one() {
    local folder=$1 number=$2 program=$3 code=0 passed=0 failed=0 skipped=0
    timeout --kill-after=10 "${TEST_SECONDS:-900}" "$program" \
        >"$folder/$number.out" 2>"$folder/$number.err" </dev/null || code=$?
    sum() { sed -n "s/^\[  $1\] \(tests: \)\{0,1\}\([0-9]*\) test.*/\2/p" \
        "$folder/$number.err" "$folder/$number.out" | awk '{n += $1} END {print n + 0}'; }
    if [[ $program == *.sh ]]; then
        case $code in
        0) passed=1 ;;
        77) skipped=1 ;;
        *) failed=1 ;;
        esac
    else
        passed=$(sum 'PASSED  ')
        failed=$(sum 'FAILED  ')
        skipped=$(sum 'SKIPPED ')
    fi
    if [[ $code -ne 0 && $code -ne 77 && $failed -eq 0 ]]; then
        failed=1
        echo "$program ended with exit status $code" >>"$folder/$number.err"
    fi
    echo "$passed $failed $skipped" >"$folder/$number.count"
}
export -f run_one

number=0
for program in "$@"; do
    number=$((number + 1))
    printf '%s\0%s\0%s\0' "$folder" "$number" "$program"
done | xargs -0 -r -n 3 -P "${TEST_JOBS:-2}" bash -c 'run_one "$@"' run_one

passed=0 failed=0 skipped=0 number=0
for program in "$@"; do
    number=$((number + 1))
    p=0 f=1 s=0
    read -r p f s <"$folder/$number.count"
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    if [[ $f -gt 0 ]]; then
        echo "== $program"
        cat "$folder/$number.out" "$folder/$number.err"
    elif [[ $s -gt 0 ]]; then
        grep -h '^\(skipped\|SKIP\)' "$folder/$number.out" "$folder/$number.err" | sort -u
    fi
    printf '%-48s %4d passed, %d failed' "${program#"${SAMSKAB_TESTS:-}/"}" "$p" "$f"
    [[ $s -gt 0 ]] && printf ', %d skipped' "$s"
    echo
done
closing="$passed passed, $failed failed"
[[ $skipped -gt 0 ]] && closing+=", $skipped skipped"
echo "$closing"
[[ $failed -eq 0 && $passed -gt 0 ]]
