#!/bin/bash
# What check_iofault.sh, check_oom.sh, check_ranks.sh and check_valgrind.sh begin with, to be sourced: a
# folder of their own with the inputs of the commands that they try, the counts of what was tried and
# found, and how a command is run and goes on after it ended early.  What is set here is used there.
# shellcheck disable=SC2034
scenarios=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../scenarios" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
tried=0 failed=0 survived=0 faults=0
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

# half_way PROGRAM WORDS...: what a run into stopped.h5 leaves in inputs when it ends for good at three
# quarters of its allocations, or of those that OOM_OF takes.
half_way() (
    cd inputs && OOM_LOG=../count "$@" >/dev/null && rm stopped.h5 &&
        ! OOM_AT=$(($(cat ../count) * 3 / 4)) OOM_FOR=good "$@" 2>../complaint &&
        ls stopped.h5.parts/replicate-* >/dev/null
)
# go COMMAND [NAME=VALUE...]: $program with these words and environment in work.
go() {
    local words
    read -r -a words <<<"$1"
    result=0
    (cd work && exec env "${@:2}" "${program:?}" "${words[@]}") >said 2>complaint </dev/null || result=$?
}
# again NAME: ${does[NAME]} goes on, or is done anew, after it ended early.
again() {
    local command=${does[$1]:?}
    case $command in
    run*)
        command+=" --force"
        [[ ! -e work/out.h5.parts/setup.h5 ]] || command="resume out.h5 --quiet"
        ;;
    resume*)
        result=0 # if it was done
        [[ ! -e work/stopped.h5 ]] || return
        ;;
    experiment* | calibrate*) command+=" --resume" ;;
    *" -o "*) command+=" --force" ;;
    esac
    go "$command"
}
