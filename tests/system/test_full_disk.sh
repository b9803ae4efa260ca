#!/bin/bash
# A disk that is full at any moment of a run gives a sentence, exit 1, and nothing under the final
# name; with room again the run is finished from what was saved.
set -uo pipefail
: "${SAMSKAB:?is the program to test}"
folder=$(mktemp -d)
disk=$folder/disk
mkdir "$disk"
mounted=0
trap '[[ $mounted -eq 0 ]] || umount "$disk"; rm -rf "$folder"' EXIT
mount -t tmpfs -o size=64k tmpfs "$disk" 2>/dev/null && mounted=1
if [[ $mounted -eq 0 ]]; then
    echo "skipped: a small disk can only be made by root"
    exit 77
fi
cd "$folder" || exit 1
printf 'population.inhabitants: 1500\nweeks: 300\nreplicates: 3\n' >town.yaml
faults=0
fault() {
    echo "$*"
    faults=1
}
digest() { "$SAMSKAB" info "$1" | sed -n 's/^digest *//p'; }
"$SAMSKAB" run town.yaml -o whole.h5 --quiet >/dev/null || fault "fails where there is room"

failures=0
for kilobytes in 4 16 32 64 128 200 300 400 500 600 800 1000 1300 1600; do
    rm -rf "${disk:?}"/*
    mount -o "remount,size=${kilobytes}k" "$disk" || continue
    code=0
    "$SAMSKAB" run town.yaml -o disk/full.h5 --quiet --checkpoint-every 50 >out 2>err || code=$?
    if [[ $code -eq 0 ]]; then
        [[ $(digest disk/full.h5) == "$(digest whole.h5)" ]] || fault "$kilobytes kB: other bits"
        continue
    fi
    failures=$((failures + 1))
    [[ $code -eq 1 ]] || fault "$kilobytes kB: exit $code instead of 1 ($(cat err))"
    grep -qi 'No space left on device' err || fault "$kilobytes kB: does not say why ($(cat err))"
    [[ ! -e disk/full.h5 ]] || fault "$kilobytes kB: something stands under the final name"
    mount -o remount,size=64m "$disk"
    if [[ -e disk/full.h5.parts/setup.h5 ]]; then
        "$SAMSKAB" resume disk/full.h5 --quiet >out 2>err || fault "$kilobytes kB: $(cat err)"
    else
        "$SAMSKAB" run town.yaml -o disk/full.h5 --quiet --force >out 2>err ||
            fault "$kilobytes kB, with room again: $(cat err)"
    fi
    [[ $(digest disk/full.h5) == "$(digest whole.h5)" ]] ||
        fault "$kilobytes kB: finished later, other bits"
done
[[ $failures -ge 3 ]] || fault "only $failures of the disks were too small: sizes must be chosen anew"
exit "$faults"
