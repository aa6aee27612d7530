// What the module keeps about circuits: keys, and what was proven with them. The record of a
// statement stands under a key that follows from the statement alone, so whoever knows a
// verification key and public signals can prove to others, by one Merkle proof, that the chain has
// accepted a proof of them, or that it has not.

public import Base
import Cryptography
import Ledger
public import Wire

/// A registered verification key.
public struct VerificationKeyRecord: WireMessage {
    /// Number of the registration, from 1.
    public var number: UInt64 = 0
    /// Key id, 32 bytes: the hash of the key.
    public var keyID: Bytes = []
    /// Address of who registered it first. It gives no rights.
    public var owner = ""
    /// A name for people; need not be unique.
    public var name = ""
    /// The key.
    public var key: Bytes = []
    /// Number of public signals of the circuit.
    public var publicSignalCount: UInt32 = 0
    /// log2 of the number of gates, rounded up.
    public var rowCountLog2: UInt32 = 0
    /// Whether the key says that it comes from a reference string for development.
    public var isUnsafe = false
    /// SHA-256 of tau in the second group, 32 bytes: which reference string it comes from.
    public var referenceStringID: Bytes = []
    /// Height of the registration.
    public var registeredHeight: Int64 = 0

    public init() {}
    public static let wireName = "aivm.ai.v1.VerificationKeyRecord"
    public static let wireFields: WireFields<VerificationKeyRecord> = [
        .uint64(1, "number", \.number),
        .bytes(2, "key_id", \.keyID),
        .string(3, "owner", \.owner),
        .string(4, "name", \.name),
        .bytes(5, "key", \.key),
        .uint32(6, "public_signal_count", \.publicSignalCount),
        .uint32(7, "row_count_log2", \.rowCountLog2),
        .bool(8, "is_unsafe", \.isUnsafe),
        .bytes(9, "srs_id", \.referenceStringID),
        .int64(10, "registered_height", \.registeredHeight),
    ]
}

/// A statement that was proven: somebody knows a witness with which the circuit of a key gives
/// certain public signals.
public struct ProvenStatement: WireMessage {
    /// Number of the statement, from 1, in the order in which statements were proven.
    public var number: UInt64 = 0
    /// Statement id, 32 bytes: the hash of key id and signals hash.
    public var statementID: Bytes = []
    /// Key id, 32 bytes.
    public var keyID: Bytes = []
    /// SHA-256 of the public signals, 32 bytes.
    public var publicSignalsHash: Bytes = []
    /// SHA-256 of the proof that was accepted, 32 bytes.
    public var proofHash: Bytes = []
    /// Address of who submitted it. Anybody can submit what others have proven.
    public var submitter = ""
    /// Height of the block that accepted it.
    public var height: Int64 = 0

    public init() {}
    public static let wireName = "aivm.ai.v1.ProvenStatement"
    public static let wireFields: WireFields<ProvenStatement> = [
        .uint64(1, "number", \.number),
        .bytes(2, "statement_id", \.statementID),
        .bytes(3, "key_id", \.keyID),
        .bytes(4, "public_signals_hash", \.publicSignalsHash),
        .bytes(5, "proof_hash", \.proofHash),
        .string(6, "submitter", \.submitter),
        .int64(7, "height", \.height),
    ]
}

extension AI {
    /// Stores a verification key with its indices.
    func set(
        _ record: VerificationKeyRecord, description: String, _ context: inout Context
    ) throws(Failure) {
        let (number, id) = (record.number.keyBytes, StoredBytes(record.keyID))
        let owner = try Address.parse(record.owner)
        try AIKeys.verificationKeys.set(record.keyID, record, &context)
        if !description.isEmpty {
            try AIKeys.verificationKeyTexts.set(
                record.keyID, StoredText(description), &context)
        }
        try AIKeys.verificationKeysByNumber.set(number, id, &context)
        try AIKeys.verificationKeysByOwner.set(owner.keyBytes + number, id, &context)
    }

    /// Stores a proven statement with its indices.
    func set(_ record: ProvenStatement, _ context: inout Context) throws(Failure) {
        let (number, id) = (record.number.keyBytes, StoredBytes(record.statementID))
        try AIKeys.statements.set(record.statementID, record, &context)
        try AIKeys.statementsByNumber.set(number, id, &context)
        try AIKeys.statementsByKey.set(record.keyID + number, id, &context)
    }

    /// The verification key called `id`, which an index names.
    func keyRecord(
        _ id: Bytes, _ context: inout Context
    ) throws(Failure) -> VerificationKeyRecord {
        guard let record = try AIKeys.verificationKeys.get(id, &context) else {
            throw .storage(StorageFailure("verification key \(id.hex) is missing"))
        }
        return record
    }

    /// The statement called `id`, which an index names.
    func statement(_ id: Bytes, _ context: inout Context) throws(Failure) -> ProvenStatement {
        guard let record = try AIKeys.statements.get(id, &context) else {
            throw .storage(StorageFailure("statement \(id.hex) is missing"))
        }
        return record
    }
}
