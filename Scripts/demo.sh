#!/bin/bash
# The whole main job in a terminal: two models from ONNX onto a chain, paid inferences, receipts that
# are checked offline, a private model that answers with a zero-knowledge proof, a forged receipt, and
# a node that is killed in mid-block. Everything is real;
# everything lies in a temporary folder.
set -euo pipefail
cd "$(dirname "$0")/.."

aivm="$PWD/.build/release/aivm"
[ -x "$aivm" ] || { echo "demo: build first: make demo" >&2; exit 1; }
models="$PWD/Examples/models"
work=$(mktemp -d)
export AIVM_HOME="$work/home" AIVM_KEY_PASSWORD="demo password, not secret"
node_pid=""

cleanup() {
    [ -z "$node_pid" ] || kill -9 "$node_pid" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

if [ -t 1 ]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'; else bold="" dim="" plain=""; fi
say() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
# Shows a command, then runs it.
run() {
    local words=("$@")
    words[0]=aivm
    printf '%s$ %s%s\n' "$dim" "${words[*]//$work\//}" "$plain"
    "$@"
}
# The value of a string or number member of a JSON answer on standard input.
member() { sed -nE "s/^ *\"$1\": \"?([^\",]*)\"?,?\$/\1/p" | head -1; }

start_node() {
    # Emptied here: the node's own redirection may come after the first look, which would then see
    # the port of the node before.
    : >"$work/node.json"
    "$aivm" node start --port 0 --json >"$work/node.json" 2>>"$work/node.log" &
    node_pid=$!
    # The shell need not report how it ends.
    disown "$node_pid"
    for _ in $(seq 200); do
        port=$(member port <"$work/node.json")
        [ -z "$port" ] || break
        kill -0 "$node_pid" 2>/dev/null || { cat "$work/node.log" >&2; exit 1; }
        sleep 0.05
    done
    node=(--node "http://127.0.0.1:$port")
}
kill_node() {
    kill -9 "$node_pid"
    while kill -0 "$node_pid" 2>/dev/null; do sleep 0.02; done
    node_pid=""
}
# Waits until no transaction waits and the app hash stands in a header.
settle() {
    local last="" now="-"
    while [ "$last" != "$now" ]; do
        last=$now
        sleep 0.4
        now=$("$aivm" query status "${node[@]}" --json | member latest_height)
    done
}

say "1. A chain with one validator, on this machine"
for name in alice dora bob; do run "$aivm" keys add "$name" --json | grep -v mnemonic; done
# The demonstration makes its own reference string, which a real chain would never take.
run "$aivm" node init --fund alice=1000000000ucgpt --fund dora=50000000ucgpt --allow-unsafe-srs
start_node
echo "node runs, process $node_pid, port $port"

say "2. Two trained ONNX models become programs that give the same bits everywhere"
for model in digits_cnn credit_mlp; do
    run "$aivm" model import "$models/$model.onnx" -o "$work/$model.aivm"
done
run "$aivm" model inspect "$work/digits_cnn.aivm" --graph

say "3. Dora registers both and asks a price for each inference"
run "$aivm" model register "$work/digits_cnn.aivm" --name digits --price 25000ucgpt \
    --licence "Apache-2.0" --from dora "${node[@]}"
run "$aivm" model register "$work/credit_mlp.aivm" --name risk --price 40000ucgpt \
    --licence "Apache-2.0" --from dora "${node[@]}"
run "$aivm" query models "${node[@]}"

say "4. Alice pays for inferences: handwritten digits, and a tabular risk score"
for row in 0 7; do
    run "$aivm" infer dora/digits --input "$models/digits_cnn.test.npz" --row "$row" --draw \
        --from alice --receipt "$work/digit-$row.json" "${node[@]}"
done
run "$aivm" infer dora/risk --input "$models/credit_mlp.test.npz" --row 2 \
    --from alice --receipt "$work/risk.json" "${node[@]}"
for who in alice dora; do echo "$who: $("$aivm" query balance "$who" "${node[@]}")"; done

say "5. Anyone checks the receipts, without a node"
for receipt in digit-0 digit-7 risk; do
    run "$aivm" receipt verify "$work/$receipt.json" --genesis "$AIVM_HOME/config/genesis.json"
done
run "$aivm" receipt verify "$work/digit-7.json" --model "$work/digits_cnn.aivm" \
    --genesis "$AIVM_HOME/config/genesis.json"

say "6. A private risk model answers with a proof; its weights never leave its owner"
run "$aivm" model quantize "$work/credit_mlp.aivm" --calibrate "$models/credit_mlp.npz" \
    -o "$work/risk.q.aivm"
run "$aivm" srs new 12 "$work/powers.ptau"
run "$aivm" model commit "$work/risk.q.aivm" --srs "$work/powers.ptau" -o "$work/risk.commitment"
run "$aivm" tx ai register-committed-model "$work/risk.commitment" private-risk \
    --price 40000ucgpt --from dora "${node[@]}" >/dev/null
echo "registered: the chain has $(wc -c <"$work/risk.commitment") bytes of commitment and program"
run "$aivm" tx ai request-result dora/private-risk "$models/credit_mlp.test.npz" --row 2 \
    --max-price 40000ucgpt --from alice "${node[@]}" >/dev/null
echo "alice has locked the price: $("$aivm" query balance alice "${node[@]}")"
run "$aivm" prove "$work/risk.q.aivm" --srs "$work/powers.ptau" --private weights \
    --request 1 --worker dora -o "$work/answer.proof" "${node[@]}"
run "$aivm" tx ai submit-result 1 "$work/answer.proof" --from dora "${node[@]}" >/dev/null
echo "the chain has verified the proof and paid: dora has $("$aivm" query balance dora "${node[@]}")"
private=$("$aivm" query ai request 1 "${node[@]}" | member inference)
run "$aivm" receipt get "$private" -o "$work/private.json" "${node[@]}"
run "$aivm" receipt verify "$work/private.json" --commitment "$work/risk.commitment" \
    --genesis "$AIVM_HOME/config/genesis.json"

say "7. One flipped byte"
# The middle of the file lies inside the proof; a bit of one hexadecimal or base64 digit changes.
cp "$work/digit-7.json" "$work/forged.json"
offset=$(grep -abo '"value": "' "$work/forged.json" | tail -1 | cut -d: -f1)
offset=$((offset + 30))
old=$(dd if="$work/forged.json" bs=1 skip="$offset" count=1 status=none)
new=$([ "$old" = B ] && echo C || echo B)
printf '%s' "$new" | dd of="$work/forged.json" bs=1 seek="$offset" count=1 conv=notrunc status=none
echo "byte $offset of the receipt: '$old' became '$new'"
if run "$aivm" receipt verify "$work/forged.json"; then
    echo "demo: a forged receipt was accepted" >&2
    exit 1
fi
echo "rejected, as it must be"

say "8. The node is killed with SIGKILL in mid-block"
"$aivm" tx send bob 1000ucgpt --repeat 400 --gas 200000 --from alice "${node[@]}" \
    >"$work/acknowledged.txt" 2>/dev/null &
load_pid=$!
sleep 0.9
kill_node
wait "$load_pid" 2>/dev/null || true
acknowledged=$(grep -c . "$work/acknowledged.txt" || true)
echo "killed while transactions came in; it had acknowledged $acknowledged of them"
run "$aivm" node check
start_node
settle
received=$("$aivm" query balance bob "${node[@]}")
echo "after the restart bob has $received: every acknowledged transfer of 1000ucgpt arrived"
[ "${received%ucgpt}" -ge $((acknowledged * 1000)) ] || { echo "demo: a transfer was lost" >&2; exit 1; }
before=$("$aivm" query status "${node[@]}" --json | member latest_app_hash)
balances=$(for who in alice dora bob; do "$aivm" query balance "$who" "${node[@]}"; done | tr '\n' ' ')
kill_node
start_node
after=$("$aivm" query status "${node[@]}" --json | member latest_app_hash)
again=$(for who in alice dora bob; do "$aivm" query balance "$who" "${node[@]}"; done | tr '\n' ' ')
printf 'app hash before the second kill %s\napp hash after                  %s\n' "$before" "$after"
printf 'balances before %s\nbalances after  %s\n' "$balances" "$again"
[ "$before" = "$after" ] && [ "$balances" = "$again" ] || { echo "demo: state differs" >&2; exit 1; }

say "Done: nothing was lost, and every answer can be checked."
