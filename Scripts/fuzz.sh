#!/bin/bash
# Runs every fuzz entry for SECONDS_EACH seconds (default 60) from the seed SEED (default: new).
set -euo pipefail
cd "$(dirname "$0")/../Fuzz"
export PATH="$PATH:/opt/swift/usr/bin:/usr/local/swift/usr/bin"
swift build -c release
exec "$(swift build -c release --show-bin-path)/fuzz" \
    --seconds "${SECONDS_EACH:-60}" ${SEED:+--seed "$SEED"} "$@"
