#!/bin/bash
# For scripts that begin ranks with mpirun: to be sourced.  SAMSKAB_MPI is the program with MPI.
if [[ -z ${SAMSKAB_MPI:-} ]] || ! command -v mpirun >/dev/null; then
    echo "skipped: there is no MPI here (Debian's libopenmpi-dev and openmpi-bin)"
    exit 77
fi
# What Open MPI leaves behind at its end is not looked for: what is ours, runs on one rank show.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
# More ranks than processors, and root, are for tests only; nothing goes over the network.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_btl=self,vader,tcp
export OMPI_MCA_btl_tcp_if_include=lo OMPI_MCA_oob_tcp_if_include=lo
export PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe

# fewer_people TIMES...: the first municipalities of the table of the population, one for each word, with
# so many times fewer people.
fewer_people() {
    awk -F, -v OFS=, -v times="$*" 'BEGIN { count = split(times, by, " ") }
        /^#/ || /^code/ { print; next }
        ++n <= count {
            $7 = 0
            for (i = 8; i <= NF; i++)
                $7 += $i = int($i / by[n])
            print
        }' "${SAMSKAB_SOURCE:?is the folder of the source}/scenarios/population.csv"
}
