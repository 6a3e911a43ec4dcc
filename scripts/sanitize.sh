#!/usr/bin/env bash
# Builds the tests that need no libtorch with a sanitizer each and runs them: scripts/sanitize.sh KIND...
# (thread, address). What a sanitizer finds ends the run with its report.
set -euo pipefail
cd "$(dirname "$0")/.."
export CAMBIUM_WITHOUT_TORCH=1
export TSAN_OPTIONS="halt_on_error=1 second_deadlock_stack=1"
export ASAN_OPTIONS="detect_leaks=0 detect_stack_use_after_return=0 strict_string_checks=1"
for kind in "$@"; do
    export CAMBIUM_SANITIZE=$kind
    flags=(--manifest-cache none --sanitize "$kind" --scratch-path ".build-sanitize/$kind")
    echo "sanitize: $kind"
    swift build "${flags[@]}" --build-tests
    swift test "${flags[@]}" --skip-build
done
