// Threshold keys in the key store: public keys only, so nothing is encrypted. Their files lie in a
// folder of their own, `multisig`, and names are shared with the keys that can sign.
//
//     { "name": "family", "threshold": "2", "members": [base64, …] }

import Base
public import Cryptography
import Foundation
public import Ledger
import Wire

extension KeyStore {
    private var multisigFolder: String { folder + "/multisig" }

    private func multisigFile(_ name: String) -> String { multisigFolder + "/" + name + ".json" }

    /// Stores a threshold key called `name`.
    public func add(name: String, multisig: MultisigKey) throws(KeyStoreError) {
        try KeyStore.check(name: name)
        guard (try? show(name: name)) == nil,
            !FileManager.default.fileExists(atPath: multisigFile(name))
        else { throw .nameTaken(name) }
        let json = JSONValue.object([
            "name": .string(name), "threshold": .string(String(multisig.threshold)),
            "members": .array(multisig.members.map { .string($0.bytes.base64) }),
        ])
        do {
            try FileManager.default.createDirectory(
                atPath: multisigFolder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            try Data((json.prettyText + "\n").utf8).write(
                to: URL(fileURLWithPath: multisigFile(name)), options: .atomic)
        } catch {
            throw .storage(path: multisigFile(name), reason: error.localizedDescription)
        }
    }

    /// The threshold key called `name`.
    public func multisig(name: String) throws(KeyStoreError) -> MultisigKey {
        try KeyStore.check(name: name)
        let path = multisigFile(name)
        guard let data = FileManager.default.contents(atPath: path) else { throw .notFound(name) }
        guard
            let json = try? JSONValue(
                parsing: Bytes(data), maximumDepth: 4, maximumBytes: 1 << 16),
            let threshold = json["threshold"]?.integer(as: Int.self),
            let texts = json["members"]?.elements
        else { throw .damaged(path: path, reason: "no threshold or no members") }
        let members = texts.compactMap {
            $0.text.flatMap { Bytes(base64: $0) }.flatMap { Secp256k1.PublicKey($0) }
        }
        guard members.count == texts.count,
            let key = MultisigKey(threshold: threshold, members: members)
        else { throw .damaged(path: path, reason: "members and threshold do not fit") }
        return key
    }

    /// Every threshold key, by name.
    public func listMultisig() -> [(name: String, key: MultisigKey)] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: multisigFolder)) ?? []
        return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
            .compactMap { name in (try? multisig(name: name)).map { (name, $0) } }
    }

    /// Removes the threshold key called `name`.
    public func removeMultisig(name: String) throws(KeyStoreError) {
        _ = try multisig(name: name)
        do { try FileManager.default.removeItem(atPath: multisigFile(name)) } catch {
            throw .storage(path: multisigFile(name), reason: error.localizedDescription)
        }
    }

    /// The account of the key called `name`, of either kind.
    public func address(of name: String) throws(KeyStoreError) -> Address {
        do { return try multisig(name: name).address } catch {
            guard case .notFound = error else { throw error }
            return try show(name: name).address
        }
    }
}
