// Networks of the kinds people deploy, beside onnxruntime in the same run: the two take turns and
// each keeps its least time. The models are made by `Python/models/bench_models.py`.

import Base
import Foundation
import Importers
import Machine
import Models
import Tensors

/// Times of one model.
struct MachineTiming {
    var name: String
    var seconds: Double
    var peerSeconds: Double?
    var largestDifference: Double?

    var ratio: Double? { peerSeconds.map { seconds / $0 } }
}

/// The folder of the models: `$AIVM_BENCH_MODELS`, or `.build/bench-models` of the package.
func benchModelFolder(_ root: String) -> String {
    ProcessInfo.processInfo.environment["AIVM_BENCH_MODELS"] ?? "\(root)/.build/bench-models"
}

/// The bar of the project: these, geometric mean at most 1, none above 1.3.
let machineModels = [
    "mlp_b1", "mlp_b64", "lenet_b1", "lenet_b32", "mobilenetv2", "resnet18", "minilm_s16",
    "minilm_s128", "gpt_prefill128", "gpt_decode_past128", "gpt_decode_past512",
]

func benchmarkMachine(_ root: String) throws {
    let folder = benchModelFolder(root)
    let filter = ProcessInfo.processInfo.environment["AIVM_BENCH_ONLY"] ?? ""
    let names = machineModels.filter { filter.isEmpty || $0.contains(filter) }
    var timings: [MachineTiming] = []
    for name in names { timings.append(try timing(root, "\(folder)/\(name)", name, threads: 1)) }
    var rows = [["model", "aivm ms", "onnxruntime ms", "ratio", "largest difference"]]
    for timing in timings {
        rows.append([
            timing.name, text(timing.seconds * 1e3),
            timing.peerSeconds.map { text($0 * 1e3) } ?? "absent",
            timing.ratio.map { text($0) } ?? "-",
            timing.largestDifference.map { String(format: "%.1e", $0) } ?? "-",
        ])
    }
    let ratios = timings.compactMap(\.ratio)
    if !ratios.isEmpty {
        let mean = exp(ratios.reduce(0) { $0 + log($1) } / Double(ratios.count))
        rows.append(["geometric mean", "", "", text(mean), ""])
    }
    printTable("Machine, one thread, untraced (\(Kernels.best.name) kernels)", rows)
    let threads = try benchmarkThreads(root, folder, filter)
    let loading = try benchmarkLoading(folder, filter)
    if filter.isEmpty { try writeMachineChart(timings, threads: threads, loading: loading, root) }
}

/// Two threads against one.
private func benchmarkThreads(
    _ root: String, _ folder: String, _ filter: String
) throws -> [[String]] {
    let names = ["resnet18", "minilm_s128", "gpt_prefill128"]
        .filter { filter.isEmpty || $0.contains(filter) }
    guard !names.isEmpty else { return [] }
    var rows = [["model", "1 thread ms", "2 threads ms", "faster"]]
    for name in names {
        let model = try ONNXImporter.importModel(at: "\(folder)/\(name).onnx").model
        let inputs = try InputReader.inputs(for: model, from: "\(folder)/\(name).npz")
        let one = try Interpreter(model: model)
        var kernels = Kernels.best
        kernels.threads = 2
        let two = try Interpreter(model: model, kernels: kernels)
        var times = (Double.infinity, Double.infinity)
        for _ in 0..<5 {
            times.0 = min(
                times.0, try leastOfRuns(for: 0.5) { _ = try one.run(inputs, options: .untraced) })
            times.1 = min(
                times.1, try leastOfRuns(for: 0.5) { _ = try two.run(inputs, options: .untraced) })
        }
        if ProcessInfo.processInfo.environment["AIVM_BENCH_PROFILE"] != nil {
            try printProfile(two, inputs, "\(name), two threads")
        }
        rows.append([
            name, text(times.0 * 1e3), text(times.1 * 1e3), text(times.0 / times.1),
        ])
    }
    printTable("Two threads against one", rows)
    return rows
}

/// The least seconds of single calls for about `duration` seconds, of at least one call.
func leastOfRuns(for duration: Double, _ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(duration)
    var least = Double.infinity
    repeat { least = min(least, try clock.measure(body).seconds) } while clock.now < end
    return least
}

private func timing(
    _ root: String, _ stem: String, _ name: String, threads: Int
) throws -> MachineTiming {
    let model = try ONNXImporter.importModel(at: "\(stem).onnx").model
    let inputs = try InputReader.inputs(for: model, from: "\(stem).npz")
    let interpreter = try Interpreter(model: model)
    let peer = try OnnxruntimePeer(root)
    try peer?.load(stem, threads: threads)
    var timing = MachineTiming(name: name, seconds: .infinity)
    for _ in 0..<4 {
        timing.seconds = min(
            timing.seconds,
            try leastOfRuns(for: 0.6) { _ = try interpreter.run(inputs, options: .untraced) })
        if let seconds = try peer?.time(0.6) {
            timing.peerSeconds = min(timing.peerSeconds ?? .infinity, seconds)
        }
    }
    if ProcessInfo.processInfo.environment["AIVM_BENCH_PROFILE"] != nil {
        try printProfile(interpreter, inputs, name)
    }
    if let peer {
        timing.largestDifference = try difference(
            try interpreter.run(inputs, options: .untraced).outputs, peer)
    }
    return timing
}

/// The largest difference to the peer's outputs, relative to the largest of them.
private func difference(_ outputs: [NamedTensor], _ peer: OnnxruntimePeer) throws -> Double {
    let path = FileManager.default.temporaryDirectory
        .appendingPathComponent("outputs-\(ProcessInfo.processInfo.processIdentifier).npz").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try peer.writeOutputs(path)
    let archive = try NumPyArchive(Bytes(try Data(contentsOf: URL(fileURLWithPath: path))))
    var largest = 0.0
    for output in outputs {
        guard let ours = output.tensor.float32s,
            let theirs = try archive.array(named: output.name)?.float32s
        else { continue }
        let magnitude = theirs.reduce(0) { max($0, abs($1)) }
        for (a, b) in zip(ours, theirs) where magnitude > 0 {
            largest = max(largest, Double(abs(a - b) / magnitude))
        }
    }
    return largest
}

/// The least time of each kind of step, together.
func printProfile(
    _ interpreter: Interpreter, _ inputs: [NamedTensor], _ name: String
) throws {
    let clock = ContinuousClock()
    var least: [(key: String, seconds: Double)] = []
    for round in 0..<10 {
        var index = 0
        var last = clock.now
        _ = try interpreter.run(inputs, options: .untraced) { event in
            let now = clock.now
            let seconds = (now - last).seconds
            if round == 0 {
                let types = event.outputTypes.map { $0?.description ?? "?" }.joined(separator: " ")
                least.append((event.operatorNames.joined(separator: "+") + " " + types, seconds))
            } else {
                least[index].seconds = min(least[index].seconds, seconds)
            }
            index += 1
            last = clock.now
        }
    }
    var sums: [String: (count: Int, seconds: Double)] = [:]
    for entry in least {
        sums[entry.key, default: (0, 0)].count += 1
        sums[entry.key, default: (0, 0)].seconds += entry.seconds
    }
    var rows = [["step", "count", "ms"]]
    for (key, sum) in sums.sorted(by: { $0.value.seconds > $1.value.seconds }).prefix(24) {
        rows.append([key, "\(sum.count)", text(sum.seconds * 1e3)])
    }
    printTable("Steps of \(name)", rows)
}
