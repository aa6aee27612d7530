// Division and evaluation by the equations they must satisfy; vectors against loops of one line.

import Fields
import Polynomials
import TestSupport
import Testing

@Suite struct PolynomialTests {
    @Test(arguments: [0, 1, 2, 3, 17, 100, 1025])
    func quotientTimesDivisorPlusRemainderIsThePolynomial(count: Int) {
        let polynomial = Fr.samples(count, seed: 3)
        let root = Fr(11)
        var quotient = polynomial
        let remainder = Polynomial.divide(&quotient, byLinearFactorWithRoot: root)
        #expect(remainder == Polynomial.value(of: polynomial, at: root))
        guard count > 0 else { return }
        #expect(quotient.last == Fr.zero)
        var product = Polynomial.product(quotient.dropLast(), [-root, Fr.one])
        if product.isEmpty { product = [Fr.zero] }
        product[0] += remainder
        #expect(product == polynomial)
    }

    @Test func productsAreValuesMultiplied() {
        let left = Fr.samples(9, seed: 1)
        let right = Fr.samples(4, seed: 2)
        let product = Polynomial.product(left, right)
        #expect(product.count == 12)
        for point in Fr.samples(5, seed: 3) {
            #expect(
                Polynomial.value(of: product, at: point)
                    == Polynomial.value(of: left, at: point)
                    * Polynomial.value(of: right, at: point))
        }
        #expect(Polynomial.product([], right).isEmpty)
    }

    @Test(arguments: [0, 1, 7, 8, 9, 64, 1000, 5000], [1, 2])
    func vectorsAreCombinedElementByElement(count: Int, threads: Int) {
        let a = Fr.samples(count, seed: 1)
        let b = Fr.samples(count, seed: 2)
        let c = Fr.samples(count, seed: 3)
        let factor = Fr(0x1234_5678_9ABC)
        let vectors = ScalarVectors(threads: threads)
        func check(_ expected: [Fr], _ change: (inout [Fr]) -> Void) {
            var values = a
            change(&values)
            #expect(values == expected)
        }
        check(zip(a, b).map { $0 * $1 }) { vectors.multiply(&$0, by: b) }
        check(a.map { $0 * factor }) { vectors.scale(&$0, by: factor) }
        check(a.map { $0 + factor }) { vectors.add(factor, to: &$0) }
        check(zip(a, b).map { $0 + $1 }) { vectors.add(b, to: &$0) }
        check(zip(a, b).map { $0 - $1 }) { vectors.subtract(b, from: &$0) }
        check(zip(a, b).map { $0 + factor * $1 }) { vectors.add(b, times: factor, to: &$0) }
        check(a.indices.map { a[$0] + b[$0] * c[$0] }) { vectors.addProducts(b, c, to: &$0) }
        check(a.indices.map { a[$0] * factor * Fr(3).power(UInt64($0)) }) {
            vectors.scale(&$0, byPowersOf: Fr(3), from: factor)
        }
        #expect(
            vectors.powers(of: Fr(3), from: factor, count: count)
                == (0..<count).map { factor * Fr(3).power(UInt64($0)) })
        check(a.map { $0.inverted() ?? Fr.zero }) { vectors.invert(&$0) }
        var product = Fr.one
        let before = a.map { value in
            defer { product *= value }
            return product
        }
        check(before) { #expect(vectors.replaceByProductsBefore(&$0) == product) }
        #expect(vectors.value(of: a, at: factor) == Polynomial.value(of: a, at: factor))
        var quotient = a
        let remainder = Polynomial.divide(&quotient, byLinearFactorWithRoot: factor)
        check(quotient) {
            #expect(vectors.divide(&$0, byLinearFactorWithRoot: factor) == remainder)
        }
    }

    @Test func shorterVectorsAreAddedToTheFront() {
        let vectors = ScalarVectors(threads: 1)
        var values = Fr.samples(5, seed: 1)
        let before = values
        vectors.add([Fr.one, Fr.one], to: &values)
        vectors.add([Fr.one], times: Fr(2), to: &values)
        vectors.subtract([Fr.one, Fr.one, Fr.one], from: &values)
        #expect(values[0] == before[0] + Fr(2))
        #expect(values[1] == before[1])
        #expect(values[2] == before[2] - Fr.one)
        #expect(values[3...] == before[3...])
    }
}
