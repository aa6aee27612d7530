// The door for zero-knowledge proofs of inferences. What is open is checked here in the clear: that
// the tensors are those of the statement, and which integers they are.

import Arithmetization
public import Base
import Cryptography
import Models
import Sumcheck
import Tensors
import Wire

/// Accepts `statement` when `proof` proves it.
///
/// Cost: some milliseconds, growing with ``ProvableModel/verificationWork``.
///
/// - Parameters:
///   - model: the committed model; it must be the one that the statement names.
///   - input: the input in canonical form where the proof says it is open, else `nil`.
///   - output: the output likewise.
///   - context: what the proof must be bound to besides.
/// - Throws: ``VerificationError``; `code` is stable.
public func verify(
    _ statement: Statement, _ proof: InferenceProof, against model: ProvableModel,
    input: TensorSet?, output: TensorSet?, context: Bytes = []
) throws(VerificationError) {
    guard statement.modelID == model.modelID.bytes else {
        throw .wrongModel(expected: statement.modelID, actual: model.modelID)
    }
    guard statement.arithmeticVersion == model.arithmeticVersion else {
        throw .wrongArithmetic(
            expected: statement.arithmeticVersion, actual: model.arithmeticVersion)
    }
    guard proof.context == context, context.count <= InferenceProof.maximumContextBytes else {
        throw .invalidInferenceProof("it is bound to another request")
    }
    let disclosedInput = try model.disclosure(
        .input, proof.input, statement.inputCommitment, proof.inputRows, input)
    let disclosedOutput = try model.disclosure(
        .output, proof.output, statement.outputCommitment, proof.outputRows, output)
    do throws(SumcheckError) {
        let claim = ProofStatement<KZGRows>(
            context: ProvableModel.transcriptContext(statement, context), weights: model.weights,
            input: disclosedInput, output: disclosedOutput, hiding: proof.hides)
        let read = try SumcheckProof<KZGRows>(
            encoded: proof.proof, system: model.system, statement: claim)
        try model.scheme.verify(read, of: claim, system: model.system)
    } catch {
        throw .invalidInferenceProof("\(error)")
    }
}

extension ProvableModel {
    /// What the transcript is bound to: the hash of the statement, in which the model's name is,
    /// and the caller's context.
    public static func transcriptContext(_ statement: Statement, _ context: Bytes) -> Bytes {
        SHA256.hash(statement.encoded()).bytes + context
    }

    /// The open values, or the commitments, of inputs or outputs.
    fileprivate func disclosure(
        _ side: Side, _ kind: TensorDisclosure, _ commitment: Bytes, _ rows: Bytes,
        _ tensors: TensorSet?
    ) throws(VerificationError) -> Disclosure<KZGRows.Commitment> {
        guard (kind == .open) == (tensors != nil), (kind == .committed) == !rows.isEmpty else {
            throw .wrongDisclosure("an \(side) that is \(kind) comes in another form")
        }
        switch kind {
        case .open:
            let tensors = tensors ?? TensorSet()
            guard commitment == tensors.commitment.bytes else {
                throw side.mismatch(commitment, tensors.commitment)
            }
            return .open(try integers(side, tensors))
        case .committed:
            guard commitment == InferenceProof.commitment(toRows: rows).bytes else {
                throw side.mismatch(commitment, InferenceProof.commitment(toRows: rows))
            }
            guard let points = ProvableModel.points(rows) else {
                throw .wrongDisclosure("a commitment to the \(side) is not on the curve")
            }
            return .committed(points)
        case .secret:
            guard commitment == InferenceProof.secretCommitment else {
                throw .wrongDisclosure("a commitment to an \(side) that is secret")
            }
            return .secret
        }
    }

    private func integers(
        _ side: Side, _ tensors: TensorSet
    ) throws(VerificationError) -> [[Int64]] {
        let ports = try tensors.tensors(for: side == .input ? inputs : outputs)
        guard TensorSet(ports) == tensors else {
            throw .wrongTensors("the \(side) is not in canonical form")
        }
        let found: [[Int64]]?
        do throws(ArithmetizationError) {
            found =
                side == .input
                ? try relations.inputIntegers(of: ports.map(\.tensor))
                : try relations.outputIntegers(of: ports.map(\.tensor))
        } catch {
            throw .wrongTensors("\(error)")
        }
        guard let found else { throw .wrongTensors("no integers give this output") }
        return found
    }
}

/// What goes in, or what comes out.
private enum Side: String, CustomStringConvertible {
    case input, output

    var description: String { rawValue }

    func mismatch(_ expected: Bytes, _ actual: Hash256) -> VerificationError {
        switch self {
        case .input: .inputCommitmentMismatch(expected: expected, actual: actual)
        case .output: .outputCommitmentMismatch(expected: expected, actual: actual)
        }
    }
}
