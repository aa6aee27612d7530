// aivm bench: how fast a model runs here, and whether every kind of kernel gives the same bits.

import Base
import Foundation
import Importers
import Machine
import Models
import Tensors
import Wire

extension CommandLineInterface {
    static let benchCommand = Command(
        name: "bench", summary: "Measure how fast a model runs on this machine.",
        discussion: """
            Inputs that are not given are random, from a seed: floats in [-1, 1), whole numbers in
            0..<2 unless --integers says otherwise. --compare runs the model with every kind of
            kernel and with one and two threads, and ends with exit code 1 when not all bits are
            equal.
            """,
        arguments: [MachineOptions.model],
        options: MachineOptions.inputs + [
            .option("integers", "MAX", "Random whole numbers are below this.", fallback: "2"),
            .option("seed", "N", "Seed of random inputs.", fallback: "1"),
            .option("seconds", "N", "How long to measure.", fallback: "2"),
            MachineOptions.kernels, MachineOptions.threads, MachineOptions.dimension,
            .flag("compare", "Compare kernels and threads side by side."),
        ] + MachineOptions.limits,
        run: bench)

    private static func bench(_ invocation: Invocation) throws {
        let kernels = try invocation.kernels()
        let limits = try invocation.limits()
        let seconds = try benchSeconds(invocation)
        let clock = ContinuousClock()
        let start = clock.now
        let pending = try invocation.model()
        let opening = (clock.now - start).seconds
        let model = pending.unverified
        try limits.admit(model)
        let inputs = try benchInputs(invocation, model)
        let bench = ModelBench(
            pending: pending, inputs: inputs, limits: limits, seconds: seconds,
            openingSeconds: opening)
        if invocation.flag("compare") {
            let comparison = try bench.compare()
            Output(invocation).show(comparison.json) { comparison.text }
            if !comparison.isEqual { throw CommandFailure("the bits differ", .refused) }
        } else {
            let result = try bench.measure(kernels)
            Output(invocation).show(bench.json(of: result)) { bench.text(of: result) }
        }
    }

    private static func benchSeconds(_ invocation: Invocation) throws -> Double {
        let text = invocation.option("seconds") ?? "2"
        guard let seconds = Double(text), seconds >= 0, seconds <= 3_600 else {
            throw UsageError(
                message: "--seconds takes a number from 0 to 3600, not '\(text)'",
                path: invocation.pathText)
        }
        return seconds
    }

    /// The inputs given, and random ones for the others.
    private static func benchInputs(
        _ invocation: Invocation, _ model: Model
    ) throws -> [NamedTensor] {
        let row = try invocation.integer("row", in: 0...Int.max) ?? 0
        var inputs = try invocation.samples(for: model).row(row)
        var random = RandomInputs(
            seed: try invocation.integer("seed", in: 0...UInt64.max) ?? 1,
            integers: try invocation.integer("integers", in: 1...Int.max) ?? 2)
        for port in model.inputs where !inputs.contains(where: { $0.name == port.name }) {
            guard let type = port.type else {
                throw UsageError(
                    message: "the type of input '\(port.name)' is known only in a run; give it "
                        + "with --input \(port.name)=FILE", path: invocation.pathText)
            }
            inputs.append(NamedTensor(name: port.name, tensor: random.tensor(of: type)))
        }
        return inputs
    }
}
