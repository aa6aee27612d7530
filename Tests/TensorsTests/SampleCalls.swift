// One valid call of every operator that moves, samples, draws or reads texts, small enough to run.
// Tests that damage calls start from these.
import Base

@testable import Tensors

/// A call with its inputs.
struct SampleCall: Sendable, CustomStringConvertible {
    var name: String
    var inputs: [Tensor?]
    var attributes: [(String, AttributeValue)] = []
    var opset = 23
    var outputs = 1

    var description: String { name }

    private static func f(_ shape: Shape) -> Tensor {
        Tensor((0..<shape.elementCount).map { Float($0 % 7) - 2 }, shape: shape)
    }
    private static func i(_ values: Int64...) -> Tensor { Tensor(values, shape: [values.count]) }
    private static func one(_ value: Int64) -> Tensor { Tensor([value], shape: []) }
    private static func t(_ values: String...) -> Tensor { Tensor(values, shape: [values.count]) }

    /// Movements and fillings.
    static let movements: [SampleCall] = [
        SampleCall(name: "CenterCropPad", inputs: [f([3, 4]), i(5, 2)]),
        SampleCall(
            name: "Compress", inputs: [f([3, 2]), Tensor([true, false, true], shape: [3])],
            attributes: [("axis", .int(0))]),
        SampleCall(
            name: "Concat", inputs: [f([2, 3]), f([2, 1])], attributes: [("axis", .int(1))]),
        SampleCall(
            name: "ConstantOfShape", inputs: [i(2, 3)], attributes: [("value", .tensor(i(4)))]),
        SampleCall(name: "Constant", inputs: [], attributes: [("value_ints", .ints([1, 2]))]),
        SampleCall(
            name: "DepthToSpace", inputs: [f([1, 8, 2, 3])], attributes: [("blocksize", .int(2))]),
        SampleCall(name: "Expand", inputs: [f([3, 1]), i(2, 1, 4)]),
        SampleCall(
            name: "EyeLike", inputs: [f([3, 4])], attributes: [("k", .int(1)), ("dtype", .int(7))]),
        SampleCall(name: "Flatten", inputs: [f([2, 3, 4])], attributes: [("axis", .int(2))]),
        SampleCall(
            name: "Gather", inputs: [f([3, 4]), i(2, -1)], attributes: [("axis", .int(1))]),
        SampleCall(
            name: "GatherElements",
            inputs: [f([3, 2]), Tensor([Int64(0), 2, -1, 1], shape: [2, 2])]),
        SampleCall(
            name: "GatherND", inputs: [f([2, 3, 2]), Tensor([Int64(1), -1], shape: [2, 1])],
            attributes: [("batch_dims", .int(1))]),
        SampleCall(name: "NonZero", inputs: [f([2, 3])]),
        SampleCall(
            name: "OneHot", inputs: [i(0, 2), one(3), i(5, 6)], attributes: [("axis", .int(0))]),
        SampleCall(
            name: "Pad", inputs: [f([3, 2]), i(1, -1, 2, 1), f([]), nil],
            attributes: [("mode", .string("reflect"))]),
        SampleCall(name: "Pad", inputs: [f([4])], attributes: [("pads", .ints([1, 2]))], opset: 2),
        SampleCall(name: "Range", inputs: [one(0), one(10), one(3)]),
        SampleCall(
            name: "Reshape", inputs: [f([2, 6]), i(3, -1)],
            attributes: [("allowzero", .int(1))]),
        SampleCall(name: "ReverseSequence", inputs: [f([3, 2]), i(2, 3)]),
        SampleCall(
            name: "ScatterElements",
            inputs: [f([3, 3]), Tensor([Int64(0), 2], shape: [1, 2]), f([1, 2])],
            attributes: [("axis", .int(1)), ("reduction", .string("mul"))]),
        SampleCall(
            name: "ScatterND",
            inputs: [f([3, 2]), Tensor([Int64(1), 0], shape: [2, 1]), f([2, 2])],
            attributes: [("reduction", .string("add"))]),
        SampleCall(name: "Shape", inputs: [f([2, 3])], attributes: [("start", .int(-1))]),
        SampleCall(name: "Size", inputs: [f([2, 3])]),
        SampleCall(name: "Slice", inputs: [f([4, 5]), i(3, 1), i(0, 9), i(0, -1), i(-2, 2)]),
        SampleCall(
            name: "SpaceToDepth", inputs: [f([1, 2, 4, 2])], attributes: [("blocksize", .int(2))]),
        SampleCall(
            name: "Split", inputs: [f([5, 2]), i(2, 3)], attributes: [("axis", .int(0))], outputs: 2
        ),
        SampleCall(name: "Squeeze", inputs: [f([1, 3, 1]), i(0, -1)]),
        SampleCall(
            name: "TensorScatter", inputs: [f([2, 4, 1]), f([2, 2, 1]), i(3, 0)],
            attributes: [("mode", .string("circular")), ("axis", .int(1))], opset: 24),
        SampleCall(name: "Tile", inputs: [f([2, 1]), i(2, 3)]),
        SampleCall(
            name: "Transpose", inputs: [f([2, 3, 4])], attributes: [("perm", .ints([2, 0, 1]))]),
        SampleCall(name: "Trilu", inputs: [f([3, 3]), one(1)], attributes: [("upper", .int(0))]),
        SampleCall(
            name: "Unique", inputs: [f([4, 2])],
            attributes: [("axis", .int(0)), ("sorted", .int(0))],
            outputs: 4),
        SampleCall(name: "Unsqueeze", inputs: [f([2]), i(0, -1)]),
    ]

    /// Images.
    static let vision: [SampleCall] = [
        SampleCall(name: "AffineGrid", inputs: [f([2, 2, 3]), i(2, 1, 3, 2)]),
        SampleCall(
            name: "AveragePool", inputs: [f([1, 2, 5])],
            attributes: [
                ("kernel_shape", .ints([3])), ("pads", .ints([1, 2])), ("strides", .ints([2])),
                ("dilations", .ints([1])), ("ceil_mode", .int(1)), ("count_include_pad", .int(1)),
            ]),
        SampleCall(
            name: "Col2Im", inputs: [f([1, 4, 9]), i(4, 4), i(2, 2)],
            attributes: [("strides", .ints([1, 1])), ("pads", .ints([0, 0, 0, 0]))]),
        SampleCall(
            name: "ConvTranspose", inputs: [f([1, 2, 3, 2]), f([2, 2, 2, 3]), f([4])],
            attributes: [
                ("group", .int(2)), ("strides", .ints([2, 1])), ("pads", .ints([0, 1, 1, 0])),
                ("output_padding", .ints([1, 0])), ("dilations", .ints([1, 2])),
            ]),
        SampleCall(
            name: "ConvTranspose", inputs: [f([1, 1, 3]), f([1, 1, 2])],
            attributes: [
                ("auto_pad", .string("SAME_LOWER")), ("output_shape", .ints([7])),
                ("strides", .ints([2])), ("kernel_shape", .ints([2])),
            ]),
        SampleCall(
            name: "DeformConv",
            inputs: [
                f([1, 2, 3, 3]), f([2, 1, 2, 2]), f([1, 16, 2, 2]), f([2]), f([1, 8, 2, 2]),
            ],
            attributes: [
                ("group", .int(2)), ("offset_group", .int(2)), ("strides", .ints([1, 1])),
                ("dilations", .ints([1, 1])), ("pads", .ints([0, 0, 0, 0])),
            ]),
        SampleCall(name: "GlobalAveragePool", inputs: [f([1, 2, 3])]),
        SampleCall(name: "GlobalLpPool", inputs: [f([1, 2, 3])], attributes: [("p", .int(3))]),
        SampleCall(name: "GlobalMaxPool", inputs: [f([1, 2, 3, 2])]),
        SampleCall(
            name: "GridSample", inputs: [f([1, 2, 3, 3]), f([1, 2, 2, 2])],
            attributes: [
                ("mode", .string("cubic")), ("padding_mode", .string("reflection")),
                ("align_corners", .int(1)),
            ]),
        SampleCall(
            name: "LpPool", inputs: [f([1, 1, 4, 4])],
            attributes: [
                ("kernel_shape", .ints([2, 3])), ("p", .int(3)), ("pads", .ints([1, 0, 0, 1])),
                ("strides", .ints([1, 2])),
            ]),
        SampleCall(
            name: "MaxPool", inputs: [f([1, 2, 4, 4])],
            attributes: [
                ("kernel_shape", .ints([2, 2])), ("pads", .ints([1, 0, 0, 1])),
                ("storage_order", .int(1)), ("dilations", .ints([2, 1])),
            ], outputs: 2),
        SampleCall(
            name: "MaxUnpool",
            inputs: [f([1, 1, 3]), i(1, 2, 5).reshaped(to: [1, 1, 3]), i(1, 1, 8)],
            attributes: [
                ("kernel_shape", .ints([2])), ("strides", .ints([2])), ("pads", .ints([0, 0])),
            ]),
        SampleCall(
            name: "NonMaxSuppression",
            inputs: [
                f([1, 6, 4]), f([1, 2, 6]), one(3), Tensor([0.5 as Float], shape: []), f([]),
            ],
            attributes: [("center_point_box", .int(1))]),
        SampleCall(
            name: "Resize", inputs: [f([1, 2, 3, 4]), nil, nil, i(5, 2)],
            attributes: [
                ("mode", .string("cubic")), ("axes", .ints([2, -1])), ("antialias", .int(1)),
                ("coordinate_transformation_mode", .string("half_pixel_symmetric")),
                ("exclude_outside", .int(1)), ("cubic_coeff_a", .float(Float(-0.5).bitPattern)),
                ("keep_aspect_ratio_policy", .string("not_larger")),
            ]),
        SampleCall(
            name: "Resize",
            inputs: [
                f([3, 4]), Tensor([0 as Float, 0.25, 1, 2], shape: [4]),
                Tensor([1.5 as Float, 0.75], shape: [2]),
            ],
            attributes: [
                ("coordinate_transformation_mode", .string("tf_crop_and_resize")),
                ("nearest_mode", .string("ceil")), ("extrapolation_value", .float(0)),
            ]),
        SampleCall(
            name: "RoiAlign", inputs: [f([2, 2, 4, 5]), f([2, 4]), i(1, 0)],
            attributes: [
                ("mode", .string("max")), ("output_height", .int(2)), ("output_width", .int(3)),
                ("sampling_ratio", .int(0)), ("spatial_scale", .float(Float(0.5).bitPattern)),
            ]),
        SampleCall(
            name: "Upsample",
            inputs: [f([1, 1, 2, 2]), Tensor([1 as Float, 1, 2, 1.5], shape: [4])],
            attributes: [("mode", .string("linear"))], opset: 9),
    ]

    /// Random numbers, losses, windows and texts.
    static let others: [SampleCall] = [
        SampleCall(
            name: "Bernoulli", inputs: [f([3])],
            attributes: [("dtype", .int(9)), ("seed", .float(1))]),
        SampleCall(
            name: "Multinomial", inputs: [f([2, 3])],
            attributes: [("sample_size", .int(4)), ("dtype", .int(7))]),
        SampleCall(
            name: "RandomNormal", inputs: [],
            attributes: [("shape", .ints([2, 3])), ("mean", .float(1)), ("dtype", .int(11))]),
        SampleCall(name: "RandomNormalLike", inputs: [f([2])], attributes: [("dtype", .int(10))]),
        SampleCall(name: "RandomUniform", inputs: [], attributes: [("shape", .ints([5]))]),
        SampleCall(name: "RandomUniformLike", inputs: [f([2])], attributes: [("low", .float(1))]),
        SampleCall(
            name: "NegativeLogLikelihoodLoss",
            inputs: [f([2, 3, 2]), i(0, 1, 2, 0).reshaped(to: [2, 2]), f([3])],
            attributes: [("reduction", .string("none")), ("ignore_index", .int(2))]),
        SampleCall(
            name: "SoftmaxCrossEntropyLoss", inputs: [f([2, 3]), i(0, 2)],
            attributes: [("reduction", .string("mean"))], outputs: 2),
        SampleCall(name: "BlackmanWindow", inputs: [one(5)], attributes: [("periodic", .int(0))]),
        SampleCall(
            name: "HammingWindow", inputs: [one(5)], attributes: [("output_datatype", .int(6))]),
        SampleCall(name: "HannWindow", inputs: [one(4)]),
        SampleCall(
            name: "DFT", inputs: [f([2, 4, 3, 2]), one(5), one(-2)],
            attributes: [("inverse", .int(1)), ("onesided", .int(1))]),
        SampleCall(name: "DFT", inputs: [f([4, 1])], attributes: [("axis", .int(0))], opset: 17),
        SampleCall(
            name: "STFT", inputs: [f([1, 8, 1]), one(2), f([4]), one(4)],
            attributes: [("onesided", .int(1))]),
        SampleCall(
            name: "MelWeightMatrix",
            inputs: [
                one(4), one(16), one(8192), Tensor([0 as Float], shape: []),
                Tensor([4096 as Float], shape: []),
            ], attributes: [("output_datatype", .int(11))]),
        SampleCall(name: "StringConcat", inputs: [t("a", "b"), t("c")]),
        SampleCall(
            name: "StringNormalizer", inputs: [t("a", "B")],
            attributes: [
                ("stopwords", .strings(["b"])), ("case_change_action", .string("UPPER")),
                ("is_case_sensitive", .int(0)), ("locale", .string("en_US")),
            ]),
        SampleCall(
            name: "StringSplit", inputs: [t("a b", "c")],
            attributes: [("delimiter", .string(" ")), ("maxsplit", .int(1))], outputs: 2),
        SampleCall(
            name: "TfIdfVectorizer", inputs: [i(1, 2, 3, 2)],
            attributes: [
                ("mode", .string("TFIDF")), ("min_gram_length", .int(1)),
                ("max_gram_length", .int(2)),
                ("max_skip_count", .int(1)), ("ngram_counts", .ints([0, 1])),
                ("ngram_indexes", .ints([0, 1])), ("pool_int64s", .ints([2, 2, 3])),
                ("weights", .floats([0x3F80_0000, 0x4000_0000])),
            ]),
    ]

    /// All of them.
    static let all = movements + vision + others + integers
}
