// aivm keys add | list | show | remove

import Base
import Client
import Cryptography
import Foundation
import Ledger
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
            .option("multisig", "NAMES", "Make a threshold key of these, joined by commas."),
            .option("threshold", "N", "How many of them must sign.", fallback: "1"),
            .flag("no-sort", "Keep the members' order instead of sorting by address."),
            .option("password-file", "FILE", "Password of the key (or $AIVM_KEY_PASSWORD)."),
        ],
        run: { invocation in
            if let members = invocation.option("multisig") {
                return try addMultisig(members, invocation)
            }
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

    /// Makes a threshold key of keys by name, or of public keys in hexadecimal.
    private static func addMultisig(_ names: String, _ invocation: Invocation) throws {
        let store = ChainSession.keyStore(invocation)
        var members = try names.split(separator: ",").map { part in
            if let bytes = Bytes(hex: String(part)), let key = Secp256k1.PublicKey(bytes) {
                return key
            }
            return try store.show(name: String(part)).publicKey
        }
        if !invocation.flag("no-sort") {
            members.sort { Address(publicKey: $0) < Address(publicKey: $1) }
        }
        let threshold = try invocation.integer("threshold", in: 1...MultisigKey.maximumMembers)
        guard let key = MultisigKey(threshold: threshold ?? 1, members: members) else {
            throw UsageError(
                message: "the threshold must be 1 to the number of members",
                path: invocation.pathText)
        }
        let name = invocation.arguments[0]
        try store.add(name: name, multisig: key)
        Output(invocation).show(json(name, key)) {
            "\(name)  \(key.address.bech32(prefix: "aivm"))"
        }
    }

    private static func json(_ name: String, _ key: MultisigKey) -> JSONValue {
        .object([
            "name": .string(name), "address": .string(key.address.bech32(prefix: "aivm")),
            "threshold": .number(String(key.threshold)),
            "members": .array(key.members.map { .string($0.bytes.hex) }),
        ])
    }

    private static let listKeysCommand = Command(
        name: "list", summary: "List the keys.", options: [homeOption],
        run: { invocation in
            let store = ChainSession.keyStore(invocation)
            let (keys, shared) = (try store.list(), store.listMultisig())
            let list = JSONValue.array(
                keys.map(json(of:)) + shared.map { json($0.name, $0.key) })
            Output(invocation).show(list) {
                let rows =
                    keys.map { [$0.name, $0.address.bech32(prefix: "aivm")] }
                    + shared.map {
                        [
                            $0.name, $0.key.address.bech32(prefix: "aivm"),
                            "\($0.key.threshold) of \($0.key.members.count)",
                        ]
                    }
                return rows.isEmpty
                    ? "no keys; make one with 'aivm keys add NAME'" : table(rows)
            }
        })

    private static let showKeyCommand = Command(
        name: "show", summary: "Show a key's address and public key.",
        arguments: [Argument(name: "NAME", help: "Name of the key.")],
        options: [homeOption, .flag("address", "Print the address only.")],
        run: { invocation in
            let store = ChainSession.keyStore(invocation)
            let name = invocation.arguments[0]
            if let shared = try? store.multisig(name: name) {
                let address = shared.address.bech32(prefix: "aivm")
                if invocation.flag("address") { return Terminal.print(address) }
                return Output(invocation).show(json(name, shared)) {
                    "\(name)\naddress     \(address)\n"
                        + "threshold   \(shared.threshold) of \(shared.members.count)"
                }
            }
            let key = try store.show(name: name)
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
            _ = try store.address(of: name)
            if !invocation.flag("yes") {
                Terminal.note("Remove the key \(name)? Type its name to confirm:")
                guard readLine() == name else {
                    throw CommandFailure("not removed", .refused)
                }
            }
            if (try? store.multisig(name: name)) != nil {
                try store.removeMultisig(name: name)
            } else {
                try store.remove(name: name)
            }
            Output(invocation).show(["removed": .string(name)]) { "removed \(name)" }
        })

    private static func json(of key: StoredKey) -> JSONValue {
        .object([
            "name": .string(key.name), "address": .string(key.address.bech32(prefix: "aivm")),
            "public_key": .string(key.publicKey.bytes.hex),
        ])
    }
}
