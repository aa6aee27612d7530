// Keccak-256 against the published hash of no bytes and of "abc" (Ethereum's yellow paper and its
// tests), and against PyCryptodome 3.24.1 over all lengths around five blocks.

import Base
import Cryptography
import Testing

@Suite struct KeccakTests {
    @Test(arguments: [
        ("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        ("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
    ])
    func agreesWithEthereum(message: String, digest: String) {
        #expect(Keccak256.hash(ascii(message)).hex == digest)
    }

    @Test func agreesWithPyCryptodomeOnEveryLengthAroundTheBlocks() {
        var hashes = Bytes()
        for count in 0..<700 {
            hashes += Keccak256.hash((0..<count).map { UInt8($0 % 251) }).bytes
        }
        #expect(
            Keccak256.hash(hashes).hex
                == "9f1e66f34fbdd36412992879ac164f983765ebadc09f38f9e1550958bca90a3e")
    }

    @Test func aMillionLettersAgreeWithPyCryptodome() {
        let digest = "fadae6b49f129bbb812be8407b7b2894f34aecf6dbd1f9b0f0c7e9853098fc96"
        #expect(
            Keccak256.hash(Bytes(repeating: UInt8(ascii: "a"), count: 1_000_000)).hex == digest)
    }

    @Test func hasherAgreesWithOneShotAtEverySplit() {
        let message = Bytes((0..<300).map { UInt8($0 & 255) })
        for split in 0...message.count {
            var hasher = Keccak256Hasher()
            hasher.update(Bytes(message[..<split]))
            #expect(hasher.finalize() == Keccak256.hash(Bytes(message[..<split])))
            hasher.update(message[split...])
            #expect(hasher.finalize() == Keccak256.hash(message))
        }
    }
}
