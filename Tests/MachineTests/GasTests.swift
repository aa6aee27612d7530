import Machine
import Models
import Tensors
import Testing

@Suite struct GasTests {
    private let schedule = GasSchedule(
        run: 7, node: 1_000, multiplyAdd: 3, element: 5, function: 11, byte: 13, tracedByte: 17,
        weightByte: 19)

    @Test func isTheSumOfTheWorkOfTheNodes() throws {
        let model = try SmallModels.chain()
        var thousandths: UInt64 = 19 * UInt64(model.weights.count)
        for input in model.inputs { thousandths += 17 * UInt64(try #require(input.type).byteCount) }
        for node in model.nodes {
            let outputs = try #require(node.outputTypes)
            guard case .tensor(let operation) = node.operation else { continue }
            let work = operation.work(node.call, outputs: outputs)
            thousandths += 1_000 + 3 * work.multiplyAdds + 5 * work.elements
            thousandths += 11 * work.functions + 13 * work.bytes
            for output in outputs { thousandths += 17 * UInt64(output.byteCount) }
        }
        #expect(schedule.gas(for: model) == 7 + (thousandths + 999) / 1_000)
    }

    @Test func countsTheMultiplyAddsOfAProduct() throws {
        let model = try SmallModels.perceptron()
        let only = GasSchedule(
            run: 0, node: 0, multiplyAdd: 1_000, element: 0, function: 0, byte: 0, tracedByte: 0,
            weightByte: 0)
        #expect(only.gas(for: model) == 3 * 2)
    }

    @Test func saturatesInsteadOfWrapping() throws {
        let model = try SmallModels.perceptron()
        let dear = GasSchedule(
            run: .max, node: .max, multiplyAdd: .max, element: .max, function: .max, byte: .max,
            tracedByte: .max, weightByte: .max)
        #expect(dear.gas(for: model) == .max)
    }

    @Test func isKnownBeforeTheRunAndTheSameForEveryInput() throws {
        let interpreter = try Interpreter(model: try SmallModels.chain())
        for seed in 0..<5 as Range<UInt64> {
            let execution = try interpreter.run(ChainInputs.random(seed: seed))
            #expect(execution.gasUsed == interpreter.gas)
        }
        #expect(interpreter.gas == GasSchedule.version1.gas(for: interpreter.model))
    }

    @Test func aLimitBelowTheGasRefusesTheRun() throws {
        let interpreter = try Interpreter(model: try SmallModels.chain())
        let inputs = ChainInputs.random(seed: 0)
        let gas = interpreter.gas
        _ = try interpreter.run(inputs, limits: ExecutionLimits(gas: gas))
        #expect(throws: MachineError.gasLimitExceeded(needed: gas, limit: gas - 1)) {
            try interpreter.run(inputs, limits: ExecutionLimits(gas: gas - 1))
        }
    }

    @Test func aLimitBelowThePeakMemoryRefusesTheRun() throws {
        let interpreter = try Interpreter(model: try SmallModels.chain())
        let inputs = ChainInputs.random(seed: 0)
        let peak = interpreter.model.peakLiveBytes
        _ = try interpreter.run(inputs, limits: ExecutionLimits(liveBytes: peak))
        #expect(throws: MachineError.memoryLimitExceeded(needed: peak, limit: peak - 1)) {
            try interpreter.run(inputs, limits: ExecutionLimits(liveBytes: peak - 1))
        }
    }
}
