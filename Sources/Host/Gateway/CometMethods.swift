// The methods of CometBFT's RPC that one node answers truthfully, by CometBFT's names and JSON.
// What concerns other nodes (peers, votes on the way, evidence from outside) an embedded chain does
// not have: `net_info` says so, the rest is not offered. Source: CometBFT 0.38, `rpc/core`.

import Base
import Blocks
public import Client
import Foundation
import Ledger
import Wire

/// The methods a node answers.
public func cometMethods(of node: any NodeService) -> [RPCMethod] {
    CometMethods(node: node).all
}

/// CometBFT's methods over one node.
struct CometMethods: Sendable {
    let node: any NodeService

    var all: [RPCMethod] { nodeMethods + transactionMethods + blockMethods + searchMethods }

    /// The engine whose formats are served; CosmJS chooses its decoder by it.
    static let engineVersion = "0.38.25"

    private var nodeMethods: [RPCMethod] {
        [
            RPCMethod("health") { (_) throws(RPCFailure) in .object([]) },
            RPCMethod("status") { (_) throws(RPCFailure) in try status() },
            RPCMethod("net_info") { (_) throws(RPCFailure) in
                .object([
                    "listening": .bool(false), "listeners": .array([]), "n_peers": "0",
                    "peers": .array([]),
                ])
            },
            RPCMethod("genesis") { (_) throws(RPCFailure) in
                .object(["genesis": try ask { () throws(NodeError) in try node.genesis() }])
            },
            RPCMethod("genesis_chunked", ["chunk"]) { (arguments) throws(RPCFailure) in
                try genesisChunk(arguments)
            },
            RPCMethod("abci_info") { (_) throws(RPCFailure) in try applicationInfo() },
            RPCMethod("abci_query", ["path", "data", "height", "prove"]) {
                (arguments) throws(RPCFailure) in try query(arguments)
            },
            RPCMethod("consensus_params", ["height"]) { (arguments) throws(RPCFailure) in
                try consensusParameters(arguments)
            },
        ]
    }

    // MARK: The node

    private func status() throws(RPCFailure) -> JSONValue {
        let status = try ask { () throws(NodeError) in try node.status() }
        let info = try ask { () throws(NodeError) in try node.applicationInfo() }
        let earliest = status.earliest
        return .object([
            "node_info": .object([
                "protocol_version": .object([
                    "p2p": "8", "block": "11", "app": CometJSON.int(info.protocolVersion),
                ]),
                // A node without peers has no key of its own for them: its validator names it.
                "id": .string(status.validator.address.hex), "listen_addr": "",
                "network": .string(status.chainID),
                "version": .string(CometMethods.engineVersion), "channels": "",
                "moniker": .string(status.moniker),
                "other": .object(["tx_index": "on", "rpc_address": ""]),
            ]),
            "sync_info": .object([
                "latest_block_hash": CometJSON.hex(status.latestBlockHash),
                "latest_app_hash": CometJSON.hex(status.latestAppHash),
                "latest_block_height": CometJSON.int(status.latestHeight),
                "latest_block_time": .string(status.latestTime.text),
                "earliest_block_hash": CometJSON.hex(earliest?.hash ?? []),
                "earliest_app_hash": CometJSON.hex(earliest?.appHash ?? []),
                "earliest_block_height": CometJSON.int(earliest?.height ?? 0),
                "earliest_block_time": .string((earliest?.time ?? .init()).text),
                "catching_up": .bool(false),
            ]),
            "validator_info": CometMethods.withoutPriority(CometJSON.json(status.validator)),
        ])
    }

    /// A validator as `status` shows it.
    private static func withoutPriority(_ validator: JSONValue) -> JSONValue {
        guard case .object(let members) = validator else { return validator }
        return .object(members.filter { $0.name != "proposer_priority" })
    }

    private func genesisChunk(_ arguments: RPCArguments) throws(RPCFailure) -> JSONValue {
        let chunkByteCount = 16 << 20
        let genesis = try ask { () throws(NodeError) in try node.genesis() }
        let bytes = Bytes(genesis.compactText.utf8)
        let total = max(1, (bytes.count + chunkByteCount - 1) / chunkByteCount)
        let chunk = try arguments.integer("chunk") ?? 0
        guard chunk >= 0, chunk < Int64(total) else {
            throw .failed("there are \(total - 1) chunks, \(chunk) is invalid")
        }
        let start = Int(chunk) * chunkByteCount
        return .object([
            "chunk": CometJSON.int(chunk), "total": CometJSON.int(total),
            "data": CometJSON.base64(Bytes(bytes.dropFirst(start).prefix(chunkByteCount))),
        ])
    }

    // MARK: The application

    private func applicationInfo() throws(RPCFailure) -> JSONValue {
        let info = try ask { () throws(NodeError) in try node.applicationInfo() }
        var members: [JSONMember] = []
        // Zero values are left out.
        if !info.name.isEmpty { members.append(JSONMember("data", .string(info.name))) }
        if !info.version.isEmpty { members.append(JSONMember("version", .string(info.version))) }
        if info.protocolVersion != 0 {
            members.append(JSONMember("app_version", CometJSON.int(info.protocolVersion)))
        }
        if info.lastHeight != 0 {
            members.append(JSONMember("last_block_height", CometJSON.int(info.lastHeight)))
        }
        if !info.lastAppHash.isEmpty {
            members.append(
                JSONMember("last_block_app_hash", CometJSON.base64(info.lastAppHash)))
        }
        return .object(["response": .object(members)])
    }

    private func query(_ arguments: RPCArguments) throws(RPCFailure) -> JSONValue {
        let query = StateQuery(
            path: try arguments.text("path") ?? "",
            data: try arguments.bytes("data", isHex: true) ?? [],
            height: try arguments.integer("height") ?? 0, wantsProof: try arguments.flag("prove"))
        let result = try ask { () throws(NodeError) in try node.query(query) }
        return .object(["response": CometJSON.json(result)])
    }

    private func consensusParameters(_ arguments: RPCArguments) throws(RPCFailure) -> JSONValue {
        let latest = try ask { () throws(NodeError) in try node.status().latestHeight }
        let height = try arguments.height() ?? latest + 1
        guard height <= latest + 1 else {
            throw .failed(
                "height \(height) must be less than or equal to the current blockchain height "
                    + "\(latest)")
        }
        return .object([
            "block_height": CometJSON.int(height),
            "consensus_params": try ask { () throws(NodeError) in
                try node.consensusParameters(height)
            },
        ])
    }
}

/// Asks the node, turning its error into the text CometBFT would give.
func ask<Value>(_ body: () throws(NodeError) -> Value) throws(RPCFailure) -> Value {
    do { return try body() } catch {
        switch error {
        case .refused(let text), .notFound(let text): throw .failed(text)
        default: throw .failed(error.description)
        }
    }
}

extension RPCArguments {
    /// The argument `height`; `nil` when absent, refused when not positive.
    func height() throws(RPCFailure) -> Int64? {
        guard let height = try integer("height") else { return nil }
        guard height > 0 else {
            throw .failed("height must be greater than 0, but got \(height)")
        }
        return height
    }
}
