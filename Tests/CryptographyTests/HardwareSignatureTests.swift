// The signatures of trusted hardware: ECDSA over P-256 and P-384 against RFC 6979's vectors, and
// RSASSA-PSS against the encoding written out beside the library's own check.

import Base
import Cryptography
import Testing

@Suite struct HardwareSignatureTests {
    struct Vector: Sendable {
        var curve: NISTCurve
        var hash: DigestAlgorithm
        var scalar: String
        var message: String
        var signature: String
    }

    private static let key256 = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"
    private static let key384 =
        "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d8"
        + "96d5724e4c70a825f872c9ea60d2edf5"

    /// RFC 6979, appendices A.2.5 and A.2.6.
    private static let vectors = [
        Vector(
            curve: .p256, hash: .sha256, scalar: key256, message: "sample",
            signature: "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
                + "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"),
        Vector(
            curve: .p256, hash: .sha256, scalar: key256, message: "test",
            signature: "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
                + "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083"),
        Vector(
            curve: .p384, hash: .sha384, scalar: key384, message: "sample",
            signature: "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c"
                + "81a648152e44acf96e36dd1e80fabe46"
                + "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94f"
                + "a329c145786e679e7b82c71a38628ac8"),
        Vector(
            curve: .p384, hash: .sha384, scalar: key384, message: "test",
            signature: "8203b63d3c853e8d77227fb377bcf7b7b772e97892a80f36ab775d509d7a5feb"
                + "0542a7f0812998da8f1dd3ca3cf023db"
                + "ddd0760448d42d8a43af45af836fce4de8be06b485e9b61b827c2f13173923e0"
                + "6a739f040649a667bf3b828246baa5a5"),
    ]

    @Test(arguments: vectors)
    func signsAsRFC6979(_ vector: Vector) throws {
        let key = try #require(
            ECDSA.PrivateKey(vector.curve, scalar: hex(vector.scalar)))
        let digest = vector.hash.hash(ascii(vector.message))
        #expect(key.signature(for: digest, hash: vector.hash).hex == vector.signature)
        #expect(key.publicKey.isValid(signature: hex(vector.signature), for: digest))
    }

    @Test(arguments: vectors)
    func rejectsEveryFlippedBitOfASignature(_ vector: Vector) throws {
        let key = try #require(
            ECDSA.PrivateKey(vector.curve, scalar: hex(vector.scalar))
        ).publicKey
        let digest = vector.hash.hash(ascii(vector.message))
        let signature = hex(vector.signature)
        for place in signature.indices {
            var damaged = signature
            damaged[place] ^= 1 << UInt8(place % 8)
            #expect(!key.isValid(signature: damaged, for: digest))
        }
        #expect(!key.isValid(signature: signature + [0], for: digest))
        #expect(!key.isValid(signature: [], for: digest))
        #expect(!key.isValid(signature: signature, for: Bytes(digest.reversed())))
    }

    @Test func aPointOffTheCurveSignsNothing() throws {
        let key = try #require(
            ECDSA.PrivateKey(.p256, scalar: hex(HardwareSignatureTests.key256))
        ).publicKey
        var point = key.point
        point[40] ^= 1
        #expect(ECDSA.PublicKey(.p256, point: point) == nil)
        let vector = HardwareSignatureTests.vectors[0]
        let digest = SHA256.hash(ascii(vector.message)).bytes
        let unchecked = ECDSA.PublicKey(unchecked: .p256, point: point)
        #expect(!unchecked.isValid(signature: hex(vector.signature), for: digest))
        // The other forms of points, which the library would read.
        #expect(ECDSA.PublicKey(.p256, point: [2] + key.point[1...32]) == nil)
        #expect(ECDSA.PublicKey(.p256, point: [6] + key.point.dropFirst()) == nil)
        #expect(ECDSA.PublicKey(.p384, point: key.point) == nil)
        #expect(ECDSA.PublicKey(.p256, point: [4]) == nil)
    }

    @Test func scalarsOutOfRangeAreNoKeys() {
        #expect(ECDSA.PrivateKey(.p256, scalar: Bytes(repeating: 0, count: 32)) == nil)
        #expect(ECDSA.PrivateKey(.p256, scalar: Bytes(repeating: 0xFF, count: 32)) == nil)
        #expect(ECDSA.PrivateKey(.p256, scalar: [1]) == nil)
    }

    /// FIPS 180-4's example for SHA-384.
    @Test func hashesTheExampleOfSHA384() {
        #expect(
            SHA384.hash(ascii("abc")).hex
                == "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
                + "8086072ba1e7cc2358baeca134c825a7")
        // RFC 4231, test case 2.
        #expect(
            DigestAlgorithm.sha384.hmac(
                key: ascii("Jefe"), message: ascii("what do ya want for nothing?")
            ).hex
                == "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
                + "8e2240ca5e69e2c78b3239ecfab21649")
    }

    @Test func rsaSignsAndRejectsDamage() throws {
        let key = try #require(RSA.PrivateKey(seed: ascii("aivm rsa test"), byteCount: 256))
        let digest = SHA384.hash(ascii("message"))
        let signature = key.signaturePSS(forSHA384: digest)
        #expect(key.signaturePSS(forSHA384: digest) == signature)
        #expect(key.publicKey.isValidPSS(signature: signature, forSHA384: digest))
        for place in signature.indices {
            var damaged = signature
            damaged[place] ^= 1 << UInt8(place % 8)
            #expect(!key.publicKey.isValidPSS(signature: damaged, forSHA384: digest))
        }
        #expect(!key.publicKey.isValidPSS(signature: signature, forSHA384: SHA384.hash([])))
        #expect(
            !key.publicKey.isValidPSS(
                signature: Bytes(signature.dropFirst()), forSHA384: digest))
        let all = Bytes(repeating: 0xFF, count: 256)
        #expect(!key.publicKey.isValidPSS(signature: all, forSHA384: digest))
        #expect(RSA.PublicKey(modulus: Bytes(repeating: 0xFF, count: 128)) == nil)
        #expect(RSA.PublicKey(modulus: [0x80] + Bytes(repeating: 0, count: 255)) == nil)
    }
}
