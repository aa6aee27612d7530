// Comparisons, logic, bits, choices: values worked out by hand, special values, refusals.
import Base
import TestSupport
import Testing

@testable import Tensors

private func floats(_ values: [Float], _ shape: Shape) -> Tensor { Tensor(values, shape: shape) }
private func bools(_ values: [Bool]) -> Tensor { Tensor(values, shape: [values.count]) }

@Suite struct ComparisonTests {
    @Test func comparisonsTreatZerosAsEqualAndNaNAsNothing() throws {
        let a = floats([-0.0, .nan, 1, 2, -.infinity], [5])
        let b = floats([0, .nan, 2, 1, .infinity], [5])
        func answers(_ name: String) throws -> [Bool]? { try run(name, [a, b])[0].bools }
        #expect(try answers("Equal") == [true, false, false, false, false])
        #expect(try answers("Less") == [false, false, true, false, true])
        #expect(try answers("LessOrEqual") == [true, false, true, false, true])
        #expect(try answers("Greater") == [false, false, false, true, false])
        #expect(try answers("GreaterOrEqual") == [true, false, false, true, false])
    }

    /// Each way the shapes can walk: equal, a single number on a side, stretched axes on both.
    @Test(arguments: [
        ([4, 6], [4, 6]), ([4, 6], []), ([], [4, 6]), ([1, 6], [4, 1]), ([2, 1, 3], [5, 1]),
        ([1, 3], [3]), ([0, 3], [3]), ([0], []),
    ])
    func everyWalkComparesTheRightElements(_ left: [Int], _ right: [Int]) throws {
        var generator = SeededGenerator(seed: 5)
        func random(_ shape: Shape) -> Tensor {
            let values = (0..<shape.elementCount).map { _ in
                Int32.random(in: 0...2, using: &generator)
            }
            return Tensor(values, shape: shape)
        }
        let (a, b) = (random(try Shape(left)), random(try Shape(right)))
        let shape = try Shape.broadcast(a.shape, b.shape)
        func element(_ tensor: Tensor, _ index: Int) -> Int32? {
            var offset = 0
            for (axis, stride) in tensor.shape.strides.enumerated() {
                let outer = axis + shape.rank - tensor.shape.rank
                let position = index / shape.strides[outer] % shape.dimensions[outer]
                if tensor.shape.dimensions[axis] > 1 { offset += position * stride }
            }
            return tensor.int32s?[offset]
        }
        let expected = (0..<shape.elementCount).map { index in
            (element(a, index) ?? 0) < (element(b, index) ?? 0)
        }
        let result = try run("Less", [a, b])[0]
        #expect(result == Tensor(expected, shape: shape))
    }

    @Test func textsAreEqualByTheirBytes() throws {
        // One letter with an accent, and the letter and the accent apart: equal to Swift alone.
        let a = Tensor(["\u{E9}", "b"], shape: [2])
        let b = Tensor(["e\u{301}", "b"], shape: [2])
        #expect(try run("Equal", [a, b], opset: 19)[0].bools == [false, true])
        #expect(
            try RejectionTests.error("Equal", [a.type, b.type], opset: 18) != nil)
    }

    @Test func oldOpsetsBroadcastTheSecondOperandWhereTold() throws {
        let a = floats([1, 2, 3, 4], [2, 2])
        let result = try run(
            "Greater", [a, floats([1, 3], [2])], [("axis", .int(0)), ("broadcast", .int(1))],
            opset: 6)
        #expect(result[0].bools == [false, true, false, true])
        let types = [a.type, TensorType(.float32, [2])]
        #expect(try RejectionTests.error("Greater", types, opset: 6) != nil)
        #expect(
            try RejectionTests.error("Greater", types, [("axis", .int(0))], opset: 7)
                == .unknownAttribute(name: "axis"))
    }

    @Test func logicFollowsTheTruthTables() throws {
        let a = bools([false, false, true, true])
        let b = bools([false, true, false, true])
        #expect(try run("And", [a, b])[0] == bools([false, false, false, true]))
        #expect(try run("Or", [a, b])[0] == bools([false, true, true, true]))
        #expect(try run("Xor", [a, b])[0] == bools([false, true, true, false]))
        #expect(try run("Not", [a])[0] == bools([true, true, false, false]))
        #expect(try RejectionTests.error("And", [TensorType(.uint8, [1]), a.type]) != nil)
    }

    @Test func whereChoosesForEveryTypeAndWalk() throws {
        let condition = Tensor([true, false], shape: [2, 1])
        let x = floats([1, .nan, -0.0], [3])
        let y = floats([7], [])
        let chosen = try run("Where", [condition, x, y])[0]
        #expect(chosen == floats([1, .nan, -0.0, 7, 7, 7], [2, 3]))
        let swapped = try run("Where", [condition, y, x])[0]
        #expect(swapped == floats([7, 7, 7, 1, .nan, -0.0], [2, 3]))
        let texts = try run(
            "Where",
            [condition, Tensor(["a"], shape: [1]), Tensor(["b", "c"], shape: [1, 2])])[0]
        #expect(texts == Tensor(["a", "a", "b", "c"], shape: [2, 2]))
        let single = try run(
            "Where", [condition, floats([1], []), floats([2], [])])[0]
        #expect(single == floats([1, 2], [2, 1]))
        let halves = try run(
            "Where",
            [
                condition, Tensor(float16Bits: [1], shape: []),
                Tensor(float16Bits: [2, 3], shape: [2]),
            ])[0]
        #expect(halves == Tensor(float16Bits: [1, 1, 2, 3], shape: [2, 2]))
        let none = try run(
            "Where", [condition, Tensor([Int8](), shape: [2, 0]), Tensor([Int8(1)], shape: [])])
        #expect(none[0].shape == [2, 0])
    }

    @Test func questionsAboutFloatsObeyTheirFlags() throws {
        let x = floats([.nan, .infinity, -.infinity, 0], [4])
        #expect(try run("IsNaN", [x])[0] == bools([true, false, false, false]))
        #expect(try run("IsInf", [x])[0] == bools([false, true, true, false]))
        let positive = try run("IsInf", [x], [("detect_negative", .int(0))])[0]
        #expect(positive == bools([false, true, false, false]))
        let halves = Tensor(float16Bits: [0x7C00, 0xFC00, 0x7E00], shape: [3])
        #expect(try run("IsInf", [halves], opset: 20)[0] == bools([true, true, false]))
        #expect(
            try RejectionTests.error("IsInf", [x.type], [("detect_positive", .int(2))]) != nil)
    }

    @Test func shiftsOfTheWidthOrMoreGiveZero() throws {
        let x = Tensor([UInt8(1), 3, 255, 255], shape: [4])
        let y = Tensor([UInt8(7), 1, 8, 255], shape: [4])
        let left = try run("BitShift", [x, y], [("direction", .string("LEFT"))])[0]
        #expect(left.uint8s == [128, 6, 0, 0])
        let right = try run("BitShift", [x, y], [("direction", .string("RIGHT"))])[0]
        #expect(right.uint8s == [0, 1, 0, 0])
        #expect(
            try RejectionTests.error("BitShift", [x.type, y.type])
                == .missingAttribute(name: "direction"))
    }

    @Test func bitwiseOperatorsTakeSignedIntegers() throws {
        let a = Tensor([Int16(-1), 12], shape: [2])
        let b = Tensor([Int16(0x0F0F), 10], shape: [2])
        #expect(try run("BitwiseAnd", [a, b], opset: 18)[0].int16s == [0x0F0F, 8])
        #expect(try run("BitwiseOr", [a, b], opset: 18)[0].int16s == [-1, 14])
        #expect(try run("BitwiseXor", [a, b], opset: 18)[0].int16s == [~0x0F0F, 6])
        #expect(try run("BitwiseNot", [a], opset: 18)[0].int16s == [0, -13])
        #expect(
            try RejectionTests.error("BitwiseNot", [TensorType(.float32, [1])], opset: 18) != nil)
    }

    @Test func bitCastKeepsBitsButNotWhatTensorsMayNotHold() throws {
        let to = ElementType.float32.rawValue
        let bits = Tensor([Int32(0x3F80_0000), 0x7F80_0001], shape: [2])
        let cast = try run("BitCast", [bits], [("to", .int(Int64(to)))], opset: 26)[0]
        #expect(cast == floats([1, .nan], [2]))
        let truth = ("to", AttributeValue.int(Int64(ElementType.bool.rawValue)))
        #expect(
            try run("BitCast", [Tensor([UInt8(1), 0], shape: [2])], [truth], opset: 26)[0]
                == bools([true, false]))
        #expect(throws: OperatorError.notBoolean(byte: 2, offset: 0)) {
            try BitCastOperator.run(
                OperatorCall(
                    attributes: try Attributes([truth]), opset: 26,
                    inputTypes: [TensorType(.uint8, [1])]),
                [Tensor([UInt8(2)], shape: [1])])
        }
        for target in [ElementType.float64, .string] {
            let attribute = ("to", AttributeValue.int(Int64(target.rawValue)))
            #expect(try RejectionTests.error("BitCast", [bits.type], [attribute], opset: 26) != nil)
        }
    }
}
