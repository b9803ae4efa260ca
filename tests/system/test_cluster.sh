#!/bin/bash
# The jobs of scenarios/cluster with stand-ins for Slurm: sbatch runs a copy of a job at once, as
# often as it is put back into the queue, and signals the first time that its time is over; srun
# starts ranks.  What comes out is what one process gives.
set -uo pipefail
: "${SAMSKAB:?is the program to test}" "${SAMSKAB_SOURCE:?is where scenarios are}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/bin" "$folder/clone/scenarios" "$folder/spool"
ln -s "$SAMSKAB_SOURCE/scenarios/cluster" "$folder/clone/scenarios/cluster"
cd "$folder/clone" || exit 1
export FOLDER=$folder ONE=$SAMSKAB PATH=$folder/bin:$PATH
unset MODULES LAUNCH
faults=0
fault() {
    echo "$*"
    faults=1
}
digest() { "$ONE" info "$1" | sed -n 's/^digest *//p'; }

cat >"$folder/bin/sbatch" <<'STANDIN'
#!/bin/bash
# Without options before the script but --parsable, --array=1-N, --dependency and --kill-on-...
set -u
tasks=0 number=$(ls "$FOLDER/spool" | wc -l)
echo "sbatch $*" >>"$FOLDER/calls"
while [[ $1 == --* ]]; do
    [[ $1 == --array=1-* ]] && tasks=${1#--array=1-}
    shift
done
job=$((100 + number))
copy=$FOLDER/spool/$job
cp "$1" "$copy"
shift
export SLURM_JOB_ID=$job SLURM_SUBMIT_DIR=$PWD SLURM_CPUS_PER_TASK=1 SLURM_NTASKS=2
one() {
    local signalled=${SIGNAL_ONCE:-}
    while :; do
        rm -f "$FOLDER/requeued"
        bash "$copy" "$@" >>"$FOLDER/log" 2>&1 &
        local shell=$!
        if [[ -n $signalled ]]; then
            signalled=
            for _ in $(seq 600); do
                [[ -e $FOLDER/clone/$SIGNAL_ONCE ]] || ! kill -0 "$shell" 2>/dev/null && break
                sleep 0.05
            done
            sleep 0.3
            kill -USR1 "$shell" 2>/dev/null
        fi
        wait "$shell" || echo "job $job ended with $?" >>"$FOLDER/codes"
        [[ -e $FOLDER/requeued ]] || break
    done
}
if [[ $tasks -eq 0 ]]; then
    one "$@"
else
    for task in $(seq "$tasks"); do
        SLURM_ARRAY_JOB_ID=$job SLURM_ARRAY_TASK_ID=$task one "$@"
    done
fi
echo "$job"
STANDIN
cat >"$folder/bin/scontrol" <<'STANDIN'
#!/bin/bash
echo "scontrol $*" >>"$FOLDER/calls"
[[ $1 == requeue ]] && touch "$FOLDER/requeued"
STANDIN
cat >"$folder/bin/srun" <<'STANDIN'
#!/bin/bash
[[ $1 == --mpi=* ]] && shift
exec mpirun -n "$SLURM_NTASKS" "$@"
STANDIN
chmod +x "$folder"/bin/*
fresh() { rm -f "$folder/requeued" "$folder/calls" "$folder/log" "$folder/codes"; }
called() { grep -qE -- "$1" "$folder/calls" || fault "$what: was not called: $1 ($(cat "$folder/calls"))"; }

cat >town.yaml <<'END'
population.inhabitants: 1500
weeks: 2000
END
cat >plan.yaml <<'END'
base: town.yaml
replicates: 3
keep: [volunteers, output]
design: {grid: {exit.life: [0.004, 0.009]}}
END
"$ONE" experiment plan.yaml -o one.h5 --quiet || fault "one process fails"
whole=$(digest one.h5)

# Shards, the last of which is signalled and goes on, and their merge.
what="shards"
fresh
SIGNAL_ONCE=shards-3-of-3.h5.parts/setup.h5 scenarios/cluster/shards.sh plan.yaml shards.h5 3 \
    --time=1:00 >out 2>err || fault "$what: $(cat err)"
called 'scontrol requeue 100_3$'
grep -q '3 shards are job 100; job 101 joins them to shards.h5' out || fault "$what: $(cat out err)"
called 'sbatch --parsable --array=1-3 --time=1:00 scenarios/cluster/shard.sbatch plan.yaml shards.h5 3'
called 'sbatch --parsable --dependency=afterok:100 --kill-on-invalid-dep=yes'
[[ $(digest shards.h5) == "$whole" ]] || fault "$what: other bits ($(cat "$folder/log"))"
scenarios/cluster/shards.sh plan.yaml shards.h5 3 | grep -q 'nothing is left' || fault "$what: again"

if [[ -z ${SAMSKAB_MPI:-} ]] || ! command -v mpirun >/dev/null; then
    echo "skipped: there is no MPI here; only the jobs without it were tried"
    [[ $faults -eq 0 ]] && exit 77
    exit 1
fi
# shellcheck source=tests/support/ranks.sh
source "$SAMSKAB_SOURCE/tests/support/ranks.sh"
export LAUNCH="srun --mpi=pmix" SAMSKAB=$SAMSKAB_MPI

# An experiment over ranks, the time of whose first job is over too soon.
what="experiment"
fresh
SIGNAL_ONCE=ranks.h5.parts/setup.h5 sbatch scenarios/cluster/experiment.sbatch plan.yaml ranks.h5 >out
called 'scontrol requeue 10[0-9]$'
grep -q 'job .* ended with 130' "$folder/codes" || fault "$what: the first job was not interrupted"
grep -q 'the job goes back into the queue' "$folder/log" || fault "$what: $(cat "$folder/log")"
[[ $(digest ranks.h5) == "$whole" ]] || fault "$what: other bits ($(cat "$folder/log"))"

# One run likewise.
what="run"
fresh
"$ONE" run town.yaml --replicates 2 -o run-one.h5 --quiet >/dev/null || fault "one run fails"
SIGNAL_ONCE=run.h5.parts/setup.h5 sbatch scenarios/cluster/run.sbatch town.yaml run.h5 --replicates 2 >out
called 'scontrol requeue 10[0-9]$'
[[ $(digest run.h5) == "$(digest run-one.h5)" ]] || fault "$what: other bits ($(cat "$folder/log"))"
fresh
sbatch scenarios/cluster/run.sbatch town.yaml run.h5 >out
grep -q 'nothing is left to do' "$folder/log" || fault "$what: again: $(cat "$folder/log")"

# What fails is not put back into the queue.
what="a fault"
fresh
sbatch scenarios/cluster/experiment.sbatch nowhere.yaml nowhere.h5 >out
grep -q 'ended with 2' "$folder/codes" || fault "$what: $(cat "$folder/codes")"
! grep -q scontrol "$folder/calls" || fault "$what: goes back into the queue"
exit "$faults"
