#!/bin/bash
# The quick form of `make check-oom` and `make check-hdf5`, without sanitizers: some allocations fail,
# and some calls of libhdf5, in every command.
set -uo pipefail
: "${SAMSKAB_SOURCE:?is the folder of the source}" "${SAMSKAB_TESTS:?is that of the test programs}"
program=$SAMSKAB_TESTS/torture/samskab_oom
check=$SAMSKAB_SOURCE/tests/torture/check_oom.sh
OF=paths "$check" "$program" 17 1 && OF=paths CALLS=hdf5 "$check" "$program" 41 1
