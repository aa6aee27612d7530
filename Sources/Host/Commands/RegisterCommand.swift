// aivm model register: put a model on a chain, in as many transactions as it takes; an upload that
// was cut off goes on where it stopped.

import AIModule
import Base
import Client
import Cryptography
import Ledger
import Models
import Verification
import Wire

extension CommandLineInterface {
    static let registerCommand = Command(
        name: "register", summary: "Register a model on a chain.",
        discussion: """
            Weights go on chain in chunks of 1 MiB. If the upload is interrupted, run the same
            command again: it sends only what is missing.
            """,
        arguments: [Argument(name: "FILE.aivm", help: "The model.")],
        options: ChainSession.signingOptions + [
            .option("name", "NAME", "Name of the model on the chain."),
            .option("price", "COIN", "Price of an inference (default: free)."),
            .option("licence", "TEXT", "Licence text, or a reference to one."),
            .option("description", "TEXT", "What the model does."),
        ],
        run: register)

    private static func register(_ invocation: Invocation) throws {
        let model = try readModel(invocation.arguments[0])
        let name = try invocation.required("name")
        guard ModelReference.isValid(name: name) else {
            throw UsageError(
                message: "'\(name)' is no model name: 1 to 64 of a-z, 0-9, '.', '_' and '-'",
                path: invocation.pathText)
        }
        let session = try ChainSession(invocation)
        let owner = try session.sender().bech32(prefix: "aivm")
        var signer = try session.signer()
        var version: UInt64 = 0
        var record: TransactionRecord?
        if let open = try unfinishedUpload(of: model, owner, name, session) {
            Terminal.note("continuing the upload of \(name) version \(open)")
            version = open
        } else {
            var message = MsgRegisterModel(
                owner: owner, name: name, program: model.programBytes, weights: model.weights,
                price: try price(invocation))
            message.licence = invocation.option("licence") ?? ""
            message.description = invocation.option("description") ?? ""
            message.modelID = model.modelID.bytes
            let sent = try session.send([message], &signer)
            version = try response(MsgRegisterModelResponse.self, of: sent).version
            record = sent
        }
        record =
            try upload(model, owner, name, version, session, &signer, invocation) ?? record
        guard let record else {
            throw CommandFailure("\(name) version \(version) is complete already", .refused)
        }
        Output(invocation).show([
            "owner": .string(owner), "name": .string(name), "version": .string(String(version)),
            "model_id": .string(model.modelID.hex),
            "txhash": .string(record.hash.bytes.upperHex),
            "height": .string(String(record.height)),
        ]) {
            "registered \(owner)/\(name)/\(version)\nModelID \(model.modelID.hex)\n"
                + "block \(record.height)"
        }
    }

    private static func price(_ invocation: Invocation) throws -> [Coin] {
        guard let text = invocation.option("price") else { return [] }
        guard let coin = Coin(text: text) else {
            throw UsageError(
                message: "--price takes an amount such as 25000ucgpt, not '\(text)'",
                path: invocation.pathText)
        }
        return [coin]
    }

    /// The newest version called `name` when it is this model and waits for chunks.
    private static func unfinishedUpload(
        of model: Model, _ owner: String, _ name: String, _ session: ChainSession
    ) throws -> UInt64? {
        var request = QueryModelsRequest()
        request.owner = owner
        request.name = name
        let answer: QueryModelsResponse = try session.node.ask(
            "/aivm.ai.v1.Query/Models", request)
        return answer.models.first {
            $0.status == .uploading && $0.programHash == model.programHash.bytes
                && $0.weightsRoot == model.weightsRoot.bytes
        }?.version
    }

    /// Uploads what is missing; the last transaction, or `nil` when nothing was.
    private static func upload(
        _ model: Model, _ owner: String, _ name: String, _ version: UInt64,
        _ session: ChainSession, _ signer: inout ChainSession.Signer, _ invocation: Invocation
    ) throws -> TransactionRecord? {
        var request = QueryMissingChunksRequest()
        request.model = ModelReference(owner: owner, name: name, version: version)
        let missing: QueryMissingChunksResponse = try session.node.ask(
            "/aivm.ai.v1.Query/MissingChunks", request)
        let chunks = model.weightChunks
        let bar = ProgressBar("uploading", invocation)
        var last: TransactionRecord?
        for (done, index) in missing.indices.enumerated() {
            guard Int(index) < chunks.count else { break }
            var message = MsgUploadChunk()
            message.owner = owner
            message.name = name
            message.version = version
            message.index = index
            message.data = chunks[Int(index)]
            last = try session.send([message], &signer)
            bar.show(done + 1, of: missing.indices.count)
        }
        return last
    }
}
