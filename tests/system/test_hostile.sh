#!/bin/bash
# The quick form of `make check-hostile`: files built to harm, and some mutants of files of ours.
set -uo pipefail
: "${SAMSKAB:?is the program to test}" "${SAMSKAB_TESTS:?is the folder of the test programs}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
cat >plan.yaml <<'END'
settings: {population.inhabitants: 1300, weeks: 4, replicates: 2}
keep: [volunteers, burnout]
design: {arms: [{name: as is}, {name: more, settings: {managers.hours: 20}}]}
END
"$SAMSKAB" experiment plan.yaml -o experiment.h5 --quiet >/dev/null || exit 1
"$SAMSKAB" run --set population.inhabitants=1300 --weeks 4 --agents 2 -o run.h5 --quiet >/dev/null ||
    exit 1
if "$SAMSKAB" info run.h5 --untrusted 2>&1 | grep -q "built without libseccomp"; then
    unset SAMSKAB
fi
"$SAMSKAB_TESTS/torture/check_hostile" "${MUTANTS:-200}" "${SEED:-1}" experiment.h5 run.h5
