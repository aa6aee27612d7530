// Every operator on values worked out by hand, or against its rule written out naively.
import Base
import TestSupport
import Testing

@testable import Tensors

/// Runs `name` on `inputs`, all of them known at load time, and checks that its prepared form and
/// every variant of the kernels give the same.
func run(
    _ name: String, _ inputs: [Tensor?], _ attributes: [(String, AttributeValue)] = [],
    opset: Int = 17, outputs: Int = 1
) throws -> [Tensor] {
    let kind = try #require(OperatorRegistry.find(name))
    let call = OperatorCall(
        attributes: try Attributes(attributes), opset: opset, inputTypes: inputs.map { $0?.type },
        constants: inputs, outputCount: outputs)
    let types = try kind.validatedOutputTypes(call)
    let reference = try kind.run(call, inputs, using: .scalar)
    #expect(reference.map(\.type) == types)
    for kernels in Kernels.available {
        #expect(try kind.run(call, inputs, using: kernels) == reference)
        #expect(try kind.prepared(call, using: kernels).evaluate(inputs) == reference)
        guard name.hasPrefix("aivm.integer.") else { continue }
        // Threads choose other kernels.
        var two = kernels
        two.threads = 2
        #expect(try kind.prepared(call, using: two).evaluate(inputs) == reference)
    }
    _ = kind.work(call, outputs: types)
    return reference
}

private func floats(_ values: [Float], _ shape: Shape) -> Tensor { Tensor(values, shape: shape) }
private func list(_ values: [Int64]) -> Tensor { Tensor(values, shape: [values.count]) }

@Suite struct OperatorTests {
    @Test func registryIsSortedAndComplete() {
        #expect(OperatorRegistry.names == OperatorRegistry.names.sorted())
        for name in OperatorRegistry.names {
            #expect(OperatorRegistry.find(name)?.name == name)
        }
        #expect(OperatorRegistry.find("Nonesuch") == nil)
        #expect(OperatorRegistry.find("") == nil)
    }

    @Test func arithmeticBroadcasts() throws {
        let a = floats([1, 2, 3, 4, 5, 6], [2, 3])
        let sum = try run("Add", [a, floats([10, 20, 30], [3])])[0]
        #expect(sum.float32s == [11, 22, 33, 14, 25, 36])
        #expect(try run("Sub", [a, floats([1, 2], [2, 1])])[0].float32s == [0, 1, 2, 2, 3, 4])
        #expect(try run("Mul", [floats([2], []), a])[0].float32s == [2, 4, 6, 8, 10, 12])
        #expect(try run("Div", [a, a])[0].float32s == [1, 1, 1, 1, 1, 1])
        let zero = try run("Div", [floats([0, 1, -1], [3]), floats([0, 0, 0], [3])])[0]
        #expect(zero == floats([.nan, .infinity, -.infinity], [3]))
        #expect(zero.littleEndianBytes[0..<4] == [0, 0, 0xC0, 0x7F])
    }

    @Test func integerArithmeticIsTotal() throws {
        let a = Tensor([Int32.min, 7, -7, 5], shape: [4])
        let b = Tensor([Int32(-1), 2, 2, 0], shape: [4])
        #expect(try run("Div", [a, b])[0].int32s == [.min, 3, -3, 0])
        #expect(try run("Sub", [a, b])[0].int32s == [.min + 1, 5, -9, 5])
        let one = Tensor([Int8(1)], shape: [1])
        #expect(try run("Add", [Tensor([Int8.max], shape: [1]), one])[0].int8s == [.min])
    }

    @Test func gemmTransposesScalesAndAddsC() throws {
        let a = floats([1, 2, 3, 4, 5, 6], [2, 3])
        let b = floats([1, 0, 0, 1, 1, 1], [3, 2])
        let c = floats([10, 20], [2])
        #expect(try run("Gemm", [a, b])[0].float32s == [4, 5, 10, 11])
        #expect(try run("Gemm", [a, b, c])[0].float32s == [14, 25, 20, 31])
        let turned = floats([1, 4, 2, 5, 3, 6], [3, 2])
        let bTurned = floats([1, 0, 1, 0, 1, 1], [2, 3])
        let result = try run(
            "Gemm", [turned, bTurned, c],
            [
                ("transA", .int(1)), ("transB", .int(1)), ("alpha", .float(Float(2).bitPattern)),
                ("beta", .float(Float(0.5).bitPattern)),
            ])
        #expect(result[0].float32s == [13, 20, 25, 32])
    }

    @Test func matMulBroadcastsItsBatch() throws {
        let a = floats((0..<12).map(Float.init), [2, 2, 3])
        let b = floats((0..<6).map(Float.init), [3, 2])
        let rows = try run("MatMul", [a, b])[0]
        #expect(rows == floats([10, 13, 28, 40, 46, 67, 64, 94], [2, 2, 2]))
        let batched = floats((0..<6).map(Float.init) + [1, 0, 0, 1, 0, 0], [2, 3, 2])
        #expect(
            try run("MatMul", [a, batched])[0]
                == floats([10, 13, 28, 40, 6, 7, 9, 10], [2, 2, 2]))
        let vector = floats([1, 2, 3], [3])
        #expect(try run("MatMul", [vector, floats([4, 5, 6], [3])])[0] == floats([32], []))
        #expect(try run("MatMul", [vector, b])[0] == floats([16, 22], [2]))
        let empty = try run("MatMul", [floats([], [2, 0]), floats([], [0, 1])])[0]
        #expect(empty == floats([0, 0], [2, 1]))
    }

    @Test func convolutionFollowsItsDefinition() throws {
        var generator = SeededGenerator(seed: 5)
        for round in 0..<60 {
            let group = generator.int(in: 1...2)
            let (channels, features) = (generator.int(in: 1...3), generator.int(in: 1...5))
            let (height, width) = (generator.int(in: 3...9), generator.int(in: 3...40))
            let kernel = [generator.int(in: 1...3), generator.int(in: 1...3)]
            let strides = [generator.int(in: 1...2), generator.int(in: 1...3)]
            let dilations = [1, kernel[1] == 3 ? 1 : generator.int(in: 1...2)]
            let pads = (0..<4).map { _ in generator.int(in: 0...2) }
            let x = KernelTests.floats(2 * group * channels * height * width, &generator)
            let w = KernelTests.floats(
                group * features * channels * kernel[0] * kernel[1], &generator)
            let bias = KernelTests.floats(group * features, &generator)
            let outputs = [
                (height + pads[0] + pads[2] - kernel[0]) / strides[0] + 1,
                (width + pads[1] + pads[3] - (kernel[1] - 1) * dilations[1] - 1) / strides[1] + 1,
            ]
            var expected: [Float] = []
            for index in 0..<2 * group * features * outputs[0] * outputs[1] {
                let (column, row) = (index % outputs[1], index / outputs[1] % outputs[0])
                let feature = index / outputs[1] / outputs[0] % (group * features)
                let image = index / outputs[1] / outputs[0] / group / features
                let own = feature / features
                var (left, right): ([Float], [Float]) = ([], [])
                for term in 0..<channels * kernel[0] * kernel[1] {
                    let channel = term / kernel[0] / kernel[1]
                    let r = row * strides[0] - pads[0] + term / kernel[1] % kernel[0]
                    let c = column * strides[1] - pads[1] + term % kernel[1] * dilations[1]
                    let inside = r >= 0 && r < height && c >= 0 && c < width
                    let plane = (image * group + own) * channels + channel
                    left.append(inside ? x[(plane * height + r) * width + c] : 0)
                    right.append(w[feature * channels * kernel[0] * kernel[1] + term])
                }
                expected.append(KernelTests.dot(left, right) + bias[feature])
            }
            let result = try run(
                "Conv",
                [
                    Tensor(x, shape: try Shape([2, group * channels, height, width])),
                    Tensor(w, shape: try Shape([group * features, channels] + kernel)),
                    Tensor(bias, shape: try Shape([group * features])),
                ],
                [
                    ("group", .int(Int64(group))), ("strides", .ints(strides.map(Int64.init))),
                    ("dilations", .ints(dilations.map(Int64.init))),
                    ("pads", .ints(pads.map(Int64.init))),
                ])
            #expect(result[0].float32s == expected, "round \(round)")
        }
    }

    @Test func convolutionTakesAnyRankAndAutomaticPads() throws {
        let line = floats([1, 2, 3, 4], [1, 1, 4])
        let taps = floats([1, 10, 100], [1, 1, 3])
        let same = try run("Conv", [line, taps], [("auto_pad", .string("SAME_UPPER"))])[0]
        #expect(same == floats([210, 321, 432, 43], [1, 1, 4]))
        let cube = floats([Float](repeating: 1, count: 27), [1, 1, 3, 3, 3])
        #expect(try run("Conv", [cube, cube])[0] == floats([27], [1, 1, 1, 1, 1]))
        let even = floats([1, 10], [1, 1, 2])
        let lower = try run("Conv", [line, even], [("auto_pad", .string("SAME_LOWER"))])[0]
        #expect(lower == floats([10, 21, 32, 43], [1, 1, 4]))
    }

    @Test func maxPoolObeysItsOrderAndItsEdges() throws {
        let x = floats([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3])
        let kernel = ("kernel_shape", AttributeValue.ints([2, 2]))
        let stride = ("strides", AttributeValue.ints([2, 2]))
        #expect(try run("MaxPool", [x], [kernel])[0] == floats([5, 6, 8, 9], [1, 1, 2, 2]))
        #expect(
            try run("MaxPool", [x], [kernel, stride, ("ceil_mode", .int(1))])[0]
                == floats([5, 6, 8, 9], [1, 1, 2, 2]))
        #expect(
            try run("MaxPool", [x], [kernel, stride, ("pads", .ints([1, 1, 0, 0]))])[0]
                == floats([1, 3, 7, 9], [1, 1, 2, 2]))
        let special = floats([-0.0, 0, .nan, -.infinity, -1, -.infinity], [1, 1, 6])
        let result = try run(
            "MaxPool", [special], [("kernel_shape", .ints([2])), ("strides", .ints([2]))])[0]
        #expect(result == floats([0, .nan, -1], [1, 1, 3]))
        let bytes = Tensor([Int8(-3), -128, 4, 5], shape: [1, 1, 4])
        let pooled = try run("MaxPool", [bytes], [("kernel_shape", .ints([2]))])[0]
        #expect(pooled.int8s == [-3, 4, 5])
    }

    @Test func softmaxFollowsItsRuleAlongAnyAxis() throws {
        let x = floats([1, 2, 3, 4, 5, 6], [2, 3])
        let rows = try run("Softmax", [x])[0]
        let e = Kernels.scalar.unary(ExpOperator.operation, [-2, -1, 0])
        // Three lanes: the tree adds lane 2 to lane 0, then lane 1.
        let sum = (e[0] + e[2]) + e[1]
        #expect(rows.float32s?.prefix(3) == [e[0] / sum, e[1] / sum, e[2] / sum][...])
        let turned = try run("Transpose", [x])[0]
        let columns = try run("Softmax", [turned], [("axis", .int(0))])[0]
        #expect(try run("Transpose", [columns])[0] == rows)
        let flat = try run("Softmax", [floats([1, 2, 3, 4, 5, 6], [1, 2, 3])], [], opset: 11)[0]
        let single = try run("Softmax", [floats([1, 2, 3, 4, 5, 6], [6])])[0]
        #expect(flat.float32s == single.float32s)
        let dead = try run("Softmax", [floats([-.infinity, -.infinity], [2])])[0]
        #expect(dead == floats([.nan, .nan], [2]))
    }

    @Test func reduceMeanDoesNotDependOnLayout() throws {
        var generator = SeededGenerator(seed: 21)
        let x = Tensor(KernelTests.floats(40 * 37, &generator), shape: [40, 37])
        let turned = try run("Transpose", [x])[0]
        let rows = try run("ReduceMean", [x], [("axes", .ints([1])), ("keepdims", .int(0))])[0]
        let columns = try run(
            "ReduceMean", [turned], [("axes", .ints([-2])), ("keepdims", .int(0))])[0]
        #expect(rows == columns)
        #expect(rows.shape == [40])
        let newer = try run("ReduceMean", [x, list([1])], [("keepdims", .int(0))], opset: 18)[0]
        #expect(newer == rows)
        let same = try run("ReduceMean", [x], [("noop_with_empty_axes", .int(1))], opset: 18)[0]
        #expect(same == x)
        #expect(try run("ReduceMean", [floats([1, 2, 6], [3])])[0] == floats([3], [1]))
    }

    @Test func layerNormalizationGivesItsStatistics() throws {
        let x = floats([1, 3, 5, 5], [2, 2])
        let outputs = try run(
            "LayerNormalization", [x, floats([2, 2], [2]), floats([1, 1], [2])],
            [("epsilon", .float(Float(3).bitPattern))], outputs: 3)
        #expect(outputs[0] == floats([0, 2, 1, 1], [2, 2]))
        #expect(outputs[1] == floats([2, 5], [2, 1]))
        #expect(outputs[2] == floats([0.5, 1 / Float(3).squareRoot()], [2, 1]))
    }

    @Test func movementsMoveElements() throws {
        let x = Tensor((0..<24).map(Int32.init), shape: [2, 3, 4])
        #expect(
            try run("Transpose", [x], [("perm", .ints([2, 0, 1]))])[0].int32s?.prefix(6)
                == [0, 4, 8, 12, 16, 20])
        let rows = try run("Gather", [x, list([-1, 0])], [("axis", .int(1))])[0]
        #expect(rows.shape == [2, 2, 4])
        #expect(rows.int32s?.prefix(8) == [8, 9, 10, 11, 0, 1, 2, 3])
        let parts = try run("Split", [x, list([1, 3])], [("axis", .int(-1))], outputs: 2)
        #expect(parts[0].int32s == [0, 4, 8, 12, 16, 20])
        #expect(try run("Concat", parts.map { $0 }, [("axis", .int(2))])[0] == x)
        let uneven = try run(
            "Split", [x], [("axis", .int(2)), ("num_outputs", .int(3))], opset: 18, outputs: 3)
        #expect(uneven.map { $0.shape.dimensions[2] } == [2, 2, 0])
        let sliced = try run("Slice", [x, list([3]), list([.min]), list([2]), list([-2])])[0]
        #expect(sliced.shape == [2, 3, 2])
        #expect(sliced.int32s?.prefix(4) == [3, 1, 7, 5])
        #expect(
            try run("Slice", [x, list([.max]), list([.max]), list([0])])[0].shape == [0, 3, 4])
    }

    @Test func reshapesFollowZeroAndMinusOne() throws {
        let x = Tensor([Float](repeating: 1, count: 24), shape: [2, 3, 4])
        #expect(try run("Reshape", [x, list([0, -1])])[0].shape == [2, 12])
        #expect(try run("Flatten", [x], [("axis", .int(2))])[0].shape == [6, 4])
        #expect(try run("Unsqueeze", [x, list([0, -1])])[0].shape == [1, 2, 3, 4, 1])
        let wide = try run("Unsqueeze", [x], [("axes", .ints([1]))], opset: 11)[0]
        #expect(wide.shape == [2, 1, 3, 4])
        #expect(try run("Squeeze", [wide, list([1])])[0].shape == [2, 3, 4])
        #expect(try run("Shape", [x], [("start", .int(-2))])[0].int64s == [3, 4])
        let empty = Tensor([Float](), shape: [0, 3])
        let zero = try run("Reshape", [empty, list([3, 0])], [("allowzero", .int(1))])[0]
        #expect(zero.shape == [3, 0])
    }

    @Test func castsAreDefinedEverywhere() throws {
        let x = floats([1.9, -1.9, .nan, .infinity, -1e30, 300], [6])
        func cast(_ x: Tensor, _ type: ElementType) throws -> Tensor {
            try run("Cast", [x], [("to", .int(Int64(type.rawValue)))])[0]
        }
        #expect(try cast(x, .int8).int8s == [1, -1, 0, 127, -128, 127])
        #expect(try cast(x, .int64).int64s == [1, -1, 0, .max, .min, 300])
        #expect(try cast(x, .uint8).uint8s == [1, 0, 0, 255, 0, 255])
        #expect(try cast(x, .bool).bools == [true, true, true, true, true, true])
        #expect(try cast(list([200, -1]), .int8).int8s == [-56, -1])
        #expect(try cast(list([16_777_217]), .float32).float32s == [16_777_216])
        let low = floats([-1], []), high = floats([1], [])
        #expect(
            try run("Clip", [floats([-2, 0.5, .nan, 3], [4]), low, high])[0]
                == floats([-1, 0.5, .nan, 1], [4]))
    }
}
