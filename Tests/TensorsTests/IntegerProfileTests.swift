// The operators of the integer profile against their definitions (Documentation/integer-profile.md)
// written out with integers of 128 bits, on random and extreme numbers, for every kind of kernels.
import Base
import TestSupport
import Testing

@testable import Tensors

/// ⌊a / 2^s⌋ after adding h, clamped: rescaling as the specification says it.
private func rescaled(
    _ accumulator: Int128, _ multiplier: Int, _ shift: Int, _ minimum: Int = -32_768,
    _ maximum: Int = 32_767
) -> Int16 {
    let half: Int128 = shift == 0 ? 0 : 1 << Int128(shift - 1)
    let sum = accumulator * Int128(multiplier) + half
    let divisor: Int128 = 1 << Int128(shift)
    var quotient = sum / divisor
    if sum % divisor < 0 { quotient -= 1 }
    return Int16(min(max(quotient, Int128(minimum)), Int128(maximum)))
}

private func int16s(_ values: [Int], _ shape: Shape) -> Tensor {
    Tensor(values.map { Int16($0) }, shape: shape)
}

extension SeededGenerator {
    /// A number of −2^15 ..< 2^15, often an extreme one.
    fileprivate mutating func activation() -> Int {
        isOne(in: 3) ? element(of: [-32_768, 32_767, 0, -1, 255, 256]) : int(in: -32_768...32_767)
    }

    fileprivate mutating func weight() -> Int {
        isOne(in: 3) ? element(of: [-128, 127, 0, -1]) : int(in: -128...127)
    }
}

@Suite struct IntegerProfileTests {
    @Test(arguments: [
        (1, 1, 1), (1, 5, 3), (3, 64, 33), (2, 257, 70), (16, 30, 96), (1, 0, 4), (0, 3, 4),
        (8, 1, 1), (13, 509, 31), (27, 1_021, 65), (9, 0, 3),
    ])
    func linearIsItsDefinition(rows: Int, terms: Int, columns: Int) throws {
        var generator = SeededGenerator(seed: UInt64(rows * 7_919 + terms * 31 + columns))
        let x = (0..<rows * terms).map { _ in generator.activation() }
        let w = (0..<terms * columns).map { _ in generator.weight() }
        let b = (0..<columns).map { _ in generator.int(in: -2_147_483_648...2_147_483_647) }
        let multipliers = (0..<columns).map { _ in generator.int(in: 1...8_388_607) }
        let shift = generator.int(in: 20...40)
        let shape = try Shape([rows, terms])
        let result = try run(
            "aivm.integer.Linear",
            [
                int16s(x, shape),
                Tensor(w.map { Int8($0) }, shape: try Shape([terms, columns])),
                Tensor(b.map { Int32($0) }, shape: [columns]),
            ],
            [
                ("multipliers", .ints(multipliers.map { Int64($0) })),
                ("shift", .int(Int64(shift))),
                ("minimum", .int(-9_000)),
            ])[0]
        let expected = (0..<rows * columns).map { index -> Int16 in
            let (row, column) = (index / columns, index % columns)
            var sum = Int128(b[column])
            for term in 0..<terms {
                sum += Int128(x[row * terms + term] * w[term * columns + column])
            }
            return rescaled(sum, multipliers[column], shift, -9_000)
        }
        #expect(result.int16s == expected)
    }

    /// The largest sums there can be, times the largest multiplier: nothing wraps.
    @Test(arguments: [(-32_768, -128), (-32_768, 127), (32_767, -128)])
    func theLargestSumsDoNotWrap(x: Int, w: Int) throws {
        let terms = 65_536
        let bias = x * w > 0 ? Int32.max : Int32.min
        // Few rows and many are multiplied in ways of their own.
        for rows in [1, 9] {
            let result = try run(
                "aivm.integer.Linear",
                [
                    int16s([Int](repeating: x, count: rows * terms), try Shape([rows, terms])),
                    Tensor([Int8](repeating: Int8(w), count: terms), shape: [65_536, 1]),
                    Tensor([bias], shape: [1]),
                ], [("multipliers", .ints([8_388_607])), ("shift", .int(46))])[0]
            let sum = Int128(terms * x * w) + Int128(bias)
            let expected = rescaled(sum, 8_388_607, 46)
            #expect(result.int16s == [Int16](repeating: expected, count: rows))
            #expect(abs(Int(expected)) > 10_000)
        }
    }

    @Test(arguments: [(1, 1, 1), (3, 16, 5), (2, 100, 40), (9, 3, 33)])
    func matrixProductsOfActivationsAreExact(rows: Int, terms: Int, columns: Int) throws {
        var generator = SeededGenerator(seed: UInt64(rows * 131 + terms * 7 + columns))
        let a = (0..<2 * rows * terms).map { _ in generator.activation() }
        let b = (0..<2 * terms * columns).map { _ in generator.activation() }
        let result = try run(
            "aivm.integer.MatMul",
            [int16s(a, try Shape([2, rows, terms])), int16s(b, try Shape([2, terms, columns]))],
            [("multipliers", .ints([301])), ("shift", .int(30))])[0]
        let expected = (0..<2 * rows * columns).map { index -> Int16 in
            let (pair, place) = (index / (rows * columns), index % (rows * columns))
            let (row, column) = (place / columns, place % columns)
            var sum: Int128 = 0
            for term in 0..<terms {
                let left = a[(pair * rows + row) * terms + term]
                sum += Int128(left * b[(pair * terms + term) * columns + column])
            }
            return rescaled(sum, 301, 30)
        }
        #expect(result.int16s == expected)
    }

    @Test func theLargestProductOfActivationsIsExact() throws {
        let terms = 65_536
        for (a, b) in [(-32_768, -32_768), (-32_768, 32_767), (255, 255), (-1, -1)] {
            let result = try run(
                "aivm.integer.MatMul",
                [
                    int16s([Int](repeating: a, count: terms), [1, 65_536]),
                    int16s([Int](repeating: b, count: terms), [65_536, 1]),
                ], [("multipliers", .ints([30_000])), ("shift", .int(47))])[0]
            #expect(result.int16s == [rescaled(Int128(terms * a * b), 30_000, 47)])
        }
    }

    @Test(arguments: 0..<24)
    func convolutionIsItsDefinition(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let groups = generator.element(of: [1, 1, 2, 3])
        let channels = generator.int(in: 1...5)
        let features = generator.element(of: [1, 2, 9, 40])
        let kernel = [generator.int(in: 1...3), generator.int(in: 1...3)]
        let input = [generator.int(in: 4...9), generator.int(in: 4...9)]
        let strides = [generator.int(in: 1...2), generator.int(in: 1...3)]
        let dilations = [generator.int(in: 1...2), generator.int(in: 1...2)]
        let pads = (0..<4).map { _ in generator.int(in: 0...2) }
        let output = (0..<2).map { axis -> Int in
            let room = input[axis] + pads[axis] + pads[axis + 2]
            let reach = (kernel[axis] - 1) * dilations[axis] + 1
            return room < reach ? 0 : (room - reach) / strides[axis] + 1
        }
        guard output[0] > 0, output[1] > 0 else { return }
        let x = (0..<2 * groups * channels * input[0] * input[1]).map { _ in
            generator.activation()
        }
        let w = (0..<groups * features * channels * kernel[0] * kernel[1]).map { _ in
            generator.weight()
        }
        let b = (0..<groups * features).map { _ in generator.int(in: -100_000...100_000) }
        let multipliers = (0..<groups * features).map { _ in generator.int(in: 1...5_000) }
        let result = try run(
            "aivm.integer.Conv",
            [
                int16s(x, try Shape([2, groups * channels] + input)),
                Tensor(
                    w.map { Int8($0) }, shape: try Shape([groups * features, channels] + kernel)),
                Tensor(b.map { Int32($0) }, shape: [groups * features]),
            ],
            [
                ("group", .int(Int64(groups))), ("strides", .ints(strides.map { Int64($0) })),
                ("dilations", .ints(dilations.map { Int64($0) })),
                ("pads", .ints(pads.map { Int64($0) })),
                ("multipliers", .ints(multipliers.map { Int64($0) })), ("shift", .int(22)),
            ])[0]
        #expect(result.shape.dimensions == [2, groups * features] + output)
        var expected: [Int16] = []
        for index in 0..<result.shape.elementCount {
            let column = index % output[1]
            let row = index / output[1] % output[0]
            let feature = index / (output[0] * output[1]) % (groups * features)
            let image = index / (output[0] * output[1] * groups * features)
            var sum = Int128(b[feature])
            for channel in 0..<channels {
                for tap in 0..<kernel[0] * kernel[1] {
                    let y = row * strides[0] + tap / kernel[1] * dilations[0] - pads[0]
                    let z = column * strides[1] + tap % kernel[1] * dilations[1] - pads[1]
                    guard (0..<input[0]).contains(y), (0..<input[1]).contains(z) else { continue }
                    let plane = (image * groups + feature / features) * channels + channel
                    let place = (plane * input[0] + y) * input[1] + z
                    let weight = (feature * channels + channel) * kernel[0] * kernel[1] + tap
                    sum += Int128(x[place] * w[weight])
                }
            }
            expected.append(rescaled(sum, multipliers[feature], 22))
        }
        #expect(result.int16s == expected)
    }

    /// Quotients of every kind of kernels are those of a division, near ties above all.
    @Test(arguments: 0..<24)
    func quotientsAreRoundedOnce(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(600 + seed))
        // Of any size a float can have; among the mantissas those that have only ones or zeros.
        let exponent = seed < 16 ? generator.int(in: 67...187) : generator.int(in: 0...254)
        let mantissa = generator.element(of: [0, 0x7F_FFFF, generator.int(in: 1...0x7F_FFFE)])
        let scale = Float(bitPattern: UInt32(max(exponent << 23 | mantissa, 1)))
        var x: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude]
        for _ in 0..<2_000 {
            let half = Float(generator.int(in: -40_000...40_000)) + 0.5
            let bits = (half * scale).bitPattern &+ UInt32(generator.int(in: 0...4)) &- 2
            x.append(Float(bitPattern: bits))
            x.append(Float(bitPattern: UInt32(truncatingIfNeeded: generator.next())))
        }
        let result = try run(
            "aivm.integer.Quantize", [Tensor(x, shape: try Shape([x.count]))],
            [
                ("scales", .floats([scale.bitPattern])), ("minimum", .int(-32_000)),
                ("maximum", .int(32_100)),
            ])[0]
        let expected = x.map { x -> Int16 in
            let quotient = (x / scale).rounded(.toNearestOrEven)
            return Int16(min(max(quotient.isNaN ? 0 : quotient, -32_000), 32_100))
        }
        #expect(result.int16s == expected)
    }

    @Test func elementwiseOperatorsAreTheirDefinitions() throws {
        var generator = SeededGenerator(seed: 5)
        let a = (0..<24).map { _ in generator.activation() }
        let b = (0..<4).map { _ in generator.activation() }
        let (left, right) = (int16s(a, [2, 3, 4]), int16s(b, [4]))
        let sum = try run(
            "aivm.integer.Add", [left, right],
            [("multipliers", .ints([300, -77])), ("shift", .int(9)), ("maximum", .int(500))])[0]
        let sums = a.indices.map { index -> Int16 in
            rescaled(Int128(a[index] * 300 - b[index % 4] * 77), 1, 9, -32_768, 500)
        }
        #expect(sum.int16s == sums)
        let addend = Tensor([Int32.max, .min, 5, -7], shape: [4])
        let product = try run(
            "aivm.integer.Mul", [left, right, addend],
            [("multipliers", .ints([8_388_607])), ("shift", .int(40))])[0]
        let products = a.indices.map { index -> Int16 in
            let sum = Int128(a[index] * b[index % 4]) + Int128(addend.int32s?[index % 4] ?? 0)
            return rescaled(sum, 8_388_607, 40)
        }
        #expect(product.int16s == products)
        let negated = try run(
            "aivm.integer.Rescale", [left], [("multipliers", .ints([-1]))])[0]
        #expect(negated.int16s == a.map { Int16(min(-$0, 32_767)) })
    }

    @Test func tablesSaturateTheirArguments() throws {
        let table = Tensor((0..<16).map { Int16($0 * 100) }, shape: [16])
        let x = [-32_768, -5_000, -513, -512, -1, 0, 255, 256, 3_583, 3_584, 4_000, 32_767]
        let result = try run(
            "aivm.integer.Table", [int16s(x, [12])],
            [("shift", .int(9)), ("table", .tensor(table))])[0]
        let expected = x.map { value in
            Int16(Int(rescaled(Int128(value), 1, 9, -8, 7)) * 100 + 800)
        }
        #expect(result.int16s == expected)
        #expect(expected.first == 0)
        #expect(expected.last == 1_500)
    }

    @Test(arguments: 0..<20)
    func softmaxDividesWithRemainder(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let length = generator.int(in: 1...20)
        let x = (0..<3 * length).map { _ in
            seed % 2 == 0 ? generator.activation() : generator.int(in: -3_000...3_000)
        }
        let high = (0..<16).map { _ in generator.int(in: 0...65_536) }
        let low = (0..<8).map { _ in generator.int(in: 0...65_536) }
        let (first, second) = ([65_536] + high.dropFirst(), [65_536] + low.dropFirst())
        let result = try run(
            "aivm.integer.Softmax", [int16s(x, try Shape([3, length]))],
            [
                ("high", .tensor(Tensor(first.map { Int32($0) }, shape: [16]))),
                ("low", .tensor(Tensor(second.map { Int32($0) }, shape: [8]))),
                ("multipliers", .ints([3])), ("shift", .int(7)), ("product_shift", .int(16)),
                ("fraction_bits", .int(14)),
            ])[0]
        for row in 0..<3 {
            let values = Array(x[row * length..<(row + 1) * length])
            let results = try #require(result.int16s)[row * length..<(row + 1) * length]
            let largest = try #require(values.max())
            let exponentials = values.map { value in
                let t = min(((largest - value) * 3 + 64) / 128, 127)
                return (first[t / 8] * second[t % 8] + 32_768) / 65_536
            }
            let sum = exponentials.reduce(0, +)
            for (e, y) in zip(exponentials, results) {
                let remainder = e << 14 - Int(y) * sum
                #expect(remainder >= 0 && remainder < sum)
            }
        }
    }

    @Test(arguments: 0..<30)
    func normalisationIsAFloorOfARoot(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let length = generator.element(of: [1, 2, 7, 64, 300])
        let reach = generator.element(of: [0, 1, 100, 32_767])
        let x = (0..<2 * length).map { _ in generator.int(in: -reach...reach) }
        let centred = seed % 3 != 0
        let epsilon = generator.element(of: [1, 7, 1 << 20, 1 << 61])
        let bits = generator.element(of: [1, 20, 40, 46])
        let shift = max(bits - 11, 0)
        let result = try run(
            "aivm.integer.Normalize", [int16s(x, try Shape([2, length]))],
            [
                ("centred", .int(centred ? 1 : 0)), ("epsilon", .int(Int64(epsilon))),
                ("fraction_bits", .int(Int64(bits))), ("shift", .int(Int64(shift))),
            ])[0]
        for row in 0..<2 {
            let values = x[row * length..<(row + 1) * length].map { Int128($0) }
            let sum = centred ? values.reduce(0, +) : 0
            let count = Int128(length)
            let variance =
                count * values.reduce(0) { $0 + $1 * $1 } - sum * sum + Int128(epsilon)
            // The root by bisection: y² · v ≤ 2^(2k) < (y + 1)² · v.
            let target = UInt128(1) << UInt128(2 * bits)
            var (least, most): (UInt128, UInt128) = (0, 1 << 47)
            while most - least > 1 {
                let middle = (least + most) / 2
                let quotient = target / UInt128(variance)
                if middle * middle <= quotient { least = middle } else { most = middle }
            }
            #expect(least * least * UInt128(variance) <= target)
            let expected = values.map {
                rescaled((count * $0 - sum) * Int128(least), 1, shift)
            }
            #expect(Array(result.int16s?[row * length..<(row + 1) * length] ?? []) == expected)
        }
    }

    @Test func meansRoundHalvesUp() throws {
        for (sum, count, mean) in [(7, 2, 4), (-7, 2, -3), (5, 3, 2), (-5, 3, -2), (-4, 3, -1)] {
            let (quotient, remainder) = IntegerMean.divided(Int64(sum), by: Int64(count))
            #expect(quotient == Int64(mean))
            #expect(Int64(sum + count / 2) == quotient * Int64(count) + remainder)
            #expect(remainder >= 0 && remainder < Int64(count))
        }
        let x = int16s([1, 2, -1, -2, 32_767, 32_766, -32_768, -32_767], [1, 2, 2, 2])
        let mean = try run("aivm.integer.Mean", [x], [("axes", .ints([3])), ("keepdims", .int(0))])
        #expect(mean[0].int16s == [2, -1, 32_767, -32_767])
        let pooled = try run(
            "aivm.integer.AveragePool", [x],
            [("kernel_shape", .ints([2, 2])), ("pads", .ints([1, 1, 0, 0]))])[0]
        #expect(pooled.int16s == [1, 2, 0, 0, 32_767, 32_767, 0, 0])
        let largest = try run(
            "aivm.integer.MaxPool", [x],
            [("kernel_shape", .ints([2, 2])), ("pads", .ints([1, 1, 0, 0]))])[0]
        #expect(largest.int16s == [1, 2, 1, 2, 32_767, 32_767, 32_767, 32_767])
    }

    @Test func indicesOutsideCountAsTheNearest() throws {
        let data = int16s([10, 11, 20, 21, 30, 31], [3, 2])
        let indices = Tensor([Int64.min, -1, 0, 1, 2, 3, .max], shape: [7])
        let result = try run("aivm.integer.Gather", [data, indices])[0]
        #expect(result.int16s == [10, 11, 10, 11, 10, 11, 20, 21, 30, 31, 30, 31, 30, 31])
    }

    @Test func treesCompareAndAdd() throws {
        // Tree 0: x₀ ≤ 5 ? leaf 0 : (x₁ ≤ −3 ? leaf 1 : leaf 2); tree 1 is leaf 2.
        let result = try run(
            "aivm.integer.TreeEnsemble",
            [
                int16s([5, 0, 6, -3, 6, -2], [3, 2]), int16s([5, -3], [2]),
                Tensor([Int32(100), 0, 0, 40, 7, 9], shape: [3, 2]),
                Tensor([Int32(1), 1_000], shape: [2]),
            ],
            [
                ("features", .ints([0, 1])), ("true", .ints([-1, -2])), ("false", .ints([1, -3])),
                ("roots", .ints([0, -3])),
            ])[0]
        #expect(result.int16s == [108, 1_009, 8, 1_049, 15, 1_018])
    }

    @Test func edgesRoundToEvenAndSaturate() throws {
        let x = Tensor(
            [0.5, 1.5, -0.5, 2.5, 1e9, -1e9, .infinity, -.infinity, .nan, -0.0] as [Float],
            shape: [10])
        let one = AttributeValue.floats([(1 as Float).bitPattern])
        let y = try run("aivm.integer.Quantize", [x], [("scales", one)])[0]
        #expect(y.int16s == [0, 2, 0, 2, 32_767, -32_768, 32_767, -32_768, 0, 0])
        let scales = AttributeValue.floats([0.5, 0.25].map { ($0 as Float).bitPattern })
        let each = try run(
            "aivm.integer.Quantize", [Tensor([1, 1, 2, 2] as [Float], shape: [2, 2])],
            [("scales", scales), ("axis", .int(1)), ("maximum", .int(7))])[0]
        #expect(each.int16s == [2, 4, 4, 7])
        let back = try run(
            "aivm.integer.Dequantize", [each], [("scales", scales), ("axis", .int(-1))])
        #expect(back[0].float32s == [1, 1, 2, 1.75])
    }
}
