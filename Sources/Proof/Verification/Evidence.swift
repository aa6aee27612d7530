// Why one should believe a statement. Kinds are append-only: each is an alternative of the oneof
// below, in the order in which they came into the world, and is judged in `Verify.swift` only.

public import Base
public import Wire

/// Evidence for a statement.
public enum Evidence: Sendable, Equatable {
    /// Whoever holds the model runs it again. Validators did, when the statement entered the state.
    case reexecution(Reexecution)
    /// Mathematics: a zero-knowledge proof about a committed model, whose weights nobody sees.
    case proof(InferenceProof)
    /// Trusted hardware says that the code that computed it is the code that was meant.
    case attestation(AttestationEvidence)
}

/// The claim of a run: besides the output, every intermediate step.
public struct Reexecution: WireMessage, Hashable {
    /// Merkle root over the hashes of each operator's outputs, 32 bytes.
    public var traceRoot: Bytes = []

    public static let wireName = "aivm.ai.v1.Reexecution"
    public static let wireFields: WireFields<Reexecution> = [
        .bytes(1, "trace_root", \.traceRoot)
    ]

    public init() {}

    /// Makes the claim of a run with this trace root.
    public init(traceRoot: Hash256) { self.traceRoot = traceRoot.bytes }
}

/// Evidence as it travels; exactly one alternative is set.
public struct EvidenceMessage: WireMessage, Hashable {
    /// Set for re-execution.
    public var reexecution: Reexecution?
    /// Set for a zero-knowledge proof.
    public var proof: InferenceProof?
    /// Set for an attestation.
    public var attestation: AttestationEvidence?

    public static let wireName = "aivm.ai.v1.Evidence"
    public static let wireFields: WireFields<EvidenceMessage> = [
        .message(1, "reexecution", \.reexecution, oneof: "kind"),
        .message(2, "proof", \.proof, oneof: "kind"),
        .message(3, "attestation", \.attestation, oneof: "kind"),
    ]

    public init() {}

    /// Makes the message of `evidence`.
    public init(_ evidence: Evidence) {
        switch evidence {
        case .reexecution(let claim): reexecution = claim
        case .proof(let claim): proof = claim
        case .attestation(let claim): attestation = claim
        }
    }

    /// The evidence.
    ///
    /// - Throws: `unsupportedEvidence` when no alternative is set.
    public func evidence() throws(VerificationError) -> Evidence {
        if let reexecution { return .reexecution(reexecution) }
        if let proof { return .proof(proof) }
        if let attestation { return .attestation(attestation) }
        throw .unsupportedEvidence
    }
}
