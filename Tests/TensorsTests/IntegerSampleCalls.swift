// One valid call of every operator of the integer profile, for the tests that damage calls.
import Base

@testable import Tensors

extension SampleCall {
    private static func a(_ shape: Shape) -> Tensor {
        Tensor((0..<shape.elementCount).map { Int16($0 % 7 * 1_000 - 2_000) }, shape: shape)
    }
    private static func w(_ shape: Shape) -> Tensor {
        Tensor((0..<shape.elementCount).map { Int8($0 % 11 * 9 - 40) }, shape: shape)
    }
    private static func b(_ values: Int32...) -> Tensor { Tensor(values, shape: [values.count]) }
    private static let rescaling: [(String, AttributeValue)] = [
        ("multipliers", .ints([201])), ("shift", .int(20)), ("minimum", .int(-30_000)),
        ("maximum", .int(30_000)),
    ]
    private static let windows: [(String, AttributeValue)] = [
        ("kernel_shape", .ints([2, 2])), ("strides", .ints([1, 2])), ("pads", .ints([1, 0, 0, 1])),
    ]
    private static let half = AttributeValue.floats([(0.5 as Float).bitPattern])

    /// The integer profile.
    static let integers: [SampleCall] = [
        SampleCall(
            name: "aivm.integer.Add", inputs: [a([2, 3]), a([3])],
            attributes: [("multipliers", .ints([256, -100])), ("shift", .int(8))]),
        SampleCall(
            name: "aivm.integer.AveragePool", inputs: [a([1, 2, 4, 5])],
            attributes: windows + [("count_include_pad", .int(1))]),
        SampleCall(
            name: "aivm.integer.Conv", inputs: [a([1, 4, 5, 5]), w([8, 2, 3, 3]), nil],
            attributes: rescaling + [("group", .int(2)), ("pads", .ints([1, 1, 1, 1]))]),
        SampleCall(
            name: "aivm.integer.Dequantize", inputs: [a([2, 3])], attributes: [("scales", half)]),
        SampleCall(
            name: "aivm.integer.Gather",
            inputs: [a([3, 4]), Tensor([Int64(2), 0], shape: [2])],
            attributes: [("axis", .int(1))]),
        SampleCall(
            name: "aivm.integer.Linear", inputs: [a([2, 4]), w([4, 3]), b(5, -6, 70_000)],
            attributes: rescaling),
        SampleCall(
            name: "aivm.integer.MatMul", inputs: [a([2, 2, 4]), a([2, 4, 3])],
            attributes: rescaling),
        SampleCall(
            name: "aivm.integer.MaxPool", inputs: [a([1, 2, 4, 5])], attributes: windows),
        SampleCall(
            name: "aivm.integer.Mean", inputs: [a([2, 3, 4])],
            attributes: [("axes", .ints([0, 2])), ("keepdims", .int(0))]),
        SampleCall(
            name: "aivm.integer.Mul", inputs: [a([2, 3]), a([3]), b(100, 200, 300)],
            attributes: rescaling),
        SampleCall(
            name: "aivm.integer.Normalize", inputs: [a([2, 6])],
            attributes: [
                ("centred", .int(1)), ("epsilon", .int(10)), ("fraction_bits", .int(30)),
                ("shift", .int(19)),
            ]),
        SampleCall(
            name: "aivm.integer.Quantize", inputs: [Tensor([1, -2] as [Float], shape: [2])],
            attributes: [("scales", half), ("maximum", .int(100))]),
        SampleCall(
            name: "aivm.integer.Rescale", inputs: [a([2, 3])],
            attributes: [("multipliers", .ints([-3])), ("shift", .int(1))]),
        SampleCall(
            name: "aivm.integer.Softmax", inputs: [a([2, 3])],
            attributes: [
                ("axis", .int(1)), ("fraction_bits", .int(14)), ("product_shift", .int(16)),
                ("high", .tensor(b(65_536, 20_000))), ("low", .tensor(b(65_536, 40_000))),
                ("multipliers", .ints([5])), ("shift", .int(9)),
            ]),
        SampleCall(
            name: "aivm.integer.Table", inputs: [a([2, 3])],
            attributes: [("shift", .int(12)), ("table", .tensor(a([8])))]),
        SampleCall(
            name: "aivm.integer.TreeEnsemble",
            inputs: [
                a([3, 2]), a([2]), Tensor([Int32(1), 2, 3], shape: [3, 1]), b(4),
            ],
            attributes: [
                ("features", .ints([0, 1])), ("true", .ints([1, -1])), ("false", .ints([-2, -3])),
                ("roots", .ints([0, -1])), ("shift", .int(1)),
            ]),
    ]
}
