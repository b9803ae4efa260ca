#!/bin/bash
# Each harness of tests/torture over the files of the tree and some thousand seeded mutants of them:
# nothing crashes, hangs or takes much memory.  `make fuzz-pb RUNS=...` does so with libFuzzer.
set -uo pipefail
: "${SAMSKAB_TESTS:?is the folder of the test programs}" "${SAMSKAB_SOURCE:?is that of the source}"
programs=$SAMSKAB_TESTS/torture
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$SAMSKAB_SOURCE" || exit 1
# shellcheck source=tests/torture/fuzz_seeds.sh
. tests/torture/fuzz_seeds.sh
faults=0
for pair in scenario:3000 plan:3000 pb:30000 edges:100000; do
    name=${pair%:*}
    mapfile -t files < <(fuzz_seeds "$name" | sed "s|^|$SAMSKAB_SOURCE/|")
    (cd "$folder" && "$programs/fuzz_$name" --mutants "${pair#*:}" --seed 1 "${files[@]}") && continue
    faults=1
    [[ ! -e $folder/crash-fuzz_$name ]] || base64 "$folder/crash-fuzz_$name"
done
# As AFL++ calls them: one input on standard input.
for name in scenario plan pb edges; do
    fuzz_seeds "$name" | tail -n 1 | xargs cat | "$programs/fuzz_$name" || faults=1
done
exit "$faults"
