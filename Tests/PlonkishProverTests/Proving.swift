// Keys and proofs of samples, made once for several tests.

import Commitments
import Fields
import Plonkish
import PlonkishProver
import TestSupport

/// The tau of the string for tests.
let testTau = Fr(271_828_182_845)

/// A string for tests, whose tau is known.
let testReference = StructuredReferenceString.forDevelopment(tau: testTau, count: 300)

/// A sample with its key.
struct ProvenSample: Sendable {
    var sample: TableSample
    var provingKey: NativeProvingKey

    var key: NativeKey { provingKey.key }

    init(_ features: SampleFeatures, seed: UInt64) throws {
        sample = try TableSample(features, seed: seed)
        provingKey = try NativeProvingKey(table: sample.table, reference: testReference)
    }

    /// A proof of the sample, from the randomness of `seed`.
    func proof(seed: UInt64, threads: Int = 1) throws -> NativeProof {
        var generator = SeededGenerator(seed: seed)
        return try provingKey.prove(
            advice: sample.advice, publicSignals: sample.publicSignals,
            coefficients: sample.coefficients, threads: threads, using: &generator
        ).proof
    }

    /// Checks a proof.
    func verify(_ proof: NativeProof) throws {
        try key.verify(
            proof, publicSignals: sample.publicSignals, coefficients: sample.coefficients)
    }
}

/// Strings of other lengths.
enum StructuredReferenceStringSample {
    /// A string of `count` powers.
    static func of(count: Int) -> StructuredReferenceString {
        .forDevelopment(tau: Fr(314_159_265), count: count)
    }
}
