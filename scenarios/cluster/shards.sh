#!/bin/bash
# An experiment in shards, without MPI: an array of jobs, each a part of the runs to a file of its
# own, and a job that joins them when all are done.  From the folder of the clone:
#
#     scenarios/cluster/shards.sh PLAN.yaml FILE.h5 40 [OPTION OF SBATCH...]
#
# The files of the shards, FILE-1-of-40.h5 and so on, stand beside FILE.h5.  Called again it does
# what is missing.
set -euo pipefail
plan=${1:?is the plan} file=${2:?is the file to write} count=${3:?is the number of shards}
shift 3
if [[ -e $file ]]; then
    echo "$file is there; nothing is left to do."
    exit 0
fi
here=scenarios/cluster
array=$(sbatch --parsable --array=1-"$count" "$@" "$here/shard.sbatch" "$plan" "$file" "$count")
merge=$(sbatch --parsable --dependency=afterok:"${array%%;*}" --kill-on-invalid-dep=yes \
    "$here/merge.sbatch" "$file" "$count")
echo "$count shards are job ${array%%;*}; job ${merge%%;*} joins them to $file."
