#!/bin/bash
# Changes one token of models/ or sim/ at a time and asks whether a test notices:
#
#     MUTANTS=100 SEED=1 FOLDER=build/mutants check_mutants.sh
#
# What can be changed are operators, whole numbers, true and false in code of *.c; which of them are
# is drawn with SEED from file, line and token, so that the same seed takes the same mutants of lines
# that stay as they are.  Each is built in a copy of the tree and meets first the tests that have most
# to do with its file, then all others of its folder (those of the engine or those of the model), the
# fastest first, at last those of its file again with sanitizers; the first that fails ends it.  Ranks
# are asked of what concerns them only, and what takes more than SLOWEST seconds of nothing.  The tests
# are linked once, with a shared library, so that a mutant costs the compilation of one file.  A mutant
# that does not compile is no mutant, nor is one that equivalent.txt says makes no difference that
# could be seen.  FOLDER/results keeps a line FILE|COLUMN|NEW|LINE for each, without blanks at the start
# of the line and counted from there; what stands there is not tried again.  LEAST is the share in %
# that must be killed.
set -uo pipefail
: "${SAMSKAB_SOURCE:?is the folder of the source}"
cd "$SAMSKAB_SOURCE" || exit 1
case ${TORTURE:-quick} in
long) count=100 ;;
short) count=12 ;;
*) count=3 ;;
esac
count=${MUTANTS:-$count} seed=${SEED:-1} least=${LEAST:-90}
mkdir -p "${FOLDER:=build/mutants}"
folder=$(cd "$FOLDER" && pwd)
tree=$folder/tree
build=$tree/build
results=$folder/results
export SAMSKAB_SOURCE=$tree TORTURE=quick OMP_WAIT_POLICY=passive
export ASAN_OPTIONS=detect_stack_use_after_return=1

# What is built and asked from here on: build, or sanitized.
in_build() {
    build=$tree/$1 library=$tree/$1/checked/libsamskab sanitizers=() memory=8000000
    [[ $1 == build ]] || sanitizers=('-fsanitize=address,undefined' -fno-sanitize-recover=all) memory=unlimited
    make=(env -u MAKEFLAGS -u MAKELEVEL -u BUILD make -s -C "$tree" --no-print-directory -j2
        CFLAGS="-O1 -fPIC ${sanitizers[*]}" EXTRA_CFLAGS= START=true BUILD="$1" CC="${CC:-gcc}")
    export SAMSKAB=$build/checked/samskab SAMSKAB_TESTS=$build/tests SAMSKAB_MPI=''
    ! command -v mpicc >/dev/null || SAMSKAB_MPI=$build/checked/mpi/samskab
}
in_build build

# --- which ------------------------------------------------------------------------------------

# Lines FILE LINE COLUMN LENGTH NEW KEY: every change of one token that could be made.
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
    function found(at, length_of, new,    line, indent) {
        line = $0
        indent = match(line, /[^ ]/) - 1
        print FILENAME, FNR, at, length_of, new, FILENAME "|" at - indent "|" new "|" substr(line, indent + 1)
    }
    function all(text, old, new,    at, from) {
        from = 1
        while ((at = index(substr(text, from), " " old " ")) > 0) {
            found(from + at, length(old), new)
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
                found(at, RLENGTH, word == "true" ? "false" : word == "false" ? "true" : word + 1)
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

# In the order of a digest of seed and key, without those that are known to make no difference.
chosen() {
    candidates models/*.c sim/*.c | grep -v '^sim/ranks_mpi' |
        grep -vFf <(grep -v -e '^#' -e '^$' tests/torture/equivalent.txt) | awk -v seed="$seed" '
        BEGIN { for (i = 1; i < 256; i++) code[sprintf("%c", i)] = i }
        {
            digest = seed
            for (i = index($0, "|"); i <= length($0); i++)
                digest = (digest * 131 + code[substr($0, i, 1)]) % 2147483647
            for (i = 1; i <= length($1); i++) digest = (digest * 16807 + code[substr($1, i, 1)]) % 2147483647
            printf "%d %s\n", digest, $0
        }' | LC_ALL=C sort -s -n -k 1,1 | cut -d ' ' -f 2-
}

# --- tests ------------------------------------------------------------------------------------

# What was left changed is compiled anew.
copy_tree() {
    local file
    mkdir -p "$tree"
    for file in models/*.c sim/*.c; do
        cmp -s "$file" "$tree/$file" || rm -f "$tree"/{build,sanitized}/checked/"${file%.c}.o"
    done
    cp -Rp Makefile main.c sim models analysis tests scenarios paper README.md CHANGELOG.md \
        CITATION.cff LICENSE "$tree"
    mkdir -p "$tree/.ci"
}

# run PROGRAM: whether it passes within LIMIT seconds of the processor, and three times that by the
# clock, for what waits for ever; what it began ends with it.
run() {
    local program=$1
    (
        ulimit -v "$memory" -t "$LIMIT"
        cd "$tree" || exit 1
        timeout --kill-after=5 $((3 * LIMIT)) "$program" >"$folder/out" 2>&1 </dev/null &
        code=0
        wait $! || code=$?
        kill -KILL -- -$! 2>/dev/null # the group that timeout has made
        exit "$code"
    )
}

# The library again, shared, from the objects that there are; ranks that talk are in one program only.
link_library() {
    local GLOBIGNORE=$build/checked/sim/ranks_mpi.o
    "${CC:-gcc}" -shared -fopenmp "${sanitizers[@]}" -o "$library.so" "$build"/checked/{sim,models,analysis}/*.o \
        >"$folder/log" 2>&1
}

# Builds all tests; where they look for the archive they find the shared library.
build_tests() {
    rm -f "$library.a" # else make takes objects that are missing for granted
    "${make[@]}" "${build##*/}/checked/libsamskab.a" >"$folder/log" 2>&1 && link_library || return 1
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
    for program in "$build"/tests/{unit,models,system}/test_* "$build"/tests/torture/check_baseline \
        "$tree"/tests/system/test_{cli,commands,experiment,export,mpi,mpi_run,selftest,untrusted}.sh \
        "$tree"/tests/torture/check_malformed.sh; do
        [[ $program == *.d || $program == *.so ]] && continue
        began=$EPOCHREALTIME code=0
        LIMIT=${SLOWEST:-60} run "$program" || code=$?
        case $code in
        0 | 77) echo "$(((${EPOCHREALTIME/./} - ${began/./}) / 1000)) $program" ;;
        124 | 137 | 152) echo "  ${program#"$tree/"} takes too long, and is left out" >&2 ;;
        *)
            echo "  ${program#"$tree/"} fails without a mutation, and is left out:" >&2
            tail -n 5 "$folder/out" >&2
            ;;
        esac
    done | sort -n >"$folder/tests"
}

# Tests that have to do with this file, and in what order all are likely to notice a change of it, each
# after the seconds that it is given: ten times what it took, so that what hangs is noticed too (what
# takes processor time without end is killed, exit status 137 or 152).
related() {
    local base=${1##*/} test
    base=${base%.c}
    grep -E "/test_${base%%_*}(_[a-z_]*)?(\.sh)?$" "$folder/tests"
    for test in tests/unit/test_*.c; do
        grep -q "\"${1%/*}/${base%%_*}[a-z_]*.h\"" "$test" &&
            grep "/$(basename "$test" .c)$" "$folder/tests"
    done | sort -n
    ! grep -q 'sim/\(ranks\|split\|desk\)' "$1" || grep -E '/test_mpi(_run)?.sh$' "$folder/tests"
}
order() {
    local other=/tests/unit/
    [[ $1 == sim/* ]] && other='/test_(mechanisms|limits_[a-z]+|voting|equations|naive|population)$'
    {
        related "$1"
        [[ $1 == sim/* ]] || grep '/check_baseline$' "$folder/tests"
        grep -vE "$other|/test_mpi" "$folder/tests"
    } | seconds
}
seconds() { awk '!seen[$2]++ { print int(20 + $1 / 100), $2 }'; }

# --- one mutant -------------------------------------------------------------------------------

# Whether one of the tests on standard input fails; its name to standard output.
noticed() {
    local seconds program
    while read -r seconds program; do
        LIMIT=$seconds run "$program"
        case $? in
        0 | 77) ;;
        *)
            echo "${program##*/}"
            return
            ;;
        esac
    done
    return 1
}

# What became of it: "killed TEST", "survived" or "stillborn".
judge() {
    local file=$1 test
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
    test=$(order "$file" | noticed) || test=$(with_sanitizers "$file")
    if [[ -n $test ]]; then
        echo "killed $test"
    else
        echo survived
    fi
}

# The same, by tests of its file with sanitizers, which take several times as long.
with_sanitizers() {
    local objects
    in_build sanitized
    if [[ -e $library.so ]]; then
        objects=({sim,models,analysis}/*.c)
        objects=("${objects[@]/#/sanitized/checked/}")
        "${make[@]}" "${objects[@]/%.c/.o}" >"$folder/log" 2>&1 && link_library
    else
        build_tests
    fi || { tail "$folder/log" >&2 && return; }
    related "$1" | awk -v here="$tree/build/" -v there="$build/" '{
        at = index($2, here)
        print 5 * $1, at == 1 ? there substr($2, length(here) + 1) : $2 }' | seconds | noticed |
        sed 's/$/ (sanitizers)/'
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
while read -r file line column length new key && [[ $number -lt $count ]]; do
    grep -qF -- " $key" "$results" && continue
    old=$(sed -n "${line}p" "$file")
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
    echo "$verdict $key" >>"$results"
    echo "$verdict $key"
    [[ $verdict == stillborn ]] || number=$((number + 1))
done < <(chosen)

killed=$(grep -c '^killed' "$results")
survived=$(grep -c '^survived' "$results")
echo "check-mutants: seed $seed, $((killed + survived)) mutants, $killed killed," \
    "$survived survived: $((100 * killed / (killed + survived > 0 ? killed + survived : 1))) %"
grep '^survived' "$results"
[[ $((100 * killed)) -ge $((least * (killed + survived))) ]]
