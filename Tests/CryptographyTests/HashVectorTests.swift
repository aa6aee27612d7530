// Hashes, keyed hashes and ciphers against published vectors, each named by its source; those of
// the RFCs were also recomputed with Python's hashlib, hmac and `cryptography`.

import Base
import Cryptography
import Testing

func hex(_ text: String) -> Bytes { Bytes(hex: text) ?? [] }
func ascii(_ text: String) -> Bytes { Bytes(text.utf8) }

@Suite struct HashVectorTests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func sha256AgreesWithFIPS180(message: String, digest: String) {
        #expect(SHA256.hash(ascii(message)).hex == digest)
        #expect(SHA256.hash(ascii(message)[...]).hex == digest)
        #expect(SHA256.hash(concatenating: ascii(message).map { [$0] }).hex == digest)
    }

    @Test func piecesHashAsTheyDoOneByOne() {
        var bytes = Bytes()
        for index in 0..<40_000 as Range<UInt32> {
            bytes.append(UInt8((index &* 2_654_435_761) >> 24))
        }
        for count in Array(1...3) + Array(60...200) + [1_000, 4_999, 5_000, 5_001, 39_999, 50_000] {
            let pieces = stride(from: 0, to: bytes.count, by: count).map {
                bytes[$0..<min(bytes.count, $0 + count)]
            }
            #expect(
                SHA256.hashes(ofEach: count, in: bytes[...], prefix: 7)
                    == pieces.map { SHA256.hash([7] + Bytes($0)) })
        }
        #expect(SHA256.hashes(ofEach: 64, in: [], prefix: 0).isEmpty)
    }

    @Test func sha256OfAMillionLettersAgreesWithFIPS180() {
        let digest = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        #expect(SHA256.hash(Bytes(repeating: UInt8(ascii: "a"), count: 1_000_000)).hex == digest)
    }

    @Test func hasherAgreesWithOneShotAtEverySplit() {
        let message = Bytes((0..<200).map { UInt8($0) })
        let expected = SHA256.hash(message)
        for split in 0...message.count {
            var hasher = SHA256Hasher()
            hasher.update(Bytes(message[..<split]))
            #expect(hasher.finalize() == SHA256.hash(message[..<split]))
            hasher.update(message[split...])
            #expect(hasher.finalize() == expected)
        }
    }

    @Test func hasherTakesHashesAsTheirBytes() {
        let hash = SHA256.hash(ascii("abc"))
        var hasher = SHA256Hasher()
        hasher.update(hash)
        #expect(hasher.finalize() == SHA256.hash(hash.bytes))
    }

    @Test func copiedHasherContinuesOnItsOwn() {
        var first = SHA256Hasher()
        first.update(ascii("ab"))
        var second = first
        first.update(ascii("c"))
        second.update(ascii("d"))
        #expect(first.finalize() == SHA256.hash(ascii("abc")))
        #expect(second.finalize() == SHA256.hash(ascii("abd")))
    }

    @Test func sha512AgreesWithFIPS180() {
        #expect(
            SHA512.hash(ascii("abc")).hex
                == "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f")
    }

    /// The authors' page, "The hash function RIPEMD-160".
    @Test(arguments: [
        ("", "9c1185a5c5e9fc54612808977ee8f548b2258d31"),
        ("abc", "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"),
        ("message digest", "5d0689ef49d2fae572b881b123a85ffa21595f36"),
    ])
    func ripemd160AgreesWithItsAuthors(message: String, digest: String) {
        #expect(RIPEMD160.hash(ascii(message)).hex == digest)
    }
}

@Suite struct KeyDerivationTests {
    @Test func hmacAgreesWithRFC4231() {
        let question = ascii("what do ya want for nothing?")
        #expect(
            HMAC.sha256(key: ascii("Jefe"), message: question).hex
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            HMAC.sha512(key: ascii("Jefe"), message: question).hex
                == "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737")
        let longKey = Bytes(repeating: 0xAA, count: 131)
        let message = ascii("Test Using Larger Than Block-Size Key - Hash Key First")
        #expect(
            HMAC.sha256(key: longKey, message: message).hex
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
        #expect(
            HMAC.sha512(key: longKey, message: message).hex
                == "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
                + "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598")
    }

    /// Expected bytes from Python's hashlib.pbkdf2_hmac.
    @Test func pbkdf2AgreesWithHashlib() {
        let key = PBKDF2.sha512(
            password: ascii("passwordPASSWORDpassword"),
            salt: ascii("saltSALTsaltSALTsaltSALTsaltSALTsalt"), iterations: 4096, byteCount: 80)
        #expect(
            key.hex == "8c0511f4c6e597c6ac6315d8f0362e225f3c501495ba23b868c005174dc4ee71"
                + "115b59f9e60cd9532fa33e0f75aefe30225c583a186cd82bd4daea9724a3d3b8"
                + "04f75bdd41494fa324cab24bcc680fb3")
    }

    @Test func scryptAgreesWithRFC7914() throws {
        let empty = try Scrypt.derive(password: [], salt: [], n: 16, r: 1, p: 1, byteCount: 64)
        #expect(
            empty.hex == "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
                + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906")
        let key = try Scrypt.derive(
            password: ascii("password"), salt: ascii("NaCl"), n: 1024, r: 8, p: 16, byteCount: 64)
        #expect(
            key.hex == "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622"
                + "eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")
    }

    @Test(
        arguments: [
            (0, 8, 1), (1, 8, 1), (3, 8, 1), (1024, 0, 1), (1024, 8, 0), (1 << 40, 8, 1),
            (1 << 23, 8, 1), (.max, .max, .max), (1024, 1 << 20, 1 << 20),
        ] as [(UInt64, UInt64, UInt64)])
    func scryptRejectsParametersOutsideItsRules(n: UInt64, r: UInt64, p: UInt64) {
        #expect(throws: CryptographyError.scryptParameters(n: n, r: r, p: p)) {
            try Scrypt.derive(password: [1], salt: [2], n: n, r: r, p: p, byteCount: 32)
        }
    }

    @Test(arguments: [-1, 0, Scrypt.byteCountLimit + 1])
    func scryptRejectsByteCount(count: Int) {
        #expect(throws: CryptographyError.tooLong(byteCount: count)) {
            try Scrypt.derive(password: [1], salt: [2], n: 16, r: 1, p: 1, byteCount: count)
        }
    }

    @Test func constantTimeEqualsIsEquality() {
        #expect(constantTimeEquals([], []))
        #expect(constantTimeEquals([1, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEquals([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEquals([1, 2, 3], [1, 2]))
        #expect(!constantTimeEquals([], [0]))
    }
}

@Suite struct ChaCha20Poly1305Tests {
    private let key = Bytes((0x80..<0xA0).map { UInt8($0) })
    private let nonce = hex("070000004041424344454647")
    private let associated = hex("50515253c0c1c2c3c4c5c6c7")
    private let message = ascii(
        "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
            + "future, sunscreen would be it.")
    private let sealed = hex(
        "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da"
            + "92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad6"
            + "75945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b6116"
            + "1ae10b594f09e26a7e902ecbd0600691")

    @Test func agreesWithRFC8439Section282() throws {
        let ours = try ChaCha20Poly1305.seal(
            message, key: key, nonce: nonce, authenticating: associated)
        #expect(ours == sealed)
        let opened = try ChaCha20Poly1305.open(
            sealed, key: key, nonce: nonce, authenticating: associated)
        #expect(opened == message)
    }

    @Test func roundTripsEveryShortLengthWithAndWithoutAssociatedData() throws {
        for count in 0...130 {
            let message = Bytes((0..<count).map { UInt8($0) })
            for associated in [[], Bytes(repeating: 7, count: count)] {
                let sealed = try ChaCha20Poly1305.seal(
                    message, key: key, nonce: nonce, authenticating: associated)
                #expect(sealed.count == count + 16)
                let opened = try ChaCha20Poly1305.open(
                    sealed, key: key, nonce: nonce, authenticating: associated)
                #expect(opened == message)
            }
        }
    }

    @Test func rejectsEveryFlippedBit() {
        func expectFailure(_ sealed: Bytes, _ key: Bytes, _ nonce: Bytes, _ associated: Bytes) {
            #expect(throws: CryptographyError.authenticationFailed) {
                try ChaCha20Poly1305.open(
                    sealed, key: key, nonce: nonce, authenticating: associated)
            }
        }
        for flipped in flips(of: sealed) { expectFailure(flipped, key, nonce, associated) }
        for flipped in flips(of: key) { expectFailure(sealed, flipped, nonce, associated) }
        for flipped in flips(of: nonce) { expectFailure(sealed, key, flipped, associated) }
        for flipped in flips(of: associated) { expectFailure(sealed, key, nonce, flipped) }
    }

    @Test func rejectsTruncationAtEveryOffset() {
        for count in 0..<sealed.count {
            let expected =
                count < 16
                ? CryptographyError.sealedMessageTooShort(minimum: 16, actual: count)
                : .authenticationFailed
            #expect(throws: expected) {
                try ChaCha20Poly1305.open(
                    Bytes(sealed.prefix(count)), key: key, nonce: nonce,
                    authenticating: associated)
            }
        }
    }

    @Test func rejectsWrongKeyAndNonceLengths() {
        #expect(throws: CryptographyError.keyLength(expected: 32, actual: 31)) {
            try ChaCha20Poly1305.seal([], key: Bytes(key.dropLast()), nonce: nonce)
        }
        #expect(throws: CryptographyError.nonceLength(expected: 12, actual: 13)) {
            try ChaCha20Poly1305.open(sealed, key: key, nonce: nonce + [0])
        }
    }
}

/// `bytes` with one bit flipped, for every byte; which bit varies with the offset.
func flips(of bytes: Bytes) -> [Bytes] {
    bytes.indices.map { index in
        var flipped = bytes
        flipped[index] ^= 1 << UInt8(index % 8)
        return flipped
    }
}
