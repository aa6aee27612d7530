// The methods of CometBFT's RPC that AIVM serves, over any node.

import Base
import Blocks
public import Client
import Ledger
import Wire

/// The methods a node answers, by CometBFT's names and JSON.
public func cometMethods(of node: any NodeClient) -> [RPCMethod] {
    [
        RPCMethod("health") { (_) throws(RPCFailure) in .object([]) },
        RPCMethod("status") { (_) throws(RPCFailure) in
            json(try ask { () throws(NodeError) in try node.status() })
        },
        RPCMethod("broadcast_tx_sync", ["tx"]) { (arguments) throws(RPCFailure) in
            try broadcast(arguments, node)
        },
        RPCMethod("tx", ["hash", "prove"]) { (arguments) throws(RPCFailure) in
            try transaction(arguments, node)
        },
        RPCMethod("block", ["height"]) { (arguments) throws(RPCFailure) in
            let height = try arguments.integer("height")
            let block = try ask { () throws(NodeError) in try node.block(height) }
            return .object([
                "block_id": CometJSON.json(block.id), "block": CometJSON.json(block),
            ])
        },
        RPCMethod("block_results", ["height"]) { (arguments) throws(RPCFailure) in
            try blockResults(arguments, node)
        },
        RPCMethod("commit", ["height"]) { (arguments) throws(RPCFailure) in
            let height = try arguments.integer("height")
            let signed = try ask { () throws(NodeError) in try node.signedHeader(height) }
            return .object(["signed_header": CometJSON.json(signed), "canonical": .bool(true)])
        },
        RPCMethod("validators", ["height", "page", "per_page"]) {
            (arguments) throws(RPCFailure) in try validators(arguments, node)
        },
        RPCMethod("abci_query", ["path", "data", "height", "prove"]) {
            (arguments) throws(RPCFailure) in try query(arguments, node)
        },
    ]
}

/// Asks the node, turning its error into the text CometBFT would give.
private func ask<Value>(_ body: () throws(NodeError) -> Value) throws(RPCFailure) -> Value {
    do { return try body() } catch {
        switch error {
        case .refused(let text), .notFound(let text): throw .failed(text)
        default: throw .failed(error.description)
        }
    }
}

private func json(_ status: NodeStatus) -> JSONValue {
    .object([
        "node_info": .object([
            "protocol_version": .object(["p2p": "8", "block": "11", "app": "1"]),
            "id": "", "listen_addr": "", "network": .string(status.chainID),
            // CosmJS chooses its decoder by this version: the engine whose formats are served.
            "version": "0.38.25", "channels": "", "moniker": .string(status.moniker),
            "other": .object(["tx_index": "on", "rpc_address": ""]),
        ]),
        "sync_info": .object([
            "latest_block_hash": CometJSON.hex(status.latestBlockHash),
            "latest_app_hash": CometJSON.hex(status.latestAppHash),
            "latest_block_height": CometJSON.int(status.latestHeight),
            "latest_block_time": .string(status.latestTime.text), "catching_up": .bool(false),
        ]),
        "validator_info": CometJSON.json(status.validator),
    ])
}

private func broadcast(
    _ arguments: RPCArguments, _ node: any NodeClient
) throws(RPCFailure) -> JSONValue {
    guard let bytes = try arguments.bytes("tx"), !bytes.isEmpty else {
        throw .invalidParameters("tx: missing")
    }
    let result = try ask { () throws(NodeError) in try node.broadcast(bytes) }
    return .object([
        "code": .number(String(result.code)), "data": "", "log": .string(result.log),
        "codespace": .string(result.codespace), "hash": CometJSON.hex(result.hash.bytes),
    ])
}

private func transaction(
    _ arguments: RPCArguments, _ node: any NodeClient
) throws(RPCFailure) -> JSONValue {
    guard let bytes = try arguments.bytes("hash"), let hash = Hash256(bytes) else {
        throw .invalidParameters("hash: expected 32 bytes")
    }
    let record: TransactionRecord
    do { record = try node.transaction(hash) } catch {
        guard case .notFound = error else { throw .failed(error.description) }
        throw .failed("tx (\(bytes.upperHex)) not found")
    }
    return .object([
        "hash": CometJSON.hex(hash.bytes), "height": CometJSON.int(record.height),
        "index": .number(String(record.index)), "tx_result": CometJSON.json(record.result),
        "tx": CometJSON.base64(record.bytes),
    ])
}

private func blockResults(
    _ arguments: RPCArguments, _ node: any NodeClient
) throws(RPCFailure) -> JSONValue {
    let asked = try arguments.integer("height")
    let height: Int64
    if let asked {
        height = asked
    } else {
        height = try ask { () throws(NodeError) in try node.status().latestHeight }
    }
    let results = try ask { () throws(NodeError) in try node.results(height) }
    return .object([
        "height": CometJSON.int(height),
        "txs_results": results.isEmpty ? .null : .array(results.map(CometJSON.json)),
        "finalize_block_events": .null, "validator_updates": .null,
        "consensus_param_updates": .null,
    ])
}

private func validators(
    _ arguments: RPCArguments, _ node: any NodeClient
) throws(RPCFailure) -> JSONValue {
    let asked = try arguments.integer("height")
    let all = try ask { () throws(NodeError) in try node.validators(asked) }
    let perPage = min(100, max(1, try arguments.integer("per_page") ?? 30))
    let page = try arguments.integer("page") ?? 1
    let pages = max(1, (Int64(all.count) + perPage - 1) / perPage)
    guard page >= 1, page <= pages else {
        throw .failed("page should be within [1, \(pages)] range, given \(page)")
    }
    let height: Int64
    if let asked {
        height = asked
    } else {
        height = try ask { () throws(NodeError) in try node.status().latestHeight + 1 }
    }
    let shown = all.dropFirst(Int((page - 1) * perPage)).prefix(Int(perPage))
    return .object([
        "block_height": CometJSON.int(height),
        "validators": .array(shown.map(CometJSON.json)), "count": CometJSON.int(shown.count),
        "total": CometJSON.int(all.count),
    ])
}

private func query(
    _ arguments: RPCArguments, _ node: any NodeClient
) throws(RPCFailure) -> JSONValue {
    let query = StateQuery(
        path: try arguments.text("path") ?? "",
        data: try arguments.bytes("data", isHex: true) ?? [],
        height: try arguments.integer("height") ?? 0, wantsProof: try arguments.flag("prove"))
    let result = try ask { () throws(NodeError) in try node.query(query) }
    return .object(["response": CometJSON.json(result)])
}
