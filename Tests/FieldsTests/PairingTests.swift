// The pairing: py_ecc's values in all twelve coefficients, bilinearity, and KZG openings.

import Base
import Fields
import TestSupport
import Testing

@Suite struct PairingTests {
    private static func first(_ factor: Fr) -> G1Affine {
        G1Projective.generator.times(factor).affine
    }

    private static func second(_ factor: Fr) -> G2Affine {
        G2Projective.generator.times(factor).affine
    }

    @Test func valuesAreThoseOfTheReference() throws {
        for vector in try CurveVectors.load().pairing {
            let point = try G1Affine(hexNumbers: vector.P)
            let other = try G2Affine(hexNumbers: vector.Q)
            let value = Pairing.value(ofProduct: [(point, other)])
            let expected = try vector.gt_fq12_w_coeffs.map { try Fq(hexNumber: $0) }
            #expect(coefficients(value) == expected)
            let prepared = Pairing.value(ofProduct: [(point, PreparedG2(other))])
            #expect(prepared == value)
        }
    }

    @Test func isBilinear() {
        var generator = SeededGenerator(seed: 31)
        let base = Pairing.value(ofProduct: [(.generator, .generator)])
        #expect(base != Fq12.one)
        #expect(base.power(Fr.modulus) == Fq12.one)
        for _ in 0..<3 {
            let (a, b) = (Fr.sample(&generator), Fr.sample(&generator))
            let value = Pairing.value(
                ofProduct: [(PairingTests.first(a), PairingTests.second(b))])
            #expect(value == base.power((a * b).canonical))
        }
    }

    /// Sums of products that are zero, and the same with one of them changed; with one to six pairs
    /// and infinity among them, so that lines meet in twos and alone.
    @Test func productsAreOneExactlyIfTheExponentsSumToZero() {
        var generator = SeededGenerator(seed: 32)
        for count in 1...6 {
            var factors = (0..<count).map { _ in
                (Fr.sample(&generator), Fr.sample(&generator))
            }
            if count == 4 { factors[1].0 = .zero }
            if count == 5 { factors[2].1 = .zero }
            var sum = Fr.zero
            for (a, b) in factors { sum += a * b }
            factors.append((-sum, Fr.one))
            let pairs = factors.map { (PairingTests.first($0.0), PairingTests.second($0.1)) }
            #expect(Pairing.isOne(productOf: pairs))
            #expect(Pairing.isOne(productOf: pairs.map { ($0.0, PreparedG2($0.1)) }))
            var changed = pairs
            changed[0].0 = (G1Projective(changed[0].0) + G1Affine.generator).affine
            #expect(!Pairing.isOne(productOf: changed))
            #expect(!Pairing.isOne(productOf: changed.map { ($0.0, PreparedG2($0.1)) }))
        }
    }

    @Test func infinityPairsToOne() {
        #expect(Pairing.isOne(productOf: [(G1Affine, G2Affine)]()))
        #expect(Pairing.isOne(productOf: [(G1Affine.infinity, G2Affine.generator)]))
        #expect(Pairing.isOne(productOf: [(G1Affine.generator, G2Affine.infinity)]))
        let prepared = PreparedG2(.infinity)
        #expect(Pairing.isOne(productOf: [(G1Affine.generator, prepared)]))
        #expect(!Pairing.isOne(productOf: [(G1Affine.generator, G2Affine.generator)]))
    }

    /// Points from outside may be anything; the answer is then meaningless, but there is one.
    @Test func doesNotTrapOnPairsOfNumbersThatAreNoPoints() {
        var generator = SeededGenerator(seed: 33)
        var numbers = [Fq.zero, Fq.one, -Fq.one]
        for _ in 0..<3 { numbers.append(Fq.sample(&generator)) }
        for x in numbers {
            for y in numbers {
                let point = G1Affine(x: x, y: y)
                let other = G2Affine(x: Fq2(x, y), y: Fq2(y, .zero))
                _ = Pairing.isOne(productOf: [(point, other)])
                _ = Pairing.isOne(productOf: [(point, PreparedG2(other))])
            }
        }
    }

    /// e(commitment - y + z proof, 1) = e(proof, tau): what PLONK's verifier asks.
    @Test func opensTheCommitmentsOfTheReference() throws {
        for vector in try CurveVectors.load().kzg {
            let commitment = G1Projective(try G1Affine(hexNumbers: vector.commitment))
            let proof = try G1Affine(hexNumbers: vector.proof)
            let tau = try G2Affine(hexNumbers: vector.tau_g2)
            let point = try Fr(hexNumber: vector.z)
            func opens(_ value: String) throws -> Bool {
                let difference =
                    commitment - G1Projective.generator.times(try Fr(hexNumber: value))
                    + G1Projective(proof).times(point)
                return Pairing.isOne(
                    productOf: [(difference.affine, .generator), (-proof, tau)])
            }
            #expect(try opens(vector.y))
            #expect(try !opens(vector.bad_y))
        }
    }

    /// The twelve coefficients of w^0 to w^11, where w^6 = 9 + u.
    private func coefficients(_ value: Fq12) -> [Fq] {
        let parts = [
            value.c0.c0, value.c1.c0, value.c0.c1, value.c1.c1, value.c0.c2, value.c1.c2,
        ]
        return parts.map { $0.c0 - Fq(9) * $0.c1 } + parts.map(\.c1)
    }
}
