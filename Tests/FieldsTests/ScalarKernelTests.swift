// The kernels for vectors of scalars against loops of one line, in every variant that this machine
// has, at sizes around the number of lanes and of blocks, on one to three threads.

import Base
import Fields
import TestSupport
import Testing

@Suite struct ScalarKernelTests {
    static let variants = KernelVariant.allCases.filter(\.isAvailable)
    private static let counts = [0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 64, 65, 500, 1023, 5000]

    /// Values with zeros, ones and others next to the modulus among them.
    private static func values(_ count: Int, seed: UInt64) -> [Fr] {
        var generator = SeededGenerator(seed: seed)
        let special = Fr.samples(0, seed: 0)
        return (0..<count).map { _ in
            generator.isOne(in: 4) ? generator.element(of: special) : Fr.sample(&generator)
        }
    }

    /// Runs `kernel` on copies of `values` on one to three threads and compares with `expected`.
    private func check(
        _ variant: KernelVariant, _ values: [Fr], _ expected: [Fr], _ name: String,
        _ kernel: (ScalarKernels, inout MutableSpan<Fr>) -> Void
    ) {
        for threads in 1...3 {
            var copy = values
            var span = copy.mutableSpan
            kernel(ScalarKernels(variant, threads: threads), &span)
            #expect(copy == expected, "\(name), \(values.count) values, \(threads) threads")
        }
    }

    @Test(arguments: variants)
    func combineVectorsElementByElement(variant: KernelVariant) {
        for count in ScalarKernelTests.counts {
            let a = ScalarKernelTests.values(count, seed: 51)
            let b = ScalarKernelTests.values(count, seed: 52)
            let c = ScalarKernelTests.values(count, seed: 53)
            let factor = Fr(123_456).power(9)
            check(variant, a, zip(a, b).map { $0 + $1 }, "add") { $0.add(b.span, to: &$1) }
            check(variant, a, zip(a, b).map { $0 - $1 }, "subtract") {
                $0.subtract(b.span, from: &$1)
            }
            check(variant, a, zip(a, b).map { $0 * $1 }, "multiply") {
                $0.multiply(&$1, by: b.span)
            }
            check(variant, a, zip(a, b).map { $0 + $1 * factor }, "add times") {
                $0.add(b.span, times: factor, to: &$1)
            }
            let sums = a.indices.map { a[$0] + b[$0] * c[$0] }
            check(variant, a, sums, "add products") { $0.addProducts(b.span, c.span, to: &$1) }
            check(variant, a, a.map { $0 * factor }, "scale") { $0.scale(&$1, by: factor) }
            let inverses = a.map { $0.inverted() ?? .zero }
            check(variant, a, inverses, "invert") { $0.invert(&$1) }
        }
    }

    @Test(arguments: variants)
    func multiplyByPowers(variant: KernelVariant) {
        for count in ScalarKernelTests.counts {
            let a = ScalarKernelTests.values(count, seed: 54)
            for (ratio, first) in [(Fr(5), Fr.one), (-Fr(7), Fr(3)), (.zero, Fr(2)), (.one, .zero)]
            {
                let powers = (0..<count).map { first * ratio.power(UInt64($0)) }
                check(variant, a, powers, "powers") {
                    $0.fill(&$1, withPowersOf: ratio, from: first)
                }
                check(variant, a, zip(a, powers).map { $0 * $1 }, "scale by powers") {
                    $0.scale(&$1, byPowersOf: ratio, from: first)
                }
            }
        }
    }

    @Test(arguments: variants)
    func foldVectors(variant: KernelVariant) {
        for count in ScalarKernelTests.counts {
            let a = ScalarKernelTests.values(count, seed: 55)
            let b = ScalarKernelTests.values(count, seed: 56)
            let dot = zip(a, b).reduce(Fr.zero) { $0 + $1.0 * $1.1 }
            for point in [Fr(11), -Fr.one, .zero, .one, Fr(3).power(200)] {
                var quotient = a
                var value = Fr.zero
                for index in a.indices.reversed() {
                    quotient[index] = value
                    value = value * point + a[index]
                }
                var products = a
                var product = point
                for index in a.indices where count > 0 {
                    products[index] = product
                    product *= a[index]
                }
                for threads in 1...3 {
                    let kernels = ScalarKernels(variant, threads: threads)
                    #expect(kernels.dot(a.span, b.span) == dot)
                    #expect(kernels.value(of: a.span, at: point) == value)
                    var divided = a
                    var span = divided.mutableSpan
                    #expect(kernels.divide(&span, byLinearFactorWithRoot: point) == value)
                    #expect(divided == quotient)
                    var multiplied = a
                    span = multiplied.mutableSpan
                    #expect(kernels.replaceByProductsBefore(&span, from: point) == product)
                    #expect(multiplied == products)
                }
            }
        }
    }
}

@Suite struct ScalarTransformTests {
    /// The definition: the values of the polynomial, by Horner.
    private func values(_ coefficients: [Fr], _ log2Size: Int, _ shift: Fr) throws -> [Fr] {
        let root = try #require(Fr.rootOfUnity(log2: log2Size))
        var point = shift
        return coefficients.indices.map { _ in
            defer { point *= root }
            return coefficients.reversed().reduce(Fr.zero) { $0 * point + $1 }
        }
    }

    private func evaluated(
        _ transform: ScalarTransform, _ coefficients: [Fr], _ shift: Fr, _ threads: Int,
        _ workspace: KernelWorkspace
    ) -> [Fr] {
        var values = coefficients
        var span = values.mutableSpan
        transform.evaluate(&span, onCosetOf: shift, threads: threads, workspace: workspace)
        return values
    }

    @Test(arguments: ScalarKernelTests.variants)
    func valuesAreThoseOfThePolynomial(variant: KernelVariant) throws {
        let workspace = KernelWorkspace()
        for log2Size in 0...8 {
            var generator = SeededGenerator(seed: UInt64(log2Size))
            let transform = try #require(ScalarTransform(log2Size: log2Size, variant: variant))
            let coefficients = (0..<1 << log2Size).map { _ in Fr.sample(&generator) }
            for shift in [Fr.one, Fr.multiplicativeGenerator, Fr.sample(&generator)] {
                let expected = try values(coefficients, log2Size, shift)
                for threads in 1...2 {
                    var values = evaluated(transform, coefficients, shift, threads, workspace)
                    #expect(values == expected)
                    var span = values.mutableSpan
                    transform.interpolate(
                        &span, onCosetOf: shift, threads: threads, workspace: workspace)
                    #expect(values == coefficients)
                }
            }
        }
    }

    /// Larger ones, where memory is walked in blocks: some of the values, all variants alike, and
    /// back.
    @Test(arguments: [9, 10, 11, 12, 13, 14, 15, 16])
    func variantsAgree(log2Size: Int) throws {
        var generator = SeededGenerator(seed: UInt64(log2Size))
        let coefficients = (0..<1 << log2Size).map { _ in Fr.sample(&generator) }
        let root = try #require(Fr.rootOfUnity(log2: log2Size))
        let shift = Fr.multiplicativeGenerator
        let workspace = KernelWorkspace()
        var first: [Fr]?
        for variant in ScalarKernelTests.variants {
            let transform = try #require(ScalarTransform(log2Size: log2Size, variant: variant))
            for threads in 1...2 {
                var values = evaluated(transform, coefficients, shift, threads, workspace)
                for _ in 0..<4 {
                    let index = generator.int(in: 0..<values.count)
                    let point = shift * root.power(UInt64(index))
                    let value = coefficients.reversed().reduce(Fr.zero) { $0 * point + $1 }
                    #expect(values[index] == value)
                }
                if let first { #expect(values == first) }
                first = values
                var span = values.mutableSpan
                transform.interpolate(
                    &span, onCosetOf: shift, threads: threads, workspace: workspace)
                #expect(values == coefficients)
            }
        }
    }

    @Test func valuesAreThoseOfTheReference() throws {
        for vector in try CurveVectors.load().ntt {
            let coefficients = try vector.coeffs.map { try Fr(hexNumber: $0) }
            let expected = try vector.evals_natural_order.map { try Fr(hexNumber: $0) }
            let transform = try #require(ScalarTransform(log2Size: vector.log_n))
            let values = evaluated(transform, coefficients, .one, 1, KernelWorkspace())
            #expect(values == expected)
        }
    }

    @Test func refusesSizesWithoutRoots() {
        #expect(ScalarTransform(log2Size: 29) == nil)
        #expect(ScalarTransform(log2Size: -1) == nil)
        #expect(ScalarTransform(log2Size: 0) != nil)
    }
}
