#!/bin/sh
# Images/s of the image tower's forward pass, Cambium beside transformers' Florence-2 backbone:
# a quarter-width Florence-2 tower at 224 pixels, then the demo's small tower at its own 64.
# usage: run.sh CAMBIUM_BENCH [PYTHON [ROUNDS]]     (results: .demo/benchmarks/)
set -eu
bench=${1:?usage: run.sh CAMBIUM_BENCH [PYTHON [ROUNDS]]}
python=${2:-python3}
rounds=${3:-5}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
out=$here/../../.demo/benchmarks
mkdir -p "$out"
demo=$here/../../models/davit-small/config.yaml

compare() { # title, out, configuration, size, batch, iterations
    arguments="--config $3 --size $4 --batch $5 --iterations $6"
    "$python" "$here/../interleave.py" --title "$1" --items "$5" --rounds "$rounds" --out "$2" \
        cambium "$bench forward $arguments" \
        transformers "$python $here/reference.py $arguments"
}
compare "forward, 64 to 512 channels, depths 1 1 9 1, 224 px, batch 8" \
    "$out/forward-florence-small.json" "$here/florence-small.yaml" 224 8 3
compare "forward, the demo's tower, 64 px, batch 64" "$out/forward-davit-small.json" "$demo" 64 64 5
