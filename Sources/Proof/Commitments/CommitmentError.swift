// Why a structured reference string, a commitment or an opening was refused. Numbers are stable and
// append-only.

/// A refusal by this target.
public enum CommitmentError: Error, Equatable, Sendable {
    /// 1: the string has no power of tau.
    case noPowers
    /// 2: the first power is not the generator of the first group.
    case wrongGenerator
    /// 3: a power of tau is not on the curve.
    case powerOffCurve(index: Int)
    /// 4: a power of tau is infinity: tau is known to be zero.
    case powerAtInfinity(index: Int)
    /// 5: tau in the second group is infinity, not on the curve, or not in the group.
    case wrongTau
    /// 6: a power of tau does not follow from the one before it.
    case notPowersOfTau
    /// 7: a polynomial has more coefficients than the string has powers.
    case tooFewPowers(needed: Int, available: Int)
    /// 8: an opening does not prove the value it claims.
    case wrongOpening
    /// 9: a commitment or an opening is not on the curve.
    case pointOffCurve

    /// The stable number of the case.
    public var code: UInt32 {
        switch self {
        case .noPowers: 1
        case .wrongGenerator: 2
        case .powerOffCurve: 3
        case .powerAtInfinity: 4
        case .wrongTau: 5
        case .notPowersOfTau: 6
        case .tooFewPowers: 7
        case .wrongOpening: 8
        case .pointOffCurve: 9
        }
    }
}

extension CommitmentError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noPowers: "the structured reference string is empty"
        case .wrongGenerator:
            "the structured reference string does not start with the generator (1, 2)"
        case .powerOffCurve(let index): "power \(index) of tau is not on the curve"
        case .powerAtInfinity(let index): "power \(index) of tau is infinity"
        case .wrongTau: "tau in the second group is not a point of it"
        case .notPowersOfTau:
            "the powers of tau do not follow from each other; take a string whose hash is published"
        case .tooFewPowers(let needed, let available):
            "\(needed) powers of tau are needed, \(available) are there; take a larger string"
        case .wrongOpening: "the opening does not prove the value"
        case .pointOffCurve: "a commitment or an opening is not on the curve"
        }
    }
}
