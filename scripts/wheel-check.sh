#!/usr/bin/env bash
# Tries dist/'s wheel where there is no Swift: a bare Debian in a folder, an empty venv, and the same
# commands inside it and by the built program outside. Every file and line must be the same.
#   sudo scripts/wheel-check.sh [PROGRAM]        the built program, else .build/release/cambium
#
#   CAMBIUM_CHECK_FOLDER=FOLDER   where the bare system and the downloads stay (default: one that
#                                 goes afterwards); a second run takes what it finds there
#   CAMBIUM_CHECK_BUNDLE=FOLDER   a bundle more to predict with (default: the demo's, if it is there)
set -euo pipefail
export LC_ALL=C.UTF-8
cd "$(dirname "$0")/.."
root=$PWD

say() { printf 'wheel-check: %s\n' "$*"; }
fail() {
    printf 'wheel-check: error: %s\n' "$*" >&2
    exit 1
}

program=$(realpath "${1:-.build/release/cambium}")
bundle=${CAMBIUM_CHECK_BUNDLE:-.demo/bundle}
[ -x "$program" ] || fail "no program at $program; run 'make build' first"
compgen -G 'dist/cambium-*.whl' >/dev/null || fail "no wheel in dist/; run 'make wheel' first"
wheel=$(realpath dist/cambium-*.whl)
[ "$(id -u)" -eq 0 ] || fail "chroot needs root; run it with sudo"
command -v debootstrap >/dev/null || fail "no debootstrap; apt-get install -y debootstrap"

if [ -n "${CAMBIUM_CHECK_FOLDER:-}" ]; then
    mkdir -p "$CAMBIUM_CHECK_FOLDER"
    place=$(realpath "$CAMBIUM_CHECK_FOLDER")
else
    place=$(mktemp -d)
    trap 'rm -rf "$place"' EXIT
fi
bare=$place/root wheels=$place/wheels bench=$place/bench

# ---------------------------------------------------------------- a bare machine

if [ ! -e "$bare/.made" ]; then
    say "making a bare Debian 12"
    rm -rf "$bare"
    debootstrap --variant=minbase --include=python3,python3-venv bookworm "$bare" \
        >"$place/debootstrap.log" 2>&1 || fail "debootstrap: $(tail -n 1 "$place/debootstrap.log")"
    touch "$bare/.made"
fi
say "fetching torch and MLflow, with all that they need"
mkdir -p "$wheels"
python3 -m pip download --quiet --disable-pip-version-check --dest "$wheels" --find-links "$wheels" \
    --only-binary=:all: --python-version 3.11 --implementation cp "$wheel" mlflow-skinny pandas
rm -f "$wheels"/cambium-*.whl
cp "$wheel" "$wheels"

# Runs a command inside: its own /proc, which names the running program; no network is needed.
inside() {
    unshare --mount --pid --fork bash -euc '
        bare=$1 && shift
        mkdir -p "$bare/bench" "$bare/wheels"
        mount --bind "$BENCH" "$bare/bench"
        mount --bind "$WHEELS" "$bare/wheels"
        mount --rbind /dev "$bare/dev"
        mount -t proc proc "$bare/proc"
        exec env -i HOME=/root LC_ALL=C.UTF-8 OMP_WAIT_POLICY=passive \
            PATH=/venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            chroot "$bare" "$@"' - "$bare" "$@"
}
export BENCH=$bench WHEELS=$wheels

rm -rf "$bench" "$bare/venv"
mkdir -p "$bench"
cp scripts/wheel-check/* "$bench/"
[ ! -d "$bundle" ] || cp -a "$bundle" "$bench/demo-bundle"
python3 "$bench/pictures.py" "$bench/pictures"

say "installing into an empty venv"
started=$SECONDS
inside bash /bench/install.sh
say "installed in $((SECONDS - started)) s; $(du -sm "$bare/venv" | cut -f 1) MB in all," \
    "$(du -sm "$bare"/venv/lib/python3*/site-packages/cambium_program | cut -f 1) MB of it Cambium's"

# ---------------------------------------------------------------- the same work twice

# The paths of a run stand in some files, so both stand at /bench/work while they are made.
say "inside: $(grep -c '^step' "$bench/steps.sh") steps by the installed program"
inside bash /bench/steps.sh
mv "$bench/work" "$bench/inside"

say "outside: the same by $program"
unshare --mount bash -euc '
    mkdir -p /bench && mount --bind "$1" /bench && cd /bench
    exec env CAMBIUM="$2" CAMBIUM_CLIP_VOCABULARY="$3" OMP_WAIT_POLICY=passive bash steps.sh' \
    - "$bench" "$program" "$(realpath "${CAMBIUM_DEPS:-.deps}")/clip/bpe_simple_vocab_16e6.txt"
mv "$bench/work" "$bench/outside"

python3 "$bench/compare.py" "$bench/outside" "$bench/inside"

say "MLflow inside, beside predict --json"
inside python3 /bench/mlflow_check.py
say "the archive for machines without Python"
tar -xzf dist/cambium-*.tar.gz -C "$bench"
inside bash /bench/archive.sh
say "all the same"
