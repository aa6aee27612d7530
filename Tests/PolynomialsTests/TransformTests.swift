// Transforms against their definition as sums, against py_ecc, and their laws.

import Base
import Fields
import TestSupport
import Testing

@testable import Polynomials

struct NotANumber: Error {}

extension Fr {
    init(hexNumber text: String) throws {
        guard let bytes = Bytes(hex: text.dropFirst(2)), let value = Fr(canonicalBigEndian: bytes)
        else { throw NotANumber() }
        self = value
    }

    static func sample(_ generator: inout SeededGenerator) -> Fr {
        Fr(
            reducing: UInt256(
                generator.next(), generator.next(), generator.next(), generator.next()))
    }

    static func samples(_ count: Int, seed: UInt64) -> [Fr] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in sample(&generator) }
    }
}

@Suite struct TransformTests {
    @Test(arguments: 0...9)
    func valuesAreThoseOfThePolynomial(log2Size: Int) throws {
        let transform = try #require(NumberTheoreticTransform(log2Size: log2Size))
        let coefficients = Fr.samples(1 << log2Size, seed: UInt64(log2Size))
        let shift = Fr.samples(1, seed: 99)[0]
        for shift in [Fr.one, shift] {
            var values = coefficients
            transform.evaluate(&values, onCosetOf: shift)
            var point = shift
            for value in values {
                #expect(value == Polynomial.value(of: coefficients, at: point))
                point *= transform.domain.root
            }
            #expect(point == shift)
            transform.interpolate(&values, onCosetOf: shift)
            #expect(values == coefficients)
        }
    }

    @Test func agreesWithPyEcc() throws {
        struct Vector: Decodable {
            var log_n: Int, omega: String, coeffs: [String], evals_natural_order: [String]
        }
        struct File: Decodable { var ntt: [Vector] }
        let vectors = try Vectors.decode(File.self, from: "bn254.json").ntt
        #expect(vectors.count == 2)
        for vector in vectors {
            let transform = try #require(NumberTheoreticTransform(log2Size: vector.log_n))
            #expect(try transform.domain.root == Fr(hexNumber: vector.omega))
            var values = try vector.coeffs.map { try Fr(hexNumber: $0) }
            transform.evaluate(&values)
            #expect(try values == vector.evals_natural_order.map { try Fr(hexNumber: $0) })
        }
    }

    @Test(
        arguments: KernelVariant.allCases.filter(\.isAvailable),
        [(0, 1), (1, 1), (10, 1), (13, 1), (13, 2), (15, 2)])
    func everyKernelIsTheDefinition(variant: KernelVariant, size: (Int, Int)) throws {
        let (log2Size, threads) = size
        let transform = try #require(
            NumberTheoreticTransform(log2Size: log2Size, variant: variant))
        let coefficients = Fr.samples(1 << log2Size, seed: 5)
        var values = coefficients
        transform.evaluate(&values, onCosetOf: Fr(7), threads: threads)
        var expected = coefficients
        VectorDefinition.scale(&expected, byPowersOf: Fr(7), from: Fr.one)
        NumberTheoreticTransform.reference(&expected, root: transform.domain.root)
        #expect(values == expected)
        transform.interpolate(&values, onCosetOf: Fr(7), threads: threads)
        #expect(values == coefficients)
    }

    @Test func thereAreDomainsUpTo2To28() {
        #expect(EvaluationDomain(log2Size: -1) == nil)
        #expect(EvaluationDomain(log2Size: 29) == nil)
        #expect(EvaluationDomain(log2Size: 28)?.size == 1 << 28)
    }
}

@Suite struct DomainTests {
    @Test(arguments: 0...5)
    func lagrangePolynomialsAreOneAtTheirRootAndZeroAtOthers(log2Size: Int) throws {
        let transform = try #require(NumberTheoreticTransform(log2Size: log2Size))
        let domain = transform.domain
        let point = Fr(123_456_789)
        let values = try #require(domain.lagrange(count: domain.size, at: point))
        for row in 0..<domain.size {
            var unit = [Fr](repeating: Fr.zero, count: domain.size)
            unit[row] = Fr.one
            transform.interpolate(&unit)
            #expect(Polynomial.value(of: unit, at: point) == values[row])
        }
        #expect(values.reduce(Fr.zero, +) == Fr.one)
    }

    @Test func rootsHaveNoLagrangeValuesByDivision() throws {
        let domain = try #require(EvaluationDomain(log2Size: 4))
        var point = Fr.one
        for _ in 0..<16 {
            #expect(domain.vanishing(at: point).isZero)
            #expect(domain.lagrange(count: 1, at: point) == nil)
            point *= domain.root
        }
        #expect(!domain.vanishing(at: Fr(2)).isZero)
        #expect(domain.root * domain.inverseRoot == Fr.one)
    }
}
