#!/bin/bash
# Files without a seal that holds: refused by every command, and read with --untrusted to the same
# answers as with their seal.
# shellcheck source=tests/support/expect.sh
source "$SAMSKAB_SOURCE/tests/support/expect.sh"
seal=40

cat >plan.yaml <<'END'
settings: {population.inhabitants: 1300, weeks: 4, replicates: 2}
keep: [volunteers, burnout]
design: {grid: {managers.hours: [2, 8, 16, 24]}}
frontier: {maximise: [volunteers], minimise: [burnout]}
END
"$SAMSKAB" experiment plan.yaml -o whole.h5 --quiet >/dev/null || fault "no experiment"
"$SAMSKAB" run --set population.inhabitants=1300 --weeks 6 --replicates 2 --agents 3 -o run.h5 -q \
    >/dev/null || fault "no run"
mkdir bare
for file in whole run; do
    head -c "-$seal" "$file.h5" >"bare/$file.h5"
done

# Nobody reads them just so, and the sentence says what to do.
for command in info compare sensitivity frontier report "export --format csv"; do
    read -r -a words <<<"$command"
    expect 2 "bare/whole.h5: has no seal" "${words[@]}" bare/whole.h5
    expect 2 "take it with --untrusted" "${words[@]}" bare/whole.h5
done
expect 2 "bare/run.h5: has no seal" run bare/run.h5 -o again.h5
expect 2 "bare/run.h5: has no seal" validate bare/run.h5
expect 2 "bare/whole.h5: has no seal" merge bare/whole.h5 -o merged.h5
for command in run resume merge validate experiment; do
    expect 2 "unrecognized option '--untrusted'" "$command" --untrusted bare/run.h5
done

# In a folder of their own, with and without the seal under the same name.
same() {
    local code=0
    (cd bare && "$SAMSKAB" "$@" --untrusted) >untrusted 2>err || code=$?
    [[ $code -eq 0 ]] || fault "$* --untrusted: exit status $code: $(head -3 err)"
    "$SAMSKAB" "$@" >trusted 2>/dev/null || fault "$* fails"
    cmp -s trusted untrusted || fault "$* prints something else with --untrusted"
}
if "$SAMSKAB" info --untrusted run.h5 2>&1 | grep -q "built without libseccomp"; then
    echo "skipped: this build cannot shut a process in"
    [[ $faults -eq 0 ]]
    exit
fi
for command in info compare sensitivity frontier "export --format csv" "export --format json"; do
    read -r -a words <<<"$command"
    same "${words[@]}" whole.h5
done
for command in info "export --format csv --agents" "export --format graphml --agents"; do
    read -r -a words <<<"$command"
    same "${words[@]}" run.h5
done
expect 0 "bare/run.h5 against run.h5" compare run.h5 bare/run.h5 --untrusted --outcome burnout

# Files to write are written by the parent, whole, and none is replaced unless asked to.
for file in run whole; do
    "$SAMSKAB" report "$file.h5" -o trusted.html --force >out 2>err || fault "no report of $file"
    expect 0 "open it in a browser" report "bare/$file.h5" --untrusted -o untrusted.html --force
    sed "s|bare/$file|$file|g" untrusted.html | cmp -s - trusted.html ||
        fault "the page of $file is another with --untrusted"
done
expect 0 "run.html: open it in a browser" report bare/run.h5 --untrusted
expect 2 "run.html: exists already" report bare/run.h5 --untrusted
"$SAMSKAB" export --format csv bare/run.h5 --untrusted -o run.csv || fault "no run.csv"
"$SAMSKAB" export --format csv run.h5 | cmp -s - run.csv || fault "run.csv holds something else"
expect 2 "run.csv: exists already" export --format csv bare/run.h5 --untrusted -o run.csv
expect 2 "No such file" export --format csv bare/run.h5 --untrusted -o none/run.csv

# What is wrong in the file is said as ever; too much of anything leaves nothing.
expect 2 "did you mean burnout?" export --format csv --series burnot bare/run.h5 --untrusted
expect 2 "is no file of samskab" info plan.yaml --untrusted
head -c 20000 whole.h5 >cut.h5
expect 2 "cut.h5: " info cut.h5 --untrusted
(
    ulimit -f 8
    "$SAMSKAB" export --format csv --agents bare/run.h5 --untrusted -o full.csv >out 2>err
)
code=$?
[[ $code -eq 2 ]] || fault "too much output: exit status $code"
grep -q "within the limits of --untrusted" err || fault "too much output is not told: $(cat err)"
for left in full*; do
    [[ ! -e $left ]] || fault "too much output leaves $left"
done

# A seal that does not hold, and one of a former version.
{
    head -c 3000 run.h5
    printf 'x'
    tail -c +3002 run.h5
} >changed.h5
expect 2 "changed.h5: is damaged: its bytes are not those that were sealed" info changed.h5
{
    cat bare/run.h5
    printf 'samskab\0digested'
} >former.h5
expect 2 "former.h5: has the seal of a former version" info former.h5
expect 0 "replicates" info former.h5 --untrusted
[[ $faults -eq 0 ]]
