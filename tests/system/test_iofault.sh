#!/bin/bash
# The quick form of `make check-iofault`: some of the calls on files fail, in every command.
set -uo pipefail
: "${SAMSKAB_SOURCE:?is the folder of the source}"
"$SAMSKAB_SOURCE/tests/torture/check_iofault.sh" 29 1 experiment export report calibrate &&
    "$SAMSKAB_SOURCE/tests/torture/check_iofault.sh" 250 1 run checkpoints
