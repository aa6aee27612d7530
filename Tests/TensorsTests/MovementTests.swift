// Movements of elements: fast copies against the plain rule, ONNX's examples, all element types.
import Base
import TestSupport
import Testing

@testable import Tensors

@Suite struct MovementTests {
    private func floats(_ values: [Float], _ shape: Shape) -> Tensor {
        Tensor(values, shape: shape)
    }
    private func list(_ values: Int64...) -> Tensor { Tensor(values, shape: [values.count]) }

    /// The same numbers in every element type.
    private func allTypes(_ values: [Double], _ shape: Shape) throws -> [Tensor] {
        try ElementType.allCases.map { try Tensor(float64s: values, shape: shape).cast(to: $0) }
    }

    @Test(arguments: 0..<200)
    func stridedCopiesOfBitsAreThoseOfTheRule(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let values = (0..<6000).map { UInt32($0) }
        let extents = [1, 2, 3, 16, 17, 33]
        var room = values.count - 1
        var dimensions: [Int] = []
        var strides: [Int] = []
        for _ in 0..<generator.int(in: 0...4) {
            let extent = generator.element(of: extents)
            let stride = generator.element(of: [0, 1, 1, 2, 16, 33, -1, -17])
            guard (extent - 1) * abs(stride) <= room else { continue }
            room -= (extent - 1) * abs(stride)
            dimensions.append(extent)
            strides.append(stride)
        }
        let lowest = zip(dimensions, strides).reduce(0) { $0 + min(($1.0 - 1) * $1.1, 0) }
        let copy = StridedCopy(dimensions: dimensions, strides: strides, offset: -lowest)
        let expected = copy.apply(values)
        #expect(copy.applyToBits(values) == expected)
        #expect(
            copy.applyToBits(values.map { UInt8(truncatingIfNeeded: $0) })
                == expected.map { UInt8(truncatingIfNeeded: $0) })
        #expect(copy.applyToBits(values.map(UInt16.init)) == expected.map(UInt16.init))
        #expect(copy.applyToBits(values.map(UInt64.init)) == expected.map(UInt64.init))
    }

    @Test func blocksOfBitsAreThoseOfTheRule() {
        let values = (0..<100).map(Double.init)
        for length in [0, 1, 3, 20] {
            let copy = BlockCopy(starts: [80, 0, 17, 17], length: length)
            #expect(copy.applyToBits(values) == copy.apply(values))
            let join = JoinedBlocks(count: 5, lengths: [length, 2, 0])
            let sources = [values, values.reversed(), []]
            #expect(join.applyToBits(sources) == join.apply(sources))
        }
    }

    @Test func transposesMoveEveryTypeAlike() throws {
        let shape: Shape = [3, 17, 2, 20]
        let numbers = (0..<shape.elementCount).map { Double($0 % 100) }
        for order in [[0, 1, 3, 2], [0, 2, 1, 3], [3, 2, 1, 0], [1, 3, 0, 2]] {
            let strides = shape.strides
            let extents = order.map { shape.dimensions[$0] }
            var expected: [Double] = []
            for a in 0..<extents[0] {
                for b in 0..<extents[1] {
                    for c in 0..<extents[2] {
                        for d in 0..<extents[3] {
                            let place = zip([a, b, c, d], order).reduce(0) {
                                $0 + $1.0 * strides[$1.1]
                            }
                            expected.append(numbers[place])
                        }
                    }
                }
            }
            let attribute = ("perm", AttributeValue.ints(order.map(Int64.init)))
            for (input, output) in zip(
                try allTypes(numbers, shape), try allTypes(expected, try Shape(extents)))
            {
                #expect(try run("Transpose", [input], [attribute])[0] == output)
            }
        }
    }

    @Test func joinsAndCutsUndoEachOther() throws {
        for tensor in try allTypes((0..<24).map(Double.init), [2, 6, 2]) {
            let pieces = try run(
                "Split", [tensor, list(1, 3, 2)], [("axis", .int(-2))], outputs: 3)
            #expect(pieces.map { $0.shape.dimensions[1] } == [1, 3, 2])
            #expect(try run("Concat", pieces, [("axis", .int(1))])[0] == tensor)
        }
        let x = floats([1, 2, 3, 4], [2, 2])
        #expect(try run("Concat", [x, x], opset: 1)[0].float32s == [1, 2, 1, 2, 3, 4, 3, 4])
        let cut = try run(
            "Split", [x, floats([1, 1], [2])], [("axis", .int(1))], opset: 1, outputs: 2)
        #expect(cut.map(\.float32s) == [[1, 3], [2, 4]])
    }

    @Test func reshapesByAttributeBeforeOpset5() throws {
        let x = floats([1, 2, 3, 4, 5, 6], [2, 3])
        let result = try run("Reshape", [x], [("shape", .ints([0, -1, 1]))], opset: 1)[0]
        #expect(result == x.reshaped(to: [2, 3, 1]))
    }

    @Test func repetitionsOfEveryType() throws {
        for (small, large) in zip(
            try allTypes([1, 0], [2, 1]), try allTypes([1, 1, 1, 0, 0, 0], [2, 3]))
        {
            #expect(try run("Expand", [small, list(2, 3)])[0] == large)
            #expect(try run("Tile", [small, list(1, 3)])[0] == large)
        }
        let x = floats([1, 2], [2])
        let three = floats([3], [])
        #expect(
            try run("Tile", [x, three, floats([0], [])], opset: 1)[0].float32s == [
                1, 2, 1, 2, 1, 2,
            ])
        #expect(try run("Tile", [x, list(0)])[0].float32s == [])
    }

    @Test func padsInEveryMode() throws {
        let x = floats([1, 2, 3], [3])
        func pad(_ mode: String, _ begin: Int64, _ end: Int64) throws -> [Float]? {
            try run("Pad", [x, list(begin, end)], [("mode", .string(mode))], opset: 19)[0].float32s
        }
        #expect(try pad("constant", 1, 2) == [0, 1, 2, 3, 0, 0])
        #expect(try pad("edge", 2, 1) == [1, 1, 1, 2, 3, 3])
        #expect(try pad("reflect", 2, 2) == [3, 2, 1, 2, 3, 2, 1])
        #expect(try pad("reflect", 5, 0) == [2, 1, 2, 3, 2, 1, 2, 3])
        #expect(try pad("wrap", 4, 4) == [3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1])
        #expect(try pad("constant", -1, 1) == [2, 3, 0])
        #expect(try pad("edge", -2, 2) == [3, 3, 3])
        #expect(try pad("constant", -1, -2) == [])
        let old = try run(
            "Pad", [x], [("paddings", .ints([1, 0])), ("value", .float(Float(7).bitPattern))],
            opset: 1)
        #expect(old[0].float32s == [7, 1, 2, 3])
        let text = Tensor(["a"], shape: [1, 1])
        let axes = list(-1)
        let padded = try run("Pad", [text, list(1, 1), Tensor(["-"], shape: []), axes], opset: 18)
        #expect(padded[0] == Tensor(["-", "a", "-"], shape: [1, 3]))
    }

    @Test func gathersBlocksAndElements() throws {
        let data = floats([0, 1, 2, 3, 4, 5, 6, 7], [2, 2, 2])
        let rows = Tensor([Int64(1), 0, 0, -1], shape: [2, 2])
        #expect(try run("GatherND", [data, rows])[0] == floats([4, 5, 2, 3], [2, 2]))
        let batched = try run(
            "GatherND", [data, Tensor([Int64(1), 0], shape: [2, 1])], [("batch_dims", .int(1))])
        #expect(batched[0] == floats([2, 3, 4, 5], [2, 2]))
        let matrix = floats([1, 2, 3, 4], [2, 2])
        let picked = try run(
            "GatherElements", [matrix, Tensor([Int32(0), -2, 1, 0], shape: [2, 2])],
            [("axis", .int(1))])
        #expect(picked[0] == floats([1, 1, 4, 3], [2, 2]))
        let kept = Tensor([false, true], shape: [2])
        #expect(
            try run("Compress", [matrix, kept], [("axis", .int(1))])[0] == floats([2, 4], [2, 1]))
        #expect(try run("Compress", [matrix, kept])[0] == floats([2], [1]))
    }

    @Test func scattersInAscendingOrder() throws {
        let data = floats([1, 2, 3], [3])
        let places = list(1, 1, -2)
        let updates = floats([10, 0.5, -4], [3])
        func scattered(_ reduction: String) throws -> [Float]? {
            try run(
                "ScatterElements", [data, places, updates], [("reduction", .string(reduction))],
                opset: 18)[0].float32s
        }
        #expect(try scattered("none") == [1, -4, 3])
        #expect(try scattered("add") == [1, 2 + 10 + 0.5 - 4, 3])
        #expect(try scattered("mul") == [1, -40, 3])
        #expect(try scattered("min") == [1, -4, 3])
        #expect(try scattered("max") == [1, 10, 3])
        // (2²⁴ + 1) + 1 is 2²⁴ when each sum is rounded.
        let large = floats([0x1p24], [1])
        let sum = try run(
            "ScatterND", [large, Tensor([Int64(0), 0], shape: [2, 1]), floats([1, 1], [2])],
            [("reduction", .string("add"))])
        #expect(sum[0].float32s == [0x1p24])
        let texts = try run(
            "Scatter", [Tensor(["a", "b"], shape: [2]), list(0), Tensor(["c"], shape: [1])],
            opset: 10)
        #expect(texts[0].strings == ["c", "b"])
        let half = Tensor(halves: [1, 2], .float16, shape: [2])
        let added = try run(
            "ScatterElements", [half, list(0), Tensor(halves: [0.5], .float16, shape: [1])],
            [("reduction", .string("add"))])
        #expect(added[0] == Tensor(halves: [1.5, 2], .float16, shape: [2]))
    }

    @Test func cachesAreWrittenAround() throws {
        let cache = floats([0, 0, 0, 0, 0, 0], [2, 3, 1])
        let update = floats([1, 2, 3, 4], [2, 2, 1])
        let written = try run(
            "TensorScatter", [cache, update, list(2, 0)], [("mode", .string("circular"))], opset: 24
        )
        #expect(written[0].float32s == [2, 0, 1, 3, 4, 0])
        #expect(throws: OperatorError.self) {
            try run("TensorScatter", [cache, update, list(2, 0)], opset: 24)
        }
    }

    @Test func uniqueOrdersEveryType() throws {
        let x = floats([2, .nan, -0.0, 1, 0, .nan, -.infinity], [7])
        let all = try run("Unique", [x], outputs: 4)
        #expect(all[0] == floats([-.infinity, -0.0, 1, 2, .nan], [5]))
        #expect(all[1].int64s == [6, 2, 3, 0, 1])
        #expect(all[2].int64s == [3, 4, 1, 2, 1, 4, 0])
        #expect(all[3].int64s == [1, 2, 1, 1, 2])
        let first = try run("Unique", [x], [("sorted", .int(0))], outputs: 3)
        #expect(first[0] == floats([2, .nan, -0.0, 1, -.infinity], [5]))
        #expect(first[2].int64s == [0, 1, 2, 3, 2, 1, 4])
        let texts = Tensor(["b", "a\u{301}", "á", "b"], shape: [4])
        // Equal to the eye, not in bytes.
        #expect(try run("Unique", [texts])[0].strings?.count == 3)
        let rows = Tensor([Int8(1), 0, -1, 0, 1, 0], shape: [3, 2])
        let slices = try run("Unique", [rows], [("axis", .int(0))], outputs: 2)
        #expect(slices[0] == Tensor([Int8(-1), 0, 1, 0], shape: [2, 2]))
        #expect(slices[1].int64s == [1, 0])
    }

    @Test func fillings() throws {
        let ones = try run(
            "ConstantOfShape", [list(2, 1)], [("value", .tensor(Tensor([Int8(3)], shape: [1])))])
        #expect(ones[0] == Tensor([Int8(3), 3], shape: [2, 1]))
        #expect(try run("ConstantOfShape", [Tensor([Int64](), shape: [0])])[0] == floats([0], []))
        #expect(try run("Range", [list(3), list(10), list(3)])[0].int64s == [3, 6, 9])
        #expect(try run("Range", [list(10), list(4), list(-2)])[0].int64s == [10, 8, 6])
        #expect(try run("Range", [list(.max), list(.min), list(.min)])[0].int64s == [.max, -1])
        let tenth = try run("Range", [floats([0], []), floats([1], []), floats([0.1], [])])[0]
        #expect(tenth.float32s == (0..<10).map { 0 + Float($0) * 0.1 })
        let eye = try run("EyeLike", [floats([0, 0, 0, 0, 0, 0], [2, 3])], [("k", .int(1))])
        #expect(eye[0].float32s == [0, 1, 0, 0, 0, 1])
        let hot = try run(
            "OneHot",
            [list(0, -1, 7), floats([3], []), Tensor([Int16(-1), 5], shape: [2])],
            [("axis", .int(0))])
        #expect(hot[0] == Tensor([Int16(5), -1, -1, -1, -1, -1, -1, 5, -1], shape: [3, 3]))
        #expect(try run("Size", [eye[0]])[0].int64s == [6])
        #expect(
            try run("Constant", [], [("value_floats", .floats([Float(1.5).bitPattern]))])[0]
                == floats([1.5], [1]))
        let x = floats([0, 3, .nan, 0, -0.0, 1], [2, 3])
        #expect(try run("NonZero", [x])[0] == Tensor([Int64(0), 0, 1, 1, 2, 2], shape: [2, 3]))
    }

    @Test func blocksAndTriangles() throws {
        let image = floats((0..<16).map(Float.init), [1, 4, 2, 2])
        let spread = try run("DepthToSpace", [image], [("blocksize", .int(2))])[0]
        #expect(spread.float32s == [0, 4, 1, 5, 8, 12, 9, 13, 2, 6, 3, 7, 10, 14, 11, 15])
        #expect(try run("SpaceToDepth", [spread], [("blocksize", .int(2))])[0] == image)
        let square = floats([1, 2, 3, 4], [2, 2])
        #expect(try run("Trilu", [square])[0].float32s == [1, 2, 0, 4])
        let lower = [("upper", AttributeValue.int(0))]
        #expect(try run("Trilu", [square, list(-1)], lower)[0].float32s == [0, 0, 3, 0])
        #expect(try run("Trilu", [square, list(.min)])[0] == square)
        let turned = try run(
            "ReverseSequence", [floats([0, 1, 2, 3, 4, 5], [3, 2]), list(3, 2)])
        #expect(turned[0].float32s == [4, 3, 2, 1, 0, 5])
        let cropped = try run("CenterCropPad", [square, list(1, 4)], opset: 18)
        #expect(cropped[0] == floats([0, 1, 2, 0], [1, 4]))
    }
}
