#!/bin/bash
# Checks the elementary functions of CKernels on all 2^32 inputs in every variant this machine can
# run, then powers and binary64 on samples, against the C library and MPFR: two minutes of one
# processor for a function. Prints a line for each; fails when one is wrong.
#
#   FUNCTIONS="sin cos"  only these (the names that are printed; `wide` for the samples)
#   JOBS=1               functions at once (default: all processors)
#   EVERY=1000           only each 1,000th input
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PATH:/opt/swift/usr/bin:/usr/local/swift/usr/bin"

folder=.build/exhaustive
mkdir -p "$folder"
for program in elementary_functions wide_functions; do
    clang -O3 -ffp-contract=off -Wall -Wextra -Werror -ISources/Core/CKernels/include \
        -o "$folder/$program" "Tests/Exhaustive/$program.c" Sources/Core/CKernels/*.c -lmpfr -lm
done

read -r -a chosen <<<"${FUNCTIONS:-$("$folder/elementary_functions" | tr '\n' ' ') wide}"
{
    for name in "${chosen[@]}"; do
        if [ "$name" = wide ]; then
            echo "$folder/wide_functions"
        else
            echo "$folder/elementary_functions $name ${EVERY:-1}"
        fi
    done
} | xargs -P "${JOBS:-$(nproc)}" -L 1 nice
