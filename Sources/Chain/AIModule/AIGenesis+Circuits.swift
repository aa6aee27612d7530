// Verification keys and proven statements in a genesis. What a key record says is compared with the
// key; that a statement was proven is taken on faith, like that an inference was run: the proof was
// in a transaction, and a genesis is believed for what it is.

import Base
import Cryptography
import Ledger
import Verification
public import Wire

/// A verification key with its text.
public struct GenesisVerificationKey: WireMessage {
    /// The record.
    public var record = VerificationKeyRecord()
    /// What the circuit shows.
    public var description = ""

    public init() {}
    public static let wireName = "aivm.ai.v1.GenesisVerificationKey"
    public static let wireFields: WireFields<GenesisVerificationKey> = [
        .message(1, "record", \.record),
        .string(2, "description", \.description),
    ]
}

extension AI {
    func exportCircuits(
        to genesis: inout AIGenesis, _ context: inout Context
    ) throws(Failure) {
        var keys: [GenesisVerificationKey] = []
        try forEach(AIKeys.verificationKeysByNumber, &context) { (id, context) throws(Failure) in
            var key = GenesisVerificationKey()
            key.record = try keyRecord(id.value, &context)
            key.description = try AIKeys.verificationKeyTexts.get(id.value, &context)?.value ?? ""
            keys.append(key)
        }
        var statements: [ProvenStatement] = []
        try forEach(AIKeys.statementsByNumber, &context) { (id, context) throws(Failure) in
            statements.append(try statement(id.value, &context))
        }
        genesis.verificationKeys = keys
        genesis.provenStatements = statements
    }

    func restoreCircuits(of genesis: AIGenesis, _ context: inout Context) throws(Failure) {
        for (index, key) in genesis.verificationKeys.enumerated() {
            guard key.record.number == UInt64(index) + 1 else {
                throw .ai(.invalidGenesis, "verification keys do not count up from 1")
            }
            try restore(key, &context)
        }
        for (index, statement) in genesis.provenStatements.enumerated() {
            guard statement.number == UInt64(index) + 1 else {
                throw .ai(.invalidGenesis, "proven statements do not count up from 1")
            }
            try restore(statement, &context)
        }
        if !genesis.verificationKeys.isEmpty {
            let count = StoredNumber(UInt64(genesis.verificationKeys.count))
            try AIKeys.verificationKeyCount.set(count, &context)
        }
        if !genesis.provenStatements.isEmpty {
            let count = StoredNumber(UInt64(genesis.provenStatements.count))
            try AIKeys.statementCount.set(count, &context)
        }
    }

    private func restore(
        _ key: GenesisVerificationKey, _ context: inout Context
    ) throws(Failure) {
        let place = "verification key \(key.record.number)"
        let circuit: CircuitKey
        do throws(VerificationError) { circuit = try CircuitKey(bytes: key.record.key) } catch {
            throw .ai(.invalidGenesis, "\(place): \(error)")
        }
        var expected = VerificationKeyRecord(circuit)
        expected.number = key.record.number
        expected.owner = key.record.owner
        expected.name = key.record.name
        expected.registeredHeight = key.record.registeredHeight
        guard key.record == expected else {
            throw .ai(.invalidGenesis, "\(place): the record contradicts the key")
        }
        try checkName(key.record.name)
        guard try !AIKeys.verificationKeys.contains(key.record.keyID, &context) else {
            throw .ai(.invalidGenesis, "\(place) is registered twice")
        }
        try set(key.record, description: key.description, &context)
    }

    private func restore(
        _ statement: ProvenStatement, _ context: inout Context
    ) throws(Failure) {
        let place = "statement \(statement.number)"
        _ = try Address.parse(statement.submitter)
        guard try AIKeys.verificationKeys.contains(statement.keyID, &context),
            let signals = Hash256(statement.publicSignalsHash),
            Hash256(statement.proofHash) != nil,
            statement.hasConsistentName(signals)
        else { throw .ai(.invalidGenesis, "\(place) contradicts itself") }
        guard try !AIKeys.statements.contains(statement.statementID, &context) else {
            throw .ai(.invalidGenesis, "\(place) is proven twice")
        }
        try set(statement, &context)
    }

    // MARK: Invariants

    /// Keys count up from 1, each is what its record says, and number and owner find it.
    func checkVerificationKeys(_ context: inout Context) throws(Failure) {
        var count: UInt64 = 0
        try forEach(AIKeys.verificationKeysByNumber, &context) { (id, context) throws(Failure) in
            count += 1
            let record = try keyRecord(id.value, &context)
            let owner = try Address.parse(record.owner)
            let listed = try AIKeys.verificationKeysByOwner.get(
                owner.keyBytes + count.keyBytes, &context)
            guard record.number == count, record.keyID == id.value, listed == id,
                CircuitKey.id(of: record.key).bytes == record.keyID
            else { throw broken("verification key \(count)") }
        }
        guard try AIKeys.verificationKeyCount.get(&context)?.value ?? 0 == count else {
            throw broken("count of verification keys")
        }
    }

    /// Statements count up from 1, each is named by what it says, and number and key find it.
    func checkStatements(_ context: inout Context) throws(Failure) {
        var count: UInt64 = 0
        try forEach(AIKeys.statementsByNumber, &context) { (id, context) throws(Failure) in
            count += 1
            let record = try statement(id.value, &context)
            let listed = try AIKeys.statementsByKey.get(record.keyID + count.keyBytes, &context)
            guard record.number == count, record.statementID == id.value, listed == id,
                let signals = Hash256(record.publicSignalsHash),
                record.hasConsistentName(signals),
                try AIKeys.verificationKeys.contains(record.keyID, &context)
            else { throw broken("statement \(count)") }
        }
        guard try AIKeys.statementCount.get(&context)?.value ?? 0 == count else {
            throw broken("count of statements")
        }
    }
}

extension ProvenStatement {
    /// Whether the statement is called as its key and its signals say.
    fileprivate func hasConsistentName(_ signals: Hash256) -> Bool {
        guard let key = Hash256(keyID) else { return false }
        return CircuitProof.statementID(key: key, signals: signals).bytes == statementID
    }
}
