#!/bin/bash
# For scripts that type commands as a user does, each in a folder of its own: to be sourced.
# A script ends with the count of `faults`.
set -uo pipefail
: "${SAMSKAB:?is the program to test}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
faults=0
fault() {
    echo "$*"
    faults=$((faults + 1))
}

# expect CODE WORDS COMMAND...: its exit status, and words that stderr or stdout must contain.
expect() {
    local code=$1 words=$2 found=0
    shift 2
    "$SAMSKAB" "$@" >out 2>err </dev/null || found=$?
    [[ $found -eq $code ]] || fault "samskab $*: exit status $found, must be $code: $(head -3 err)"
    grep -qF -- "$words" out err || fault "samskab $*: lacks '$words': $(head -3 out err)"
}
