#!/bin/bash
# Export as its user meets it: where it goes, what is refused, no half file; and that others read it:
# xmllint, networkx, igraph and Python's own csv and json, as far as they are there.
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
# expect CODE WORDS OPTION...: exit status of an export, and words that it must say.
expect() {
    local code=$1 words=$2 found=0
    shift 2
    "$SAMSKAB" export "$@" >out 2>err </dev/null || found=$?
    [[ $found -eq $code ]] || fault "export $*: exit status $found, must be $code: $(head -3 err)"
    [[ -z $words ]] || grep -qF -- "$words" out err ||
        fault "export $*: lacks '$words': $(head -3 out err)"
}
cat >two.yaml <<'YAML'
weeks: 54
replicates: 2
municipalities:
  - {name: "Rødby, \"nord\" & <syd>", population: {inhabitants: 3000}}
  - {name: Sæby, population: {inhabitants: 2500}}
YAML
"$SAMSKAB" run two.yaml -o two.h5 --agents 27 -q >table || fault "the run fails"

# Streams and files say the same; a file is never overwritten unless asked.
expect 0 "Usage: samskab export" --help
expect 0 "replicate,week,municipality,trust" two.h5 --format csv --series trust
cp out trust.csv
expect 0 "" two.h5 --format csv --series trust -o file.csv
cmp -s file.csv trust.csv || fault "-o and the stream differ"
[[ ! -s out && ! -s err ]] || fault "-o writes to the stream, too"
expect 2 "exists already" two.h5 --format json -o file.csv
cmp -s file.csv trust.csv || fault "a file was changed without --force"
expect 0 "" two.h5 --format csv --series coproducers -o file.csv --force
if cmp -s file.csv trust.csv; then fault "--force replaced nothing"; fi

# Wrong use and wrong files.
expect 2 "--format is missing" two.h5
expect 2 "must be one of csv, json, graphml" two.h5 --format xml
expect 2 "name a run or experiment file" --format csv
expect 2 "is no file of samskab" two.yaml --format csv
expect 2 "No such file" none.h5 --format csv
expect 2 "did you mean burnout?" two.h5 --format csv --series burnot
[[ ! -s out ]] || fault "a wrong name writes something"
expect 2 "no week 55" two.h5 --format graphml --week 55
expect 2 "they go with --format graphml" two.h5 --format csv --week 5
expect 2 "No such file" two.h5 --format csv -o none/x.csv
head -c 4000 two.h5 >cut.h5
expect 2 "cut.h5" cut.h5 --format json

# A full disk: a sentence, and nothing left.
for format in csv json graphml; do
    (
        ulimit -f 8
        "$SAMSKAB" export two.h5 --format "$format" --agents -o full >out 2>err
    )
    code=$?
    [[ $code -eq 1 ]] || fault "$format on a full disk: exit status $code"
    grep -q "File too large" err || fault "$format on a full disk: $(cat err)"
    for left in full*; do
        [[ ! -e $left ]] || fault "$format on a full disk leaves $left"
    done
    code=0
    "$SAMSKAB" export two.h5 --format "$format" >/dev/full 2>err || code=$?
    [[ $code -eq 1 && -s err ]] || fault "$format: a full standard output is not told ($code)"
done

# Others read it.
expect 0 "" two.h5 --format csv -o all.csv
expect 0 "" two.h5 --format json -o all.json
expect 0 "" two.h5 --format csv --agents -o agents.csv
expect 0 "" two.h5 --format graphml -o sites.graphml
expect 0 "" two.h5 --format graphml --agents -o people.graphml
if command -v xmllint >/dev/null; then
    xmllint --noout sites.graphml people.graphml || fault "the network is no XML"
fi
python=/usr/bin/python3
[[ -x $python ]] || python=python3
if command -v "$python" >/dev/null; then
    "$python" "$SAMSKAB_SOURCE/tests/system/read_export.py" all.csv all.json agents.csv \
        sites.graphml people.graphml || faults=$((faults + 1))
fi
[[ $faults -eq 0 ]]
