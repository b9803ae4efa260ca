#!/bin/bash
# gcc and clang x -O0, -O2, -O3 x plain and native: every build gives the same digests.
#
# TORTURE=quick takes two of the twelve.  BUILDS is the folder that they are kept in, so that only
# what has changed is compiled again; MAKE is make.
set -uo pipefail
: "${SAMSKAB_SOURCE:?is the folder of the source}"
cd "$SAMSKAB_SOURCE" || exit 1
builds=${BUILDS:-build/builds}
make=${MAKE:-make}
case ${TORTURE:-quick} in
quick) wanted=("gcc -O0 plain" "clang -O2 native") ;;
short) wanted=("gcc -O0 plain" "gcc -O3 native" "clang -O2 native" "clang -O3 plain") ;;
long)
    wanted=()
    for compiler in gcc clang; do
        for level in -O0 -O2 -O3; do
            wanted+=("$compiler $level plain" "$compiler $level native")
        done
    done
    ;;
*)
    echo "TORTURE is $TORTURE, must be one of quick, short, long"
    exit 1
    ;;
esac

first='' tried=0 faults=0
for build in "${wanted[@]}"; do
    read -r compiler level processor <<<"$build"
    command -v "$compiler" >/dev/null || {
        echo "check-builds: no $compiler here"
        continue
    }
    flags=$level
    [[ $processor == native ]] && flags+=' -march=native'
    folder=$builds/$compiler$level-$processor
    mkdir -p "$folder"
    if ! env -u MAKEFLAGS -u MAKELEVEL "$make" --no-print-directory -j2 CC="$compiler" \
        CFLAGS="$flags" EXTRA_CFLAGS= BUILD="$folder" "$folder/digest" >"$folder/log" 2>&1; then
        tail -n 20 "$folder/log"
        echo "check-builds: $build does not build"
        faults=$((faults + 1))
        continue
    fi
    if ! "$folder/digest" 2>"$folder/log" | grep -E '^[a-z0-9-]+ [0-9a-f]{16}$' >"$folder/digests"; then
        cat "$folder/log"
        echo "check-builds: $build does not run"
        faults=$((faults + 1))
        continue
    fi
    tried=$((tried + 1))
    if [[ -z $first ]]; then
        first=$folder/digests
    elif ! diff "$first" "$folder/digests"; then
        echo "check-builds: $build gives other bits"
        faults=$((faults + 1))
    fi
done
[[ $tried -gt 0 ]] || exit 77
echo "check-builds: $tried builds, $(wc -l <"$first") scenarios, $faults with other bits"
[[ $faults -eq 0 ]]
