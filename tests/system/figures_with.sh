#!/bin/bash
# Draws the figures of analysis/examples from two small runs: figures_with.sh PROGRAM... SCRIPT
# A picture must come of it, no warning, and a refusal of wrong use.
set -euo pipefail
: "${SAMSKAB:?is the program to test}" "${SAMSKAB_SOURCE:?is the folder of the source}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
script=("${@:1:$#-1}" "$SAMSKAB_SOURCE/analysis/examples/${!#}")
for style in off on; do
    "$SAMSKAB" run "$SAMSKAB_SOURCE/scenarios/hands-$style.yaml" --set population.inhabitants=3000 \
        --weeks 60 --replicates 3 --agents 30 -q -o "$folder/$style.h5" >"$folder/table"
done
faults=0
fault() {
    echo "$*"
    faults=1
}
"${script[@]}" "$folder/off.h5" "$folder/on.h5" "$folder/picture.png" >"$folder/out" \
    2>"$folder/err" || fault "fails: $(cat "$folder/err")"
[[ ! -s $folder/err ]] || fault "warns: $(cat "$folder/err")"
size=$(stat -c %s "$folder/picture.png" 2>/dev/null || echo 0)
[[ $size -gt 10000 && $(head -c 4 "$folder/picture.png") == $'\x89PNG' ]] ||
    fault "draws no picture, but $size bytes"
if "${script[@]}" "$folder/off.h5" >"$folder/out" 2>"$folder/err"; then
    fault "takes one file for two"
fi
grep -q 'usage:' "$folder/err" || fault "does not say how it is used: $(cat "$folder/err")"
exit "$faults"
