// An example model as an integer program, with a prover and samples of its input.

import Base
import Commitments
import Fields
import Importers
import Models
import Proving
import Quantization
import TestSupport
import Verification

/// An example model, ready to prove.
struct ProvenExample: Sendable {
    let prover: InferenceProver
    let inputs: [TensorSet]
    let seed: BlindingSeed

    init(_ name: String, sampleCount: Int = 2) throws {
        let stem = PackageRoot.path("Examples/models/\(name)")
        let float = try ONNXImporter.model(at: stem + ".onnx")
        let calibration = try InputReader.samples(for: float.inputs, at: stem + ".npz")
        let rows = try (0..<min(32, calibration.rowCount())).map { try calibration.row($0) }
        let model = try Quantizer.quantize(float, samples: rows).model
        prover = try InferenceProver(model, threads: 2) { count in
            StructuredReferenceString.forDevelopment(tau: Fr(271_828), count: count)
        }
        let samples = try InputReader.samples(for: float.inputs, at: stem + ".test.npz")
        inputs = try (0..<sampleCount).map { TensorSet(try samples.row($0)) }
        guard let seed = BlindingSeed(Bytes(repeating: 7, count: 32)) else {
            preconditionFailure("a seed has 32 bytes")
        }
        self.seed = seed
    }

    /// A proof about sample `index`.
    func prove(
        _ index: Int = 0, _ options: DisclosureOptions = DisclosureOptions(), context: Bytes = []
    ) throws -> ProvenInference {
        try prover.prove(
            inputs[index], weights: prover.commit(seed: seed), options, context: context
        ).proven
    }

    static let credit = Result { try ProvenExample("credit_mlp") }
}

/// Checks a proof with nothing but what it carries.
func check(_ proven: ProvenInference, context: Bytes = []) throws(VerificationError) {
    try verify(
        proven.statement, proven.proof, against: try ProvableModel(proven.model),
        input: proven.input, output: proven.output, context: context)
}

/// Whether a proof is refused, with a code and without a trap.
func isRefused(_ proven: ProvenInference, context: Bytes = []) -> Bool {
    do { try check(proven, context: context) } catch { return error.code > 0 }
    return false
}
