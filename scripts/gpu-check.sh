#!/usr/bin/env bash
# Proves on a machine with a CUDA GPU what no other machine can: set-up with CUDA, embeddings equal
# to the processor's, training on the GPU, over NCCL (in one process, and in two where there are two
# GPUs) and in 16 bits, throughput. From a fresh clone:
#   scripts/gpu-check.sh
# DEVICE=cuda:N takes another GPU; DEVICE=cpu goes through all steps on the processor and over Gloo,
# which proves this script and nothing else. Results go to .demo/gpu-check/.
#   SEEDS="1 2 3 ..."   seeds of the runs in float32, bfloat16 and float16
#   SEED_EPOCHS=N       how long each is
set -euo pipefail
export LC_ALL=C.UTF-8
cd "$(dirname "$0")/.."

device=${DEVICE:-cuda}
cambium=.build/release/cambium
out=.demo/gpu-check
mini=Tests/EncodersTests/Fixtures/mi2-mini

fail() {
    printf 'gpu-check: error: %s\n' "$*" >&2
    exit 1
}
say() { printf '\n== %s\n' "$*"; }

has_driver() { [[ "$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null)" == *libcuda.so.1* ]]; }

case $device in
cpu) export CAMBIUM_CUDA=${CAMBIUM_CUDA:-0} ;;
cuda | cuda:[0-9]*)
    has_driver || fail "no CUDA driver (libcuda.so.1) on this machine; run this where there is a GPU"
    export CAMBIUM_CUDA=1
    ;;
*) fail "DEVICE=$device is unknown; use cuda, cuda:N or cpu" ;;
esac

# The flags of the Makefile, so that nothing is built twice.
build() {
    swift build -c release --manifest-cache none --explicit-target-dependency-import-check error \
        --product "$1"
}

say "set-up and build"
scripts/setup.sh demo
build CambiumTorch
build cambium
[ "$device" = cpu ] || build CambiumNCCL
build cambium-bench

say "doctor"
"$cambium" doctor
devices=$("$cambium" doctor --json |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["cuda"]["devices"])')
[ "$device" = cpu ] || [ "$devices" -gt 0 ] ||
    fail "there is a CUDA driver but no usable GPU (see 'cuda' and 'missing' above)"

rm -rf "$out"
mkdir -p "$out"

embed() { # NAME DEVICE
    "$cambium" embed --quiet --model "$mini" --images "$mini/images" --device "$2" --out "$out/$1-images.npy" >/dev/null
    "$cambium" embed --quiet --model "$mini" --texts "$mini/texts.txt" --device "$2" --out "$out/$1-texts.npy" >/dev/null
}
compare() { # NAME LIMIT
    local kind
    for kind in images texts; do
        printf '%-18s ' "$1, $kind"
        python3 scripts/gpu_check.py arrays "$out/$1-$kind.npy" "$out/processor-$kind.npy" "$2" ||
            fail "embeddings on $device differ from the processor's"
    done
}

say "embeddings of a small MedImageInsight on $device against the processor's"
embed processor cpu
# cuDNN rounds to TF32 inside float32 convolutions unless told not to: the mathematics is compared
# without, and the program as it runs to what TF32 leaves.
NVIDIA_TF32_OVERRIDE=0 embed float32 "$device"
embed as-it-runs "$device"
compare float32 1e-4
compare as-it-runs 1e-2

train() { # NAME DEVICE EPOCHS [PROCESSES [ARGUMENT...]]
    local start=("$cambium")
    [ "${4:-0}" = 0 ] || start=("$cambium" launch --processes "$4" --)
    "${start[@]}" train recipes/mri-planes.yaml --set "DATASET.ROOT=$out/data" --set "DEVICE=$2" \
        --set "MAX_NUM_EPOCHS=$3" --set LOG_EVERY=1 --set EVAL_AT_START=false --log-format json \
        "${@:5}" --out "$out/$1" >/dev/null 2>"$out/$1.log" ||
        fail "training on $2 did not finish; see $out/$1.log"
}

say "two epochs of the demo's training on $device"
"$cambium" prepare "${CAMBIUM_DEPS:-.deps}/data/mri-planes" --config data-prep/mri-planes --size 96 \
    --quiet --out "$out/data" >/dev/null
train one-epoch-processor cpu 1
train two-epochs "$device" 2
grep -o "training on ${device}[^\"]*" "$out/two-epochs.log" ||
    fail "the run does not say that it trained on $device; see $out/two-epochs.log"
python3 scripts/gpu_check.py losses "$out/one-epoch-processor" "$out/two-epochs" 1e-2 ||
    fail "the loss on $device is not the processor's, or did not fall"

[ "$device" = cpu ] && backend=Gloo kind=cpu || backend=NCCL kind=cuda
say "one process over $backend against one without a group"
"$cambium" launch --processes 1 -- doctor --ranks --seconds 1 --device "$device"
train one-epoch "$device" 1
train one-epoch-group "$device" 1 1
# Atomic additions come in any order on a GPU, so two runs there differ a little.
python3 scripts/gpu_check.py steps "$out/one-epoch" "$out/one-epoch-group" \
    "$([ "$kind" = cpu ] && echo 0 || echo 1e-3)" ||
    fail "training in a group of one is not what it is without one"

if [ "$kind" = cpu ] || [ "$devices" -ge 2 ]; then
    say "two processes over $backend against one"
    "$cambium" launch --processes 2 -- doctor --ranks --seconds 1 --device $kind
    train one-epoch-two-processes $kind 1 2
    python3 scripts/gpu_check.py steps "$out/one-epoch" "$out/one-epoch-two-processes" 1e-3 ||
        fail "two processes do not train as one"
else
    say "two processes over $backend: left out, there is one GPU"
fi

seeds=${SEEDS:-$([ "$kind" = cpu ] && echo 1 2 3 || echo 1 2 3 4 5)}
epochs=${SEED_EPOCHS:-$([ "$kind" = cpu ] && echo 1 || echo 10)}
say "float32, bfloat16 and float16 on $device: seeds $seeds; epochs: $epochs"
for precision in float32 bfloat16 float16; do
    for seed in $seeds; do
        train "$precision-$seed" "$device" "$epochs" 0 --set "PRECISION=$precision" --set "SEED=$seed"
    done
    [ $precision = float32 ] && continue
    # shellcheck disable=SC2086
    python3 scripts/gpu_check.py spread "$out" $precision $seeds ||
        fail "$precision does not end within the spread of float32's seeds"
done

measure() { # TITLE IMAGES ARGUMENT...
    local line
    printf '%-58s' "$1"
    line=$("$cambium-bench" "${@:3}" --batch "$2" --device "$device") || fail "cambium-bench did not finish"
    printf '%s\n' "$line" >>"$out/throughput.jsonl"
    printf '%s\n' "$line" | python3 scripts/gpu_check.py rate "$2"
}

say "throughput on $device"
small=models/davit-small/config.yaml
florence=Benchmarks/forward/florence-small.yaml
measure "forward, the demo's tower, 64 px" 64 forward --config $small --size 64 --iterations 10
measure "forward, 64 to 512 channels, 224 px" 8 forward --config $florence --size 224 --iterations 5
measure "training step, the demo's model, 64 px, 15 texts" 32 \
    train-step --config $small --size 64 --classes 15 --iterations 10
if [ "$device" != cpu ]; then
    # What a description leaves out has MedImageInsight's own sizes.
    printf 'IMAGE_ENCODER: {NAME: davit_v1}\n' >"$out/full.yaml"
    measure "forward, 64 to 512 channels, 224 px" 128 forward --config $florence --size 224 --iterations 10
    measure "forward, MedImageInsight's tower, 480 px" 16 \
        forward --config "$out/full.yaml" --size 480 --iterations 10
fi

if [ "$device" = cpu ]; then
    printf '\ngpu-check: every step works on the processor; nothing is proven about a GPU\n'
else
    printf '\ngpu-check: all of it holds on %s\n' "$device"
fi
