// Time, size and memory of proofs of inferences: the five benchmark models, quantised, with and
// without zero knowledge, on two threads. Each model is proved in a process of its own, so that
// peak memory is the prover's; `bench zkml-prove NAME` is that process.

import Base
import Fields
import Foundation
import Sumcheck
import SumcheckProver

/// A benchmark model with the bars it has to meet.
private struct ZKMLCase {
    var name: String
    var rowBits: Int
    /// Milliseconds to prove with and without zero knowledge, and to verify; kilobytes of the
    /// proof.
    var bars: (hiding: Double, plain: Double, verify: Double, kilobytes: Double)
    /// ezkl 23.0.5 on the same kind of machine: seconds, and MB.
    var peer: (seconds: Double, megabytes: Double)?
}

private let cases: [ZKMLCase] = [
    ZKMLCase(
        name: "credit_mlp", rowBits: 9, bars: (150, 60, 6, 32), peer: (7.1, 418)),
    ZKMLCase(
        name: "digits_mlp", rowBits: 10, bars: (200, 80, 6, 32), peer: (3.7, 358)),
    ZKMLCase(
        name: "digits_cnn", rowBits: 10, bars: (300, 120, 6, 32), peer: (13.9, 1556)),
    ZKMLCase(
        name: "mlp_1m", rowBits: 12, bars: (300, 150, 8, 32), peer: (136.6, 9665)),
    ZKMLCase(
        name: "tinygpt", rowBits: 12, bars: (800, 400, 10, 48), peer: nil),
]

/// What the process that proves reports.
private struct ZKMLReport: Codable {
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
    var bits: Int
    var trace: Double
    var commit: Double
    var plain: Mode
    var hiding: Mode
    var megabytes: Double
}

func benchmarkZKML() throws {
    print("proofs of inferences, 2 threads, \(KernelVariant.fastest) kernels")
    for model in cases {
        let own = try proveInChild(model.name)
        var rows = [["\(model.name)", "hiding", "plain", "bar"]]
        for (a, b) in zip(own.hiding.phases, own.plain.phases) {
            rows.append([a.name, text(a.seconds * 1000), text(b.seconds * 1000), ""])
        }
        let prove = (own.hiding.total * 1000, own.plain.total * 1000)
        let isMet = prove.0 <= model.bars.hiding && prove.1 <= model.bars.plain
        rows.append([
            "prove, ms", text(prove.0), text(prove.1),
            verdict(isMet, "\(Int(model.bars.hiding)) / \(Int(model.bars.plain))"),
        ])
        rows.append([
            "verify, ms", text(own.hiding.verify * 1000), text(own.plain.verify * 1000),
            verdict(own.hiding.verify * 1000 <= model.bars.verify, text(model.bars.verify)),
        ])
        let kilobytes = (Double(own.hiding.bytes) / 1024, Double(own.plain.bytes) / 1024)
        rows.append([
            "proof, KB", text(kilobytes.0), text(kilobytes.1),
            verdict(
                max(kilobytes.0, kilobytes.1) <= model.bars.kilobytes, text(model.bars.kilobytes)),
        ])
        rows.append(["peak MB", text(own.megabytes), "", verdict(own.megabytes <= 500, "500")])
        if let peer = model.peer {
            rows.append(["ezkl prove / ours", text(peer.seconds / own.hiding.total), "", ""])
            rows.append(["ezkl memory / ours", text(peer.megabytes / own.megabytes), "", ""])
        }
        rows.append(["trace, ms", text(own.trace * 1000), "", ""])
        rows.append(["weights committed, ms", text(own.commit * 1000), "", ""])
        rows.append([
            "parameters, lookups", "\(own.parameters)", "\(own.lookups)",
            "2^\(own.bits) places, \(own.rows) rows",
        ])
        printTable("", rows)
    }
}

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

/// Proves a model both ways until the least time has stood for a while; prints the report.
func proveZKML(_ name: String) throws {
    guard let model = cases.first(where: { $0.name == name }) else {
        throw BenchmarkFailure("no such model")
    }
    let network = try ZKMLModel.example(name)
    let key = try RowKey.forDevelopment(tau: Fr(0xA1_F3_57), rowBits: model.rowBits)
    var generator = SystemRandomNumberGenerator()
    let random = {
        Fr(
            reducing: UInt256(
                generator.next(), generator.next(), generator.next(), generator.next()))
    }
    let trace = try leastSeconds { _ = try network.witness(rowBits: model.rowBits) }
    let witness = try network.witness(rowBits: model.rowBits)
    let system = witness.system
    let start = ContinuousClock.now
    let weights = key.commit(.weights, of: witness, threads: 2, random: random)
    let commit = (ContinuousClock.now - start).seconds
    func mode(hiding: Bool) throws -> ZKMLReport.Mode {
        var best = ZKMLReport.Mode(total: .infinity, phases: [], verify: 0, bytes: 0)
        let request = ProofRequest<KZGRows>(
            context: [], weights: weights, input: hiding ? .secret : .open, output: .open,
            hiding: hiding)
        let end = ContinuousClock.now + .seconds(3)
        var runs = 0
        while runs < 3 || ContinuousClock.now < end {
            var marks: [(ProofPhase, ContinuousClock.Instant)] = []
            let (statement, proof) = try key.prove(
                witness, request, threads: 2, random: random
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
                    encoded: bytes, system: system, statement: statement)
                try key.scheme.verify(read, of: statement, system: system)
            }
        }
        return best
    }
    let plain = try mode(hiding: false)
    let hiding = try mode(hiding: true)
    let report = ZKMLReport(
        parameters: system.tensors.filter { $0.tensorClass == .weights }.reduce(0) {
            $0 + $1.count
        },
        lookups: system.lookups.reduce(0) { $0 + $1.axes.reduce(1, *) },
        rows: system.layout.rows.count, bits: system.layout.bits, trace: trace, commit: commit,
        plain: plain, hiding: hiding, megabytes: try peakMegabytes())
    print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
}
