#!/bin/bash
# A run file opens labelled in xarray by way of netcdf4.
exec "$SAMSKAB_SOURCE/tests/system/open_with.sh" netcdf4
