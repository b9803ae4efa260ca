#!/bin/bash
# The example in Python draws its figures.
python=/usr/bin/python3
[[ -x $python ]] || python=python3
"$python" -c 'import xarray, h5netcdf, matplotlib' 2>/dev/null || {
    echo "skipped: no python3 with xarray, h5netcdf and matplotlib"
    exit 77
}
exec "$SAMSKAB_SOURCE/tests/system/figures_with.sh" "$python" figures.py
