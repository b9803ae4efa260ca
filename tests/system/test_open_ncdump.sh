#!/bin/bash
# A run file opens labelled in ncdump: dimensions by name, series with units, names as text.
set -euo pipefail
: "${SAMSKAB:?is the program to test}" "${SAMSKAB_SOURCE:?is the folder of the source}"
# shellcheck source=tests/system/series.sh
source "$SAMSKAB_SOURCE/tests/system/series.sh"

command -v ncdump >/dev/null || {
    echo "skipped: no ncdump"
    exit 77
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$SAMSKAB" run "$SAMSKAB_SOURCE/scenarios/faxe.yaml" --weeks 4 --replicates 2 --agents 4 \
    -o "$folder/faxe.h5" --quiet >"$folder/table"
ncdump -h "$folder/faxe.h5" >"$folder/head"

faults=0
must() {
    grep -qE "$1" "$folder/head" || {
        echo "ncdump -h shows no line like: $1"
        faults=1
    }
}
must '^[[:space:]]*replicate = 2 ;'
must '^[[:space:]]*time = 4 ;'
must '^[[:space:]]*municipality = 1 ;'
for name in "${series[@]}"; do
    must "^[[:space:]]*float $name\(replicate, time, municipality\) ;"
    must "^[[:space:]]*(string )?$name:units = \".+\" ;"
    must "^[[:space:]]*(string )?$name:long_name = \".+\" ;"
done
must '^group: parameters \{'
must '^group: provenance \{'
# Everything must be readable to the end, labels and agents too.
ncdump "$folder/faxe.h5" >"$folder/all" || {
    echo "ncdump fails on the values"
    faults=1
}
grep -q '"Faxe"' "$folder/all" || {
    echo "ncdump shows no \"Faxe\""
    faults=1
}
exit "$faults"
