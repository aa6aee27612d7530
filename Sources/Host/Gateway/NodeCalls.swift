// The calls that need the node and not only its state: transactions in and out, blocks, validators.
// With CometBFT as the engine they are CometBFT's to answer, over its RPC.

import Base
import Blocks
public import Client
import Cryptography
import Ledger
import Wire

/// Answers about transactions, blocks and validators.
public struct NodeCalls: Sendable {
    let node: any NodeService

    /// Makes the calls of `node`.
    public init(_ node: any NodeService) { self.node = node }

    /// The calls, with their paths.
    public var all: [NodeCall] { transactionCalls + blockCalls + validatorCalls }

    private var transactionCalls: [NodeCall] {
        let service = "/cosmos.tx.v1beta1.Service/"
        let rest = "/cosmos/tx/v1beta1/"
        return [
            NodeCall(
                service + "BroadcastTx", BroadcastRequest.self, BroadcastResponse.self,
                rest: [.post(rest + "txs")], answer: broadcast),
            NodeCall(
                service + "GetTx", TransactionRequest.self, FoundTransaction.self,
                rest: [HTTPRule(.get, rest + "txs/{hash}")], answer: transaction),
            NodeCall(
                service + "GetTxsEvent", TransactionSearchRequest.self,
                TransactionSearchResponse.self, rest: [HTTPRule(.get, rest + "txs")],
                answer: search),
            NodeCall(
                service + "GetBlockWithTxs", DecodedBlockRequest.self, DecodedBlockResponse.self,
                rest: [HTTPRule(.get, rest + "txs/block/{height}")], answer: decodedBlock),
            NodeCall(
                service + "TxDecode", TransactionBytes.self, TransactionValue.self,
                rest: [.post(rest + "decode")], answer: decode),
        ]
    }

    private static let blocksService = "/cosmos.base.tendermint.v1beta1.Service/"
    private static let blocksRest = "/cosmos/base/tendermint/v1beta1/"

    private var blockCalls: [NodeCall] {
        let (service, rest) = (NodeCalls.blocksService, NodeCalls.blocksRest)
        return [
            NodeCall(
                service + "GetSyncing", SyncingRequest.self, SyncingResponse.self,
                rest: [HTTPRule(.get, rest + "syncing")]
            ) { (_) throws(CallFailure) in SyncingResponse() },
            NodeCall(
                service + "GetLatestBlock", LatestBlockRequest.self, LatestBlockResponse.self,
                rest: [HTTPRule(.get, rest + "blocks/latest")]
            ) { (_) throws(CallFailure) in
                let named = try ask { () throws(NodeError) in try node.namedBlock(nil) }
                var answer = LatestBlockResponse()
                answer.id = named.id
                answer.block = named.block
                answer.textBlock = TextBlock(named.block)
                return answer
            },
            NodeCall(
                service + "GetBlockByHeight", BlockRequest.self, BlockResponse.self,
                rest: [HTTPRule(.get, rest + "blocks/{height}")]
            ) { (request) throws(CallFailure) in
                let named = try block(at: request.height)
                var answer = BlockResponse()
                answer.id = named.id
                answer.block = named.block
                answer.textBlock = TextBlock(named.block)
                return answer
            },
        ]
    }

    private var validatorCalls: [NodeCall] {
        let (service, rest) = (NodeCalls.blocksService, NodeCalls.blocksRest)
        return [
            NodeCall(
                service + "GetLatestValidatorSet", LatestValidatorsRequest.self,
                LatestValidatorsResponse.self,
                rest: [HTTPRule(.get, rest + "validatorsets/latest")]
            ) { (request) throws(CallFailure) in
                let latest = try ask { () throws(NodeError) in try node.status().latestHeight }
                let page = try validators(at: latest, request.pagination)
                var answer = LatestValidatorsResponse()
                answer.height = latest
                answer.validators = page.validators
                answer.pagination = page.response
                return answer
            },
            NodeCall(
                service + "GetValidatorSetByHeight", ValidatorSetRequest.self,
                ValidatorSetResponse.self,
                rest: [HTTPRule(.get, rest + "validatorsets/{height}")]
            ) { (request) throws(CallFailure) in
                let page = try validators(
                    at: try named(height: request.height), request.pagination)
                var answer = ValidatorSetResponse()
                answer.height = request.height
                answer.validators = page.validators
                answer.pagination = page.response
                return answer
            },
        ]
    }

    // MARK: Parts

    /// Checks a height that a request must name.
    private func named(height: Int64) throws(CallFailure) -> Int64 {
        guard height > 0 else {
            throw CallFailure(.invalidArgument, "height must be greater than 0")
        }
        return height
    }

    func block(at height: Int64) throws(CallFailure) -> NamedBlock {
        let height = try named(height: height)
        let latest = try ask { () throws(NodeError) in try node.status().latestHeight }
        guard height <= latest else {
            throw CallFailure(
                .invalidArgument, "requested block height is bigger then the chain length")
        }
        return try ask { () throws(NodeError) in try node.namedBlock(height) }
    }

    private func validators(
        at height: Int64, _ page: PageRequest?
    ) throws(CallFailure) -> (validators: [TextValidator], response: PageResponse) {
        let all = try ask { () throws(NodeError) in try node.validators(height) }
        let page = page ?? PageRequest()
        let offset = min(all.count, Int(clamping: page.offset))
        let limit = page.limit == 0 ? 100 : Int(clamping: page.limit)
        var response = PageResponse()
        response.total = UInt64(all.count)
        return (all.dropFirst(offset).prefix(limit).map(TextValidator.init), response)
    }

    func ask<Value>(_ body: () throws(NodeError) -> Value) throws(CallFailure) -> Value {
        do { return try body() } catch { throw NodeCalls.failure(error) }
    }

    static func failure(_ error: NodeError) -> CallFailure {
        switch error {
        case .notFound(let text): CallFailure(.notFound, text)
        case .refused(let text): CallFailure(.invalidArgument, text)
        default: CallFailure(.unavailable, error.description)
        }
    }
}

extension Array where Element == UInt8 {
    /// A validator's address as text; empty for none.
    var consensusText: String {
        guard let address = Address(self) else { return "" }
        return address.bech32(prefix: "aivmvalcons")
    }
}
