// Time to check a receipt: parse the file, verify every link with chain and validators pinned. The
// receipt comes from a chain in this process that ran digits_cnn.

import AIModule
import App
import Base
import Client
import Consensus
import Cryptography
import Foundation
import Importers
import Ledger
import Models
import Node
import Store
import Verification
import Wire

/// Most time that reading and verifying a receipt may take.
private let barSeconds = 0.010

func benchmarkReceipt(_ root: String) throws {
    let stem = "\(root)/Examples/models/digits_cnn"
    let model = try ONNXImporter.importModel(at: "\(stem).onnx").model
    let inputs = TensorSet(try InputReader.inputs(for: model, from: "\(stem).test.npz"))
    let network = try TestNetwork(accountCount: 1)
    let file = try makeReceipt(model, inputs, network).fileBytes
    let receipt = try Receipt(parsing: file)
    let trust = ReceiptTrust(
        chainID: network.genesis.chainID, validatorsHash: network.genesis.validatorsHash)

    // In turns, so that a busy moment does not fall on one of them alone.
    var (parse, verify) = (Double.infinity, Double.infinity)
    var (both, rerun) = (Double.infinity, Double.infinity)
    for _ in 0..<10 {
        parse = min(
            parse,
            try leastSeconds(rounds: 5, perRound: 0.01) {
                _ = try Receipt(parsing: file)
            })
        verify = min(
            verify,
            try leastSeconds(rounds: 5, perRound: 0.01) {
                _ = try ReceiptVerifier.verify(receipt, trusting: trust)
            })
        both = min(
            both,
            try leastSeconds(rounds: 5, perRound: 0.01) {
                _ = try ReceiptVerifier.verify(try Receipt(parsing: file), trusting: trust)
            })
        rerun = min(
            rerun,
            try leastSeconds(rounds: 5, perRound: 0.01) {
                _ = try ReceiptVerifier.verify(
                    try Receipt(parsing: file), trusting: trust, rerunning: model)
            })
    }
    func row(_ name: String, _ seconds: Double, hasBar: Bool = false) -> [String] {
        let verdict = seconds < barSeconds ? "met" : "MISSED"
        return [name, text(seconds * 1e3), hasBar ? "< 10: \(verdict)" : ""]
    }
    printTable(
        "Receipt of digits_cnn, \(file.count) bytes, one validator",
        [
            ["step", "ms", "bar"], row("parse", parse), row("verify", verify),
            row("parse and verify", both, hasBar: true),
            row("parse, verify and run the model again", rerun),
        ])
}

/// Registers `model` on a chain in memory, runs it on `inputs`, and collects the receipt.
private func makeReceipt(
    _ model: Model, _ inputs: TensorSet, _ network: TestNetwork
) throws -> Receipt {
    let store = MemoryStore()
    let engine = try EmbeddedEngine(
        application: try AIVMApplication(reading: store), store: store, key: network.validator,
        genesis: network.engineGenesis)
    try engine.settle()
    let client = LocalNodeClient(engine: engine, moniker: "bench")
    var network = network
    try network.readAccountNumbers(client)
    let owner = network.accounts[0].address.description

    func run(_ message: any WireMessage) throws -> TransactionResult {
        let bytes = network.accounts[0].sign(message, gasLimit: 50_000_000).transaction.encoded()
        let answer = try client.broadcast(bytes)
        guard answer.code == 0 else { throw BenchmarkFailure(answer.log) }
        try engine.settle()
        let result = try client.transaction(answer.hash).result
        guard result.code == 0 else { throw BenchmarkFailure(result.log) }
        return result
    }
    var register = MsgRegisterModel(
        owner: owner, name: "digits", program: model.programBytes, weights: model.weights,
        price: [])
    register.modelID = model.modelID.bytes
    _ = try run(register)
    let result = try run(
        MsgRequestInference(
            requester: owner, model: ModelReference(owner: owner, name: "digits"),
            input: inputs, maximumPrice: []))
    let data = try TransactionMessageData(decoding: result.data, rules: .canonical)
    guard let message = data.messageResponses.first else {
        throw BenchmarkFailure("an inference without a response")
    }
    let response = try MsgRequestInferenceResponse(decoding: message.value, rules: .canonical)
    return try ReceiptBuilder(client).receipt(ofInference: response.id)
}
