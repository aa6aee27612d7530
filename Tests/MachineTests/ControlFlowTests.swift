// Control flow and shapes that only a run tells: what they compute, what they cost, where they
// stop.

import Machine
import Models
import Tensors
import Testing

@testable import Machine

@Suite struct ControlFlowTests {
    /// A body: its nodes see inputs first, then captures.
    private func body(inputs: Int, _ nodes: [ProgramNode], outputs: [UInt32]) -> ProgramBody {
        var body = ProgramBody()
        body.inputCount = UInt32(inputs)
        body.nodes = nodes
        body.outputs = outputs
        return body
    }

    private func node(
        _ name: String, _ inputs: [UInt32], outputs: UInt32 = 1, _ bodies: [ProgramBody] = []
    ) -> ProgramNode {
        var node = ProgramNode()
        node.operatorName = name
        node.inputs = inputs
        node.outputCount = outputs
        node.bodies = bodies
        return node
    }

    /// `total = start; while condition: total = total + step` with a count and a first condition.
    private func loop(_ opset: Int = 17) throws -> Model {
        var builder = ProgramBuilder(opset: opset)
        let count = builder.addInput("count", TensorType(.int64, []))
        let condition = builder.addInput("condition", TensorType(.bool, []))
        let start = builder.addInput("start", TensorType(.float32, [2]))
        let step = builder.addConstant("step", Tensor([1, 10] as [Float], shape: [2]))
        // Body values: 1 iteration, 2 condition, 3 total, 4 the captured step, 5 the sum.
        let sum = node("Add", [3, 4])
        let outputs = builder.addNode(
            "Loop", [count, condition, start], outputCount: 2,
            bodies: [body(inputs: 3, [sum], outputs: [2, 5, 5])], captures: [step])
        builder.addOutput("total", outputs[0])
        builder.addOutput("history", outputs[1])
        return try builder.build()
    }

    private func run(
        _ model: Model, _ inputs: [(String, Tensor)], _ limits: ExecutionLimits = .unlimited
    ) throws(MachineError) -> ValueExecution {
        try Interpreter(model: model).run(
            values: inputs.map { NamedValue(name: $0.0, value: .tensor($0.1)) }, limits: limits)
    }

    private func loopInputs(_ count: Int64, _ condition: Bool = true) -> [(String, Tensor)] {
        [
            ("count", Tensor([count], shape: [])), ("condition", Tensor([condition], shape: [])),
            ("start", Tensor([0, 0.5] as [Float], shape: [2])),
        ]
    }

    @Test func aLoopCarriesValuesAndStacksOutputs() throws {
        let outputs = try run(try loop(), loopInputs(3)).outputs
        #expect(outputs[0].value.tensor?.float32s == [3, 30.5])
        #expect(outputs[1].value.tensor?.shape == [3, 2])
        #expect(outputs[1].value.tensor?.float32s == [1, 10.5, 2, 20.5, 3, 30.5])
        let none = try run(try loop(), loopInputs(3, false)).outputs
        #expect(none[0].value.tensor?.float32s == [0, 0.5])
        #expect(none[1].value.tensor?.shape.elementCount == 0)
    }

    @Test func gasGrowsWithTheIterations() throws {
        let model = try loop()
        #expect(!model.isStatic)
        let gas = try [0, 1, 2, 10].map { try run(model, loopInputs($0)).gasUsed }
        #expect(gas[1] > gas[0])
        #expect(gas[2] - gas[1] <= gas[1] - gas[0] + 1)
        #expect(gas[3] > gas[2])
        let enough = try run(model, loopInputs(10), ExecutionLimits(gas: gas[3]))
        #expect(enough.gasUsed == gas[3])
        #expect(throws: MachineError.gasLimitExceeded(needed: .max, limit: gas[3] - 1)) {
            try run(model, loopInputs(10), ExecutionLimits(gas: gas[3] - 1))
        }
    }

    @Test func anEndlessLoopStopsAtTheLimitOfNodes() throws {
        let model = try loop()
        let endless = loopInputs(.max)
        #expect {
            try run(model, endless, ExecutionLimits(nodes: 1_000))
        } throws: {
            if case .nodeLimitExceeded(_, let limit)? = $0 as? MachineError {
                limit == 1_000
            } else {
                false
            }
        }
        #expect {
            try run(model, endless, ExecutionLimits(liveBytes: 4_096))
        } throws: {
            if case .memoryLimitExceeded? = $0 as? MachineError { true } else { false }
        }
    }

    @Test func aBranchRunsOneBodyAlone() throws {
        var builder = ProgramBuilder(opset: 17)
        let condition = builder.addInput("condition", TensorType(.bool, [1]))
        let x = builder.addInput("x", TensorType(.float32, [2]))
        let axes = builder.addConstant("axes", Tensor([5] as [Int64], shape: [1]))
        // The branch not taken would fail: there is no axis 5.
        let bad = node("Unsqueeze", [1, 2])
        let good = node("Neg", [1])
        let y = builder.addNode(
            "If", [condition],
            bodies: [
                body(inputs: 0, [bad], outputs: [3]), body(inputs: 0, [good], outputs: [3]),
            ], captures: [x, axes])
        builder.addOutput("y", y[0])
        let model = try builder.build()
        func inputs(_ flag: Bool) -> [(String, Tensor)] {
            [
                ("condition", Tensor([flag], shape: [1])),
                ("x", Tensor([1, -2] as [Float], shape: [2])),
            ]
        }
        #expect(try run(model, inputs(true)).outputs[0].value.tensor?.float32s == [-1, 2])
        #expect {
            try run(model, inputs(false))
        } throws: {
            if case .operatorFailed(let place, _)? = $0 as? MachineError {
                place.operatorName == "Unsqueeze"
            } else {
                false
            }
        }
    }

    /// Operators that make as much as their inputs say.
    @Test(arguments: ["ConstantOfShape", "Expand", "Tile", "Range"])
    func memoryIsRefusedBeforeItIsTaken(_ name: String) throws {
        var builder = ProgramBuilder(opset: 17)
        var inputs: [ProgramBuilder.Value] = []
        var values: [(String, Tensor)] = []
        func add(_ tensor: Tensor) {
            let label = "i\(values.count)"
            inputs.append(builder.addInput(label, tensor.type))
            values.append((label, tensor))
        }
        let huge: Int64 = 1 << 30
        switch name {
        case "ConstantOfShape": add(Tensor([huge], shape: [1]))
        case "Expand":
            add(Tensor([1] as [Float], shape: [1]))
            add(Tensor([huge], shape: [1]))
        case "Tile":
            add(Tensor([1, 2] as [Float], shape: [2]))
            add(Tensor([huge / 2], shape: [1]))
        default:
            add(Tensor([0] as [Int64], shape: []))
            add(Tensor([huge], shape: []))
            add(Tensor([1] as [Int64], shape: []))
        }
        let y = builder.addNode(name, inputs)
        builder.addOutput("y", y[0])
        let model = try builder.build()
        #expect {
            try run(model, values, ExecutionLimits(liveBytes: 1 << 20))
        } throws: {
            if case .memoryLimitExceeded(let needed, _)? = $0 as? MachineError {
                needed >= 1 << 32
            } else {
                false
            }
        }
    }

    @Test func shapesComputedFromShapesAreKnownBeforeTheRun() throws {
        var builder = ProgramBuilder(opset: 17)
        let x = builder.addInput("x", TensorType(.float32, [2, 3, 4]))
        let shape = builder.addNode("Shape", [x])
        let first = builder.addConstant("first", Tensor([0] as [Int64], shape: [1]))
        let rest = builder.addConstant("rest", Tensor([-1] as [Int64], shape: [1]))
        let batch = builder.addNode("Gather", [shape[0], first])
        let target = builder.addNode(
            "Concat", [batch[0], rest], attributes: [("axis", .int(0))])
        let y = builder.addNode("Reshape", [x, target[0]])
        builder.addOutput("y", y[0])
        let model = try builder.build()
        #expect(model.isStatic)
        #expect(model.outputs[0].type == TensorType(.float32, [2, 12]))
    }

    @Test func sequencesAreBuiltAndTakenApart() throws {
        var builder = ProgramBuilder(opset: 17)
        let x = builder.addInput("x", TensorType(.float32, [3, 2]))
        let position = builder.addConstant("p", Tensor([-1] as [Int64], shape: []))
        let pieces = builder.addNode(
            "SplitToSequence", [x], attributes: [("keepdims", .int(0))])
        let last = builder.addNode("SequenceAt", [pieces[0], position])
        let shorter = builder.addNode("SequenceErase", [pieces[0], position])
        let joined = builder.addNode(
            "ConcatFromSequence", [shorter[0]], attributes: [("axis", .int(0))])
        let count = builder.addNode("SequenceLength", [shorter[0]])
        builder.addOutput("last", last[0])
        builder.addOutput("joined", joined[0])
        builder.addOutput("count", count[0])
        let values: [Float] = [1, 2, 3, 4, 5, 6]
        let outputs = try run(
            try builder.build(), [("x", Tensor(values, shape: [3, 2]))]
        ).outputs
        #expect(outputs[0].value.tensor?.float32s == [5, 6])
        #expect(outputs[1].value.tensor?.float32s == [1, 2, 3, 4])
        #expect(outputs[2].value.tensor?.int64s == [2])
    }

    @Test func bodiesThatDoNotFitAreRefused() throws {
        func error(_ body: ProgramBody) -> ModelError? {
            var builder = ProgramBuilder(opset: 17)
            let x = builder.addInput("x", TensorType(.float32, [2]))
            let y = builder.addNode("SequenceMap", [x], bodies: [body])
            builder.addOutput("y", y[0])
            do throws(ModelError) {
                _ = try builder.build()
                return nil
            } catch {
                return error
            }
        }
        #expect(error(body(inputs: 1, [node("Neg", [1])], outputs: [2])) == nil)
        #expect(error(body(inputs: 2, [], outputs: [1])) != nil)
        #expect(error(body(inputs: 1, [], outputs: [])) != nil)
        #expect(error(body(inputs: 1, [node("Neg", [2])], outputs: [1])) != nil)
        #expect(error(body(inputs: 1, [node("Neg", [1])], outputs: [3])) != nil)
        #expect(error(body(inputs: 1, [node("Nothing", [1])], outputs: [1])) != nil)
        // A body in a body in a body …
        var deep = body(inputs: 1, [], outputs: [1])
        for _ in 0..<20 {
            deep = body(inputs: 1, [node("SequenceMap", [1], [deep])], outputs: [2])
        }
        #expect(error(deep) != nil)
    }
}

@Suite struct SeedTests {
    @Test func randomNumbersFollowTheSeedAndTheNode() throws {
        var builder = ProgramBuilder(opset: 22)
        let attributes: [(String, AttributeValue)] = [("shape", .ints([4, 5]))]
        let first = builder.addNode("RandomUniform", [], attributes: attributes)
        let second = builder.addNode("RandomUniform", [], attributes: attributes)
        builder.addOutput("a", first[0])
        builder.addOutput("b", second[0])
        let model = try builder.build()
        #expect(model.isStatic)
        let reference = try Interpreter(model: model, kernels: .scalar).run([], seed: 7)
        #expect(reference.gasUsed == GasSchedule.version1.gas(for: model))
        #expect(reference.outputs[0].tensor != reference.outputs[1].tensor)
        for kernels in Kernels.available {
            let interpreter = try Interpreter(model: model, kernels: kernels)
            #expect(try interpreter.run([], seed: 7) == reference)
            #expect(try interpreter.run([], seed: 8).outputs != reference.outputs)
        }
    }
}
