// Why a key or a proof was refused. Numbers are stable and append-only: they stand in exit codes,
// results of transactions and other programs.

/// A refusal by the verifier.
public enum PlonkError: Error, Equatable, Sendable {
    /// 1: a proof has another number of bytes than 768.
    case wrongProofLength(expected: Int, actual: Int)
    /// 2: a coordinate of a point of the proof is not below q.
    case coordinateNotCanonical(String)
    /// 3: an evaluation of the proof is not below r.
    case evaluationNotCanonical(String)
    /// 4: a point of the proof is not on the curve.
    case pointOffCurve(String)
    /// 5: a point of the proof is infinity.
    case pointAtInfinity(String)
    /// 6: there are more or fewer public signals than the circuit has.
    case wrongPublicCount(expected: Int, actual: Int)
    /// 7: a public signal is not below r.
    case publicSignalNotCanonical(index: Int)
    /// 8: the proof does not hold.
    case proofDoesNotHold
    /// 9: the verification key is malformed.
    case malformedKey(String)
    /// 10: the circuit has no public signal; snarkjs cannot prove such circuits.
    case noPublicSignals
    /// 11: a challenge is a root of unity, which happens to an honest prover once in 2^225 proofs.
    case challengeInDomain

    /// The stable number of the case.
    public var code: UInt32 {
        switch self {
        case .wrongProofLength: 1
        case .coordinateNotCanonical: 2
        case .evaluationNotCanonical: 3
        case .pointOffCurve: 4
        case .pointAtInfinity: 5
        case .wrongPublicCount: 6
        case .publicSignalNotCanonical: 7
        case .proofDoesNotHold: 8
        case .malformedKey: 9
        case .noPublicSignals: 10
        case .challengeInDomain: 11
        }
    }
}

extension PlonkError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .wrongProofLength(let expected, let actual):
            "a proof has \(expected) bytes, not \(actual)"
        case .coordinateNotCanonical(let name): "a coordinate of \(name) is not below q"
        case .evaluationNotCanonical(let name): "\(name) is not below r"
        case .pointOffCurve(let name): "\(name) is not on the curve"
        case .pointAtInfinity(let name): "\(name) is infinity"
        case .wrongPublicCount(let expected, let actual):
            "the circuit has \(expected) public signals, not \(actual)"
        case .publicSignalNotCanonical(let index): "public signal \(index) is not below r"
        case .proofDoesNotHold: "the proof does not hold for these public signals"
        case .malformedKey(let reason): "malformed verification key: \(reason)"
        case .noPublicSignals:
            "the circuit has no public signal; give it at least one, a constant will do"
        case .challengeInDomain: "a challenge is a root of unity; prove again"
        }
    }
}
