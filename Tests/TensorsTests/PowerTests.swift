// Max, Min, Sum, Mean, Mod, Pow: values worked out by hand, special values, refusals.
import Base
import CKernels
import TestSupport
import Testing

@testable import Tensors

private func floats(_ values: [Float]) -> Tensor { Tensor(values, shape: [values.count]) }

@Suite struct PowerTests {
    @Test func extremesOrderZerosAndKeepNaN() throws {
        let a = floats([-0.0, 0, .nan, 1, -.infinity])
        let b = floats([0, -0.0, 1, .nan, 3])
        #expect(try run("Max", [a, b])[0] == floats([0, 0, .nan, .nan, 3]))
        #expect(try run("Min", [a, b])[0] == floats([-0.0, -0.0, .nan, .nan, -.infinity]))
        #expect(try run("Max", [floats([-0.0])])[0] == floats([-0.0]))
    }

    @Test func anyNumberOfOperandsBroadcastsFromOpset8On() throws {
        let row = Tensor([1, 2, 3] as [Float], shape: [3])
        let column = Tensor([10, 20] as [Float], shape: [2, 1])
        let one = Tensor([0.5] as [Float], shape: [])
        let sum = try run("Sum", [row, column, one])[0]
        #expect(sum == Tensor([11.5, 12.5, 13.5, 21.5, 22.5, 23.5] as [Float], shape: [2, 3]))
        let mean = try run("Mean", [row, row, column], opset: 13)[0]
        let thirds: [Float] = [12, 14, 16, 22, 24, 26]
        #expect(mean.float32s == thirds.map { $0 / 3 })
        #expect(try run("Max", [row, column])[0].float32s == [10, 10, 10, 20, 20, 20])
        #expect(try RejectionTests.error("Sum", [row.type, column.type], opset: 6) != nil)
        #expect(try RejectionTests.error("Sum", [TensorType(.int32, [1])]) != nil)
        #expect(try RejectionTests.error("Max", [row.type, nil, row.type]) != nil)
        let integers = Tensor([UInt64.max, 0], shape: [2])
        #expect(try run("Min", [integers, Tensor([UInt64(7)], shape: [])])[0].uint64s == [7, 0])
    }

    @Test func remaindersTakeTheSignOfDivisorOrDividend() throws {
        let a = Tensor([Int8(7), -7, 7, -7, 5, .min], shape: [6])
        let b = Tensor([Int8(3), 3, -3, -3, 0, -1], shape: [6])
        #expect(try run("Mod", [a, b])[0].int8s == [1, 2, -2, -1, 0, 0])
        #expect(try run("Mod", [a, b], [("fmod", .int(1))])[0].int8s == [1, -1, 1, -1, 0, 0])
        let x = floats([5.5, -5.5, -0.0, .infinity, 3, 0x1p100])
        let y = floats([2, 2, 2, 2, .infinity, 7])
        let rest = try run("Mod", [x, y], [("fmod", .int(1))])[0].float32s ?? []
        #expect(rest[0] == 1.5 && rest[1] == -1.5 && rest[2].sign == .minus && rest[3].isNaN)
        #expect(rest[4] == 3)
        // 2³ leaves 1, so 2¹⁰⁰ leaves 2: the remainder is exact, not a rounded quotient's.
        #expect(rest[5] == 2)
        #expect(try RejectionTests.error("Mod", [x.type, y.type]) != nil)
    }

    @Test func integerPowersWrapAndNegativeExponentsTruncate() throws {
        let base = Tensor([Int32(3), -2, 2, 1, -1, -1, 2, 0, 0], shape: [9])
        let exponent = Tensor([Int64(4), 3, 40, -5, -3, -4, -1, -1, 0], shape: [9])
        let powers = try run("Pow", [base, exponent], opset: 15)[0]
        #expect(powers.int32s == [81, -8, 0, 1, -1, 1, 0, 0, 1])
        let huge = Tensor([UInt64.max], shape: [])
        let odd = try run("Pow", [Tensor([Int64(-1), 3], shape: [2]), huge], opset: 15)[0]
        // 3 has the order 2⁶² modulo 2⁶⁴, so 3 to the power 2⁶⁴ − 1 is the inverse of 3.
        #expect(odd.int64s?[0] == -1)
        #expect((odd.int64s?[1] ?? 0) &* 3 == 1)
        let roots = try run(
            "Pow", [Tensor([Int32(9), 10, -4], shape: [3]), floats([0.5])], opset: 12)
        #expect(roots[0].int32s == [3, 3, 0])
    }

    @Test func theBaseDecidesTheTypeOfAPower() throws {
        let halves = Tensor(halves: [2, 3], .float16, shape: [2])
        let wide = Tensor(float64s: [10, 2], shape: [2])
        #expect(
            try run("Pow", [halves, wide], opset: 15)[0]
                == Tensor(halves: [1024, 9], .float16, shape: [2]))
        // An exponent that is no float32 is not rounded to one: 24 + 2⁻²², 2²⁴ + 1.
        let fine = Tensor(float64s: [24 + 0x1p-22, 24], shape: [2])
        let grown = try run("Pow", [floats([2, 2]), fine], opset: 12)[0]
        #expect(grown == floats([16_777_218, 16_777_216]))
        let odd = try run("Pow", [floats([-1]), Tensor([Int64(16_777_217)], shape: [])], opset: 12)
        #expect(odd[0] == floats([-1]))
        let brief = Tensor(halves: [2, 3], .bfloat16, shape: [2])
        #expect(try run("Pow", [floats([3, 2]), brief], opset: 15)[0] == floats([9, 8]))
        #expect(
            try RejectionTests.error(
                "Pow", [floats([1]).type, TensorType(.int64, [1])], opset: 7) != nil)
    }

    /// One exponent for all elements takes shorter ways; they may not change a bit.
    @Test(arguments: [1, 2, 3, -1] as [Float])
    func quickPowersHaveTheBitsOfTheGeneralWay(_ exponent: Float) throws {
        let x = FunctionTests.inputs(perBinade: 200)
        let quick = try #require(
            try PowOperator.run(
                OperatorCall(
                    opset: 15,
                    inputTypes: [TensorType(.float32, [x.count]), TensorType(.float32, [])]),
                [floats(x), Tensor([exponent], shape: [])])[0].float32s)
        for (x, quick) in zip(x, quick) {
            let general = aivm_power(x, exponent)
            let isEqual = general.isNaN ? quick.isNaN : general.bitPattern == quick.bitPattern
            guard isEqual else {
                Issue.record("\(x) to the power \(exponent): \(quick), not \(general)")
                return
            }
        }
    }
}
