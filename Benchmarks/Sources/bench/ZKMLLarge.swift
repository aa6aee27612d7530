// Proofs of whole networks of the size that people use, with random weights: what
// `make bench-machine` makes for timing the machine. ResNet-18 takes minutes and 14 GB.

import Fields
import Foundation
import ProcessMemory
import Sumcheck
import SumcheckProver

func benchmarkLargeZKML(_ root: String) throws {
    Allocator.keepFreedPages()
    let folder = root + "/.build/bench-models"
    let filter = ProcessInfo.processInfo.environment["AIVM_BENCH_ONLY"] ?? ""
    var rows = [
        [
            "model", "parameters", "places", "trace s", "prove s", "verify ms", "steps", "proof KB",
        ]
    ]
    for name in ["lenet_b1", "mlp_b64", "resnet18"] where filter.isEmpty || name.contains(filter) {
        let stem = "\(folder)/\(name)"
        guard FileManager.default.fileExists(atPath: stem + ".onnx") else {
            print("\(name) skipped: \(stem).onnx is absent; make bench-machine makes it")
            continue
        }
        rows.append(try proveOnce(name, ZKMLModel.imported(stem, sample: stem + ".npz")))
        print(rows[rows.count - 1].joined(separator: "  "))
    }
    printTable(
        "Large models, zero knowledge, 2 threads, \(KernelVariant.fastest) kernels; peak "
            + "\(text(try peakMegabytes())) MB", rows)
}

private func proveOnce(_ name: String, _ model: ZKMLModel) throws -> [String] {
    let system = try model.builder.system()
    let key = try RowKey.forDevelopment(tau: Fr(0xA1_F3_57), rowBits: system.layout.rowBits)
    let start = ContinuousClock.now
    let witness = try model.witness(system)
    let traced = ContinuousClock.now
    let weights = key.commit(.weights, of: witness, threads: 2, random: SystemElements.next)
    let committed = ContinuousClock.now
    let request = ProofRequest<KZGRows>(
        context: [], weights: weights, input: .secret, output: .open, hiding: true)
    let made = try key.prove(witness, request, threads: 2, random: SystemElements.next)
    let proved = ContinuousClock.now
    let verify = try leastSeconds(rounds: 3, perRound: 0.05) {
        try key.scheme.verify(made.proof, of: made.statement, system: system)
    }
    let parameters = system.tensors.filter { $0.tensorClass == .weights }.reduce(0) {
        $0 + $1.count
    }
    return [
        name, "\(parameters)", "2^\(system.layout.bits)", text((traced - start).seconds),
        text((proved - committed).seconds), text(verify * 1e3), "\(system.verificationWork)",
        text(Double(made.proof.encoded.count) / 1024),
    ]
}
