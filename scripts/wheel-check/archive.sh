# Inside: the archive finds libtorch where CAMBIUM_TORCH says, and says clearly where it does not.
set -euo pipefail
cambium=$(echo /bench/cambium-*-linux-x86_64/bin/cambium)
torch=$(echo /venv/lib/python3*/site-packages/torch)
cd /bench/inside
images=(/bench/pictures/*/[0-4].png)
for folder in "$torch" "$torch/lib"; do
    CAMBIUM_TORCH=$folder "$cambium" predict bundle "${images[@]}" --json 2>/dev/null |
        cmp - predict.out
done
for folder in '' /nowhere; do
    told=$(CAMBIUM_TORCH=$folder "$cambium" predict bundle "${images[0]}" 2>&1 >/dev/null) &&
        { echo "predicted without libtorch" >&2; exit 1; }
    [[ $told == *CAMBIUM_TORCH* && $(wc -l <<<"$told") -eq 1 ]] || { echo "$told" >&2; exit 1; }
    echo "wheel-check: CAMBIUM_TORCH='$folder': $told"
done
