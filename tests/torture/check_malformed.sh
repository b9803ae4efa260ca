#!/bin/bash
# Thousands of malformed scenarios and plans from the text of the tables (malformed.awk), each with
# the whole message that it must give.  All scenarios are validated at once; every 16th file, or
# each with TORTURE=short, is run by itself, which must end with exit 2 and write nothing.
set -uo pipefail
: "${SAMSKAB:?is the program to test}" "${SAMSKAB_SOURCE:?is the folder of the source}"
least=4000
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/files"
cd "$folder/files" || exit 1
every=1
[[ ${TORTURE:-quick} != quick ]] || every=16

awk -v folder=. -f "$SAMSKAB_SOURCE/tests/torture/malformed.awk" \
    "$SAMSKAB_SOURCE/models/params.def" "$SAMSKAB_SOURCE/models/events.h" >../index || exit 1
printf 'population.inhabitants: 1500\nweeks: 20\n' >base.yaml
scenarios=$(grep -c '^scenario' ../index)
plans=$(grep -c '^plan' ../index)
find . | sort >../before
faults=0

# What is said of all scenarios, one after the other.
sed -n 's/^scenario \(.*\)/\1.expected/p' ../index | xargs cat >../expected
code=0
sed -n 's/^scenario \(.*\)/\1.yaml/p' ../index | tr '\n' '\0' |
    xargs -0 -n 100000 -x "$SAMSKAB" validate >../out 2>../err || code=$?
[[ $code -eq 123 && ! -s ../out ]] || {
    echo "validate ends with $code and says on stdout: $(head -3 ../out)"
    faults=1
}
if ! diff ../expected ../err >../differs; then
    echo "validate: $(grep -c '^[<>]' ../differs) lines differ (< expected, > said)"
    head -40 ../differs
    faults=$((faults + 1))
fi

# One by one.
number=0 alone=0
while read -r what name; do
    number=$((number + 1))
    [[ $((number % every)) -eq 0 ]] || continue
    alone=$((alone + 1))
    command=run code=0
    [[ $what == scenario ]] || command=experiment
    "$SAMSKAB" "$command" "$name.yaml" -o never.h5 >../out 2>../err </dev/null || code=$?
    if [[ $code -ne 2 || -s ../out ]] || ! cmp -s "$name.expected" ../err; then
        faults=$((faults + 1))
        [[ $faults -gt 20 ]] || {
            echo "samskab $command ends with $code for:"
            cat "$name.yaml" ../out
            diff "$name.expected" ../err
        }
    fi
done <../index
find . | sort | diff ../before - || {
    echo "refused files leave something behind"
    faults=$((faults + 1))
}

[[ $((scenarios + plans)) -ge $least ]] || faults=$((faults + 1))
echo "check-malformed: $scenarios scenarios and $plans plans, $alone of them by themselves: $faults faults"
[[ $faults -eq 0 ]]
