// The laws of fields: exhaustively on small primes, on seeded elements for BN254.

import Base
import Fields
import TestSupport
import Testing

@Suite struct FieldLawTests {
    @Test func holdForAllTriplesOfSmallFields() {
        #expect(brokenLaw(of: SmallField<3>.all) == nil)
        #expect(brokenLaw(of: SmallField<5>.all) == nil)
        #expect(brokenLaw(of: SmallField<7>.all) == nil)
        #expect(brokenLaw(of: SmallField<13>.all) == nil)
        #expect(brokenLaw(of: SmallField<31>.all) == nil)
    }

    /// The checker itself must notice: 15 and 9 are no primes.
    @Test func failWhereTheModulusIsNoPrime() {
        #expect(brokenLaw(of: SmallField<9>.all) != nil)
        #expect(brokenLaw(of: SmallField<15>.all) != nil)
    }

    @Test func holdForAllTriplesOfSmallQuadraticExtensions() {
        #expect(brokenLaw(of: QuadraticExtension.all(of: SmallField<3>.all)) == nil)
        #expect(brokenLaw(of: QuadraticExtension.all(of: SmallField<7>.all)) == nil)
        // -1 is a square modulo 5.
        #expect(brokenLaw(of: QuadraticExtension.all(of: SmallField<5>.all)) != nil)
    }

    @Test func agreeWithIntegersForAllPairs() {
        typealias Element = SmallField<251>
        for a in 0..<251 {
            for b in 0..<251 {
                let (x, y) = (Element(UInt64(a)), Element(UInt64(b)))
                guard (x + y).canonical.l0 == UInt64((a + b) % 251),
                    (x - y).canonical.l0 == UInt64((a + 251 - b) % 251),
                    (x * y).canonical.l0 == UInt64(a * b % 251)
                else {
                    Issue.record("\(a), \(b)")
                    return
                }
            }
        }
    }

    @Test func holdForSamplesOfTheScalarField() {
        #expect(brokenLaw(of: Fr.samples(12, seed: 1)) == nil)
    }

    @Test func holdForSamplesOfTheBaseField() {
        #expect(brokenLaw(of: Fq.samples(12, seed: 2)) == nil)
    }

    @Test func holdForSamplesOfTheTower() {
        var generator = SeededGenerator(seed: 3)
        let twos = (0..<6).map { _ in Fq2.sample(&generator) }
        #expect(brokenLaw(of: [Fq2.zero, Fq2.one, -Fq2.one] + twos) == nil)
        let sixes = (0..<5).map { _ in Fq6.sample(&generator) }
        #expect(brokenLaw(of: [Fq6.zero, Fq6.one] + sixes) == nil)
        let twelves = (0..<4).map { _ in Fq12.sample(&generator) }
        #expect(brokenLaw(of: [Fq12.zero, Fq12.one] + twelves) == nil)
    }

    /// The products of values at the ends of the range, where a carry too many would show.
    @Test func holdAtTheBordersOfFq2() {
        let ends = [Fq.zero, Fq.one, -Fq.one, -Fq(2), Fq(2).inverted() ?? .zero]
        let borders = QuadraticExtension.all(of: ends)
        for a in borders {
            for b in borders {
                let product = Fq2(a.c0 * b.c0 - a.c1 * b.c1, a.c0 * b.c1 + a.c1 * b.c0)
                #expect(a * b == product)
            }
            #expect(a.squared() == a * a)
        }
    }

    @Test func halvesDoubleBack() {
        for value in Fr.samples(20, seed: 4) { #expect(value.halved.doubled() == value) }
        for value in SmallField<13>.all { #expect(value.halved + value.halved == value) }
    }

    @Test func invertsManyAtOnceAndKeepsZeros() {
        for zeros in [[], [0], [3, 4], [0, 15], Array(0..<16)] {
            var values = Fr.samples(8, seed: 5)
            for index in zeros { values[index] = .zero }
            let expected = values.map { $0.inverted() ?? .zero }
            Fr.invertAll(&values)
            #expect(values == expected)
        }
        var none: [Fr] = []
        Fr.invertAll(&none)
        #expect(none.isEmpty)
    }

    @Test func rootsOfUnityHaveTheirOrders() throws {
        for log2 in 0...28 {
            var root = try #require(Fr.rootOfUnity(log2: log2))
            for _ in 0..<log2 {
                #expect(root != Fr.one)
                root = root.squared()
            }
            #expect(root == Fr.one)
        }
        #expect(Fr.rootOfUnity(log2: 29) == nil)
        #expect(Fr.rootOfUnity(log2: -1) == nil)
        let exponent = (-Fr.one).canonical
        // 5^((r - 1)/2), so that 5 is no square and its roots have full order.
        let half = UInt256(
            exponent.l0 >> 1 | exponent.l1 << 63, exponent.l1 >> 1 | exponent.l2 << 63,
            exponent.l2 >> 1 | exponent.l3 << 63, exponent.l3 >> 1)
        #expect(Fr.multiplicativeGenerator.power(half) == -Fr.one)
    }

    @Test func constantsAreThoseOfTheReference() throws {
        let vectors = try CurveVectors.load()
        func check<Element: MontgomeryField>(
            _ type: Element.Type, _ constants: CurveVectors.Constants
        ) throws {
            func number(_ text: String) throws -> UInt256 {
                let digits = String(repeating: "0", count: 66 - text.count) + text.dropFirst(2)
                let bytes = try #require(Bytes(hex: digits))
                return try #require(UInt256(bigEndian: bytes))
            }
            #expect(Element.modulus == (try number(constants.modulus)))
            #expect(Element.montgomeryOne == (try number(constants.mont_R)))
            #expect(Element.montgomerySquare == (try number(constants.mont_R2)))
            #expect(Element.negatedInverse == (try number(constants.inv64)).l0)
        }
        try check(Fr.self, vectors.fr)
        try check(Fq.self, vectors.fq)
        let root = try Fr(hexNumber: try #require(vectors.fr.omega_2_28))
        #expect(Fr.rootOfUnity(log2: 28) == root)
    }
}
