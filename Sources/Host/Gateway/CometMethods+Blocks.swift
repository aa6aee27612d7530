// Blocks, headers, commits, results and validators.

import Base
import Blocks
import Client
import Ledger
import Wire

extension CometMethods {
    /// Most blocks that `blockchain` shows.
    static let maximumSummaries: Int64 = 20

    var blockMethods: [RPCMethod] {
        [
            RPCMethod("block", ["height"]) { (arguments) throws(RPCFailure) in
                CometJSON.json(try named(arguments))
            },
            RPCMethod("block_by_hash", ["hash"]) { (arguments) throws(RPCFailure) in
                guard let found = try named(hash: try arguments.bytes("hash")) else {
                    return .object([
                        "block_id": CometJSON.json(BlockID()), "block": .null,
                    ])
                }
                return CometJSON.json(found)
            },
            RPCMethod("header", ["height"]) { (arguments) throws(RPCFailure) in
                .object(["header": CometJSON.json(try named(arguments).block.header)])
            },
            RPCMethod("header_by_hash", ["hash"]) { (arguments) throws(RPCFailure) in
                let found = try named(hash: try arguments.bytes("hash", isHex: true))
                return .object([
                    "header": found.map { CometJSON.json($0.block.header) } ?? .null
                ])
            },
            RPCMethod("commit", ["height"]) { (arguments) throws(RPCFailure) in
                let height = try arguments.height()
                let signed = try ask { () throws(NodeError) in try node.signedHeader(height) }
                return .object([
                    "signed_header": CometJSON.json(signed), "canonical": .bool(true),
                ])
            },
            RPCMethod("block_results", ["height"]) { (arguments) throws(RPCFailure) in
                let height = try arguments.height()
                return CometJSON.json(
                    try ask { () throws(NodeError) in try node.outcome(height) })
            },
            RPCMethod("blockchain", ["minHeight", "maxHeight"]) {
                (arguments) throws(RPCFailure) in try summaries(arguments)
            },
            RPCMethod("validators", ["height", "page", "per_page"]) {
                (arguments) throws(RPCFailure) in try validators(arguments)
            },
        ]
    }

    private func named(_ arguments: RPCArguments) throws(RPCFailure) -> NamedBlock {
        let height = try arguments.height()
        return try ask { () throws(NodeError) in try node.namedBlock(height) }
    }

    private func named(hash: Bytes?) throws(RPCFailure) -> NamedBlock? {
        guard let hash else { throw .invalidParameters("hash: missing") }
        return try ask { () throws(NodeError) in try node.namedBlock(hash: hash) }
    }

    /// The newest blocks of a range, newest first.
    private func summaries(_ arguments: RPCArguments) throws(RPCFailure) -> JSONValue {
        let status = try ask { () throws(NodeError) in try node.status() }
        let (asked, wanted) = (
            try arguments.integer("minHeight") ?? 0, try arguments.integer("maxHeight") ?? 0
        )
        guard asked >= 0, wanted >= 0 else { throw .failed("heights must be non-negative") }
        let latest = status.latestHeight
        let high = wanted == 0 ? latest : min(latest, wanted)
        let low = max(
            asked, status.earliest?.height ?? 1, high - CometMethods.maximumSummaries + 1)
        guard low <= high else {
            throw .failed("min height \(low) can't be greater than max height \(high)")
        }
        var metas: [JSONValue] = []
        for height in stride(from: high, through: low, by: -1) {
            let block = try ask { () throws(NodeError) in try node.namedBlock(height) }
            metas.append(CometJSON.summary(block))
        }
        return .object(["last_height": CometJSON.int(latest), "block_metas": .array(metas)])
    }

    private func validators(_ arguments: RPCArguments) throws(RPCFailure) -> JSONValue {
        let asked = try arguments.height()
        let all = try ask { () throws(NodeError) in try node.validators(asked) }
        let page = try arguments.page(isDescending: false)
        let height: Int64
        if let asked {
            height = asked
        } else {
            height = try ask { () throws(NodeError) in try node.status().latestHeight + 1 }
        }
        let shown = try ask { () throws(NodeError) in try page.slice(all) }
        return .object([
            "block_height": CometJSON.int(height),
            "validators": .array(shown.map(CometJSON.json)), "count": CometJSON.int(shown.count),
            "total": CometJSON.int(all.count),
        ])
    }
}
