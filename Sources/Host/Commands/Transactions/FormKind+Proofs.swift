// Fields that are filled from the files of Circom tools.

import AIModule
import Base
import Client
import Fields
import Foundation
import Importers
import Plonk
import Verification
import Wire

extension FormKind {
    /// A verification key: verification_key.json, or the one in a .zkey.
    static let verificationKey = FormKind(name: "verification key") { path, _ in
        let key = try readAnyVerificationKey(path)
        warnIfUnsafe(key.isUnsafe)
        return .string(key.bytes.base64)
    }

    /// The name of a verification key: its id, or a file that holds it.
    static let verificationKeyID = FormKind(name: "verification key or its id") { text, reader in
        if let id = try hash.read(text, reader) { return id }
        let key = try readAnyVerificationKey(text)
        return .string(CircuitKey.id(of: key.bytes).bytes.base64)
    }

    /// public.json.
    static let publicSignals = FormKind(name: "list of public signals") { path, _ in
        .array(try readPublicSignals(path).map { .string($0.canonicalBigEndian.base64) })
    }

    /// proof.json.
    static let plonkProof = FormKind(name: "proof") { path, _ in
        .string(try readPlonkProof(path).bytes.base64)
    }

    /// A hash: 64 hexadecimal digits, or base64 as answers have it.
    static let hash = FormKind(name: "hash of 64 hexadecimal digits") { text, _ in
        guard let bytes = Bytes(hex: text) ?? Bytes(base64: text), bytes.count == 32 else {
            return nil
        }
        return .string(bytes.base64)
    }

    /// A committed model, as 'aivm model commit' writes them.
    static let committedModel = FormKind(name: "committed model") { path, _ in
        let model = try InferenceProofFiles.committedModel(path)
        warnIfUnsafe(model.isUnsafe)
        return try model.json()
    }

    /// Output and proof of what 'aivm prove' wrote.
    static let result = FormKind(name: "proof of an answer") { path, _ in
        let proven = try InferenceProofFiles.provenInference(path)
        guard let output = proven.output else {
            throw CommandFailure("\(path) does not tell the output", .malformedData)
        }
        return .object(["output": try output.json(), "proof": try proven.proof.json()])
    }

    /// OWNER/NAME, OWNER/NAME/VERSION or a ModelID.
    static let model = FormKind(name: "OWNER/NAME, OWNER/NAME/VERSION or ModelID") { text, reader in
        let session = try ChainSession(reader.invocation)
        return try CommandLineInterface.modelReference(text, session).json()
    }

    /// A file with a sample for the model that the first argument names; the node says what inputs
    /// that has. Or the commitment to one, which becomes a text.
    static let modelInput = FormKind(name: "input") { path, reader in
        if path.count == 64, let commitment = try hash.read(path, reader) { return commitment }
        let invocation = reader.invocation
        let session = try ChainSession(invocation)
        var request = QueryModelRequest()
        request.model = try CommandLineInterface.modelReference(
            invocation.arguments[0], session)
        let answer: QueryModelResponse = try session.node.ask("/aivm.ai.v1.Query/Model", request)
        let row = try invocation.integer("row", in: 0...Int.max) ?? 0
        let inputs = try InputReader.inputs(
            for: try answer.model.inputs.map { try $0.port() }, from: try readFile(path), row: row)
        return try TensorSet(inputs).json()
    }

    /// A moment in UTC, or how long from now.
    static let moment = FormKind(
        name: "time such as 2027-01-31T00:00:00Z, or +90m, +2h, +3d from now"
    ) { text, reader in
        guard text.hasPrefix("+") else { return try time.read(text, reader) }
        let units: [Character: Int64] = ["m": 60, "h": 3600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }),
            let count = UInt32(text.dropFirst().dropLast())
        else { return nil }
        let now = Int64(Date().timeIntervalSince1970)
        return .string(Timestamp(seconds: now + Int64(count) * unit).text)
    }
}
