// Time and memory of the PLONK prover on circuits of 2^11 to 2^18 rows, beside gnark's and, where
// it is given by path, snarkjs's; and of the verifier alone and by batches.
//
// The circuit is a chain of squares, x' = x² + b, as snarkjs's own test has it: two gates a step.
// Its powers of tau are made here. Each size is proved in a process of its own, so that peak memory
// is the prover's; `bench plonk-prove FOLDER` is that process.

import Circom
import Circuits
import Commitments
import Fields
import Foundation
import Plonk
import PlonkProver

/// What gnark 0.16.1 takes on two threads of a machine with AVX-512 IFMA: seconds, and MB where
/// known.
private let gnark: [(power: Int, seconds: Double, megabytes: Double?)] = [
    (11, 0.105, nil), (14, 0.575, nil), (16, 2.07, 170), (18, 7.85, 720),
]

func benchmarkPlonk() throws {
    let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("aivm-bench-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let largest = Int(ProcessInfo.processInfo.environment["AIVM_BENCH_POWER"] ?? "") ?? 18
    let string = StructuredReferenceString.forDevelopment(
        tau: Fr(0xA1_F3_57), count: 1 << largest + 6)
    print("PLONK on BN254, 2 threads, \(KernelVariant.fastest) kernels")
    for (power, seconds, megabytes) in gnark where power <= largest {
        let setup = try writeKey(power: power, string, folder)
        let own = try proveInChild(folder)
        let bar = KernelVariant.fastest == .lanes ? 0.6 : 1
        var rows = [["2^\(power) rows", "ms", "share"]]
        for (name, time) in own.phases {
            rows.append([name, text(time * 1000), percent(time / own.total)])
        }
        rows.append(["prove", text(own.total * 1000), ""])
        rows.append(["gnark 0.16.1", text(seconds * 1000), ""])
        rows.append(["prove / gnark", text(own.total / seconds), verdict(own.total / seconds, bar)])
        rows.append([
            "peak MB", text(own.megabytes), megabytes.map { verdict(own.megabytes, $0) } ?? "",
        ])
        rows.append(["load key", text(own.load * 1000), ""])
        rows.append(["setup, with writing", text(setup * 1000), ""])
        if let peer = try snarkjsSeconds(folder) {
            rows.append(["snarkjs, whole process", text(peer * 1000), ""])
        }
        printTable("", rows)
    }
    try benchmarkVerifier(folder)
}

private func verdict(_ value: Double, _ limit: Double) -> String {
    "≤ \(text(limit)): \(value <= limit ? "met" : "NOT met")"
}

private func percent(_ value: Double) -> String { "\(Int((value * 100).rounded())) %" }

/// Writes key and witness of a circuit that fills 2^power rows; seconds of the setup.
private func writeKey(
    power: Int, _ string: StructuredReferenceString, _ folder: String
) throws -> Double {
    let steps = ((1 << power) - 48) / 2
    var witness = [Fr.one, Fr.zero, Fr(11), Fr(2)]
    var constraints: [RankOneConstraint] = []
    // Wires: 1 the last x, 2 the first, 3 b, then the x between.
    var current = UInt32(2)
    for step in 0..<steps {
        let value = witness[Int(current)].squared() + Fr(2)
        let next = step == steps - 1 ? 1 : UInt32(witness.count)
        if next == 1 { witness[1] = value } else { witness.append(value) }
        let square = LinearCombination([.init(wire: current, coefficient: Fr.one)])
        constraints.append(
            RankOneConstraint(
                a: square, b: square,
                c: LinearCombination([
                    .init(wire: next, coefficient: Fr.one), .init(wire: 3, coefficient: -Fr.one),
                ])))
        current = next
    }
    let counts = R1CSFile.Counts(
        wires: UInt32(witness.count), publicOutputs: 1, publicInputs: 1, privateInputs: 1)
    let circuit = try R1CSFile(
        BytesSource(R1CSFile.write(counts, constraints, to: BytesSink()).bytes))
    let system = try GateSystem(circuit)
    guard system.power == power else { throw BenchmarkFailure("the circuit has another size") }
    let sink = try FileSink(folder + "/witness.wtns")
    try WitnessFile(values: witness).write(to: sink).finish()
    let start = ContinuousClock.now
    let key = try PlonkSetup.writeKey(
        of: system, string, to: FileSink(folder + "/circuit.zkey"), threads: 2)
    try key.sink.finish()
    return (ContinuousClock.now - start).seconds
}

/// What the process that proves reports.
private struct ProverReport: Codable {
    struct Phase: Codable { var name: String, seconds: Double }
    var load: Double
    var total: Double
    var parts: [Phase]
    var megabytes: Double

    var phases: [(String, Double)] { parts.map { ($0.name, $0.seconds) } }
}

private func proveInChild(_ folder: String) throws -> ProverReport {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments = ["plonk-prove", folder]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try JSONDecoder().decode(ProverReport.self, from: bytes)
}

/// Proves until the least time has stood for a while; prints the report.
func provePlonk(_ folder: String) throws {
    ProverMemory.keepLargeVectorsApart()
    let start = ContinuousClock.now
    let key = try ProvingKeyFile(FileSource(folder + "/circuit.zkey"))
    let witness = try WitnessFile(FileSource(folder + "/witness.wtns")).values
    let prover = try CircuitProver(key, threads: 2)
    let load = (ContinuousClock.now - start).seconds
    var best = ProverReport(load: load, total: .infinity, parts: [], megabytes: 0)
    var runs = 0
    let end = ContinuousClock.now + .seconds(6)
    while runs < 3 || ContinuousClock.now < end {
        var marks: [(ProvingPhase, ContinuousClock.Instant)] = []
        let (proof, signals) = try prover.prove(witness: witness) {
            marks.append(($0, ContinuousClock.now))
        }
        runs += 1
        let parts = zip(marks, marks.dropFirst()).map {
            ProverReport.Phase(name: $0.0.rawValue, seconds: ($1.1 - $0.1).seconds)
        }
        let total = parts.reduce(0) { $0 + $1.seconds }
        if total < best.total { (best.total, best.parts) = (total, parts) }
        if runs == 1 {
            try verify(prover.verificationKey, publicSignals: signals, proof: proof)
            try Data(proof.json).write(to: URL(fileURLWithPath: folder + "/proof.json"))
            try Data(PublicSignals.json(signals)).write(
                to: URL(fileURLWithPath: folder + "/public.json"))
            try Data(prover.verificationKey.json).write(
                to: URL(fileURLWithPath: folder + "/verification_key.json"))
        }
    }
    best.megabytes = try peakMegabytes()
    print(String(decoding: try JSONEncoder().encode(best), as: UTF8.self))
}

/// The most memory this process has had, in MB.
func peakMegabytes() throws -> Double {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    guard
        let kilobytes = line.split(whereSeparator: \.isWhitespace).compactMap({ Double($0) }).first
    else {
        throw BenchmarkFailure("the system does not tell the peak of memory")
    }
    return kilobytes * 1024 / 1e6
}

/// Seconds of `snarkjs plonk prove`, where $AIVM_NODE and $AIVM_SNARKJS (its cli.cjs) are given.
private func snarkjsSeconds(_ folder: String) throws -> Double? {
    let environment = ProcessInfo.processInfo.environment
    guard let node = environment["AIVM_NODE"], let bundle = environment["AIVM_SNARKJS"] else {
        return nil
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: node)
    process.arguments =
        [bundle, "plonk", "prove"]
        + ["circuit.zkey", "witness.wtns", "peer_proof.json", "peer_public.json"]
        .map { folder + "/" + $0 }
    process.standardOutput = FileHandle.nullDevice
    let start = ContinuousClock.now
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw BenchmarkFailure("snarkjs failed") }
    return (ContinuousClock.now - start).seconds
}

/// Times the verifier on the last proof that was made.
private func benchmarkVerifier(_ folder: String) throws {
    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
    }
    let key = try VerificationKey(json: bytes("verification_key.json"))
    let proof = try PlonkProof(json: bytes("proof.json"))
    let signals = try PublicSignals.read(json: bytes("public.json"))
    let alone = try leastSeconds {
        try verify(key, publicSignals: signals, proof: proof)
    }
    let batch = [PlonkStatement](
        repeating: PlonkStatement(key: key, publicSignals: signals, proof: proof), count: 64)
    let together = try leastSeconds {
        guard verify(batch: batch).allSatisfy({ $0 == nil }) else {
            throw BenchmarkFailure("a good proof was refused")
        }
    }
    printTable(
        "Verifying, one thread",
        [
            ["", "ms each", "bar"],
            ["alone", text(alone * 1000), verdict(alone * 1000, 2)],
            ["in a batch of 64", text(together / 64 * 1000), verdict(together / 64 * 1000, 0.4)],
            ["gnark 0.16.1, alone", "1.25", ""],
        ])
}
