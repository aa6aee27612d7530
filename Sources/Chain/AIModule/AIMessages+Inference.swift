// The message that asks for an inference.

import Cryptography
public import Ledger
public import Verification
public import Wire

/// Runs a model on an input in the block, and pays for it.
public struct MsgRequestInference: WireMessage {
    /// Who asks, signs and pays.
    public var requester = ""
    /// The model.
    public var model = ModelReference()
    /// One tensor per input of the model, in any order.
    public var input = TensorSet()
    /// Most the requester pays; a price above it in any denomination is refused.
    public var maximumPrice: [Coin] = []

    public static let wireName = "aivm.ai.v1.MsgRequestInference"
    public static let wireFields: WireFields<MsgRequestInference> = [
        .string(1, "requester", \.requester),
        .message(2, "model", \.model),
        .message(3, "input", \.input),
        .messages(4, "max_price", \.maximumPrice),
    ]

    public init() {}

    /// Makes a request.
    public init(
        requester: String, model: ModelReference, input: TensorSet, maximumPrice: [Coin]
    ) {
        self.requester = requester
        self.model = model
        self.input = input
        self.maximumPrice = maximumPrice
    }

    func check() throws(Failure) {
        _ = try Address.parse(requester)
        try model.check()
        do { try maximumPrice.checkCoins() } catch { throw .ai(.invalidPrice, "\(error)") }
    }
}

/// The answer to ``MsgRequestInference``.
public struct MsgRequestInferenceResponse: WireMessage {
    /// Number of the inference; its record stands under ``AI/inferenceStoreKey(_:)``.
    public var id: UInt64 = 0
    /// The output in canonical form; empty when the request was only simulated.
    public var output = TensorSet()
    /// Machine gas of the run.
    public var gasUsed: UInt64 = 0
    /// What the requester paid.
    public var price: [Coin] = []

    public init() {}
    public static let wireName = "aivm.ai.v1.MsgRequestInferenceResponse"
    public static let wireFields: WireFields<MsgRequestInferenceResponse> = [
        .uint64(1, "id", \.id),
        .message(2, "output", \.output),
        .uint64(3, "gas_used", \.gasUsed),
        .messages(4, "price", \.price),
    ]
}
