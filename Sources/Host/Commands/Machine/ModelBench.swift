// The measurements of `aivm bench`.

import Base
import Machine
import Models
import Tensors
import Wire

/// A model with the inputs it is measured on.
struct ModelBench {
    /// What one kind of kernel and count of threads needed.
    struct Result {
        var kernels: Kernels
        /// Making the interpreter: weights read, hashed, and decoded or packed.
        var loadingSeconds: Double
        /// Untraced runs, shortest first.
        var seconds: [Double]
        /// One traced run.
        var tracedSeconds: Double
        /// Of the traced run.
        var execution: Execution
        /// Whether the untraced runs gave the outputs of the traced one.
        var isConsistent: Bool

        /// The time that `share` of the runs stayed below.
        func quantile(_ share: Double) -> Double {
            guard !seconds.isEmpty else { return 0 }
            return seconds[min(seconds.count - 1, Int(Double(seconds.count) * share))]
        }
    }

    let pending: PendingModel
    let inputs: [NamedTensor]
    let limits: ExecutionLimits
    let seconds: Double
    /// Reading and checking the program; of an .onnx, importing it.
    let openingSeconds: Double

    private var model: Model { pending.unverified }

    /// Fused multiply-adds of a run, of the nodes whose types are known before one.
    var multiplyAdds: UInt64 {
        model.nodes.reduce(0) { total, node in
            let (sum, overflow) = total.addingReportingOverflow(node.work?.multiplyAdds ?? 0)
            return overflow ? .max : sum
        }
    }

    /// Measures `kernels` for about `seconds` seconds, at least one run.
    func measure(_ kernels: Kernels) throws -> Result {
        let clock = ContinuousClock()
        let start = clock.now
        let interpreter = try Interpreter(loading: pending, kernels: kernels)
        let loading = (clock.now - start).seconds
        // The first run, which is not counted, brings code and memory in.
        var last = try interpreter.run(inputs, limits: limits, options: .untraced)
        var times: [Double] = []
        let end = clock.now + .seconds(seconds)
        repeat {
            let start = clock.now
            last = try interpreter.run(inputs, limits: limits, options: .untraced)
            times.append((clock.now - start).seconds)
        } while clock.now < end && times.count < 1_000_000
        let traceStart = clock.now
        let execution = try interpreter.run(inputs, limits: limits)
        let tracedSeconds = (clock.now - traceStart).seconds
        let isConsistent = last.outputs == execution.outputs && last.gasUsed == execution.gasUsed
        return Result(
            kernels: kernels, loadingSeconds: loading, seconds: times.sorted(),
            tracedSeconds: tracedSeconds, execution: execution, isConsistent: isConsistent)
    }

    /// Measures every kind of kernel with one thread and with two, sharing the time.
    func compare() throws -> BenchComparison {
        let kinds = Kernels.available.flatMap { kernels in
            [1, 2].map { threads in
                var kernels = kernels
                kernels.threads = threads
                return kernels
            }
        }
        let part = ModelBench(
            pending: pending, inputs: inputs, limits: limits,
            seconds: seconds / Double(kinds.count), openingSeconds: openingSeconds)
        return BenchComparison(results: try kinds.map { try part.measure($0) })
    }

    /// What is told of a result, by name, each with its unit.
    private func rows(of result: Result) -> [(name: String, value: Double, places: Int)] {
        let median = result.quantile(0.5)
        let megabytes = Double(model.weightByteCount) / 1e6
        let loading = openingSeconds + result.loadingSeconds
        return [
            ("minimum_milliseconds", (result.seconds.first ?? 0) * 1e3, 4),
            ("median_milliseconds", median * 1e3, 4),
            ("p90_milliseconds", result.quantile(0.9) * 1e3, 4),
            ("traced_milliseconds", result.tracedSeconds * 1e3, 4),
            ("gas_per_microsecond", Double(result.execution.gasUsed) / (median * 1e6), 2),
            ("gflops", 2 * Double(multiplyAdds) / median / 1e9, 3),
            ("open_milliseconds", openingSeconds * 1e3, 3),
            ("load_milliseconds", result.loadingSeconds * 1e3, 3),
            ("load_megabytes_per_second", megabytes / loading, 1),
        ]
    }

    func json(of result: Result) -> JSONValue {
        .object(
            [
                JSONMember("model_id", .string(model.modelID.hex)),
                JSONMember("kernels", .string(result.kernels.name)),
                JSONMember("threads", .number(String(result.kernels.threads))),
                JSONMember("runs", .number(String(result.seconds.count))),
                JSONMember("gas_used", .number(String(result.execution.gasUsed))),
                JSONMember("multiply_adds", .number(String(multiplyAdds))),
                JSONMember("trace_root", .string(result.execution.traceRoot?.hex ?? "")),
            ] + rows(of: result).map { JSONMember($0.name, .number(decimal($0.value, $0.places))) })
    }

    func text(of result: Result) -> String {
        let values = Dictionary(uniqueKeysWithValues: rows(of: result).map { ($0.name, $0) })
        func value(_ name: String) -> String {
            values[name].map { decimal($0.value, $0.places) } ?? ""
        }
        let threads = result.kernels.threads
        return table([
            ["kernels", "\(result.kernels.name), \(threads) thread\(threads == 1 ? "" : "s")"],
            ["runs", grouped(result.seconds.count)],
            ["minimum", value("minimum_milliseconds") + " ms"],
            ["median", value("median_milliseconds") + " ms"],
            ["90 % below", value("p90_milliseconds") + " ms"],
            ["traced, once", value("traced_milliseconds") + " ms"],
            [
                "gas",
                grouped(result.execution.gasUsed) + ", \(value("gas_per_microsecond")) a µs",
            ],
            [
                "arithmetic",
                "\(grouped(multiplyAdds)) multiply-adds, \(value("gflops")) GFLOP/s"
                    + (model.isStatic ? "" : " (as far as known before a run)"),
            ],
            [
                "loading",
                "\(value("open_milliseconds")) ms opened, "
                    + "\(value("load_milliseconds")) ms hashed and made ready, "
                    + "\(value("load_megabytes_per_second")) MB/s of weights",
            ],
        ])
    }
}

extension CheckedNode {
    /// The work of the node, where its types are known before a run.
    var work: Work? {
        guard let outputTypes, case .tensor(let operation) = operation else { return nil }
        return operation.validatedWork(call, outputs: outputTypes)
    }
}

/// Results side by side.
struct BenchComparison {
    let results: [ModelBench.Result]

    /// Whether every kind of kernel and count of threads gave the same bits, traced and untraced.
    var isEqual: Bool {
        results.allSatisfy { result in
            result.isConsistent && result.execution == results[0].execution
        }
    }

    var json: JSONValue {
        .object([
            "equal": .bool(isEqual),
            "results": .array(
                results.map { result in
                    .object([
                        "kernels": .string(result.kernels.name),
                        "threads": .number(String(result.kernels.threads)),
                        "runs": .number(String(result.seconds.count)),
                        "minimum_milliseconds":
                            .number(decimal((result.seconds.first ?? 0) * 1e3, 4)),
                        "median_milliseconds": .number(decimal(result.quantile(0.5) * 1e3, 4)),
                        "trace_root": .string(result.execution.traceRoot?.hex ?? ""),
                        "equal": .bool(isSame(result)),
                    ])
                }),
        ])
    }

    var text: String {
        var rows = [["kernels", "threads", "minimum ms", "median ms", "trace", "bits"]]
        for result in results {
            rows.append([
                result.kernels.name, String(result.kernels.threads),
                decimal((result.seconds.first ?? 0) * 1e3, 4),
                decimal(result.quantile(0.5) * 1e3, 4),
                String((result.execution.traceRoot?.hex ?? "").prefix(16)) + "…",
                isSame(result) ? "equal" : "DIFFERENT",
            ])
        }
        return table(rows) + "\n" + (isEqual ? "all bits are equal" : "the bits differ")
    }

    private func isSame(_ result: ModelBench.Result) -> Bool {
        result.isConsistent && result.execution == results[0].execution
    }
}
