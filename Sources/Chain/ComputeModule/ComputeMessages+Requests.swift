// The messages about requests for attestations, and what is kept of an open request.

public import Attestation
public import Base
import Cryptography
public import Ledger
public import Wire

/// Asks for an attestation of what a model gives on an input, and pays for it.
public struct MsgRequestAttestation: WireMessage {
    /// Who asks, signs and pays.
    public var requester = ""
    /// The model, 32 bytes.
    public var modelID: Bytes = []
    /// Commitment to the input, 32 bytes; the input itself goes to whoever is to compute.
    public var inputCommitment: Bytes = []
    /// What quotes must satisfy beyond the chain's and the model's policies; none: the strict one.
    public var policy: AttestationPolicy?
    /// What an accepted attestation is paid.
    public var price: [Coin] = []
    /// Last moment at which an attestation is taken.
    public var deadline = Timestamp()

    public static let wireName = "aivm.compute.v1.MsgRequestAttestation"
    public static let wireFields: WireFields<MsgRequestAttestation> = [
        .string(1, "requester", \.requester),
        .bytes(2, "model_id", \.modelID),
        .bytes(3, "input_commitment", \.inputCommitment),
        .message(4, "policy", \.policy),
        .messages(5, "price", \.price),
        .message(6, "deadline", \.deadline),
    ]

    public init() {}

    /// The checks that need no state.
    func check() throws(Failure) {
        guard modelID.count == Hash256.byteCount, inputCommitment.count == Hash256.byteCount else {
            throw .compute(.invalidEvidence, "a hash has not 32 bytes")
        }
        if let problem = policy?.problem { throw .compute(.invalidParameters, problem) }
        do { try price.checkCoins() } catch { throw .compute(.invalidPrice, "\(error)") }
    }
}

/// The answer to ``MsgRequestAttestation``.
public struct MsgRequestAttestationResponse: WireMessage {
    /// Number of the request.
    public var id: UInt64 = 0

    public static let wireName = "aivm.compute.v1.MsgRequestAttestationResponse"
    public static let wireFields: WireFields<MsgRequestAttestationResponse> = [
        .uint64(1, "id", \.id)
    ]

    public init() {}
}

/// Takes the price of a request back when its time is over; the requester signs.
public struct MsgCancelAttestationRequest: WireMessage {
    /// The requester.
    public var requester = ""
    /// Number of the request.
    public var id: UInt64 = 0

    public static let wireName = "aivm.compute.v1.MsgCancelAttestationRequest"
    public static let wireFields: WireFields<MsgCancelAttestationRequest> = [
        .string(1, "requester", \.requester),
        .uint64(2, "id", \.id),
    ]

    public init() {}
}

/// The answer to ``MsgCancelAttestationRequest``.
public struct MsgCancelAttestationRequestResponse: WireMessage {
    public static let wireName = "aivm.compute.v1.MsgCancelAttestationRequestResponse"
    public static let wireFields: WireFields<MsgCancelAttestationRequestResponse> = []
    public init() {}
}

/// A request that no attestation has answered yet.
public struct AttestationRequest: WireMessage, Hashable {
    /// Its number, from 1.
    public var id: UInt64 = 0
    /// Who asked and paid.
    public var requester = ""
    /// The model, 32 bytes.
    public var modelID: Bytes = []
    /// Commitment to the input, 32 bytes.
    public var inputCommitment: Bytes = []
    /// What quotes must satisfy beyond the chain's and the model's policies.
    public var policy = AttestationPolicy()
    /// What an accepted attestation is paid.
    public var price: [Coin] = []
    /// Last moment at which an attestation is taken.
    public var deadline = Timestamp()
    /// Height of the block in which it was made.
    public var height: Int64 = 0

    public static let wireName = "aivm.compute.v1.AttestationRequest"
    public static let wireFields: WireFields<AttestationRequest> = [
        .uint64(1, "id", \.id),
        .string(2, "requester", \.requester),
        .bytes(3, "model_id", \.modelID),
        .bytes(4, "input_commitment", \.inputCommitment),
        .message(5, "policy", \.policy),
        .messages(6, "price", \.price),
        .message(7, "deadline", \.deadline),
        .int64(8, "height", \.height),
    ]

    public init() {}
}
