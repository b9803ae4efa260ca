#!/bin/bash
# One run that ranks share: the files of one process at any number of ranks and threads, after an
# interruption, and after a rank was killed, whoever goes on.
set -uo pipefail
: "${SAMSKAB:?is the program to test}" "${SAMSKAB_SOURCE:?is the folder of the source}"
# shellcheck source=tests/support/ranks.sh
source "$SAMSKAB_SOURCE/tests/support/ranks.sh"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
faults=0
fault() {
    echo "$*"
    faults=1
}
# try RANKS WORDS...
try() {
    what="$1 ranks: samskab ${*:2}"
    result=0
    mpirun -n "$1" "$SAMSKAB_MPI" "${@:2}" >out 2>err || result=$?
}
# must CODE WORDS...: the exit code of the last command, and what it must have said, once.
must() {
    local words
    [[ $result -eq $1 ]] || fault "$what: exit $result instead of $1 ($(cat err))"
    for words in "${@:2}"; do
        [[ $(cat out err | grep -cF -- "$words") -eq 1 ]] || fault "$what: does not say '$words' once ($(cat out err))"
    done
}
# A run file without what differs between equal runs: every series, and every stored person.
content() {
    "$SAMSKAB" info "$1" | grep '^digest'
    "$SAMSKAB" export "$1" --format csv --agents | cksum
}
same() {
    [[ $(content "$1") == $(content "$2") ]] || fault "$what: $2 is not $1"
}

# Seven municipalities of unlike size near each other, with friends across, shocks and two budgets.
fewer_people 60 60 10 10 10 10 10 >people.csv
{
    echo 'name,managers.strategy,budget.pool'
    awk -F, '!/^#/ && !/^code/ {print $2 "," (NR % 3 ? "situational" : "thermostat") "," (NR % 2 ? 200 : "")}' people.csv
} >towns.csv
cat >country.yaml <<'END'
network: {across: 0.3}
population: {table: people.csv}
municipalities: {table: towns.csv}
shocks:
  - {kind: cuts, week: 30, length: 20, size: 10}
  - {kind: veterans, week: 60, length: 1, size: 0.3}
  - {kind: demand, week: 70, length: 20, size: 2}
weeks: 110
END
"$SAMSKAB" run country.yaml -o one.h5 --agents 52 --threads 2 -q >/dev/null || fault "one process fails"
for way in '1 2' '2 1' '3 2' '4 1'; do
    read -r count threads <<<"$way"
    try "$count" run country.yaml -o shared.h5 --agents 52 --threads "$threads" --force
    must 0
    same one.h5 shared.h5
done

"$SAMSKAB" info shared.h5 | grep -q '^shared by    4 ranks, which sent each other [1-9]' || fault "ranks are not told of"

# With nobody who invites, friends are met only where motivation is at stake.
"$SAMSKAB" run country.yaml -o quiet.h5 --set off.invitation=true --weeks 30 --agents 30 -q >/dev/null
try 3 run country.yaml -o shared.h5 --set off.invitation=true --weeks 30 --agents 30 --force
must 0
same quiet.h5 shared.h5

# Weighted ties of a file, and two replicates one after another.
{
    echo a,b,weight
    awk 'BEGIN {for (i = 0; i < 15000; i++) print i "," i + 700 + i % 5 * 800 "," 0.5 + i % 7}'
} >ties.csv
sed 's/^network.*/network: {file: ties.csv}/' country.yaml >tied.yaml
"$SAMSKAB" run tied.yaml -o tied.h5 --weeks 53 --replicates 2 --agents 53 -q >/dev/null
try 3 run tied.yaml -o shared.h5 --weeks 53 --replicates 2 --agents 53 --force
must 0
same tied.h5 shared.h5

# A run that is stopped or killed goes on with any number of ranks.
newest() { find stopped.h5.parts -name 'replicate-*.h5' 2>/dev/null | sort | tail -n 1; }
# begin RANKS WORDS...: to its next checkpoint, in the background.
begin() {
    local before
    before=$(newest)
    what="$1 ranks: samskab ${*:2}"
    mpirun -n "$1" "$SAMSKAB_MPI" "${@:2}" >out 2>err &
    job=$!
    for ((k = 0; k < 1200; k++)); do
        [[ $(newest) == "$before" ]] || return
        sleep 0.05
    done
    fault "$what: no checkpoint ($(cat err))"
}
# end SIGNAL PROCESS: sends it, and gives what mpirun ends with.
end() {
    result=0
    kill "-$1" "$2"
    wait "$job" || result=$?
}
last_rank() { cat "/proc/$job/task/"*/children | awk '{print $NF}' | tail -n 1; }
long=(--weeks 420 --agents 52 --checkpoint 10)
"$SAMSKAB" run country.yaml -o long.h5 "${long[@]}" -q >/dev/null
begin 3 run country.yaml -o stopped.h5 "${long[@]}" --threads 1
end TERM "$(last_rank)"
must 130 'Interrupted; what was done is saved'

# A rank that sees none of what was saved, since its machine has other disks: all begin anew.
mkdir elsewhere
cp -r stopped.h5.parts unseen.h5.parts
cp -r stopped.h5.parts elsewhere/unseen.h5.parts
rm elsewhere/unseen.h5.parts/replicate-*
cat >apart.sh <<END
#!/bin/bash
[[ \$OMPI_COMM_WORLD_RANK == 0 ]] || cd elsewhere
exec "$SAMSKAB_MPI" "\$@"
END
chmod +x apart.sh
what="ranks with other disks" result=0
mpirun -n 2 ./apart.sh resume unseen.h5 --threads 1 >out 2>err || result=$?
must 0
same long.h5 unseen.h5

begin 2 resume stopped.h5 --threads 1
end USR1 "$job"
[[ -n $(newest) && ! -e stopped.h5 ]] || fault "$what: is not saved ($(cat err))"
begin 4 resume stopped.h5 --threads 1
end KILL "$(last_rank)"
[[ $result -ne 0 ]] || fault "$what: nobody notices that a rank was killed"
result=0
what="one process goes on"
"$SAMSKAB" resume stopped.h5 -q >out 2>err || result=$?
must 0
same long.h5 stopped.h5

# Errors are said once, and by all with one exit code.
try 3 run country.yaml -o one.h5
must 2 'exists already'
try 3 run country.yaml -o none.h5 --set nothing.here=1
must 2 'nothing.here'
try 2 resume never.h5
must 2 'there is no interrupted run of this name'
try 2 run country.yaml -o nowhere/at/all.h5 --weeks 5
must 2 'nowhere'
{
    echo municipalities:
    for ((k = 0; k < 300; k++)); do
        echo "  - {name: Town $k, population: {inhabitants: 6000000}}"
    done
} >crowd.yaml
try 2 run crowd.yaml -o none.h5
must 1 'memory is too small: the run needs about'

sed 's/weeks: .*/weeks: 3/' country.yaml >other.yaml
cat >differently.sh <<END
#!/bin/bash
[[ \$OMPI_COMM_WORLD_RANK == 1 ]] && set -- run other.yaml "\$@" || set -- run country.yaml "\$@"
exec "$SAMSKAB_MPI" "\$@"
END
chmod +x differently.sh
what="ranks that read different files" result=0
mpirun -n 3 ./differently.sh -o none.h5 >out 2>err || result=$?
must 2 'rank 1 has read another scenario than rank 0'

# What cannot be shared is run all the same.
echo 'population.inhabitants: 2000' >town.yaml
"$SAMSKAB" run town.yaml -o town.h5 --weeks 20 --agents 20 -q >/dev/null
try 4 run town.yaml -o shared.h5 --weeks 20 --agents 20 --force
must 0 'Ranks share a run by municipality, of which there is 1'
same town.h5 shared.h5
exit $faults
