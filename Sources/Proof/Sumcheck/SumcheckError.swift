// Why a relation system, a statement or a proof was refused. Numbers are stable and append-only.

/// A refusal by this target.
public enum SumcheckError: Error, Equatable, Sendable {
    /// 1: a tensor has no axes, an empty axis, too many elements, or a width that is not 1 to 8.
    case wrongTensor(index: Int)
    /// 2: a view names a tensor or an axis that is not there, or names an axis twice.
    case wrongView(relation: String)
    /// 3: a relation, a table or a lookup does not have the form that it must have.
    case wrongRelation(String)
    /// 4: the vector of all tensors would have more than 2^28 values.
    case tooLarge(bits: Int)
    /// 5: rows of 2^bits values are not among 2^4 to 2^16.
    case wrongRowSize(bits: Int)
    /// 6: a statement has another number of values or commitments than the relations have.
    case wrongStatement(String)
    /// 7: the prover's values break a relation, or a value is outside its range.
    case brokenRelation(String, index: Int)
    /// 8: a proof has another length than the relations give it.
    case wrongLength(expected: Int, actual: Int)
    /// 9: bytes of a proof are no field element.
    case wrongElement(offset: Int)
    /// 10: bytes of a proof are no commitment.
    case wrongCommitment(offset: Int)
    /// 11: the first sum does not give the values of the views.
    case wrongFirstSum
    /// 12: the second sum does not start with the values of the views.
    case wrongSecondSum
    /// 13: the closing argument does not hold.
    case wrongClosing
    /// 14: a challenge fell on one of the few numbers that an argument cannot use.
    case unusableChallenge
    /// 15: the statement is for another relation system, mode or reference string.
    case anotherSystem
    /// 16: what the relations ask of a verifier is more than the limit.
    case tooMuchWork(limit: Int)

    /// The stable number of the case.
    public var code: UInt32 {
        switch self {
        case .wrongTensor: 1
        case .wrongView: 2
        case .wrongRelation: 3
        case .tooLarge: 4
        case .wrongRowSize: 5
        case .wrongStatement: 6
        case .brokenRelation: 7
        case .wrongLength: 8
        case .wrongElement: 9
        case .wrongCommitment: 10
        case .wrongFirstSum: 11
        case .wrongSecondSum: 12
        case .wrongClosing: 13
        case .unusableChallenge: 14
        case .anotherSystem: 15
        case .tooMuchWork: 16
        }
    }
}

extension SumcheckError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .wrongTensor(let index):
            "tensor \(index) has no axes, an empty axis, too many elements or a wrong width"
        case .wrongView(let relation): "a view in \(relation) does not fit its tensor"
        case .wrongRelation(let text): text
        case .tooLarge(let bits): "the tensors need 2^\(bits) places; at most 2^28 can be proved"
        case .wrongRowSize(let bits): "rows of 2^\(bits) values; they have 2^4 to 2^16"
        case .wrongStatement(let text): text
        case .brokenRelation(let name, let index):
            "\(name) does not hold at index \(index)"
        case .wrongLength(let expected, let actual):
            "the proof has \(actual) bytes; these relations need \(expected)"
        case .wrongElement(let offset): "no field element at byte \(offset) of the proof"
        case .wrongCommitment(let offset): "no commitment at byte \(offset) of the proof"
        case .wrongFirstSum: "the first sum does not hold"
        case .wrongSecondSum: "the second sum does not hold"
        case .wrongClosing: "the closing argument does not hold"
        case .unusableChallenge:
            "a challenge cannot be used; this happens with no chance to speak of"
        case .anotherSystem: "the proof is for other relations, another mode or another string"
        case .tooMuchWork(let limit): "it asks more than \(limit) steps of a verifier"
        }
    }
}
