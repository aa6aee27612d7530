// The messages that register verification keys of circuits and submit proofs. Bytes that are not
// what they should be are refused where they are decoded, in `Verification`; `check` holds the
// rules that need neither state nor arithmetic.

public import Base
import Cryptography
import Ledger
import Verification
public import Wire

/// Registers the verification key of a circuit.
public struct MsgRegisterVerificationKey: WireMessage {
    /// Who registers and signs.
    public var owner = ""
    /// The key; its first byte says of which kind.
    public var key: Bytes = []
    /// A name for people, as of models; need not be unique.
    public var name = ""
    /// What the circuit shows, and what its public signals mean.
    public var description = ""

    public init() {}
    public static let wireName = "aivm.ai.v1.MsgRegisterVerificationKey"
    public static let wireFields: WireFields<MsgRegisterVerificationKey> = [
        .string(1, "owner", \.owner),
        .bytes(2, "key", \.key),
        .string(3, "name", \.name),
        .string(4, "description", \.description),
    ]

    /// Makes a registration.
    public init(owner: String, key: Bytes, name: String, description: String = "") {
        self.owner = owner
        self.key = key
        self.name = name
        self.description = description
    }

    func check() throws(Failure) {
        _ = try Address.parse(owner)
        try checkName(name)
        guard key.count <= CircuitKey.maximumByteCount else {
            throw .ai(.invalidVerificationKey, "\(key.count) bytes")
        }
    }
}

/// The answer to ``MsgRegisterVerificationKey``.
public struct MsgRegisterVerificationKeyResponse: WireMessage {
    /// Key id, 32 bytes.
    public var keyID: Bytes = []
    /// Number of the registration.
    public var number: UInt64 = 0

    public init() {}
    public static let wireName = "aivm.ai.v1.MsgRegisterVerificationKeyResponse"
    public static let wireFields: WireFields<MsgRegisterVerificationKeyResponse> = [
        .bytes(1, "key_id", \.keyID),
        .uint64(2, "number", \.number),
    ]
}

/// Submits a proof that the circuit of a registered key gives certain public signals.
public struct MsgSubmitProof: WireMessage {
    /// Who submits and signs.
    public var submitter = ""
    /// Key id, 32 bytes.
    public var keyID: Bytes = []
    /// The public signals in order, 32 bytes big-endian each, below the order of the field.
    public var publicSignals: [Bytes] = []
    /// The proof: of PLONK, 24 words of 32 bytes, in the order in which EVM verifiers take them.
    public var proof: Bytes = []

    public init() {}
    public static let wireName = "aivm.ai.v1.MsgSubmitProof"
    public static let wireFields: WireFields<MsgSubmitProof> = [
        .string(1, "submitter", \.submitter),
        .bytes(2, "key_id", \.keyID),
        .byteStrings(3, "public_signals", \.publicSignals),
        .bytes(4, "proof", \.proof),
    ]

    /// Makes a submission.
    public init(submitter: String, keyID: Hash256, publicSignals: [Bytes], proof: Bytes) {
        self.submitter = submitter
        self.keyID = keyID.bytes
        self.publicSignals = publicSignals
        self.proof = proof
    }

    func check() throws(Failure) {
        _ = try Address.parse(submitter)
        guard keyID.count == Hash256.byteCount else {
            throw .ai(.verificationKeyNotFound, "a key id of \(keyID.count) bytes")
        }
        try checkSignals(publicSignals)
        guard proof.count <= CircuitProof.maximumByteCount else {
            throw .ai(.invalidProof, "\(proof.count) bytes")
        }
    }
}

/// The answer to ``MsgSubmitProof``.
public struct MsgSubmitProofResponse: WireMessage {
    /// Statement id, 32 bytes; the record stands under ``AI/statementStoreKey(_:)``.
    public var statementID: Bytes = []
    /// Number of the statement.
    public var number: UInt64 = 0

    public init() {}
    public static let wireName = "aivm.ai.v1.MsgSubmitProofResponse"
    public static let wireFields: WireFields<MsgSubmitProofResponse> = [
        .bytes(1, "statement_id", \.statementID),
        .uint64(2, "number", \.number),
    ]
}

/// Refuses signals that are not 32 bytes each: only then is their hash that of one list.
func checkSignals(_ signals: [Bytes]) throws(Failure) {
    for (index, signal) in signals.enumerated() where signal.count != 32 {
        throw .ai(.invalidPublicSignals, "signal \(index) has \(signal.count) bytes instead of 32")
    }
}
