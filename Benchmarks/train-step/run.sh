#!/bin/sh
# Images/s of a whole training step at the demo's sizes, Cambium beside PyTorch.
# usage: run.sh CAMBIUM_BENCH [PYTHON [ROUNDS]]     (result: .demo/benchmarks/)
set -eu
bench=${1:?usage: run.sh CAMBIUM_BENCH [PYTHON [ROUNDS]]}
python=${2:-python3}
rounds=${3:-5}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
out=$here/../../.demo/benchmarks
mkdir -p "$out"
demo=$here/../../models/davit-small/config.yaml
arguments="--config $demo --size 64 --batch 32 --classes 15 --iterations 5"
"$python" "$here/../interleave.py" --rounds "$rounds" --items 32 --out "$out/train-step.json" \
    --title "training step, the demo's model, 64 px, batch 32, 15 texts" \
    cambium "$bench train-step $arguments" \
    torch "$python $here/reference.py $arguments"
