import Base
import Machine
import Models
import Synchronization
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

    @Test func nodesShareAPackedForm() throws {
        // A thousand products with one matrix need it packed once.
        var builder = ProgramBuilder(opset: 17)
        var value = builder.addInput("x", TensorType(.float32, [1, 64]))
        let w = builder.addConstant(
            "w", Tensor((0..<4096).map { Float($0 % 3) - 1 }, shape: [64, 64]))
        for _ in 0..<1_000 {
            value = builder.addNode("Relu", [builder.addNode("MatMul", [value, w])[0]])[0]
        }
        builder.addOutput("y", value)
        let plan = try Interpreter(model: try builder.build()).plan
        #expect(plan.packedByteCount == 4 * 4096)
        #expect(plan.decodedByteCount == 0)
    }

    @Test func matricesThatWouldBeMostlyPaddingStayAsTheyAre() throws {
        var builder = ProgramBuilder(opset: 17)
        let x = builder.addInput("x", TensorType(.float32, [1, 5_000]))
        let w = builder.addConstant(
            "w", Tensor((0..<10_000).map { Float($0 % 3) - 1 }, shape: [5_000, 2]))
        builder.addOutput("y", builder.addNode("MatMul", [x, w])[0])
        let plan = try Interpreter(model: try builder.build()).plan
        #expect(plan.packedByteCount == 0)
        #expect(plan.decodedByteCount == 40_000)
    }

    /// A model file in memory, one byte of which may change after some reads.
    private final class File: ByteReading {
        let byteCount: Int
        private let content: Mutex<Bytes>
        init(_ bytes: Bytes) {
            byteCount = bytes.count
            content = Mutex(bytes)
        }
        func flip(_ offset: Int) { content.withLock { $0[offset] ^= 1 } }
        func read(_ range: Range<Int>, into bytes: inout Bytes) throws(ModelError) {
            bytes = content.withLock { Bytes($0[range]) }
        }
    }

    /// Weights of 10 MiB that a product packs, a sum decodes, and shapes depend on.
    private func large() throws -> Model {
        var builder = ProgramBuilder(opset: 17)
        var generator = SeededGenerator(seed: 5)
        let x = builder.addInput("x", TensorType(.float32, [1, 1100]))
        func constant(_ shape: Shape) -> ProgramBuilder.Value {
            builder.addConstant(
                "",
                Tensor(
                    (0..<shape.elementCount).map { _ in
                        generator.isOne(in: 5_000)
                            ? .nan : Float.random(in: -1...1, using: &generator)
                    }, shape: shape))
        }
        let shape = builder.addConstant("", Tensor([450, 2] as [Int64], shape: [2]))
        let first = builder.addNode("MatMul", [x, constant([1100, 900])])[0]
        let second = builder.addNode(
            "Gemm", [first, constant([1000, 900])], attributes: [("transB", .int(1))])[0]
        let sum = builder.addNode("Add", [second, constant([1, 1000])])[0]
        let table = builder.addNode("Gather", [constant([500, 1000]), shape])[0]
        builder.addOutput("t", table)
        builder.addOutput("y", builder.addNode("Add", [sum, sum])[0])
        builder.addOutput("r", builder.addNode("Reshape", [first, shape])[0])
        return try builder.build()
    }

    @Test func loadingFromAFileGivesTheBitsOfAModelInMemory() throws {
        let model = try large()
        let x = NamedTensor(
            name: "x", tensor: Tensor((0..<1100).map { Float($0 % 9) - 4 }, shape: [1, 1100]))
        let loaded = try Interpreter(loading: try PendingModel(reading: File(model.fileBytes)))
        let whole = try Interpreter(model: model)
        #expect(loaded.model.modelID == model.modelID)
        #expect(loaded.plan.packedByteCount == whole.plan.packedByteCount)
        #expect(loaded.plan.decodedByteCount == whole.plan.decodedByteCount)
        #expect(try loaded.run([x]) == whole.run([x]))
    }

    @Test func weightsThatAreNotThoseOfTheModelIDGiveNoMachine() throws {
        let model = try large()
        let bytes = model.fileBytes
        let start = bytes.count - model.weights.count
        for place in [0, 4, 1 << 20, 3 << 20, 9 << 20, model.weights.count - 1] {
            let file = File(bytes)
            file.flip(start + place)
            // A shape that changed may be refused before.
            #expect(throws: (any Error).self) {
                try Interpreter(loading: try PendingModel(reading: file))
            }
            // Changed after the program was checked, before the weights are read.
            let late = File(bytes)
            let pending = try PendingModel(reading: late)
            late.flip(start + place)
            #expect(throws: MachineError.self) { try Interpreter(loading: pending) }
            late.flip(start + place)
            #expect(try Interpreter(loading: pending).model.modelID == model.modelID)
        }
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
