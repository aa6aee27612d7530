// The calls about transactions that the node answers: broadcast, find, decode.

import Base
import Blocks
import Client
import Cryptography
import Ledger
import Wire

extension NodeCalls {
    func broadcast(_ request: BroadcastRequest) throws(CallFailure) -> BroadcastResponse {
        guard !request.transaction.isEmpty else {
            throw CallFailure(.invalidArgument, "invalid empty tx")
        }
        guard request.mode == .sync || request.mode == .async else {
            throw CallFailure(
                .invalidArgument, "unsupported return type; supported types: sync, async")
        }
        var answer = BroadcastResponse()
        var response = TransactionResponse()
        response.hash = SHA256.hash(request.transaction).bytes.upperHex
        do {
            let result = try node.broadcast(request.transaction)
            response.code = result.code
            response.codespace = result.codespace
            response.log = result.log
        } catch {
            // The mempool's own refusals have numbers, as if the application had refused.
            guard case .refused(let text) = error, let code = NodeCalls.mempoolCode(text) else {
                throw NodeCalls.failure(error)
            }
            response.code = code
            response.codespace = "sdk"
            response.log = text
        }
        answer.response = response
        return answer
    }

    /// The SDK's number for a refusal of the mempool, or `nil` for another error.
    private static func mempoolCode(_ text: String) -> UInt32? {
        if text.hasPrefix("tx already exists in cache") { return 19 }
        if text.hasPrefix("mempool is full") { return 20 }
        if text.hasPrefix("tx too large") || text.hasPrefix("tx pre check") { return 21 }
        return text.hasPrefix("tx post check") ? SDKCode.invalidGasLimit.rawValue : nil
    }

    func transaction(_ request: TransactionRequest) throws(CallFailure) -> FoundTransaction {
        guard !request.hash.isEmpty else {
            throw CallFailure(.invalidArgument, "tx hash cannot be empty")
        }
        guard let bytes = Bytes(hex: request.hash), let hash = Hash256(bytes) else {
            throw CallFailure(.invalidArgument, "not a hash: \(request.hash.prefix(100))")
        }
        let record: TransactionRecord
        do { record = try node.transaction(hash) } catch {
            guard case .notFound = error else { throw NodeCalls.failure(error) }
            throw CallFailure(.notFound, "tx not found: \(request.hash)")
        }
        var answer = FoundTransaction()
        answer.transaction = NodeCalls.decode(record.bytes)
        answer.response = response(record, time: try time(of: record.height))
        return answer
    }

    func search(
        _ request: TransactionSearchRequest
    ) throws(CallFailure) -> TransactionSearchResponse {
        let conditions = request.query.isEmpty ? request.conditions : [request.query]
        guard !conditions.isEmpty, conditions.allSatisfy({ !$0.isEmpty }) else {
            throw CallFailure(.invalidArgument, "query cannot be empty")
        }
        var limit = request.limit
        var page = request.page
        if let pagination = request.pagination, limit == 0, page == 0 {
            limit = pagination.limit
            page = pagination.offset / max(1, limit == 0 ? 100 : limit) + 1
        }
        let part = SearchPage(
            number: Int(clamping: max(1, page)), count: limit == 0 ? 100 : Int(clamping: limit),
            isDescending: request.order == .descending)
        let found = try ask { () throws(NodeError) in
            try node.transactions(
                matching: conditions.joined(separator: " AND "), page: part)
        }
        var answer = TransactionSearchResponse()
        var last: (height: Int64, time: Timestamp)?
        for record in found.elements {
            if last?.height != record.height {
                last = (record.height, try time(of: record.height))
            }
            // Both lists have one entry for each, so that they can be read side by side.
            answer.transactions.append(NodeCalls.decode(record.bytes) ?? DecodedTransaction())
            answer.responses.append(response(record, time: last?.time ?? Timestamp()))
        }
        answer.total = UInt64(found.total)
        return answer
    }

    func decodedBlock(
        _ request: DecodedBlockRequest
    ) throws(CallFailure) -> DecodedBlockResponse {
        let named = try block(at: request.height)
        let all = named.block.data.transactions
        let page = request.pagination ?? PageRequest()
        let offset = min(all.count, Int(clamping: page.offset))
        let limit = page.limit == 0 ? 100 : Int(clamping: page.limit)
        var answer = DecodedBlockResponse()
        answer.transactions = all.dropFirst(offset).prefix(limit).compactMap(NodeCalls.decode)
        answer.id = named.id
        answer.block = named.block
        answer.pagination = PageResponse()
        answer.pagination?.total = UInt64(all.count)
        return answer
    }

    func decode(_ request: TransactionBytes) throws(CallFailure) -> TransactionValue {
        guard let transaction = NodeCalls.decode(request.bytes) else {
            throw CallFailure(.invalidArgument, "invalid tx bytes")
        }
        var answer = TransactionValue()
        answer.transaction = transaction
        return answer
    }

    // MARK: Parts

    private func time(of height: Int64) throws(CallFailure) -> Timestamp {
        try ask { () throws(NodeError) in try node.block(height).header.time }
    }

    private func response(
        _ record: TransactionRecord, time: Timestamp
    ) -> TransactionResponse {
        var response = TransactionResponse()
        response.height = record.height
        response.hash = record.hash.bytes.upperHex
        response.codespace = record.result.codespace
        response.code = record.result.code
        response.data = record.result.data.upperHex
        response.log = record.result.log
        response.info = record.result.info
        response.gasWanted = record.result.gasWanted
        response.gasUsed = record.result.gasUsed
        if NodeCalls.decode(record.bytes) != nil {
            var packed = AnyMessage()
            packed.typeURL = DecodedTransaction.typeURL
            packed.value = record.bytes
            response.transaction = packed
        }
        response.timestamp = Timestamp(seconds: time.seconds).text
        response.events = record.result.events
        return response
    }

    /// The transaction that `bytes` are, or `nil`: a block may hold anything.
    private static func decode(_ bytes: Bytes) -> DecodedTransaction? {
        try? DecodedTransaction(
            decoding: bytes, rules: WireRules(unknownFields: .nonCriticalSkipped))
    }
}
