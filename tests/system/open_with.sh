#!/bin/bash
# Makes a small run file and opens it with xarray: open_with.sh netcdf4|h5netcdf
set -euo pipefail
: "${SAMSKAB:?is the program to test}" "${SAMSKAB_SOURCE:?is the folder of the source}"
# shellcheck source=tests/system/series.sh
source "$SAMSKAB_SOURCE/tests/system/series.sh"

python=/usr/bin/python3
[[ -x $python ]] || python=python3
command -v "$python" >/dev/null || {
    echo "skipped: no python3"
    exit 77
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/two.yaml" <<'YAML'
weeks: 6
replicates: 2
municipalities:
  - name: Rødby
    population: {inhabitants: 3000}
  - name: Sæby
    population: {inhabitants: 2500}
YAML
"$SAMSKAB" run "$folder/two.yaml" -o "$folder/two.h5" --agents 3 --quiet >"$folder/table"
"$python" "$SAMSKAB_SOURCE/tests/system/open_labelled.py" "$1" "$folder/two.h5" Rødby Sæby -- \
    "${series[@]}"
