#!/bin/bash
# A calibration that is killed at random moments goes on to the same draws, and loses hardly a trial.
set -uo pipefail
: "${SAMSKAB:?is the program to test}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
faults=0
fault() {
    echo "$*"
    faults=$((faults + 1))
}

cat >targets.yaml <<'YAML'
settings: {population.inhabitants: 1500, weeks: 30, replicates: 2}
last: 4
draws: 40
trials: 400
free: [demand.hours, exit.life]
targets:
  - {name: hours, outcome: hours_done / coproducers, interval: [3, 4], source: S0}
YAML

"$SAMSKAB" calibrate targets.yaml -o straight.csv -q --threads 2 >straight.out || exit 1

RANDOM=5
kills=0
while [[ ! -e killed.csv && $kills -lt 60 ]]; do
    threads=$((1 + RANDOM % 3))
    "$SAMSKAB" calibrate targets.yaml -o killed.csv -q --resume --threads $threads >out 2>err &
    run=$!
    sleep "0.$((RANDOM % 6))$((RANDOM % 10))"
    [[ $kills -ge 20 ]] || kill -KILL "$run" 2>/dev/null
    code=0
    { wait "$run" || code=$?; } 2>/dev/null # the shell would tell that it was killed
    [[ $code -eq 137 || $code -eq 0 ]] || fault "resumed, it ended with $code: $(cat err)"
    kills=$((kills + 1))
done
cmp straight.csv killed.csv || fault "killed $kills times, it gives other draws"
[[ ! -e killed.csv.parts ]] || "$SAMSKAB" calibrate targets.yaml -o killed.csv -q --resume >out
[[ ! -e killed.csv.parts ]] || fault "parts are left"

# Ctrl-C saves at once; without --resume nothing is thrown away.
"$SAMSKAB" calibrate targets.yaml -o stopped.csv -q --threads 2 >out 2>err &
run=$!
while [[ ! -e stopped.csv.parts/setup.txt ]]; do
    kill -0 "$run" 2>/dev/null || break
done
kill -TERM "$run"
code=0
wait "$run" || code=$?
[[ $code -eq 130 ]] || fault "interrupted, it ended with $code: $(cat err)"
grep -q -- "samskab calibrate targets.yaml -o stopped.csv --resume" err ||
    fault "interrupted, it does not say how to go on: $(cat err)"
code=0
"$SAMSKAB" calibrate targets.yaml -o stopped.csv -q >out 2>err || code=$?
[[ $code -eq 2 ]] || fault "an interrupted calibration is begun anew: $code"
grep -q "go on with --resume" err || fault "that one is there is not told: $(cat err)"
"$SAMSKAB" calibrate targets.yaml -o stopped.csv -q --resume >out 2>err || fault "$(cat err)"
cmp straight.csv stopped.csv || fault "interrupted, it gives other draws"
cmp straight.out out || fault "interrupted, it reports something else"
[[ $faults -eq 0 ]]
