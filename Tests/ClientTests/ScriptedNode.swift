import AIModule
import Base
import Blocks
import Client
import Ledger
import Merkle
import Synchronization
import Verification
import Wire

/// A node that answers from a `ReceiptWorld`, grows by a block each time it is asked for its
/// status, and lies on request.
final class ScriptedNode: NodeClient {
    struct State {
        var height: Int64
        var record: StateQueryResult
        var inference = StateQueryResult()
        var signed: SignedHeader
        var validators: [Validator]
        var failure: NodeError?
        var growsBy: Int64 = 1
        var queries: [String] = []
        var blockAfter = 3
    }

    let state: Mutex<State>

    init(_ world: ReceiptWorld) throws {
        let receipt = try world.receipt()
        var record = StateQueryResult()
        record.key = receipt.entry.key
        record.value = receipt.entry.value
        record.proofOperations = receipt.proof.encoded()
        record.height = receipt.header.height - 1
        var validators = receipt.validators.validators
        // A real engine's numbers; no receipt may repeat them.
        validators[0].proposerPriority = -7
        validators[1].proposerPriority = 7
        state = Mutex(
            State(
                height: receipt.header.height - 3, record: record,
                signed: SignedHeader(header: receipt.header, commit: receipt.commit),
                validators: validators))
    }

    func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

    var now: State { state.withLock { $0 } }

    private func answer<Value: Sendable>(
        _ body: (inout State) throws(NodeError) -> Value
    ) throws(NodeError) -> Value {
        let result: Result<Value, NodeError> = state.withLock { state in
            if let failure = state.failure { return .failure(failure) }
            do throws(NodeError) {
                return .success(try body(&state))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    func status() throws(NodeError) -> NodeStatus {
        try answer { (state) throws(NodeError) in
            state.height += state.growsBy
            return NodeStatus(
                chainID: "aivm-test-1", moniker: "", latestHeight: state.height,
                latestBlockHash: [], latestAppHash: [], latestTime: Timestamp(),
                validator: Validator())
        }
    }

    func broadcast(_ transaction: Bytes) throws(NodeError) -> BroadcastResult {
        throw .refused("not scripted")
    }

    func transaction(_ hash: Hash256) throws(NodeError) -> TransactionRecord {
        try answer { (state) throws(NodeError) in
            state.blockAfter -= 1
            guard state.blockAfter <= 0 else { throw .notFound("tx (\(hash)) not found") }
            return TransactionRecord(
                hash: hash, height: 5, index: 0, result: TransactionResult(), bytes: [])
        }
    }

    func block(_ height: Int64?) throws(NodeError) -> Block { throw .refused("not scripted") }

    func signedHeader(_ height: Int64?) throws(NodeError) -> SignedHeader {
        try answer { (state) throws(NodeError) in
            guard let height, height <= state.height else { throw .refused("too high") }
            return state.signed
        }
    }

    func validators(_ height: Int64?) throws(NodeError) -> [Validator] {
        try answer { (state) throws(NodeError) in state.validators }
    }

    func results(_ height: Int64?) throws(NodeError) -> [TransactionResult] {
        throw .refused("not scripted")
    }

    func transactions(
        matching query: String, page: SearchPage
    ) throws(NodeError) -> SearchResult<TransactionRecord> { throw .refused("not scripted") }

    func query(_ query: StateQuery) throws(NodeError) -> StateQueryResult {
        try answer { (state) throws(NodeError) in
            state.queries.append(query.path)
            return query.path.hasPrefix("/store/") ? state.record : state.inference
        }
    }
}
