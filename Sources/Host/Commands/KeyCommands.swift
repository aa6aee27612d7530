// aivm keys add | list | show | remove

import Base
import Client
import Cryptography
import Foundation
import Wire

extension CommandLineInterface {
    static let keysCommand = Command(
        name: "keys", summary: "Account keys, encrypted at rest.",
        children: [addKeyCommand, listKeysCommand, showKeyCommand, removeKeyCommand])

    private static let homeOption = Option.option(
        "home", "DIR", "Folder of the keys (default: $AIVM_HOME or ~/.aivm).")

    private static let addKeyCommand = Command(
        name: "add", summary: "Make a key, or recover one from its words.",
        discussion: """
            Prints 24 words once: whoever has them has the key. They follow BIP-39 and the path
            m/44'/118'/0'/0/0, so any Cosmos wallet can recover the key.
            """,
        arguments: [Argument(name: "NAME", help: "Name of the key.")],
        options: [
            homeOption,
            .flag("recover", "Read the words from standard input."),
            .option("password-file", "FILE", "Password of the key (or $AIVM_KEY_PASSWORD)."),
        ],
        run: { invocation in
            let words: Mnemonic
            if invocation.flag("recover") {
                guard let line = Terminal.readSecret("Words: ") else {
                    throw CommandFailure("no words given", .noInput)
                }
                do { words = try Mnemonic(phrase: line) } catch {
                    throw CommandFailure("the words are wrong: \(error)", .malformedData)
                }
            } else {
                words = KeyStore.makeMnemonic()
            }
            let key = try ChainSession.keyStore(invocation).add(
                name: invocation.arguments[0], mnemonic: words,
                password: try ChainSession.password(invocation, confirm: true))
            var members = [
                JSONMember("name", .string(key.name)),
                JSONMember("address", .string(key.address.bech32(prefix: "aivm"))),
            ]
            if !invocation.flag("recover") {
                members.append(JSONMember("mnemonic", .string(words.phrase)))
            }
            Output(invocation).show(.object(members)) {
                let note =
                    invocation.flag("recover")
                    ? "" : "\n\nWrite these words down; they are not shown again:\n\(words.phrase)"
                return "\(key.name)  \(key.address.bech32(prefix: "aivm"))\(note)"
            }
        })

    private static let listKeysCommand = Command(
        name: "list", summary: "List the keys.", options: [homeOption],
        run: { invocation in
            let keys = try ChainSession.keyStore(invocation).list()
            let json = JSONValue.array(keys.map(json(of:)))
            Output(invocation).show(json) {
                keys.isEmpty
                    ? "no keys; make one with 'aivm keys add NAME'"
                    : table(keys.map { [$0.name, $0.address.bech32(prefix: "aivm")] })
            }
        })

    private static let showKeyCommand = Command(
        name: "show", summary: "Show a key's address and public key.",
        arguments: [Argument(name: "NAME", help: "Name of the key.")],
        options: [homeOption, .flag("address", "Print the address only.")],
        run: { invocation in
            let key = try ChainSession.keyStore(invocation).show(name: invocation.arguments[0])
            let address = key.address.bech32(prefix: "aivm")
            if invocation.flag("address") { return Terminal.print(address) }
            Output(invocation).show(json(of: key)) {
                "\(key.name)\naddress     \(address)\npublic key  \(key.publicKey.bytes.hex)"
            }
        })

    private static let removeKeyCommand = Command(
        name: "remove", summary: "Remove a key; only its words can bring it back.",
        arguments: [Argument(name: "NAME", help: "Name of the key.")],
        options: [homeOption, .flag("yes", "Do not ask.", short: "y")],
        run: { invocation in
            let name = invocation.arguments[0]
            let store = ChainSession.keyStore(invocation)
            _ = try store.show(name: name)
            if !invocation.flag("yes") {
                Terminal.note("Remove the key \(name)? Type its name to confirm:")
                guard readLine() == name else {
                    throw CommandFailure("not removed", .refused)
                }
            }
            try store.remove(name: name)
            Output(invocation).show(["removed": .string(name)]) { "removed \(name)" }
        })

    private static func json(of key: StoredKey) -> JSONValue {
        .object([
            "name": .string(key.name), "address": .string(key.address.bech32(prefix: "aivm")),
            "public_key": .string(key.publicKey.bytes.hex),
        ])
    }
}
