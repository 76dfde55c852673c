# setup.sh - sourced by ./run and ./test: installs what is missing. Debian packages, nothing else.
# shellcheck shell=bash

# What it takes to build and run.
build_packages=(build-essential cmake ninja-build pkg-config graphviz tzdata
    libzmq3-dev libczmq-dev libsodium-dev libjansson-dev libconfig-dev libsystemd-dev libsqlite3-dev
    libical-dev libxlsxwriter-dev zlib1g-dev libcmocka-dev)
# What the tests take besides.
test_packages=(git clang clang-format clang-tidy libclang-rt-14-dev llvm-14 python3 python3-zmq universal-ctags)

# Installs those of the packages named that are not there; asks the network for nothing when all are.
install_missing() {
    local package missing=()
    for package in "$@"; do
        if ! dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed; then
            missing+=("$package")
        fi
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || {
            echo "These packages are missing, and only root can install them: ${missing[*]}" >&2
            return 1
        }
        as_root=(sudo)
    fi
    echo "Installing ${missing[*]} …" >&2
    "${as_root[@]}" apt-get update -q >&2
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "${missing[@]}" >&2
}

# build PRESET [TARGET…]: configures once, then builds what has changed.
build() {
    local preset=$1
    shift
    if [ ! -f "build/$preset/build.ninja" ]; then
        cmake --preset "$preset" >"build-$preset.log" 2>&1 || {
            cat "build-$preset.log" >&2
            return 1
        }
        rm -f "build-$preset.log"
    fi
    cmake --build --preset "$preset" ${1+--target "$@"}
}
