// The messages of the module (`aivm.compute.v1`).

public import Attestation
public import Base
import Certificates
public import Verification
public import Wire

/// Adds collateral to the registry; anyone may.
public struct MsgSubmitCollateral: WireMessage {
    /// Who pays and signs.
    public var submitter = ""
    /// DER certificates of issuers and document signers.
    public var certificates: [Bytes] = []
    /// TCB info.
    public var tcbInfos: [StoredDocument] = []
    /// Identities of enclaves.
    public var identities: [StoredDocument] = []
    /// DER revocation lists.
    public var lists: [Bytes] = []

    public static let wireName = "aivm.compute.v1.MsgSubmitCollateral"
    public static let wireFields: WireFields<MsgSubmitCollateral> = [
        .string(1, "submitter", \.submitter),
        .byteStrings(2, "certificates", \.certificates),
        .messages(3, "tcb_infos", \.tcbInfos),
        .messages(4, "identities", \.identities),
        .byteStrings(5, "revocation_lists", \.lists),
    ]

    public init() {}

    /// Makes the message of a pile.
    public init(submitter: String, _ collateral: Collateral) {
        self.submitter = submitter
        certificates = collateral.certificates.map(\.encoded)
        tcbInfos = collateral.tcbInfos.map { StoredDocument($0.document) }
        identities = collateral.identities.map { StoredDocument($0.document) }
        lists = collateral.lists.map(\.encoded)
    }
}

/// The answer to ``MsgSubmitCollateral``.
public struct MsgSubmitCollateralResponse: WireMessage {
    /// Number of pieces that are new.
    public var storedCount: UInt32 = 0

    public static let wireName = "aivm.compute.v1.MsgSubmitCollateralResponse"
    public static let wireFields: WireFields<MsgSubmitCollateralResponse> = [
        .uint32(1, "stored_count", \.storedCount)
    ]

    public init() {}
}

/// Sets what attestations of a model must satisfy; its owner signs.
public struct MsgSetModelPolicy: WireMessage {
    /// The model's owner.
    public var owner = ""
    /// ModelID, 32 bytes.
    public var modelID: Bytes = []
    /// The policy; none removes it.
    public var policy: AttestationPolicy?

    public static let wireName = "aivm.compute.v1.MsgSetModelPolicy"
    public static let wireFields: WireFields<MsgSetModelPolicy> = [
        .string(1, "owner", \.owner),
        .bytes(2, "model_id", \.modelID),
        .message(3, "policy", \.policy),
    ]

    public init() {}
}

/// The answer to ``MsgSetModelPolicy``.
public struct MsgSetModelPolicyResponse: WireMessage {
    public static let wireName = "aivm.compute.v1.MsgSetModelPolicyResponse"
    public static let wireFields: WireFields<MsgSetModelPolicyResponse> = []
    public init() {}
}

/// Has the chain judge an attestation of a statement and keep what it said.
public struct MsgSubmitAttestation: WireMessage {
    /// Who pays and signs.
    public var submitter = ""
    /// What is attested.
    public var statement = Statement()
    /// The quotes.
    public var evidence = EvidenceMessage()
    /// What the submitter asks for beyond the chain's, the model's and the request's policies.
    public var policy: AttestationPolicy?
    /// Number of the request that it answers; 0 for none.
    public var requestID: UInt64 = 0
    /// The output, for a request.
    public var output: TensorSet?

    public static let wireName = "aivm.compute.v1.MsgSubmitAttestation"
    public static let wireFields: WireFields<MsgSubmitAttestation> = [
        .string(1, "submitter", \.submitter),
        .message(2, "statement", \.statement),
        .message(3, "evidence", \.evidence),
        .message(4, "policy", \.policy),
        .uint64(5, "request_id", \.requestID),
        .message(6, "output", \.output),
    ]

    public init() {}

    /// Makes the message of an attestation.
    public init(
        submitter: String, statement: Statement, attestation: AttestationEvidence,
        policy: AttestationPolicy? = nil
    ) {
        self.submitter = submitter
        self.statement = statement
        evidence = EvidenceMessage(.attestation(attestation))
        self.policy = policy
    }
}

/// The answer to ``MsgSubmitAttestation``.
public struct MsgSubmitAttestationResponse: WireMessage {
    /// SHA-256 of what the machine's hardware signed.
    public var quoteHash: Bytes = []

    public static let wireName = "aivm.compute.v1.MsgSubmitAttestationResponse"
    public static let wireFields: WireFields<MsgSubmitAttestationResponse> = [
        .bytes(1, "quote_hash", \.quoteHash)
    ]

    public init() {}
}

/// Changes the parameters; governance signs.
public struct MsgUpdateComputeParams: WireMessage {
    /// The account of governance.
    public var authority = ""
    /// The new parameters, all of them.
    public var parameters = ComputeParameters()

    public static let wireName = "aivm.compute.v1.MsgUpdateParams"
    public static let wireFields: WireFields<MsgUpdateComputeParams> = [
        .string(1, "authority", \.authority),
        .message(2, "params", \.parameters),
    ]

    public init() {}
}

/// The answer to ``MsgUpdateComputeParams``.
public struct MsgUpdateComputeParamsResponse: WireMessage {
    public static let wireName = "aivm.compute.v1.MsgUpdateParamsResponse"
    public static let wireFields: WireFields<MsgUpdateComputeParamsResponse> = []
    public init() {}
}
