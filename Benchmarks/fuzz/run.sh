#!/usr/bin/env bash
# Benchmarks/fuzz/run.sh [PYTHON [OUT [OPTIONS OF fuzz.py ...]]]
#
# Builds the readers with AddressSanitizer (into .build-fuzz) and feeds them mutated files: see
# fuzz.py. Where PYTHON has pydicom 3.0.2, its test files are seeds too.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
python=${1:-python3}
out=${2:-$root/.demo/fuzz}
build=$root/.build-fuzz

swift build -c release --sanitize=address --package-path "$root/Benchmarks/fuzz" \
    --scratch-path "$build" --product fuzz-readers
dicom=$("$python" -c 'import pydicom, pathlib; print(pathlib.Path(pydicom.__file__).parent / "data")' \
    2>/dev/null || true)
exec "$python" "$root/Benchmarks/fuzz/fuzz.py" "$build/release/fuzz-readers" "$out" \
    ${dicom:+--dicom "$dicom"} "${@:3}"
