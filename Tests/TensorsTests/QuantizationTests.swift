// The quantised operators and Det: values worked out by hand, the rule written out naively,
// refusals. Tests/ImportersTests compares them with onnxruntime.
import Base
import TestSupport
import Testing

@testable import Tensors

private func floats(_ values: [Float], _ shape: Shape) -> Tensor { Tensor(values, shape: shape) }
private func int(_ value: Int) -> AttributeValue { .int(Int64(value)) }

@Suite struct QuantizationTests {
    @Test func quantisingRoundsTiesToEvenBeforeTheZeroPointAndSaturates() throws {
        let x = floats([0.5, 1.5, 2.5, -0.5, 1e30, -.infinity, .nan, 254.5], [8])
        let zero = Tensor([UInt8(1)], shape: [])
        let y = try run("QuantizeLinear", [x, floats([1], []), zero])[0]
        #expect(y.uint8s == [1, 3, 3, 1, 255, 0, 1, 255])
        let signed = try run(
            "QuantizeLinear", [x, floats([1], []), Tensor([Int16(-3)], shape: [])], opset: 21)[0]
        #expect(signed.int16s == [-3, -1, -1, -3, .max, .min, -3, 251])
    }

    /// Against the rule in Double, for every quotient near a boundary of the four types.
    @Test func saturationAgreesWithItsDefinition() {
        func check<Element: QuantizedElement>(_ type: Element.Type) {
            for whole in stride(from: -70_000, through: 140_000, by: 7) {
                for part in [-0.5, -0.25, 0, 0.25, 0.5] as [Float] {
                    let number = Float(whole) + part
                    for zero in [Element.min, 0, 1, .max] {
                        let sum = Double(number.rounded(.toNearestOrEven)) + Double(zero)
                        let bounded = min(max(sum, Double(Element.min)), Double(Element.max))
                        guard Element(saturating: number, zero: zero) == Element(bounded) else {
                            Issue.record("\(number) + \(zero)")
                            return
                        }
                    }
                }
            }
        }
        check(UInt8.self)
        check(Int8.self)
        check(UInt16.self)
        check(Int16.self)
    }

    @Test func granularityFollowsTheShapeOfTheScale() throws {
        let x = floats([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [2, 3, 2])
        let perAxis = try run("QuantizeLinear", [x, floats([1, 2, 4], [3])], opset: 13)[0]
        #expect(perAxis.uint8s == [1, 2, 2, 2, 1, 2, 7, 8, 4, 5, 3, 3])
        let last = try run(
            "QuantizeLinear", [x, floats([1, 2], [2])], [("axis", .int(-1))], opset: 13)[0]
        #expect(last.uint8s == [1, 1, 3, 2, 5, 3, 7, 4, 9, 5, 11, 6])
        // Blocks of two along axis 1: rows 0 and 1 share a scale, row 2 has its own.
        let scale = floats([1, 2, 4, 8, 1, 1, 2, 2], [2, 2, 2])
        let blocked = try run(
            "QuantizeLinear", [x, scale], [("block_size", int(2))], opset: 21)[0]
        #expect(blocked.uint8s == [1, 1, 3, 2, 1, 1, 7, 8, 9, 10, 6, 6])
        let back = try run(
            "DequantizeLinear", [blocked, scale], [("block_size", int(2))], opset: 21)[0]
        #expect(back.float32s == [1, 2, 3, 4, 4, 8, 7, 8, 9, 10, 12, 12])
        let listOfOne = try run("QuantizeLinear", [x, floats([2], [1])], opset: 13)[0]
        #expect(listOfOne.uint8s == [0, 1, 2, 2, 2, 3, 4, 4, 4, 5, 6, 6])
    }

    @Test func theScaleOrAnAttributeDecidesThePrecision() throws {
        // 2049 is no float16: converted it is 2048.
        let x = floats([2049, 1], [2])
        let half = Tensor(halves: [1], .float16, shape: [])
        let zero = Tensor([UInt16(0)], shape: [])
        #expect(try run("QuantizeLinear", [x, half, zero], opset: 23)[0].uint16s == [2048, 1])
        let precise = try run(
            "QuantizeLinear", [x, half, zero], [("precision", int(1))], opset: 23)[0]
        #expect(precise.uint16s == [2049, 1])
        let scaled = try run("DequantizeLinear", [Tensor([UInt8(3)], shape: [1]), half])[0]
        #expect(scaled == Tensor(halves: [3], .float16, shape: [1]))
        let wide = try run(
            "DequantizeLinear", [Tensor([UInt8(3)], shape: [1]), half],
            [("output_dtype", int(1))], opset: 23)[0]
        #expect(wide == floats([3], [1]))
    }

    @Test func dequantisingSubtractsExactly() throws {
        let x = Tensor([Int32.max, .min, 16_777_217], shape: [3])
        let zero = Tensor([Int32.min], shape: [])
        let y = try run("DequantizeLinear", [x, floats([0.5], []), zero])[0]
        #expect(y.float32s == [0x1p31, 0, 0x1.02p30])
        let bytes = Tensor([UInt8(0), 255], shape: [2])
        let z = try run(
            "DequantizeLinear", [bytes, floats([2], []), Tensor([UInt8(128)], shape: [])])[0]
        #expect(z.float32s == [-256, 254])
    }

    @Test func dynamicQuantisationIncludesZeroInTheRange() throws {
        let results = try run("DynamicQuantizeLinear", [floats([1, 2, 5.1], [3])], outputs: 3)
        let scale = Float(5.1) / 255
        #expect(results[1] == floats([scale], []))
        #expect(results[2].uint8s == [0])
        #expect(results[0].uint8s == [50, 100, 255])
        let empty = try run("DynamicQuantizeLinear", [floats([0, 0], [2])], outputs: 3)
        #expect(empty[0].uint8s == [0, 0])
        #expect(empty[1] == floats([1], []))
        let strange = try run(
            "DynamicQuantizeLinear", [floats([.nan, .infinity, -1], [3])], outputs: 3)
        #expect(strange[1] == floats([.nan], []))
        #expect(strange[0].uint8s == [0, 0, 0])
    }

    /// Σ (a − zero of the row) · (b − zero of the column), written out.
    @Test func integerProductsSubtractZeroPointsOfRowsAndColumns() throws {
        var generator = SeededGenerator(seed: 9)
        let (m, k, n) = (3, 5, 4)
        let a = generator.bytes(count: 2 * m * k)
        let b = generator.bytes(count: k * n).map { Int8(bitPattern: $0) }
        let aZero = generator.bytes(count: m)
        let bZero = generator.bytes(count: n).map { Int8(bitPattern: $0) }
        let result = try run(
            "MatMulInteger",
            [
                Tensor(a, shape: [2, m, k]), Tensor(b, shape: [k, n]),
                Tensor(aZero, shape: [m]), Tensor(bZero, shape: [n]),
            ])[0]
        #expect(result.shape == [2, m, n])
        for index in 0..<2 * m * n {
            let (row, column) = (index / n, index % n)
            let expected = (0..<k).reduce(0 as Int32) { sum, inner in
                let left = Int32(a[row * k + inner]) - Int32(aZero[row % m])
                let right = Int32(b[inner * n + column]) - Int32(bZero[column])
                return sum + left * right
            }
            #expect(result.int32s?[index] == expected)
        }
    }

    @Test func zeroPointsMayDifferInEachMatrixOfAStack() throws {
        let a = Tensor([UInt8(1), 2, 3, 4], shape: [2, 2, 1])
        let zeros = Tensor([UInt8(1), 1, 0, 5], shape: [2, 2, 1])
        let b = Tensor([UInt8(10)], shape: [1, 1])
        let result = try run("MatMulInteger", [a, b, zeros])[0]
        #expect(result.int32s == [0, 10, 30, -10])
        let vector = try run(
            "MatMulInteger",
            [Tensor([UInt8(1), 2], shape: [2]), Tensor([UInt8(3), 4], shape: [2])])
        #expect(vector[0] == Tensor([Int32(11)], shape: []))
        #expect(
            try RejectionTests.error("MatMulInteger", [a.type, b.type, TensorType(.uint8, [3])])
                != nil)
        #expect(
            try RejectionTests.error("MatMulInteger", [a.type, b.type, TensorType(.int8, [])])
                != nil)
    }

    /// Padding counts as the zero point: it adds nothing.
    @Test func integerConvolutionPadsWithTheZeroPoint() throws {
        let x = Tensor([UInt8(2), 3, 4, 5, 6, 7, 8, 9, 10], shape: [1, 1, 3, 3])
        let w = Tensor([UInt8(1), 1, 1, 1], shape: [1, 1, 2, 2])
        let zero = Tensor([UInt8(1)], shape: [])
        let plain = try run("ConvInteger", [x, w, zero])[0]
        #expect(plain.int32s == [12, 16, 24, 28])
        let padded = try run("ConvInteger", [x, w, zero], [("pads", .ints([1, 1, 1, 1]))])[0]
        #expect(
            padded.int32s == [1, 3, 5, 3, 5, 12, 16, 9, 11, 24, 28, 15, 7, 15, 17, 9])
        let strided = try run(
            "ConvInteger", [x, w, zero],
            [("dilations", .ints([2, 2])), ("strides", .ints([2, 2]))])
        #expect(strided[0].int32s == [20])
    }

    @Test func convolutionsOfGroupsRequantiseEachChannel() throws {
        let x = Tensor([UInt8(10), 20, 30, 40], shape: [1, 2, 2])
        let w = Tensor([Int8(1), -1], shape: [2, 1, 1])
        let result = try run(
            "QLinearConv",
            [
                x, floats([0.5], []), Tensor([UInt8(0)], shape: []), w, floats([1, 2], [2]),
                Tensor([Int8(0), 1], shape: [2]), floats([2], []), Tensor([Int8(5)], shape: []),
                Tensor([Int32(2), -7], shape: [2]),
            ], [("group", int(2))])[0]
        // (10 + 2) / 4, (20 + 2) / 4 to even; (30 · −2 − 7) / 2, (40 · −2 − 7) / 2 to even.
        #expect(result.int8s == [8, 11, -29, -39])
    }

    @Test func refusesWhatDoesNotFit() throws {
        let x = TensorType(.float32, [2, 3])
        func refusal(
            _ types: [TensorType?], _ attributes: [(String, AttributeValue)] = [], opset: Int = 21
        ) throws -> Bool {
            try RejectionTests.error("QuantizeLinear", types, attributes, opset: opset) != nil
        }
        let scale = TensorType(.float32, [3])
        #expect(try !refusal([x, scale]))
        #expect(try refusal([x, TensorType(.float32, [2])]))
        #expect(try refusal([x, scale], [("axis", int(2))]))
        #expect(try refusal([x, scale], [("axis", .int(.min))]))
        #expect(try refusal([x, scale, TensorType(.uint8, [2])]))
        #expect(try refusal([x, scale, TensorType(.int32, [3])]))
        #expect(try refusal([x, scale], [("output_dtype", int(6))]))
        #expect(try refusal([x, scale], [("output_dtype", int(1 << 40))]))
        #expect(try refusal([x, scale], [("precision", int(1))]))
        for block in [-1, 1, 4, Int.max] {
            #expect(try refusal([x, TensorType(.float32, [2, 2])], [("block_size", int(block))]))
        }
        #expect(try !refusal([x, TensorType(.float32, [2, 2])], [("block_size", int(2))]))
        #expect(try refusal([x, TensorType(.float32, [2, 2])]))
        #expect(try refusal([x, scale], [("axis", int(0))], opset: 10))
        let image = TensorType(.uint8, [1, 2, 4])
        for (weights, attributes) in [
            ([3, 1, 2], [("group", int(2))]), ([2, 2, 2], [("group", int(0))]),
            ([2, 2, 9], []), ([2, 2, 2], [("pads", .ints([1 << 40, 0]))]),
            ([2, 2, 2], [("kernel_shape", .ints([3]))]),
        ] as [([Int], [(String, AttributeValue)])] {
            let kernel = TensorType(.int8, try Shape(weights))
            #expect(try RejectionTests.error("ConvInteger", [image, kernel], attributes) != nil)
        }
    }

    @Test func aDeterminantPivotsAndPropagatesNaN() throws {
        let matrices = floats([0, 2, 3, 4, 1, 2, 2, 4, .nan, 1, 1, 1], [3, 2, 2])
        let result = try run("Det", [matrices])[0]
        // A row trade makes the singular one −0.
        #expect(result == floats([-6, -0.0, .nan], [3]))
        let wide = Tensor(float64s: [2, 0, 0, 0, 0, 3, 0, 4, 0], shape: [3, 3])
        #expect(try run("Det", [wide])[0] == Tensor(float64s: [-24], shape: []))
        #expect(try run("Det", [floats([], [2, 0, 0])])[0] == floats([1, 1], [2]))
        #expect(try RejectionTests.error("Det", [TensorType(.float32, [2, 3])]) != nil)
        #expect(try RejectionTests.error("Det", [TensorType(.float32, [4])]) != nil)
    }
}
