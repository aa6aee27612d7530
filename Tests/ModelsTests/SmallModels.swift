// Models small enough to be checked by hand.

import Models
import Tensors

/// Models that tests build without any file.
enum SmallModels {
    /// `y = relu(x · w)` with x [1, 3], w [3, 2].
    static func perceptron() throws -> Model {
        var builder = ProgramBuilder(opset: 17, name: "perceptron")
        let x = builder.addInput("x", TensorType(.float32, [1, 3]))
        let w = builder.addConstant("w", Tensor([1, -1, 2, 0.5, -3, 4] as [Float], shape: [3, 2]))
        let product = builder.addNode("MatMul", [x, w], name: "product")
        let y = builder.addNode("Relu", [product[0]], name: "activation")
        builder.addOutput("y", y[0])
        return try builder.build()
    }

    /// Two inputs, two constants, attributes of several kinds, an intermediate that dies early.
    static func mixed() throws -> Model {
        var builder = ProgramBuilder(opset: 17, name: "mixed")
        let a = builder.addInput("a", TensorType(.float32, [2, 3]))
        let b = builder.addInput("b", TensorType(.float32, [2, 3]))
        let shape = builder.addConstant("shape", Tensor([3, 2] as [Int64], shape: [2]))
        let weights = builder.addConstant(
            "weights", Tensor((0..<8).map { Float($0) / 4 }, shape: [2, 4]))
        let sum = builder.addNode("Add", [a, b], name: "sum")
        let flipped = builder.addNode(
            "Transpose", [sum[0]], name: "flipped", attributes: [("perm", .ints([1, 0]))])
        let reshaped = builder.addNode("Reshape", [sum[0], shape], name: "reshaped")
        let total = builder.addNode("Add", [flipped[0], reshaped[0]], name: "total")
        let product = builder.addNode(
            "Gemm", [total[0], weights], name: "product",
            attributes: [("transB", .int(0)), ("alpha", .float((0.5 as Float).bitPattern))])
        let share = builder.addNode(
            "Softmax", [product[0]], name: "share", attributes: [("axis", .int(-1))])
        builder.addOutput("share", share[0])
        builder.addOutput("total", total[0])
        return try builder.build()
    }
}
