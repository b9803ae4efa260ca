#!/bin/bash
# The commands as a user types them: outcomes, where output goes, and that nothing is overwritten.
# shellcheck source=tests/support/expect.sh
source "$SAMSKAB_SOURCE/tests/support/expect.sh"
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
silent() { [[ ! -s $1 ]] || fault "samskab ${*:2}: $1 must be empty: $(head -2 "$1")"; }

cat >small.yaml <<'YAML'
weeks: 6
replicates: 3
municipalities:
  - name: Sæby
    population: {inhabitants: 2500}
YAML

# Help and version are results; wrong use is told on stderr and names what is near.
expect 0 "Commands:" --help
silent err --help
expect 0 "samskab " --version
for command in run resume validate params variables schedule calibrate experiment merge compare sensitivity frontier report export info; do
    expect 0 "Usage: samskab $command" "$command" --help
    grep -q "samskab $command" out || fault "$command --help has no example"
    silent err "$command" --help
    expect 0 "samskab " "$command" --version
done
expect 2 "did you mean run" rnu
silent out rnu
expect 2 "Usage" # nothing at all
expect 2 "unrecognized option" run --fast
expect 2 "KEY=VALUE" run --set weeks
expect 2 "[1, 1024]" run --threads 0
expect 2 "[1, 65535]" run --agents -3
expect 2 "must be one of table, csv, yaml, md" params --format cvs
expect 2 "name a run file" info
expect 2 "too many arguments" info a b

# A dry run computes nothing; settings lie on top of the scenario.
expect 0 "replicates   2" run small.yaml --dry-run --replicates 2
[[ ! -e small.h5 ]] || fault "--dry-run wrote a file"

# A run: the table on stdout, the rest on stderr, no colour and no bar.
expect 0 "people who volunteer" run small.yaml
grep -q "small.h5" err || fault "run does not say where the file is"
if grep -q $'\033' out err; then fault "run writes escape codes to a file"; fi
[[ -s small.h5 && ! -e small.h5.parts ]] || fault "run leaves no file, or leaves its parts"
expect 0 "digest" info small.h5
digest=$(grep '^digest' out)
expect 0 "Sæby" info small.h5
cp small.h5 kept.h5
expect 2 "exists already" run small.yaml
cmp -s small.h5 kept.h5 || fault "a finished file was changed without --force"

# The same again from the run file alone, also on other threads.
expect 0 "" run small.h5 --threads 3 --quiet
silent err run small.h5 --quiet
expect 0 "$digest" info small-again.h5
expect 0 "people who volunteer" run small.yaml --agents 3 -o agents.h5
expect 0 "stored at 2 weeks" info agents.h5
expect 0 "people who volunteer" run agents.h5
expect 0 "stored at 2 weeks" info agents-again.h5
expect 2 "has only 6" run small.yaml --agents 7 -o long.h5
expect 0 "people who volunteer" run small.h5 --seed 7 -o seed.h5 -q
expect 0 "digest" info seed.h5
if grep -qF "$digest" out; then fault "another seed gives the same run"; fi
expect 0 "valid" validate small.yaml small.h5

# Reports: a page beside the run, in two languages, never over another.
expect 0 "needs no network" report small.h5
grep -q '<html lang="en">' small.html || fault "report writes no English page"
expect 2 "exists already" report small.h5
expect 0 "danish.html" report small.h5 seed.h5 --lang da -o danish.html
grep -q '<html lang="da">' danish.html || fault "report --lang da writes no Danish page"
expect 2 "must be one of en, da" report small.h5 --lang de
expect 2 "name a run file" report
expect 2 "small.yaml" report small.yaml -o other.html
expect 0 "people who volunteer" run small.yaml --weeks 4 -o four.h5 -q
expect 2 "a report shows runs of one length" report small.h5 four.h5 -o other.html
[[ ! -e other.html ]] || fault "a report that failed left a page"

# Real ballots are part of the run file too: their own is not needed to run it again.
mkdir own
cp "$SAMSKAB_SOURCE/scenarios/example-budget.pb" own/ballots.pb
{ cat small.yaml && echo 'budget: {ballots: ballots.pb}'; } >own/small.yaml
expect 0 "people who volunteer" run own/small.yaml --weeks 54 -o ballots.h5
expect 0 "digest" info ballots.h5
ballots=$(grep '^digest' out)
rm -r own
expect 0 "people who volunteer" run ballots.h5 --threads 3 -o ballots-again.h5
expect 0 "$ballots" info ballots-again.h5
expect 0 "people who volunteer" run small.yaml --weeks 54 -o without.h5
expect 0 "digest" info without.h5
if grep -qF "$ballots" out; then fault "real ballots change nothing"; fi

# Interrupted and resumed: the same bits.
expect 0 "" run small.yaml --weeks 300 -o straight.h5 -q
expect 0 "digest" info straight.h5
digest=$(grep '^digest' out)
"$SAMSKAB" run small.yaml --weeks 300 -o stopped.h5 -q --checkpoint-every 1 >out 2>err &
run=$!
while [[ ! -e stopped.h5.parts/replicate-00000-00001.h5 && ! -e stopped.h5.parts/setup.h5 ]]; do
    kill -0 "$run" 2>/dev/null || break
done
kill -TERM "$run"
code=0
wait "$run" || code=$?
[[ $code -eq 130 ]] || fault "an interrupted run ended with $code: $(cat err)"
grep -q "samskab resume stopped.h5" err || fault "an interrupted run does not say how to resume"
[[ ! -e stopped.h5 ]] || fault "an interrupted run wrote its file"
expect 2 "an interrupted run is there" run small.yaml -o stopped.h5
expect 0 "people who volunteer" resume stopped.h5
expect 0 "$digest" info stopped.h5
expect 2 "no interrupted run" resume small.h5

# Calibration: compared, fitted, or draws; the result on stdout, the same at any number of threads.
cat >targets.yaml <<'YAML'
settings: {population.inhabitants: 1500, weeks: 8, replicates: 2}
last: 4
evaluations: 12
starts: 1
fresh: 2
draws: 20
trials: 60
free: [demand.hours]
targets:
  - {name: hours, outcome: hours_done / coproducers, interval: [3, 4], source: S0}
YAML
expect 0 "nothing was fitted" calibrate targets.yaml --check --quiet
silent err calibrate targets.yaml --check --quiet
expect 0 "hours" calibrate targets.yaml --check
grep -q "Done in" err || fault "calibrate does not say how long it took"
expect 0 "1 parameter fitted to 1 target" calibrate targets.yaml --fit --quiet --threads 1 \
    -o fit.json
expect 2 "exists already" calibrate targets.yaml --fit --quiet -o fit.json
expect 0 "hours" calibrate targets.yaml --fit --quiet --threads 2 -o again.json --format md
grep -q '^| 1 | hours |' out || fault "calibrate --format md writes no Markdown"
cmp -s fit.json again.json || fault "another number of threads gives another fit"
expect 0 '"fitted"' calibrate targets.yaml --fit --quiet --seed 7 --format json --force -o fit.json
cmp -s fit.json out || fault "calibrate -o and --format json differ"
if cmp -s fit.json again.json; then fault "another seed gives the same fit"; fi
expect 0 "nothing was fitted" calibrate "${SAMSKAB_SOURCE:-.}/scenarios/targets/sources.yaml" \
    --check --quiet
expect 2 "name a file of targets" calibrate
expect 2 "none.yaml: is not there" calibrate none.yaml
expect 2 "must be one of table, json, md" calibrate targets.yaml --format csv
expect 2 "--evaluations is 0" calibrate targets.yaml --fit --evaluations 0
expect 2 "--evaluations is of --fit" calibrate targets.yaml --evaluations 9
expect 2 "not of --fit" calibrate targets.yaml --fit --draws 30
expect 2 "exclude each other" calibrate targets.yaml --fit --check
expect 2 "[20, 10000]" calibrate targets.yaml --draws 5
expect 2 "ends in .csv" calibrate targets.yaml -o draws.json
expect 2 "twice the 40 draws" calibrate targets.yaml --draws 40 --quiet
[[ ! -e targets-posterior.csv.parts ]] || fault "a refused calibration leaves parts"
expect 0 "Posterior predictive check" calibrate targets.yaml --threads 1
grep -q "targets-posterior.csv" err || fault "calibrate does not say where the draws are"
[[ -s targets-posterior.csv && ! -e targets-posterior.csv.parts ]] ||
    fault "calibrate leaves no draws, or leaves its parts"
grep -qx "demand.hours,weight" targets-posterior.csv || fault "draws have no header"
[[ $(grep -c '^[0-9]' targets-posterior.csv) -eq 20 ]] || fault "there are not 20 draws"
expect 2 "exists already" calibrate targets.yaml
expect 0 '"ended"' calibrate targets.yaml --quiet --threads 2 --format json -o draws.csv
silent err calibrate targets.yaml --quiet
cmp -s targets-posterior.csv draws.csv || fault "another number of threads gives other draws"
cat >plan.yaml <<'YAML'
settings: {population.inhabitants: 1500, weeks: 2}
design: {points: draws.csv}
YAML
expect 0 "20 runs" experiment plan.yaml -o plan.h5
grep -qa weight plan.h5 || fault "an experiment over draws forgets their weights"
expect 2 "small.yaml:1:1: targets is missing" calibrate small.yaml --check
sed -i 's/hours_done/hours_dnoe/' targets.yaml
rm targets-posterior.csv
expect 2 "targets.yaml:10:28: outcome names hours_dnoe, which is no series" calibrate targets.yaml
expect 2 "did you mean hours_done?" calibrate targets.yaml
silent out calibrate targets.yaml

# Bad files and places to write.
head -c 5000 small.h5 >cut.h5
printf 'x' | dd of=kept.h5 bs=1 seek=3000 conv=notrunc 2>/dev/null
mkdir d
expect 2 "cut.h5" info cut.h5
expect 2 "cut.h5" run cut.h5
expect 2 "is damaged" info kept.h5
expect 2 "is no file of samskab" info small.yaml
expect 2 "is a folder" info d
expect 2 "No such file" info none.h5
expect 2 "is a folder" run small.yaml -o d
expect 2 "No such file" run small.yaml -o none/x.h5
expect 2 "no plain file" run small.yaml -o /dev/null --force
cp small.yaml own.yaml
expect 2 "own.yaml: is read by this command" run own.yaml -o ./own.yaml --force
cmp -s small.yaml own.yaml || fault "a scenario was written over"
expect 2 "small.h5: is read by this command" report small.h5 -o small.h5 --force
printf 'title: "a\\e[31m"\n' >escape.yaml
expect 2 "1:8: title is a?[31m, must be a text in UTF-8 without control characters" validate escape.yaml
expect 2 "small.yaml" validate small.yaml none.yaml d

# A disk that is full: a sentence, and nothing left.
(
    ulimit -f 40
    "$SAMSKAB" run small.yaml -o full.h5 -q >out 2>err
)
code=$?
[[ $code -eq 1 ]] || fault "on a full disk run ended with $code"
grep -q "File too large" err || fault "a full disk is not told: $(cat err)"
for left in full*; do
    [[ ! -e $left ]] || fault "a full disk leaves $left"
done
code=0
"$SAMSKAB" params >/dev/full 2>err || code=$?
[[ $code -eq 1 && -s err ]] || fault "a full standard output is not told (exit status $code)"

# Tables in every format.
for format in table csv yaml md; do
    for command in params variables schedule; do
        expect 0 "mandate" "$command" --format "$format"
    done
done
expect 0 "" schedule
steps=$("$SAMSKAB" schedule --format csv | sed 1d | cut -d, -f1 | sort -u | wc -l)
[[ $steps -gt 5 && $(grep -c '^Step [0-9]*$' out) -eq $steps ]] || fault "schedule has no heading for each of $steps steps"
expect 2 "no parameter" params there-is-none
[[ $faults -eq 0 ]]
