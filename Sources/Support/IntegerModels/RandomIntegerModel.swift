// Random programs of the integer profile, from a seed: what tests of the machine, and of proofs,
// run over. Every operator of the profile occurs, with random shapes, weights and parameters;
// most numbers stay in range, some saturate.

public import Models
import Tensors
public import TestSupport

/// A program of the integer profile made from a seed.
public struct RandomIntegerModel {
    /// The program.
    public let model: Model
    /// The seed it was made from.
    public let seed: UInt64

    /// Makes a program.
    ///
    /// - Parameters:
    ///   - seed: the same seed gives the same program.
    ///   - nodeCount: nodes beside those at the edges; fewer when shapes leave no choice.
    ///   - operators: names of operators to choose from, without domain; all by default.
    /// - Throws: `ModelError` only if the generator itself is wrong.
    public init(
        seed: UInt64, nodeCount: Int = 10, operators: [String] = RandomIntegerModel.operatorNames
    ) throws(ModelError) {
        self.seed = seed
        var maker = IntegerModelMaker(seed: seed)
        for _ in 0..<nodeCount { maker.addNode(of: operators) }
        model = try maker.model()
    }

    /// The operators that programs are made of.
    public static let operatorNames = [
        "Add", "ArgMax", "AveragePool", "Concat", "Conv", "Expand", "Flatten", "Gather",
        "Identity", "Linear", "MatMul", "MaxPool", "Mean", "Mul", "Normalize", "Rescale",
        "Reshape", "Slice", "Softmax", "Split", "Squeeze", "Table", "Transpose", "TreeEnsemble",
        "Unsqueeze",
    ]

    /// Random inputs: numbers of usual size, at the ends of their types, and all zero.
    public func inputs(using generator: inout SeededGenerator) -> [NamedTensor] {
        let style = generator.int(in: 0..<8)
        return model.inputs.map { port in
            guard let type = port.type else { preconditionFailure("the profile is static") }
            let count = type.shape.elementCount
            let tensor: Tensor
            switch type.element {
            case .float32:
                let numbers = (0..<count).map { _ -> Float in
                    switch style {
                    case 0: 0
                    case 1: generator.isOne(in: 2) ? 1e30 : -1e30
                    case 2 where generator.isOne(in: 8): .nan
                    default: Float(generator.int(in: -4_000...4_000)) / 1_000
                    }
                }
                tensor = Tensor(numbers, shape: type.shape)
            case .int64:
                // Some of them outside of what they point into.
                let numbers = (0..<count).map { _ in Int64(generator.int(in: -3...12)) }
                tensor = Tensor(numbers, shape: type.shape)
            default:
                let numbers = (0..<count).map { _ -> Int16 in
                    switch style {
                    case 0: 0
                    case 1: generator.isOne(in: 2) ? .max : .min
                    default: Int16(generator.int(in: -16_000...16_000))
                    }
                }
                tensor = Tensor(numbers, shape: type.shape)
            }
            return NamedTensor(name: port.name, tensor: tensor)
        }
    }
}
