#!/bin/bash
# Changes one token of models/ or sim/ at a time and asks whether a test notices:
#
#     MUTANTS=120 SEED=1 FOLDER=build/mutants check_mutants.sh
#
# What can be changed are operators, whole numbers, true and false in code of *.c; which of them are
# is drawn with SEED, so that the same seed takes the same mutants of the same source.  Each is built
# in a copy of the tree and meets first the tests that have most to do with its file, then all others
# of its folder (those of the engine or those of the model), the fastest first.  A mutant that does not compile is no mutant.  FOLDER/results keeps a line for
# each; what stands there is not tried again.  LEAST is the share in % that must be killed.
set -uo pipefail
: "${SAMSKAB_SOURCE:?is the folder of the source}"
cd "$SAMSKAB_SOURCE" || exit 1
case ${TORTURE:-quick} in
long) count=120 ;;
short) count=12 ;;
*) count=3 ;;
esac
count=${MUTANTS:-$count} seed=${SEED:-1} least=${LEAST:-90}
mkdir -p "${FOLDER:=build/mutants}"
folder=$(cd "$FOLDER" && pwd)
tree=$folder/tree
build=$tree/build
results=$folder/results
make=(env -u MAKEFLAGS -u MAKELEVEL -u BUILD make -s -C "$tree" --no-print-directory -j2
    'CFLAGS=-O1' EXTRA_CFLAGS= BUILD=build CC="${CC:-gcc}")
export SAMSKAB=$build/checked/samskab SAMSKAB_TESTS=$build/tests OMP_WAIT_POLICY=passive
export SAMSKAB_SOURCE=$tree TORTURE=quick

# --- which ------------------------------------------------------------------------------------

# Lines FILE LINE COLUMN LENGTH NEW: every change of one token that could be made.
candidates() {
    awk '
    # Comments and texts become blanks of the same length.
    function code(line,    out, i, c, two, quote) {
        out = ""
        quote = ""
        for (i = 1; i <= length(line); i++) {
            c = substr(line, i, 1)
            two = substr(line, i, 2)
            if (comment) {
                if (two == "*/") { comment = 0; out = out "  "; i++ } else out = out " "
            } else if (quote != "") {
                if (c == "\\") { out = out "  "; i++ } else { out = out " "; if (c == quote) quote = "" }
            } else if (two == "/*") { comment = 1; out = out "  "; i++ }
            else if (two == "//") return out
            else if (c == "\"" || c == "\x27") { quote = c; out = out " " }
            else out = out c
        }
        return out
    }
    function all(text, old, new,    at, from) {
        from = 1
        while ((at = index(substr(text, from), " " old " ")) > 0) {
            print FILENAME, FNR, from + at, length(old), new
            from += at
        }
    }
    function words(text, pattern,    from, at, word, before) {
        from = 1
        while (match(substr(text, from), pattern)) {
            at = from + RSTART - 1
            word = substr(text, at, RLENGTH)
            before = at > 1 ? substr(text, at - 1, 1) : " "
            if (before !~ /[A-Za-z0-9_.]/ && substr(text, at + RLENGTH, 1) !~ /[A-Za-z0-9_.]/)
                print FILENAME, FNR, at, RLENGTH, (word == "true" ? "false" : word == "false" ? "true" : word + 1)
            from = at + RLENGTH
        }
    }
    FNR == 1 { comment = 0; macro = 0 }
    {
        text = code($0)
        if (text ~ /^ *#/ || macro) { macro = text ~ /\\$/; next }
        if (text ~ /^ *(static )?(const )?(enum|struct) [a-z_]* *\{/) next
        all(text, "+", "-"); all(text, "-", "+"); all(text, "*", "/"); all(text, "/", "*")
        all(text, "<", "<="); all(text, "<=", "<"); all(text, ">", ">="); all(text, ">=", ">")
        all(text, "==", "!="); all(text, "!=", "=="); all(text, "&&", "||"); all(text, "||", "&&")
        all(text, "+=", "-="); all(text, "-=", "+=")
        words(text, "[0-9]+"); words(text, "(true|false)")
    }' "$@"
}

# Shuffled by a generator of our own, since those of awks differ.
chosen() {
    candidates models/*.c sim/*.c | awk -v seed="$seed" '
    { line[NR] = $0 }
    END {
        x = seed * 7919 % 2147483646 + 1
        for (i = NR; i > 1; i--) {
            x = x * 16807 % 2147483647
            j = 1 + x % i
            t = line[i]; line[i] = line[j]; line[j] = t
        }
        for (i = NR; i >= 1; i--) print line[i]
    }'
}

# --- tests ------------------------------------------------------------------------------------

copy_tree() {
    mkdir -p "$tree"
    cp -Rp Makefile main.c sim models analysis tests scenarios paper README.md CHANGELOG.md \
        CITATION.cff LICENSE "$tree"
    mkdir -p "$tree/.ci"
}

# run PROGRAM: whether it passes.
run() {
    local program=$1
    (
        ulimit -v 8000000
        cd "$tree" || exit 1
        timeout --kill-after=5 "${LIMIT:-300}" "$program" >"$folder/out" 2>&1 </dev/null
    )
}

# Names of all tests with their seconds, the fastest first; all must pass before anything is changed.
measure() {
    local program began code
    "${make[@]}" build-tests >"$folder/log" 2>&1 || {
        tail "$folder/log"
        return 1
    }
    for program in "$build"/tests/unit/test_* "$build"/tests/models/test_* \
        "$build"/tests/system/test_* "$build"/tests/torture/check_* "$tree"/tests/system/test_cli.sh \
        "$tree"/tests/system/test_commands.sh "$tree"/tests/system/test_experiment.sh; do
        [[ $program == *.d ]] && continue
        began=$EPOCHREALTIME code=0
        run "$program" || code=$?
        if [[ $code -ne 0 && $code -ne 77 ]]; then
            echo "check-mutants: $program fails without a mutation" >&2
            tail -n 5 "$folder/out" >&2
            continue
        fi
        echo "$(((${EPOCHREALTIME/./} - ${began/./}) / 1000)) $program"
    done | sort -n >"$folder/tests"
}

# Tests in the order in which they are likely to notice a change of this file.
order() {
    local file=$1 base=${1##*/} other test
    base=${base%.c}
    {
        awk '{ print $2 }' "$folder/tests" | grep -E "test_${base%%_*}(_|\$)"
        if [[ $file == models/* ]]; then
            printf '%s\n' "$build"/tests/torture/check_baseline "$build"/tests/models/test_mechanisms
        else
            for test in tests/unit/test_*.c; do
                grep -q "\"sim/${base%%_*}[a-z_]*.h\"" "$test" &&
                    echo "$build/tests/unit/$(basename "$test" .c)"
            done
            printf '%s\n' "$build"/tests/unit/test_run "$build"/tests/torture/check_baseline
        fi
        other=/tests/unit/
        [[ $file == sim/* ]] && other='/test_(mechanisms|limits_[a-z]+|voting|equations|naive|population)$'
        awk '{ print $2 }' "$folder/tests" | grep -vE "$other"
    } | awk -v known="$folder/tests" '
        BEGIN { while ((getline line < known) > 0) { split(line, part, " "); there[part[2]] = 1 } }
        ($0 in there) && !seen[$0]++'
}

# --- one mutant -------------------------------------------------------------------------------

# What became of it: "killed TEST", "survived" or "stillborn".
judge() {
    local file=$1 program target
    "${make[@]}" "build/checked/${file%.c}.o" >"$folder/log" 2>&1 || {
        echo stillborn
        return
    }
    while read -r program; do
        target=${program#"$tree/"}
        case $target in
        *.sh) target=build/checked/samskab ;;
        */check_resume | */check_experiment) target+=' build/checked/samskab' ;;
        esac
        # A program that stops working at its start is noticed when it is linked.
        # shellcheck disable=SC2086 # targets are words
        "${make[@]}" $target >"$folder/log" 2>&1 || {
            echo "killed build"
            return
        }
        LIMIT=120 run "$program"
        case $? in
        0 | 77) ;;
        *)
            echo "killed ${program##*/}"
            return
            ;;
        esac
    done < <(order "$file")
    echo survived
}

copy_tree
touch "$results"
if [[ ! -s $folder/tests ]]; then
    measure || exit 1
fi
done_before=$(grep -cE '^(killed|survived)' "$results")
number=$done_before
while read -r file line column length new && [[ $number -lt $count ]]; do
    old=$(sed -n "${line}p" "$file")
    name="$file:$line:$column: ${old:column-1:length} -> $new"
    grep -qF -- " $name" "$results" && continue
    printf '%s\n' "${old:0:column-1}$new${old:column-1+length}" >"$folder/line"
    sed -i -e "${line}r $folder/line" -e "${line}d" "$tree/$file"
    verdict=$(judge "$file")
    cp -p "$file" "$tree/$file"
    touch "$tree/$file"
    echo "$verdict $name" >>"$results"
    echo "$verdict $name"
    [[ $verdict == stillborn ]] || number=$((number + 1))
done < <(chosen)

killed=$(grep -c '^killed' "$results")
survived=$(grep -c '^survived' "$results")
echo "check-mutants: seed $seed, $((killed + survived)) mutants, $killed killed," \
    "$survived survived: $((100 * killed / (killed + survived > 0 ? killed + survived : 1))) %"
grep '^survived' "$results"
[[ $((100 * killed)) -ge $((least * (killed + survived))) ]]
