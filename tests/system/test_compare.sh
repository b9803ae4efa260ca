#!/bin/bash
# Comparing runs as a user does it: words, formats, pairing, and what is refused.
# shellcheck source=tests/support/expect.sh
source "$SAMSKAB_SOURCE/tests/support/expect.sh"

cat >town.yaml <<'YAML'
weeks: 26
replicates: 8
municipalities:
  - name: Sæby
    population: {inhabitants: 1500}
YAML
expect 0 "" run town.yaml -q -o few.h5
expect 0 "" run town.yaml -q -o many.h5 --set managers.hours=20
expect 0 "" run town.yaml -q -o other.h5 --set managers.hours=20 --seed 2
expect 0 "" run town.yaml -q -o long.h5 --weeks 30
expect 0 "" run town.yaml -q -o one.h5 --replicates 1

expect 0 "Usage: samskab compare" compare --help
grep -q "samskab compare" out || fault "compare --help has no example"
expect 0 "many against few (8 replicates of each, paired by common random numbers)" \
    compare few.h5 many.h5
expect 0 "not paired since their seeds differ" compare few.h5 many.h5 other.h5
expect 0 "few against many" compare few.h5 many.h5 --baseline many.h5
expect 0 "Week 20." compare few.h5 --at 20 long.h5
expect 0 "Means of weeks 23 to 26." compare few.h5 many.h5 --mean 4 --margin 5% --detect 0.1
expect 0 "| hours that managers spend a week | h/week |" compare few.h5 many.h5 --format md \
    --outcome manager_hours/1 --outcome manager_hours
expect 0 "outcome,unit,baseline,arm" compare few.h5 many.h5 --format csv
expect 0 '"comparisons"' compare few.h5 many.h5 --format json

# What the bootstrap draws follows from its seed alone.
for seed in 1 1 2; do
    expect 0 "burnout" compare few.h5 many.h5 --format csv --outcome burnout --seed "$seed"
    cat out >>draws
done
[[ $(sort -u draws | wc -l) -eq 3 ]] || fault "the seed of the bootstrap does not decide it"

expect 2 "name the files" compare
expect 2 "nothing to compare it to" compare few.h5
expect 2 "the same file is given twice" compare few.h5 few.h5
expect 2 "has one replicate" compare few.h5 one.h5
expect 2 "has 30 weeks, few.h5 has 26" compare few.h5 long.h5
expect 2 "did you mean burnout?" compare few.h5 many.h5 --outcome burnuot
expect 2 "did you mean many?" compare few.h5 many.h5 --baseline mayn
expect 2 "give one of them" compare few.h5 many.h5 --at 3 --mean 3
expect 2 "--margin is 0" compare few.h5 many.h5 --margin 0
expect 2 "must be one of table, csv, json, md" compare few.h5 many.h5 --format yaml
expect 2 "town.yaml" compare few.h5 town.yaml
[[ $faults -eq 0 ]]
