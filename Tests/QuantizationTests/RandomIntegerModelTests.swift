// Random programs of the integer profile: valid, equal on every kind of kernels, and never a trap
// when their bytes are damaged.

import Base
import IntegerModels
import Machine
import Models
import Tensors
import TestSupport
import Testing

@Suite struct RandomIntegerModelTests {
    @Test func theSeedsCoverEveryOperator() throws {
        var seen: Set<String> = []
        for seed in 0..<200 as Range<UInt64> {
            let model = try RandomIntegerModel(seed: seed).model
            #expect(model.profile == .integer)
            for node in model.nodes {
                let name = node.place.operatorName
                seen.insert(String(name.split(separator: ".").last ?? ""))
            }
        }
        let missing = RandomIntegerModel.operatorNames.filter { !seen.contains($0) }
        #expect(missing.isEmpty, "\(missing)")
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func everyKernelGivesTheSameTrace(seed: UInt64) throws {
        let random = try RandomIntegerModel(seed: seed)
        let copy = try Model(fileBytes: random.model.fileBytes)
        #expect(copy.modelID == random.model.modelID)
        let interpreters = try Kernels.available.map { kernels in
            try Interpreter(model: copy, kernels: kernels)
        }
        var generator = SeededGenerator(seed: seed &+ 1_000)
        for _ in 0..<4 {
            let inputs = random.inputs(using: &generator)
            let expected = try interpreters[0].run(inputs)
            for other in interpreters.dropFirst() {
                #expect(try other.run(inputs) == expected)
            }
            for interpreter in interpreters {
                let untraced = try interpreter.run(inputs, options: .untraced)
                #expect(untraced.outputs == expected.outputs)
                #expect(untraced.gasUsed == expected.gasUsed)
            }
        }
    }

    /// Without trace, steps that follow one another become one; with it every node is its own.
    @Test func runsOfStepsBecomeOne() throws {
        var longest = 0
        for seed in 0..<200 as Range<UInt64> {
            let model = try RandomIntegerModel(seed: seed).model
            let steps = try Interpreter(model: model).plan.steps
            #expect(steps.reduce(0) { $0 + $1.operatorNames.count } == model.nodes.count)
            longest = max(longest, steps.map(\.operatorNames.count).max() ?? 0)
        }
        #expect(longest >= 4)
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func damagedProgramsAreRefusedOrRun(seed: UInt64) throws {
        let random = try RandomIntegerModel(seed: seed)
        var generator = SeededGenerator(seed: seed)
        let inputs = random.inputs(using: &generator)
        var limits = ModelLimits.chain
        limits.maximumElements = 1 << 16
        for _ in 0..<60 {
            var bytes = random.model.programBytes
            for _ in 0...generator.int(in: 0...2) {
                let place = generator.int(in: bytes.indices)
                bytes[place] = UInt8(truncatingIfNeeded: generator.next())
            }
            guard
                let model = try? Model(
                    programBytes: bytes, weights: random.model.weights, limits: limits),
                GasSchedule.version1.gas(for: model) < 1_000_000,
                let interpreter = try? Interpreter(model: model)
            else { continue }
            _ = try? interpreter.run(inputs)
        }
    }
}
