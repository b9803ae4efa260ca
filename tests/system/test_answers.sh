#!/bin/bash
# From a plan to an answer as a user gets there: compare, sensitivity, frontier of an experiment.
# shellcheck source=tests/support/expect.sh
source "$SAMSKAB_SOURCE/tests/support/expect.sh"

cat >town.yaml <<'YAML'
weeks: 20
municipalities:
  - name: Sæby
    population: {inhabitants: 1500}
YAML
cat >arms.yaml <<'YAML'
base: town.yaml
replicates: 4
baseline: much
design: {arms: [{name: little, settings: {managers.hours: 2}}, {name: much, settings: {managers.hours: 20}}]}
YAML
cat >rows.yaml <<'YAML'
title: What drives burnout
base: town.yaml
replicates: 2
design: {saltelli: {base: 8, second: true, parameters: {managers.hours: [1, 30], burnout.rate: }}}
YAML
sed 's/saltelli: {base: 8, second: true/morris: {trajectories: 5, levels: 4/' rows.yaml >paths.yaml
sed 's/saltelli: {base: 8, second: true/latin: {points: 12/' rows.yaml >points.yaml
cat >mix.yaml <<'YAML'
title: How many hours
base: town.yaml
replicates: 4
design: {grid: {managers.hours: [2, 8, 20], demand.hours: [3, 4.6]}}
frontier:
  maximise: [hours_done / population]
  minimise: [burnout]
  cost: manager_hours
  scenarios: [demand.hours]
YAML
for plan in arms rows paths points; do
    "$SAMSKAB" experiment "$plan.yaml" -q || fault "experiment $plan.yaml failed"
done

# Compare: arms by their names, the baseline that the plan names, beside other files too.
expect 0 "little against much (4 replicates of each, paired" compare arms.h5
expect 0 "much against little" compare arms.h5 --baseline little
expect 0 "" run town.yaml -q -o town.h5 --replicates 4
expect 0 "town against much" compare arms.h5 town.h5

sed 's/points: 12/points: 60/' points.yaml >many.yaml
"$SAMSKAB" experiment many.yaml -q || fault "experiment many.yaml failed"
expect 2 "there are 60 arms" compare many.h5
expect 0 "outcome,unit,baseline,arm" compare many.h5 --format csv --outcome burnout

# Sensitivity: by the design.
expect 0 "Usage: samskab sensitivity" sensitivity --help
expect 0 "in all (ST)" sensitivity rows.h5 --outcome burnout
expect 0 "size (mu*)" sensitivity paths.h5 --outcome burnout --at 20
expect 0 "slope (SRC)" sensitivity points.h5 --outcome burnout --mean 4
expect 0 "burnout,1,11,20,8,2,managers.hours,burnout.rate,S2," sensitivity rows.h5 --outcome burnout \
    --format csv --resamples 200
cp out first
expect 0 "S2" sensitivity rows.h5 --outcome burnout --format csv --resamples 200
cmp -s out first || fault "the seed of the bootstrap does not decide it"
expect 0 "S2" sensitivity rows.h5 --outcome burnout --format csv --resamples 200 --seed 2
if cmp -s out first; then fault "another seed gives the same intervals"; fi
expect 0 '"mu_star"' sensitivity paths.h5 --outcome burnout --format json
expect 2 "name the file of an experiment" sensitivity
expect 2 "its design is arms, which \`samskab compare\` reads" sensitivity arms.h5
expect 2 "is a run; sensitivity needs an experiment" sensitivity town.h5
expect 2 "did you mean burnout?" sensitivity rows.h5 --outcome burnuot
expect 2 "--threshold is 2" sensitivity rows.h5 --threshold 2
expect 2 "--resamples is 3" sensitivity rows.h5 --resamples 3

# Frontier: runs the plan when its file is not there, and reads it when it is.
expect 0 "Usage: samskab frontier" frontier --help
expect 0 "Largest regret over 2 scenarios" frontier mix.yaml -q
[[ -s mix.h5 ]] || fault "frontier did not leave the file of its experiment"
cp out first
expect 0 "Of 3 mixes" frontier mix.h5
cmp -s out first || fault "the plan and the file of its experiment give different answers"
expect 0 "mix,name,measure,outcome" frontier mix.yaml mix.h5 --format csv
expect 0 '"regret_of_range"' frontier mix.yaml --format json

# So does a report.  What a plan says besides its runs may change afterwards; the runs may not.
cp mix.h5 kept.h5
echo "# a note" >>mix.yaml
expect 0 "needs no network" report mix.yaml
[[ -s mix.html ]] || fault "report did not write a page of a plan"
cmp -s mix.h5 kept.h5 || fault "report ran an experiment that was there"
rm mix.h5
expect 0 "needs no network" report mix.yaml -q -o again.html
[[ -s mix.h5 ]] || fault "report did not leave the file of the experiment that it ran"
sed 's/^replicates: .*/replicates: 7/' mix.yaml >other.yaml
cp mix.h5 other.h5
expect 2 "other.h5: holds other runs than other.yaml asks for" report other.yaml
expect 2 "other.h5: holds other runs than other.yaml asks for" frontier other.yaml

sed -i 's/scenarios: .*/scenarios: [demand.huors]/' mix.yaml
expect 2 "did you mean demand.hours?" frontier mix.yaml
expect 2 "did you mean demand.hours?" experiment mix.yaml --dry-run
expect 2 "names outcomes to maximise" frontier rows.h5
expect 2 "town.h5" frontier other.yaml town.h5
expect 2 "name a plan" frontier
[[ $faults -eq 0 ]]
