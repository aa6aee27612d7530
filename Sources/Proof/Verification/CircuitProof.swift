// Proofs of circuits through the one door, alone or many together. Together costs a third: all
// equations are summed with factors that follow from a hash of the whole batch, and one pairing
// decides them. The answers are the same either way, so a node may do what is quickest.

public import Base
import Cryptography
import Fields
import Plonk

/// A proof, and what it is said to prove.
public struct CircuitProof: Sendable {
    /// The key of the circuit.
    public var key: CircuitKey
    /// The public signals, 32 bytes big-endian each.
    public var publicSignals: [Bytes]
    /// The proof: of PLONK, the 24 words that an EVM verifier takes.
    public var proof: Bytes

    /// Makes the claim that `proof` proves these signals.
    public init(key: CircuitKey, publicSignals: [Bytes], proof: Bytes) {
        self.key = key
        self.publicSignals = publicSignals
        self.proof = proof
    }

    /// Most bytes of a proof of any kind.
    public static let maximumByteCount = PlonkProof.byteCount

    /// SHA-256 of the signals.
    public static func signalsHash(_ publicSignals: [Bytes]) -> Hash256 {
        SHA256.hash(concatenating: publicSignals)
    }

    /// The name of the statement that a key gives signals with this hash.
    public static func statementID(key: Hash256, signals: Hash256) -> Hash256 {
        var bytes = Bytes("AIVM/proven-statement/1".utf8)
        key.append(to: &bytes)
        signals.append(to: &bytes)
        return SHA256.hash(bytes)
    }

    /// Decodes signals and proof; every number must be canonical, so a claim has one form.
    fileprivate func statement() throws(PlonkError) -> PlonkStatement {
        // Counted first, so that what is decoded is never more than the circuit has.
        guard publicSignals.count == key.publicSignalCount else {
            throw .wrongPublicCount(
                expected: key.publicSignalCount, actual: publicSignals.count)
        }
        var signals: [Fr] = []
        for (index, bytes) in publicSignals.enumerated() {
            guard let signal = Fr(canonicalBigEndian: bytes) else {
                throw .publicSignalNotCanonical(index: index)
            }
            signals.append(signal)
        }
        return PlonkStatement(
            key: key.key, publicSignals: signals, proof: try PlonkProof(bytes: proof))
    }
}

/// Accepts a proof that proves what it is said to prove. Cost: about 1.3 ms, and 0.3 µs for each
/// public signal.
///
/// - Throws: ``VerificationError/wrongSignals(_:)`` for signals that cannot be the circuit's, and
///   ``VerificationError/invalidProof(_:)``.
public func verify(_ claim: CircuitProof) throws(VerificationError) {
    do throws(PlonkError) {
        let statement = try claim.statement()
        try verify(
            statement.key, publicSignals: statement.publicSignals, proof: statement.proof)
    } catch {
        throw VerificationError(error)
    }
}

/// Judges many proofs together. Wrong ones are found by halving, so they make a batch slower and
/// never wrong.
///
/// - Returns: for each claim, why it is refused, or `nil`: what ``verify(_:)`` says of it, but for
///   a chance below 2^-128 that could be chosen by nobody.
public func verify(batch claims: [CircuitProof]) -> [VerificationError?] {
    var refusals = [VerificationError?](repeating: nil, count: claims.count)
    var indices: [Int] = []
    var statements: [PlonkStatement] = []
    for (index, claim) in claims.enumerated() {
        do throws(PlonkError) {
            statements.append(try claim.statement())
            indices.append(index)
        } catch {
            refusals[index] = VerificationError(error)
        }
    }
    for (index, refusal) in zip(indices, verify(batch: statements)) {
        refusals[index] = refusal.map { VerificationError($0) }
    }
    return refusals
}

extension VerificationError {
    fileprivate init(_ error: PlonkError) {
        switch error {
        case .wrongPublicCount, .publicSignalNotCanonical: self = .wrongSignals("\(error)")
        default: self = .invalidProof("\(error)")
        }
    }
}
