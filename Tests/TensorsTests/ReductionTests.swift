// Reductions, positions, TopK and running sums, on values worked out by hand or against the rules
// written out here once more.
import Base
import TestSupport
import Testing

@testable import Tensors

/// The sum by the reduction rule, written apart from the code it checks.
func laneSum(_ x: [Float]) -> Float {
    var lanes = [Float](repeating: 0, count: 16)
    for (index, value) in x.enumerated() { lanes[index % 16] += value }
    var width = 8
    while width > 0 {
        for lane in 0..<width { lanes[lane] += lanes[lane + width] }
        width /= 2
    }
    return lanes[0]
}

private func floats(_ values: [Float], _ shape: Shape) -> Tensor { Tensor(values, shape: shape) }
private func list(_ values: [Int64]) -> Tensor { Tensor(values, shape: [values.count]) }

@Suite struct ReductionTests {
    @Test func sumsFollowTheLaneRuleAlongAnyAxes() throws {
        var generator = SeededGenerator(seed: 5)
        let values = KernelTests.floats(3 * 37 * 5, &generator)
        let x = floats(values, [3, 37, 5])
        let middle = try run("ReduceSum", [x, list([1])], opset: 18)[0]
        #expect(middle.shape == [3, 1, 5])
        for outer in 0..<3 {
            for inner in 0..<5 {
                let row = (0..<37).map { values[outer * 185 + $0 * 5 + inner] }
                #expect(middle.float32s?[outer * 5 + inner] == laneSum(row))
            }
        }
        let ends = try run(
            "ReduceSum", [x, list([-1, 0])], [("keepdims", .int(0))], opset: 18)[0]
        #expect(ends.shape == [37])
        for place in 0..<37 {
            let row = (0..<15).map { values[$0 / 5 * 185 + place * 5 + $0 % 5] }
            #expect(ends.float32s?[place] == laneSum(row))
        }
    }

    @Test(arguments: [
        ("ReduceSum", [3, 7] as [Float]), ("ReduceMean", [1.5, 3.5]), ("ReduceMax", [2, 4]),
        ("ReduceMin", [1, 3]), ("ReduceProd", [2, 12]), ("ReduceL1", [3, 7]),
        ("ReduceL2", [Float(5).squareRoot(), 5]), ("ReduceSumSquare", [5, 25]),
    ])
    func reducesByHand(_ name: String, _ expected: [Float]) throws {
        let x = floats([1, 2, 3, 4], [2, 2])
        let old = try run(name, [x], [("axes", .ints([1])), ("keepdims", .int(0))], opset: 11)[0]
        #expect(old == floats(expected, [2]))
        let new = try run(name, [x, list([1])], [("keepdims", .int(0))], opset: 18)[0]
        #expect(new == old)
        let wide = Tensor(float64s: [1, 2, 3, 4], shape: [2, 2])
        let doubles = try run(name, [wide, list([1])], [("keepdims", .int(0))], opset: 18)[0]
        for (double, float) in zip(doubles.float64s ?? [], expected) {
            #expect((double - Double(float)).magnitude < 1e-6)
        }
        let whole = Tensor([Int32(1), 2, 3, 4], shape: [2, 2])
        let integers = try run(name, [whole, list([1])], [("keepdims", .int(0))], opset: 18)[0]
        #expect(integers.int32s == expected.map { Int32($0) })
    }

    @Test func noElementsGiveTheNeutralElement() throws {
        let x = floats([], [2, 0])
        let neutral: [(String, Float)] = [
            ("ReduceSum", 0), ("ReduceMean", .nan), ("ReduceMax", -.infinity),
            ("ReduceMin", .infinity), ("ReduceProd", 1), ("ReduceL1", 0), ("ReduceL2", 0),
            ("ReduceSumSquare", 0), ("ReduceLogSum", -.infinity),
            ("ReduceLogSumExp", -.infinity),
        ]
        for (name, value) in neutral {
            let result = try run(name, [x, list([1])], opset: 20)[0]
            #expect(result == floats([value, value], [2, 1]), "\(name)")
        }
        let integers = Tensor([Int32](), shape: [0])
        #expect(try run("ReduceMax", [integers], opset: 18)[0].int32s == [.min])
        #expect(try run("ReduceMean", [integers], opset: 18)[0].int32s == [0])
        let truths = Tensor([Bool](), shape: [0])
        #expect(try run("ReduceMax", [truths], opset: 20)[0].bools == [false])
        #expect(try run("ReduceMin", [truths], opset: 20)[0].bools == [true])
    }

    @Test func nothingReducedIsNoSum() throws {
        let x = floats([-0.0, 2], [2])
        let stays: [(String, AttributeValue)] = [("noop_with_empty_axes", .int(1))]
        #expect(try run("ReduceSum", [x], stays, opset: 13)[0] == x)
        #expect(try run("ReduceMean", [x], stays, opset: 18)[0] == x)
        #expect(try run("ReduceSumSquare", [x], stays, opset: 18)[0] == floats([0, 4], [2]))
        #expect(
            try run("ReduceLogSum", [x], stays, opset: 18)[0]
                == floats([-.infinity, Float(2).naturalLogarithm], [2]))
        // Summed over one element −0 becomes +0, for lanes start at +0.
        let lone = try run("ReduceSum", [floats([-0.0], [1])], opset: 13)[0]
        #expect(lone == floats([0], [1]))
    }

    @Test func integersWrap() throws {
        let x = Tensor([Int32.max, 1, 2], shape: [3])
        #expect(try run("ReduceSum", [x], opset: 13)[0].int32s == [.min + 2])
        #expect(try run("ReduceL1", [Tensor([Int32.min], shape: [1])])[0].int32s == [.min])
        let bytes = Tensor([UInt8(200), 100], shape: [2])
        #expect(try run("ReduceProd", [bytes], opset: 18)[0].uint8s == [UInt8(20_000 & 255)])
        #expect(try run("ReduceMax", [bytes], opset: 18)[0].uint8s == [200])
    }

    @Test func extremesOfNaNAndZeros() throws {
        let x = floats([-0.0, 0, .nan, 1], [2, 2])
        let largest = try run("ReduceMax", [x, list([1])], [("keepdims", .int(0))], opset: 18)[0]
        #expect(largest == floats([0, .nan], [2]))
        let least = try run("ReduceMin", [x, list([1])], [("keepdims", .int(0))], opset: 18)[0]
        #expect(least == floats([-0.0, .nan], [2]))
    }

    @Test func logarithmOfSumOfExponentialsDoesNotOverflow() throws {
        let x = floats([1000, 1000, -.infinity, -.infinity, .infinity, 0], [3, 2])
        let result = try run(
            "ReduceLogSumExp", [x, list([1])], [("keepdims", .int(0))], opset: 18)[0]
        #expect(
            result == floats([1000 + Float(2).naturalLogarithm, -.infinity, .infinity], [3]))
    }

    @Test func positionsOrderNaNAboveAllAndTakeTheFirst() throws {
        let x = floats([1, 3, 3, 2, .nan, 5, .nan, 1, -0.0, 0, 0, -0.0], [3, 4])
        func position(_ name: String, last: Int64 = 0) throws -> [Int64]? {
            try run(
                name, [x],
                [("axis", .int(1)), ("keepdims", .int(0)), ("select_last_index", .int(last))])[0]
                .int64s
        }
        #expect(try position("ArgMax") == [1, 0, 0])
        #expect(try position("ArgMax", last: 1) == [2, 2, 3])
        #expect(try position("ArgMin") == [0, 3, 0])
        #expect(try position("ArgMin", last: 1) == [0, 3, 3])
        let bytes = Tensor([UInt64.max, 0, UInt64.max], shape: [3])
        #expect(try run("ArgMax", [bytes])[0].int64s == [0])
    }

    @Test func topKIsAStableSort() throws {
        var generator = SeededGenerator(seed: 77)
        let values = (0..<200).map { _ in Float(generator.int(in: -9...9)) }
        let x = floats(values, [200])
        for isLargest in [true, false] {
            for k in [0, 1, 7, 199, 200] {
                let results = try run(
                    "TopK", [x, list([Int64(k)])], [("largest", .int(isLargest ? 1 : 0))],
                    opset: 11, outputs: 2)
                let order = values.indices.sorted {
                    values[$0] == values[$1]
                        ? $0 < $1
                        : isLargest ? values[$0] > values[$1] : values[$0] < values[$1]
                }.prefix(k)
                #expect(results[0].float32s == order.map { values[$0] })
                #expect(results[1].int64s == order.map { Int64($0) })
            }
        }
        let strange = floats([1, .nan, .infinity, .nan], [4])
        let top = try run("TopK", [strange, list([3])], opset: 11, outputs: 2)
        #expect(top[1].int64s == [1, 3, 2])
        let columns = Tensor([UInt64.max, 1, 5, 7, 2, 9], shape: [3, 2])
        let old = try run(
            "TopK", [columns], [("k", .int(2)), ("axis", .int(0))], opset: 1, outputs: 2)
        #expect(old[0] == Tensor([UInt64.max, 9, 5, 7], shape: [2, 2]))
        #expect(old[1] == Tensor([Int64(0), 2, 1, 1], shape: [2, 2]))
    }

    @Test func runningSumsAreChains() throws {
        let x = floats([-0.0, 1e8, 1, -1e8], [4])
        let axis = Tensor([Int64(0)], shape: [])
        #expect(try run("CumSum", [x, axis])[0] == floats([-0.0, 1e8, 1e8, 0], [4]))
        let behind = try run("CumSum", [x, axis], [("exclusive", .int(1))])[0]
        #expect(behind == floats([0, -0.0, 1e8, 1e8], [4]))
        let back = try run(
            "CumSum", [x, axis], [("exclusive", .int(1)), ("reverse", .int(1))])[0]
        #expect(back == floats([0, -1e8, -1e8, 0], [4]))
        let whole = Tensor([Int32(2), 3, 4, 5], shape: [2, 2])
        let products = try run("CumProd", [whole, Tensor([Int32(-2)], shape: [1])], opset: 26)[0]
        #expect(products == Tensor([Int32(2), 3, 8, 15], shape: [2, 2]))
    }

    @Test func refusesWhatHasNoMeaning() throws {
        func error(
            _ name: String, _ types: [TensorType?],
            _ attributes: [(String, AttributeValue)] = [], opset: Int = 18,
            constants: [Tensor?] = []
        ) throws -> OperatorError? {
            try RejectionTests.error(
                name, types, attributes, opset: opset, constants: constants)
        }
        let x = TensorType(.float32, [2, 3])
        let axes = TensorType(.int64, [1])
        #expect(try error("ReduceSum", [x, axes]) == .needsConstant(index: 1))
        for axis in [2, -3, Int64.max, Int64.min] {
            #expect(try error("ReduceMax", [x, axes], constants: [nil, list([axis])]) != nil)
            #expect(try error("ArgMax", [x], [("axis", .int(axis))]) != nil)
        }
        let twice = TensorType(.int64, [2])
        #expect(try error("ReduceL1", [x, twice], constants: [nil, list([1, -1])]) != nil)
        #expect(try error("ReduceSum", [TensorType(.string, [2])]) != nil)
        #expect(try error("ReduceSum", [TensorType(.bool, [2])]) != nil)
        #expect(try error("ReduceMax", [TensorType(.bool, [2])], opset: 18) != nil)
        #expect(try error("ArgMax", [TensorType(.float32, [2, 0])], [("axis", .int(1))]) != nil)
        for k in [4, -1, Int64.max, Int64.min] {
            #expect(try error("TopK", [x, axes], constants: [nil, list([k])]) != nil)
        }
        // Runs over rows that are many and empty end at once.
        let empty = Tensor([Float](), shape: [1 << 31, 0])
        let sums = try run("CumSum", [empty, Tensor([Int64(1)], shape: [])])
        #expect(sums == [empty])
        #expect(try run("TopK", [empty, list([0])], opset: 11, outputs: 2)[0] == empty)
    }
}

extension Float {
    /// ln, by the function that is tested elsewhere.
    fileprivate var naturalLogarithm: Float {
        (try? run("Log", [Tensor([self], shape: [1])])[0].float32s?[0]) ?? .nan
    }
}
