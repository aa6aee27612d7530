// Finding transactions by hash, transactions and blocks by their events.

import Base
import Blocks
import Client
import Ledger
import Wire

extension CometMethods {
    var searchMethods: [RPCMethod] {
        [
            RPCMethod("tx", ["hash", "prove"]) { (arguments) throws(RPCFailure) in
                try transaction(arguments)
            },
            RPCMethod("tx_search", ["query", "prove", "page", "per_page", "order_by"]) {
                (arguments) throws(RPCFailure) in try transactions(arguments)
            },
            RPCMethod("block_search", ["query", "page", "per_page", "order_by"]) {
                (arguments) throws(RPCFailure) in try blocks(arguments)
            },
        ]
    }

    private func transaction(_ arguments: RPCArguments) throws(RPCFailure) -> JSONValue {
        guard let bytes = try arguments.bytes("hash"), let hash = Hash256(bytes) else {
            throw .invalidParameters("hash: expected 32 bytes")
        }
        let record: TransactionRecord
        do { record = try node.transaction(hash) } catch {
            guard case .notFound = error else { throw .failed(error.description) }
            throw .failed("tx (\(bytes.upperHex)) not found")
        }
        return try show(record, isProved: try arguments.flag("prove"))
    }

    private func show(
        _ record: TransactionRecord, isProved: Bool
    ) throws(RPCFailure) -> JSONValue {
        guard isProved else { return CometJSON.json(record) }
        let block = try ask { () throws(NodeError) in try node.block(record.height) }
        return CometJSON.json(record, provedIn: block)
    }

    private func transactions(_ arguments: RPCArguments) throws(RPCFailure) -> JSONValue {
        let query = try arguments.text("query") ?? ""
        let page = try arguments.page(isDescending: false)
        let isProved = try arguments.flag("prove")
        let found = try ask { () throws(NodeError) in
            try node.transactions(matching: query, page: page)
        }
        var shown: [JSONValue] = []
        for record in found.elements { shown.append(try show(record, isProved: isProved)) }
        return .object(["txs": .array(shown), "total_count": CometJSON.int(found.total)])
    }

    private func blocks(_ arguments: RPCArguments) throws(RPCFailure) -> JSONValue {
        let query = try arguments.text("query") ?? ""
        // Unlike transactions, blocks come newest first unless asked for otherwise.
        let page = try arguments.page(isDescending: true)
        let found = try ask { () throws(NodeError) in
            try node.blocks(matching: query, page: page)
        }
        return .object([
            "blocks": .array(found.elements.map { CometJSON.json($0) }),
            "total_count": CometJSON.int(found.total),
        ])
    }
}

extension RPCArguments {
    /// The arguments `page`, `per_page` and `order_by`.
    func page(isDescending: Bool) throws(RPCFailure) -> SearchPage {
        let number = try integer("page") ?? 1
        let asked = try integer("per_page") ?? 30
        let count = asked < 1 ? 30 : min(asked, Int64(SearchPage.maximumCount))
        let order: Bool
        switch try text("order_by") ?? "" {
        case "": order = isDescending
        case "asc": order = false
        case "desc": order = true
        default:
            throw .failed("expected order_by to be either `asc` or `desc` or empty")
        }
        return SearchPage(
            number: Int(clamping: number), count: Int(count), isDescending: order)
    }
}
