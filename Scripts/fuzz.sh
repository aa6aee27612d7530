#!/bin/bash
# Runs every fuzz entry with libFuzzer for SECONDS_EACH seconds (default 60), from SEED (default: a
# new one, printed). Good inputs are kept in Fuzz/corpus; an input that breaks an entry is left in
# Fuzz/corpus/findings and fails the run. Arguments name the entries to run; none means all.
set -euo pipefail
cd "$(dirname "$0")/../Fuzz"
export PATH="$PATH:/opt/swift/usr/bin:/usr/local/swift/usr/bin"

swift build -c release --sanitize=fuzzer
binaries=$(swift build -c release --sanitize=fuzzer --show-bin-path)
# Swift would report a trap and end the process before libFuzzer can keep the input.
export SWIFT_BACKTRACE=enable=no
seed=${SEED:-$((RANDOM * 32768 + RANDOM + 1))}
entries=("$@")
if [ ${#entries[@]} = 0 ]; then
    for folder in Sources/Fuzz*/; do
        name=$(basename "$folder")
        [ "$name" = FuzzSupport ] || entries+=("$name")
    done
fi

mkdir -p corpus/findings
failed=()
for entry in "${entries[@]}"; do
    mkdir -p "corpus/$entry"
    # Large real files that an entry starts from, besides the small ones it writes itself.
    seeds=()
    [ ! -d "seeds/$entry" ] || seeds=("seeds/$entry")
    log="corpus/$entry.log"
    status=0
    FUZZ_SEEDS="corpus/$entry" "$binaries/$entry" "corpus/$entry" ${seeds[@]+"${seeds[@]}"} \
        -seed="$seed" -max_total_time="${SECONDS_EACH:-60}" -timeout=10 -rss_limit_mb=2048 \
        -malloc_limit_mb=1024 -max_len=65536 -print_final_stats=1 \
        -artifact_prefix=corpus/findings/"$entry"- >"$log" 2>&1 || status=$?
    rate=$(sed -nE 's/^stat::average_exec_per_sec: *//p' "$log")
    units=$(sed -nE 's/^stat::number_of_executed_units: *//p' "$log")
    if [ $status = 0 ]; then
        printf '%-18s %12s executions %9s/s  seed %s\n' "$entry" "${units:-?}" "${rate:-?}" "$seed"
    else
        failed+=("$entry")
        printf '%-18s FAILED, seed %s, see Fuzz/%s\n' "$entry" "$seed" "$log"
        grep -aE 'ERROR:|SUMMARY|Test unit written' "$log" | head -5 || true
    fi
done
[ ${#failed[@]} = 0 ]
