#!/bin/bash
# Every command once under valgrind's memcheck, on the shipped build: it sees what gcc's sanitizers do
# not, reading of what was never written, also inside of libraries.  Memory that is definitely lost
# counts as a fault, also where a command is refused.  First a planted fault of each kind must be
# found.  TORTURE=long: with two threads and longer runs.
set -uo pipefail
: "${SAMSKAB:?is the program to test}" "${SAMSKAB_SOURCE:?is the folder of the source}"
: "${PLANTED:?is the program with faults on purpose}"
command -v valgrind >/dev/null || {
    echo "check-valgrind: valgrind is not installed" >&2
    exit 1
}
# shellcheck source=tests/torture/faults.sh
source "$SAMSKAB_SOURCE/tests/torture/faults.sh"
FOUND=99
leaks="definite,indirect" # what threads of OpenMP keep until the end is none
memcheck=(valgrind --quiet "--error-exitcode=$FOUND" --leak-check=full "--show-leak-kinds=$leaks"
    "--errors-for-leak-kinds=$leaks")
export OMP_NUM_THREADS=1
if [[ ${TORTURE:-short} == long ]]; then
    export OMP_NUM_THREADS=2
    sed -i 's/^weeks: 4/weeks: 60/' inputs/town.yaml
fi

for kind in read lost; do
    code=0
    "${memcheck[@]}" "$PLANTED" $kind >/dev/null 2>&1 || code=$?
    [[ $code -eq $FOUND ]] || fault "the planted fault '$kind' was not found (exit $code)"
done

cp "$SAMSKAB_SOURCE/scenarios/example-budget.pb" inputs
printf 'weeks: 0\nmunicipalities:\n  - {name: Faxe, managers.huors: 3}\n' >inputs/bad.yaml
cat >inputs/screen.yaml <<'END'
base: town.yaml
keep: [volunteers, burnout]
design: {morris: {trajectories: 4, parameters: [exit.life, tasks.turbulence]}}
END
cd inputs || exit 1
# check CODE WORDS: the command, which ends with this code and without a word of valgrind's.
check() {
    local wanted=$1 code=0 words
    read -r -a words <<<"$2"
    tried=$((tried + 1))
    "${memcheck[@]}" --log-file=../memcheck "$SAMSKAB" "${words[@]}" \
        >../said 2>../complaint </dev/null || code=$?
    [[ $code -eq $wanted ]] ||
        fault "samskab $2: exit $code instead of $wanted: $(head -40 ../complaint ../memcheck)"
}
check 0 "validate town.yaml"
check 2 "validate bad.yaml"
check 2 "run bad.yaml -o bad.h5"
check 0 "params"
check 0 "run town.yaml -o town.h5 --agents 2 --checkpoint-every 2"
check 0 "info town.h5"
check 0 "schedule"
check 0 "variables"
check 0 "run town.h5 -o again.h5 --quiet"
check 0 "export town.h5 --format csv -o town.csv"
check 0 "export town.h5 --format json -o town.json"
check 0 "export town.h5 --format graphml --replicate 1 --week 4 -o town.graphml"
check 0 "report town.h5 -o town.html"
check 0 "experiment plan.yaml -o arms.h5"
for shard in 1 2; do
    check 0 "experiment plan.yaml -o part$shard.h5 --shard $shard/2 --quiet"
done
check 0 "merge part1.h5 part2.h5 -o whole.h5"
check 0 "compare whole.h5 --outcome volunteers"
check 0 "report whole.h5 -o whole.html"
check 0 "experiment screen.yaml -o screen.h5 --quiet"
check 0 "sensitivity screen.h5 --outcome volunteers --resamples 100"
check 0 "calibrate targets.yaml -o draws.csv --quiet"
check 0 "budget example-budget.pb --compare"
check 2 "budget town.yaml"

echo "check-valgrind: 2 planted faults and $tried commands: $faults faults"
[[ $faults -eq 0 ]]
