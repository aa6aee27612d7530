// Small float models with random weights, one for each thing that the lowering knows.

import Models
import Tensors
import TestSupport

/// Builds a model around one idea.
struct FloatModelMaker {
    var builder: ProgramBuilder
    var generator: SeededGenerator
    /// Whether numbers are now and then what no honest model holds.
    var isHostile = false

    static let hostileNumbers: [Float] = [
        0, -0.0, .infinity, -.infinity, .nan, .greatestFiniteMagnitude,
        -.greatestFiniteMagnitude, .leastNonzeroMagnitude, -1e-37, 1e38, -1e30, 1e-20, 65_536, -1,
    ]

    init(seed: UInt64, opset: Int = 17, isHostile: Bool = false) {
        builder = ProgramBuilder(opset: opset)
        generator = SeededGenerator(seed: seed)
        self.isHostile = isHostile
    }

    private mutating func damaged(_ value: Float) -> Float {
        isHostile && generator.isOne(in: 3)
            ? generator.element(of: FloatModelMaker.hostileNumbers) : value
    }

    /// Random numbers up to `reach` in magnitude.
    mutating func numbers(_ shape: Shape, reach: Float = 1) -> Tensor {
        Tensor(
            (0..<shape.elementCount).map { _ in
                damaged(Float(generator.int(in: -1_000...1_000)) / 1_000 * reach)
            }, shape: shape)
    }

    /// A random constant.
    mutating func weights(_ shape: Shape, reach: Float = 1) -> ProgramBuilder.Value {
        let tensor = numbers(shape, reach: reach)
        return builder.addConstant("", tensor)
    }

    /// A constant list of integers.
    mutating func list(_ values: [Int64]) -> ProgramBuilder.Value {
        builder.addConstant("", Tensor(values, shape: [values.count]))
    }

    /// A constant number.
    mutating func number(_ value: Float) -> ProgramBuilder.Value {
        let number = damaged(value)
        return builder.addConstant("", Tensor([number], shape: .scalar))
    }

    /// The one output of an operator.
    mutating func node(
        _ name: String, _ inputs: [ProgramBuilder.Value?],
        _ attributes: [(String, AttributeValue)] = []
    ) -> ProgramBuilder.Value {
        builder.addNode(name, inputs, name: name.lowercased(), attributes: attributes)[0]
    }
}

/// A float model by what it shows, and how far its integer program may be off.
struct FloatCase: Sendable, CustomStringConvertible {
    var description: String
    var shape: Shape
    var opset = 17
    /// The largest root mean square error in parts of that of the numbers.
    var tolerance = 0.02
    /// Operators of the profile that the program must have, without domain.
    var operators: [String]
    var body: @Sendable (inout FloatModelMaker, ProgramBuilder.Value) -> ProgramBuilder.Value
}

extension FloatCase {
    /// The model.
    func model(seed: UInt64 = 11, isHostile: Bool = false) throws -> Model {
        var maker = FloatModelMaker(seed: seed, opset: opset, isHostile: isHostile)
        let x = maker.builder.addInput("x", TensorType(.float32, shape))
        let y = body(&maker, x)
        maker.builder.addOutput("y", y)
        return try maker.builder.build()
    }

    private static func ints(_ values: Int64...) -> AttributeValue { .ints(values) }

    /// Everything that the lowering knows.
    static let all: [FloatCase] = products + functions + normalizations + windows + moves

    private static let products: [FloatCase] = [
        FloatCase(description: "Gemm, Relu", shape: [2, 12], operators: ["Linear"]) { m, x in
            m.node(
                "Relu",
                [
                    m.node(
                        "Gemm", [x, m.weights([7, 12]), m.weights([7])], [("transB", .int(1))])
                ])
        },
        FloatCase(
            description: "Gemm with alpha and beta", shape: [2, 12], operators: ["Linear"]
        ) { m, x in
            m.node(
                "Gemm", [x, m.weights([12, 7]), m.weights([7])],
                [
                    ("alpha", .float((0.5 as Float).bitPattern)),
                    ("beta", .float((2 as Float).bitPattern)),
                ])
        },
        FloatCase(
            description: "MatMul, Add, Clip", shape: [1, 3, 12], operators: ["Linear"]
        ) { m, x in
            let sum = m.node(
                "Add", [m.weights([5]), m.node("MatMul", [x, m.weights([12, 5])])])
            return m.node("Clip", [sum, m.number(-0.5), m.number(1.5)])
        },
        FloatCase(
            description: "Conv with padding, stride, dilation, groups", shape: [1, 4, 9, 8],
            operators: ["Conv"]
        ) { m, x in
            m.node(
                "Conv", [x, m.weights([6, 2, 3, 2]), m.weights([6])],
                [
                    ("pads", ints(1, 0, 2, 1)), ("strides", ints(2, 1)), ("dilations", ints(1, 2)),
                    ("group", .int(2)),
                ])
        },
        FloatCase(
            description: "depthwise Conv, BatchNormalization, Relu", shape: [1, 5, 6, 6],
            operators: ["Conv"]
        ) { m, x in
            let conv = m.node(
                "Conv", [x, m.weights([5, 1, 3, 3])],
                [("group", .int(5)), ("pads", ints(1, 1, 1, 1))])
            let variance = m.builder.addConstant(
                "", Tensor([0.5, 2, 1, 0.1, 3] as [Float], shape: [5]))
            let normal = m.node(
                "BatchNormalization",
                [conv, m.weights([5]), m.weights([5]), m.weights([5]), variance])
            return m.node("Relu", [normal])
        },
        FloatCase(
            description: "BatchNormalization alone", shape: [1, 3, 4, 4], operators: ["Mul"]
        ) { m, x in
            let variance = m.builder.addConstant("", Tensor([0.5, 2, 1] as [Float], shape: [3]))
            return m.node(
                "BatchNormalization", [x, m.weights([3]), m.weights([3]), m.weights([3]), variance])
        },
        FloatCase(
            description: "residual Add, Relu", shape: [1, 6], operators: ["Add", "Linear"]
        ) { m, x in
            let branch = m.node("MatMul", [x, m.weights([6, 6], reach: 0.3)])
            return m.node("Relu", [m.node("Add", [x, branch])])
        },
        FloatCase(
            description: "Sub and Mul of activations", shape: [2, 6], operators: ["Add", "Mul"]
        ) { m, x in
            let branch = m.node("MatMul", [x, m.weights([6, 6])])
            return m.node("Mul", [m.node("Sub", [x, branch]), branch])
        },
        FloatCase(
            description: "MatMul of activations", shape: [1, 2, 5, 6], operators: ["MatMul"]
        ) { m, x in
            m.node("MatMul", [x, m.node("Transpose", [x], [("perm", ints(0, 1, 3, 2))])])
        },
    ]

    private static func function(_ name: String, _ reach: Double = 0.02) -> FloatCase {
        FloatCase(description: name, shape: [2, 50], tolerance: reach, operators: ["Table"]) {
            m, x in m.node(name, [m.node("MatMul", [x, m.weights([50, 50], reach: 0.7)])])
        }
    }

    private static let functions: [FloatCase] =
        ["Sigmoid", "Tanh", "Erf", "HardSwish", "Exp", "Softplus", "LeakyRelu"].map {
            function($0)
        } + [
            FloatCase(description: "SiLU spelt out", shape: [2, 50], operators: ["Table"]) { m, x in
                m.node("Mul", [x, m.node("Sigmoid", [x])])
            },
            FloatCase(
                description: "GELU by erf spelt out", shape: [2, 50], operators: ["Table"]
            ) { m, x in
                let inner = m.node("Div", [x, m.number(1.4142135)])
                let phi = m.node("Add", [m.node("Erf", [inner]), m.number(1)])
                return m.node("Mul", [m.node("Mul", [x, phi]), m.number(0.5)])
            },
            FloatCase(
                description: "GELU by tanh spelt out", shape: [2, 50], operators: ["Table"]
            ) { m, x in
                let cube = m.node("Mul", [m.node("Pow", [x, m.number(3)]), m.number(0.044715)])
                let inner = m.node("Mul", [m.node("Add", [x, cube]), m.number(0.7978846)])
                let phi = m.node("Add", [m.node("Tanh", [inner]), m.number(1)])
                return m.node("Mul", [m.node("Mul", [x, phi]), m.number(0.5)])
            },
            FloatCase(
                description: "adding a number", shape: [2, 5], operators: ["Add"]
            ) { m, x in m.node("Add", [x, m.number(0.3)]) },
            FloatCase(
                description: "Neg", shape: [2, 5], operators: ["Rescale"]
            ) { m, x in m.node("Neg", [x]) },
        ]

    /// A softmax of 4 × 4 numbers of which those above the diagonal are masked by adding `value`.
    private static func masked(
        _ name: String, _ value: Float, operators: [String],
        _ body:
            @escaping @Sendable (
                inout FloatModelMaker, ProgramBuilder.Value, ProgramBuilder.Value
            ) -> ProgramBuilder.Value
    ) -> FloatCase {
        FloatCase(description: name, shape: [4, 4], tolerance: 0.005, operators: operators) {
            m, x in
            let mask = m.builder.addConstant(
                "",
                Tensor((0..<16).map { $0 % 4 > $0 / 4 ? value : 0 } as [Float], shape: [4, 4]))
            return m.node("Softmax", [body(&m, x, mask)])
        }
    }

    private static let normalizations: [FloatCase] = [
        FloatCase(description: "Softmax of the last axis", shape: [3, 9], operators: ["Softmax"]) {
            m, x in m.node("Softmax", [m.node("MatMul", [x, m.weights([9, 9], reach: 3)])])
        },
        FloatCase(
            description: "Softmax of another axis", shape: [3, 9], operators: ["Softmax"]
        ) { m, x in m.node("Softmax", [x], [("axis", .int(0))]) },
        masked("masked Softmax", -1e9, operators: ["Add", "Softmax"]) { m, x, mask in
            m.node("Add", [x, mask])
        },
        masked("Softmax masked by −∞", -.infinity, operators: ["Add", "Softmax"]) { m, x, mask in
            m.node("Add", [mask, x])
        },
        masked("Softmax masked mildly", -30, operators: ["Add", "Softmax"]) { m, x, mask in
            m.node("Add", [x, mask])
        },
        masked("Softmax masked twice", -3.4e38, operators: ["Add", "Softmax"]) { m, x, mask in
            let once = m.node("Add", [m.node("MatMul", [x, m.weights([4, 4], reach: 4)]), mask])
            let more = m.builder.addConstant("", Tensor([0, 0, -1e4, 0] as [Float], shape: [4]))
            return m.node("Add", [once, more])
        },
        masked("Softmax of Where", -1e4, operators: ["Mul", "Softmax"]) { m, x, _ in
            let flags = Tensor((0..<16).map { $0 % 4 <= $0 / 4 }, shape: [4, 4])
            return m.node(
                "Where", [m.builder.addConstant("", flags), x, m.number(-3.4028235e38)])
        },
        masked("Softmax of the other branch", -1e4, operators: ["Mul", "Softmax"]) { m, x, _ in
            let flags = Tensor((0..<16).map { $0 % 4 > $0 / 4 }, shape: [4, 4])
            return m.node("Where", [m.builder.addConstant("", flags), m.number(-1e9), x])
        },
        masked("Softmax masked by an activation", -1e4, operators: ["Mul", "Softmax"]) { m, x, _ in
            // Every fourth column is masked by what the model computes.
            let sign = m.builder.addConstant("", Tensor([0, 0, 0, 1] as [Float], shape: [4]))
            let ones = m.node("Mul", [m.node("Sigmoid", [x]), sign])
            let mask = m.node("Mul", [ones, m.number(-1e9)])
            return m.node("Add", [m.node("MatMul", [x, m.weights([4, 4])]), mask])
        },
        FloatCase(
            description: "LayerNormalization into MatMul", shape: [2, 3, 16],
            operators: ["Normalize", "Linear"]
        ) { m, x in
            let normal = m.node("LayerNormalization", [x, m.weights([16]), m.weights([16])])
            return m.node("MatMul", [normal, m.weights([16, 8])])
        },
        FloatCase(
            description: "LayerNormalization given out", shape: [2, 16],
            operators: ["Normalize", "Mul"]
        ) { m, x in m.node("LayerNormalization", [x, m.weights([16]), m.weights([16])]) },
        FloatCase(
            description: "LayerNormalization spelt out", shape: [2, 16],
            operators: ["Normalize", "Linear"]
        ) { m, x in
            let axes: [(String, AttributeValue)] = [("axes", ints(-1))]
            let centred = m.node("Sub", [x, m.node("ReduceMean", [x], axes)])
            let square = m.node("Pow", [centred, m.number(2)])
            let variance = m.node("Add", [m.node("ReduceMean", [square], axes), m.number(1e-5)])
            let normal = m.node("Div", [centred, m.node("Sqrt", [variance])])
            let affine = m.node(
                "Add", [m.node("Mul", [normal, m.weights([16])]), m.weights([16])])
            return m.node("MatMul", [affine, m.weights([16, 8])])
        },
        FloatCase(
            description: "root mean square normalisation spelt out", shape: [2, 16],
            operators: ["Normalize", "Mul"]
        ) { m, x in
            let mean = m.node("ReduceMean", [m.node("Mul", [x, x])], [("axes", ints(-1))])
            let root = m.node("Sqrt", [m.node("Add", [mean, m.number(1e-6)])])
            let normal = m.node("Mul", [x, m.node("Reciprocal", [root])])
            return m.node("Mul", [normal, m.weights([16])])
        },
    ]

    private static let windows: [FloatCase] = [
        FloatCase(
            description: "MaxPool with padding and strides", shape: [1, 2, 7, 7],
            operators: ["MaxPool"]
        ) { m, x in
            m.node(
                "MaxPool", [x],
                [("kernel_shape", ints(3, 3)), ("strides", ints(2, 2)), ("pads", ints(1, 1, 1, 1))])
        },
        FloatCase(
            description: "AveragePool with padding", shape: [1, 2, 6, 6],
            operators: ["AveragePool"]
        ) { m, x in
            m.node(
                "AveragePool", [x],
                [("kernel_shape", ints(3, 3)), ("strides", ints(2, 2)), ("pads", ints(1, 1, 1, 1))])
        },
        FloatCase(
            description: "GlobalAveragePool, Flatten", shape: [1, 4, 5, 5], operators: ["Mean"]
        ) { m, x in m.node("Flatten", [m.node("GlobalAveragePool", [x])]) },
        FloatCase(
            description: "GlobalMaxPool", shape: [1, 4, 5, 5], operators: ["MaxPool"]
        ) { m, x in m.node("GlobalMaxPool", [x]) },
        FloatCase(
            description: "ReduceMean", shape: [2, 3, 4], operators: ["Mean"]
        ) { m, x in m.node("ReduceMean", [x], [("axes", ints(1)), ("keepdims", .int(0))]) },
    ]

    private static let moves: [FloatCase] = [
        FloatCase(
            description: "Where of a constant condition", shape: [3, 4], operators: ["Mul"]
        ) { m, x in
            let flags = Tensor((0..<4).map { $0 != 1 }, shape: [4])
            let other = m.builder.addConstant("", Tensor([0, 1.5, 0, 0] as [Float], shape: [4]))
            return m.node("Where", [m.builder.addConstant("", flags), x, other])
        },
        FloatCase(
            description: "Add of a tiny and a huge activation", shape: [2, 5], operators: ["Add"]
        ) { m, x in
            let huge = m.node("MatMul", [x, m.weights([5, 5], reach: 1e6)])
            return m.node("Add", [m.node("Mul", [x, m.number(1e-6)]), huge])
        },
        FloatCase(
            description: "Concat of two scales", shape: [1, 6], operators: ["Rescale", "Concat"]
        ) { m, x in
            let large = m.node("MatMul", [x, m.weights([6, 6], reach: 9)])
            return m.node("Concat", [x, large], [("axis", .int(1))])
        },
        FloatCase(
            description: "Slice, Split, Transpose, Reshape", shape: [1, 6, 4],
            operators: ["Slice", "Split", "Transpose", "Reshape", "Add"]
        ) { m, x in
            let part = m.node("Slice", [x, m.list([1]), m.list([5]), m.list([1])])
            let halves = m.builder.addNode(
                "Split", [part, m.list([2, 2])], outputCount: 2, attributes: [("axis", .int(1))])
            let turned = m.node("Transpose", [halves[0]], [("perm", ints(0, 2, 1))])
            return m.node(
                "Add",
                [
                    m.node("Reshape", [turned, m.list([1, 8])]),
                    m.node("Reshape", [halves[1], m.list([1, 8])]),
                ])
        },
        FloatCase(
            description: "Gather of constant rows", shape: [4, 5], operators: ["Gather"]
        ) { m, x in m.node("Gather", [x, m.list([2, -1])]) },
        FloatCase(
            description: "multiplying by a number", shape: [2, 5], operators: ["Linear"]
        ) { m, x in
            m.node(
                "MatMul", [m.node("Mul", [x, m.number(0.3)]), m.weights([5, 3])])
        },
    ]
}
