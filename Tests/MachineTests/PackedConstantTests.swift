import Machine
import Models
import Tensors
import TestSupport
import Testing

@Suite struct PackedConstantTests {
    /// Two products with `w`, and what else `reads` it.
    private func model(_ reads: (inout ProgramBuilder, ProgramBuilder.Value) -> Void) throws
        -> Model
    {
        var builder = ProgramBuilder(opset: 17)
        let x = builder.addInput("x", TensorType(.float32, [2, 8]))
        let w = builder.addConstant(
            "w", Tensor((0..<64).map { Float($0 % 7) - 3 }, shape: [8, 8]))
        let first = builder.addNode("MatMul", [x, w])[0]
        builder.addOutput("y", builder.addNode("Gemm", [first, w])[0])
        reads(&builder, w)
        return try builder.build()
    }

    private let input = NamedTensor(
        name: "x", tensor: Tensor((0..<16).map { Float($0) }, shape: [2, 8]))

    @Test func weightsOfProductsLieInMemoryOnce() throws {
        let plan = try Interpreter(model: try model { _, _ in }).plan
        #expect(plan.decodedByteCount == 0)
        // Panels of 16 columns or more, for each of two products.
        #expect(plan.packedByteCount >= 2 * 8 * 8 * 4)
    }

    @Test func weightsThatOthersReadStay() throws {
        let readers: [(inout ProgramBuilder, ProgramBuilder.Value) -> Void] = [
            { builder, w in builder.addOutput("w", w) },
            { builder, w in builder.addOutput("r", builder.addNode("Transpose", [w])[0]) },
        ]
        for reader in readers {
            let interpreter = try Interpreter(model: try model(reader))
            let bare = try Interpreter(model: try model { _, _ in })
            let execution = try interpreter.run([input])
            #expect(execution.outputs[0] == (try bare.run([input])).outputs[0])
            #expect(
                try interpreter.run([input], options: .untraced).outputs == execution.outputs)
            #expect(execution.outputs.count == 2)
        }
        let given = try Interpreter(model: try model(readers[0]))
        #expect(given.plan.decodedByteCount == 8 * 8 * 4)
    }

    @Test func tablesThatAreLookedUpStay() throws {
        let interpreter = try Interpreter(model: try SmallModels.lookUp())
        #expect(interpreter.plan.decodedByteCount == 24)
        #expect(interpreter.plan.packedByteCount == 0)
    }

    @Test func planNamesEveryNodeOnce() throws {
        let interpreter = try Interpreter(model: try SmallModels.perceptron())
        #expect(interpreter.plan.steps.map(\.operatorNames) == [["MatMul", "Relu"]])
        let chain = try SmallModels.chain()
        let names = try Interpreter(model: chain).plan.steps.flatMap(\.operatorNames)
        #expect(names.sorted() == chain.nodes.map(\.place.operatorName).sorted())
    }
}
