#!/usr/bin/env bash
# Builds the kernels for 64-bit Arm and compares their variants in an emulator. Needs the Debian
# packages libc6-dev-arm64-cross, libgcc-12-dev-arm64-cross and qemu-user.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
clang --target=aarch64-linux-gnu --sysroot=/ -isystem /usr/aarch64-linux-gnu/include \
    -O3 -ffp-contract=off -Wall -Wextra -Werror -fuse-ld=lld \
    -ISources/Core/CKernels/include Sources/Core/CKernels/*.c Tests/Exhaustive/kernel_variants.c \
    -lm -lpthread -o "$work/kernel_variants"
qemu-aarch64 -L /usr/aarch64-linux-gnu "$work/kernel_variants" "${1:-300}"
