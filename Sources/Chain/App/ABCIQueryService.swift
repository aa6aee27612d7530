// A query of raw state, wrapped into a message (`cosmos.base.tendermint.v1beta1.Service/ABCIQuery`)
// for clients that reach no RPC.

public import Base
import Ledger
import Merkle
public import Wire

/// A query as the engine would send it.
public struct ABCIQueryRequest: WireMessage {
    /// Request bytes, or the key.
    public var data: Bytes = []
    /// Path.
    public var path = ""
    /// Height; 0 for the newest.
    public var height: Int64 = 0
    /// Whether a proof is wanted.
    public var wantsProof = false
    public static let wireName = "cosmos.base.tendermint.v1beta1.ABCIQueryRequest"
    public static let wireFields: WireFields<ABCIQueryRequest> = [
        .bytes(1, "data", \.data),
        .string(2, "path", \.path),
        .int64(3, "height", \.height),
        .bool(4, "prove", \.wantsProof),
    ]
    public init() {}
}

/// Its answer.
public struct ABCIQueryResponse: WireMessage {
    /// 0, or the rejection's code.
    public var code: UInt32 = 0
    /// Text for people.
    public var log = ""
    /// More text; unused.
    public var info = ""
    /// Unused.
    public var index: Int64 = 0
    /// The key asked for.
    public var key: Bytes = []
    /// The value.
    public var value: Bytes = []
    /// The proof.
    public var proof: QueryProofOperations?
    /// Height answered for.
    public var height: Int64 = 0
    /// Code space of `code`.
    public var codespace = ""
    public static let wireName = "cosmos.base.tendermint.v1beta1.ABCIQueryResponse"
    public static let wireFields: WireFields<ABCIQueryResponse> = [
        .uint32(1, "code", \.code),
        .string(3, "log", \.log),
        .string(4, "info", \.info),
        .int64(5, "index", \.index),
        .bytes(6, "key", \.key),
        .bytes(7, "value", \.value),
        .message(8, "proof_ops", \.proof),
        .int64(9, "height", \.height),
        .string(10, "codespace", \.codespace),
    ]
    public init() {}
}

/// Steps of a proof, on the wire the same as `tendermint.crypto.ProofOps`.
public struct QueryProofOperations: WireMessage {
    /// One step.
    public struct Operation: WireMessage {
        /// Kind of proof.
        public var type = ""
        /// Key it proves.
        public var key: Bytes = []
        /// The proof.
        public var data: Bytes = []
        public static let wireName = "cosmos.base.tendermint.v1beta1.ProofOp"
        public static let wireFields: WireFields<Operation> = [
            .string(1, "type", \.type),
            .bytes(2, "key", \.key),
            .bytes(3, "data", \.data),
        ]
        public init() {}
    }

    /// The steps, from the value to the app hash.
    public var operations: [Operation] = []
    public static let wireName = "cosmos.base.tendermint.v1beta1.ProofOps"
    public static let wireFields: WireFields<QueryProofOperations> = [
        .messages(1, "ops", \.operations)
    ]
    public init() {}
}

extension AIVMApplication {
    /// Answers the query inside `data`. It must not hold another query of this kind.
    func answerABCIQuery(_ data: Bytes) throws(Failure) -> ABCIQueryResponse {
        let request: ABCIQueryRequest
        do { request = try ABCIQueryRequest(decoding: data, rules: .tolerant) } catch {
            throw .invalidArgument("\(error)")
        }
        guard request.path != Service.abciQuery.rawValue else {
            throw .invalidArgument("a query inside a query")
        }
        let result = try Failure.reading { () throws(StorageFailure) in
            try query(
                StateQuery(
                    path: request.path, data: request.data, height: request.height,
                    wantsProof: request.wantsProof))
        }
        var response = ABCIQueryResponse()
        response.code = result.code
        response.log = result.log
        response.key = result.key
        response.value = result.value
        response.height = result.height
        response.codespace = result.codespace
        guard !result.proofOperations.isEmpty else { return response }
        do { response.proof = try QueryProofOperations(decoding: result.proofOperations) } catch {
            throw .sdk(.logic, "the application made a proof that cannot be read: \(error)")
        }
        return response
    }
}
