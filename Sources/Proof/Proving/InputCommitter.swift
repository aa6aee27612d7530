// Committing to an input without the model: whoever asks for a result needs the commitment before
// anybody proves, and has the model's public part only. The worker is given input and seed, and
// proves about this commitment; nobody else learns the input.

import Arithmetization
public import Base
public import Commitments
public import Fields
import Models
import Sumcheck
import SumcheckProver
public import Verification
import Wire

/// Commits to inputs of a committed model.
public struct InputCommitter: Sendable {
    private let model: ProvableModel
    private let key: RowKey
    /// A witness without values.
    private let blank: Witness<Fr>
    private let threads: Int

    /// Prepares a committed model.
    ///
    /// Cost: as of ``InferenceProver/init(_:threads:powers:lagrange:)``.
    ///
    /// - Parameters:
    ///   - powers: gives the first powers of the model's reference string, as many as asked for.
    ///   - lagrange: gives, for log2 of a row, the Lagrange points of the same string, if it has
    ///     them.
    /// - Throws: ``ProvingFailure``, also for another reference string than the model's; or what
    ///   `powers` throws.
    public init(
        _ model: ProvableModel, threads: Int, powers: (Int) throws -> StructuredReferenceString,
        lagrange: (Int) throws -> [G1Affine]? = { _ in nil }
    ) throws {
        self.model = model
        self.threads = threads
        key = try RowKey(
            rowBits: model.system.layout.rowBits, threads: threads,
            powers: { count in
                let string = try powers(count)
                guard string.tauG2 == model.scheme.tauG2 else {
                    throw ProvingFailure.referenceString(
                        "the model was committed with another string")
                }
                return string
            }, lagrange: lagrange)
        blank = Witness<Fr>(model.system)
    }

    /// The commitment that a statement about this input holds, where it is committed and the prover
    /// uses the same seed (``DisclosureOptions/inputSeed``): 32 bytes.
    ///
    /// - Parameter input: one tensor for each input of the model, in any order.
    /// - Throws: `wrongTensors` unless it is.
    public func commitment(to input: TensorSet, seed: BlindingSeed) throws -> Bytes {
        let tensors = try input.canonical(for: model.inputs)
        var witness = blank
        let integers = try model.relations.inputIntegers(
            of: tensors.namedTensors().map(\.tensor))
        for (input, values) in zip(model.relations.inputs, integers) {
            witness.set(input.tensor, to: values)
        }
        var stream = seed.factors(of: tensors)
        let rows = key.commit(.input, of: witness, threads: threads, random: { stream.next() })
        return InferenceProof.commitment(toRows: KZGRows.encoded(rows.commitments)).bytes
    }
}

extension RowKey {
    /// The key of rows of 2^rowBits values, from what a reference string gives.
    ///
    /// - Throws: ``ProvingFailure``, or what `powers` and `lagrange` throw.
    init(
        rowBits: Int, threads: Int, powers: (Int) throws -> StructuredReferenceString,
        lagrange: (Int) throws -> [G1Affine]?
    ) throws {
        let string = try powers(RowKey.powerCount(rowBits: rowBits))
        let points = try lagrange(rowBits)
        do {
            try self.init(string, rowBits: rowBits, lagrange: points, threads: threads)
        } catch {
            throw ProvingFailure.referenceString("\(error)")
        }
    }
}

extension BlindingSeed {
    /// The factors that hide committed inputs or outputs.
    func factors(of tensors: TensorSet) -> BlindingFactorStream {
        factors("tensors", tensors.encoded())
    }
}

extension KZGRows {
    /// Commitments one after the other.
    static func encoded(_ commitments: [G1Affine]) -> Bytes {
        var bytes = Bytes()
        for commitment in commitments { append(commitment, to: &bytes) }
        return bytes
    }
}
