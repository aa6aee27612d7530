import Models
import Tensors
import Verification

/// Models small enough to be computed by hand.
enum SmallModels {
    /// `y = relu(x · w)` with x [1, 3] and w [3, 2].
    static func perceptron(
        _ weights: [Float] = [1, -1, 2, 0.5, -3, 4]
    ) throws -> Model {
        var builder = ProgramBuilder(opset: 17, name: "perceptron")
        let x = builder.addInput("x", TensorType(.float32, [1, 3]))
        let w = builder.addConstant("w", Tensor(weights, shape: [3, 2]))
        let product = builder.addNode("MatMul", [x, w])
        builder.addOutput("y", builder.addNode("Relu", [product[0]])[0])
        return try builder.build()
    }

    /// `y = table[index]`, where the index may be out of range.
    static func lookUp() throws -> Model {
        var builder = ProgramBuilder(opset: 17, name: "look-up")
        let index = builder.addInput("index", TensorType(.int64, [2]))
        let table = builder.addConstant(
            "table", Tensor((0..<6).map { Float($0) }, shape: [3, 2]))
        builder.addOutput("y", builder.addNode("Gather", [table, index])[0])
        return try builder.build()
    }

    /// `sum = a + b`, and `a` itself: two inputs, two outputs, no weights.
    static func sum() throws -> Model {
        var builder = ProgramBuilder(opset: 17, name: "sum")
        let a = builder.addInput("a", TensorType(.float32, [2]))
        let b = builder.addInput("b", TensorType(.float32, [2]))
        builder.addOutput("sum", builder.addNode("Add", [a, b])[0])
        builder.addOutput("a", a)
        return try builder.build()
    }

    /// The input `x` of ``perceptron(_:)``.
    static func x(_ values: [Float] = [1, 2, 3]) -> TensorSet {
        TensorSet([NamedTensor(name: "x", tensor: Tensor(values, shape: [1, 3]))])
    }
}
