// The content of a key file: a head in clear, and the private key sealed. The head's compact JSON
// is the associated data of the seal.
//
//     { "version": 1, "name": "alice", "address": "aivm1…", "public_key": base64,
//       "kdf": { "name": "scrypt", "n": "65536", "r": "8", "p": "1", "salt": base64 },
//       "cipher": "chacha20-poly1305", "nonce": base64, "sealed": base64 }

import Base
import Cryptography
import Wire

struct KeyFile {
    let stored: StoredKey
    private let cost: PasswordCost
    private let salt: Bytes
    private let nonce: Bytes
    private let sealed: Bytes

    init(
        sealing key: Secp256k1.PrivateKey, of stored: StoredKey, password: String,
        cost: PasswordCost
    ) throws(KeyStoreError) {
        let salt = KeyStore.randomBytes(32)
        let nonce = KeyStore.randomBytes(ChaCha20Poly1305.nonceByteCount)
        let head = KeyFile.head(stored, cost, salt, nonce)
        do {
            sealed = try ChaCha20Poly1305.seal(
                key.rawBytes, key: try KeyFile.fileKey(password, cost, salt), nonce: nonce,
                authenticating: Bytes(JSONValue.object(head).compactText.utf8))
        } catch { throw .derivation("\(error)") }
        self.stored = stored
        self.cost = cost
        self.salt = salt
        self.nonce = nonce
    }

    init(parsing bytes: Bytes, path: String) throws(KeyStoreError) {
        func damaged(_ reason: String) -> KeyStoreError { .damaged(path: path, reason: reason) }
        let json: JSONValue
        do {
            json = try JSONValue(parsing: bytes, maximumDepth: 4, maximumBytes: 64 << 10)
        } catch { throw damaged("\(error)") }
        guard let version = json["version"]?.integer(as: Int.self) else {
            throw damaged("it has no version")
        }
        guard version == 1 else {
            throw .unsupportedVersion(path: path, version: String(version))
        }
        func base64(_ value: JSONValue?) -> Bytes? { value?.text.flatMap { Bytes(base64: $0) } }
        guard json["kdf"]?["name"] == "scrypt", json["cipher"] == "chacha20-poly1305",
            let n = json["kdf"]?["n"]?.integer(as: UInt64.self),
            let r = json["kdf"]?["r"]?.integer(as: UInt64.self),
            let p = json["kdf"]?["p"]?.integer(as: UInt64.self),
            let cost = PasswordCost(checking: n, r, p), let salt = base64(json["kdf"]?["salt"]),
            let nonce = base64(json["nonce"]), let sealed = base64(json["sealed"]),
            nonce.count == ChaCha20Poly1305.nonceByteCount
        else { throw damaged("its cipher or cost is missing or unknown") }
        guard let name = json["name"]?.text,
            let publicKey = base64(json["public_key"]).flatMap({ Secp256k1.PublicKey($0) })
        else { throw damaged("its name or public key is missing or malformed") }
        let stored = StoredKey(name: name, publicKey: publicKey)
        guard json["address"]?.text == stored.address.bech32() else {
            throw damaged("its address is not that of its public key")
        }
        self.stored = stored
        self.cost = cost
        self.salt = salt
        self.nonce = nonce
        self.sealed = sealed
    }

    func open(password: String) throws(KeyStoreError) -> Secp256k1.PrivateKey {
        let head = JSONValue.object(KeyFile.head(stored, cost, salt, nonce))
        guard
            let bytes = try? ChaCha20Poly1305.open(
                sealed, key: try KeyFile.fileKey(password, cost, salt), nonce: nonce,
                authenticating: Bytes(head.compactText.utf8)),
            let key = Secp256k1.PrivateKey(bytes), key.publicKey == stored.publicKey
        else { throw .wrongPassword(stored.name) }
        return key
    }

    var json: JSONValue {
        .object(
            KeyFile.head(stored, cost, salt, nonce) + [
                JSONMember("sealed", .string(sealed.base64))
            ])
    }

    private static func fileKey(
        _ password: String, _ cost: PasswordCost, _ salt: Bytes
    ) throws(CryptographyError) -> Bytes {
        try Scrypt.derive(
            password: Bytes(password.utf8), salt: salt, n: cost.n, r: cost.r, p: cost.p,
            byteCount: ChaCha20Poly1305.keyByteCount)
    }

    private static func head(
        _ stored: StoredKey, _ cost: PasswordCost, _ salt: Bytes, _ nonce: Bytes
    ) -> [JSONMember] {
        [
            JSONMember("version", .number("1")),
            JSONMember("name", .string(stored.name)),
            JSONMember("address", .string(stored.address.bech32())),
            JSONMember("public_key", .string(stored.publicKey.bytes.base64)),
            JSONMember(
                "kdf",
                .object([
                    "name": "scrypt", "n": .string(String(cost.n)), "r": .string(String(cost.r)),
                    "p": .string(String(cost.p)), "salt": .string(salt.base64),
                ])),
            JSONMember("cipher", "chacha20-poly1305"),
            JSONMember("nonce", .string(nonce.base64)),
        ]
    }
}
