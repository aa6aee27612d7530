// A conversation with a chain: queries with typed messages, and signed transactions that are waited
// for.

import AccountsModule
import Base
import Client
import Cryptography
import Foundation
import Ledger
import Node
import Wire

/// A node, and what the command line says about keys and fees.
struct ChainSession {
    let node: any NodeClient
    private let invocation: Invocation

    /// Options of every command that talks to a node.
    static let nodeOptions: [Option] = [
        .option("node", "URL", "RPC address of a node.", fallback: "http://127.0.0.1:26657")
    ]

    /// The option of commands that answer in either form; `--json` says the same.
    static let formOption = Option.option("output", "FORM", "text or json.", short: "o")

    /// Options of every command that signs.
    static let signingOptions: [Option] =
        nodeOptions + [
            .option("from", "NAME", "The key that signs and pays."),
            .option("home", "DIR", "Folder of the keys (default: $AIVM_HOME or ~/.aivm)."),
            .option("gas", "N", "Gas limit (default: auto, simulated, times 1.2)."),
            .option("fee", "COINS", "Fee, such as 2500ucgpt (default: none)."),
            .option("memo", "TEXT", "A public note."),
            .option("password-file", "FILE", "Password of the key (or $AIVM_KEY_PASSWORD)."),
        ]

    init(_ invocation: Invocation) throws {
        let address = invocation.option("node") ?? "http://127.0.0.1:26657"
        guard let node = HTTPNodeClient(address: address) else {
            throw UsageError(message: "'\(address)' is no address", path: invocation.pathText)
        }
        self.node = node
        self.invocation = invocation
    }

    /// The home the invocation names.
    static func home(_ invocation: Invocation) -> NodeHome {
        NodeHome(path: invocation.option("home") ?? NodeHome.defaultPath)
    }

    /// The keys of the home the invocation names.
    static func keyStore(_ invocation: Invocation) -> KeyStore {
        KeyStore(folder: home(invocation).keysPath)
    }

    /// The password of a key: a file, the environment, or the person at the terminal.
    static func password(_ invocation: Invocation, confirm: Bool = false) throws -> String {
        if let path = invocation.option("password-file") {
            let text = String(decoding: try readFile(path, limit: 4096), as: UTF8.self)
            return text.trimmingCharacters(in: .newlines)
        }
        if let text = ProcessInfo.processInfo.environment["AIVM_KEY_PASSWORD"] { return text }
        guard let password = Terminal.readSecret("Password: ") else {
            throw CommandFailure("no password given", .noInput)
        }
        if confirm, isatty(STDIN_FILENO) == 1, Terminal.readSecret("Again: ") != password {
            throw CommandFailure("the passwords differ", .usage)
        }
        return password
    }

    /// The address a text means: bech32, or the name of a key.
    func address(_ text: String) throws -> Address {
        if let address = try? Address(bech32: text, prefix: "aivm") { return address }
        return try ChainSession.keyStore(invocation).address(of: text)
    }

    /// The address of the key that signs.
    func sender() throws -> Address {
        let name = try invocation.required("from")
        return try ChainSession.keyStore(invocation).show(name: name).address
    }

    /// Opens the key that signs; asks for the password once.
    func signer() throws -> Signer {
        let name = try invocation.required("from")
        let key = try ChainSession.keyStore(invocation).open(
            name: name, password: try ChainSession.password(invocation))
        let status = try node.status()
        let account = try node.account(of: Address(publicKey: key.publicKey))
        return Signer(
            key: key, chainID: status.chainID, number: account.accountNumber,
            sequence: account.sequence)
    }

    /// A key ready to sign.
    struct Signer {
        let key: Secp256k1.PrivateKey
        let chainID: String
        let number: UInt64
        var sequence: UInt64
    }

    /// Signs, broadcasts and waits for the block. Advances the signer's sequence.
    func send(_ messages: [any WireMessage], _ signer: inout Signer) throws -> TransactionRecord {
        let accepted = try broadcast(messages, &signer)
        let record = try node.waitForTransaction(accepted.hash)
        guard record.result.code == 0 else {
            throw CommandFailure(
                "transaction \(accepted.hash.hex) failed in block \(record.height): "
                    + "\(record.result.log) (\(record.result.codespace)/\(record.result.code))",
                .refused)
        }
        return record
    }

    /// Signs and broadcasts. Advances the signer's sequence when the node accepts.
    func broadcast(
        _ messages: [any WireMessage], _ signer: inout Signer
    ) throws -> BroadcastResult {
        var builder = TransactionBuilder(
            chainID: signer.chainID, accountNumber: signer.number, sequence: signer.sequence,
            fee: Fee(try fee(), gasLimit: 0), memo: invocation.option("memo") ?? "")
        if invocation.option("gas") != "auto",
            let gas = try invocation.integer("gas", in: 1...UInt64.max)
        {
            builder.fee.gasLimit = gas
        } else {
            let trial = builder.sign(messages, with: signer.key).encoded()
            let used = try node.simulate(trial).gasUsed
            builder.fee.gasLimit = used &+ used / 5 &+ 20_000
        }
        let bytes = builder.sign(messages, with: signer.key).encoded()
        let accepted = try node.broadcast(bytes)
        guard accepted.code == 0 else {
            throw CommandFailure(
                "the node refused: \(accepted.log) (\(accepted.codespace)/\(accepted.code))",
                .refused)
        }
        signer.sequence += 1
        return accepted
    }

    private func fee() throws -> [Coin] {
        guard let text = invocation.option("fee") else { return [] }
        guard let coin = Coin(text: text) else {
            throw UsageError(
                message: "--fee takes an amount such as 2500ucgpt, not '\(text)'",
                path: invocation.pathText)
        }
        return [coin]
    }
}

/// The response of type `Response` that a transaction's messages gave.
func response<Response: WireMessage>(
    _ type: Response.Type, of record: TransactionRecord
) throws -> Response {
    let data = try TransactionMessageData(decoding: record.result.data, rules: .tolerant)
    for any in data.messageResponses {
        if let response = try any.unpack(type, rules: .tolerant) { return response }
    }
    throw CommandFailure("the transaction holds no \(Response.wireName)", .software)
}
