#!/bin/sh
# How many planted duplicates `cambium prepare` finds, how many false alarms, and whether
# `cambium validate` sees the leaks and the divided patients; five sets of 430 images and 90 copies.
# usage: run.sh CAMBIUM [PYTHON [VOLUME]]     (pictures stay in .demo/benchmark-duplicates)
set -eu
cambium=${1:?usage: run.sh CAMBIUM [PYTHON [VOLUME]]}
python=${2:-python3}
volume=${3:-/usr/share/mricron/templates/ch2.nii.gz}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
work=$here/../../.demo/benchmark-duplicates
mkdir -p "$work"
for seed in 1 2 3 4 5; do
    set=$work/$seed
    if [ ! -f "$set.planted.tsv" ]; then
        rm -rf "$set"
        "$python" "$here/make_planted.py" "$set" --volume "$volume" --seed "$seed"
    fi
    rm -rf "$set.together" "$set.report"
    "$cambium" prepare "$set" --out "$set.together" --quiet 2> /dev/null
    "$python" "$here/check_planted.py" "$set.planted.tsv" "$set.together"
    "$cambium" prepare "$set" --out "$set.report" --duplicates report --quiet 2> /dev/null
    "$cambium" validate "$set.report" --group-by prefix:_ --json --quiet > "$set.json" && exit 1
    "$python" "$here/check_groups.py" "$set.json" "$set.report"
done
