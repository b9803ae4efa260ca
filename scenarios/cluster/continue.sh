#!/bin/bash
# Sourced by the jobs beside it: starts a program, and goes on with it in another job where the time
# of this one is over.
#
#     Slurm   --USR1, two minutes before the end-->  job   --USR1-->  mpirun or program
#     program finishes its week, saves, ends with 130;    job: put back into the queue
#
# What users set (sbatch --export=ALL,NAME=VALUE, or export before sbatch):
#     MODULES   modules to load, such as "gcc openmpi gsl hdf5"
#     SAMSKAB   the program (build/mpi/samskab for ranks, build/samskab for shards)
#     LAUNCH    what starts ranks (mpirun with as many processors a rank as Slurm gives it;
#               where the cluster's MPI wants it: LAUNCH="srun --mpi=pmix")

if [[ -n ${MODULES:-} ]]; then
    # shellcheck disable=SC2086 # several names
    module load $MODULES
fi
cd "${SLURM_SUBMIT_DIR:-.}" || exit 1

export SRUN_CPUS_PER_TASK=${SLURM_CPUS_PER_TASK:-1}
# shellcheck disable=SC2034 # jobs use it
read -r -a ranks <<<"${LAUNCH:-mpirun --map-by slot:PE=${SLURM_CPUS_PER_TASK:-1}}"

# continued WORDS...: runs them; ends the job with their exit code, or puts it back into the queue.
continued() {
    local asked=1 code work job=${SLURM_JOB_ID:?is set in a job of Slurm}
    [[ -n ${SLURM_ARRAY_JOB_ID:-} ]] && job=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
    "$@" &
    work=$!
    trap 'asked=1; kill -USR1 "$work" 2>/dev/null' USR1
    while [[ -n $asked ]]; do # a signal cuts waiting short
        asked='' code=0
        wait "$work" || code=$?
    done
    if [[ $code -eq 130 ]]; then
        echo "Saved; the job goes back into the queue."
        scontrol requeue "$job"
    fi
    exit "$code"
}
