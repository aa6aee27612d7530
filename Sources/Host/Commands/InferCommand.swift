// aivm infer: pay for an inference on a chain and keep its receipt.

import AIModule
import Base
import Client
import Cryptography
import Foundation
import Importers
import Ledger
import Models
import Tensors
import Verification
import Wire

extension CommandLineInterface {
    static let inferCommand = Command(
        name: "infer", summary: "Pay for an inference and get its answer and receipt.",
        discussion: """
            MODEL is OWNER/NAME, OWNER/NAME/VERSION, a ModelID, or the NAME of a model of the
            signing key's own. OWNER may be a key's name.
            """,
        arguments: [Argument(name: "MODEL", help: "The model on the chain.")],
        options: ChainSession.signingOptions + [
            .option("input", "FILE", "Inputs: .json, .npy or .npz.", short: "i"),
            .option("row", "N", "Which sample of an .npz or .npy, from 0.", fallback: "0"),
            .option("max-price", "COIN", "Refuse to pay more (default: the model's price now)."),
            .option("receipt", "FILE", "Write the receipt here.", short: "r"),
            .flag("draw", "Draw inputs that are pictures in the terminal."),
        ],
        run: infer)

    private static func infer(_ invocation: Invocation) throws {
        let session = try ChainSession(invocation)
        let reference = try modelReference(invocation.arguments[0], session)
        var request = QueryModelRequest()
        request.model = reference
        let answer: QueryModelResponse = try session.node.ask("/aivm.ai.v1.Query/Model", request)
        let record = answer.model
        let ports = try record.inputs.map { try $0.port() }
        let row = try invocation.integer("row", in: 0...Int.max) ?? 0
        let bytes = try readFile(try invocation.required("input"))
        let inputs = try InputReader.inputs(for: ports, from: bytes, row: row)
        if invocation.flag("draw"), !invocation.flag("json") {
            inputs.compactMap { drawing(of: $0.tensor) }.forEach(Terminal.print)
        }
        var price = record.price
        if let text = invocation.option("max-price") {
            guard let coin = Coin(text: text) else {
                throw UsageError(
                    message: "--max-price takes an amount such as 25000ucgpt",
                    path: invocation.pathText)
            }
            price = [coin]
        }
        var signer = try session.signer()
        let message = MsgRequestInference(
            requester: try session.sender().bech32(prefix: "aivm"), model: reference,
            input: TensorSet(inputs), maximumPrice: price)
        let sent = try session.send([message], &signer)
        let result = try response(MsgRequestInferenceResponse.self, of: sent)
        let path = invocation.option("receipt")
        if let path { try saveReceipt(of: result.id, session, path) }
        try show(result, sent, receipt: path, invocation)
    }

    private static func show(
        _ result: MsgRequestInferenceResponse, _ record: TransactionRecord, receipt: String?,
        _ invocation: Invocation
    ) throws {
        let outputs = try result.output.namedTensors()
        Output(invocation).show([
            "inference": .string(String(result.id)), "outputs": TensorJSON.json(of: outputs),
            "price": .string(result.price.coinsText),
            "gas_used": .string(String(result.gasUsed)),
            "txhash": .string(record.hash.bytes.upperHex),
            "height": .string(String(record.height)),
            "receipt": receipt.map { .string($0) } ?? .null,
        ]) {
            var lines = outputs.map { "\($0.name) = \(text(of: $0.tensor))" }
            if outputs.count == 1, let name = classText(of: outputs[0].tensor) {
                lines.append("answer   \(name)")
            }
            lines.append("price    \(result.price.isEmpty ? "free" : result.price.coinsText)")
            lines.append("gas      \(grouped(result.gasUsed))")
            lines.append("block    \(record.height), inference \(result.id)")
            if let receipt { lines.append("receipt  \(receipt)") }
            return lines.joined(separator: "\n")
        }
    }

    /// Collects the receipt of an inference, which needs the next block, and writes it.
    static func saveReceipt(of id: UInt64, _ session: ChainSession, _ path: String) throws {
        let receipt = try ReceiptBuilder(session.node).receipt(ofInference: id)
        try writeFile(path, receipt.fileBytes)
    }

    /// The reference a text means.
    static func modelReference(_ text: String, _ session: ChainSession) throws -> ModelReference {
        if text.count == 64, let hash = Bytes(hex: text).flatMap({ Hash256($0) }) {
            return ModelReference(modelID: hash)
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let owner = parts.count == 1 ? try session.sender() : try session.address(parts[0])
        let name = parts.count == 1 ? parts[0] : parts[1]
        guard parts.count <= 3, ModelReference.isValid(name: name) else {
            throw CommandFailure("'\(text)' is no OWNER/NAME, NAME or ModelID", .usage)
        }
        var version: UInt64 = 0
        if parts.count == 3 {
            guard let number = UInt64(parts[2]), number > 0 else {
                throw CommandFailure("'\(parts[2])' is no version", .usage)
            }
            version = number
        }
        return ModelReference(owner: owner.bech32(prefix: "aivm"), name: name, version: version)
    }
}
