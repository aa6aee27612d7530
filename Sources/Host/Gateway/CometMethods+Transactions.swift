// Transactions on their way into a block.

import Base
import Client
import Foundation
import Ledger
import Wire

extension CometMethods {
    /// How long `broadcast_tx_commit` waits for a block, in seconds.
    static let commitTimeoutSeconds = 10.0

    var transactionMethods: [RPCMethod] {
        [
            RPCMethod("broadcast_tx_sync", ["tx"]) { (arguments) throws(RPCFailure) in
                try broadcast(arguments)
            },
            RPCMethod("broadcast_tx_async", ["tx"]) { (arguments) throws(RPCFailure) in
                let bytes = try CometMethods.transaction(arguments)
                // Its sender hears nothing of the check, but waits for it: so calls cannot pile up.
                _ = try? node.broadcast(bytes)
                return CometMethods.accepted(TransactionBuilder.hash(of: bytes))
            },
            RPCMethod("broadcast_tx_commit", ["tx"]) { (arguments) throws(RPCFailure) in
                try broadcastAndWait(arguments)
            },
            RPCMethod("check_tx", ["tx"]) { (arguments) throws(RPCFailure) in
                let bytes = try CometMethods.transaction(arguments)
                return CometJSON.json(
                    try ask { () throws(NodeError) in try node.check(bytes) })
            },
            RPCMethod("num_unconfirmed_txs") { (_) throws(RPCFailure) in
                try waiting(limit: 0, listed: false)
            },
            RPCMethod("unconfirmed_txs", ["limit"]) { (arguments) throws(RPCFailure) in
                let asked = try arguments.integer("limit") ?? 30
                let limit = asked < 1 ? 30 : min(asked, Int64(SearchPage.maximumCount))
                return try waiting(limit: Int(limit), listed: true)
            },
        ]
    }

    private static func transaction(_ arguments: RPCArguments) throws(RPCFailure) -> Bytes {
        guard let bytes = try arguments.bytes("tx"), !bytes.isEmpty else {
            throw .invalidParameters("tx: missing")
        }
        return bytes
    }

    private static func accepted(_ hash: Hash256) -> JSONValue {
        .object([
            "code": .number("0"), "data": "", "log": "", "codespace": "",
            "hash": CometJSON.hex(hash.bytes),
        ])
    }

    private func broadcast(_ arguments: RPCArguments) throws(RPCFailure) -> JSONValue {
        let bytes = try CometMethods.transaction(arguments)
        let result = try ask { () throws(NodeError) in try node.broadcast(bytes) }
        return .object([
            "code": .number(String(result.code)), "data": "", "log": .string(result.log),
            "codespace": .string(result.codespace), "hash": CometJSON.hex(result.hash.bytes),
        ])
    }

    private func broadcastAndWait(_ arguments: RPCArguments) throws(RPCFailure) -> JSONValue {
        let bytes = try CometMethods.transaction(arguments)
        // The same bytes may have failed in an older block.
        let before = try ask { () throws(NodeError) in try node.status().latestHeight }
        let accepted = try ask { () throws(NodeError) in try node.broadcast(bytes) }
        var check = TransactionResult()
        check.code = accepted.code
        check.codespace = accepted.codespace
        check.log = accepted.log
        guard accepted.code == 0 else {
            return CometMethods.committed(check, TransactionResult(), accepted.hash, height: 0)
        }
        let start = ContinuousClock.now
        while ContinuousClock.now - start < .seconds(CometMethods.commitTimeoutSeconds) {
            if let record = try? node.transaction(accepted.hash), record.height > before {
                check.gasWanted = record.result.gasWanted
                return CometMethods.committed(
                    check, record.result, accepted.hash, height: record.height)
            }
            Thread.sleep(forTimeInterval: 0.01)
        }
        throw .failed("timed out waiting for tx to be included in a block")
    }

    private static func committed(
        _ check: TransactionResult, _ result: TransactionResult, _ hash: Hash256, height: Int64
    ) -> JSONValue {
        .object([
            "check_tx": CometJSON.json(check), "tx_result": CometJSON.json(result),
            "hash": CometJSON.hex(hash.bytes), "height": CometJSON.int(height),
        ])
    }

    private func waiting(limit: Int, listed: Bool) throws(RPCFailure) -> JSONValue {
        let waiting = try ask { () throws(NodeError) in try node.waiting(limit: limit) }
        return .object([
            "n_txs": CometJSON.int(listed ? waiting.transactions.count : waiting.count),
            "total": CometJSON.int(waiting.count),
            "total_bytes": CometJSON.int(waiting.byteCount),
            "txs": listed
                ? .array(waiting.transactions.map(CometJSON.base64)) : .null,
        ])
    }
}
