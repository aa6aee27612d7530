import Base
import Machine
import Models
import Tensors
import TestSupport
import Testing

@Suite struct InterpreterTests {
    private func run(_ x: [Float]) throws -> [Float]? {
        let interpreter = try Interpreter(model: try SmallModels.perceptron())
        let input = NamedTensor(name: "x", tensor: Tensor(x, shape: [1, 3]))
        return try interpreter.run([input]).outputs[0].tensor.float32s
    }

    @Test func computesWhatTheGraphSays() throws {
        // [1, 2, 3] · w = [1 + 4 - 9, -1 + 1 + 12]
        #expect(try run([1, 2, 3]) == [0, 12])
        #expect(try run([1, 0, 0]) == [1, 0])
    }

    @Test func nanAndInfinityHaveDefinedResults() throws {
        let nan = try #require(try run([.nan, 0, 0]))
        #expect(nan.map(\.bitPattern) == [0x7FC0_0000, 0x7FC0_0000])
        let payload = try #require(try run([Float(bitPattern: 0xFFC0_1234), 0, 0]))
        #expect(payload.map(\.bitPattern) == [0x7FC0_0000, 0x7FC0_0000])
        #expect(try run([.infinity, 0, 0]) == [.infinity, 0])
        // ∞ · 1 + ∞ · 2 + ∞ · -3 is no number.
        let mixed = try #require(try run([.infinity, .infinity, .infinity]))
        #expect(mixed[0].bitPattern == 0x7FC0_0000)
    }

    @Test func givesOutputsInTheOrderOfTheProgram() throws {
        let model = try SmallModels.chain()
        let inputs = ChainInputs.random(seed: 1)
        let outputs = try Interpreter(model: model).run(inputs).outputs
        #expect(outputs.map(\.name) == ["shares", "squashed", "a again"])
        #expect(outputs.map(\.tensor.type) == model.outputs.map(\.type))
        #expect(outputs[2].tensor == inputs[0].tensor)
    }

    @Test func everyKernelGivesTheSameBits() throws {
        let model = try SmallModels.chain()
        for seed in 0..<20 as Range<UInt64> {
            let inputs = ChainInputs.random(seed: seed)
            let reference = try Interpreter(model: model, kernels: .scalar).run(inputs)
            for kernels in Kernels.available {
                #expect(try Interpreter(model: model, kernels: kernels).run(inputs) == reference)
            }
        }
    }

    @Test func inputsMayComeInAnyOrder() throws {
        let interpreter = try Interpreter(model: try SmallModels.chain())
        let inputs = ChainInputs.random(seed: 2)
        #expect(try interpreter.run(inputs) == interpreter.run(inputs.reversed()))
    }

    @Test func refusesWrongInputs() throws {
        let interpreter = try Interpreter(model: try SmallModels.perceptron())
        let good = NamedTensor(name: "x", tensor: Tensor([1, 2, 3] as [Float], shape: [1, 3]))
        let flat = NamedTensor(name: "x", tensor: Tensor([1, 2, 3] as [Float], shape: [3]))
        let integers = NamedTensor(name: "x", tensor: Tensor([1, 2, 3] as [Int64], shape: [1, 3]))
        let other = NamedTensor(name: "z", tensor: good.tensor)
        #expect(throws: MachineError.missingInput("x")) { try interpreter.run([]) }
        #expect(throws: MachineError.repeatedInput("x")) { try interpreter.run([good, good]) }
        #expect(throws: MachineError.unknownInput("z", expected: ["x"])) {
            try interpreter.run([good, other])
        }
        #expect(throws: MachineError.wrongInputShape("x", expected: [1, 3], actual: [3])) {
            try interpreter.run([flat])
        }
        #expect(
            throws: MachineError.wrongInputElement("x", expected: .float32, actual: .int64)
        ) { try interpreter.run([integers]) }
    }

    @Test func namesTheNodeThatFails() throws {
        let interpreter = try Interpreter(model: try SmallModels.lookUp())
        let good = NamedTensor(name: "index", tensor: Tensor([2, -1] as [Int64], shape: [2]))
        #expect(try interpreter.run([good]).outputs[0].tensor.float32s == [4, 5, 4, 5])
        let bad = NamedTensor(name: "index", tensor: Tensor([3, 0] as [Int64], shape: [2]))
        let place = NodePlace(index: 0, name: "rows", operatorName: "Gather")
        #expect {
            try interpreter.run([bad])
        } throws: {
            if case .operatorFailed(place, .indexOutOfRange) = $0 as? MachineError {
                true
            } else {
                false
            }
        }
    }

    @Test func oneInterpreterServesManyThreads() async throws {
        let interpreter = try Interpreter(model: try SmallModels.chain())
        let inputs = ChainInputs.random(seed: 3)
        let expected = try interpreter.run(inputs)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 {
                group.addTask { try interpreter.run(inputs) == expected }
            }
            for try await isEqual in group { #expect(isEqual) }
        }
    }
}

/// Inputs of ``SmallModels/chain()``.
enum ChainInputs {
    static func random(seed: UInt64) -> [NamedTensor] {
        var generator = SeededGenerator(seed: seed)
        func floats(_ count: Int) -> [Float] {
            (0..<count).map { _ in Float.random(in: -3...3, using: &generator) }
        }
        return [
            NamedTensor(name: "a", tensor: Tensor(floats(4 * 37), shape: [4, 37])),
            NamedTensor(name: "b", tensor: Tensor(floats(37 * 19), shape: [37, 19])),
        ]
    }
}
