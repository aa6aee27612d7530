// aivm receipt get | show | verify

import AIModule
import Base
import Blocks
import Client
import Cryptography
import Importers
import Ledger
import Models
import Node
import Verification
import Wire

extension CommandLineInterface {
    static let receiptCommand = Command(
        name: "receipt", summary: "Get and check receipts.",
        children: [getReceiptCommand, showReceiptCommand, verifyReceiptCommand])

    private static let fileArgument = Argument(name: "FILE", help: "The receipt.")

    private static let getReceiptCommand = Command(
        name: "get", summary: "Get the receipt of an inference from a node.",
        arguments: [Argument(name: "ID", help: "Number of the inference.")],
        options: ChainSession.nodeOptions + [
            .option("output", "FILE", "Where to write (default: receipt-ID.json).", short: "o")
        ],
        run: { invocation in
            let id = try inferenceID(invocation)
            let path = invocation.option("output") ?? "receipt-\(id).json"
            try saveReceipt(of: id, try ChainSession(invocation), path)
            Output(invocation).show(["receipt": .string(path)]) { path }
        })

    private static let showReceiptCommand = Command(
        name: "show", summary: "Show what a receipt says, without checking it.",
        arguments: [fileArgument],
        run: { invocation in
            let receipt = try read(invocation.arguments[0])
            Output(invocation).show(receipt.json) { describe(receipt) }
        })

    private static let verifyReceiptCommand = Command(
        name: "verify", summary: "Check a receipt without a node.",
        discussion: """
            Checks signatures, header, proof and commitments; with --model it also runs the model
            again. A receipt shows that its validators signed; say which validators you trust by
            --genesis or --validators, or compare the hash that is printed. Exit code 0 only when
            the receipt holds.
            """,
        arguments: [fileArgument],
        options: [
            .option("model", "FILE.aivm", "Run the model again and compare every bit."),
            .option(
                "commitment", "FILE",
                "Check the zero-knowledge proof against this committed model."),
            .option("genesis", "FILE", "Trust the chain and validators of this genesis."),
            .option("validators", "HASH", "Trust the validator set with this hash."),
            .option("chain-id", "ID", "Accept this chain only."),
        ],
        run: verify)

    private static func verify(_ invocation: Invocation) throws {
        let receipt = try read(invocation.arguments[0])
        let model = try invocation.option("model").map(readModel)
        let committed = try invocation.option("commitment").map { path in
            try InferenceProofFiles.provable(
                try InferenceProofFiles.committedModel(path))
        }
        let report: ReceiptReport
        let trust = try trust(invocation)
        do {
            report = try ReceiptVerifier.verify(
                receipt, trusting: trust, rerunning: model, provingWith: committed)
        } catch {
            if invocation.flag("json") {
                Output(invocation).show([
                    "valid": .bool(false), "code": .string(error.code),
                    "reason": .string(error.description),
                ]) { "" }
            }
            throw CommandFailure("the receipt does not hold: \(error) [\(error.code)]", .refused)
        }
        Output(invocation).show([
            "valid": .bool(true), "chain_id": .string(receipt.chainID),
            "model_id": .string(report.record.statement.modelID.hex),
            "inference": .string(String(report.record.id)),
            "header_height": .string(String(report.headerHeight)),
            "block_hash": .string(report.blockHash.bytes.upperHex),
            "validators_hash": .string(report.validatorsHash.bytes.upperHex),
            "rerun": .bool(report.wasRerun), "proof_checked": .bool(report.wasProofChecked),
            "warnings": .array(report.warnings.map { .string($0) }),
        ]) {
            var lines = ["valid: \(describe(receipt))"]
            lines.append(
                "proved by block \(report.headerHeight) of \(receipt.chainID), \(report.time.text)")
            if report.wasRerun { lines.append("model run again: every bit equal") }
            if report.wasProofChecked { lines.append("zero-knowledge proof checked: it holds") }
            lines += report.warnings.map { "warning: \($0)" }
            return lines.joined(separator: "\n")
        }
    }

    private static func trust(_ invocation: Invocation) throws -> ReceiptTrust {
        var trust = ReceiptTrust()
        if let path = invocation.option("genesis") {
            let genesis = try Genesis(json: try JSONValue(parsing: try readFile(path)))
            trust = ReceiptTrust(chainID: genesis.chainID, validators: genesis.validators)
        }
        if let text = invocation.option("validators") {
            guard let hash = Bytes(hex: text).flatMap({ Hash256($0) }) else {
                throw UsageError(
                    message: "--validators takes 64 hexadecimal digits", path: invocation.pathText)
            }
            trust.validatorsHash = hash
        }
        if let chainID = invocation.option("chain-id") { trust.chainID = chainID }
        return trust
    }

    private static func read(_ path: String) throws -> Receipt {
        try Receipt(parsing: try readFile(path, limit: Receipt.maximumByteCount))
    }

    private static func describe(_ receipt: Receipt) -> String {
        let outputs = (try? receipt.output.namedTensors()) ?? []
        let answers = outputs.map { "\($0.name) = \(text(of: $0.tensor))" }
        return "model \(receipt.statement.modelID.hex.prefix(16))… answered "
            + answers.joined(separator: ", ")
    }
}
