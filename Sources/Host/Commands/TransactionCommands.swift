// aivm tx …: the commands of the modules from their table, transactions as documents, and the short
// form of a transfer.

import BankModule
import Base
import Client
import Cryptography
import Ledger
import Wire

extension CommandLineInterface {
    static let transactionCommand = Command(
        name: "tx", summary: "Make, sign and send transactions.",
        children: moduleCommands + documentCommands + [sendCommand])

    private static var moduleCommands: [Command] {
        let titles = [
            "bank": "Coins.", "staking": "Stake and validators.", "distribution": "Rewards.",
            "slashing": "Jailed validators.", "gov": "Proposals and votes.",
            "authz": "Messages run for others.", "feegrant": "Fees paid for others.",
            "ai": "Verification keys and proofs of circuits.",
        ]
        var names: [String] = []
        for form in TransactionForm.all where !names.contains(form.module) {
            names.append(form.module)
        }
        return names.map { name in
            Command(
                name: name, summary: titles[name] ?? name,
                children: TransactionForm.all.filter { $0.module == name }.map(\.command))
        }
    }

    private static let sendCommand = Command(
        name: "send", summary: "Send coins: short for 'bank send'.",
        arguments: [
            Argument(name: "TO", help: "Address, or the name of one of your keys."),
            Argument(name: "COIN", help: "Amount and denomination, such as 1000000ucgpt."),
        ],
        options: ChainSession.signingOptions + [
            .option("repeat", "N", "Send N times without waiting for blocks; prints each hash.")
        ],
        run: { invocation in
            guard let coin = Coin(text: invocation.arguments[1]) else {
                throw UsageError(
                    message: "'\(invocation.arguments[1])' is no amount such as 1000000ucgpt",
                    path: invocation.pathText)
            }
            let session = try ChainSession(invocation)
            let recipient = try session.address(invocation.arguments[0])
            let sender = try session.sender()
            var signer = try session.signer()
            let message = MsgSend(
                from: sender.bech32(prefix: "aivm"), to: recipient.bech32(prefix: "aivm"),
                [coin])
            guard let count = try invocation.integer("repeat", in: 1...1_000_000) else {
                return show(try session.send([message], &signer), invocation)
            }
            for _ in 0..<count {
                Terminal.print(try session.broadcast([message], &signer).hash.hex)
            }
        })

    /// Prints what a transaction did.
    static func show(_ record: TransactionRecord, _ invocation: Invocation, note: String = "") {
        Output(invocation).show([
            "txhash": .string(record.hash.bytes.upperHex),
            "height": .string(String(record.height)),
            "code": .number(String(record.result.code)),
            "gas_wanted": .string(String(record.result.gasWanted)),
            "gas_used": .string(String(record.result.gasUsed)),
            "log": .string(record.result.log),
            "events": .array(record.result.events.map(CometJSON.json)),
        ]) {
            "\(note.isEmpty ? "" : note + "\n")transaction \(record.hash.bytes.upperHex)\n"
                + "block \(record.height), gas \(grouped(record.result.gasUsed)) of "
                + grouped(record.result.gasWanted)
        }
    }
}
