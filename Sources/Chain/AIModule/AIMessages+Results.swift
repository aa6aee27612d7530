// The messages about models whose weights are not on the chain: registering one by a commitment,
// asking for a result, taking the request back, and answering it with a proof.

public import Base
import Cryptography
public import Ledger
public import Verification
public import Wire

/// Registers a version of a model by a commitment to its weights.
public struct MsgRegisterCommittedModel: WireMessage {
    /// Owner and signer.
    public var owner = ""
    /// Name, see ``ModelReference/isValid(name:)``.
    public var name = ""
    /// Version, above the newest; 0 for the next.
    public var version: UInt64 = 0
    /// The model.
    public var model = CommittedModel()
    /// Price of a result; empty for free.
    public var price: [Coin] = []
    /// Under what terms the model may be used.
    public var licence = ""
    /// What the model does.
    public var description = ""
    /// The ModelID that the owner expects, 32 bytes; empty for no expectation.
    public var modelID: Bytes = []

    public init() {}
    public static let wireName = "aivm.ai.v1.MsgRegisterCommittedModel"
    public static let wireFields: WireFields<MsgRegisterCommittedModel> = [
        .string(1, "owner", \.owner),
        .string(2, "name", \.name),
        .uint64(3, "version", \.version),
        .message(4, "model", \.model),
        .messages(5, "price", \.price),
        .string(6, "licence", \.licence),
        .string(7, "description", \.description),
        .bytes(8, "model_id", \.modelID),
    ]

    /// Makes a registration.
    public init(owner: String, name: String, model: CommittedModel, price: [Coin]) {
        self.owner = owner
        self.name = name
        self.model = model
        self.price = price
    }

    func check() throws(Failure) {
        _ = try Address.parse(owner)
        try checkName(name)
        guard version <= maximumVersion else {
            throw .ai(.invalidVersion, "\(version) is above \(maximumVersion)")
        }
        try checkPrice(price)
        guard modelID.isEmpty || modelID.count == Hash256.byteCount else {
            throw .ai(.invalidReference, "a ModelID of \(modelID.count) bytes")
        }
    }
}

/// The answer to ``MsgRegisterCommittedModel``.
public struct MsgRegisterCommittedModelResponse: WireMessage {
    /// Number of the registration.
    public var registration: UInt64 = 0
    /// Version given.
    public var version: UInt64 = 0
    /// ModelID, 32 bytes.
    public var modelID: Bytes = []

    public init() {}
    public static let wireName = "aivm.ai.v1.MsgRegisterCommittedModelResponse"
    public static let wireFields: WireFields<MsgRegisterCommittedModelResponse> = [
        .uint64(1, "registration", \.registration),
        .uint64(2, "version", \.version),
        .bytes(3, "model_id", \.modelID),
    ]
}

/// Asks for a proved answer of a committed model, and locks its price.
public struct MsgRequestResult: WireMessage {
    /// Who asks, signs and pays.
    public var requester = ""
    /// The model.
    public var model = ModelReference()
    /// The input in the open, one tensor per input of the model in any order; or:
    public var input: TensorSet?
    /// a commitment to the rows of an input that its prover is given elsewhere, 32 bytes.
    public var inputCommitment: Bytes = []
    /// Most the requester pays; a price above it in any denomination is refused.
    public var maximumPrice: [Coin] = []
    /// Until when the answer counts; afterwards the price can be taken back.
    public var deadline = Timestamp()

    public init() {}
    public static let wireName = "aivm.ai.v1.MsgRequestResult"
    public static let wireFields: WireFields<MsgRequestResult> = [
        .string(1, "requester", \.requester),
        .message(2, "model", \.model),
        .message(3, "input", \.input),
        .bytes(4, "input_commitment", \.inputCommitment),
        .messages(5, "max_price", \.maximumPrice),
        .message(6, "deadline", \.deadline),
    ]

    /// Makes a request with an open input.
    public init(
        requester: String, model: ModelReference, input: TensorSet, maximumPrice: [Coin],
        deadline: Timestamp
    ) {
        self.requester = requester
        self.model = model
        self.input = input
        self.maximumPrice = maximumPrice
        self.deadline = deadline
    }

    func check() throws(Failure) {
        _ = try Address.parse(requester)
        try model.check()
        do { try maximumPrice.checkCoins() } catch { throw .ai(.invalidPrice, "\(error)") }
        guard (input == nil) == (inputCommitment.count == Hash256.byteCount),
            input == nil || inputCommitment.isEmpty
        else { throw .ai(.invalidInput, "neither an input nor a commitment of 32 bytes alone") }
        guard inputCommitment != InferenceProof.secretCommitment else {
            throw .ai(.invalidInput, "a commitment to nothing")
        }
        guard deadline.isValid else { throw .ai(.invalidDeadline, "no moment") }
    }
}

/// The answer to ``MsgRequestResult``.
public struct MsgRequestResultResponse: WireMessage {
    /// Number of the request; its record stands under ``AI/requestStoreKey(_:)``.
    public var request: UInt64 = 0
    /// What the requester has locked.
    public var price: [Coin] = []

    public init() {}
    public static let wireName = "aivm.ai.v1.MsgRequestResultResponse"
    public static let wireFields: WireFields<MsgRequestResultResponse> = [
        .uint64(1, "request", \.request),
        .messages(2, "price", \.price),
    ]
}

/// Takes back a request that nobody answered in time.
public struct MsgCancelRequest: WireMessage {
    /// Who asked; signs.
    public var requester = ""
    /// Number of the request.
    public var request: UInt64 = 0

    public init() {}
    public static let wireName = "aivm.ai.v1.MsgCancelRequest"
    public static let wireFields: WireFields<MsgCancelRequest> = [
        .string(1, "requester", \.requester),
        .uint64(2, "request", \.request),
    ]

    /// Makes the message.
    public init(requester: String, request: UInt64) {
        self.requester = requester
        self.request = request
    }

    func check() throws(Failure) { _ = try Address.parse(requester) }
}

/// The answer to ``MsgCancelRequest``.
public struct MsgCancelRequestResponse: WireMessage {
    public init() {}
    public static let wireName = "aivm.ai.v1.MsgCancelRequestResponse"
    public static let wireFields: WireFields<MsgCancelRequestResponse> = []
}

/// Answers a request with a proof, which is verified in the block.
public struct MsgSubmitResult: WireMessage {
    /// Who proved the answer, signs and is paid.
    public var worker = ""
    /// Number of the request.
    public var request: UInt64 = 0
    /// The answer: one tensor per output of the model, in any order.
    public var output = TensorSet()
    /// The proof, bound to this request and this worker:
    /// ``AI/resultContext(chainID:request:worker:)``.
    public var proof = InferenceProof()

    public init() {}
    public static let wireName = "aivm.ai.v1.MsgSubmitResult"
    public static let wireFields: WireFields<MsgSubmitResult> = [
        .string(1, "worker", \.worker),
        .uint64(2, "request", \.request),
        .message(3, "output", \.output),
        .message(4, "proof", \.proof),
    ]

    /// Makes an answer.
    public init(worker: String, request: UInt64, output: TensorSet, proof: InferenceProof) {
        self.worker = worker
        self.request = request
        self.output = output
        self.proof = proof
    }

    func check() throws(Failure) { _ = try Address.parse(worker) }

    /// Bytes that verifying reads.
    var proofByteCount: Int {
        proof.proof.count + proof.inputRows.count + proof.outputRows.count
    }
}

/// The answer to ``MsgSubmitResult``.
public struct MsgSubmitResultResponse: WireMessage {
    /// Number of the inference; its record stands under ``AI/inferenceStoreKey(_:)``.
    public var id: UInt64 = 0
    /// Who got the price.
    public var payments: [Payment] = []

    public init() {}
    public static let wireName = "aivm.ai.v1.MsgSubmitResultResponse"
    public static let wireFields: WireFields<MsgSubmitResultResponse> = [
        .uint64(1, "id", \.id),
        .messages(2, "payments", \.payments),
    ]
}
