// aivm plonk: verify | export-vk | export-verifier; setup and prove are in a file of their own.
// Arguments stand in snarkjs's order, and files are its files: either tool takes over at any step.

import Base
import Circom
import Contracts
import Fields
import Plonk
import Wire

extension CommandLineInterface {
    static let plonkCommand = Command(
        name: "plonk", summary: "Prove and verify Circom circuits with PLONK.",
        discussion: """
            PLONK over BN254 with the files of Circom tools. Arguments stand in the order of
            snarkjs, whose version 0.7.6 reads and writes the same files.

                aivm plonk setup circuit.r1cs powers.ptau circuit.zkey
                aivm plonk export-vk circuit.zkey verification_key.json
                aivm plonk prove circuit.zkey witness.wtns proof.json public.json
                aivm plonk verify verification_key.json public.json proof.json
            """,
        children: [
            setupPlonkCommand, provePlonkCommand, verifyPlonkCommand, exportKeyCommand,
            exportVerifierCommand,
        ])

    private static let verifyPlonkCommand = Command(
        name: "verify", summary: "Check a proof; the exit code is 0 only when it holds.",
        arguments: [
            Argument(name: "VERIFICATION_KEY.json", help: "The circuit's verification key."),
            Argument(name: "PUBLIC.json", help: "The public signals."),
            Argument(name: "PROOF.json", help: "The proof."),
        ],
        run: verifyPlonk)

    private static func verifyPlonk(_ invocation: Invocation) throws {
        let paths = invocation.arguments
        let key = try readVerificationKey(paths[0])
        let signals = try readPublicSignals(paths[1])
        let proof = try readPlonkProof(paths[2])
        warnIfUnsafe(key.isUnsafe)
        do { try verify(key, publicSignals: signals, proof: proof) } catch {
            throw CommandFailure("the proof is refused (\(error.code)): \(error)", .refused)
        }
        Output(invocation).show([
            "valid": .bool(true), "public_signals": .array(signals.map { .string($0.decimal) }),
            "unsafe": .bool(key.isUnsafe),
        ]) { "valid: the proof holds for \(signals.count) public signals" }
    }

    private static let exportKeyCommand = Command(
        name: "export-vk", summary: "Write the verification key of a .zkey.",
        arguments: [
            Argument(name: "CIRCUIT.zkey", help: "The circuit's proving key."),
            Argument(name: "VERIFICATION_KEY.json", help: "Where to write."),
        ],
        run: { invocation in
            let paths = invocation.arguments
            let key = try describing(paths[0]) {
                try ProvingKeyFile(FileSource(paths[0])).verificationKey
            }
            warnIfUnsafe(key.isUnsafe)
            try writeFile(paths[1], key.json)
            Output(invocation).show([
                "file": .string(paths[1]), "public_signals": .number("\(key.publicCount)"),
                "rows": .number("\(1 << key.power)"), "unsafe": .bool(key.isUnsafe),
            ]) { "\(paths[1]): 2^\(key.power) rows, \(key.publicCount) public signals" }
        })

    private static let exportVerifierCommand = Command(
        name: "export-verifier", summary: "Write a contract that verifies a circuit's proofs.",
        discussion: """
            The contract runs on any EVM network. Its function verifyProof takes the 24 words of a
            proof and the public signals, as snarkjs's verifier does, and costs about 272,000 gas
            for one public signal and 900 for each further one. Compile it with Vyper 0.4.
            """,
        arguments: [
            Argument(name: "KEY", help: "A .zkey or a verification_key.json."),
            Argument(name: "VERIFIER.vy", help: "Where to write."),
        ],
        options: [.option("language", "NAME", "Only vyper.", fallback: "vyper")],
        run: { invocation in
            let paths = invocation.arguments
            let language = try invocation.required("language")
            guard language == "vyper" else {
                throw UsageError(
                    message: "--language must be vyper, not '\(language)'",
                    path: invocation.pathText)
            }
            let key = try readAnyVerificationKey(paths[0])
            let contract = try describing(paths[0]) { try VyperVerifier(key) }
            warnIfUnsafe(key.isUnsafe)
            try writeFile(paths[1], Bytes(contract.source.utf8))
            Output(invocation).show([
                "file": .string(paths[1]), "function": .string(contract.functionSignature),
                "unsafe": .bool(key.isUnsafe),
            ]) { "\(paths[1]): \(contract.functionSignature)" }
        })
}
