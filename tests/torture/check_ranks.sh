#!/bin/bash
# Lets the allocations of our own that one of two ranks makes fail in turn, once each: the other must
# not wait for it: check_ranks.sh [NAME...]
#
# Of a run that both share, the going on with one, and an experiment, each is done once with all well
# and then once for every allocation to which no other chain of functions led before (TORTURE=quick:
# for every 50th, short: every 10th).  It must end by itself with 1 and say that memory is short, or get
# over it with the same result.  Afterwards one rank goes on to the same result.
: "${SAMSKAB:?is the program to test}" "${SAMSKAB_SOURCE:?is the folder of the source}"
# shellcheck source=tests/support/ranks.sh
source "$SAMSKAB_SOURCE/tests/support/ranks.sh"
# shellcheck source=tests/torture/faults.sh
source "$SAMSKAB_SOURCE/tests/torture/faults.sh"
failing=${SAMSKAB_TESTS:?is the folder of the test programs}/torture/samskab_oom_mpi
program=$SAMSKAB # which goes on alone
case ${TORTURE:=quick} in
quick) every=50 ;;
short) every=10 ;;
*) every=1 ;;
esac
export OOM_OF=paths OMP_NUM_THREADS=1
# Two small municipalities near each other, with friends across.
fewer_people 40 40 >inputs/people.csv
cat >inputs/two.yaml <<'END'
weeks: 4
network.across: 0.3
population.table: people.csv
END
sed -i 's/base: town.yaml/base: two.yaml\nreplicates: 2/' inputs/plan.yaml

common='--quiet --threads 1'
declare -A does=(
    [run]="run two.yaml -o out.h5 --agents 2 --checkpoint-every 1 $common"
    [resume]="resume stopped.h5 $common"
    [experiment]="experiment plan.yaml -o out.h5 $common"
)
# Two replicates, of which only the result is to be written; but the other rank has a disk of its own,
# without the last week of the second, so that both go on from the week before.
read -r -a words <<<"${does[run]/out.h5/stopped.h5} --replicates 2"
OOM_OF=all half_way "$failing" "${words[@]}" || exit 1
mkdir inputs/elsewhere
cp -r inputs/stopped.h5.parts inputs/elsewhere
rm inputs/elsewhere/stopped.h5.parts/*-00001-00004.h5
declare -A other=([resume]=elsewhere)

digest() { "$SAMSKAB" info "work/$file" 2>&1 | grep '^digest'; }
# at RANK N NAME: the command, whose Nth allocation on that rank fails; 0: none does.
at() {
    local words one both where="$folder/work/${other[$3]:-}"
    read -r -a words <<<"$failing ${does[$3]}"
    one=(env "OOM_AT=$2" "OOM_LOG=$folder/count" "${words[@]}")
    both=("${one[@]}" : -n 1 -wdir "$where" "${words[@]}")
    [[ $1 -eq 0 ]] || both=("${words[@]}" : -n 1 -wdir "$where" "${one[@]}")
    rm -rf work && cp -r inputs work
    result=0
    (cd work && exec timeout 60 mpirun -n 1 "${both[@]}") >said 2>complaint </dev/null || result=$?
}

judge() {
    local name=$1 what=$2 wait
    tried=$((tried + 1))
    if [[ $result -eq 0 ]]; then
        survived=$((survived + 1))
        [[ $(digest) == "$right" ]] || fault "$what: says that all is well, but is not"
        return
    fi
    failed=$((failed + 1))
    [[ $result -eq 1 ]] || fault "$what: exit $result instead of 1: $(tail -n 5 complaint)"
    grep -qi memory complaint || fault "$what: does not say why: $(tail -n 5 complaint)"
    # MPI_Abort of one rank ends the other, which may still hold its lock when mpirun is gone.
    for ((wait = 20; wait > 0; wait--)); do
        again "$name"
        grep -q 'another run is working there now' complaint || break
        sleep 1
    done
    [[ $result -eq 0 ]] || fault "$what: does not go on afterwards: $(tail -n 5 complaint)"
    [[ $(digest) == "$right" ]] || fault "$what: goes on to another result"
}

names=("$@")
[[ ${#names[@]} -gt 0 ]] || names=(run resume experiment)
for name in "${names[@]}"; do
    file=out.h5
    [[ $name != resume ]] || file=stopped.h5
    for rank in 0 1; do
        at "$rank" 0 "$name"
        right=$(digest)
        [[ $result -eq 0 && -n $right ]] || { fault "$name: fails with all well: $(cat complaint)" && continue; }
        count=$(cat count) before=$tried
        for ((n = 1; n <= count; n += every)); do
            at "$rank" "$n" "$name"
            judge "$name" "$name, rank $rank, allocation $n of $count"
        done
        echo "  $name makes $count allocations on rank $rank of 2, $((tried - before)) failures tried"
    done
done
echo "check-ranks: $tried failures (every ${every}th of $OOM_OF allocations): $failed ended with a sentence and" \
    "went on afterwards, $survived were got over, $faults wrong"
[[ $faults -eq 0 ]]
