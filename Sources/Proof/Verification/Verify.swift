// The one door for evidence. Chain, command line and SDK ask one question: does this evidence
// support this statement? How each kind answers stays behind this file. Everything here is hostile
// input; a refusal is a numbered error, never a trap.

import Base
import Cryptography
public import Models

/// Accepts `statement` when `evidence` supports it, given the model, its input and its output.
///
/// Returns for a true statement and throws for any other. Cost: for re-execution, one run of the
/// model with trace, after the model is prepared.
///
/// - Parameters:
///   - model: the checked model; it must be the one that the statement names.
///   - input: the inputs, in canonical form.
///   - output: the outputs claimed, in canonical form.
///   - engine: what runs the model. The choice of kernels changes no result.
///   - judge: what attestations are judged by; without it they support nothing.
/// - Throws: ``VerificationError``; `code` is stable.
public func verify(
    _ statement: Statement, _ evidence: Evidence, against model: Model, input: TensorSet,
    output: TensorSet, engine: InferenceEngine = InferenceEngine(),
    judge: AttestationJudge? = nil
) throws(VerificationError) {
    try checkCommitments(of: statement, input: input, output: output)
    guard statement.modelID == model.modelID.bytes else {
        throw .wrongModel(expected: statement.modelID, actual: model.modelID)
    }
    guard statement.arithmeticVersion == model.program.arithmeticVersion else {
        throw .wrongArithmetic(
            expected: statement.arithmeticVersion, actual: model.program.arithmeticVersion)
    }
    switch evidence {
    case .reexecution(let claim):
        guard claim.traceRoot.count == Hash256.byteCount else {
            throw .malformed("a trace root of \(claim.traceRoot.count) bytes")
        }
        let inference = try engine.run(try engine.prepare(model), on: input, gasLimit: .max)
        // The commitment of the input was compared with what was given, which must be canonical.
        guard inference.statement.inputCommitment == statement.inputCommitment else {
            throw .wrongTensors("the input is not in canonical form")
        }
        guard inference.statement.outputCommitment == statement.outputCommitment else {
            throw .outputMismatch(
                claimed: output.commitment, computed: inference.output.commitment)
        }
        guard claim.traceRoot == inference.traceRoot.bytes else {
            throw .traceMismatch(claimed: claim.traceRoot, computed: inference.traceRoot)
        }
    case .proof:
        // The name of a model with weights is none of a committed model, so no such statement is
        // proved: see the other `verify`.
        throw .invalidInferenceProof("it is about a committed model")
    case .attestation(let claim):
        guard let judge else { throw .attestationNotJudged }
        _ = try judge.judge(claim, for: statement)
    }
}

/// Accepts when `statement` is well formed and tells of input and output what `evidence` says that
/// it tells: what is open is given and is what the statement commits to; nothing is given of what
/// is not. Needs no model; says nothing about whether the statement is true.
///
/// - Throws: `malformed`, `wrongDisclosure`, `inputCommitmentMismatch` or
///   `outputCommitmentMismatch`.
public func checkCommitments(
    of statement: Statement, _ evidence: Evidence, input: TensorSet, output: TensorSet
) throws(VerificationError) {
    guard case .proof(let proof) = evidence else {
        return try checkCommitments(of: statement, input: input, output: output)
    }
    var open = statement
    for (side, disclosure, rows, tensors, commitment) in [
        ("input", proof.input, proof.inputRows, input, \Statement.inputCommitment),
        ("output", proof.output, proof.outputRows, output, \Statement.outputCommitment),
    ] as [(String, TensorDisclosure, Bytes, TensorSet, WritableKeyPath<Statement, Bytes>)] {
        let expected: Bytes
        switch disclosure {
        case .open: continue
        case .committed: expected = InferenceProof.commitment(toRows: rows).bytes
        case .secret: expected = InferenceProof.secretCommitment
        }
        guard statement[keyPath: commitment] == expected, tensors == TensorSet() else {
            throw .wrongDisclosure("an \(side) that is \(disclosure) comes in another form")
        }
        // Nothing is given, and nothing is left to compare.
        open[keyPath: commitment] = tensors.commitment.bytes
    }
    try checkCommitments(of: open, input: input, output: output)
}

/// Accepts when `statement` is well formed and commits to exactly this input and output. Needs no
/// model; says nothing about whether the statement is true.
///
/// - Throws: `malformed`, `inputCommitmentMismatch` or `outputCommitmentMismatch`.
public func checkCommitments(
    of statement: Statement, input: TensorSet, output: TensorSet
) throws(VerificationError) {
    guard statement.modelID.count == Hash256.byteCount else {
        throw .malformed("a ModelID of \(statement.modelID.count) bytes")
    }
    guard statement.inputCommitment.count == Hash256.byteCount,
        statement.outputCommitment.count == Hash256.byteCount
    else { throw .malformed("a commitment that is not 32 bytes") }
    let actualInput = input.commitment
    guard statement.inputCommitment == actualInput.bytes else {
        throw .inputCommitmentMismatch(expected: statement.inputCommitment, actual: actualInput)
    }
    let actualOutput = output.commitment
    guard statement.outputCommitment == actualOutput.bytes else {
        throw .outputCommitmentMismatch(
            expected: statement.outputCommitment, actual: actualOutput)
    }
}
