#!/usr/bin/env bash
# docs.sh BUILD OUT: the documentation of every library that stands built in the folder BUILD, as a
# web site in OUT. The toolchain's docc alone: no plugin, so that nobody's build depends on one.
set -euo pipefail
build=$1 out=$2
root=$(cd "$(dirname "$0")/.." && pwd)
graphs=$(mktemp -d)
trap 'rm -rf "$graphs"' EXIT

# C modules that the interfaces may mention: ours and those of the packages we depend on.
maps=()
for map in "$root"/Sources/*/module.modulemap "$root"/Sources/*/include/module.modulemap \
    "$build"/*.build/module.modulemap "$root"/.build/checkouts/*/Sources/*/include/module.modulemap; do
    if [ -f "$map" ]; then maps+=(-Xcc "-fmodule-map-file=$map"); fi
done

target=$(swift -print-target-info | sed -n 's/.*"unversionedTriple" *: *"\(.*\)".*/\1/p')
for floor in "$root"/Sources/*/; do
    module=Cambium$(basename "$floor")
    [ -f "$build/Modules/$module.swiftmodule" ] || continue
    swift symbolgraph-extract -module-name "$module" -I "$build/Modules" -target "$target" \
        -minimum-access-level public -skip-synthesized-members -output-dir "$graphs" "${maps[@]}"
done

# A parameter whose name says it all is not described, so docc does not ask for all of them.
rm -rf "$out"
docc convert "$root/docs/Cambium.docc" --additional-symbol-graph-dir "$graphs" \
    --fallback-display-name Cambium --fallback-bundle-identifier cambium \
    --warnings-as-errors --disable-parameters-and-returns-validation --output-path "$out"
echo "$out/documentation/cambium"
