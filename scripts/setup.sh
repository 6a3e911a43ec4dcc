#!/usr/bin/env bash
# Sets up what Cambium builds on, into the ignored folder .deps/:
#   scripts/setup.sh build   system headers, libtorch, CUDA runtime, CLIP vocabulary   (default)
#   scripts/setup.sh demo    the same, and the demo's MRI volumes
# A second call finds everything in place and fetches nothing. Each piece is a folder that gets
# its final name in one step, with a stamp inside: an interrupted piece starts again.
#
#   CAMBIUM_DEPS=FOLDER   another place than .deps/
#   CAMBIUM_CUDA=1|0      fetch the CUDA libraries or not, whatever the machine has
set -euo pipefail
export LC_ALL=C

root=$(cd "$(dirname "$0")/.." && pwd)
deps=${CAMBIUM_DEPS:-$root/.deps}
oldest_swift=6.2

say() { printf 'set-up: %s\n' "$*"; }
fail() {
    printf 'set-up: error: %s\n' "$*" >&2
    exit 1
}

# ---------------------------------------------------------------- the machine

check_tools() {
    [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] ||
        fail "this is $(uname -s) on $(uname -m); the libtorch used here is for Linux on x86_64"
    local tool
    for tool in git make python3; do
        command -v "$tool" >/dev/null ||
            fail "no $tool on the PATH; install it (Debian: apt-get install -y $tool) and run again"
    done
    check_swift
}

check_swift() {
    command -v swift >/dev/null ||
        fail "no Swift on the PATH; install Swift $oldest_swift or newer (swift.org/install) and run again"
    local banner version
    banner=$(swift --version 2>/dev/null || true)
    version=$(sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' <<<"$banner" | head -n 1)
    [ -n "$version" ] || fail "'swift --version' does not answer; reinstall Swift $oldest_swift or newer"
    [ "$(printf '%s\n' "$oldest_swift" "$version" | sort -V | head -n 1)" = "$oldest_swift" ] ||
        fail "Swift $version is too old; install Swift $oldest_swift or newer (swift.org/install) and run again"
}

check_pip() {
    python3 -m pip --version >/dev/null 2>&1 ||
        fail "python3 has no pip; install it (Debian: apt-get install -y python3-pip) and run again"
}

has_header() {
    local folder
    for folder in /usr/include /usr/include/x86_64-linux-gnu /usr/local/include; do
        [ -e "$folder/$1" ] && return 0
    done
    return 1
}

check_headers() {
    local missing=()
    compgen -G '/usr/include/c++/*/vector' >/dev/null || missing+=(g++)
    has_header jpeglib.h || missing+=(libjpeg62-turbo-dev)
    has_header png.h || missing+=(libpng-dev)
    has_header zlib.h || missing+=(zlib1g-dev)
    compgen -G "/usr/include/openjpeg-2.*/openjpeg.h" >/dev/null || missing+=(libopenjp2-7-dev)
    has_header openssl/evp.h || missing+=(libssl-dev)
    command -v pkg-config >/dev/null || missing+=(pkg-config)
    has_header charls/charls.h || missing+=(libcharls-dev)
    has_header gloo/allreduce.h || missing+=(libgloo-dev)
    [ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"
}

install_packages() {
    command -v apt-get >/dev/null ||
        fail "missing headers, and no apt-get to get them: install what Debian calls $*, then run again"
    [ "$(id -u)" -eq 0 ] ||
        fail "packages are missing; run this line, then try again: sudo apt-get install -y --no-install-recommends $*"
    say "installing $*"
    local log
    log=$({
        apt-get update -qq &&
            DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
    } 2>&1) || fail "cannot install $*: $(explain "$log")"
}

has_cuda_driver() {
    case ${CAMBIUM_CUDA:-} in
    1) return 0 ;;
    0) return 1 ;;
    esac
    command -v nvidia-smi >/dev/null && return 0
    [[ "$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null)" == *libcuda.so.1* ]]
}

# ---------------------------------------------------------------- pieces

# The reason in what pip or apt said, as one line. What they say is kept in variables: a file
# would stay empty on a full disk.
explain() {
    if grep -qiE 'No space left|Errno 28' <<<"$1"; then
        explain_full
    elif grep -qiE 'DO NOT MATCH THE HASHES|Hash Sum mismatch' <<<"$1"; then
        echo "what was fetched has another checksum than the pinned one; try again, or look at your package mirror"
    elif grep -qiE 'NewConnectionError|name resolution|resolv|Network is unreachable|timed out|ConnectTimeout|ReadTimeout|Connection (refused|reset|broken|aborted)|ProxyError|Failed to fetch|Could not connect' <<<"$1"; then
        echo "no network: connect this machine (or set the proxy or mirror that pip and apt use) and run again"
    elif grep -qE 'from versions: none|No matching distribution' <<<"$1"; then
        echo "no package index answers with it: check the network, or the index that pip is set to"
    else
        grep -E '^(ERROR|E:)|Error' <<<"$1" | tail -n 1 | cut -c1-300
    fi
}

explain_full() {
    echo "the disk is full at $deps; free some space and run again (what is complete is kept)"
}

free_megabytes() { df -Pk "$deps" | awk 'NR == 2 { print int($4 / 1024) }'; }

# need_space MEGABYTES WHAT
need_space() {
    local free
    free=$(free_megabytes)
    [ "$free" -ge "$1" ] ||
        fail "$2 needs $1 MB of disk while it is set up, $free MB are free at $deps; free some space and run again"
}

# fetch FOLDER NAME==VERSION SHA256...: downloads wheels, checked against their pinned digests.
fetch() {
    local folder=$1 log arguments=() platform
    shift
    : >"$work/requirements.txt"
    while [ $# -gt 0 ]; do
        echo "$1 --hash=sha256:$2" >>"$work/requirements.txt"
        shift 2
    done
    # pip matches these names one by one, so each platform that a wheel names has to be listed.
    for platform in manylinux_2_28 manylinux_2_27 manylinux_2_25 manylinux_2_18 manylinux_2_17 \
        manylinux_2_12 manylinux2014 manylinux2010 manylinux1; do
        arguments+=(--platform "${platform}_x86_64")
    done
    mkdir -p "$folder" "$work/tmp"
    # The same wheels whatever Python this machine has; temporary files on the disk that was checked.
    log=$(TMPDIR="$work/tmp" python3 -m pip download --quiet --disable-pip-version-check --no-cache-dir \
        --no-deps --require-hashes --only-binary=:all: --python-version 3.11 --implementation cp \
        "${arguments[@]}" --dest "$folder" -r "$work/requirements.txt" 2>&1) ||
        fail "cannot fetch $(sed 's/ .*//' "$work/requirements.txt" | paste -sd ' '): $(explain "$log")"
}

# unpack FOLDER DESTINATION PATTERN...: the members of all wheels in FOLDER that match.
unpack() {
    local log
    log=$(python3 "$root/scripts/unpack.py" "$@" 2>&1) || fail "cannot unpack: $(explain "$log")"
}

# What a piece was made from: its wheels, its patterns, this script's idea of them.
stands() { [ "$(cat "$deps/$1/.stamp" 2>/dev/null)" = "$2" ]; }

# publish NAME STAMP: gives $work/NAME its final place in one step.
publish() {
    local place="$deps/$1"
    printf '%s\n' "$2" >"$work/$1/.stamp" || fail "$(explain_full)"
    sync -f "$work/$1" 2>/dev/null || true
    mkdir -p "$(dirname "$place")"
    if [ -e "$place" ]; then
        mkdir -p "$work/old"
        mv -T "$place" "$work/old/${1//\//-}"
    fi
    mv -T "$work/$1" "$place"
}

# piece NAME STAMP MEGABYTES MAKER: makes .deps/NAME unless it stands as STAMP says.
piece() {
    local name=$1 stamp=$2 megabytes=$3 maker=$4
    stands "$name" "$stamp" && return 0
    check_pip
    need_space "$megabytes" "$name"
    mkdir -p "$work/$name"
    "$maker" "$work/$name"
    publish "$name" "$stamp"
    rm -rf "$work"/*
}

# ---------------------------------------------------------------- what is fetched

torch_wheel=(torch==2.11.0 7aa2f9bbc6d4595ba72138026b2074be1233186150e9292865e04b7a63b8c67a)
clip_wheel=(open-clip-torch==3.3.0 c549ad5ed6bfc119cc11105033c0a2b9d7a2a4afeb40a58a09aab3da1a0043ce)
nilearn_wheel=(nilearn==0.14.1 725206484e9fb3f6691f9c2d20204a068759d5072f12055324702ee0cb2bbe8a)
# libtorch_cpu.so needs these two whether or not there is a GPU.
runtime_wheels=(
    nvidia-cuda-runtime==13.0.96 7f82250d7782aa23b6cfe765ecc7db554bd3c2870c43f3d1821f1d18aebf0548
    nvidia-cuda-cupti==13.0.85 4eb01c08e859bf924d222250d2e8f8b8ff6d3db4721288cf35d14252a4d933c8
)
# libtorch_cuda.so needs these as well, and the library for NCCL their headers; the first two bring
# headers alone, which those of the runtime include.
cuda_wheels=(
    nvidia-cuda-crt==13.0.88 2c8043c7c9e02492716426e9919fc78d2c5b3b2a7a768a88e952676b08aa55a4
    nvidia-cuda-cccl==13.0.85 e0da7ad981f3a8aff08241b5bfc1af868742a63e2762f53a5171c492ef242649
    nvidia-cublas==13.1.0.3 ee8722c1f0145ab246bccb9e452153b5e0515fd094c3678df50b2a0888b8b171
    nvidia-cudnn-cu13==9.19.0.56 d20e1734305e9d68889a96e3f35094d733ff1f83932ebe462753973e53a572bf
    nvidia-cufft==12.0.0.61 6c44f692dce8fd5ffd3e3df134b6cdb9c2f72d99cf40b62c32dde45eea9ddad3
    nvidia-cufile==1.15.1.6 08a3ecefae5a01c7f5117351c64f17c7c62efa5fffdbe24fc7d298da19cd0b44
    nvidia-curand==10.4.0.35 1aee33a5da6e1db083fe2b90082def8915f30f3248d5896bcec36a579d941bfc
    nvidia-cusparse==12.6.3.3 2b3c89c88d01ee0e477cb7f82ef60a11a4bcd57b6b87c33f789350b59759360b
    nvidia-cusparselt-cu13==0.8.0 25e30a8a7323935d4ad0340b95a0b69926eee755767e8e0b1cf8dd85b197d3fd
    nvidia-nccl-cu13==2.28.9 e4553a30f34195f3fa1da02a6da3d6337d28f2003943aa0a3d247bbc25fefc42
    nvidia-nvjitlink==13.0.88 13a74f429e23b921c1109976abefacc69835f2f433ebd323d3946e11d804e47b
    nvidia-nvshmem-cu13==3.4.5 290f0a2ee94c9f3687a02502f3b9299a9f9fe826e6d0287ee18482e78d495b80
)

torch_members=(
    'torch/include/*' torch/lib/libtorch_cpu.so torch/lib/libc10.so torch/lib/libgomp.so.1
)
cuda_members=(
    torch/lib/libtorch_cuda.so torch/lib/libtorch_cuda_linalg.so torch/lib/libc10_cuda.so
    torch/lib/libcaffe2_nvrtc.so torch/lib/libtorch_nvshmem.so torch/lib/libtorch.so
)

clip_members=(
    open_clip/bpe_simple_vocab_16e6.txt.gz open_clip_torch-3.3.0.dist-info/licenses/LICENSE
)

make_torch() {
    say "fetching libtorch 2.11.0 (531 MB)"
    fetch "$work/wheels" "${torch_wheel[@]}"
    say "unpacking libtorch"
    unpack "$work/wheels" "$work" "${torch_members[@]}"
}

make_nvidia() {
    say "fetching $nvidia_words"
    fetch "$work/wheels" "${nvidia_wheels[@]}"
    unpack "$work/wheels" "$work" "${nvidia_members[@]}"
}

make_clip() {
    say "fetching the CLIP vocabulary (2 MB)"
    fetch "$work/wheels" "${clip_wheel[@]}"
    unpack "$work/wheels" "$work" "${clip_members[@]}"
    mv "$work/${clip_members[1]}" "$1/LICENSE"
    gzip -dc "$work/open_clip/bpe_simple_vocab_16e6.txt.gz" >"$1/bpe_simple_vocab_16e6.txt" ||
        fail "$(explain_full)"
}

set_up_build() {
    nvidia_wheels=("${runtime_wheels[@]}")
    nvidia_members=('nvidia/*/lib/libcudart.so.*' 'nvidia/*/lib/libcupti.so.*')
    nvidia_words="the CUDA runtime that libtorch links (13 MB)"
    local torch_space=1200 nvidia_space=100
    if has_cuda_driver; then
        torch_members+=("${cuda_members[@]}")
        nvidia_wheels+=("${cuda_wheels[@]}")
        nvidia_members=('nvidia/*/lib/*.so*' 'nvidia/*/include/*')
        nvidia_words="the CUDA libraries (1.5 GB)"
        torch_space=1800 nvidia_space=4500
    fi
    piece torch "${torch_wheel[*]} ${torch_members[*]}" "$torch_space" make_torch
    piece nvidia "${nvidia_wheels[*]} ${nvidia_members[*]}" "$nvidia_space" make_nvidia
    piece clip "${clip_wheel[*]} ${clip_members[*]}" 20 make_clip
}

# ---------------------------------------------------------------- the demo's volumes

volumes=(
    ch2.nii.gz a009051127f64dc3dd554d5f5b589870ea72106d9642c21b4e7093e478cfc309
    ch2bet.nii.gz 592a2d20abdf36eefcb540ca8958428040edffc1bc1a18ba1dcfbabac77c5dd1
    mni_icbm152_t1_tal_nlin_sym_09a_converted.nii.gz
    421a10e872fd6cadae7f61d358dffbcc1795a497d61ee76c5dda2503e1a1e9e6
)

make_volumes() {
    local templates=/usr/share/mricron/templates name
    if [ ! -e "$templates/ch2.nii.gz" ] || [ ! -e "$templates/ch2bet.nii.gz" ]; then
        fetch_mricron
        templates="$work/mricron/usr/share/mricron/templates"
    fi
    cp "$templates/ch2.nii.gz" "$templates/ch2bet.nii.gz" "$1/" || fail "$(explain_full)"
    say "fetching the MNI152 volume (12 MB)"
    fetch "$work/wheels" "${nilearn_wheel[@]}"
    unpack "$work/wheels" "$work" "nilearn/datasets/data/${volumes[4]}"
    mv "$work/nilearn/datasets/data/${volumes[4]}" "$1/"
    for name in 0 2 4; do check_digest "$1/${volumes[name]}" "${volumes[name + 1]}"; done
}

# The package is unpacked, not installed: that needs no root.
fetch_mricron() {
    command -v apt-get >/dev/null && command -v dpkg >/dev/null ||
        fail "the demo's volumes come in Debian's package mricron-data and there is no apt-get here; put its ch2.nii.gz and ch2bet.nii.gz into /usr/share/mricron/templates and run again"
    say "fetching the Colin27 volumes (16 MB)"
    mkdir -p "$work/deb"
    local log
    log=$(download_mricron 2>&1) || fail "cannot fetch mricron-data: $(explain "$log")"
    log=$(dpkg -x "$work"/deb/mricron-data_*.deb "$work/mricron" 2>&1) ||
        fail "cannot unpack mricron-data: $(explain "$log")"
}

download_mricron() (
    cd "$work/deb"
    # The package lists of the machine where it has some, else lists of our own.
    apt-get download -qq mricron-data && exit 0
    mkdir -p state/lists/partial cache/archives/partial
    options=(-o "Dir::State=$PWD/state" -o "Dir::Cache=$PWD/cache")
    apt-get "${options[@]}" update -qq
    apt-get "${options[@]}" download -qq mricron-data
)

check_digest() {
    [ "$(sha256sum <"$1" | cut -d ' ' -f 1)" = "$2" ] ||
        fail "${1##*/} is not the volume the demo was measured on (sha256 differs from $2)"
}

set_up_demo() { piece data/mri-planes "${volumes[*]}" 150 make_volumes; }

# ---------------------------------------------------------------- the run

what=${1:-build}
case $what in
build | demo) ;;
*) fail "unknown argument '$what'; use build or demo" ;;
esac

check_tools
check_headers
mkdir -p "$deps" 2>/dev/null || fail "cannot make the folder $deps; check who may write there"
[ -w "$deps" ] || fail "cannot write to $deps; check its owner"

# One set-up at a time; what an interrupted one left is removed by the next.
if command -v flock >/dev/null; then
    exec 9>"$deps/.lock"
    flock -n 9 || { say "waiting for another set-up"; flock 9; }
fi
work="$deps/.work"
rm -rf "$work"
mkdir -p "$work" 2>/dev/null || fail "$(explain_full)"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

set_up_build
[ "$what" = build ] || set_up_demo
