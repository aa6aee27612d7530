// Where the time of a run goes. Untraced runs are timed step by step; a step may be several nodes
// that one kernel carries out, such as Conv+Relu.

import Foundation
import Machine
import Models
import Tensors
import Wire

/// Times of untraced runs of one sample: means over the runs after the first.
struct RunProfile {
    /// A step of the run.
    struct Step: Equatable {
        var index: Int
        var name: String
        /// The operators carried out together.
        var label: String
        var outputs: String
        var milliseconds: Double
    }

    /// The steps with one label, together.
    struct Group: Equatable {
        var label: String
        var calls: Int
        var milliseconds: Double
    }

    /// Runs are repeated for about this long, and at least `fewestRuns` times.
    private static let seconds = 1.0
    private static let fewestRuns = 3
    private static let slowestCount = 10

    let runCount: Int
    let steps: [Step]

    /// Runs `interpreter` again and again on `inputs`.
    init(
        _ interpreter: Interpreter, _ inputs: [NamedTensor], limits: ExecutionLimits,
        seed: UInt64 = 0
    ) throws {
        // The first run brings code and memory in.
        _ = try interpreter.run(inputs, limits: limits, options: .untraced, seed: seed)
        let clock = ContinuousClock()
        let end = clock.now + .seconds(RunProfile.seconds)
        var runs: [[StepRecorder.Step]] = []
        while runs.count < RunProfile.fewestRuns || (clock.now < end && runs.count < 10_000) {
            let recorder = StepRecorder()
            _ = try interpreter.run(
                inputs, limits: limits, options: .untraced, seed: seed,
                observer: { recorder.observe($0) })
            runs.append(recorder.steps)
        }
        self.init(runs: runs)
    }

    /// The means over `runs`, which have the same steps.
    init(runs: [[StepRecorder.Step]]) {
        runCount = runs.count
        steps = (runs.first ?? []).enumerated().map { position, step in
            let total = runs.reduce(0.0) { $0 + Double($1[position].nanoseconds) }
            let event = step.event
            return Step(
                index: event.place.index, name: event.place.name,
                label: event.operatorNames.joined(separator: "+"),
                outputs: event.outputTypes.map { $0?.description ?? "no tensor" }
                    .joined(separator: ", "),
                milliseconds: total / Double(max(1, runs.count)) / 1e6)
        }
    }

    /// Milliseconds of a run.
    var milliseconds: Double { steps.reduce(0) { $0 + $1.milliseconds } }

    /// The steps by label, the slowest label first.
    var groups: [Group] {
        var groups: [String: Group] = [:]
        for step in steps {
            var group = groups[step.label] ?? Group(label: step.label, calls: 0, milliseconds: 0)
            group.calls += 1
            group.milliseconds += step.milliseconds
            groups[step.label] = group
        }
        return groups.values.sorted {
            ($1.milliseconds, $0.label) < ($0.milliseconds, $1.label)
        }
    }

    /// The slowest steps, slowest first.
    var slowest: [Step] {
        Array(
            steps.sorted { ($1.milliseconds, $0.index) < ($0.milliseconds, $1.index) }
                .prefix(RunProfile.slowestCount))
    }

    private func share(_ milliseconds: Double) -> Double {
        self.milliseconds > 0 ? milliseconds / self.milliseconds : 0
    }

    var json: JSONValue {
        func times(_ milliseconds: Double) -> [JSONMember] {
            [
                JSONMember("milliseconds", .number(decimal(milliseconds, 6))),
                JSONMember("share", .number(decimal(share(milliseconds), 4))),
            ]
        }
        return .object([
            "runs": .number(String(runCount)),
            "milliseconds": .number(decimal(milliseconds, 6)),
            "operators": .array(
                groups.map { group in
                    .object(
                        [
                            JSONMember("operator", .string(group.label)),
                            JSONMember("calls", .number(String(group.calls))),
                        ] + times(group.milliseconds))
                }),
            "nodes": .array(
                steps.map { step in
                    .object(
                        [
                            JSONMember("index", .number(String(step.index))),
                            JSONMember("name", .string(step.name)),
                            JSONMember("operator", .string(step.label)),
                            JSONMember("outputs", .string(step.outputs)),
                        ] + times(step.milliseconds))
                }),
        ])
    }

    var text: String {
        var rows = [["operator", "calls", "ms", "share", ""]]
        for group in groups {
            let share = share(group.milliseconds)
            rows.append([
                group.label, String(group.calls), decimal(group.milliseconds, 3),
                decimal(100 * share, 1) + " %", textBar(share, width: 24),
            ])
        }
        var nodes = [["slowest", "name", "operator", "outputs", "ms", "share"]]
        for step in slowest {
            nodes.append([
                "node \(step.index)", step.name, step.label, step.outputs,
                decimal(step.milliseconds, 3), decimal(100 * share(step.milliseconds), 1) + " %",
            ])
        }
        return """
            \(decimal(milliseconds, 3)) ms a run, mean of \(runCount) untraced runs, \
            \(steps.count) steps

            \(table(rows))

            \(table(nodes))
            """
    }
}

/// A number with a fixed count of decimals, which is JSON too.
func decimal(_ value: Double, _ places: Int) -> String {
    String(format: "%.\(places)f", value.isFinite ? value : 0)
}

/// A bar of `share` of `width` characters, to an eighth of one.
func textBar(_ share: Double, width: Int) -> String {
    guard share.isFinite else { return "" }
    let eighths = Int((min(max(share, 0), 1) * Double(8 * width)).rounded())
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
}
