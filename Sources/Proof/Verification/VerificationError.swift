// Why a statement was not accepted, or a model could not be used. Numbers are stable and
// append-only: they stand in exit codes, logs and other programs.

public import Attestation
public import Base
public import Machine
public import Models

/// A refusal by this target.
public enum VerificationError: Error, Equatable, Sendable {
    /// 1: a statement, schema or evidence has a field of the wrong form.
    case malformed(String)
    /// 2: the input is not the one the statement commits to.
    case inputCommitmentMismatch(expected: Bytes, actual: Hash256)
    /// 3: the output is not the one the statement commits to.
    case outputCommitmentMismatch(expected: Bytes, actual: Hash256)
    /// 4: the model at hand is not the one the statement names.
    case wrongModel(expected: Bytes, actual: Hash256)
    /// 5: the statement is about another arithmetic version than the model's.
    case wrongArithmetic(expected: UInt32, actual: UInt32)
    /// 6: the evidence names no kind that this program knows.
    case unsupportedEvidence
    /// 7: tensors do not fit the model, or are malformed.
    case wrongTensors(String)
    /// 8: the machine refused the input while it ran, such as an index out of range.
    case executionFailed(MachineError)
    /// 9: the model gives another output on this input.
    case outputMismatch(claimed: Hash256, computed: Hash256)
    /// 10: the model takes other intermediate steps than the evidence claims.
    case traceMismatch(claimed: Bytes, computed: Hash256)
    /// 11: the model is invalid or beyond the limits.
    case invalidModel(ModelError)
    /// 12: a run costs more gas than its limit.
    case gasLimitExceeded(needed: UInt64, limit: UInt64)
    /// 13: the list of chunk hashes does not fit the size of the weights.
    case wrongChunkCount(expected: Int, actual: Int)
    /// 14: the bytes are no verification key.
    case invalidCircuitKey(String)
    /// 15: public signals are not as many as the circuit has, or not numbers of its field.
    case wrongSignals(String)
    /// 16: a proof is malformed or does not hold.
    case invalidProof(String)
    /// 17: a committed model is malformed, or cannot be proved.
    case invalidCommittedModel(String)
    /// 18: an input or output is not disclosed as the proof says.
    case wrongDisclosure(String)
    /// 19: the proof of an inference is malformed, for something else, or does not hold.
    case invalidInferenceProof(String)
    /// 20: an attestation is judged by collateral, a moment and policies, and none were given.
    case attestationNotJudged
    /// 1000 and up: a quote proves nothing; 1000 and the code of the refusal.
    case attestation(AttestationError)
    /// 1000 and up: a quote is not good enough; 1000 and the code of the refusal.
    case attestationPolicy(PolicyRefusal)

    /// The stable number of the case.
    public var code: UInt32 {
        switch self {
        case .malformed: 1
        case .inputCommitmentMismatch: 2
        case .outputCommitmentMismatch: 3
        case .wrongModel: 4
        case .wrongArithmetic: 5
        case .unsupportedEvidence: 6
        case .wrongTensors: 7
        case .executionFailed: 8
        case .outputMismatch: 9
        case .traceMismatch: 10
        case .invalidModel: 11
        case .gasLimitExceeded: 12
        case .wrongChunkCount: 13
        case .invalidCircuitKey: 14
        case .wrongSignals: 15
        case .invalidProof: 16
        case .invalidCommittedModel: 17
        case .wrongDisclosure: 18
        case .invalidInferenceProof: 19
        case .attestationNotJudged: 20
        case .attestation(let error): 1000 + error.code
        case .attestationPolicy(let refusal): 1000 + refusal.code
        }
    }
}

extension VerificationError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed(let what): "malformed: \(what)"
        case .inputCommitmentMismatch(let expected, let actual):
            "the input hashes to \(actual), the statement says \(expected.hex)"
        case .outputCommitmentMismatch(let expected, let actual):
            "the output hashes to \(actual), the statement says \(expected.hex)"
        case .wrongModel(let expected, let actual):
            "the model is \(actual), the statement is about \(expected.hex)"
        case .wrongArithmetic(let expected, let actual):
            "the model runs under arithmetic version \(actual), the statement says \(expected)"
        case .unsupportedEvidence: "the evidence is of no kind that this program knows"
        case .wrongTensors(let what): what
        case .executionFailed(let error): "\(error)"
        case .outputMismatch(let claimed, let computed):
            "the model's output hashes to \(computed), the claimed one to \(claimed)"
        case .traceMismatch(let claimed, let computed):
            "the model's trace root is \(computed), the evidence says \(claimed.hex)"
        case .invalidModel(let error): "\(error)"
        case .gasLimitExceeded(let needed, let limit):
            "the run costs \(needed) gas; the limit is \(limit)"
        case .wrongChunkCount(let expected, let actual):
            "\(actual) chunk hashes instead of \(expected)"
        case .invalidCircuitKey(let what), .wrongSignals(let what), .invalidProof(let what),
            .wrongDisclosure(let what):
            what
        case .invalidCommittedModel(let what): "no model that can be proved: \(what)"
        case .invalidInferenceProof(let what): "the proof of the inference is wrong: \(what)"
        case .attestationNotJudged:
            "an attestation needs collateral, a moment and policies to be judged by"
        case .attestation(let error): "\(error)"
        case .attestationPolicy(let refusal): "\(refusal)"
        }
    }
}
