#!/bin/bash
# Changes one token of models/ or sim/ at a time and asks whether a test notices:
#
#     MUTANTS=120 SEED=1 FOLDER=build/mutants check_mutants.sh
#
# What can be changed are operators, whole numbers, true and false in code of *.c; which of them are
# is drawn with SEED, so that the same seed takes the same mutants of the same source.  Each is built
# in a copy of the tree and meets first the tests that have most to do with its file, then all others
# of its folder (those of the engine or those of the model), the fastest first; the first that fails
# ends it.  The tests are linked once, with a shared library, so that a mutant costs the compilation
# of one file.  Tests that take more than SLOWEST seconds are left out.  A mutant that does not compile
# is no mutant.  FOLDER/results keeps a line for each; what stands there is not tried again.  LEAST is
# the share in % that must be killed.
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
library=$build/checked/libsamskab
make=(env -u MAKEFLAGS -u MAKELEVEL -u BUILD make -s -C "$tree" --no-print-directory -j2
    'CFLAGS=-O1 -fPIC' EXTRA_CFLAGS= START=true BUILD=build CC="${CC:-gcc}")
export SAMSKAB=$build/checked/samskab SAMSKAB_TESTS=$build/tests OMP_WAIT_POLICY=passive
export SAMSKAB_SOURCE=$tree SAMSKAB_MPI='' TORTURE=quick
! command -v mpicc >/dev/null || SAMSKAB_MPI=$build/checked/mpi/samskab

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
    candidates models/*.c sim/*.c | grep -v '^sim/ranks_mpi' | awk -v seed="$seed" '
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

# What was left changed is compiled anew.
copy_tree() {
    local file
    mkdir -p "$tree"
    for file in models/*.c sim/*.c; do
        cmp -s "$file" "$tree/$file" || rm -f "$build/checked/${file%.c}.o"
    done
    cp -Rp Makefile main.c sim models analysis tests scenarios paper README.md CHANGELOG.md \
        CITATION.cff LICENSE "$tree"
    mkdir -p "$tree/.ci"
}

# run PROGRAM: whether it passes within LIMIT seconds of the processor; ten minutes by the clock are
# for what waits for ever.
run() {
    local program=$1
    (
        ulimit -v 8000000 -t "$LIMIT"
        cd "$tree" || exit 1
        timeout --kill-after=5 600 "$program" >"$folder/out" 2>&1 </dev/null
    )
}

# The library again, shared, from the objects that there are; ranks that talk are in one program only.
link_library() {
    local GLOBIGNORE=$build/checked/sim/ranks_mpi.o
    "${CC:-gcc}" -shared -fopenmp -o "$library.so" "$build"/checked/{sim,models,analysis}/*.o \
        >"$folder/log" 2>&1
}

# Builds all tests; where they look for the archive they find the shared library.
build_tests() {
    "${make[@]}" build/checked/libsamskab.a >"$folder/log" 2>&1 && link_library || return 1
    echo "INPUT($library.so)" >"$library.a"
    "${make[@]}" build-tests >"$folder/log" 2>&1
}

# Names of all tests with their milliseconds, the fastest first; all must pass before anything is
# changed.
measure() {
    local program began code
    build_tests || {
        tail "$folder/log"
        return 1
    }
    for program in "$build"/tests/{unit,models,system}/test_* "$build"/tests/torture/check_* \
        "$tree"/tests/system/test_{cli,commands,experiment,export,mpi,mpi_run,untrusted}.sh \
        "$tree"/tests/torture/check_malformed.sh; do
        [[ $program == *.d || $program == *.so ]] && continue
        began=$EPOCHREALTIME code=0
        LIMIT=${SLOWEST:-60} run "$program" || code=$?
        case $code in
        0 | 77) echo "$(((${EPOCHREALTIME/./} - ${began/./}) / 1000)) $program" ;;
        124 | 137 | 152) echo "check-mutants: ${program#"$tree/"} takes too long" >&2 ;;
        *)
            echo "check-mutants: $program fails without a mutation" >&2
            tail -n 5 "$folder/out" >&2
            ;;
        esac
    done | sort -n >"$folder/tests"
}

# Tests in the order in which they are likely to notice a change of this file, each after the
# seconds that it is given: ten times what it took, so that what hangs is noticed too (what takes
# processor time without end is killed, exit status 137 or 152).
order() {
    local file=$1 base=${1##*/} test other=/tests/unit/
    base=${base%.c}
    [[ $file == sim/* ]] && other='/test_(mechanisms|limits_[a-z]+|voting|equations|naive|population)$'
    {
        grep -E "/test_${base%%_*}(_[a-z_]*)?(\.sh)?$" "$folder/tests"
        for test in tests/unit/test_*.c; do
            grep -q "\"${file%/*}/${base%%_*}[a-z_]*.h\"" "$test" &&
                grep "/$(basename "$test" .c)$" "$folder/tests"
        done | sort -n
        [[ $file == sim/* ]] || grep '/check_baseline$' "$folder/tests"
        grep -vE "$other" "$folder/tests"
    } | awk '!seen[$2]++ { print int(20 + $1 / 100), $2 }'
}

# --- one mutant -------------------------------------------------------------------------------

# What became of it: "killed TEST", "survived" or "stillborn".
judge() {
    local file=$1 program seconds
    if ! "${make[@]}" "build/checked/${file%.c}.o" >"$folder/log" 2>&1; then
        echo stillborn
        return
    fi
    link_library || { echo broken && return; }
    # A program that stops working at its start.
    "$SAMSKAB" --version >/dev/null 2>&1 || {
        echo "killed start"
        return
    }
    while read -r seconds program; do
        LIMIT=$seconds run "$program"
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
elif ! build_tests; then
    tail "$folder/log"
    exit 1
fi
done_before=$(grep -cE '^(killed|survived)' "$results")
number=$done_before
while read -r file line column length new && [[ $number -lt $count ]]; do
    old=$(sed -n "${line}p" "$file")
    name="$file:$line:$column: ${old:column-1:length} -> $new"
    grep -qF -- " $name" "$results" && continue
    printf '%s\n' "${old:0:column-1}$new${old:column-1+length}" >"$folder/line"
    object=$build/checked/${file%.c}.o
    mv "$object" "$folder/object.o"
    sed -i -e "${line}r $folder/line" -e "${line}d" "$tree/$file"
    verdict=$(judge "$file")
    cp "$file" "$tree/$file"
    cp "$folder/object.o" "$object" # newer than its source
    if [[ $verdict == broken ]]; then
        tail "$folder/log"
        exit 1
    fi
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
