#!/bin/bash
# The example in R draws its figures.
Rscript -e 'library(ncdf4)' >/dev/null 2>&1 || {
    echo "skipped: no R with ncdf4"
    exit 77
}
exec "$SAMSKAB_SOURCE/tests/system/figures_with.sh" Rscript figures.R
