#!/bin/bash
# Ranks under mpirun: an experiment gives the file that one process gives, at any number of ranks and
# after any end; one rank speaks; all end with one exit code.  SAMSKAB_MPI is the program with MPI.
: "${SAMSKAB_SOURCE:?is the folder of the source}"
# shellcheck source=tests/support/ranks.sh
source "$SAMSKAB_SOURCE/tests/support/ranks.sh"
# shellcheck source=tests/support/must.sh
source "$SAMSKAB_SOURCE/tests/support/must.sh"
# ranks N WORDS...: samskab WORDS, on N ranks.
ranks() {
    what="$1 ranks: samskab ${*:2}"
    result=0
    timeout 120 mpirun -n "$1" "$SAMSKAB_MPI" "${@:2}" >out 2>err || result=$?
}
# started N WORDS...: the same, not waited for; sets $launcher, mpirun's process.
started() {
    what="$1 ranks: samskab ${*:2}"
    mpirun -n "$1" "$SAMSKAB_MPI" "${@:2}" >out 2>err &
    launcher=$!
}
# Waits until all ranks take note of signals, and a moment more.
until_ready() {
    local rank ready caught
    for _ in $(seq 400); do
        ready=0
        for rank in $(pgrep -P "$launcher"); do
            caught=$(sed -n 's/^SigCgt:\t*//p' "/proc/$rank/status" 2>/dev/null)
            (((0x${caught:-0} >> 14) & 1)) && ready=$((ready + 1))
        done
        [[ $ready -ge $1 ]] && break
        sleep 0.05
    done
    sleep 0.2
}
ended() {
    result=0
    wait "$launcher" || result=$?
}

cat >town.yaml <<'END'
population.inhabitants: 1500
weeks: 40
END
cat >plan.yaml <<'END'
base: town.yaml
replicates: 6
keep: [volunteers, output, burnout]
design:
  arms:
    - {name: as is}
    - {name: many, settings: {volunteers.initial.volunteers: 0.5}}
    - {name: none burn out, settings: {off: [burnout]}}
END
# A burn-in, and runs that cannot start from it; replicates until a contrast is known.
cat >burn.yaml <<'END'
base: town.yaml
replicates: 5
burn_in: 20
design: {grid: {population.educated: [0.2, 0.35]}}
END
cat >until.yaml <<'END'
base: town.yaml
replicates: 4
design: {arms: [{name: few, settings: {volunteers.initial.volunteers: 0.3}}, {name: many}]}
until: {outcome: volunteers, arms: [many, few], half_width: 4, at_most: 30, last: 10}
END

# What they can do together.
for count in 1 2 3 4; do
    timeout 60 mpirun -n $count "${SAMSKAB_TESTS:?has the test programs}/system/ranks_together" \
        >out 2>err || fault "$count ranks together: $(cat out err)"
done

# One rank speaks, and says with how many it is.
ranks 3 --version
must 0 '3 ranks here'
[[ $(wc -l <out) -eq 2 ]] || fault "$what: more than one rank speaks ($(cat out))"
result=0
"$SAMSKAB_MPI" --version >out 2>err || result=$?
what="without mpirun"
must 0 '1 rank here'
ranks 3 validate town.yaml
must 0 'town.yaml: valid'
[[ $(wc -l <out) -eq 1 ]] || fault "$what: more than one rank speaks ($(cat out))"
ranks 2 validate
must 2 'name a scenario'
ranks 2 validate nowhere.yaml
must 2 'nowhere.yaml: is not there'
ranks 2 experiment nowhere.yaml
must 2 'nowhere.yaml: is not there'

# The same file at any number of ranks, byte for byte but for what one run differs from another in.
same() {
    [[ -n $(digest "$1") && $(digest "$1") == $(digest "$2") ]] || fault "$what: other bits"
    "$SAMSKAB" export "$1" --format csv >one.csv 2>&1
    "$SAMSKAB" export "$2" --format csv >other.csv 2>&1
    cmp -s one.csv other.csv || fault "$what: another table"
}
for plan in plan burn until; do
    "$SAMSKAB" experiment $plan.yaml -o $plan-one.h5 --quiet 2>/dev/null ||
        fault "$plan: one process fails"
done
for count in 1 2 3 4; do
    ranks $count experiment plan.yaml -o plan-$count.h5
    must 0 '18 runs'
    [[ $(grep -c 'Done in' err) -eq 1 ]] || fault "$what: more than one rank speaks"
    [[ ! -e plan-$count.h5.parts ]] || fault "$what: parts are left"
    same plan-one.h5 plan-$count.h5
done
for plan in burn until; do
    ranks 3 experiment $plan.yaml -o $plan-3.h5 --threads 2
    must 0
    same $plan-one.h5 $plan-3.h5
done
ranks 2 experiment burn.yaml -o failed.h5
must 0 '5 of 10 runs failed' 'cannot start from the burn-in'
ranks 2 experiment plan.yaml -o plan-2.h5
must 2 'exists already'
ranks 2 experiment plan.yaml -o plan-2.h5 --resume
must 0 'Nothing is left to do'
ranks 2 experiment plan.yaml --dry-run --threads 3
must 0 'on 6 threads'

# A folder that not all see; a rank that has read another plan.
mkdir elsewhere
cp town.yaml plan.yaml elsewhere
what="another folder"
result=0
timeout 60 mpirun -n 1 "$SAMSKAB_MPI" experiment plan.yaml -o apart.h5 : \
    -n 1 -wdir elsewhere "$SAMSKAB_MPI" experiment plan.yaml -o apart.h5 >out 2>err || result=$?
must 2 'rank 1: apart.h5.parts: is not seen from here'
[[ ! -e apart.h5 ]] || fault "$what: a file is written"
sed -i 's/replicates: 6/replicates: 5/; s/weeks: 40/weeks: 41/' elsewhere/*.yaml
what="another plan"
result=0
timeout 60 mpirun -n 1 "$SAMSKAB_MPI" experiment plan.yaml -o apart2.h5 : \
    -n 1 -wdir elsewhere "$SAMSKAB_MPI" experiment plan.yaml -o apart2.h5 >out 2>err || result=$?
must 2 'another plan or version of samskab than rank 0'

# A rank that ends by itself does not leave the others waiting.
what="a rank that ends alone"
result=0
timeout 100 mpirun -n 1 "$SAMSKAB_MPI" validate town.yaml : \
    -n 1 "$SAMSKAB_MPI" validate --nonsense >out 2>err || result=$?
must 1 'samskab: rank 1: ends before the others'

# Stopped and killed in every way, and gone on with at another number of ranks.
sed 's/weeks: 40/weeks: 2000/' town.yaml >long-town.yaml
sed 's/town.yaml/long-town.yaml/; s/replicates: 6/replicates: 4/' plan.yaml >long.yaml
"$SAMSKAB" experiment long.yaml -o long-one.h5 --quiet || fault "long: one process fails"

# mpirun passes SIGUSR1 on and waits.
started 3 experiment long.yaml --quiet --threads 1
until_ready 3
kill -USR1 "$launcher"
ended
must 130 'Go on with --resume'
ls long.h5.parts/replicate-*.h5 >/dev/null 2>&1 || fault "$what: SIGUSR1 saved no run"

# It gives the ranks a second after SIGTERM, and says 1 itself.
started 2 experiment long.yaml -o told.h5 --quiet --threads 1
until_ready 2
kill -TERM "$launcher"
ended
[[ $result -ne 0 && ! -e told.h5 ]] || fault "$what: SIGTERM to mpirun ends well"

# A signal that one rank alone gets stops all.
started 4 experiment long.yaml -o alone.h5 --quiet --threads 1
until_ready 4
kill -TERM "$(pgrep -P "$launcher" | sed -n 2p)"
ended
must 130 'Go on with --resume'
ls alone.h5.parts/replicate-*.h5 >/dev/null 2>&1 || fault "$what: SIGTERM saved no run"

# A rank is killed: mpirun ends all; what was finished is there.
started 3 experiment long.yaml --quiet --threads 1 --resume
until_ready 3
while kill -0 "$launcher" 2>/dev/null && ! ls long.h5.parts/run-*.part >/dev/null 2>&1; do
    sleep 0.02
done
kill -KILL "$(pgrep -P "$launcher" | sed -n 2p)"
ended
[[ $result -ne 0 ]] || fault "$what: a killed rank ends well"
[[ -e long.h5.parts/setup.h5 && ! -e long.h5 ]] || fault "$what: a killed rank loses the parts"
finished=$(find long.h5.parts -name 'run-*.part' | wc -l)
ranks 2 experiment long.yaml --resume
must 0 "$finished of them before"
same long-one.h5 long.h5

exit "$faults"
