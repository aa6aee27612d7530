// Time of the native profile beside the one of snarkjs, on the same circuits: a chain of Poseidon
// hashes and many range checks of 64 bits. Both provers run on two threads with the same kernels;
// what differs is how many rows a circuit takes and what a row costs.

import Circom
import Circuits
import Commitments
import Fields
import Foundation
import Plonk
import PlonkProver
import Plonkish
import PlonkishProver

func benchmarkNative() throws {
    let largest = Int(ProcessInfo.processInfo.environment["AIVM_BENCH_POWER"] ?? "") ?? 16
    let string = StructuredReferenceString.forDevelopment(
        tau: Fr(0xA1_F3_57), count: 1 << largest + 6)
    var rows = [
        [
            "circuit", "native rows", "setup ms", "prove ms", "verify ms", "proof B",
            "snarkjs rows", "prove ms", "ratio",
        ]
    ]
    for hashes in [48, 96, 390, 1590] {
        rows.append(
            try compared("\(hashes) hashes", string) { builder in
                var state = builder.privateInput("seed")
                for _ in 0..<hashes { state = builder.hash([state, state], by: .ofTwo) }
                builder.publish(state, "last")
            })
    }
    for checks in [250, 1000, 4000, 16000] {
        rows.append(
            try compared("\(checks) ranges", string) { builder in
                let seed = builder.privateInput("seed")
                for index in 0..<checks {
                    builder.assertRange(
                        seed + LinearCombination(constant: Fr(UInt64(index))), bits: 64)
                }
                builder.publish(seed, "seed again")
            })
    }
    printTable("The native profile beside snarkjs's, 2 threads, \(KernelVariant.fastest)", rows)
}

/// A row of the table: the circuit of `body` in both profiles.
private func compared(
    _ name: String, _ string: StructuredReferenceString,
    _ body: (inout CircuitBuilder) -> Void
) throws -> [String] {
    let inputs = [Fr(77)]
    var builder = CircuitBuilder(profile: .native)
    body(&builder)
    let circuit = try builder.finish()
    let native = try circuit.nativeCircuit()
    guard NativeProvingKey.powersNeeded(native.table.shape) <= string.powers.count else {
        return [name] + [String](repeating: "too large", count: 8)
    }
    let start = ContinuousClock.now
    let key = try NativeProvingKey(table: native.table, reference: string, threads: 2)
    let setup = (ContinuousClock.now - start).seconds
    let witness = try circuit.solve(inputs)
    let (advice, signals) = (native.advice(witness), circuit.publicSignals(witness))
    let proof = try key.prove(advice: advice, publicSignals: signals, threads: 2).proof
    let prove = try leastSeconds(rounds: 5) {
        _ = try key.prove(advice: advice, publicSignals: signals, threads: 2)
    }
    let verify = try leastSeconds { try key.key.verify(proof, publicSignals: signals) }
    let row = [
        name, "\(native.usedRows) of 2^\(native.table.shape.log2Rows)", text(setup * 1000),
        text(prove * 1000), text(verify * 1000), "\(proof.bytes.count)",
    ]
    guard let peer = try snarkjsProfile(string, inputs, body) else {
        return row + ["too large", "", ""]
    }
    return row + [
        "\(peer.gates) of 2^\(peer.power)", text(peer.seconds * 1000), text(peer.seconds / prove),
    ]
}

/// Gates, log2 of the rows and seconds of a proof in snarkjs's profile; `nil` when the string is
/// too short.
private func snarkjsProfile(
    _ string: StructuredReferenceString, _ inputs: [Fr], _ body: (inout CircuitBuilder) -> Void
) throws -> (gates: Int, power: Int, seconds: Double)? {
    var builder = CircuitBuilder()
    body(&builder)
    let circuit = try builder.finish()
    let system = try circuit.rankOneSystem()
    let counts = R1CSFile.Counts(
        wires: system.wireCount, publicOutputs: system.publicOutputCount,
        publicInputs: system.publicInputCount, privateInputs: system.privateInputCount)
    let file = try R1CSFile(
        BytesSource(R1CSFile.write(counts, system.constraints, to: BytesSink()).bytes))
    let gates = try GateSystem(file)
    guard 1 << gates.power + 6 <= string.powers.count else { return nil }
    let key = try PlonkSetup.writeKey(of: gates, string, to: BytesSink(), threads: 2)
    let prover = try CircuitProver(
        ProvingKeyFile(BytesSource(key.sink.bytes)), threads: 2)
    let witness = system.witness(try circuit.solve(inputs))
    let seconds = try leastSeconds(rounds: 3) { _ = try prover.prove(witness: witness) }
    return (gates.gates.count, gates.power, seconds)
}
