// Circuits with keys and proofs made by snarkjs, for the tests of everything around PLONK. Our own
// are committed; those from other projects lie with the fixtures.

public import Base
import Foundation

/// A circuit, a witness, and what snarkjs 0.7.6 made of them. JSON files are their exact bytes.
public struct PlonkCase: Sendable, CustomStringConvertible {
    /// The name of the circuit.
    public let name: String
    /// The circuit, a `.r1cs` file.
    public let circuit: Bytes
    /// The witness, a `.wtns` file.
    public let witness: Bytes
    /// The SHA-256 of the key, a `.zkey` file, in hexadecimal.
    public let keyHash: String
    /// verification_key.json.
    public let verificationKey: Bytes
    /// proof.json with random blinding.
    public let proof: Bytes
    /// public.json.
    public let publicSignals: Bytes
    /// proof.json with the blinding 1, 2, …, 11.
    public let plainProof: Bytes
    /// What snarkjs prints while it makes that proof and verifies it.
    public let trace: String
    /// The words of the call of an EVM verifier with `proof`, in JSON.
    public let callData: String
    /// The powers of tau, a `.ptau` file.
    public let powersOfTau: Bytes

    public var description: String { name }

    /// The circuits that are always there.
    public static let committed: [PlonkCase] = ["branches3", "dense4"].compactMap(committed)

    /// The circuits that are there: those committed, and those of the fixtures if they are found.
    public static let all: [PlonkCase] =
        committed + ["mul1", "pow5", "chain1000"].compactMap(fixture)

    /// The committed file `name` of the folder of PLONK vectors.
    public static func file(_ name: String) throws -> Bytes { try Vectors.bytes("plonk/\(name)") }

    private struct Texts: Decodable {
        var zkey_sha256: String
        var verification_key: String
        var proof: String
        var `public`: String
        var proof_b1to11: String
        var trace_b1to11: String
        var calldata: String
        var ptau: String
    }

    private static func committed(_ name: String) -> PlonkCase? {
        guard let texts = try? Vectors.decode(Texts.self, from: "plonk/\(name).json"),
            let circuit = try? file("\(name).r1cs"), let witness = try? file("\(name).wtns"),
            let powers = try? file(texts.ptau)
        else { return nil }
        return PlonkCase(
            name: name, circuit: circuit, witness: witness, keyHash: texts.zkey_sha256,
            verificationKey: Bytes(texts.verification_key.utf8), proof: Bytes(texts.proof.utf8),
            publicSignals: Bytes(texts.public.utf8), plainProof: Bytes(texts.proof_b1to11.utf8),
            trace: texts.trace_b1to11, callData: texts.calldata, powersOfTau: powers)
    }

    private struct Expected: Decodable { var ptau: String }

    private static func fixture(_ name: String) -> PlonkCase? {
        let folder = "fixtures/plonk/generated/\(name)"
        guard Fixtures.require(folder),
            let expected = try? Fixtures.bytes("\(folder)/expected.json"),
            let ptau = try? JSONDecoder().decode(Expected.self, from: Data(expected)).ptau
        else { return nil }
        func bytes(_ file: String) -> Bytes? { try? Fixtures.bytes("\(folder)/\(file)") }
        func text(_ file: String) -> String? {
            bytes(file).map { String(decoding: $0, as: UTF8.self) }
        }
        guard let circuit = bytes("circuit.r1cs"), let witness = bytes("witness.wtns"),
            let hash = text("circuit.zkey.sha256"), let key = bytes("verification_key.json"),
            let proof = bytes("proof.json"), let signals = bytes("public.json"),
            let plain = bytes("proof_b1to11.json"), let trace = text("trace_b1to11.txt"),
            let call = text("calldata.txt"),
            let powers = try? Fixtures.bytes("fixtures/plonk/ptau/\(ptau)")
        else { return nil }
        return PlonkCase(
            name: name, circuit: circuit, witness: witness,
            keyHash: String(hash.prefix(64)), verificationKey: key, proof: proof,
            publicSignals: signals, plainProof: plain, trace: trace, callData: call,
            powersOfTau: powers)
    }
}
