# The same work by either program; each step's standard output is kept beside what it wrote.
set -euo pipefail
cambium=${CAMBIUM:-cambium}
mkdir -p /bench/work
cd /bench/work

step() {
    local name=$1
    shift
    "$cambium" "$@" >"$name.out" 2>"$name.err" ||
        { echo "step $name ended with $?: $(tail -n 3 "$name.err")" >&2; exit 1; }
}

"$cambium" doctor >doctor.txt
! grep 'missing:' doctor.txt
step prepare prepare /bench/pictures --out data
step train train /bench/recipe.yaml --out run
step launch launch --processes 2 -- train /bench/recipe.yaml --out run-of-two
step embed-train embed --model run/model --images data/train_images.tsv --out train.npy
step embed-validation embed --model run/model --images data/validation_images.tsv --out validation.npy
step embed-test embed --model run/model --images data/test_images.tsv --out test.npy
step adapt adapt --train train.npy --validation validation.npy --out adapter
step evaluate evaluate adapter --adapter adapter --test test.npy --out results
step package package --model run/model --labels data/unique_texts.txt --adapter adapter \
    --metrics results/metrics.json --data data --golden-rows 2 --out bundle
step verify verify bundle
step predict predict bundle /bench/pictures/*/[0-4].png --json
step run run /bench/line.yaml
if [ -d /bench/demo-bundle ]; then
    step verify-demo verify /bench/demo-bundle
    step predict-demo predict /bench/demo-bundle /bench/pictures/*/[0-4].png --json
fi
