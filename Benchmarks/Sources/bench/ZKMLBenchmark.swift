// Time, size and memory of proofs of inferences: the five benchmark models, quantised, with and
// without zero knowledge, on two threads. Each model is proved in a process of its own, so that
// peak memory is the prover's; `bench zkml-prove NAME` is that process. Writes
// Documentation/benchmarks/zkml.md and zkml.svg.

import Base
import Fields
import Foundation
import ProcessMemory
import Sumcheck
import SumcheckProver

/// A benchmark model with the bars it has to meet.
private struct ZKMLCase {
    var name: String
    /// Milliseconds to prove with and without zero knowledge, and to verify; kilobytes of the
    /// proof.
    var bars: (hiding: Double, plain: Double, verify: Double, kilobytes: Double)
    /// ezkl 23.0.5 on the same kind of machine: seconds, milliseconds, and MB.
    var peer: (seconds: Double, verify: Double, megabytes: Double)?
}

private let cases: [ZKMLCase] = [
    ZKMLCase(name: "credit_mlp", bars: (150, 60, 6, 32), peer: (7.1, 26, 418)),
    ZKMLCase(name: "digits_mlp", bars: (200, 80, 6, 32), peer: (3.7, 25, 358)),
    ZKMLCase(name: "digits_cnn", bars: (300, 120, 6, 32), peer: (13.9, 62, 1556)),
    ZKMLCase(name: "mlp_1m", bars: (300, 150, 8, 32), peer: (136.6, 691, 9665)),
    ZKMLCase(name: "tinygpt", bars: (800, 400, 10, 48), peer: nil),
]

/// What the process that proves reports.
struct ZKMLReport: Codable {
    struct Phase: Codable { var name: String, seconds: Double }
    struct Mode: Codable {
        var total: Double
        var phases: [Phase]
        var verify: Double
        var bytes: Int
    }
    var parameters: Int
    var lookups: Int
    var rows: Int
    var rowBits: Int
    var bits: Int
    var soundness: Int
    var relations: Double
    var trace: Double
    var commit: Double
    var plain: Mode
    var hiding: Mode
    var megabytes: Double
    var float: Double
    var integer: Double
}

func benchmarkZKML() throws {
    Allocator.keepFreedPages()
    print("proofs of inferences, 2 threads, \(KernelVariant.fastest) kernels")
    var table: [[String]] = []
    for model in cases {
        let own = try proveInChild(model.name)
        printTable("", rows(model, own))
        table.append(row(model, own))
    }
    guard ProcessInfo.processInfo.environment["AIVM_BENCH_ONLY"] != "table" else { return }
    let peer = try timeEzkl()
    let (perceptrons, convolutions) = (try sweepPerceptrons(), try sweepConvolutions())
    for (title, points) in [("perceptrons", perceptrons), ("convolutional", convolutions)] {
        printTable(title, sweepRows(points))
    }
    try writePage(table, peer, perceptrons, convolutions)
}

private let sweepHeader = [
    "size", "trace ms", "prove, hiding, ms", "prove, ms", "verify ms", "proof KB", "ns a place",
]

private func sweepRows(_ points: [ZKMLPoint]) -> [[String]] {
    [sweepHeader]
        + points.map { point in
            [
                short(point.size), text(point.trace * 1e3), text(point.hiding * 1e3),
                text(point.plain * 1e3), text(point.verify * 1e3),
                text(Double(point.bytes) / 1024), text(point.hiding * 1e9 / Double(point.places)),
            ]
        }
}

private func rows(_ model: ZKMLCase, _ own: ZKMLReport) -> [[String]] {
    var rows = [["\(model.name)", "hiding", "plain", "bar"]]
    rows.append(["trace, ms", text(own.trace * 1e3), text(own.trace * 1e3), ""])
    for (a, b) in zip(own.hiding.phases, own.plain.phases) {
        rows.append([a.name, text(a.seconds * 1e3), text(b.seconds * 1e3), ""])
    }
    let prove = own.milliseconds
    let isMet = prove.hiding <= model.bars.hiding && prove.plain <= model.bars.plain
    rows.append([
        "trace and proof, ms", text(prove.hiding), text(prove.plain),
        verdict(isMet, "\(Int(model.bars.hiding)) / \(Int(model.bars.plain))"),
    ])
    rows.append([
        "verify, ms", text(own.hiding.verify * 1e3), text(own.plain.verify * 1e3),
        verdict(own.hiding.verify * 1e3 <= model.bars.verify, text(model.bars.verify)),
    ])
    let kilobytes = (Double(own.hiding.bytes) / 1024, Double(own.plain.bytes) / 1024)
    rows.append([
        "proof, KB", text(kilobytes.0), text(kilobytes.1),
        verdict(max(kilobytes.0, kilobytes.1) <= model.bars.kilobytes, text(model.bars.kilobytes)),
    ])
    rows.append(["peak MB", text(own.megabytes), "", verdict(own.megabytes <= 500, "500")])
    rows.append([
        "accuracy, float and integer", percent(own.float), percent(own.integer),
        verdict(own.integer >= own.float - 0.01, "a point less"),
    ])
    if let peer = model.peer {
        rows.append(["ezkl prove / ours", text(peer.seconds * 1e3 / prove.hiding), "", ""])
        rows.append(["ezkl memory / ours", text(peer.megabytes / own.megabytes), "", ""])
    }
    rows.append(["relations, ms", text(own.relations * 1e3), "", ""])
    rows.append(["weights committed, ms", text(own.commit * 1e3), "", ""])
    rows.append([
        "parameters, lookups", "\(own.parameters)", "\(own.lookups)",
        "2^\(own.bits) places, \(own.rows) rows of 2^\(own.rowBits), \(own.soundness) bits",
    ])
    return rows
}

private func row(_ model: ZKMLCase, _ own: ZKMLReport) -> [String] {
    let prove = own.milliseconds
    return [
        "`\(model.name)`", "\(text(prove.hiding)) (\(Int(model.bars.hiding)))",
        "\(text(prove.plain)) (\(Int(model.bars.plain)))",
        "\(text(own.hiding.verify * 1e3)) (\(Int(model.bars.verify)))",
        "\(text(Double(own.hiding.bytes) / 1024)) (\(Int(model.bars.kilobytes)))",
        text(own.megabytes), "\(percent(own.float)) / \(percent(own.integer))",
        model.peer.map { text($0.seconds * 1e3 / prove.hiding) } ?? "-",
        model.peer.map { text($0.verify / (own.hiding.verify * 1e3)) } ?? "-",
        model.peer.map { text($0.megabytes / own.megabytes) } ?? "-",
    ]
}

extension ZKMLReport {
    /// Trace and proof.
    fileprivate var milliseconds: (hiding: Double, plain: Double) {
        ((trace + hiding.total) * 1e3, (trace + plain.total) * 1e3)
    }
}

private func percent(_ share: Double) -> String { "\((share * 1e4).rounded() / 100) %" }

private func verdict(_ isMet: Bool, _ limit: String) -> String {
    "≤ \(limit): \(isMet ? "met" : "NOT met")"
}

private func proveInChild(_ name: String) throws -> ZKMLReport {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments = ["zkml-prove", name]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try JSONDecoder().decode(ZKMLReport.self, from: bytes)
}

/// ezkl's own times, of the virtual environment that AIVM_EZKL names; a line that says so, where it
/// names none.
private func timeEzkl() throws -> String {
    guard let path = ProcessInfo.processInfo.environment["AIVM_EZKL"], !path.isEmpty else {
        print("\nezkl skipped: AIVM_EZKL names no virtual environment that has it")
        return ""
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path + "/bin/python")
    process.arguments =
        [packageRoot + "/Benchmarks/ezkl_time.py", packageRoot + "/Examples/models"]
        + cases.compactMap { $0.peer == nil ? nil : $0.name }
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    // Of what ezkl itself prints, only the lines of `ezkl_time.py`.
    let text = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        .filter { $0.contains("rows, set-up") }.map { $0 + "\n" }.joined()
    print("\nezkl, in the same run\n\(text)")
    return text
}

private func writePage(
    _ table: [[String]], _ peer: String, _ perceptrons: [ZKMLPoint], _ convolutions: [ZKMLPoint]
) throws {
    let folder = "\(packageRoot)/Documentation/benchmarks"
    let header = [
        "model", "prove, zero knowledge, ms", "without, ms", "verify ms", "proof KB", "peak MB",
        "accuracy float / integer", "ezkl prove", "ezkl verify", "ezkl memory",
    ]
    let date = ISO8601DateFormatter().string(from: Date()).prefix(10)
    var page = """
        # Proofs of inferences

        `make bench-zkml` on \(date), two threads, \(KernelVariant.fastest) kernels. Proving
        includes the trace, from the input on; weights were committed before. Times are the least
        of several; in brackets the bar. With zero knowledge weights and input are hidden, the
        output is public; without it the input is public, and the weights still stand as
        commitments only. Memory is that of the whole process. The last three columns say how many
        times ezkl 23.0.5 takes what this takes, by figures measured on a machine of the same kind.
        The protocol is in [zkml.md](../zkml.md); the same table on lesser machines in
        [zkml-kernels.md](zkml-kernels.md).

        \(markdown([header] + table))

        ## Growth

        ![Time by the size of the model](zkml.svg)

        Perceptrons of two equal layers, by parameters:

        \(markdown(sweepRows(perceptrons)))

        Two convolutions with pools and a dense layer, by pixels:

        \(markdown(sweepRows(convolutions)))

        A place is one value of the vector that a proof is about: a weight, or a limb of a trace.

        """
    if !peer.isEmpty { page += "\nezkl in the same run:\n\n```\n\(peer)```\n" }
    try Data(page.utf8).write(to: URL(fileURLWithPath: "\(folder)/zkml.md"))
    try Data(zkmlPlot(perceptrons, convolutions).utf8).write(
        to: URL(fileURLWithPath: "\(folder)/zkml.svg"))
}

/// Proves a model both ways until the least time has stood for a while; prints the report.
func proveZKML(_ name: String) throws {
    Allocator.keepFreedPages()
    let network = try ZKMLModel.example(name)
    let system = try network.builder.system()
    let key = try RowKey.forDevelopment(tau: Fr(0xA1_F3_57), rowBits: system.layout.rowBits)
    let relations = try leastSeconds(rounds: 3) {
        _ = try network.builder.system(rowBits: system.layout.rowBits)
    }
    let trace = try leastSeconds { _ = try network.witness(system) }
    let witness = try network.witness(system)
    let start = ContinuousClock.now
    let weights = key.commit(.weights, of: witness, threads: 2, random: SystemElements.next)
    let commit = (ContinuousClock.now - start).seconds
    func mode(hiding: Bool) throws -> ZKMLReport.Mode {
        let request = ProofRequest<KZGRows>(
            context: [], weights: weights, input: hiding ? .secret : .open, output: .open,
            hiding: hiding)
        return try measure(key, witness, request)
    }
    let plain = try mode(hiding: false)
    let hiding = try mode(hiding: true)
    let megabytes = try peakMegabytes()
    let accuracy = try zkmlAccuracy(name)
    let report = ZKMLReport(
        parameters: system.tensors.filter { $0.tensorClass == .weights }.reduce(0) {
            $0 + $1.count
        },
        lookups: system.lookups.reduce(0) { $0 + $1.axes.reduce(1, *) },
        rows: system.layout.rows.count, rowBits: system.layout.rowBits, bits: system.layout.bits,
        soundness: SoundnessBound(system).bits(fieldBits: 253), relations: relations,
        trace: trace, commit: commit, plain: plain, hiding: hiding, megabytes: megabytes,
        float: accuracy.float, integer: accuracy.integer)
    print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
}

private func measure(
    _ key: RowKey, _ witness: Witness<Fr>, _ request: ProofRequest<KZGRows>
) throws -> ZKMLReport.Mode {
    var best = ZKMLReport.Mode(total: .infinity, phases: [], verify: 0, bytes: 0)
    let end = ContinuousClock.now + .seconds(4)
    var runs = 0
    while runs < 3 || ContinuousClock.now < end {
        var marks: [(ProofPhase, ContinuousClock.Instant)] = []
        let (statement, proof) = try key.prove(
            witness, request, threads: 2, random: SystemElements.next
        ) { marks.append(($0, ContinuousClock.now)) }
        let last = ContinuousClock.now
        runs += 1
        let ends = marks.dropFirst().map(\.1) + [last]
        let phases = zip(marks, ends).map {
            ZKMLReport.Phase(name: $0.0.rawValue, seconds: ($1 - $0.1).seconds)
        }
        let total = phases.reduce(0) { $0 + $1.seconds }
        if total < best.total { (best.total, best.phases) = (total, phases) }
        guard runs == 1 else { continue }
        let bytes = proof.encoded
        best.bytes = bytes.count
        best.verify = try leastSeconds {
            let read = try SumcheckProof<KZGRows>(
                encoded: bytes, system: witness.system, statement: statement)
            try key.scheme.verify(read, of: statement, system: witness.system)
        }
    }
    return best
}
