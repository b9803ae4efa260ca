# The files of the tree from which a harness begins: `. fuzz_seeds.sh; fuzz_seeds NAME`.
# shellcheck shell=bash
fuzz_seeds() {
    case $1 in
    scenario) ls scenarios/*.yaml tests/system/bad/*.yaml tests/unit/scenarios-bad/*.yaml ;;
    pb) ls tests/torture/ballots/*.pb scenarios/*.pb tests/models/pb-bad/*.pb ;;
    edges) ls tests/torture/edges/*.csv ;;
    plan) ls scenarios/experiments/*.yaml tests/torture/plans/*.yaml tests/unit/plans-*/*.yaml ;;
    *) return 1 ;;
    esac
}
