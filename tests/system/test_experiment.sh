#!/bin/bash
# Experiments by the program: dry run, interruptions of every kind, shards, bad plans, exit codes.
# shellcheck source=tests/support/must.sh
source "${SAMSKAB_SOURCE:?is the folder of the source}/tests/support/must.sh"
try() {
    what="samskab $*"
    result=0
    "$SAMSKAB" "$@" >out 2>err || result=$?
}

cat >town.yaml <<'END'
population.inhabitants: 1500
weeks: 40
END
cat >plan.yaml <<'END'
title: Three starts
question: Does it matter how many there are?
base: town.yaml
replicates: 6
keep: [volunteers, output, burnout]
baseline: as is
design:
  arms:
    - {name: as is}
    - {name: many, settings: {volunteers.initial.volunteers: 0.5}}
    - {name: none burn out, settings: {off: [burnout]}}
END

try experiment plan.yaml --dry-run
must 0 'runs         18' 'file         about' 'plan.h5'
[[ ! -e plan.h5 ]] || fault "a dry run writes"
try experiment plan.yaml -o whole.h5 --threads 1
must 0 'Done in' '18 runs'
[[ ! -e whole.h5.parts ]] || fault "parts are left"
try info whole.h5
must 0 'Three starts' 'as is, many, none burn out' 'runs         18: 18 done, 0 failed' 'baseline     as is'
whole=$(digest whole.h5)
try experiment plan.yaml -o whole.h5
must 2 'exists already'
try experiment plan.yaml -o whole.h5 --resume
must 0 'Nothing is left to do'
try experiment plan.yaml -o whole.h5 --force --quiet
must 0
[[ $(digest whole.h5) == "$whole" ]] || fault "other threads give other bits"

# The same arm by itself.
try run town.yaml --replicates 6 --set volunteers.initial.volunteers=0.5 -o many.h5 --quiet
must 0

# Killed at any moment, twenty times.
rounds=0
for wait in 0.01 0.02 0.03 0.05 0.07 0.1 0.12 0.14 0.16 0.18 0.2 0.23 0.26 0.3 0.34 0.38 0.42 0.46 0.5 0.55; do
    rm -rf killed.h5*
    "$SAMSKAB" experiment plan.yaml -o killed.h5 --quiet --threads 2 2>err &
    pid=$!
    sleep "$wait"
    kill -9 $pid 2>/dev/null && [[ -d killed.h5.parts ]] && rounds=$((rounds + 1))
    wait $pid 2>/dev/null
    try experiment plan.yaml -o killed.h5 --quiet --resume
    must 0
    [[ $(digest killed.h5) == "$whole" ]] || fault "killed after $wait s: other bits"
    [[ ! -e killed.h5.parts ]] || fault "killed after $wait s: parts are left"
done
[[ $rounds -ge 3 ]] || fault "only $rounds of the experiments were killed while they worked"

# A disk that is full, at first for a run and then for the file.
for blocks in 1 8; do
    (
        ulimit -f "$blocks"
        "$SAMSKAB" experiment plan.yaml -o full.h5 --quiet --resume >out 2>err
    )
    result=$?
    what="files of $blocks kB"
    must 1 'File too large' '--resume'
    [[ ! -e full.h5 ]] || fault "$what: something stands under the final name"
done
try experiment plan.yaml -o full.h5 --quiet --resume
must 0
[[ $(digest full.h5) == "$whole" ]] || fault "after a full disk: other bits"

# Interrupted by a signal: it says how to go on.
sed 's/weeks: 40/weeks: 2000/' town.yaml >long-town.yaml
sed 's/town.yaml/long-town.yaml/; s/replicates: 6/replicates: 2/' plan.yaml >long.yaml
"$SAMSKAB" experiment long.yaml --quiet --threads 2 >out 2>err &
pid=$!
for _ in $(seq 100); do
    [[ -e long.h5.parts/setup.h5 ]] && break
    sleep 0.05
done
sleep 0.3
kill -TERM $pid
result=0
wait $pid || result=$?
what="SIGTERM"
must 130 '--resume'
ls long.h5.parts/replicate-*.h5 >/dev/null 2>&1 || fault "SIGTERM: no run that had begun was saved"
try experiment long.yaml --quiet
must 2 'an interrupted experiment is there'
try experiment long.yaml --quiet --resume
must 0
long=$(digest long.h5)
try experiment long.yaml --quiet --force
must 0
[[ $(digest long.h5) == "$long" ]] || fault "SIGTERM: other bits"

# Shards, of which one is killed.
for number in 1 2 3 4 5; do
    try experiment plan.yaml --shard $number/5 --quiet --threads 1
    must 0
done
try merge plan-[1-4]-of-5.h5 -o merged.h5
must 2 'shard 5 of 5 is missing'
try merge plan-*-of-5.h5 -o merged.h5
must 0 '18 runs of 5 shards'
[[ $(digest merged.h5) == "$whole" ]] || fault "merged: other bits"
try merge plan-*-of-5.h5
must 2 'name the file to write'
try merge -o nothing.h5
must 2 'name the files of all shards'
try merge plan-*-of-5.h5 whole.h5 -o other.h5
must 2 'is a whole experiment, not a shard of one'
try merge many.h5 -o other.h5
must 2 'is of the kind'
[[ ! -e other.h5 ]] || fault "a merge that fails writes"
for shard in 0/3 4/3 a/3 3 3/ -1/3; do
    try experiment plan.yaml --shard "$shard"
    must 2 '--shard is'
done

# Runs that fail are recorded; those that must not are told before anything is computed.
cat >roles.yaml <<'END'
base: town.yaml
design:
  latin: {points: 8, parameters: {associations.roles.complement: [0.69, 0.71], trust.initial: }}
END
try experiment roles.yaml
must 1 'failed and are recorded as such' 'must add up to 1'
[[ -e roles.h5 ]] || fault "an experiment whose runs all fail writes no file"
for words in 'grid: {trust.gian: [0.1]}' 'arms: [{name: a}, {name: a}]' 'grid: {trust.initial: [2]}' \
    'points: nowhere.csv' 'sobol: {points: 8}'; do
    printf 'base: town.yaml\ndesign:\n  %s\n' "$words" >bad.yaml
    try experiment bad.yaml
    must 2 'bad.yaml:3:'
    [[ ! -e bad.h5 && ! -e bad.h5.parts ]] || fault "$words: something was written"
done
printf 'base: town.yaml\nreplicates: 100000\ndesign: {latin: {points: 1000, parameters: [trust.initial]}}\n' \
    >bad.yaml
try experiment bad.yaml --dry-run
must 2 'may have'
printf 'settings: {population.inhabitants: 1500, weeks: 5200}\nreplicates: 100000\ndesign: {latin: {points: 100, parameters: [trust.initial]}}\n' \
    >bad.yaml
try experiment bad.yaml --dry-run
must 2 'are free on its disk'
try experiment nowhere.yaml
must 2 'is not there'
try experiment
must 2 'name a plan'

# Replicates until a contrast is known; a burn-in for all.
cat >until.yaml <<'END'
base: town.yaml
replicates: 4
design: {arms: [{name: few, settings: {volunteers.initial.volunteers: 0.3}}, {name: many}]}
until: {outcome: volunteers, arms: [many, few], half_width: 4, at_most: 30, last: 10}
END
try experiment until.yaml --threads 2
must 0 'many minus few is'
replicates=$("$SAMSKAB" info until.h5 | sed -n 's/^replicates *//p')
[[ $replicates -gt 4 ]] || fault "until: only $replicates replicates"
until=$(digest until.h5)
try experiment until.yaml --threads 1 --force --quiet
must 0
[[ $(digest until.h5) == "$until" ]] || fault "until: other threads give other bits"
try experiment until.yaml --shard 1/2
must 2 'cannot be done in shards'
cat >burn.yaml <<'END'
base: town.yaml
replicates: 3
burn_in: 20
design: {grid: {exit.life: [0.004, 0.009]}}
END
try experiment burn.yaml --threads 2
must 0 '6 runs'
try info burn.h5
must 0 'burn-in      20 weeks' '6 done, 0 failed'
sed 's/exit.life.*/population.educated: [0.2, 0.35]}}/' burn.yaml >burn-bad.yaml
try experiment burn-bad.yaml
must 0 '3 of 6 runs failed' 'cannot start from the burn-in'
# More than this machine has: said before anything is computed, with room that is a limit's (which
# sanitizers, who need terabytes of addresses, do not work under).
if [[ $(ldd "$SAMSKAB") != *lib[at]san* ]]; then
    cat >large.yaml <<'END'
base: town.yaml
design: {arms: [{name: a town}, {name: a country, settings: {population.inhabitants: 6000000}}]}
END
    code=0
    (ulimit -v 600000 && "$SAMSKAB" experiment large.yaml --quiet --threads 1) >out 2>err || code=$?
    [[ $code -eq 1 ]] || fault "large: exit $code"
    grep -q 'memory is too small: the run needs about' err || fault "large: says $(cat err)"
fi
exit "$faults"
