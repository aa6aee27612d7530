// aivm plonk setup | prove

import Base
import Circom
import Commitments
import Fields
import Foundation
import Plonk
import PlonkProver
import ProcessMemory
import Wire

extension CommandLineInterface {
    static let setupPlonkCommand = Command(
        name: "setup", summary: "Make a circuit's proving key from its constraints.",
        discussion: """
            The key follows from the circuit and the reference string alone; it is the one that
            snarkjs makes, byte for byte. The string is checked first: that its points are powers
            of one number, by a pairing.
            """,
        arguments: [
            Argument(name: "CIRCUIT.r1cs", help: "The circuit."),
            Argument(
                name: "POWERS.ptau", help: "The reference string; at least 2^rows + 6 powers."),
            Argument(name: "CIRCUIT.zkey", help: "Where to write the key."),
        ],
        options: [threadsOption, .flag("trust-ptau", "Do not check the reference string.")],
        run: setupPlonk)

    static let provePlonkCommand = Command(
        name: "prove", summary: "Prove that a witness satisfies a circuit.",
        arguments: [
            Argument(name: "CIRCUIT.zkey", help: "The circuit's proving key."),
            Argument(name: "WITNESS.wtns", help: "The values of the circuit's wires."),
            Argument(name: "PROOF.json", help: "Where to write the proof."),
            Argument(name: "PUBLIC.json", help: "Where to write the public signals."),
        ],
        options: [
            threadsOption,
            .option(
                "r1cs", "CIRCUIT.r1cs",
                "Check the witness against the constraints first, to name the one that fails."),
        ],
        run: provePlonk)

    static let threadsOption = Option.option(
        "threads", "N", "Threads to use (default: one for each processor).")

    static func threads(_ invocation: Invocation) throws -> Int {
        try invocation.integer("threads", in: 1...256)
            ?? max(1, ProcessInfo.processInfo.activeProcessorCount)
    }

    private static func setupPlonk(_ invocation: Invocation) throws {
        let paths = invocation.arguments
        let threads = try threads(invocation)
        let system = try describing(paths[0]) {
            try GateSystem(try R1CSFile(FileSource(paths[0])))
        }
        let string = try describing(paths[1]) {
            let file = try PowersOfTauFile(FileSource(paths[1]))
            let string = try file.structuredReferenceString(count: (1 << system.power) + 6)
            if !invocation.flag("trust-ptau") { try string.check(threads: threads) }
            return string
        }
        warnIfUnsafe(string.isUnsafe)
        let bar = ProgressBar("setup", invocation)
        let sink = try describing(paths[2]) { try FileSink(paths[2]) }
        let made = try describing(paths[2]) {
            let made = try PlonkSetup.writeKey(of: system, string, to: sink, threads: threads) {
                bar.show(Int($0 * 1000), of: 1000)
            }
            try made.sink.finish()
            return made
        }
        bar.show(1, of: 1)
        let key = made.key
        Output(invocation).show([
            "file": .string(paths[2]), "gates": .number("\(system.gates.count)"),
            "rows": .number("\(1 << key.power)"), "public_signals": .number("\(key.publicCount)"),
            "unsafe": .bool(key.isUnsafe),
        ]) {
            """
            \(paths[2]): \(grouped(system.gates.count)) gates in 2^\(key.power) rows, \
            \(key.publicCount) public signals
            """
        }
    }

    private static func provePlonk(_ invocation: Invocation) throws {
        Allocator.keepLargeVectorsApart()
        let paths = invocation.arguments
        let threads = try threads(invocation)
        let witness = try describing(paths[1]) { try WitnessFile(FileSource(paths[1])) }
        if let path = invocation.option("r1cs") {
            try describing(path) { try R1CSFile(FileSource(path)).check(witness: witness.values) }
        }
        let prover = try describing(paths[0]) {
            try CircuitProver(try ProvingKeyFile(FileSource(paths[0])), threads: threads)
        }
        warnIfUnsafe(prover.verificationKey.isUnsafe)
        let bar = ProgressBar("proving", invocation)
        let phases = ProvingPhase.allCases
        let clock = ContinuousClock()
        let start = clock.now
        let made = try describing(paths[1]) {
            try prover.prove(witness: witness.values) { phase in
                bar.show(phases.firstIndex(of: phase) ?? 0, of: phases.count - 1)
            }
        }
        let seconds = (clock.now - start) / .seconds(1)
        try writeFile(paths[2], made.proof.json)
        try writeFile(paths[3], PublicSignals.json(made.publicSignals))
        Output(invocation).show([
            "proof": .string(paths[2]), "public": .string(paths[3]),
            "public_signals": .array(made.publicSignals.map { .string($0.decimal) }),
            "seconds": .number(String(format: "%.3f", seconds)),
            "unsafe": .bool(prover.verificationKey.isUnsafe),
        ]) {
            """
            \(paths[2]) and \(paths[3]): proved in \(String(format: "%.3f", seconds)) s, \
            \(made.publicSignals.count) public signals
            """
        }
    }
}
