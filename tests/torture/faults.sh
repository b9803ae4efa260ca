#!/bin/bash
# What check_iofault.sh and check_oom.sh begin with, to be sourced: a folder of their own with the
# inputs of the commands that they try, and the count of faults found.
scenarios=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../scenarios" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
faults=0
fault() {
    echo "$*"
    faults=$((faults + 1))
}

mkdir inputs
cat >inputs/town.yaml <<'END'
population.inhabitants: 1300
weeks: 4
replicates: 2
budget: {ballots: example-budget.pb}
END
cp "$scenarios/example-budget.pb" inputs
cat >inputs/towns.yaml <<'END'
weeks: 4
question: &why "?"
municipalities: {table: towns.csv}
shocks: [{kind: cuts, week: 2, size: 20}]
network.file: friends.csv
END
printf 'name,population.inhabitants\nNorth,1300\nSouth,1300\n' >inputs/towns.csv
# Longer than what is read at once.
{
    echo a,b,weight
    for k in {0..1200}; do printf '%d,%d,1.%050d\n' "$k" $((k + 1)) 0; done
} >inputs/friends.csv
cat >inputs/plan.yaml <<'END'
base: town.yaml
keep: [volunteers, burnout]
design: {arms: [{name: as is}, {name: more, settings: {managers.hours: 20}}]}
END
cat >inputs/targets.yaml <<'END'
settings: {population.inhabitants: 1300, weeks: 8, replicates: 2}
last: 4
draws: 20
trials: 40
free: [demand.hours, exit.life]
targets:
  - {name: hours, outcome: hours_done / coproducers, interval: [1, 9], source: S0}
END
