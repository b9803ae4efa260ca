#!/bin/bash
# The program as its user meets it: commands, bad use, bad input, output that is there, interruption.
# Exit 0 done, 1 failed, 2 wrong use or bad input, 130 interrupted; results on stdout, messages on
# stderr; nothing overwritten and nothing half-written.
set -uo pipefail
: "${SAMSKAB:?is the program to test}" "${SAMSKAB_SOURCE:?is the folder of the source}"
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder" || exit 1

faults=0
fault() {
    echo "$*"
    faults=1
}

# expect CODE WORDS COMMAND...: its exit code, and that stderr has the words ("" for: is empty).
expect() {
    local wanted=$1 words=$2 code=0
    shift 2
    "$@" >out 2>err </dev/null || code=$?
    [[ $code -eq $wanted ]] || fault "exit $code instead of $wanted: $* ($(cat err))"
    if [[ -z $words ]]; then
        [[ ! -s err ]] || fault "not silent on stderr: $* ($(cat err))"
    else
        grep -qF -- "$words" err || fault "no '$words' on stderr: $* ($(cat err))"
    fi
    if [[ $wanted -eq 2 ]]; then
        [[ ! -s out ]] || fault "writes on stdout though it fails: $*"
    fi
}
digest() { "$SAMSKAB" info "$1" | sed -n 's/^digest *//p'; }
nothing_at() { [[ ! -e $1 ]] || fault "$1 is there"; }

printf 'population.inhabitants: 1500\nweeks: 40\nreplicates: 2\n' >town.yaml

# Commands that only tell.
for command in params variables schedule --help --version "run --help" "resume --help" \
    "params burnout --format csv" "params --format yaml" "variables --format md" \
    "schedule --format md" "validate town.yaml" "run town.yaml --dry-run"; do
    # shellcheck disable=SC2086
    expect 0 "" "$SAMSKAB" $command
    [[ -s out ]] || fault "says nothing: samskab $command"
done
nothing_at town.h5
"$SAMSKAB" params --format csv >all.csv
for column in name symbol unit default range meaning source; do
    head -1 all.csv | grep -qw "$column" || fault "params --format csv has no column $column"
done

# Wrong use.
expect 2 "no parameter" "$SAMSKAB" params no-such-parameter-at-all
expect 2 "COMMAND" "$SAMSKAB"
expect 2 "there is no command rnu; did you mean run?" "$SAMSKAB" rnu
expect 2 "--wieks" "$SAMSKAB" run town.yaml --wieks 3
expect 2 "requires an argument" "$SAMSKAB" run town.yaml --weeks
expect 2 "--threads is 0" "$SAMSKAB" run town.yaml --threads 0
expect 2 "--threads is -1" "$SAMSKAB" run town.yaml --threads=-1
expect 2 "--threads is two" "$SAMSKAB" run town.yaml --threads two
expect 2 "--weeks" "$SAMSKAB" run town.yaml --weeks 0
expect 2 "--weeks" "$SAMSKAB" run town.yaml --weeks 1e9
expect 2 "KEY=VALUE" "$SAMSKAB" run town.yaml --set weeks
expect 2 "did you mean" "$SAMSKAB" run town.yaml --set volunteers.recruitment.p_ac=0.5
expect 2 "too many arguments" "$SAMSKAB" run town.yaml town.yaml
expect 2 "--format is pdf" "$SAMSKAB" params --format pdf
expect 2 "name a scenario" "$SAMSKAB" validate
expect 2 "name a run file" "$SAMSKAB" info
expect 2 "every 41 weeks" "$SAMSKAB" run town.yaml --agents 41

# Bad input.
mkdir a-folder
: >empty.yaml
head -c 5000 "$SAMSKAB" >binary.yaml
expect 2 "nothing.yaml: is not there" "$SAMSKAB" run nothing.yaml
expect 2 "is a folder" "$SAMSKAB" run a-folder
expect 2 "nothing.yaml" "$SAMSKAB" validate nothing.yaml
expect 2 "binary.yaml" "$SAMSKAB" validate binary.yaml
expect 0 "" "$SAMSKAB" validate empty.yaml
expect 2 "nothing.h5" "$SAMSKAB" info nothing.h5
expect 2 "town.yaml" "$SAMSKAB" info town.yaml
expect 2 "no interrupted run" "$SAMSKAB" resume nothing.h5
printf 'weeks: 0\nseed: .nan\n' >bad.yaml
expect 2 "bad.yaml:1:8: weeks is 0" "$SAMSKAB" validate bad.yaml
grep -qF 'bad.yaml:2:7: seed is .nan' err || fault "not all faults of bad.yaml: $(cat err)"
code=0
"$SAMSKAB" validate bad.yaml town.yaml >out 2>err || code=$?
[[ $code -eq 2 ]] || fault "exit $code instead of 2: validate bad.yaml town.yaml"
grep -q '^town.yaml: valid' out || fault "validate stops at the first bad scenario"
for file in nothing.h5 a-folder.h5 binary.h5 bad.h5; do
    nothing_at "$file"
done

# A run, and its file again.
expect 0 "" "$SAMSKAB" run town.yaml -o first.h5 --quiet
grep -q 'people who volunteer' out || fault "a run prints no table"
expect 0 "" "$SAMSKAB" info first.h5
first=$(digest first.h5)
[[ $first =~ ^[0-9a-f]{16}$ ]] || fault "the digest of first.h5 is '$first'"
expect 0 "" "$SAMSKAB" run first.h5 --quiet --threads 3
[[ $(digest first-again.h5) == "$first" ]] || fault "first.h5 run again gives another digest"
expect 0 "" "$SAMSKAB" run first.h5 --quiet --seed 7 -o seed.h5
[[ $(digest seed.h5) != "$first" ]] || fault "another seed gives the same digest"

# What is there is not overwritten, and that is seen before anything is computed.
expect 2 "first.h5: exists already" "$SAMSKAB" run town.yaml -o first.h5 --weeks 5200
[[ $(digest first.h5) == "$first" ]] || fault "first.h5 has changed"
nothing_at first.h5.parts
expect 0 "" "$SAMSKAB" run town.yaml -o first.h5 --seed 7 --force --quiet
[[ $(digest first.h5) == "$(digest seed.h5)" ]] || fault "--force did not replace first.h5"

# Output that cannot be written.
expect 2 "its folder" "$SAMSKAB" run town.yaml -o no-folder/out.h5
expect 2 "a-folder" "$SAMSKAB" run town.yaml -o a-folder
if [[ $(id -u) -ne 0 ]]; then
    mkdir locked
    chmod 555 locked
    expect 2 "locked/out.h5" "$SAMSKAB" run town.yaml -o locked/out.h5
fi

# Run files that are cut short or damaged.
size=$(stat -c %s seed.h5)
for part in 100 3000 $((size / 2)) $((size - 100)); do
    head -c "$part" seed.h5 >cut.h5
    expect 2 "cut.h5" "$SAMSKAB" info cut.h5
    expect 2 "cut.h5" "$SAMSKAB" run cut.h5 -o from-cut.h5
    nothing_at from-cut.h5
done

# No colour and no bar where there is no terminal, or where NO_COLOR is set.
NO_COLOR=1 "$SAMSKAB" run town.yaml -o plain.h5 >out 2>err || fault "fails with NO_COLOR"
! grep -q $'\033' out err || fault "escapes in the output with NO_COLOR"
"$SAMSKAB" run town.yaml -o plain.h5 --force >out 2>err || fault "fails with --force"
! grep -q $'\033\|\r' out err || fault "escapes in the output of a pipe"

# Interrupted and resumed: everything but the provenance is the same.
long=(town.yaml --weeks 500 --quiet)
expect 0 "" "$SAMSKAB" run "${long[@]}" -o whole.h5 --threads 1
for signal in INT TERM HUP XCPU; do
    for _ in 1 2 3 4 5; do # a fast machine may be done before the signal comes
        "$SAMSKAB" run "${long[@]}" -o part.h5 --threads 2 --checkpoint-every 50 >out 2>err &
        process=$!
        until [[ -e part.h5.parts/setup.h5 || -e part.h5 ]]; do sleep 0.01; done
        kill -"$signal" "$process" 2>/dev/null
        code=0
        wait "$process" || code=$?
        [[ $code -eq 0 ]] || break
        rm -f part.h5
    done
    [[ $code -eq 130 ]] || fault "exit $code instead of 130 after SIG$signal"
    grep -q 'samskab resume part.h5' err || fault "does not say how to go on: $(cat err)"
    nothing_at part.h5
    expect 2 "an interrupted run is there" "$SAMSKAB" run "${long[@]}" -o part.h5
    expect 0 "" "$SAMSKAB" resume part.h5 --threads 1 --quiet
    nothing_at part.h5.parts
    [[ $(digest part.h5) == "$(digest whole.h5)" ]] || fault "resumed after SIG$signal: other digest"
    if command -v ncdump >/dev/null; then
        for file in whole part; do
            ncdump "$file.h5" | sed -e "1s/.*//" -e '/^group: provenance {/,/} \/\/ group prov/d' \
                >"$file.text"
        done
        [[ $(wc -l <whole.text) -gt 1000 ]] || fault "ncdump shows little of whole.h5"
        cmp -s whole.text part.text || fault "resumed after SIG$signal: $(diff whole.text part.text |
            head -5)"
    fi
    rm -f part.h5
done

# A reader that goes away is no reason to crash.
"$SAMSKAB" params 2>err | head -1 >/dev/null
[[ ${PIPESTATUS[0]} -ne 139 && ${PIPESTATUS[0]} -ne 134 ]] || fault "crashes on a closed pipe"
exit "$faults"
