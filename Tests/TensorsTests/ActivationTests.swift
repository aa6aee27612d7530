// An activation has the bits of the graph that writes it out with simpler operators, for every
// float32 exponent; special values and refusals by hand; Dropout against NumPy's published stream.
import Base
import TestSupport
import Testing

@testable import Tensors

private func one(_ value: Float) -> Tensor { Tensor([value], shape: []) }
private func floats(_ values: [Float]) -> Tensor { Tensor(values, shape: [values.count]) }
private func float(_ value: Float) -> AttributeValue { .float(value.bitPattern) }

/// A graph written as Swift: operators by name.
private func node(
    _ name: String, _ inputs: Tensor..., attributes: [(String, AttributeValue)] = []
) throws -> Tensor {
    let kind = try #require(OperatorRegistry.find(name))
    let call = OperatorCall(
        attributes: try Attributes(attributes), opset: 24, inputTypes: inputs.map(\.type))
    return try kind.run(call, inputs)[0]
}

@Suite struct ActivationTests {
    private static let x = floats(FunctionTests.inputs(perBinade: 40))

    private static let bodies:
        [(String, [(String, AttributeValue)], @Sendable (Tensor) throws -> Tensor)] = [
            (
                "LeakyRelu", [("alpha", float(0.3))],
                { x in
                    try node("Where", node("Less", x, one(0)), node("Mul", one(0.3), x), x)
                }
            ),
            (
                "Elu", [("alpha", float(1.7))],
                { x in
                    let negative = try node("Sub", node("Exp", x), one(1))
                    return try node(
                        "Where", node("Less", x, one(0)), node("Mul", one(1.7), negative), x)
                }
            ),
            (
                "Selu", [("alpha", float(1.5)), ("gamma", float(2.3))],
                { x in
                    let scaled = try node("Mul", one(1.5), node("Exp", x))
                    let negative = try node("Mul", one(2.3), node("Sub", scaled, one(1.5)))
                    return try node(
                        "Where", node("Less", x, one(0)), negative, node("Mul", one(2.3), x))
                }
            ),
            (
                "Celu", [("alpha", float(1.3))],
                { x in
                    try node("Mul", one(1.3), node("Elu", node("Div", x, one(1.3))))
                }
            ),
            ("Softsign", [], { x in try node("Div", x, node("Add", one(1), node("Abs", x))) }),
            (
                "HardSigmoid", [("alpha", float(0.3)), ("beta", float(0.4))],
                { x in
                    let line = try node("Add", node("Mul", x, one(0.3)), one(0.4))
                    return try node("Max", node("Min", line, one(1)), one(0))
                }
            ),
            (
                "HardSwish", [],
                { x in
                    let attributes = [("alpha", float(1 / 6)), ("beta", float(0.5))]
                    return try node("Mul", x, node("HardSigmoid", x, attributes: attributes))
                }
            ),
            (
                "Swish", [("alpha", float(0.7))],
                { x in
                    try node("Mul", x, node("Sigmoid", node("Mul", one(0.7), x)))
                }
            ),
            ("Mish", [], { x in try node("Mul", x, node("Tanh", node("Softplus", x))) }),
            (
                "ThresholdedRelu", [("alpha", float(0.5))],
                { x in
                    try node("Where", node("Less", one(0.5), x), x, one(0))
                }
            ),
            (
                "Shrink", [("bias", float(0.7)), ("lambd", float(1.1))],
                { x in
                    let upper = try node(
                        "Where", node("Less", one(1.1), x), node("Sub", x, one(0.7)), one(0))
                    return try node(
                        "Where", node("Less", x, one(-1.1)), node("Add", x, one(0.7)), upper)
                }
            ),
            (
                "Gelu", [],
                { x in
                    let error = try node("Erf", node("Div", x, node("Sqrt", one(2))))
                    return try node("Mul", node("Mul", one(0.5), x), node("Sum", one(1), error))
                }
            ),
            (
                "Gelu", [("approximate", .string("tanh"))],
                { x in
                    let cubes = try node("Mul", one(0.044715), node("Pow", x, one(3)))
                    let inner = try node(
                        "Mul", node("Sqrt", one(0.63661977)), node("Sum", x, cubes))
                    return try node(
                        "Mul", node("Mul", one(0.5), x), node("Sum", one(1), node("Tanh", inner)))
                }
            ),
        ]

    @Test(arguments: bodies.indices)
    func hasTheBitsOfItsGraph(_ index: Int) throws {
        let (name, attributes, body) = Self.bodies[index]
        let actual = try run(name, [Self.x], attributes, opset: 24)[0]
        #expect(actual == (try body(Self.x)), "\(name)")
    }

    @Test(arguments: ["LeakyRelu", "Elu", "Selu", "Celu", "Softsign", "Mish", "Gelu", "HardSwish"])
    func takesFloat64AndHalves(_ name: String) throws {
        let values: [Float] = [-2, -0.5, 0, 0.25, 3]
        let expected = try run(name, [floats(values)], opset: 24)[0].float32s ?? []
        let wide = try run(
            name, [Tensor(float64s: values.map(Double.init), shape: [5])], opset: 24)[0]
        for (wide, narrow) in zip(wide.float64s ?? [], expected) {
            #expect(abs(wide - Double(narrow)) <= 1e-6)
        }
        #expect(wide.float64s?.count == 5)
        let half = try run(name, [Tensor(halves: values, .bfloat16, shape: [5])], opset: 24)[0]
        #expect(half == Tensor(halves: expected, .bfloat16, shape: [5]))
    }

    @Test func slopesFollowTheChannelsBeforeOpset7() throws {
        let x = Tensor([-1, 1, -2, -3] as [Float], shape: [1, 2, 2])
        let slope = Tensor([10, 100] as [Float], shape: [2])
        #expect(try run("PRelu", [x, slope], opset: 6)[0].float32s == [-10, 1, -200, -300])
        #expect(try run("PRelu", [x, slope], opset: 7)[0].float32s == [-10, 1, -20, -300])
        let integers = Tensor([Int32.min, 5], shape: [2])
        let twice = try run("PRelu", [integers, Tensor([Int32(2)], shape: [])], opset: 16)[0]
        #expect(twice.int32s == [0, 5])
        #expect(
            try RejectionTests.error("PRelu", [slope.type, x.type], opset: 16) != nil)
        #expect(
            try RejectionTests.error("PRelu", [x.type, TensorType(.float32, [3])], opset: 6) != nil)
    }

    @Test func shrinkOfUnsignedIntegersHasNoLowerPart() throws {
        let x = Tensor([UInt8(0), 1, 2, 255], shape: [4])
        let attributes = [("bias", float(1)), ("lambd", float(1))]
        #expect(try run("Shrink", [x], attributes)[0].uint8s == [0, 0, 1, 254])
        let signed = Tensor([Int8(-2), -1, 1, 2], shape: [4])
        #expect(try run("Shrink", [signed], attributes)[0].int8s == [-1, 0, 0, 1])
    }

    @Test func defaultsAndAttributesFollowTheOpset() throws {
        let x = floats([-1])
        let old = try run("Selu", [x], opset: 1)[0]
        let new = try run("Selu", [x], opset: 6)[0]
        #expect(old != new)
        #expect(
            try RejectionTests.error("Elu", [x.type], [("consumed_inputs", .ints([0]))], opset: 6)
                == .unknownAttribute(name: "consumed_inputs"))
        #expect(
            try RejectionTests.error("Elu", [x.type], [("consumed_inputs", .ints([0]))], opset: 5)
                == nil)
        #expect(
            try RejectionTests.error("Gelu", [x.type], [("approximate", .string("x"))], opset: 20)
                != nil)
        #expect(try RejectionTests.error("Elu", [x.type], [("alpha", .int(1))]) != nil)
        #expect(try RejectionTests.error("Elu", [TensorType(.int32, [1])]) != nil)
    }
}

@Suite struct DropoutTests {
    private static let truth = Tensor([true], shape: [])

    /// The stream of the default seed of the reference implementation, mt19937ar.out.
    @Test func theGeneratorIsMersenneTwister() {
        var generator = MersenneTwister(seed: 5489)
        #expect(generator.nextBits() == 3_499_211_612)
        for _ in 0..<9_998 { _ = generator.nextBits() }
        // Required of std::mt19937 by the C++ standard: the 10,000th number.
        #expect(generator.nextBits() == 4_123_659_995)
    }

    /// `numpy.random.RandomState(0).uniform(0, 1, 5)`.
    @Test func uniformNumbersAreNumPys() {
        var generator = MersenneTwister(seed: 0)
        let numbers = (0..<5).map { _ in generator.nextUniform() }
        #expect(
            numbers == [
                0.5488135039273248, 0.7151893663724195, 0.6027633760716439, 0.5448831829968969,
                0.4236547993389047,
            ])
    }

    @Test func trainingKeepsElementsAtOrAboveTheRatio() throws {
        let x = floats([1, -2, 3, -4, 5])
        let results = try run("Dropout", [x, one(0.55), Self.truth], opset: 13, outputs: 2)
        let scale = 1 / (1 - Float(0.55))
        #expect(results[1].bools == [false, true, true, false, false])
        #expect(results[0] == floats([0, -2 * scale, 3 * scale, -0.0, 0]))
        let half = try run(
            "Dropout", [x, Tensor(halves: [0.5], .float16, shape: []), Self.truth], opset: 13)[0]
        #expect(half == floats([2, -4, 6, -8, 0]))
    }

    @Test func inferenceIsTheIdentityInEveryOpset() throws {
        let x = floats([1, -2])
        for opset in [1, 6] {
            let results = try run("Dropout", [x], [("is_test", .int(1))], opset: opset, outputs: 2)
            #expect(results == [x, floats([1, 1])])
        }
        let all = Tensor([true, true], shape: [2])
        #expect(
            try run("Dropout", [x], [("ratio", float(0.9))], opset: 10, outputs: 2) == [x, all])
        #expect(try run("Dropout", [x, one(0.9)], opset: 22, outputs: 2) == [x, all])
        #expect(try run("Dropout", [x, one(0), Self.truth], opset: 22, outputs: 2) == [x, all])
        #expect(
            try RejectionTests.error("Dropout", [x.type], [("is_test", .int(1))], opset: 7) != nil)
    }

    @Test(arguments: [1, -0.5, .nan, .infinity] as [Float])
    func refusesRatiosOutsideTheirRange(_ ratio: Float) throws {
        let call = OperatorCall(
            opset: 22,
            inputTypes: [
                TensorType(.float32, [1]), TensorType(.float32, []), TensorType(.bool, []),
            ])
        #expect(throws: OperatorError.self) {
            try DropoutOperator.run(call, [floats([1]), one(ratio), Self.truth])
        }
    }

    @Test func refusesSeedsThatNumPyRefuses() throws {
        for seed in [-1, 1 << 32] as [Int64] {
            let call = OperatorCall(
                attributes: try Attributes([("seed", .int(seed))]), opset: 22,
                inputTypes: [
                    TensorType(.float32, [1]), TensorType(.float32, []), TensorType(.bool, []),
                ])
            #expect(throws: OperatorError.self) {
                try DropoutOperator.run(call, [floats([1]), one(0.5), Self.truth])
            }
        }
    }
}
