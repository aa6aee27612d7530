// Private keys on disk, one file a key, each sealed under a password.
//
// A file is JSON. Everything but the sealed key is readable without the password, so keys can be
// listed; all of it is authenticated with the key, so nobody can pair a name with another address.
//
//     password ──scrypt(salt, n, r, p)──▶ 32-byte key ──ChaCha20-Poly1305(nonce)──▶ sealed key
//
// A new file appears under its name in one step or not at all, and never replaces another.

import Base
public import Cryptography
import Foundation
import Wire

/// A folder of sealed private keys.
///
/// Safe to use from many processes: a file appears whole, and names are never overwritten.
public struct KeyStore: Sendable {
    /// The folder; made when the first key is added.
    public let folder: String
    /// What opening a key of this store costs; stored in each new file.
    public let cost: PasswordCost

    /// Fewest bytes of a password.
    public static let minimumPasswordByteCount = 8

    /// Keeps keys in `folder`.
    public init(folder: String, cost: PasswordCost = .interactive) {
        self.folder = folder
        self.cost = cost
    }

    /// A fresh phrase of 24 words from the system's randomness.
    public static func makeMnemonic() -> Mnemonic {
        guard let mnemonic = try? Mnemonic(entropy: randomBytes(32)) else {
            preconditionFailure("32 bytes of entropy make a mnemonic")
        }
        return mnemonic
    }

    /// Seals the key that `mnemonic` gives at `path` under `password`, as `name`.
    public func add(
        name: String, mnemonic: Mnemonic, password: String, path: String = HDKey.cosmosPath
    ) throws(KeyStoreError) -> StoredKey {
        let key: Secp256k1.PrivateKey
        do { key = try HDKey.derive(seed: mnemonic.seed(), path: path) } catch {
            throw .derivation("\(error)")
        }
        return try add(name: name, key: key, password: password)
    }

    /// Seals `key` under `password`, as `name`. Throws `nameTaken` rather than replace a key.
    public func add(
        name: String, key: Secp256k1.PrivateKey, password: String
    ) throws(KeyStoreError) -> StoredKey {
        try KeyStore.check(name: name)
        guard password.utf8.count >= KeyStore.minimumPasswordByteCount else {
            throw .passwordTooShort(minimum: KeyStore.minimumPasswordByteCount)
        }
        guard !FileManager.default.fileExists(atPath: file(of: name)) else {
            throw .nameTaken(name)
        }
        let stored = StoredKey(name: name, publicKey: key.publicKey)
        let sealed = try KeyFile(sealing: key, of: stored, password: password, cost: cost)
        try write(Bytes(sealed.json.prettyText.utf8) + [0x0A], name: name)
        return stored
    }

    /// All keys, by name. Needs no password, so what it says of a file is only as honest as the
    /// file; a file that cannot be read as a key is an error.
    public func list() throws(KeyStoreError) -> [StoredKey] {
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        let files: [String]
        do { files = try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
            throw .storage(path: folder, reason: error.localizedDescription)
        }
        var keys: [StoredKey] = []
        for file in files.sorted() where file.hasSuffix(".json") && !file.hasPrefix(".") {
            keys.append(try show(name: String(file.dropLast(5))))
        }
        return keys
    }

    /// The public part of the key called `name`; see ``list()``.
    public func show(name: String) throws(KeyStoreError) -> StoredKey { try read(name).stored }

    /// The private key called `name`.
    ///
    /// - Throws: `wrongPassword` also when the file was altered: the two cannot be told apart.
    public func open(
        name: String, password: String
    ) throws(KeyStoreError) -> Secp256k1.PrivateKey {
        try read(name).open(password: password)
    }

    /// Removes the key called `name`. Nothing but its recovery phrase brings it back.
    public func remove(name: String) throws(KeyStoreError) {
        _ = try KeyStore.check(name: name)
        guard FileManager.default.fileExists(atPath: file(of: name)) else { throw .notFound(name) }
        do { try FileManager.default.removeItem(atPath: file(of: name)) } catch {
            throw .storage(path: file(of: name), reason: error.localizedDescription)
        }
    }

    /// Names are file names: 1 to 64 letters, digits, `.`, `_` or `-`, starting with a letter or
    /// a digit.
    static func check(name: String) throws(KeyStoreError) {
        func isPlain(_ byte: UInt8) -> Bool {
            (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x30...0x39).contains(byte)
        }
        let bytes = Array(name.utf8)
        guard let first = bytes.first, bytes.count <= 64, isPlain(first),
            bytes.allSatisfy({ isPlain($0) || "._-".utf8.contains($0) })
        else { throw .invalidName(name) }
    }

    static func randomBytes(_ count: Int) -> Bytes {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    private func file(of name: String) -> String { folder + "/" + name + ".json" }

    private func read(_ name: String) throws(KeyStoreError) -> KeyFile {
        try KeyStore.check(name: name)
        let path = file(of: name)
        guard FileManager.default.fileExists(atPath: path) else { throw .notFound(name) }
        let bytes: Bytes
        do { bytes = Bytes(try Data(contentsOf: URL(fileURLWithPath: path))) } catch {
            throw .storage(path: path, reason: error.localizedDescription)
        }
        let key = try KeyFile(parsing: bytes, path: path)
        guard key.stored.name == name else {
            throw .damaged(path: path, reason: "it holds the key \(key.stored.name)")
        }
        return key
    }

    private func write(_ bytes: Bytes, name: String) throws(KeyStoreError) {
        let path = file(of: name)
        let draft = folder + "/." + name + "." + KeyStore.randomBytes(8).hex
        let files = FileManager.default
        defer { try? files.removeItem(atPath: draft) }
        do {
            try files.createDirectory(
                atPath: folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            // Empty and private before the first secret byte is written into it.
            guard
                files.createFile(
                    atPath: draft, contents: nil, attributes: [.posixPermissions: 0o600]),
                let handle = FileHandle(forWritingAtPath: draft)
            else { throw CocoaError(.fileWriteUnknown) }
            try handle.write(contentsOf: Data(bytes))
            try handle.synchronize()
            try handle.close()
        } catch {
            throw .storage(path: path, reason: error.localizedDescription)
        }
        // A link, unlike a rename, fails when the name is taken.
        do { try files.linkItem(atPath: draft, toPath: path) } catch {
            if files.fileExists(atPath: path) { throw .nameTaken(name) }
            throw .storage(path: path, reason: error.localizedDescription)
        }
        let directory = FileHandle(forReadingAtPath: folder)
        try? directory?.synchronize()
        try? directory?.close()
    }
}

/// The public part of a stored key.
public struct StoredKey: Equatable, Sendable {
    /// Its name in the store.
    public let name: String
    /// Its public key.
    public let publicKey: Secp256k1.PublicKey

    /// The account it signs for.
    public var address: Address { Address(publicKey: publicKey) }
}

/// scrypt's cost numbers (RFC 7914).
public struct PasswordCost: Equatable, Sendable {
    /// Cost, a power of two; memory is `128 * n * r` bytes.
    public let n: UInt64
    /// Block size.
    public let r: UInt64
    /// Parallelism.
    public let p: UInt64

    /// 64 MiB and a fifth of a second: for a person who types a password.
    public static let interactive = PasswordCost(n: 1 << 16, r: 8, p: 1)

    /// Makes cost numbers; `nil` beyond 1 GiB of memory or p = 16, which no honest file asks for.
    public init?(checking n: UInt64, _ r: UInt64, _ p: UInt64) {
        guard n >= 2, n <= 1 << 20, n & (n - 1) == 0, r >= 1, r <= 64, p >= 1, p <= 16,
            128 * n * r <= Scrypt.memoryLimit
        else { return nil }
        self.init(n: n, r: r, p: p)
    }

    private init(n: UInt64, r: UInt64, p: UInt64) {
        self.n = n
        self.r = r
        self.p = p
    }
}

/// Why the key store refused.
public enum KeyStoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The name cannot be a file name.
    case invalidName(String)
    /// There is a key of this name.
    case nameTaken(String)
    /// There is no key of this name.
    case notFound(String)
    /// The password has fewer bytes than the minimum.
    case passwordTooShort(minimum: Int)
    /// The password is wrong, or the file was altered.
    case wrongPassword(String)
    /// The file is no key file, or contradicts itself.
    case damaged(path: String, reason: String)
    /// The file was written by a newer program.
    case unsupportedVersion(path: String, version: String)
    /// The recovery phrase gives no key at the path asked for.
    case derivation(String)
    /// The file system refused.
    case storage(path: String, reason: String)

    public var description: String {
        switch self {
        case .invalidName(let name):
            "invalid key name \(name.debugDescription): 1 to 64 letters, digits, '.', '_' or '-', "
                + "starting with a letter or digit"
        case .nameTaken(let name): "there is already a key named \(name)"
        case .notFound(let name): "there is no key named \(name)"
        case .passwordTooShort(let minimum): "the password needs at least \(minimum) bytes"
        case .wrongPassword(let name):
            "wrong password for key \(name) (or its file was altered)"
        case .damaged(let path, let reason): "\(path) is not a usable key file: \(reason)"
        case .unsupportedVersion(let path, let version):
            "\(path) has version \(version); this program reads version 1"
        case .derivation(let reason): "no key at this path: \(reason)"
        case .storage(let path, let reason): "\(path): \(reason)"
        }
    }
}
