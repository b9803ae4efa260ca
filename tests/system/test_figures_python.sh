#!/bin/bash
# The examples in Python draw their figures: of runs, of an experiment, of Sobol' indices.
set -euo pipefail
python=/usr/bin/python3
[[ -x $python ]] || python=python3
"$python" -c 'import xarray, h5netcdf, matplotlib' 2>/dev/null || {
    echo "skipped: no python3 with xarray, h5netcdf and matplotlib"
    exit 77
}
"$SAMSKAB_SOURCE/tests/system/figures_with.sh" "$python" figures.py

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
examples=$SAMSKAB_SOURCE/analysis/examples
cat >plan.yaml <<'YAML'
title: Two parameters
settings: {population.inhabitants: 2000, weeks: 52}
replicates: 2
design:
  saltelli: {base: 4, parameters: {managers.hours: [2, 20], managers.participation: [0, 1]}}
YAML
"$SAMSKAB" experiment plan.yaml --quiet
"$python" "$examples/experiment.py" plan.h5 output over.png managers.hours
"$SAMSKAB" sensitivity plan.h5 --outcome output --format csv | "$python" "$examples/indices.py" indices.png
for picture in over.png indices.png; do
    [[ $(head -c 8 "$picture" | od -An -tx1 | tr -d ' ') == 89504e470d0a1a0a ]] || {
        echo "$picture is no picture"
        exit 1
    }
done
echo "output" | "$python" "$examples/indices.py" none.png 2>err && exit 1
grep -q "no Sobol' indices" err
