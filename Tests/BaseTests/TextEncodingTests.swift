import Base
import TestSupport
import Testing

@Suite struct TextEncodingTests {
    /// RFC 4648 section 10.
    @Test(arguments: [
        ("", "", ""), ("f", "Zg==", "66"), ("fo", "Zm8=", "666f"), ("foo", "Zm9v", "666f6f"),
        ("foob", "Zm9vYg==", "666f6f62"), ("fooba", "Zm9vYmE=", "666f6f6261"),
        ("foobar", "Zm9vYmFy", "666f6f626172"),
    ])
    func matchesTheVectorsOfRFC4648(plain: String, base64: String, hex: String) {
        let bytes = Bytes(plain.utf8)
        #expect(bytes.base64 == base64)
        #expect(bytes.hex == hex)
        #expect(bytes.upperHex == hex.uppercased())
        #expect(Bytes(base64: base64) == bytes)
        #expect(Bytes(hex: hex) == bytes)
        #expect(Bytes(hex: hex.uppercased()) == bytes)
    }

    @Test func roundTripsEveryLengthAndByte() {
        var generator = SeededGenerator(seed: 1)
        #expect(Bytes(hex: Bytes(0...255).hex) == Bytes(0...255))
        for count in 0..<100 {
            let bytes = generator.bytes(count: count)
            #expect(Bytes(base64: bytes.base64) == bytes)
            #expect(Bytes(hex: bytes.hex) == bytes)
        }
    }

    @Test(arguments: ["0", "0g", "0x00", " 00", "00 ", "é", "+1", "-1", "０0"])
    func rejectsBadHexadecimal(text: String) {
        #expect(Bytes(hex: text) == nil)
    }

    /// Wrong length, padding in the wrong place, URL alphabet, spaces, unused bits that are set.
    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "=Zg=", "Z=g=", "====", "Zg==Zg==", "Zm9v=", "Zm9-", "Zm9_",
        "Zm 9", "Zm9v\n", "Zh==", "Zm9=", "é===",
    ])
    func rejectsBadBase64(text: String) {
        #expect(Bytes(base64: text) == nil)
    }

    @Test func acceptsOneSpellingOfEachByteString() {
        let alphabet = Array("ABab01+/=".unicodeScalars)
        for index in 0..<alphabet.count * alphabet.count * alphabet.count * alphabet.count {
            var rest = index
            var text = ""
            for _ in 0..<4 {
                text.unicodeScalars.append(alphabet[rest % alphabet.count])
                rest /= alphabet.count
            }
            if let bytes = Bytes(base64: text) { #expect(bytes.base64 == text) }
        }
    }
}
