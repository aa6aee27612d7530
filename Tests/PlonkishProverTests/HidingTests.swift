// That proofs show nothing is argued in Documentation/plonk-native.md, section 7. Here is what can
// be seen of it: randomness reaches everything that is sent, as much as is shown.

import Fields
import Plonkish
import TestSupport
import Testing

@testable import PlonkishProver

@Suite struct HidingTests {
    @Test func twoProofsOfOneWitnessShareNothing() throws {
        let proven = try ProvenSample(.full, seed: 60)
        let first = try proven.provingKey.prove(
            advice: proven.sample.advice, publicSignals: proven.sample.publicSignals,
            coefficients: proven.sample.coefficients
        ).proof
        let second = try proven.provingKey.prove(
            advice: proven.sample.advice, publicSignals: proven.sample.publicSignals,
            coefficients: proven.sample.coefficients
        ).proof
        try proven.verify(first)
        try proven.verify(second)
        func points(_ proof: NativeProof) -> [G1Affine] {
            let advice = proof.advice + proof.multiplicities
            return advice + proof.running + proof.quotient + proof.openings
        }
        for (one, other) in zip(points(first), points(second)) { #expect(one != other) }
        // Fixed columns may be constant; what belongs to the prover is not.
        for (index, column) in proven.key.shape.openings.enumerated() {
            if case .fixed = column { continue }
            #expect(first.values[index] != second.values[index])
        }
        #expect(try proven.proof(seed: 3) == proven.proof(seed: 3))
        #expect(try proven.proof(seed: 3) != proven.proof(seed: 4))
    }

    @Test func blindingRowsReachAllThreePlacesIndependently() throws {
        // The values at three points as functions of three blinding rows: the matrix 1 / (x - w^i)
        // up to factors, whose determinant must not vanish.
        let root = try #require(Fr.rootOfUnity(log2: 4))
        var generator = SeededGenerator(seed: 61)
        for _ in 0..<20 {
            let xi = Fr(generator.next()) * Fr(generator.next())
            let tau = Fr(generator.next()) * Fr(generator.next())
            let points = [tau, xi, xi * root]
            let roots = (13..<16).map { root.power(UInt64($0)) }
            let matrix = points.map { point in
                roots.map { (point - $0).inverted() ?? Fr.zero }
            }
            let (a, b, c) = (matrix[0], matrix[1], matrix[2])
            let first: Fr = b[1] * c[2] - b[2] * c[1]
            let second: Fr = b[0] * c[2] - b[2] * c[0]
            let third: Fr = b[0] * c[1] - b[1] * c[0]
            let determinant: Fr = a[0] * first - a[1] * second + a[2] * third
            #expect(!determinant.isZero)
        }
    }

    @Test func blindingKeepsTheRows() {
        let coefficients = (0..<8).map { Fr(UInt64($0 + 1)) }
        var blinded = coefficients
        blind(&blinded, [Fr(3), Fr(5), Fr(7)])
        #expect(blinded.count == 11)
        // (b0 + b1 X + b2 X²)(X^8 - 1) is zero on the roots: fold X^8 to 1.
        var folded = Array(blinded.prefix(8))
        for (index, high) in blinded.dropFirst(8).enumerated() { folded[index] += high }
        #expect(folded == coefficients)
    }

    @Test func scalarsAreUniformBelowTheModulus() {
        var generator = SeededGenerator(seed: 62)
        let samples = generator.scalars(4000)
        // Quarters of the range are hit alike: 1000 each, six standard deviations are 164.
        var counts = [0, 0, 0, 0]
        let quarter = Fr.modulus.l3 / 4 + 1
        for sample in samples { counts[min(3, Int(sample.canonical.l3 / quarter))] += 1 }
        #expect(counts.allSatisfy { (836...1164).contains($0) }, "\(counts)")
    }
}
