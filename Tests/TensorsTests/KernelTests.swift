// The kernels against definitions written out here: the dot rule term by term, and the elementary
// functions against the C library's 80-bit ones.
import Base
import TestSupport
import Testing

@testable import Tensors

@Suite struct KernelTests {
    /// The dot rule as the specification words it.
    static func dot(_ a: [Float], _ b: [Float]) -> Float {
        var total: Float = 0
        for first in stride(from: 0, to: a.count, by: 256) {
            var block: Float = 0
            for index in first..<min(first + 256, a.count) {
                block = block.addingProduct(a[index], b[index])
            }
            total = first == 0 ? block : total + block
        }
        return total.isNaN ? .canonicalNaN : total
    }

    /// Ordinary numbers, or with `isWild` also zeros of both signs, NaN, infinities, subnormals.
    static func floats(
        _ count: Int, _ generator: inout SeededGenerator, isWild: Bool = false
    ) -> [Float] {
        (0..<count).map { _ in
            if isWild, generator.isOne(in: 40) {
                return generator.element(
                    of: [
                        0, -0.0, .nan, .infinity, -.infinity, Float(bitPattern: 700),
                        -.leastNonzeroMagnitude, .greatestFiniteMagnitude,
                    ])
            }
            return Float(generator.int(in: -1_000_000...1_000_000)) / 524_288
        }
    }

    static func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

    @Test(arguments: [
        (1, 1, 0), (1, 1, 1), (3, 5, 7), (1, 10, 255), (2, 33, 256), (9, 31, 257), (1, 129, 511),
        (7, 64, 513), (13, 17, 600), (1, 300, 1025), (8, 32, 16), (200, 5, 40), (16, 1, 3),
        (2, 131, 70), (3, 260, 300), (400, 70, 20), (33, 300, 300), (150, 150, 30),
    ])
    func productFollowsTheDotRule(m: Int, n: Int, k: Int) throws {
        var generator = SeededGenerator(seed: UInt64(m * 1_000_003 + n * 1009 + k))
        for isWild in [false, true] {
            let a = Self.floats(m * k, &generator, isWild: isWild)
            let b = Self.floats(k * n, &generator, isWild: isWild)
            let expected = (0..<m * n).map { index in
                Self.dot(
                    Array(a[index / n * k..<(index / n + 1) * k]),
                    (0..<k).map { b[$0 * n + index % n] })
            }
            let packed = PackedMatrix(b, rows: k, columns: n)
            let turned = (0..<k * n).map { b[$0 % k * n + $0 / k] }
            let packedTurned = PackedMatrix(turned, rows: k, columns: n, isTransposed: true)
            let turnedA = (0..<m * k).map { a[$0 % m * k + $0 / m] }
            let lefts = [PlainMatrix(values: a), PlainMatrix(values: turnedA, isTransposed: true)]
            for kernels in Kernels.available {
                let factors = [
                    RightFactor.packed(packed), .packed(packedTurned), .plain(values: b, offset: 0),
                    .plain(PlainMatrix(values: turned, isTransposed: true)),
                ]
                for (factor, left, threads) in factors.flatMap({ factor in
                    lefts.flatMap { left in [1, 3].map { (factor, left, $0) } }
                }) {
                    var kernels = kernels
                    kernels.threads = threads
                    let result = Kernels.floats(m * n) { output in
                        kernels.product(m, n, k, left, factor, into: output)
                    }
                    #expect(Self.bits(result) == Self.bits(expected), "\(kernels)")
                }
            }
        }
    }

    @Test func everyVariantAgreesWithTheScalarOne() {
        var generator = SeededGenerator(seed: 7)
        for length in Array(0...40) + [63, 64, 65, 100, 257] {
            let x = Self.floats(length, &generator, isWild: true)
            let y = Self.floats(length, &generator, isWild: true)
            let shape = [length] as [Int]
            guard let shape = try? Shape(shape) else { continue }
            let plans = [
                BroadcastPlan(shape, shape, output: shape)
            ]
            for kernels in Kernels.available {
                for operation in 0..<8 {
                    #expect(
                        Self.bits(kernels.unary(Int32(operation), x))
                            == Self.bits(Kernels.scalar.unary(Int32(operation), x)))
                }
                for operation in 0..<5 {
                    #expect(
                        Self.bits(kernels.binary(Int32(operation), x, y, plans[0]))
                            == Self.bits(Kernels.scalar.binary(Int32(operation), x, y, plans[0])))
                }
                guard length > 0 else { continue }
                for rows in [1, 3] {
                    let values = Array([[Float]](repeating: x, count: rows).joined())
                    #expect(
                        Self.bits(kernels.softmax(ofRows: values, length: length))
                            == Self.bits(Kernels.scalar.softmax(ofRows: values, length: length)))
                    #expect(
                        Self.bits(kernels.sums(ofRows: values, length: length, rowCount: rows))
                            == Self.bits(
                                Kernels.scalar.sums(
                                    ofRows: values, length: length, rowCount: rows)))
                    let (a, b, c) = kernels.layerNormalization(
                        ofRows: values, epsilon: 1e-5, scale: y, bias: rows == 1 ? nil : x)
                    let (d, e, f) = Kernels.scalar.layerNormalization(
                        ofRows: values, epsilon: 1e-5, scale: y, bias: rows == 1 ? nil : x)
                    #expect(Self.bits(a + b + c) == Self.bits(d + e + f))
                }
            }
        }
    }

    @Test func sumsInSixteenLanesAndATree() {
        var generator = SeededGenerator(seed: 11)
        for length in [1, 2, 15, 16, 17, 31, 48, 100] {
            let x = Self.floats(length, &generator)
            var lanes = [Float](repeating: 0, count: 16)
            for (index, value) in x.enumerated() { lanes[index % 16] += value }
            for distance in [8, 4, 2, 1] {
                for lane in 0..<distance { lanes[lane] += lanes[lane + distance] }
            }
            for kernels in Kernels.available {
                #expect(kernels.sums(ofRows: x, length: length, rowCount: 1) == [lanes[0]])
            }
        }
        #expect(Kernels.best.sums(ofRows: [-0.0], length: 1, rowCount: 1)[0].sign == .plus)
    }

    @Test func broadcastsEveryPairOfShapes() throws {
        var generator = SeededGenerator(seed: 13)
        for _ in 0..<300 {
            let rank = generator.int(in: 0...4)
            let full = (0..<rank).map { _ in generator.int(in: 1...3) }
            func thinned() -> [Int] {
                let kept = full.map { generator.isOne(in: 2) ? 1 : $0 }
                return Array(kept.dropFirst(generator.int(in: 0...rank)))
            }
            let (a, b) = (try Shape(thinned()), try Shape(thinned()))
            let shape = try Shape.broadcast(a, b)
            let x = Self.floats(a.elementCount, &generator)
            let y = Self.floats(b.elementCount, &generator)
            func offset(_ index: Int, in part: Shape) -> Int {
                var (rest, result) = (index, 0)
                for axis in shape.dimensions.indices.reversed() {
                    let position = rest % shape.dimensions[axis]
                    rest /= shape.dimensions[axis]
                    let own = axis - (shape.rank - part.rank)
                    if own >= 0, part.dimensions[own] > 1 { result += position * part.strides[own] }
                }
                return result
            }
            let expected = (0..<shape.elementCount).map {
                x[offset($0, in: a)] - y[offset($0, in: b)]
            }
            let plan = BroadcastPlan(a, b, output: shape)
            #expect(Kernels.best.binary(1, x, y, plan) == expected, "\(a) \(b)")
            #expect(plan.map(x, y) { $0 - $1 } == expected)
        }
    }
}
