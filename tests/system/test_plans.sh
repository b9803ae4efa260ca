#!/bin/bash
# The plans that are shipped: each says its question, its source and what theory expects, is listed
# in the README, and a small version of it runs to the end.
set -uo pipefail
: "${SAMSKAB:?is the program to test}" "${SAMSKAB_SOURCE:?is the folder of the source}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
faults=0
fault() {
    echo "$*"
    faults=$((faults + 1))
}
scenarios=$SAMSKAB_SOURCE/scenarios
count=0
for plan in "$scenarios"/experiments/*.yaml; do
    name=$(basename "$plan" .yaml)
    count=$((count + 1))
    head -1 "$plan" | grep -q '^# .*?' || fault "$name: the first line asks no question"
    grep -q '^# Source: ' "$plan" || fault "$name: names no source"
    grep -q '^# What theory expects: ' "$plan" || fault "$name: does not say what theory expects"
    grep -q '^question: ' "$plan" || fault "$name: has no question"
    grep -q "experiments/$name" "$scenarios/README.md" || fault "$name: is not in scenarios/README.md"
    "$SAMSKAB" experiment "$plan" --dry-run >out 2>err || fault "$name: $(cat err)"
    sed -e 's/^replicates: .*/replicates: 1/' -e 's/^  weeks: .*/  weeks: 3/' \
        -e 's/^  population.inhabitants: .*/  population.inhabitants: 1500/' \
        -e 's/^    base: .*/    base: 2/' -e "s|^base: \.\./|base: $scenarios/|" "$plan" >small.yaml
    cmp -s small.yaml "$plan" && fault "$name: cannot be made small"
    "$SAMSKAB" experiment small.yaml -o "$name.h5" -q >out 2>err || fault "$name: $(cat err)"
    "$SAMSKAB" export "$name.h5" --format csv -o small.csv --force 2>err || fault "$name: $(cat err)"
    runs=$(grep -c ',1,3,[^,]*,done,' small.csv)
    points=$(sed -n 's/^runs *//p' <("$SAMSKAB" experiment small.yaml --dry-run))
    [[ $runs -eq $points && $runs -gt 3 ]] || fault "$name: $runs of $points runs are done"
done
[[ $count -ge 5 ]] || fault "there are only $count plans"

# The ablations are those of every mechanism that can be switched off.
"$SAMSKAB" schedule --format csv | sed 1d | cut -d, -f2 >mechanisms
sed -n 's/.*{off\.\([a-z_]*\): true}.*/\1/p' "$scenarios/experiments/ablations.yaml" | sort >ablated
while read -r mechanism; do
    "$SAMSKAB" run --set "off.$mechanism=true" --set population.inhabitants=1500 --dry-run \
        >out 2>err && echo "$mechanism"
done <mechanisms | sort >possible
diff possible ablated >out || fault "ablations differ from what can be switched off: $(cat out)"
[[ $faults -eq 0 ]]
