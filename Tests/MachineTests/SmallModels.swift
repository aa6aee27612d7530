// Models small enough to be computed by hand.

import Models
import Tensors

/// Models that tests build without any file.
enum SmallModels {
    /// The weights of ``perceptron()``, [3, 2].
    static let weights: [Float] = [1, -1, 2, 0.5, -3, 4]

    /// `y = relu(x · w)` with x [1, 3].
    static func perceptron() throws -> Model {
        var builder = ProgramBuilder(opset: 17, name: "perceptron")
        let x = builder.addInput("x", TensorType(.float32, [1, 3]))
        let w = builder.addConstant("w", Tensor(weights, shape: [3, 2]))
        let product = builder.addNode("MatMul", [x, w], name: "product")
        let y = builder.addNode("Relu", [product[0]], name: "activation")
        builder.addOutput("y", y[0])
        return try builder.build()
    }

    /// `y = table[index]`, where the index may be out of range.
    static func lookUp() throws -> Model {
        var builder = ProgramBuilder(opset: 17, name: "look-up")
        let index = builder.addInput("index", TensorType(.int64, [2]))
        let table = builder.addConstant(
            "table", Tensor((0..<6).map { Float($0) }, shape: [3, 2]))
        let y = builder.addNode("Gather", [table, index], name: "rows")
        builder.addOutput("y", y[0])
        return try builder.build()
    }

    /// A longer chain over two inputs: attention-like, with functions and reductions.
    static func chain() throws -> Model {
        var builder = ProgramBuilder(opset: 17, name: "chain")
        let a = builder.addInput("a", TensorType(.float32, [4, 37]))
        let b = builder.addInput("b", TensorType(.float32, [37, 19]))
        let scale = builder.addConstant("scale", Tensor([0.125] as [Float], shape: []))
        let scores = builder.addNode("MatMul", [a, b], name: "scores")
        let scaled = builder.addNode("Mul", [scores[0], scale], name: "scaled")
        let shares = builder.addNode(
            "Softmax", [scaled[0]], name: "shares", attributes: [("axis", .int(-1))])
        let squashed = builder.addNode("Erf", [shares[0]], name: "squashed")
        builder.addOutput("shares", shares[0])
        builder.addOutput("squashed", squashed[0])
        builder.addOutput("a again", a)
        return try builder.build()
    }
}
