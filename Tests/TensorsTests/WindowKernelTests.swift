// Convolutions, pooling and epilogues over random geometries, against definitions written out here
// element by element, for every variant and for one thread and several.
import Base
import TestSupport
import Testing

@testable import Tensors

/// A random geometry over two axes.
private struct Geometry {
    var size: [Int]
    var kernel: [Int]
    var strides: [Int]
    var dilations: [Int]
    /// Top, left, bottom, right.
    var pads: [Int]

    /// One that gives at least one position; pads are smaller than the window when `isPooling`.
    init(_ generator: inout SeededGenerator, largest: Int, isPooling: Bool) {
        while true {
            let small = generator.isOne(in: 2)
            size = (0..<2).map { _ in generator.int(in: 1...largest) }
            kernel = small ? [3, 3] : (0..<2).map { _ in generator.int(in: 1...4) }
            if small, generator.isOne(in: 3) { kernel = [2, 2] }
            let stride =
                generator.isOne(in: 4) ? generator.int(in: 3...6) : generator.int(in: 1...3)
            strides =
                generator.isOne(in: 3) ? [generator.int(in: 1...3), stride] : [stride, stride]
            dilations = (0..<2).map { _ in generator.isOne(in: 4) ? generator.int(in: 1...3) : 1 }
            let reach = zip(kernel, dilations).map { ($0 - 1) * $1 }
            pads = (0..<4).map { generator.int(in: 0...(isPooling ? min(reach[$0 % 2], 2) : 2)) }
            if output().allSatisfy({ $0 > 0 }) { return }
        }
    }

    func output(ceils: Bool = false) -> [Int] {
        (0..<2).map { axis in
            let extent = (kernel[axis] - 1) * dilations[axis] + 1
            let room = size[axis] + pads[axis] + pads[axis + 2] - extent
            guard room >= 0 else { return 0 }
            let stride = strides[axis]
            var count = (ceils ? (room + stride - 1) / stride : room / stride) + 1
            if ceils, (count - 1) * strides[axis] >= size[axis] + pads[axis] { count -= 1 }
            return count
        }
    }

    var attributes: [(String, AttributeValue)] {
        func ints(_ values: [Int]) -> AttributeValue { .ints(values.map(Int64.init)) }
        return [
            ("kernel_shape", ints(kernel)), ("strides", ints(strides)),
            ("dilations", ints(dilations)), ("pads", ints(pads)),
        ]
    }

    /// The elements of window (y, x) of `plane`, row-major: a value, `nil` in the padding; nothing
    /// behind the padding.
    func window(_ plane: ArraySlice<Float>, _ y: Int, _ x: Int) -> [Float?] {
        var elements: [Float?] = []
        for i in 0..<kernel[0] {
            for j in 0..<kernel[1] {
                let row = y * strides[0] + i * dilations[0] - pads[0]
                let column = x * strides[1] + j * dilations[1] - pads[1]
                guard row < size[0] + pads[2], column < size[1] + pads[3] else { continue }
                let isInside = (0..<size[0]).contains(row) && (0..<size[1]).contains(column)
                elements.append(
                    isInside ? plane[plane.startIndex + row * size[1] + column] : nil)
            }
        }
        return elements
    }
}

/// Every variant on one thread and on three.
private let everyKernels: [Kernels] = Kernels.available.flatMap { kernels in
    [1, 3].map { threads in
        var kernels = kernels
        kernels.threads = threads
        return kernels
    }
}

private func bits(_ tensor: Tensor) -> [UInt32] { KernelTests.bits(tensor.floats) }

@Suite struct WindowKernelTests {
    /// The convolution as the specification words it, bias included.
    private static func convolution(
        _ x: [Float], _ weights: [Float], _ bias: [Float], _ geometry: Geometry, images: Int,
        groups: Int, channels: Int, features: Int
    ) -> [Float] {
        let plane = geometry.size[0] * geometry.size[1]
        let taps = geometry.kernel[0] * geometry.kernel[1]
        let output = geometry.output()
        var results: [Float] = []
        for index in 0..<images * groups * features {
            let (image, feature) = (index / (groups * features), index % (groups * features))
            let first = (image * groups + feature / features) * channels
            for position in 0..<output[0] * output[1] {
                var terms: [Float] = []
                for channel in first..<first + channels {
                    let values = x[channel * plane..<(channel + 1) * plane]
                    terms += geometry.window(values, position / output[1], position % output[1])
                        .map { $0 ?? 0 }
                }
                let own = weights[feature * channels * taps..<(feature + 1) * channels * taps]
                let sum = KernelTests.dot(Array(own), terms) + bias[feature]
                results.append(sum.isNaN ? .canonicalNaN : sum)
            }
        }
        return results
    }

    @Test(arguments: 0..<60)
    func convolutionsFollowTheDotRule(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let isDeep = seed % 6 == 0
        let geometry = Geometry(&generator, largest: isDeep ? 9 : 40, isPooling: false)
        let isDepthwise = seed % 3 == 1
        let groups = isDepthwise ? generator.int(in: 2...5) : generator.int(in: 1...2)
        let channels = isDepthwise ? 1 : generator.int(in: 1...(isDeep ? 90 : 5))
        let features = isDepthwise ? generator.int(in: 1...2) : generator.int(in: 1...40)
        let images = generator.int(in: 1...3)
        let isWild = generator.isOne(in: 2)
        let shapes: [Shape] = [
            try Shape([images, groups * channels] + geometry.size),
            try Shape([groups * features, channels] + geometry.kernel),
            try Shape([groups * features]),
        ]
        let values = shapes.map {
            KernelTests.floats($0.elementCount, &generator, isWild: isWild)
        }
        let inputs: [Tensor?] = zip(values, shapes).map { Tensor($0, shape: $1) }
        let expected = Self.convolution(
            values[0], values[1], values[2], geometry, images: images, groups: groups,
            channels: channels, features: features)
        let call = OperatorCall(
            attributes: try Attributes(geometry.attributes + [("group", .int(Int64(groups)))]),
            opset: 17, inputTypes: inputs.map { $0?.type }, constants: [nil, inputs[1], inputs[2]])
        for kernels in everyKernels {
            let result = try ConvOperator.run(call, inputs, using: kernels)
            #expect(bits(result[0]) == KernelTests.bits(expected), "\(kernels) \(geometry)")
            let prepared = try ConvOperator.prepared(call, using: kernels)
            #expect(try prepared.evaluate(inputs) == result)
        }
    }

    @Test func convolutionsOfNothingGiveTheirBias() throws {
        let bias = Tensor([1, 2, 3] as [Float], shape: [3])
        func weights(_ shape: Shape) -> Tensor {
            Tensor([Float](repeating: 1, count: shape.elementCount), shape: shape)
        }
        let cases: [(Shape, Shape, positions: Int)] = [
            ([2, 0, 5, 5], [3, 0, 3, 3], 25), ([1, 2, 0, 4], [3, 2, 2, 2], 5),
            ([1, 2, 4, 0], [3, 2, 2, 2], 5), ([1, 3, 0, 4], [3, 1, 2, 2], 5),
        ]
        for (input, kernel, positions) in cases {
            let inputs: [Tensor?] = [Tensor([Float](), shape: input), weights(kernel), bias]
            let groups = kernel.dimensions[1] == 1 ? 3 : 1
            let call = OperatorCall(
                attributes: try Attributes([
                    ("pads", .ints([1, 1, 1, 1])), ("group", .int(Int64(groups))),
                ]), opset: 17, inputTypes: inputs.map { $0?.type })
            let count = input.dimensions[0] * 3 * positions
            let expected = (0..<count).map { Float($0 / positions % 3 + 1) }
            for kernels in everyKernels {
                let result = try ConvOperator.run(call, inputs, using: kernels)[0]
                #expect(result.floats == expected, "\(input)")
            }
        }
    }

    @Test(arguments: 0..<40)
    func poolsFollowTheirRules(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(1000 + seed))
        let geometry = Geometry(&generator, largest: 40, isPooling: true)
        let planes = generator.int(in: 1...3)
        let x = KernelTests.floats(
            planes * geometry.size[0] * geometry.size[1], &generator, isWild: seed % 2 == 0)
        let input = Tensor(x, shape: try Shape([1, planes] + geometry.size))
        let (ceils, countsPadding) = (generator.isOne(in: 2), generator.isOne(in: 2))
        let output = geometry.output(ceils: ceils)
        var maxima: [Float] = []
        var means: [Float] = []
        for index in 0..<planes * output[0] * output[1] {
            let plane = geometry.size[0] * geometry.size[1]
            let start = index / (output[0] * output[1]) * plane
            let window = geometry.window(
                input.floats[start..<start + plane],
                index / output[1] % output[0], index % output[1])
            let inside = window.compactMap { $0 }
            maxima.append(
                inside.contains { $0.isNaN }
                    ? .canonicalNaN
                    : inside.reduce(-.infinity) {
                        $0 == $1 && $0.sign == .minus || $0 < $1 ? $1 : $0
                    })
            means.append(mean(countsPadding ? window.map { $0 ?? 0 } : inside))
        }
        let common = geometry.attributes + [("ceil_mode", .int(ceils ? 1 : 0))]
        let maximumCall = OperatorCall(
            attributes: try Attributes(common), opset: 19, inputTypes: [input.type])
        let meanCall = OperatorCall(
            attributes: try Attributes(
                common + [("count_include_pad", .int(countsPadding ? 1 : 0))]),
            opset: 19, inputTypes: [input.type])
        for kernels in everyKernels {
            let largest = try MaxPoolOperator.run(maximumCall, [input], using: kernels)
            #expect(bits(largest[0]) == KernelTests.bits(maxima), "\(kernels) \(geometry)")
            let average = try AveragePoolOperator.run(meanCall, [input], using: kernels)
            #expect(bits(average[0]) == KernelTests.bits(means), "\(kernels) \(geometry)")
        }
    }

    /// The mean by the reduction rule.
    private func mean(_ values: [Float]) -> Float {
        var lanes = [Float](repeating: 0, count: 16)
        for (index, value) in values.enumerated() { lanes[index % 16] += value }
        for distance in [8, 4, 2, 1] {
            for lane in 0..<distance { lanes[lane] += lanes[lane + distance] }
        }
        let result = lanes[0] / Float(values.count)
        return result.isNaN ? .canonicalNaN : result
    }

    @Test func poolsOfOtherRanksFollowTheSameRules() throws {
        var generator = SeededGenerator(seed: 5)
        let line = KernelTests.floats(24, &generator)
        func pools(_ x: Tensor, _ kernel: [Int64]) throws -> [[Float]] {
            let call = OperatorCall(
                attributes: try Attributes([("kernel_shape", .ints(kernel))]), opset: 19,
                inputTypes: [x.type])
            return try everyKernels.flatMap { kernels in
                [
                    try MaxPoolOperator.run(call, [x], using: kernels)[0].floats,
                    try AveragePoolOperator.run(call, [x], using: kernels)[0].floats,
                ]
            }
        }
        let flat = try pools(Tensor(line, shape: [1, 1, 2, 12]), [1, 3])
        #expect(try pools(Tensor(line, shape: [1, 2, 12]), [3]) == flat)
        #expect(try pools(Tensor(line, shape: [1, 1, 2, 1, 12]), [1, 1, 3]) == flat)
    }

    @Test func globalAverageIsTheMeanOfEachChannel() throws {
        var generator = SeededGenerator(seed: 6)
        let x = KernelTests.floats(2 * 3 * 49, &generator, isWild: true)
        let input = Tensor(x, shape: [2, 3, 7, 7])
        let expected = (0..<6).map { mean(Array(input.floats[$0 * 49..<($0 + 1) * 49])) }
        let call = OperatorCall(opset: 17, inputTypes: [input.type])
        for kernels in everyKernels {
            let result = try GlobalAveragePoolOperator.run(call, [input], using: kernels)[0]
            #expect(bits(result) == KernelTests.bits(expected))
            #expect(result.shape == [2, 3, 1, 1])
        }
    }

    /// Every activation after every kind of prepared call, against the operators one by one.
    @Test func epiloguesEqualTheOperatorsApart() throws {
        var generator = SeededGenerator(seed: 9)
        func tensor(_ shape: Shape) -> Tensor {
            Tensor(KernelTests.floats(shape.elementCount, &generator, isWild: true), shape: shape)
        }
        let x = tensor([2, 6, 13, 12])
        let calls: [(any Operator.Type, [Tensor], [(String, AttributeValue)])] = [
            (ConvOperator.self, [x, tensor([35, 6, 3, 3]), tensor([35])], []),
            (ConvOperator.self, [x, tensor([35, 6, 1, 1]), tensor([35])], []),
            (ConvOperator.self, [x, tensor([6, 1, 3, 3]), tensor([6])], [("group", .int(6))]),
            (ConvOperator.self, [x, tensor([6, 1, 4, 3])], [("group", .int(6))]),
            (GemmOperator.self, [tensor([17, 300]), tensor([300, 70]), tensor([70])], []),
            (GemmOperator.self, [tensor([17, 40]), tensor([40, 70]), tensor([17, 1])], []),
            (GemmOperator.self, [tensor([17, 40]), tensor([40, 70]), tensor([17, 70])], []),
            (
                GemmOperator.self, [tensor([17, 40]), tensor([40, 70]), tensor([1])],
                [("alpha", .float(Float(0.5).bitPattern)), ("beta", .float(Float(3).bitPattern))]
            ),
            (MatMulOperator.self, [tensor([3, 2, 40]), tensor([3, 40, 300])], []),
            (MatMulOperator.self, [tensor([33, 600]), tensor([600, 33])], []),
        ]
        for (kind, inputs, attributes) in calls {
            let call = OperatorCall(
                attributes: try Attributes(attributes), opset: 17, inputTypes: inputs.map(\.type),
                constants: [nil, inputs[1]])
            let plain = try kind.run(call, inputs, using: .scalar)[0]
            let addend = tensor(plain.shape)
            for kernels in everyKernels {
                let prepared = try kind.prepared(call, using: kernels)
                var fused = try #require(prepared as? any EpilogueTaking)
                let bias = fused.columnBiasCount.map {
                    tensor([$0]).floats
                }
                for addsTensor in [false, true] {
                    for activation in [
                        Epilogue.Activation.none, .relu, .clip(low: -0.0, high: 6),
                        .clip(low: .nan, high: 0.5), .clip(low: 3, high: -3),
                    ] {
                        fused.epilogue = Epilogue(
                            columnBias: bias, addsTensor: addsTensor, activation: activation)
                        let result = try fused.evaluate(inputs + (addsTensor ? [addend] : []))
                        let expected = apart(
                            plain, bias, addsTensor ? addend : nil, activation)
                        #expect(bits(result[0]) == expected, "\(kind) \(activation)")
                    }
                }
                #expect(throws: OperatorError.self) { try fused.evaluate(inputs) }
            }
        }
    }

    private func apart(
        _ x: Tensor, _ bias: [Float]?, _ addend: Tensor?, _ activation: Epilogue.Activation
    ) -> [UInt32] {
        x.floats.enumerated().map { index, value in
            var y = value
            if let bias { y += bias[index % bias.count] }
            if let addend { y += addend.floats[index] }
            switch activation {
            case .none: break
            case .relu: y = y <= 0 ? 0 : y
            case .clip(let low, let high):
                y = y < low ? low : y
                y = y > high ? high : y
            }
            return y.isNaN ? Float.canonicalNaN.bitPattern : y.bitPattern
        }
    }

    @Test func concurrentCallsShareTheThreadsSafely() async throws {
        var generator = SeededGenerator(seed: 21)
        let (m, n, k) = (150, 300, 90)
        let a = KernelTests.floats(m * k, &generator)
        let b = PackedMatrix(KernelTests.floats(k * n, &generator), rows: k, columns: n)
        func product(_ threads: Int) -> [Float] {
            var kernels = Kernels.best
            kernels.threads = threads
            return Kernels.floats(m * n) {
                kernels.product(m, n, k, PlainMatrix(values: a), .packed(b), into: $0)
            }
        }
        let expected = product(1)
        await withTaskGroup(of: Bool.self) { group in
            for index in 0..<16 {
                group.addTask {
                    (0..<20).allSatisfy { product(2 + ($0 + index) % 5) == expected }
                }
            }
            for await isEqual in group { #expect(isEqual) }
        }
    }
}
