// Division and evaluation by the equations they must satisfy; vectors against loops of one line.

import Fields
import TestSupport
import Testing

@testable import Polynomials

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

    @Test(
        arguments: KernelVariant.allCases.filter(\.isAvailable),
        [(0, 1), (1, 1), (7, 1), (8, 2), (9, 1), (64, 2), (1000, 1), (5000, 2)])
    func vectorsAreCombinedByTheirDefinition(variant: KernelVariant, size: (Int, Int)) {
        let (count, threads) = size
        let (a, b) = (Fr.samples(count, seed: 1), Fr.samples(count, seed: 2))
        let c = Fr.samples(count, seed: 3)
        let factor = Fr(0x1234_5678_9ABC)
        let vectors = ScalarVectors(threads: threads, variant: variant)
        func check(_ change: (inout [Fr]) -> Void, _ definition: (inout [Fr]) -> Void) {
            var (values, expected) = (a, a)
            change(&values)
            definition(&expected)
            #expect(values == expected)
        }
        check({ vectors.multiply(&$0, by: b) }, { VectorDefinition.multiply(&$0, by: b) })
        check({ vectors.scale(&$0, by: factor) }, { VectorDefinition.scale(&$0, by: factor) })
        check({ vectors.add(factor, to: &$0) }, { VectorDefinition.add(factor, to: &$0) })
        check({ vectors.add(b, to: &$0) }, { VectorDefinition.add(b, to: &$0) })
        check({ vectors.subtract(b, from: &$0) }, { VectorDefinition.subtract(b, from: &$0) })
        check(
            { vectors.add(b, times: factor, to: &$0) },
            { VectorDefinition.add(b, times: factor, to: &$0) })
        check(
            { vectors.addProducts(b, c, to: &$0) },
            { VectorDefinition.addProducts(b, c, to: &$0) })
        check(
            { vectors.scale(&$0, byPowersOf: Fr(3), from: factor) },
            { VectorDefinition.scale(&$0, byPowersOf: Fr(3), from: factor) })
        check(
            { $0 = vectors.powers(of: Fr(3), from: factor, count: count) },
            { $0 = VectorDefinition.powers(of: Fr(3), from: factor, count: count) })
        check({ vectors.invert(&$0) }, { Fr.invertAll(&$0) })
        var products: [Fr] = []
        check(
            { products.append(vectors.replaceByProductsBefore(&$0)) },
            { products.append(VectorDefinition.replaceByProductsBefore(&$0)) })
        #expect(products[0] == products[1])
        #expect(vectors.value(of: a, at: factor) == Polynomial.value(of: a, at: factor))
        check(
            { products.append(vectors.divide(&$0, byLinearFactorWithRoot: factor)) },
            { products.append(Polynomial.divide(&$0, byLinearFactorWithRoot: factor)) })
        #expect(products[2] == products[3])
    }

    @Test func definitionsAreTheOperationsElementByElement() {
        let (a, b, c) = (Fr.samples(9, seed: 1), Fr.samples(9, seed: 2), Fr.samples(9, seed: 3))
        let factor = Fr(77)
        func check(_ expected: [Fr], _ change: (inout [Fr]) -> Void) {
            var values = a
            change(&values)
            #expect(values == expected)
        }
        check(zip(a, b).map { $0 * $1 }) { VectorDefinition.multiply(&$0, by: b) }
        check(a.map { $0 * factor }) { VectorDefinition.scale(&$0, by: factor) }
        check(a.map { $0 + factor }) { VectorDefinition.add(factor, to: &$0) }
        check(zip(a, b).map { $0 - $1 }) { VectorDefinition.subtract(b, from: &$0) }
        check(a.indices.map { a[$0] + b[$0] * c[$0] }) {
            VectorDefinition.addProducts(b, c, to: &$0)
        }
        check(a.indices.map { a[$0] * factor * Fr(3).power(UInt64($0)) }) {
            VectorDefinition.scale(&$0, byPowersOf: Fr(3), from: factor)
        }
        check(a.indices.map { a[..<$0].reduce(Fr.one) { $0 * $1 } }) {
            #expect(VectorDefinition.replaceByProductsBefore(&$0) == a.reduce(Fr.one) { $0 * $1 })
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
