#!/bin/sh
# The dermatology document's adapter, 10 epochs of 2,500 embeddings, Cambium beside PyTorch.
# usage: run.sh CAMBIUM [PYTHON [ROUNDS]]     (result: .demo/benchmarks/adapter.json)
set -eu
cambium=${1:?usage: run.sh CAMBIUM [PYTHON [ROUNDS]]}
python=${2:-python3}
rounds=${3:-3}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
out=$here/../../.demo/benchmarks
data=$here/../../.demo/benchmark-adapter
mkdir -p "$out"
"$python" "$here/data.py" "$data"
"$python" "$here/../interleave.py" --rounds "$rounds" --items 2500 --out "$out/adapter.json" \
    --title "the document's adapter, 2,500 x 1,024, 39 classes, 10 epochs" \
    cambium "$python $here/cambium.py $cambium --data $data" \
    torch "$python $here/reference.py --data $data" \
    torch-fused "$python $here/reference.py --data $data --fused"
