// ECDSA over secp256k1 and Ed25519: published vectors, and rejection of everything near a valid
// signature.

import Base
import Cryptography
import Testing

/// The group order of secp256k1 (SEC 2, section 2.4.1).
private let order = hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")

@Suite struct Secp256k1Tests {
    /// cosmpy 0.12.2: the digest of a sign document, signed by SHA-256("aivm test vector").
    @Test func signsACosmosDocumentAsCosmpyDoes() throws {
        let key = try #require(
            Secp256k1.PrivateKey(SHA256.hash(ascii("aivm test vector")).bytes))
        #expect(
            key.rawBytes.hex == "b0babb2bd9d3728adb905e5f7619326e87f4cb977a0d3b525d22fb298befd9ad")
        #expect(
            key.publicKey.bytes.hex
                == "037e914849c2786ba5a0a463516f2ff89121e9cf599ac250b4ae7d20a1d0747088")
        let digest = SHA256.hash(CosmosVector.signDocument)
        #expect(
            digest.hex == "9426f17eaa037e02b4ef71a8521eb5b05af88e67f75c8eff2b955e5066290a15")
        #expect(key.signature(for: digest) == CosmosVector.signature)
        #expect(key.publicKey.isValid(signature: CosmosVector.signature, for: digest))
    }

    @Test func hashesACosmosTransactionAsCosmpyDoes() {
        let raw =
            hex("0a8f01") + CosmosVector.body + hex("1267") + CosmosVector.authInfo
            + hex("1a40") + CosmosVector.signature
        #expect(
            SHA256.hash(raw).bytes.upperHex
                == "BA188B3A8B8228548182C76D483349722D9580258EFA57ED5D0D9CAB0DE0F548")
    }

    /// RFC 6979 nonces on this curve: the vectors shared by python-ecdsa, bitcoinjs and Trezor.
    @Test(arguments: [
        (
            "Satoshi Nakamoto",
            "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
                + "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5"
        ),
        (
            "All those moments will be lost in time, like tears in rain. Time to die...",
            "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b"
                + "547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21"
        ),
    ])
    func noncesFollowRFC6979(message: String, signature: String) throws {
        let key = try #require(Secp256k1.PrivateKey(Bytes(repeating: 0, count: 31) + [1]))
        #expect(key.signature(for: SHA256.hash(ascii(message))).hex == signature)
    }

    @Test func rejectsHighS() throws {
        let key = try #require(Secp256k1.PrivateKey(SHA256.hash(ascii("k")).bytes))
        for index in 0..<20 as Range<UInt8> {
            let digest = SHA256.hash([index])
            let signature = key.signature(for: digest)
            let highS = subtract(Bytes(signature.suffix(32)), from: order)
            #expect(key.publicKey.isValid(signature: signature, for: digest))
            #expect(
                !key.publicKey.isValid(signature: signature.prefix(32) + highS, for: digest))
        }
    }

    @Test func rejectsEveryFlipTruncationAndExtension() throws {
        let key = try #require(Secp256k1.PrivateKey(SHA256.hash(ascii("k")).bytes)).publicKey
        let digest = SHA256.hash(ascii("m"))
        let signature = try #require(Secp256k1.PrivateKey(SHA256.hash(ascii("k")).bytes))
            .signature(for: digest)
        #expect(key.isValid(signature: signature, for: digest))
        for flipped in flips(of: signature) {
            #expect(!key.isValid(signature: flipped, for: digest))
        }
        for flipped in flips(of: digest.bytes) {
            let other = try #require(Hash256(flipped))
            #expect(!key.isValid(signature: signature, for: other))
        }
        for count in 0..<64 {
            #expect(!key.isValid(signature: Bytes(signature.prefix(count)), for: digest))
        }
        #expect(!key.isValid(signature: signature + [0], for: digest))
    }

    @Test func rejectsSignatureNumbersOutOfRange() throws {
        let key = try #require(Secp256k1.PrivateKey(SHA256.hash(ascii("k")).bytes)).publicKey
        let one = Bytes(repeating: 0, count: 31) + [1]
        let zero = Bytes(repeating: 0, count: 32)
        let ones = Bytes(repeating: 0xFF, count: 32)
        let numbers = [zero, one, order, ones]
        for r in numbers {
            for s in numbers {
                #expect(!key.isValid(signature: r + s, for: .zero))
            }
        }
    }

    @Test func rejectsBytesThatAreNoPrivateKey() {
        #expect(Secp256k1.PrivateKey(Bytes(repeating: 0, count: 32)) == nil)
        #expect(Secp256k1.PrivateKey(order) == nil)
        #expect(Secp256k1.PrivateKey(Bytes(repeating: 0xFF, count: 32)) == nil)
        #expect(Secp256k1.PrivateKey(subtract([1], from: order)) != nil)
        for count in [0, 1, 31, 33, 64] {
            #expect(Secp256k1.PrivateKey(Bytes(repeating: 1, count: count)) == nil)
        }
    }

    @Test func rejectsBytesThatAreNoPublicKey() throws {
        let x = hex("7e914849c2786ba5a0a463516f2ff89121e9cf599ac250b4ae7d20a1d0747088")
        #expect(Secp256k1.PublicKey([3] + x) != nil)
        #expect(Secp256k1.PublicKey([2] + x) != nil)
        for prefix in [0, 1, 4, 5, 6, 7, 0xFF] as Bytes {
            #expect(Secp256k1.PublicKey([prefix] + x) == nil)
        }
        // x = 5 is on no point of the curve; the field's modulus is no coordinate.
        #expect(Secp256k1.PublicKey([2] + Bytes(repeating: 0, count: 31) + [5]) == nil)
        let modulus = hex("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f")
        #expect(Secp256k1.PublicKey([2] + modulus) == nil)
        for count in 0..<33 {
            #expect(Secp256k1.PublicKey(Bytes(([3] + x).prefix(count))) == nil)
        }
        #expect(Secp256k1.PublicKey([3] + x + [0]) == nil)
    }

    @Test func keysCompareByTheirBytesAndHideWhenPrivate() throws {
        let key = try #require(Secp256k1.PrivateKey(SHA256.hash(ascii("k")).bytes))
        let parsed = try #require(Secp256k1.PublicKey(key.publicKey.bytes))
        #expect(parsed == key.publicKey)
        #expect(parsed.hashValue == key.publicKey.hashValue)
        #expect(parsed.description == parsed.bytes.hex)
        #expect(!"\(key)".contains(key.rawBytes.hex))
    }

    /// `minuend - subtrahend` of big-endian numbers, the first not smaller.
    private func subtract(_ subtrahend: Bytes, from minuend: Bytes) -> Bytes {
        var result = minuend
        var borrow = 0
        for offset in 1...minuend.count {
            let taken = offset <= subtrahend.count ? Int(subtrahend[subtrahend.count - offset]) : 0
            let difference = Int(minuend[minuend.count - offset]) - taken - borrow
            borrow = difference < 0 ? 1 : 0
            result[minuend.count - offset] = UInt8(truncatingIfNeeded: difference)
        }
        return result
    }
}

@Suite struct Ed25519Tests {
    /// RFC 8032 section 7.1, tests 1 to 3.
    @Test(arguments: [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ])
    func agreesWithRFC8032(seed: String, key: String, message: String, signature: String) throws {
        let privateKey = try #require(Ed25519.PrivateKey(seed: hex(seed)))
        #expect(privateKey.publicKey.bytes.hex == key)
        #expect(privateKey.signature(for: hex(message)).hex == signature)
        let publicKey = try #require(Ed25519.PublicKey(hex(key)))
        #expect(publicKey == privateKey.publicKey)
        #expect(publicKey.isValid(signature: hex(signature), for: hex(message)))
    }

    @Test func rejectsEveryFlipTruncationAndExtension() throws {
        let privateKey = try #require(Ed25519.PrivateKey(seed: Bytes(repeating: 9, count: 32)))
        let message = ascii("precommit")
        let signature = privateKey.signature(for: message)
        let key = privateKey.publicKey
        #expect(key.isValid(signature: signature, for: message))
        for flipped in flips(of: signature) {
            #expect(!key.isValid(signature: flipped, for: message))
        }
        for flipped in flips(of: message) {
            #expect(!key.isValid(signature: signature, for: flipped))
        }
        for flipped in flips(of: key.bytes) {
            let other = try #require(Ed25519.PublicKey(flipped))
            #expect(!other.isValid(signature: signature, for: message))
        }
        for count in 0..<64 {
            #expect(!key.isValid(signature: Bytes(signature.prefix(count)), for: message))
        }
        #expect(!key.isValid(signature: signature + [0], for: message))
        #expect(!key.isValid(signature: signature, for: message + [0]))
    }

    /// s + L is the same number modulo the group order L, and must not pass (RFC 8032, 5.1.7).
    @Test func rejectsSNotBelowTheGroupOrder() throws {
        let privateKey = try #require(Ed25519.PrivateKey(seed: Bytes(repeating: 9, count: 32)))
        var signature = privateKey.signature(for: [])
        let order = Bytes(
            hex("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed").reversed())
        var carry = 0
        for offset in 0..<32 {
            let sum = Int(signature[32 + offset]) + Int(order[offset]) + carry
            signature[32 + offset] = UInt8(truncatingIfNeeded: sum)
            carry = sum >> 8
        }
        #expect(!privateKey.publicKey.isValid(signature: signature, for: []))
    }

    @Test func rejectsWrongLengthsAndHidesThePrivateKey() throws {
        for count in [0, 31, 33, 64] {
            #expect(Ed25519.PrivateKey(seed: Bytes(repeating: 1, count: count)) == nil)
            #expect(Ed25519.PublicKey(Bytes(repeating: 1, count: count)) == nil)
        }
        let key = try #require(Ed25519.PrivateKey(seed: Bytes(repeating: 9, count: 32)))
        #expect(!"\(key)".contains(key.seed.hex))
    }
}

/// A transaction made and signed by cosmpy 0.12.2 with RFC 6979 nonces: chain `aivm-1`, account
/// number 7, sequence 3, memo `hi`, 100 uaivm sent, fee 2500 uaivm, gas 100000.
enum CosmosVector {
    static let body = hex(
        "0a88010a1c2f636f736d6f732e62616e6b2e763162657461312e4d736753656e6412680a2b6169766d31766d61"
            + "637a656a7679647472727a667a6e397771676734337733787973356d37723967776a34"
            + "122b6169766d3176"
            + "75747734666b65616138327972796736783832706a6a376171786737346c736c726375"
            + "77301a0c0a057561"
            + "69766d120331303012026869")
    static let authInfo = hex(
        "0a500a460a1f2f636f736d6f732e63727970746f2e736563703235366b312e5075624b657912230a21037e9148"
            + "49c2786ba5a0a463516f2ff89121e9cf599ac250b4ae7d20a1d074708812040a020801"
            + "180312130a0d0a05"
            + "756169766d12043235303010a08d06")
    static let signDocument =
        hex("0a8f01") + body + hex("1267") + authInfo
        + hex("1a066169766d2d312007")
    static let signature = hex(
        "5e8bc6e6c7fc9519948430f16f6222629f1e86b4a9af4491bcb420aa60501861"
            + "2e32fe776d2f6b105e5207e9099f8a8f5152992a42bd43ebe36d3332e4d8875c")
}
