// Bech32 and addresses: the vectors of BIP-173, addresses derived by cosmpy, and rejection.

import Base
import Cryptography
import Testing

@Suite struct Bech32Tests {
    /// BIP-173, "Test vectors", valid bech32.
    @Test(arguments: [
        "A12UEL5L", "a12uel5l",
        "an83characterlonghumanreadablepartthatcontains"
            + "thenumber1andtheexcludedcharactersbio1tt5tgs",
        "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
        "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
    ])
    func acceptsTheChecksumsOfBIP173(text: String) {
        // Some of these hold bits that are not whole bytes; the checksum is what they test.
        do {
            _ = try Bech32.decode(text)
        } catch {
            #expect(error == .wrongPadding)
        }
    }

    /// BIP-173, "Test vectors", invalid bech32, each with its reason.
    @Test(
        arguments: [
            ("\u{20}1nwldj5", .invalidCharacter(byte: 0x20, offset: 0)),
            ("\u{7F}1axkwrx", .invalidCharacter(byte: 0x7F, offset: 0)),
            ("\u{80}1eym55h", .invalidCharacter(byte: 0xC2, offset: 0)),
            ("pzry9x0s0muk", .noSeparator),
            ("1pzry9x0s0muk", .emptyPrefix),
            ("x1b4n0q5v", .invalidCharacter(byte: UInt8(ascii: "b"), offset: 2)),
            ("li1dgmt3", .tooShort(characters: 5)),
            ("A1G7SGD8", .wrongChecksum),
            ("10a06t8", .emptyPrefix),
            ("1qzzfhee", .emptyPrefix),
            ("a12UEL5L", .mixedCase),
            ("", .noSeparator),
            ("1", .emptyPrefix),
            ("a1", .tooShort(characters: 0)),
        ] as [(String, Bech32Error)])
    func rejectsTheInvalidTextsOfBIP173(text: String, reason: Bech32Error) {
        #expect(throws: reason) { try Bech32.decode(text) }
    }

    /// BIP-350: a valid bech32m text, which bech32 must refuse.
    @Test(arguments: ["A1LQFN3A", "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx"])
    func rejectsBech32m(text: String) {
        #expect(throws: Bech32Error.wrongChecksum) { try Bech32.decode(text) }
    }

    @Test func roundTripsEveryLength() throws {
        for count in 0...300 {
            let bytes = Bytes((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) })
            let text = Bech32.encode(prefix: "aivm", bytes: bytes)
            let (prefix, decoded) = try Bech32.decode(text)
            #expect(prefix == "aivm")
            #expect(decoded == bytes)
            let upper = try Bech32.decode(text.uppercased())
            #expect(upper.prefix == "aivm" && upper.bytes == bytes)
        }
    }

    @Test func limitsTheLength() throws {
        // 4 prefix characters, separator and checksum leave 1012 groups: 632 bytes.
        let longest = Bytes(repeating: 1, count: 632)
        #expect(try Bech32.decode(Bech32.encode(prefix: "aivm", bytes: longest)).bytes == longest)
        let tooLong = Bech32.encode(prefix: "aivm", bytes: longest + [1])
        #expect(throws: Bech32Error.tooLong(characters: tooLong.utf8.count)) {
            try Bech32.decode(tooLong)
        }
    }

    /// The code detects any one wrong character, and any two swapped neighbours that differ.
    @Test func rejectsEverySingleWrongCharacter() {
        let text = Bytes("aivm1vmaczejvydtrrzfzn9wqgg43w3xys5m7r9gwj4".utf8)
        let alphabet = Bytes("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
        for index in text.indices where index != 4 {
            for character in alphabet where character != text[index] {
                var wrong = text
                wrong[index] = character
                #expect(throws: Bech32Error.self) {
                    try Bech32.decode(String(decoding: wrong, as: UTF8.self))
                }
            }
        }
        for index in 5..<(text.count - 1) where text[index] != text[index + 1] {
            var wrong = text
            wrong.swapAt(index, index + 1)
            #expect(throws: Bech32Error.wrongChecksum) {
                try Bech32.decode(String(decoding: wrong, as: UTF8.self))
            }
        }
    }

    @Test func rejectsTruncationAtEveryOffset() {
        let text = "aivm1vmaczejvydtrrzfzn9wqgg43w3xys5m7r9gwj4"
        for count in 0..<text.count {
            #expect(throws: Bech32Error.self) { try Bech32.decode(String(text.prefix(count))) }
        }
    }

    /// Valid checksums over bits that are no whole bytes: a left-over group that is not zero, and a
    /// group too many. Made with the reference Python code of BIP-173.
    @Test(arguments: paddingTexts)
    func rejectsPadding(text: String) {
        #expect(throws: Bech32Error.wrongPadding) { try Bech32.decode(text) }
    }
}

@Suite struct AddressTests {
    /// cosmpy 0.12.2, from SHA-256("aivm test vector").
    @Test func derivesAccountsAsCosmpyDoes() throws {
        let key = try #require(
            Secp256k1.PrivateKey(SHA256.hash(ascii("aivm test vector")).bytes))
        let address = Address(publicKey: key.publicKey)
        #expect(address.bytes.hex == "66fb81664c2356318922995c0422b1744c48537e")
        #expect(address.description == "aivm1vmaczejvydtrrzfzn9wqgg43w3xys5m7r9gwj4")
        #expect(
            address.bech32(prefix: "aivmvaloper")
                == "aivmvaloper1vmaczejvydtrrzfzn9wqgg43w3xys5m76ljyt7")
        #expect(try Address(bech32: address.description) == address)
        let second = try #require(
            Secp256k1.PrivateKey(SHA256.hash(ascii("aivm test vector 2")).bytes))
        #expect(
            Address(publicKey: second.publicKey).bech32()
                == "aivm1vutw4fkeaa82yryg6x82pjj7aqxg74lslrcuw0")
    }

    /// Addresses of module accounts on the Cosmos Hub.
    @Test(arguments: [
        ("fee_collector", "cosmos17xpfvakm2amg962yls6f84z3kell8c5lserqta"),
        ("bonded_tokens_pool", "cosmos1fl48vsnmsdzcv85q5d2q4z5ajdha8yu34mf0eh"),
        ("not_bonded_tokens_pool", "cosmos1tygms3xhhs3yv487phx3dw4a95jn7t7lpm470r"),
        ("gov", "cosmos10d07y265gmmuvt4z0w9aw880jnsr700j6zn9kn"),
        ("distribution", "cosmos1jv65s3grqf6v6jl3dp4t6c9t9rk99cd88lyufl"),
        ("mint", "cosmos1m3h30wlvsf8llruxtpukdvsy0km2kum8g38c8q"),
    ])
    func moduleAccountsAgreeWithTheHub(name: String, text: String) {
        #expect(Address.module(name).bech32(prefix: "cosmos") == text)
    }

    /// The validator of a live CometBFT 0.38 chain.
    @Test func consensusAddressAgreesWithCometBFT() throws {
        let key = try #require(
            Ed25519.PublicKey(
                Bytes(base64: "zgSUrrxPDOvvXq1KcBJ5TzsON0IH0y/mzsvK8341cqs=") ?? []))
        #expect(
            Address.consensus(key).bytes.upperHex == "6356739FA4F8199AB8C4FF0E5DC888C488692373")
    }

    @Test func rejectsAnotherPrefixAndLengthsOutOfRange() throws {
        let text = Address.module("gov").bech32(prefix: "cosmos")
        #expect(throws: Bech32Error.wrongPrefix(expected: "aivm", actual: "cosmos")) {
            try Address(bech32: text)
        }
        #expect(throws: Bech32Error.addressLength(byteCount: 0)) {
            try Address(bech32: Bech32.encode(prefix: "aivm", bytes: []))
        }
        #expect(throws: Bech32Error.addressLength(byteCount: 256)) {
            try Address(
                bech32: Bech32.encode(prefix: "aivm", bytes: Bytes(repeating: 0, count: 256)))
        }
        #expect(Address([]) == nil)
        #expect(Address(Bytes(repeating: 0, count: 256)) == nil)
        #expect(Address(Bytes(repeating: 0, count: 255)) != nil)
    }

    @Test func sortsByBytes() throws {
        let low = try #require(Address([1, 2]))
        let longer = try #require(Address([1, 2, 0]))
        let high = try #require(Address([1, 3]))
        #expect([high, longer, low].sorted() == [low, longer, high])
    }
}

private let paddingTexts = [
    "aivm1qpmf2cwt",
    "aivm1lldeyvlz",
    "aivm1q0ejd3d",
    "aivm1qqqr3wkyk",
    "aivm1pzry9x8gq2k36cx",
    "aivm1qqqgpf878r",
]
