import Base
import Client
import Cryptography
import Foundation
import TestSupport
import Testing

@Suite struct KeyStoreTests {
    /// Cheap on purpose: the tests open keys hundreds of times.
    static let cost = PasswordCost(checking: 2, 1, 1)

    let folder: TemporaryDirectory
    let store: KeyStore

    init() throws {
        folder = try TemporaryDirectory()
        store = KeyStore(folder: folder.path("keys"), cost: try #require(Self.cost))
    }

    func phrase() throws -> Mnemonic {
        try Mnemonic(phrase: String(repeating: "abandon ", count: 11) + "about")
    }

    @Test func keepsTheKeyOfAPhrase() throws {
        let added = try store.add(name: "alice", mnemonic: phrase(), password: "correct horse")
        // The address of this phrase at m/44'/118'/0'/0/0 in cosmpy.
        #expect(added.address.bech32() == "aivm19rl4cm2hmr8afy4kldpxz3fka4jguq0ada72yv")
        #expect(try store.show(name: "alice") == added)
        #expect(try store.list() == [added])
        let key = try store.open(name: "alice", password: "correct horse")
        #expect(key.publicKey == added.publicKey)
        #expect(
            try HDKey.derive(seed: phrase().seed(), path: HDKey.cosmosPath).rawBytes
                == key.rawBytes)
    }

    @Test func rejectsAWrongPassword() throws {
        _ = try store.add(name: "alice", mnemonic: phrase(), password: "correct horse")
        for password in ["", "correct hors", "correct horsE", "correct horse "] {
            #expect(throws: KeyStoreError.wrongPassword("alice")) {
                try store.open(name: "alice", password: password)
            }
        }
    }

    @Test func rejectsShortPasswords() throws {
        #expect(throws: KeyStoreError.passwordTooShort(minimum: 8)) {
            try store.add(name: "alice", mnemonic: phrase(), password: "1234567")
        }
        #expect(try store.list().isEmpty)
    }

    @Test func neverReplacesAKey() throws {
        let first = try store.add(name: "alice", mnemonic: phrase(), password: "correct horse")
        #expect(throws: KeyStoreError.nameTaken("alice")) {
            try store.add(
                name: "alice", mnemonic: KeyStore.makeMnemonic(), password: "correct horse")
        }
        #expect(try store.list() == [first])
    }

    @Test func listsKeysByName() throws {
        for name in ["carol", "alice", "bob-2.x_Y"] {
            _ = try store.add(
                name: name, mnemonic: KeyStore.makeMnemonic(), password: "correct horse")
        }
        #expect(try store.list().map(\.name) == ["alice", "bob-2.x_Y", "carol"])
        try store.remove(name: "bob-2.x_Y")
        #expect(try store.list().map(\.name) == ["alice", "carol"])
        #expect(throws: KeyStoreError.notFound("bob-2.x_Y")) {
            try store.remove(name: "bob-2.x_Y")
        }
        #expect(throws: KeyStoreError.notFound("dave")) { try store.show(name: "dave") }
    }

    @Test(arguments: [
        "", ".", "..", "../alice", "a/b", "/etc/passwd", ".hidden", "-rf", "a b", "é", "a\0b",
        "a\n", "_a", String(repeating: "a", count: 65),
    ])
    func rejectsNamesThatAreNoFileNames(name: String) throws {
        let invalid = KeyStoreError.invalidName(name)
        #expect(throws: invalid) {
            try store.add(name: name, mnemonic: phrase(), password: "correct horse")
        }
        #expect(throws: invalid) { try store.show(name: name) }
        #expect(throws: invalid) { try store.open(name: name, password: "correct horse") }
        #expect(throws: invalid) { try store.remove(name: name) }
    }

    @Test func writesPrivateFilesAndNoPlainKey() throws {
        _ = try store.add(name: "alice", mnemonic: phrase(), password: "correct horse")
        let path = folder.path("keys/alice.json")
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(path) == 0o600)
        #expect(try mode(folder.path("keys")) == 0o700)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path("keys"))
                == ["alice.json"])
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let key = try store.open(name: "alice", password: "correct horse")
        #expect(!text.contains(key.rawBytes.hex) && !text.contains(key.rawBytes.base64))
    }

    @Test func makesANewPhraseEachTime() throws {
        let first = KeyStore.makeMnemonic()
        #expect(first.phrase.split(separator: " ").count == 24)
        #expect(first.phrase != KeyStore.makeMnemonic().phrase)
    }

    @Test func rejectsEveryAlteredByte() throws {
        let added = try store.add(name: "alice", mnemonic: phrase(), password: "correct horse")
        let path = URL(fileURLWithPath: folder.path("keys/alice.json"))
        let original = Bytes(try Data(contentsOf: path))
        for index in original.indices {
            var altered = original
            altered[index] ^= 0x01
            try Data(altered).write(to: path)
            guard let key = try? store.open(name: "alice", password: "correct horse") else {
                continue
            }
            // Only white space may change, and then nothing changes.
            #expect(original[index] == 0x20 || original[index] == 0x0A, "byte \(index)")
            #expect(key.publicKey == added.publicKey)
        }
    }

    @Test func rejectsTruncatedFiles() throws {
        _ = try store.add(name: "alice", mnemonic: phrase(), password: "correct horse")
        let path = URL(fileURLWithPath: folder.path("keys/alice.json"))
        let original = Bytes(try Data(contentsOf: path))
        for count in 0..<original.count - 1 {
            try Data(original[..<count]).write(to: path)
            #expect(throws: KeyStoreError.self) {
                try store.open(name: "alice", password: "correct horse")
            }
        }
    }

    /// A file that asks for a terabyte of memory, or for a year, is refused before any work.
    @Test(arguments: [
        ("\"2\"", "\"1099511627776\""), ("\"2\"", "\"3\""), ("\"2\"", "\"0\""),
        ("\"r\": \"1\"", "\"r\": \"4294967296\""), ("\"p\": \"1\"", "\"p\": \"1073741823\""),
        ("scrypt", "argon2id"), ("chacha20-poly1305", "aes-256-gcm"),
    ])
    func rejectsUnreasonableCosts(from: String, to: String) throws {
        _ = try store.add(name: "alice", mnemonic: phrase(), password: "correct horse")
        try rewrite { $0.replacingOccurrences(of: from, with: to) }
        do {
            _ = try store.open(name: "alice", password: "correct horse")
            Issue.record("opened")
        } catch KeyStoreError.damaged {
        }
    }

    @Test func rejectsNewerVersions() throws {
        _ = try store.add(name: "alice", mnemonic: phrase(), password: "correct horse")
        try rewrite { $0.replacingOccurrences(of: "\"version\": 1", with: "\"version\": 2") }
        let path = folder.path("keys/alice.json")
        #expect(throws: KeyStoreError.unsupportedVersion(path: path, version: "2")) {
            try store.show(name: "alice")
        }
    }

    @Test func rejectsAFileUnderAnotherName() throws {
        _ = try store.add(name: "alice", mnemonic: phrase(), password: "correct horse")
        try FileManager.default.moveItem(
            atPath: folder.path("keys/alice.json"), toPath: folder.path("keys/bob.json"))
        do {
            _ = try store.show(name: "bob")
            Issue.record("shown")
        } catch KeyStoreError.damaged {
        }
    }

    @Test func saysWhereTheFolderCannotBeMade() throws {
        let blocked = folder.path("file")
        try Data().write(to: URL(fileURLWithPath: blocked))
        let store = KeyStore(folder: blocked + "/keys", cost: try #require(Self.cost))
        do {
            _ = try store.add(name: "alice", mnemonic: phrase(), password: "correct horse")
            Issue.record("added")
        } catch KeyStoreError.storage(let path, _) {
            #expect(path.hasPrefix(blocked))
        }
    }

    func rewrite(_ change: (String) -> String) throws {
        let path = URL(fileURLWithPath: folder.path("keys/alice.json"))
        let text = String(decoding: try Data(contentsOf: path), as: UTF8.self)
        let changed = change(text)
        #expect(changed != text)
        try Data(changed.utf8).write(to: path)
    }
}
