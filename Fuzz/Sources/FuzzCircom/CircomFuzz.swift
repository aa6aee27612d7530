// The readers of Circom's files: no bytes trap them, and what they read is written as it was. Keys
// and powers of tau are read whole, since their content is checked when it is asked for.

import Base
import Circom
import Circuits
import Commitments
import Fields
import FuzzSupport
import Plonk
import PlonkProver

@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?
) -> CInt {
    FuzzInput.writeSeeds((try? seeds()) ?? [])
    return 0
}

/// x · x = y with everything that is made of it.
private func seeds() throws -> [Bytes] {
    let x = LinearCombination(wire: 2)
    let constraint = RankOneConstraint(a: x, b: x, c: LinearCombination(wire: 1))
    let counts = R1CSFile.Counts(
        wires: 3, publicOutputs: 1, publicInputs: 0, privateInputs: 1)
    let circuit = try R1CSFile.write(counts, [constraint], to: BytesSink()).bytes
    let witness = [Fr.one, Fr(49), Fr(7)]
    let powers = try PowersOfTauFile.writeForDevelopment(
        power: 3, DevelopmentSecrets(tau: Fr(5), alpha: Fr(6), beta: Fr(7)), to: BytesSink(),
        threads: 1
    ).bytes
    let string = try PowersOfTauFile(BytesSource(powers)).structuredReferenceString(count: 14)
    let made = try PlonkSetup.writeKey(
        of: GateSystem(R1CSFile(BytesSource(circuit))), string, to: BytesSink(), threads: 1)
    let key = made.sink.bytes
    let proof = try CircuitProver(ProvingKeyFile(BytesSource(key)), threads: 1)
        .prove(witness: witness)
    return [
        circuit, try WitnessFile(values: witness).write(to: BytesSink()).bytes, powers, key,
        made.key.json, proof.proof.json, PublicSignals.json(proof.publicSignals),
    ]
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe FuzzInput.bytes(start, count)
    let source = BytesSource(bytes)
    switch bytes.first {
    case UInt8(ascii: "r"): readCircuit(source)
    case UInt8(ascii: "w"): readWitness(source)
    case UInt8(ascii: "p"): readPowers(source)
    case UInt8(ascii: "z"): readKey(source)
    default: readTexts(bytes)
    }
    return 0
}

private func readCircuit(_ source: BytesSource) {
    guard let file = try? R1CSFile(source), let constraints = try? file.constraints(),
        (try? file.labels()) != nil
    else { return }
    let counts = R1CSFile.Counts(
        wires: file.wireCount, publicOutputs: file.publicOutputCount,
        publicInputs: file.publicInputCount, privateInputs: file.privateInputCount)
    let again = (try? R1CSFile.write(counts, constraints, to: BytesSink()))
        .flatMap { try? R1CSFile(BytesSource($0.bytes)).constraints() }
    precondition(again == constraints, "what was written is read as what it was")
    _ = try? GateSystem(file)
}

private func readWitness(_ source: BytesSource) {
    guard let file = try? WitnessFile(source) else { return }
    let again = (try? file.write(to: BytesSink()))
        .flatMap { try? WitnessFile(BytesSource($0.bytes)) }
    precondition(again == file, "what was written is read as what it was")
}

private func readPowers(_ source: BytesSource) {
    guard let file = try? PowersOfTauFile(source) else { return }
    _ = try? file.structuredReferenceString(count: min(file.powerCount, 16))
    _ = try? file.contributions()
}

private func readKey(_ source: BytesSource) {
    guard let file = try? ProvingKeyFile(source),
        let prover = try? CircuitProver(file, threads: 1)
    else { return }
    _ = try? prover.prove(witness: [Fr.one, Fr(49), Fr(7)])
}

private func readTexts(_ bytes: Bytes) {
    if let key = try? VerificationKey(json: bytes) {
        precondition((try? VerificationKey(json: key.json)) == key, "a key is what it was")
        precondition((try? VerificationKey(bytes: key.bytes)) == key, "a key is what it was")
    }
    if let proof = try? PlonkProof(json: bytes) {
        precondition((try? PlonkProof(json: proof.json)) == proof, "a proof is what it was")
        precondition((try? PlonkProof(bytes: proof.bytes)) == proof, "a proof is what it was")
    }
    if let signals = try? PublicSignals.read(json: bytes) {
        let again = try? PublicSignals.read(json: PublicSignals.json(signals))
        precondition(again == signals, "signals are what they were")
    }
    if let key = try? VerificationKey(bytes: bytes) {
        precondition(key.bytes == bytes, "a key has one form")
    }
    if let proof = try? PlonkProof(bytes: bytes) {
        precondition(proof.bytes == bytes, "a proof has one form")
    }
}
