"""Compiles a verifier contract with Vyper and calls it in revm.

Standard input: JSON with `source`, `signature` (of the function called) and `calls`, a list of lists
of words as Python writes integers. Standard output: JSON with `code_bytes` (of the deployed code) and
`results`, for each call `answer` (the word returned, or null when the call reverted) and `gas` (used
by the transaction, its intrinsic gas and call data included).
"""

import json
import sys

import pyrevm
import vyper
from Crypto.Hash import keccak

CALLER = "0x" + "11" * 20


def call(evm, contract, data):
    try:
        answer = evm.message_call(CALLER, contract, calldata=data)
    except RuntimeError:
        return {"answer": None, "gas": None}
    return {"answer": int.from_bytes(answer, "big"), "gas": evm.result.gas_used}


def main():
    task = json.load(sys.stdin)
    compiled = vyper.compile_code(
        task["source"], output_formats=["bytecode", "bytecode_runtime"])
    evm = pyrevm.EVM()
    evm.set_balance(CALLER, 10**20)
    contract = evm.deploy(CALLER, bytes.fromhex(compiled["bytecode"][2:]))
    selector = keccak.new(digest_bits=256, data=task["signature"].encode()).digest()[:4]
    results = []
    for words in task["calls"]:
        data = selector + b"".join(int(word, 0).to_bytes(32, "big") for word in words)
        results.append(call(evm, contract, data))
    code_bytes = len(bytes.fromhex(compiled["bytecode_runtime"][2:]))
    json.dump({"code_bytes": code_bytes, "results": results}, sys.stdout)


main()
