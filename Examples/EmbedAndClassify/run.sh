#!/usr/bin/env bash
# Builds the example, makes its pictures and runs it with the smallest model there is.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
build=(swift build -c release --manifest-cache none --explicit-target-dependency-import-check error)
"${build[@]}"
images=$(mktemp -d)
trap 'rm -rf "$images"' EXIT
python3 make_images.py "$images"
OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive} \
    .build/release/EmbedAndClassify "$root/Tests/EncodersTests/Fixtures/mi2-mini/2024.09.27" "$images"
