#!/bin/sh
# Images/s of `cambium prepare` on 500 made-up photographs of 1280x1024, beside Pillow in one
# process (as the usual script) and in two. The pictures stay in .demo for the next time.
# usage: run.sh CAMBIUM [PYTHON [ROUNDS]]     (result: .demo/benchmarks/)
set -eu
cambium=${1:?usage: run.sh CAMBIUM [PYTHON [ROUNDS]]}
python=${2:-python3}
rounds=${3:-5}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
work=$here/../../.demo/benchmark-prepare
out=$here/../../.demo/benchmarks
mkdir -p "$work" "$out"
if [ ! -d "$work/images" ]; then
    rm -rf "$work/images.partial"
    "$python" "$here/make_images.py" "$work/images.partial"
    mv "$work/images.partial" "$work/images"
fi
"$python" "$here/../interleave.py" --wall --rounds "$rounds" --items 500 --out "$out/prepare.json" \
    --title "prepare, 500 JPEG of 1280x1024 to 512x512" \
    --clean "$work/cambium" --clean "$work/fast" --clean "$work/one" --clean "$work/two" \
    cambium "$cambium prepare $work/images --out $work/cambium --workers 2 --quiet" \
    "cambium --fast" "$cambium prepare $work/images --out $work/fast --workers 2 --quiet --fast" \
    "Pillow, 1 process" "$python $here/reference.py $work/images --out $work/one" \
    "Pillow, 2 processes" "$python $here/reference.py $work/images --out $work/two --workers 2"
# The last round ends with one of the programs; the check needs both.
rm -rf "$work/cambium" "$work/fast" "$work/one"
"$cambium" prepare "$work/images" --out "$work/cambium" --workers 2 --quiet > "$work/cambium.txt"
"$cambium" prepare "$work/images" --out "$work/fast" --workers 2 --quiet --fast > "$work/fast.txt"
"$python" "$here/reference.py" "$work/images" --out "$work/one"
"$python" "$here/check.py" "$work/cambium" "$work/one"
"$python" "$here/psnr.py" "$work/cambium" "$work/fast"
