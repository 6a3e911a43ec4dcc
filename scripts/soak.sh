#!/usr/bin/env bash
# Whether the tests can be believed: runs those that are built many times, on the machine as it is,
# beside eight busy loops, and on one core, and counts what failed.
#   scripts/soak.sh [-n RUNS] [-f FILTER] [-w "WAYS"] [COMMAND...]
#     RUNS      of each way (10)
#     FILTER    a regular expression over target, suite and test (all)
#     WAYS      some of plain, busy, single (all)
#     COMMAND   what runs them, gets --filter (swift test -c release --skip-build)
# Prints a line a run: way, number, status, seconds, load, tests that failed; then the sums. The logs
# go to .build/soak/.
set -uo pipefail
export LC_ALL=C.UTF-8 OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive
cd "$(dirname "$0")/.."

runs=10 ways="plain busy single" filter=()
while getopts n:f:w: option; do
    case $option in
    n) runs=$OPTARG ;;
    f) filter=(--filter "$OPTARG") ;;
    w) ways=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
command=("$@")
((${#command[@]})) || command=(swift test -c release --manifest-cache none --skip-build)
out=.build/soak
mkdir -p "$out"
: >"$out/table.tsv"

loops=()
stop() {
    ((${#loops[@]} == 0)) || kill "${loops[@]}" 2>/dev/null
    loops=()
}
trap stop EXIT

for way in $ways; do
    start=()
    case $way in
    plain) ;;
    busy) for _ in {1..8}; do (while :; do :; done) & loops+=($!); done ;;
    single) start=(taskset -c 0) ;;
    *) printf 'soak: error: way %s is unknown; use plain, busy, single\n' "$way" >&2; exit 2 ;;
    esac
    for ((run = 1; run <= runs; run++)); do
        log=$out/$way-$run.log
        began=$SECONDS
        "${start[@]}" "${command[@]}" "${filter[@]}" >"$log" 2>&1
        status=$?
        failed=$(sed -nE 's/^✘ Test (.*) failed after .*/\1/p' "$log" | sort | paste -sd ';')
        grep -qaE '^. Test run with' "$log" || failed="broke off;$failed"
        printf '%s\t%d\t%d\t%d\t%s\t%s\n' "$way" "$run" "$status" $((SECONDS - began)) \
            "$(cut -d' ' -f1 /proc/loadavg)" "$failed" | tee -a "$out/table.tsv"
    done
    stop
done

printf '\nway\truns\tfailed\n'
awk -F'\t' '{ n[$1]++; if ($3 != 0 || $6 != "") bad[$1]++ }
    END { for (way in n) printf "%s\t%d\t%d\n", way, n[way], bad[way] }' "$out/table.tsv"
! awk -F'\t' '($3 != 0 || $6 != "")' "$out/table.tsv" | grep -q .
