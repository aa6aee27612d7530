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
            Inputs are JSON ({"name": [[1, 2], [3, 4]]}), .npy, .npz (arrays named after the
            model's inputs, or one array 'inputs' whose rows are samples) or .pb (an ONNX
            TensorProto). --input NAME=FILE gives one input, and may be repeated. Limits do not
            count the weights; a run over a limit is refused with exit code 1.
            """,
        arguments: [MachineOptions.model],
        options: MachineOptions.inputs + [
            .option("rows", "A-B", "Run the samples from A to B, or 'all'; one line for each."),
            .option("output", "FILE", "Save the outputs: .npz, .npy or .json.", short: "o"),
            .option("trace", "FILE.json", "Write the hash and time of every node, for aivm diff."),
            .flag("profile", "Say where the time goes, in untraced runs."),
            .option(
                "seed", "N", "What random operators draw their numbers from.", fallback: "0"),
            MachineOptions.kernels, MachineOptions.threads, MachineOptions.dimension,
        ] + MachineOptions.limits + [
            .flag("draw", "Draw inputs that are pictures in the terminal.")
        ],
        run: runModel)

    private static func runModel(_ invocation: Invocation) throws {
        let kernels = try invocation.kernels()
        let limits = try invocation.limits()
        let output = try invocation.option("output").map { try OutputFile(path: $0, invocation) }
        try checkOptions(invocation)
        let pending = try invocation.model()
        let model = pending.unverified
        guard model.inputs.isEmpty || invocation.option("input") != nil else {
            throw UsageError(message: "missing option --input", path: invocation.pathText)
        }
        let samples = try invocation.samples(for: model)
        // Refused before the weights are made ready, which would take memory too.
        try limits.admit(model)
        let run = SampleRun(
            invocation: invocation, samples: samples, limits: limits,
            seed: try invocation.integer("seed", in: 0...UInt64.max) ?? 0, output: output,
            interpreter: try Interpreter(loading: pending, kernels: kernels))
        if let rows = invocation.option("rows") {
            try run.runRows(try RowSelection(rows, count: try samples.rowCount(), invocation))
        } else if invocation.flag("profile") {
            try run.profile()
        } else {
            try run.runOne()
        }
    }

    private static func checkOptions(_ invocation: Invocation) throws {
        guard invocation.option("rows") != nil || invocation.flag("profile") else { return }
        let isProfile = invocation.flag("profile")
        let others =
            isProfile ? ["rows", "trace", "output"] : ["trace"]
        for name in others where invocation.option(name) != nil {
            throw UsageError(
                message: "--\(name) and --\(isProfile ? "profile" : "rows") exclude each other",
                path: invocation.pathText)
        }
        if !isProfile, invocation.options.contains(where: { $0.name == "row" }) {
            throw UsageError(
                message: "--row and --rows exclude each other", path: invocation.pathText)
        }
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

extension ExecutionLimits {
    /// Refuses a model whose gas or memory, as far as they are known, is beyond the limits.
    func admit(_ model: Model) throws(MachineError) {
        guard model.peakLiveBytes <= liveBytes else {
            throw .memoryLimitExceeded(needed: model.peakLiveBytes, limit: liveBytes)
        }
        let needed = GasSchedule.version1.gas(for: model)
        guard needed <= gas else { throw .gasLimitExceeded(needed: needed, limit: gas) }
    }
}

/// The samples that `--rows` asks for.
struct RowSelection: Equatable {
    /// The rows, counted from 0.
    let rows: Range<Int>

    /// Reads `all`, `N`, or `A-B`, both included.
    init(_ text: String, count: Int, _ invocation: Invocation) throws {
        if text == "all" {
            rows = 0..<count
            return
        }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard let first = parts[0], let last = parts.count == 1 ? first : parts[1],
            parts.count <= 2, first <= last
        else {
            throw UsageError(
                message: "--rows takes A-B, N or all, not '\(text)'", path: invocation.pathText)
        }
        guard last < count else {
            throw CommandFailure(
                "there is no row \(last): the inputs have \(count) rows", .malformedData)
        }
        rows = first..<last + 1
    }
}
