#!/bin/bash
# The quick form of `make check-oom`, without sanitizers: some allocations fail, in every command.
set -uo pipefail
: "${SAMSKAB_SOURCE:?is the folder of the source}" "${SAMSKAB_TESTS:?is that of the test programs}"
program=$SAMSKAB_TESTS/torture/samskab_oom
check=$SAMSKAB_SOURCE/tests/torture/check_oom.sh
"$check" "$program" 61 1 validate run compare export report info budget &&
    "$check" "$program" 997 1 experiment calibrate
