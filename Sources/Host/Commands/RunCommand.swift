// aivm run: run a model here, without a chain.

import Base
import Importers
import Machine
import Models
import Tensors
import Wire

extension CommandLineInterface {
    static let runCommand = Command(
        name: "run", summary: "Run a model on this machine.",
        discussion: """
            Inputs are JSON ({"name": [[1, 2], [3, 4]]}), .npy, or .npz: arrays named after the
            model's inputs, or one array 'inputs' whose rows are samples.
            """,
        arguments: [Argument(name: "FILE.aivm", help: "The model.")],
        options: [
            .option("input", "FILE", "Inputs: .json, .npy or .npz.", short: "i"),
            .option("row", "N", "Which sample of an .npz or .npy, from 0.", fallback: "0"),
            .option("kernels", "NAME", "Force scalar, avx2 or avx512; the answer is the same."),
            .option("gas", "N", "Refuse to use more gas than this."),
            .flag("draw", "Draw inputs that are pictures in the terminal."),
        ],
        run: runModel)

    private static func runModel(_ invocation: Invocation) throws {
        let kernels = try kernels(invocation)
        let model = try readModel(invocation.arguments[0])
        let inputs = try readInputs(invocation, for: model)
        if invocation.flag("draw"), !invocation.flag("json") {
            inputs.compactMap { drawing(of: $0.tensor) }.forEach(Terminal.print)
        }
        let interpreter = try Interpreter(model: model, kernels: kernels)
        let gas = try invocation.integer("gas", in: 0...UInt64.max)
        let execution = try interpreter.run(inputs, limits: ExecutionLimits(gas: gas ?? .max))
        let trace = execution.traceRoot?.hex ?? ""
        Output(invocation).show([
            "model_id": .string(model.modelID.hex),
            "outputs": TensorJSON.json(of: execution.outputs),
            "gas_used": .number(String(execution.gasUsed)), "trace_root": .string(trace),
        ]) {
            execution.outputs.map { "\($0.name) = \(text(of: $0.tensor))" }.joined(separator: "\n")
                + "\ngas \(grouped(execution.gasUsed)), trace \(trace.prefix(16))…"
        }
    }

    /// Inputs of a model by the options `--input` and `--row`.
    static func readInputs(_ invocation: Invocation, for model: Model) throws -> [NamedTensor] {
        let row = try invocation.integer("row", in: 0...Int.max) ?? 0
        return try InputReader.inputs(for: model, from: try invocation.required("input"), row: row)
    }

    private static func kernels(_ invocation: Invocation) throws -> Kernels {
        guard let name = invocation.option("kernels") else { return .best }
        guard let kernels = Kernels.available.first(where: { $0.name == name }) else {
            let names = Kernels.available.map(\.name).joined(separator: ", ")
            throw UsageError(
                message: "this machine has the kernels \(names), not '\(name)'",
                path: invocation.pathText)
        }
        return kernels
    }

    /// A tensor in a line: type and values, long ones cut.
    static func text(of tensor: Tensor) -> String {
        let data = TensorJSON.json(of: tensor)["data"]?.elements ?? []
        let values = data.map { $0.text ?? $0.compactText }
        let shown = values.prefix(16).joined(separator: ", ")
        return "\(tensor.type) [\(shown)\(values.count > 16 ? ", …" : "")]"
    }

    /// Index of the largest element of the last axis, or of a score above one half: what a
    /// classifier says.
    static func classText(of tensor: Tensor) -> String? {
        guard let values = tensor.float32s, let last = tensor.shape.dimensions.last,
            values.count == last, !values.isEmpty
        else { return nil }
        if values.count == 1 { return values[0] > 0.5 ? "yes (\(values[0]))" : "no (\(values[0]))" }
        var best = 0
        for index in values.indices where values[index] > values[best] { best = index }
        return "class \(best)"
    }
}
