// Operators on images: rules written out naively, ONNX's examples, special values.
import Base
import TestSupport
import Testing

@testable import Tensors

@Suite struct VisionTests {
    private func floats(_ values: [Float], _ shape: Shape) -> Tensor {
        Tensor(values, shape: shape)
    }
    private func list(_ values: [Int]) -> Tensor {
        Tensor(values.map(Int64.init), shape: [values.count])
    }
    private func sample(_ shape: Shape, seed: UInt64) -> Tensor {
        var generator = SeededGenerator(seed: seed)
        return Tensor(KernelTests.floats(shape.elementCount, &generator), shape: shape)
    }
    private func text(_ name: String, _ value: String) -> (String, AttributeValue) {
        (name, .string(value))
    }

    /// Each output element as a chain over (channel, kernel position), from the input's side.
    @Test(arguments: 0..<24)
    func transposedConvolutionIsTheChainOfItsTerms(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let (groups, perGroup, features) = (
            generator.int(in: 1...2), generator.int(in: 1...40), generator.int(in: 1...5)
        )
        let (input, kernel) = (
            [generator.int(in: 1...4), generator.int(in: 1...5)],
            [generator.int(in: 1...3), generator.int(in: 1...3)]
        )
        let strides = [generator.int(in: 1...3), generator.int(in: 1...3)]
        let dilations = [generator.int(in: 1...2), generator.int(in: 1...2)]
        let x = sample(try Shape([2, groups * perGroup] + input), seed: UInt64(seed) + 100)
        let w = sample(try Shape([groups * perGroup, features] + kernel), seed: UInt64(seed) + 200)
        let y = try run(
            "ConvTranspose", [x, w],
            [
                ("group", .int(Int64(groups))), ("strides", .ints(strides.map(Int64.init))),
                ("dilations", .ints(dilations.map(Int64.init))),
            ])[0]
        let output = Array(y.shape.dimensions[2...])
        let values = try #require(y.float32s)
        var index = 0
        for n in 0..<2 {
            for m in 0..<groups * features {
                for row in 0..<output[0] {
                    for column in 0..<output[1] {
                        var terms: [(Float, Float)] = []
                        for c in 0..<perGroup {
                            let channel = m / features * perGroup + c
                            for tap in 0..<kernel[0] * kernel[1] {
                                let down = row - tap / kernel[1] * dilations[0]
                                let right = column - tap % kernel[1] * dilations[1]
                                guard down >= 0, right >= 0, down % strides[0] == 0,
                                    right % strides[1] == 0, down / strides[0] < input[0],
                                    right / strides[1] < input[1]
                                else { continue }
                                let place = down / strides[0] * input[1] + right / strides[1]
                                let from = n * groups * perGroup + channel
                                terms.append(
                                    (
                                        x.floats[from * input[0] * input[1] + place],
                                        w.floats[
                                            (channel * features + m % features) * kernel[0]
                                                * kernel[1] + tap]
                                    ))
                            }
                        }
                        var total: Float = 0
                        for first in stride(from: 0, to: terms.count, by: 256) {
                            var chain: Float = 0
                            for (a, b) in terms[first..<min(first + 256, terms.count)] {
                                chain.addProduct(a, b)
                            }
                            total = first == 0 ? chain : total + chain
                        }
                        #expect(values[index].bitPattern == total.bitPattern, "seed \(seed)")
                        index += 1
                    }
                }
            }
        }
    }

    @Test func transposedConvolutionPlacesItsOutput() throws {
        let x = floats([1, 2], [1, 1, 2])
        let w = floats([1, 10, 100], [1, 1, 3])
        let bias = floats([0.5], [1])
        #expect(try run("ConvTranspose", [x, w])[0].float32s == [1, 12, 120, 200])
        let stride = ("strides", AttributeValue.ints([2]))
        #expect(
            try run("ConvTranspose", [x, w, bias], [stride])[0].float32s
                == [1.5, 10.5, 102.5, 20.5, 200.5])
        let upper = try run("ConvTranspose", [x, w], [stride, text("auto_pad", "SAME_UPPER")])[0]
        #expect(upper.float32s == [1, 10, 102, 20])
        let lower = try run("ConvTranspose", [x, w], [stride, text("auto_pad", "SAME_LOWER")])[0]
        #expect(lower.float32s == [10, 102, 20, 200])
        let named = try run("ConvTranspose", [x, w], [stride, ("output_shape", .ints([7]))])[0]
        #expect(named.float32s == [1, 10, 102, 20, 200, 0, 0])
        let padded = try run(
            "ConvTranspose", [x, w],
            [stride, ("pads", .ints([1, 1])), ("output_padding", .ints([1]))])[0]
        #expect(padded.float32s == [10, 102, 20, 200])
        let wide = try run(
            "ConvTranspose", [try x.cast(to: .float64), try w.cast(to: .float64)], [stride])[0]
        #expect(wide.float64s == [1, 10, 102, 20, 200])
    }

    @Test func resizesToTheNearest() throws {
        let x = floats([1, 2, 3, 4, 5, 6, 7, 8], [8])
        func nearest(
            _ size: Int, _ rounding: String, _ mode: String = "half_pixel"
        ) throws -> [Float]? {
            try run(
                "Resize", [x, nil, nil, list([size])],
                [text("nearest_mode", rounding), text("coordinate_transformation_mode", mode)],
                opset: 19)[0].float32s
        }
        // Coordinates 0.5, 2.5, 4.5, 6.5.
        #expect(try nearest(4, "round_prefer_floor") == [1, 3, 5, 7])
        #expect(try nearest(4, "round_prefer_ceil") == [2, 4, 6, 8])
        #expect(try nearest(4, "floor") == [1, 3, 5, 7])
        #expect(try nearest(4, "ceil") == [2, 4, 6, 8])
        #expect(try nearest(2, "floor", "align_corners") == [1, 8])
        #expect(try nearest(3, "ceil", "asymmetric") == [1, 4, 7])
        let texts = Tensor(["a", "b"], shape: [2])
        let scales = floats([2], [1])
        #expect(try run("Upsample", [texts, scales], opset: 9)[0].strings == ["a", "a", "b", "b"])
        let old = floats([1, 2, 3, 4], [4])
        #expect(try run("Resize", [old, floats([0.6], [1])], opset: 10)[0].float32s == [1, 3])
    }

    @Test func resizesBetweenElements() throws {
        let x = floats([1, 3], [2])
        func linear(_ size: Int, _ mode: String) throws -> [Float]? {
            try run(
                "Resize", [x, nil, nil, list([size])],
                [text("mode", "linear"), text("coordinate_transformation_mode", mode)],
                opset: 19)[0].float32s
        }
        #expect(try linear(4, "half_pixel") == [1, 1.5, 2.5, 3])
        #expect(try linear(5, "align_corners") == [1, 1.5, 2, 2.5, 3])
        #expect(try linear(4, "asymmetric") == [1, 2, 3, 3])
        #expect(try linear(1, "pytorch_half_pixel") == [1])
        // An infinite neighbour of weight 0 takes no part.
        let wild = floats([1, .infinity], [2])
        let same = try run(
            "Resize", [wild, nil, nil, list([3])],
            [text("mode", "linear"), text("coordinate_transformation_mode", "align_corners")],
            opset: 19)[0]
        #expect(same.float32s == [1, .infinity, .infinity])
        let bytes = Tensor([UInt8(0), 255], shape: [2])
        let shades = try run(
            "Resize", [bytes, nil, nil, list([4])], [text("mode", "linear")], opset: 19)[0]
        #expect(shades.uint8s == [0, 63, 191, 255])
        let four = floats([1, 2, 3, 4], [4])
        let fewer = try run(
            "Resize", [four, nil, nil, list([2])],
            [text("mode", "linear"), ("antialias", .int(1))], opset: 18)[0]
        // Weights 0.125, 0.375, 0.375, 0.125; the ends count for what is outside.
        #expect(fewer.float32s == [1.625, 3.375])
    }

    @Test func cropsOutsideBecomeTheExtrapolationValue() throws {
        let x = floats([1, 2, 3], [3])
        let roi = floats([0, 2], [2])
        let result = try run(
            "Resize", [x, roi, nil, list([3])],
            [
                text("mode", "linear"),
                text("coordinate_transformation_mode", "tf_crop_and_resize"),
                ("extrapolation_value", .float(Float(-9).bitPattern)),
            ], opset: 19)[0]
        #expect(result.float32s == [1, 3, -9])
    }

    @Test func samplesOfGrids() throws {
        let x = floats([1, 2, 3, 4], [1, 1, 2, 2])
        let grid = floats([0, 0, -1, -1, 1, -3, .nan, 0], [1, 2, 2, 2])
        func sampled(_ padding: String, _ mode: String = "linear") throws -> [Float]? {
            try run(
                "GridSample", [x, grid],
                [text("padding_mode", padding), text("mode", mode), ("align_corners", .int(1))],
                opset: 20)[0].float32s
        }
        #expect(try sampled("zeros") == [2.5, 1, 0, 0])
        #expect(try sampled("border") == [2.5, 1, 2, 2])
        #expect(try sampled("reflection") == [2.5, 1, 4, 2])
        #expect(try sampled("zeros", "nearest") == [1, 1, 0, 0])
        let three = floats([0, 0, 0], [1, 1, 1, 1, 3])
        let volume = floats((0..<8).map(Float.init), [1, 1, 2, 2, 2])
        #expect(try run("GridSample", [volume, three], opset: 20)[0].float32s == [3.5])
        // Coordinates far outside are reflected into the image, not beyond it.
        let far = floats([1e30, -1e30], [1, 1, 1, 2])
        let value = try run(
            "GridSample", [x, far], [text("padding_mode", "reflection")], opset: 20)[0]
        #expect(try #require(value.float32s).allSatisfy { $0 >= 1 && $0 <= 4 })
    }

    @Test func gridsOfAffineMaps() throws {
        let identity = floats([1, 0, 0, 0, 1, 0], [1, 2, 3])
        let grid = try run(
            "AffineGrid", [identity, list([1, 1, 2, 3])], [("align_corners", .int(1))], opset: 20)
        #expect(grid[0].float32s == [-1, -1, 0, -1, 1, -1, -1, 1, 0, 1, 1, 1])
        let half = try run("AffineGrid", [identity, list([1, 1, 1, 2])], opset: 20)
        #expect(half[0].float32s == [-0.5, 0, 0.5, 0])
    }

    @Test func suppressionTakesTheBestFirst() throws {
        let boxes = floats(
            [0, 0, 1, 1, 0, 0.1, 1, 1.1, 0, -0.1, 1, 0.9, 0, 10, 1, 11], [1, 4, 4])
        let scores = floats([0.5, 0.75, .nan, 0.5], [1, 1, 4])
        let half = floats([0.5], [1])
        let found = try run("NonMaxSuppression", [boxes, scores, list([3]), half])
        #expect(found[0] == Tensor([Int64(0), 0, 1, 0, 0, 3], shape: [2, 3]))
        let none = try run("NonMaxSuppression", [boxes, scores])
        #expect(none[0] == Tensor([Int64](), shape: [0, 3]))
        let above = try run(
            "NonMaxSuppression", [boxes, scores, list([3]), floats([1], []), half])
        #expect(above[0] == Tensor([Int64(0), 0, 1], shape: [1, 3]))
    }

    @Test func regionsAreMeansOfSamples() throws {
        let x = floats((0..<16).map(Float.init), [1, 1, 4, 4])
        let rois = floats([0, 0, 4, 4], [1, 4])
        let whole = try run(
            "RoiAlign", [x, rois, list([0])],
            [
                ("output_height", .int(2)), ("output_width", .int(2)), ("sampling_ratio", .int(2)),
            ])[0]
        #expect(whole.float32s == [2.5, 4.5, 10.5, 12.5])
        #expect(throws: OperatorError.indexOutOfRange(index: 1, count: 1)) {
            try run("RoiAlign", [x, rois, list([1])])
        }
    }

    @Test func windowsGoBackToTheirPlaces() throws {
        let columns = floats((1...8).map(Float.init), [1, 4, 2])
        let image = try run("Col2Im", [columns, list([2, 3]), list([2, 2])], opset: 18)[0]
        #expect(image == floats([1, 2 + 3, 4, 5, 6 + 7, 8], [1, 1, 2, 3]))
        let x = floats([1, 2, 3, 4], [1, 1, 4])
        let pooled = try run(
            "MaxPool", [x], [("kernel_shape", .ints([2])), ("strides", .ints([2]))], outputs: 2)
        #expect(pooled[1].int64s == [1, 3])
        let back = try run(
            "MaxUnpool", pooled, [("kernel_shape", .ints([2])), ("strides", .ints([2]))])[0]
        #expect(back.float32s == [0, 2, 0, 4])
    }

    @Test func deformedConvolutionWithoutOffsetsIsTheConvolution() throws {
        let x = sample([2, 4, 6, 5], seed: 7)
        let w = sample([6, 2, 3, 2], seed: 8)
        let bias = sample([6], seed: 9)
        let attributes: [(String, AttributeValue)] = [
            ("group", .int(2)), ("strides", .ints([2, 1])), ("pads", .ints([1, 0, 1, 1])),
        ]
        let plain = try run("Conv", [x, w, bias], attributes)[0]
        let extents = Array(plain.shape.dimensions[2...])
        let offset = Tensor.zero(.float32).repeated(try Shape([2, 2 * 2 * 6] + extents))
        let mask = Tensor([Float(1)], shape: []).repeated(try Shape([2, 2 * 6] + extents))
        let moved = try run(
            "DeformConv", [x, w, offset, bias, mask], attributes + [("offset_group", .int(2))],
            opset: 19)[0]
        #expect(moved == plain)
    }

    @Test func poolingsOfEveryKind() throws {
        let x = floats([1, -2, 3, 4, 5, -6, 7, 8, 9], [1, 1, 3, 3])
        let kernel = ("kernel_shape", AttributeValue.ints([2, 2]))
        let both = try run("MaxPool", [x], [kernel, ("storage_order", .int(1))], outputs: 2)
        #expect(both[0].float32s == [5, 5, 8, 9])
        #expect(both[1].int64s == [4, 4, 5, 8])
        let zeros = floats([-0.0, 0, 0, -0.0], [1, 1, 4])
        let places = try run("MaxPool", [zeros], [("kernel_shape", .ints([2]))], outputs: 2)
        #expect(places[1].int64s == [1, 1, 2])
        let wide = try x.cast(to: .float64)
        #expect(try run("MaxPool", [wide], [kernel])[0].float64s == [5, 5, 8, 9])
        #expect(try run("AveragePool", [wide], [kernel])[0].float64s == [2, 0, 6, 4])
        #expect(try run("GlobalAveragePool", [wide])[0].float64s == [29.0 / 9])
        #expect(try run("GlobalMaxPool", [x])[0].float32s == [9])
        #expect(try run("LpPool", [x], [kernel, ("p", .int(1))])[0].float32s == [12, 16, 24, 28])
        let square = floats([3, 4, 0, 0], [1, 1, 4])
        #expect(
            try run("LpPool", [square], [("kernel_shape", .ints([2]))])[0].float32s == [5, 4, 0])
        #expect(try run("GlobalLpPool", [square])[0].float32s == [5])
        let cube = try run("GlobalLpPool", [floats([1, 2, 2, 0], [1, 1, 4])], [("p", .int(3))])[0]
        #expect(abs(try #require(cube.float32s)[0] - 2.571_281_6) < 1e-6)
    }
}
