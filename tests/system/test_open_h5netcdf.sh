#!/bin/bash
# A run file opens labelled in xarray by way of h5netcdf.
exec "$SAMSKAB_SOURCE/tests/system/open_with.sh" h5netcdf
