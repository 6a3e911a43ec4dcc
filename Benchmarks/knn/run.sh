#!/bin/sh
# Nearest neighbours: 5,000 x 1,600 with all metrics beside scikit-learn, 100,000 x 1,000 beside FAISS.
# usage: run.sh CAMBIUM_BENCH [PYTHON [ROUNDS]]     (result: .demo/benchmarks/knn-*.json)
set -eu
bench=${1:?usage: run.sh CAMBIUM_BENCH [PYTHON [ROUNDS]]}
python=${2:-python3}
rounds=${3:-3}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
out=$here/../../.demo/benchmarks
data=$here/../../.demo/benchmark-knn
mkdir -p "$out"
[ -f "$data/queries.npy" ] || "$python" "$here/data.py" "$data"
for metric in cosine l2; do
    "$python" "$here/../interleave.py" --rounds "$rounds" --items 1600 --out "$out/knn-sklearn-$metric.json" \
        --title "KNN and all metrics, 5,000 x 1,600 x 1,024, 22 classes, $metric" \
        cambium "$bench knn --train $data/train.npy --test $data/test.npy --k 10 --metric $metric --classes 22" \
        sklearn "$python $here/reference.py sklearn --data $data --metric $metric"
    "$python" "$here/../interleave.py" --rounds "$rounds" --items 1000 --out "$out/knn-faiss-$metric.json" \
        --title "exact search, 100,000 x 1,000 x 1,024, 10 neighbours, $metric" \
        cambium "$bench knn --train $data/many.npy --test $data/queries.npy --k 10 --metric $metric --iterations 3" \
        faiss "$python $here/reference.py faiss --data $data --metric $metric --iterations 3"
done
