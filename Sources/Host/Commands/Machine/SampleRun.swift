// The runs of `aivm run`: one sample, or a batch of them.

import Base
import Importers
import Machine
import Models
import Tensors
import Wire

/// A model made ready, with its samples and what is asked of it.
struct SampleRun {
    /// More samples than this get a progress bar.
    private static let fewSamples = 8

    let invocation: Invocation
    let samples: InputSamples
    let limits: ExecutionLimits
    /// What random operators draw their numbers from.
    let seed: UInt64
    let output: OutputFile?
    let interpreter: Interpreter

    /// The sample of `--row`.
    func inputs() throws -> [NamedTensor] {
        try samples.row(try invocation.integer("row", in: 0...Int.max) ?? 0)
    }

    /// Runs one sample, traced.
    func runOne() throws {
        let inputs = try inputs()
        if invocation.flag("draw"), !invocation.flag("json") {
            inputs.compactMap { drawing(of: $0.tensor) }.forEach(Terminal.print)
        }
        let path = invocation.option("trace")
        let recorder = StepRecorder()
        let execution = try interpreter.run(
            inputs, limits: limits, seed: seed,
            observer: path == nil ? nil : { recorder.observe($0) })
        if let path {
            let trace = RunTrace(
                interpreter, kernels: try invocation.kernels(), inputs: inputs, execution,
                recorder.steps)
            try writeFile(path, Bytes(trace.json.prettyText.utf8) + [0x0A])
        }
        try output?.write(execution.outputs)
        try SaturationNote(interpreter.model, inputs).show()
        let root = execution.traceRoot?.hex ?? ""
        Output(invocation).show(json(of: execution)) {
            execution.outputs
                .map { "\($0.name) = \(CommandLineInterface.text(of: $0.tensor))" }
                .joined(separator: "\n")
                + "\ngas \(grouped(execution.gasUsed)), trace \(root.prefix(16))…"
        }
    }

    /// Runs every sample of a selection.
    func runRows(_ selection: RowSelection) throws {
        let isJSON = invocation.flag("json")
        let bar = ProgressBar("running", invocation)
        let hasBar =
            selection.rows.count > SampleRun.fewSamples
            && (isJSON || !Terminal.hasTerminalOutput)
        var answers: [JSONValue] = []
        var outputs: [[NamedTensor]] = []
        for row in selection.rows {
            let execution = try interpreter.run(
                try samples.row(row), limits: limits, seed: seed)
            if isJSON {
                guard case .object(let members) = json(of: execution) else { continue }
                answers.append(.object([JSONMember("row", .number(String(row)))] + members))
            } else {
                Terminal.print("\(row)  \(line(of: execution))")
            }
            if output != nil { outputs.append(execution.outputs) }
            if hasBar { bar.show(row + 1 - selection.rows.lowerBound, of: selection.rows.count) }
        }
        try output?.write(rows: outputs)
        if isJSON { Terminal.print(JSONValue.array(answers).prettyText) }
    }

    private func json(of execution: Execution) -> JSONValue {
        .object([
            "model_id": .string(interpreter.model.modelID.hex),
            "outputs": TensorJSON.json(of: execution.outputs),
            "gas_used": .number(String(execution.gasUsed)),
            "trace_root": .string(execution.traceRoot?.hex ?? ""),
        ])
    }

    private func line(of execution: Execution) -> String {
        var line = execution.outputs
            .map { "\($0.name) = \(CommandLineInterface.text(of: $0.tensor))" }
            .joined(separator: "; ")
        if execution.outputs.count == 1,
            let name = CommandLineInterface.classText(of: execution.outputs[0].tensor)
        {
            line += "  \(name)"
        }
        return line
    }

    /// Runs one sample again and again without trace, and says where the time went.
    func profile() throws {
        let inputs = try inputs()
        let profile = try RunProfile(interpreter, inputs, limits: limits, seed: seed)
        Output(invocation).show(profile.json) { profile.text }
    }
}
