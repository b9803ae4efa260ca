#!/bin/bash
# For scripts that look at what a command said after it ended, each in a folder of its own: to be
# sourced.  $what is the command in words, $result its exit code; out and err are what it said.
# A script ends with `faults`.
set -uo pipefail
: "${SAMSKAB:?is the program to test}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
faults=0 what="" result=0
fault() {
    echo "$*"
    faults=$((faults | 1))
}
digest() { "$SAMSKAB" info "$1" | sed -n 's/^digest *//p'; }
# must CODE WORDS...: the exit code of the last command, and what it must have said.
must() {
    local code=$1
    shift
    [[ $result -eq $code ]] || fault "$what: exit $result instead of $code ($(cat err))"
    local words
    for words in "$@"; do
        cat out err | grep -qF -- "$words" || fault "$what: does not say '$words' ($(cat out err))"
    done
}
