// A command that sends one message: its form, and what of the message its signer fills.

import Base
import Cryptography
import Ledger
import Node
import Wire

/// A command below `aivm tx`.
struct TransactionForm: Sendable {
    /// Which of the message's fields names the signer, and how.
    enum Signer: Sendable {
        /// The address of the account.
        case account(String)
        /// The operator address of the account.
        case validator(String)
    }

    /// The word below `aivm tx`, such as `bank`.
    let module: String
    /// The command, such as `send`.
    let name: String
    /// One line of help.
    let summary: String
    /// Full name of the message.
    let type: String
    let signer: Signer?
    let form: Form
    /// Changes the filled form where words and fields do not match one to one.
    let shape: Shape

    /// From the filled form and the signer's address to the message's JSON form.
    typealias Shape = @Sendable (JSONValue, String) throws -> JSONValue

    init(
        _ module: String, _ name: String, _ summary: String, _ type: String, _ signer: Signer?,
        _ fields: [FormField], shape: @escaping Shape = { form, _ in form }
    ) {
        self.module = module
        self.name = name
        self.summary = summary
        self.type = type
        self.signer = signer
        form = Form(fields)
        self.shape = shape
    }

    /// The message that the invocation means, signed by `sender`.
    func message(_ invocation: Invocation, sender: Address) throws -> AnyMessage {
        let account = sender.bech32(prefix: "aivm")
        var json = try shape(try form.fill(invocation), account)
        switch signer {
        case .account(let field): json.set([field], .string(account))
        case .validator(let field):
            json.set([field], .string(sender.bech32(prefix: "aivmvaloper")))
        case nil: break
        }
        return try TransactionForm.pack(type, json)
    }

    /// The message of type `name` with this JSON form.
    static func pack(_ name: String, _ json: JSONValue) throws -> AnyMessage {
        guard let type = ChainTypes.registry.type(for: "/" + name) else {
            throw CommandFailure("this program does not know \(name)", .software)
        }
        do {
            return AnyMessage(try type.init(json: json, registry: ChainTypes.registry))
        } catch { throw CommandFailure("\(error)", .usage) }
    }

    /// The command.
    var command: Command {
        Command(
            name: name, summary: summary, arguments: form.arguments,
            options: TransactionSession.options + form.options,
            run: { invocation in
                let session = try TransactionSession(invocation)
                let sender = try session.sender()
                try session.run([try message(invocation, sender: sender)], by: sender)
            })
    }
}
