// The files of proofs of inferences, and how their statements read.

import Base
import Circom
import Commitments
import Fields
import Foundation
import Models
import Proving
import Verification
import Wire

/// What the commands about proofs of inferences share.
enum InferenceProofFiles {
    static let model = Argument(
        name: "MODEL.q.aivm", help: "An integer program, as 'aivm model quantize' makes them.")
    static let referenceString = Option.option(
        "srs", "POWERS.ptau", "The reference string; 'aivm srs new 16 FILE' makes an UNSAFE one.")

    /// Most bytes of a proof with its model and tensors.
    static let maximumByteCount = 256 << 20

    /// Most steps of a verification: a minute, about.
    static let maximumWork = 1 << 34

    /// A committed model, ready to verify proofs of it.
    static func provable(_ committed: CommittedModel) throws -> ProvableModel {
        try ProvableModel(committed, limits: .default, maximumWork: maximumWork)
    }

    /// How such files are read.
    static var rules: WireRules {
        var rules = WireRules.canonical
        rules.maximumBytes = maximumByteCount
        return rules
    }

    /// The committed model in a file that 'aivm model commit' wrote.
    static func committedModel(_ path: String) throws -> CommittedModel {
        do {
            return try CommittedModel(
                decoding: try readFile(path, limit: maximumByteCount), rules: rules)
        } catch let error as WireError {
            throw CommandFailure("\(path) is no committed model: \(error)", .malformedData)
        }
    }

    /// The proof in a file that 'aivm prove' wrote.
    static func provenInference(_ path: String) throws -> ProvenInference {
        do {
            return try ProvenInference(
                decoding: try readFile(path, limit: maximumByteCount), rules: rules)
        } catch let error as WireError {
            throw CommandFailure("\(path) is no proof: \(error)", .malformedData)
        }
    }

    /// The prover of the model and string that the invocation names.
    static func prover(_ invocation: Invocation) throws -> InferenceProver {
        let path = invocation.arguments[0]
        let string = try ReferenceStringInput(invocation)
        let model = try readModel(path)
        do {
            return try InferenceProver(
                model, threads: try CommandLineInterface.threads(invocation),
                powers: string.powers, lagrange: string.lagrangePoints)
        } catch let failure as ProvingFailure {
            throw CommandFailure("\(path): \(failure)", .malformedData)
        }
    }

    /// The seed in the file of `--secret`, or of the model's own; `nil` when there is none and
    /// none was asked for.
    static func secret(
        _ invocation: Invocation, _ model: String, making: Bool
    ) throws -> BlindingSeed? {
        if let path = invocation.option("secret"), !making { return try existingSecret(at: path) }
        return try secret(at: invocation.option("secret") ?? model + ".secret", making: making)
    }

    /// The seed in a file that must be there.
    static func existingSecret(at path: String) throws -> BlindingSeed {
        guard let seed = try secret(at: path, making: false) else {
            throw CommandFailure("cannot read \(path)", .noInput)
        }
        return seed
    }

    /// The seed in a file; `nil` when there is none and none was asked for.
    static func secret(at path: String, making: Bool) throws -> BlindingSeed? {
        if FileManager.default.fileExists(atPath: path) {
            let text = String(decoding: try readFile(path, limit: 1 << 10), as: UTF8.self)
            guard let bytes = Bytes(hex: text.trimmingCharacters(in: .whitespacesAndNewlines)),
                let seed = BlindingSeed(bytes)
            else { throw CommandFailure("\(path) is no secret of a commitment", .malformedData) }
            return seed
        }
        guard making else { return nil }
        let seed = BlindingSeed.random()
        let isWritten = FileManager.default.createFile(
            atPath: path, contents: Data((seed.bytes.hex + "\n").utf8),
            attributes: [.posixPermissions: 0o600])
        guard isWritten else { throw CommandFailure("cannot write \(path)", .cannotCreate) }
        return seed
    }

    /// The bytes of `--context`.
    static func context(_ invocation: Invocation) throws -> Bytes {
        guard let text = invocation.option("context") else { return [] }
        guard let bytes = Bytes(hex: text), bytes.count <= InferenceProof.maximumContextBytes else {
            throw UsageError(
                message: "--context takes at most 64 bytes in hexadecimal",
                path: invocation.pathText)
        }
        return bytes
    }
}

/// A statement for people and for programs.
struct ProvenInferenceText {
    private let proven: ProvenInference

    init(_ proven: ProvenInference) { self.proven = proven }

    /// The members of an object about it, with `others`.
    func json(_ others: KeyValuePairs<String, JSONValue>) -> JSONValue {
        let statement = proven.statement
        let members: KeyValuePairs<String, JSONValue> = [
            "model_id": .string(statement.modelID.hex),
            "arithmetic_version": .number("\(statement.arithmeticVersion)"),
            "input": side(proven.proof.input, statement.inputCommitment, proven.input),
            "output": side(proven.proof.output, statement.outputCommitment, proven.output),
            "hides": .bool(proven.proof.hides), "context": .string(proven.proof.context.hex),
            "reference_string": .string("\(proven.model.srsID)"),
            "unsafe": .bool(proven.model.isUnsafe),
        ]
        return .object((Array(others) + Array(members)).map { JSONMember($0.key, $0.value) })
    }

    private func side(
        _ disclosure: TensorDisclosure, _ commitment: Bytes, _ tensors: TensorSet?
    ) -> JSONValue {
        var members = [JSONMember("disclosure", .string("\(disclosure)"))]
        if disclosure != .secret {
            members.append(JSONMember("commitment", .string(commitment.hex)))
        }
        if let tensors {
            let lines = tensors.tensors.map { JSONValue.string(ProvenInferenceText.line($0)) }
            members.append(JSONMember("tensors", .array(lines)))
        }
        return .object(members)
    }

    /// The statement in lines.
    var text: String {
        let statement = proven.statement
        var rows = [
            ["  model", statement.modelID.hex + " (weights committed)"],
            ["  input", line(proven.proof.input, statement.inputCommitment, proven.input)],
            ["  output", line(proven.proof.output, statement.outputCommitment, proven.output)],
            ["  tells", proven.proof.hides ? "nothing else" : "more than this: it hides nothing"],
            ["  arithmetic", "version \(statement.arithmeticVersion)"],
            ["  reference string", "\(proven.model.srsID)"],
        ]
        if !proven.proof.context.isEmpty { rows.append(["  context", proven.proof.context.hex]) }
        return table(rows)
    }

    private func line(
        _ disclosure: TensorDisclosure, _ commitment: Bytes, _ tensors: TensorSet?
    ) -> String {
        switch disclosure {
        case .open: (tensors?.tensors ?? []).map(ProvenInferenceText.line).joined(separator: "; ")
        case .committed: "committed: \(commitment.hex)"
        case .secret: "secret"
        }
    }

    /// A tensor in a line.
    static func line(_ entry: TensorEntry) -> String {
        guard let named = try? TensorSet([entry]).namedTensors().first else {
            return printable(entry.name)
        }
        return "\(printable(named.name)): \(CommandLineInterface.text(of: named.tensor))"
    }
}

/// The reference string of `--srs`.
struct ReferenceStringInput {
    let path: String
    private let file: PowersOfTauFile

    init(_ invocation: Invocation) throws {
        guard let path = invocation.option("srs") else {
            throw UsageError(
                message: "missing option --srs; 'aivm srs new 16 powers.ptau' makes a reference "
                    + "string for development", path: invocation.pathText)
        }
        self.path = path
        file = try describing(path) { try PowersOfTauFile(FileSource(path)) }
    }

    /// The string of the first `count` powers.
    func powers(count: Int) throws -> StructuredReferenceString {
        try describing(path) { try file.structuredReferenceString(count: count) }
    }

    /// The Lagrange points of 2^bits roots of unity; where there are none, says that it will take
    /// a while.
    func lagrangePoints(bits: Int) throws -> [G1Affine]? {
        let points = try describing(path) { try file.lagrangePoints(log2Size: bits) }
        if points == nil {
            Terminal.note(
                "note: \(path) has no Lagrange points, which are computed now; a string prepared "
                    + "for phase 2 has them")
        }
        return points
    }
}
