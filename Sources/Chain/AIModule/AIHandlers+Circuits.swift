// Registering verification keys, and accepting proofs. A proof is verified inside the block, after
// everything that is cheaper was checked and its gas was paid. What `foresee` found of it before,
// all proofs of the block together, is taken as found; a proof of which it does not know is
// verified alone. The answer is the same and the gas does not ask.

import Base
import Cryptography
public import Ledger
import Verification

extension AI {
    func registerVerificationKey(
        _ message: MsgRegisterVerificationKey, _ context: inout Context
    ) throws(Failure) -> MsgRegisterVerificationKeyResponse {
        let parameters = try currentParameters(&context)
        let description = message.description
        guard UInt64(description.utf8.count) <= parameters.maximumTextBytes else {
            throw .ai(
                .textTooLong,
                "\(description.utf8.count) bytes; \(parameters.maximumTextBytes) are allowed")
        }
        try context.gas.consume(parameters.verificationKeyGas, "CheckVerificationKey")
        let key: CircuitKey
        do throws(VerificationError) { key = try CircuitKey(bytes: message.key) } catch {
            throw .ai(.invalidVerificationKey, "\(error)")
        }
        guard UInt64(key.publicSignalCount) <= parameters.maximumPublicSignals else {
            throw .ai(
                .invalidVerificationKey,
                "\(key.publicSignalCount) public signals; "
                    + "\(parameters.maximumPublicSignals) are allowed")
        }
        var record = VerificationKeyRecord(key)
        try checkTrust(in: record, parameters)
        guard try !AIKeys.verificationKeys.contains(record.keyID, &context) else {
            throw .ai(.verificationKeyExists, record.keyID.hex)
        }
        record.number = try next(AIKeys.verificationKeyCount, &context)
        record.owner = message.owner
        record.name = message.name
        record.registeredHeight = context.block.height
        try set(record, description: description, &context)
        emitKeyRegistered(record, &context)

        var response = MsgRegisterVerificationKeyResponse()
        response.keyID = record.keyID
        response.number = record.number
        return response
    }

    func submitProof(
        _ message: MsgSubmitProof, _ context: inout Context
    ) throws(Failure) -> MsgSubmitProofResponse {
        let parameters = try currentParameters(&context)
        let name = ProofName(message)
        let key = try checkWithoutVerifying(message, name, parameters, &context)
        try context.gas.consume(parameters.verificationGas(message), "VerifyProof")
        if let verdict = withCache(&context, { $0.verdicts[name] }) {
            if let refusal = verdict { throw .ai(refusal) }
        } else {
            try verifyAlone(message, key, &context)
        }

        var record = ProvenStatement()
        record.number = try next(AIKeys.statementCount, &context)
        record.statementID = name.statement.bytes
        record.keyID = message.keyID
        record.publicSignalsHash = CircuitProof.signalsHash(message.publicSignals).bytes
        record.proofHash = name.proof.bytes
        record.submitter = message.submitter
        record.height = context.block.height
        try set(record, &context)
        emitProven(record, &context)

        var response = MsgSubmitProofResponse()
        response.statementID = record.statementID
        response.number = record.number
        return response
    }

    /// The key of a submission, after every check that is cheaper than verifying.
    private func checkWithoutVerifying(
        _ message: MsgSubmitProof, _ name: ProofName, _ parameters: AIParameters,
        _ context: inout Context
    ) throws(Failure) -> VerificationKeyRecord {
        guard let key = try AIKeys.verificationKeys.get(message.keyID, &context) else {
            throw .ai(.verificationKeyNotFound, message.keyID.hex)
        }
        try checkTrust(in: key, parameters)
        guard message.publicSignals.count == Int(key.publicSignalCount) else {
            throw .ai(
                .invalidPublicSignals,
                "\(message.publicSignals.count); the circuit has \(key.publicSignalCount)")
        }
        let statement = name.statement.bytes
        guard try !AIKeys.statements.contains(statement, &context) else {
            throw .ai(.alreadyProven, statement.hex)
        }
        return key
    }

    /// Refuses a key from a reference string that the chain does not trust, also one that was
    /// registered while it did.
    private func checkTrust(
        in key: VerificationKeyRecord, _ parameters: AIParameters
    ) throws(Failure) {
        try checkTrust(
            in: key.keyID.hex, isUnsafe: key.isUnsafe, key.referenceStringID, parameters)
    }

    /// Refuses what comes from a reference string that the chain does not trust.
    func checkTrust(
        in name: String, isUnsafe: Bool, _ referenceStringID: Bytes, _ parameters: AIParameters
    ) throws(Failure) {
        guard !isUnsafe || parameters.allowsUnsafeReferenceStrings else {
            throw .ai(
                .untrustedReferenceString,
                "\(name) is for development: whoever made its string can prove anything")
        }
        let trusted = parameters.trustedReferenceStrings
        guard trusted.isEmpty || trusted.contains(referenceStringID) else {
            throw .ai(.untrustedReferenceString, "\(name) is of \(referenceStringID.hex)")
        }
    }

    private func verifyAlone(
        _ message: MsgSubmitProof, _ key: VerificationKeyRecord, _ context: inout Context
    ) throws(Failure) {
        let claim = CircuitProof(
            key: try circuitKey(key, &context), publicSignals: message.publicSignals,
            proof: message.proof)
        do throws(VerificationError) { try verify(claim) } catch { throw .ai(error) }
    }

    /// A registered key, decoded. It was checked when it was registered, so it is a key.
    private func circuitKey(
        _ record: VerificationKeyRecord, _ context: inout Context
    ) throws(Failure) -> CircuitKey {
        guard let id = Hash256(record.keyID) else {
            throw .storage(StorageFailure("a stored key id is not 32 bytes"))
        }
        if let key = withCache(&context, { $0.keys.entry(id) }) { return key }
        do throws(VerificationError) {
            let key = try CircuitKey(bytes: record.key)
            withCache(&context) { $0.keys.insert(key) }
            return key
        } catch {
            throw .storage(StorageFailure("verification key \(id) has changed on disk: \(error)"))
        }
    }
}

// MARK: All proofs of a block

extension AI: BlockForeseeing {
    /// Most proofs that are summed together: more save little, and a wrong one costs all of them
    /// another look.
    static let batchCount = 64
    /// Most proofs of a block that are looked at ahead: about half a second. Whoever proposes a
    /// block without a limit of gas cannot make nodes do more for transactions that nobody pays
    /// for.
    static let foreseenCount = 1024

    /// Verifies the proofs of the coming transactions together and keeps what it finds for their
    /// messages.
    ///
    /// Only those that their messages would also verify, as far as can be seen now, and only where
    /// the transaction's limit of gas covers it: so the work is bounded by the block's gas, also
    /// when a proposer fills the block with transactions that are refused for other reasons.
    public func foresee(
        _ transactions: [ComingTransaction], _ context: inout Context
    ) throws(Failure) {
        withCache(&context) { $0.verdicts = [:] }
        let submissions = transactions.map { ($0.gasLimit, $0.messages(of: MsgSubmitProof.self)) }
        // One proof alone is verified as quickly where it is needed.
        guard submissions.reduce(0, { $0 + $1.1.count }) > 1 else { return }
        let parameters = try currentParameters(&context)
        var names: [ProofName] = []
        var claims: [CircuitProof] = []
        var seen: Set<ProofName> = []
        for (gasLimit, messages) in submissions {
            var gasLeft = gasLimit
            for message in messages where claims.count < AI.foreseenCount {
                let gas = parameters.verificationGas(message)
                guard gas <= gasLeft else { break }
                gasLeft -= gas
                let name = ProofName(message)
                guard let key = try foreseenKey(message, name, parameters, &context),
                    seen.insert(name).inserted
                else { continue }
                names.append(name)
                claims.append(
                    CircuitProof(
                        key: key, publicSignals: message.publicSignals, proof: message.proof))
            }
        }
        guard claims.count > 1 else { return }
        var verdicts: [ProofName: VerificationError?] = [:]
        for start in stride(from: 0, to: claims.count, by: AI.batchCount) {
            let range = start..<min(start + AI.batchCount, claims.count)
            let refusals = verify(batch: Array(claims[range]))
            for (name, refusal) in zip(names[range], refusals) {
                verdicts.updateValue(refusal, forKey: name)
            }
        }
        withCache(&context) { $0.verdicts = verdicts }
    }

    /// The key of a submission that will be verified; `nil` when it will be refused before, or when
    /// its key may come with the block.
    private func foreseenKey(
        _ message: MsgSubmitProof, _ name: ProofName, _ parameters: AIParameters,
        _ context: inout Context
    ) throws(Failure) -> CircuitKey? {
        do throws(Failure) {
            try message.check()
            let record = try checkWithoutVerifying(message, name, parameters, &context)
            return try circuitKey(record, &context)
        } catch {
            guard case .rejected = error else { throw error }
            return nil
        }
    }
}

extension ProofName {
    /// The name of the proof that a message submits.
    init(_ message: MsgSubmitProof) {
        // A key id of another length was refused before, or names no key.
        statement = CircuitProof.statementID(
            key: Hash256(message.keyID) ?? .zero,
            signals: CircuitProof.signalsHash(message.publicSignals))
        proof = SHA256.hash(message.proof)
    }
}

extension AIParameters {
    func verificationGas(_ message: MsgSubmitProof) -> UInt64 {
        verificationGas(
            signalCount: message.publicSignals.count, byteCount: message.proof.count)
    }
}

extension VerificationKeyRecord {
    /// What the key itself says.
    init(_ key: CircuitKey) {
        self.init()
        keyID = key.id.bytes
        self.key = key.bytes
        publicSignalCount = UInt32(key.publicSignalCount)
        rowCountLog2 = UInt32(key.rowCountLog2)
        isUnsafe = key.isUnsafe
        referenceStringID = key.srsID.bytes
    }
}

extension Failure {
    /// The refusal of a proof.
    fileprivate static func ai(_ error: VerificationError) -> Failure {
        if case .wrongSignals = error { return .ai(.invalidPublicSignals, "\(error)") }
        return .ai(.invalidProof, "\(error)")
    }
}
