#!/bin/bash
# The example in the shell draws its figures.
for tool in gnuplot ncdump awk; do
    command -v "$tool" >/dev/null || {
        echo "skipped: no $tool"
        exit 77
    }
done
exec "$SAMSKAB_SOURCE/tests/system/figures_with.sh" bash figures.sh
