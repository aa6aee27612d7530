// Why a table, a key or a proof of the native profile was refused. Numbers are stable and
// append-only: they stand in exit codes, results of transactions and other programs.

/// A refusal by the native profile.
public enum NativeError: Error, Equatable, Sendable {
    /// 1: a proof has another number of bytes than its key asks for.
    case wrongProofLength(expected: Int, actual: Int)
    /// 2: a point's first coordinate is not below q, or a bit is set that must be zero.
    case pointNotCanonical(String)
    /// 3: no point of the curve has this first coordinate.
    case pointOffCurve(String)
    /// 4: a scalar is not below r.
    case scalarNotCanonical(String)
    /// 5: there are more or fewer public signals than the circuit has.
    case wrongPublicCount(expected: Int, actual: Int)
    /// 6: the proof does not hold.
    case proofDoesNotHold
    /// 7: the key, or the shape of a table, is malformed.
    case malformedKey(String)
    /// 8: a challenge is a root of unity, which happens to an honest prover once in 2^229 proofs.
    case challengeInDomain
    /// 9: coefficients of claims do not fit the exposed cells.
    case wrongCoefficients(String)
    /// 10: the columns given do not have the table's shape.
    case wrongColumns(String)
    /// 11: a row of the table does not satisfy an identity. From 0, both.
    case unsatisfiedRow(row: Int, identity: Int)
    /// 12: cells that must be equal are not.
    case unequalCells(TableCell, TableCell)
    /// 13: a row looks up what is not in the table. From 0, both.
    case notInTable(row: Int, slot: Int)
    /// 14: the structured reference string is too short. Both count powers of tau.
    case tooFewPowers(needed: Int, available: Int)

    /// The stable number of the case.
    public var code: UInt32 {
        switch self {
        case .wrongProofLength: 1
        case .pointNotCanonical: 2
        case .pointOffCurve: 3
        case .scalarNotCanonical: 4
        case .wrongPublicCount: 5
        case .proofDoesNotHold: 6
        case .malformedKey: 7
        case .challengeInDomain: 8
        case .wrongCoefficients: 9
        case .wrongColumns: 10
        case .unsatisfiedRow: 11
        case .unequalCells: 12
        case .notInTable: 13
        case .tooFewPowers: 14
        }
    }
}

extension NativeError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .wrongProofLength(let expected, let actual):
            "a proof for this key has \(expected) bytes, not \(actual)"
        case .pointNotCanonical(let label): "a point of \(label) is not in its one form"
        case .pointOffCurve(let label): "a point of \(label) is not on the curve"
        case .scalarNotCanonical(let label): "a scalar of \(label) is not below r"
        case .wrongPublicCount(let expected, let actual):
            "the circuit has \(expected) public signals, not \(actual)"
        case .proofDoesNotHold: "the proof does not hold for these public signals"
        case .malformedKey(let reason): "malformed key: \(reason)"
        case .challengeInDomain: "a challenge is a root of unity; prove again"
        case .wrongCoefficients(let reason): "coefficients do not fit the exposed cells: \(reason)"
        case .wrongColumns(let reason): "columns do not fit the table: \(reason)"
        case .unsatisfiedRow(let row, let identity):
            "row \(row) does not satisfy identity \(identity)"
        case .unequalCells(let first, let second):
            "cell \(first) is not equal to cell \(second), which it must be"
        case .notInTable(let row, let slot):
            "row \(row) looks up, in slot \(slot), what is not in the table"
        case .tooFewPowers(let needed, let available):
            "\(needed) powers of tau are needed, \(available) are there; take a larger string"
        }
    }
}
