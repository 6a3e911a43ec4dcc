#!/usr/bin/env bash
# The main job, whole: slices of real MRI volumes to a classifier, each stage one command.
#   scripts/demo.sh [PROGRAM]
# Results go to .demo/. A stage whose command, program and input bytes are those of the last time
# is skipped; a training run that was interrupted goes on from its last checkpoint.
set -euo pipefail
export LC_ALL=C.UTF-8
# On a machine that does something else as well, threads that spin while they wait cost more than
# they save.
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive}
cd "$(dirname "$0")/.."

cambium=${1:-.build/release/cambium}
demo=.demo
volumes=${CAMBIUM_DEPS:-.deps}/data/mri-planes
started=$SECONDS
order=()

fail() {
    printf 'demo: error: %s\n' "$*" >&2
    exit 1
}

# digest PATH...: of names and bytes, files of a folder in byte order; locks and stamps aside.
digest() {
    find -L "$@" -type f ! -name '.*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1
}

# stage NAME OUTPUT INPUT... -- ARGUMENT...: runs `cambium ARGUMENT...`, which makes OUTPUT.
stage() {
    local name=$1 output=$2 inputs=() stamp key
    shift 2
    while [ "$1" != -- ]; do
        inputs+=("$1")
        shift
    done
    shift
    order+=("$name")
    stamp="$demo/stamps/$name"
    key="$program_digest $(digest "${inputs[@]}") $*"
    if [ -e "$output" ] && [ "$(cat "$stamp.done" 2>/dev/null)" = "$key" ]; then
        printf '\n== %s: unchanged, kept\n' "$name" >&2
        return
    fi
    # Only a run folder knows how to go on; other outputs appear whole or not at all.
    if [ "$1" = train ] && [ -e "$output" ] && [ "$(cat "$stamp.begun" 2>/dev/null)" = "$key" ]; then
        set -- "$@" --resume
    else
        # A page has its figures and tables beside it.
        rm -rf "$output" "${output%.html}-files"
    fi
    rm -f "$stamp.done"
    printf '%s\n' "$key" >"$stamp.begun"
    printf '\n== %s: cambium %s\n' "$name" "$*" >&2
    python3 scripts/measure.py "$stamp.cost" "$cambium" "$@" | tee "$stamp.out" ||
        fail "the stage '$name' did not finish; what was finished is kept, run again to go on"
    mv "$stamp.begun" "$stamp.done"
}

print_costs() {
    local name
    printf 'stage\tseconds\tpeak_mb\n'
    for name in "${order[@]}"; do printf '%s\t%s\n' "$name" "$(cat "$demo/stamps/$name.cost")"; done
}

[ -x "$cambium" ] || fail "no program at $cambium; run 'make build' first"
[ -d "$volumes" ] || fail "no volumes at $volumes; run 'scripts/setup.sh demo' first"
mkdir -p "$demo/stamps"
program_digest=$(sha256sum <"$cambium" | cut -d ' ' -f 1)

data=$demo/data run=$demo/run embeddings=$demo/embeddings results=$demo/results
model=$run/model

stage prepare "$data" "$volumes" data-prep/mri-planes -- \
    prepare "$volumes" --config data-prep/mri-planes --size 96 --out "$data"

stage train "$run" "$data" recipes/mri-planes.yaml models/davit-small -- \
    train recipes/mri-planes.yaml --set "DATASET.ROOT=$data" --out "$run"

mkdir -p "$embeddings" "$results"
embed() { # NAME SPLIT ARGUMENT...
    local out=$embeddings/$1-$2.npy images=$data/$2_images.tsv
    stage "embed-$1-$2" "$out" "$data" "$model" -- embed --images "$images" --out "$out" "${@:3}"
}
for split in train validation test; do embed trained $split --model "$model"; done
for split in train test; do
    embed untrained $split --model "$model" --untrained 42
    embed pixels $split --model raw-pixels:32
done

evaluate() { # NAME METHOD INPUT... -- ARGUMENT...
    local name=$1 method=$2 inputs=()
    shift 2
    while [ "$1" != -- ]; do
        inputs+=("$1")
        shift
    done
    shift
    stage "evaluate-$name" "$results/$name" "${inputs[@]}" -- evaluate "$method" "$@" --out "$results/$name"
}
labels=$data/unique_texts.txt
tables() { echo "$embeddings/$1-train.npy $embeddings/$1-train.keys.tsv $embeddings/$1-test.npy $embeddings/$1-test.keys.tsv"; }
knn() { # NAME ARGUMENT...
    # shellcheck disable=SC2046
    evaluate "knn-$1" knn $(tables "$1") -- --train "$embeddings/$1-train.npy" \
        --test "$embeddings/$1-test.npy" --classes "$labels" "${@:2}"
}
# shellcheck disable=SC2046
evaluate majority majority $(tables trained) -- --train "$embeddings/trained-train.npy" \
    --test "$embeddings/trained-test.npy" --classes "$labels"
knn pixels --center
knn untrained
knn trained
# shellcheck disable=SC2046
evaluate zero-shot zero-shot $(tables trained) "$model" "$labels" -- --model "$model" \
    --labels "$labels" --test "$embeddings/trained-test.npy"

# shellcheck disable=SC2046
stage adapt "$demo/adapter" $(tables trained) "$embeddings/trained-validation.npy" \
    "$embeddings/trained-validation.keys.tsv" -- adapt --train "$embeddings/trained-train.npy" \
    --validation "$embeddings/trained-validation.npy" --out "$demo/adapter"
evaluate adapter adapter "$demo/adapter" "$embeddings/trained-test.npy" \
    "$embeddings/trained-test.keys.tsv" -- --adapter "$demo/adapter" \
    --test "$embeddings/trained-test.npy"

# shellcheck disable=SC2046
stage report "$demo/report.html" "$results" $(tables trained) "$data" -- report "Majority class=$results/majority" \
    "KNN, raw 32x32 pixels=$results/knn-pixels" "KNN, untrained encoder=$results/knn-untrained" \
    "KNN, trained encoder=$results/knn-trained" "Zero-shot=$results/zero-shot" \
    "Adapter=$results/adapter" --title "MRI planes and levels, tested on a head never seen" \
    --embeddings "train=$embeddings/trained-train.npy" "test=$embeddings/trained-test.npy" \
    --images "$data/train_images.tsv" "$data/test_images.tsv" --out "$demo/report.html"

stage package "$demo/bundle" "$model" "$demo/adapter" "$labels" "$results/adapter/metrics.json" -- \
    package --model "$model" --labels "$labels" --adapter "$demo/adapter" \
    --metrics "$results/adapter/metrics.json" --out "$demo/bundle"

# Three pictures of the head that was never seen, as files.
examples() {
    python3 - "$data/test_images.tsv" "$1" <<'PYTHON'
import base64, os, sys
rows = open(sys.argv[1]).read().splitlines()
for row in rows[len(rows) // 6 :: len(rows) // 3][:3]:
    key, image = row.split("\t")
    with open(os.path.join(sys.argv[2], key.replace("/", " - ") + ".jpg"), "wb") as file:
        file.write(base64.b64decode(image))
PYTHON
}
rm -rf "$demo/examples"
mkdir -p "$demo/examples"
examples "$demo/examples"
stage predict "$demo/stamps/predict.out" "$demo/bundle" "$demo/examples" -- \
    predict "$demo/bundle" "$demo"/examples/* --top 3

print_costs >"$demo/stages.tsv"
printf '\nWhat each stage took:\n\n'
expand -t 28,38 "$demo/stages.tsv"
printf '\n'
cat "$demo/stamps/report.out" "$demo/stamps/predict.out"
printf '\nreport  %s\nbundle  %s\n' "$PWD/$demo/report.html" "$PWD/$demo/bundle"
printf 'try     %s predict %s IMAGE\n' "$cambium" "$demo/bundle"
printf 'whole   %d s in this call\n' $((SECONDS - started))
