// What arrives from outside of proofs of inferences: files as `aivm verify` reads them, committed
// models as the chain reads them when they are registered, and proofs of a statement that is true.
// No bytes trap the readers or the verifier, what is read has one form, nothing but what an honest
// prover made is believed, and nothing small takes long: see `-timeout` in Scripts/fuzz.sh.
//
// The first byte says which: `f` a file, `m` a model, and others a proof of the honest statement
// of that number: bytes of a proof if it is even, else changes to the honest proof, which keep
// commitments on the curve and elements in the field, so that the verifier's interior is reached.

import Base
import FuzzSupport
import Models
import Verification
import Wire

private let honest = try? HonestProofs()

private enum Tag {
    static let file = UInt8(ascii: "f")
    static let model = UInt8(ascii: "m")
}

@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?
) -> CInt {
    guard let honest else { preconditionFailure("honest proofs can be made") }
    var seeds: [Bytes] = []
    for (number, proof) in honest.proofs.enumerated() {
        seeds.append([Tag.file] + proof.proven.encoded())
        seeds.append([Tag.model] + proof.proven.model.encoded())
        seeds.append([UInt8(2 * number)] + proof.bytes)
        seeds.append([UInt8(2 * number + 1), 0, 0, 1, 0, 0, 0])
        precondition(proof.isShown(by: proof.proven.proof), "an honest proof is believed")
    }
    FuzzInput.writeSeeds(seeds)
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe FuzzInput.bytes(start, count)
    guard let honest, let tag = bytes.first else { return 0 }
    let rest = Bytes(bytes.dropFirst())
    switch tag {
    case Tag.file: readFile(rest, honest)
    case Tag.model: readModel(rest)
    default:
        let proof = honest.proofs[Int(tag / 2) % honest.proofs.count]
        if tag % 2 == 0 { readProof(rest, proof) } else { change(proof, by: rest) }
    }
    return 0
}

/// As `aivm verify` does.
private func readFile(_ bytes: Bytes, _ honest: HonestProofs) {
    guard let proven = try? ProvenInference(decoding: bytes, rules: .canonical) else { return }
    precondition(proven.encoded() == bytes, "a file has one form")
    do {
        let model = try ProvableModel(proven.model, limits: .default)
        try verify(
            proven.statement, proven.proof, against: model, input: proven.input,
            output: proven.output, context: proven.proof.context)
    } catch {
        precondition(error.code > 0, "a refusal has a code")
        return
    }
    // The same statement may have another proof, of another process of this entry.
    let isTrue = honest.proofs.contains {
        var known = $0.proven
        known.proof.context = proven.proof.context
        known.proof.proof = proven.proof.proof
        return known == proven
    }
    precondition(isTrue, "only what was proved is believed")
}

/// As the chain does, which charges gas for the work that it counts.
private func readModel(_ bytes: Bytes) {
    guard let committed = try? CommittedModel(decoding: bytes, rules: .canonical) else { return }
    precondition(committed.encoded() == bytes, "a model has one form")
    guard let model = try? ProvableModel(committed, limits: .chain) else { return }
    precondition(model.modelID == committed.modelID, "a model has one name")
    precondition(model.verificationWork <= ProvableModel.chainWork, "work is bounded")
}

private func readProof(_ bytes: Bytes, _ honest: HonestProof) {
    guard let proof = try? InferenceProof(decoding: bytes, rules: .canonical) else { return }
    precondition(proof.encoded() == bytes, "a proof has one form")
    if honest.isShown(by: proof) {
        precondition(bytes == honest.bytes, "a statement has one proof from one prover")
    }
}

/// Copies parts of the honest proof over others, three bytes a change: what kind, from where, to
/// where.
private func change(_ honest: HonestProof, by changes: Bytes) {
    var proof = honest.proven.proof
    let original = proof.proof
    for start in stride(from: 0, through: changes.count - 3, by: 3) {
        let (kind, from, to) = (changes[start], Int(changes[start + 1]), Int(changes[start + 2]))
        switch kind % 4 {
        case 0: copy(64, from, to, original, &proof.proof)
        case 1: copy(32, from, to, original, &proof.proof)
        case 2:
            // Infinity, or zero.
            copy(64, 0, to, Bytes(repeating: 0, count: 64), &proof.proof)
        default:
            let place = (from << 8 | to) % max(1, proof.proof.count)
            if place < proof.proof.count { proof.proof[place] ^= kind }
        }
    }
    if honest.isShown(by: proof) {
        precondition(proof.proof == original, "a statement has one proof from one prover")
    }
}

/// Copies a block of `size` bytes, by number, to another place, by number of blocks of 32 bytes.
private func copy(_ size: Int, _ from: Int, _ to: Int, _ source: Bytes, _ target: inout Bytes) {
    guard source.count >= size, target.count >= size else { return }
    let read = from % (source.count / 32) * 32
    let write = to % (target.count / 32) * 32
    guard read + size <= source.count, write + size <= target.count else { return }
    target.replaceSubrange(write..<write + size, with: source[read..<read + size])
}
