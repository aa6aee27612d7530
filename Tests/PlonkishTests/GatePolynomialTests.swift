// Polynomials in normal form: the laws of a ring, and one form for each.

import Fields
import Plonkish
import TestSupport
import Testing

@Suite struct GatePolynomialTests {
    private func random(_ generator: inout SeededGenerator) -> GatePolynomial {
        var sum: GatePolynomial = 0
        for _ in 0..<generator.int(in: 0...4) {
            var product = GatePolynomial(Fr(UInt64(generator.int(in: 0...2))))
            for _ in 0..<generator.int(in: 0...3) {
                let column = generator.int(in: 0..<2)
                let factors: [GatePolynomial] = [
                    .fixed(column), .advice(column), .next(column), .instance,
                ]
                product = product * generator.element(of: factors)
            }
            sum = sum + product
        }
        return sum
    }

    @Test func arithmeticIsThatOfARing() {
        var generator = SeededGenerator(seed: 80)
        for _ in 0..<300 {
            let (a, b, c) = (random(&generator), random(&generator), random(&generator))
            #expect(a + b == b + a)
            #expect(a * b == b * a)
            #expect((a + b) * c == a * c + b * c)
            #expect((a * b) * c == a * (b * c))
            #expect(a - a == 0)
            #expect(a + 0 == a)
            #expect(a * 1 == a)
            #expect(a.power(3) == a * a * a)
            #expect(-a + a == 0)
        }
    }

    @Test func valuesFollowTheArithmetic() {
        var generator = SeededGenerator(seed: 81)
        for _ in 0..<100 {
            let (a, b) = (random(&generator), random(&generator))
            let seed = generator.next()
            func cell(_ query: ColumnQuery) -> Fr {
                Fr(seed &* UInt64(query.column + 5 * Int(query.kind.rawValue) + 1))
            }
            #expect((a + b).value(cell) == a.value(cell) + b.value(cell))
            #expect((a * b).value(cell) == a.value(cell) * b.value(cell))
        }
    }

    @Test func productsAreSortedAndMerged() {
        let polynomial: GatePolynomial =
            .advice(1) * .fixed(0) * 2 + 3 + .fixed(0) * .advice(1) + .instance - .instance
        #expect(polynomial.products.count == 2)
        #expect(polynomial.products[0].factors.isEmpty)
        #expect(polynomial.products[0].coefficient == Fr(3))
        #expect(
            polynomial.products[1].factors == [ColumnQuery(.fixed, 0), ColumnQuery(.advice, 1)])
        #expect(polynomial.products[1].coefficient == Fr(3))
        #expect(polynomial.degree == 2)
        #expect(GatePolynomial(0).degree == 0)
    }
}
