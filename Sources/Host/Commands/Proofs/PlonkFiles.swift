// The files of Circom tools, as commands read and write them.

import Base
import Circom
import Commitments
import Fields
import Plonk
import PlonkProver

/// What is printed wherever something made from a string for development shows.
let unsafeStringWarning =
    "warning: UNSAFE: made from a reference string for development; whoever made that can forge "
    + "proofs"

/// Says so when `isUnsafe`.
func warnIfUnsafe(_ isUnsafe: Bool) {
    if isUnsafe { Terminal.note(unsafeStringWarning) }
}

/// Runs `body`, whose errors are about the file at `path`.
func describing<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as CircomError {
        throw CommandFailure("\(path): \(error)", error.exitCode)
    } catch ProvingError.file(let error) {
        throw CommandFailure("\(path): \(error)", error.exitCode)
    } catch let error as ProvingError {
        throw CommandFailure("\(path): \(error)", .malformedData)
    } catch let error as CommitmentError {
        throw CommandFailure("\(path): \(error)", .malformedData)
    } catch let error as PlonkError {
        throw CommandFailure("\(path): \(error)", .malformedData)
    }
}

/// Most bytes of a JSON file of a proof, a key or public signals.
private let jsonLimit = 64 << 20

/// Reads a verification_key.json.
func readVerificationKey(_ path: String) throws -> VerificationKey {
    let bytes = try readFile(path, limit: jsonLimit)
    return try describing(path) { try VerificationKey(json: bytes) }
}

/// Reads a public.json.
func readPublicSignals(_ path: String) throws -> [Fr] {
    let bytes = try readFile(path, limit: jsonLimit)
    return try describing(path) { try PublicSignals.read(json: bytes) }
}

/// Reads a proof.json.
func readPlonkProof(_ path: String) throws -> PlonkProof {
    let bytes = try readFile(path, limit: jsonLimit)
    return try describing(path) { try PlonkProof(json: bytes) }
}

/// The verification key in a .zkey, or in a verification_key.json.
func readAnyVerificationKey(_ path: String) throws -> VerificationKey {
    guard path.hasSuffix(".json") else {
        return try describing(path) { try ProvingKeyFile(FileSource(path)).verificationKey }
    }
    return try readVerificationKey(path)
}

extension CircomError {
    /// The exit code of a command that ends with it.
    var exitCode: ExitCode {
        if case .unreadable = self { return .noInput }
        return .malformedData
    }
}
