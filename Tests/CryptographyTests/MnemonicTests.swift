// Recovery phrases and derived keys: Trezor's BIP-39 vectors (recomputed with python-mnemonic
// 0.21), the first vector of BIP-32, and an address by cosmpy.

import Base
import Cryptography
import Testing

@Suite struct MnemonicTests {
    @Test(arguments: [
        (
            "00000000000000000000000000000000",
            "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon "
                + "abandon about",
            "c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1"
                + "c92f2cf141630c7a3c4ab7c81b2f001698e7463b04"
        ),
        (
            "7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f",
            "legal winner thank year wave sausage worth useful legal winner thank yellow",
            "2e8905819b8723fe2c1d161860e5ee1830318dbf49a83bd451cfb8440c28bd6fa457fe1296106559a3c809"
                + "37a1c1069be3a3a5bd381ee6260e8d9739fce1f607"
        ),
        (
            "ffffffffffffffffffffffffffffffff",
            "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong",
            "ac27495480225222079d7be181583751e86f571027b0497b5b5d11218e0a8a13332572917f0f8e5a589620"
                + "c6f15b11c61dee327651a14c34e18231052e48c069"
        ),
        (
            "808080808080808080808080808080808080808080808080",
            "letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd "
                + "amount doctor acoustic avoid letter always",
            "107d7c02a5aa6f38c58083ff74f04c607c2d2c0ecc55501dadd72d025b751bc27fe913ffb796f841c49b1d"
                + "33b610cf0e91d3aa239027f5e99fe4ce9e5088cd65"
        ),
        (
            "68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c",
            "hamster diagram private dutch cause delay private meat slide toddler razor book happy "
                + "fancy gospel tennis maple dilemma loan word shrug inflict delay length",
            "64c87cde7e12ecf6704ab95bb1408bef047c22db4cc7491c4271d170a1b213d20b385bc1588d9c7b38f1b3"
                + "9d415665b8a9030c9ec653d75e65f847d8fc1fc440"
        ),
    ])
    func agreesWithTrezorsVectors(entropy: String, phrase: String, seed: String) throws {
        let mnemonic = try Mnemonic(entropy: hex(entropy))
        #expect(mnemonic.phrase == phrase)
        #expect(mnemonic.seed(passphrase: "TREZOR").hex == seed)
        #expect(try Mnemonic(phrase: phrase).phrase == phrase)
        #expect(try Mnemonic(phrase: "\n " + phrase.uppercased() + "\t").phrase == phrase)
        #expect(!"\(mnemonic)".contains(phrase))
    }

    /// bitcoin/bips bip-0039/english.txt.
    @Test func wordListIsThePublishedOne() {
        #expect(
            SHA256.hash(ascii(englishWordList)).hex
                == "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda")
        let words = englishWordList.split(separator: "\n")
        #expect(words.count == 2048)
        #expect(words == words.sorted())
    }

    @Test func roundTripsEveryEntropyLength() throws {
        for count in [16, 20, 24, 28, 32] {
            for seed in 0..<50 as Range<UInt8> {
                let entropy = Bytes(SHA256.hash([seed]).bytes.prefix(count))
                let phrase = try Mnemonic(entropy: entropy).phrase
                #expect(try Mnemonic(phrase: phrase).phrase == phrase)
            }
        }
    }

    @Test func rejectsWrongWordsCountsAndChecksums() {
        let words =
            ["legal", "winner", "thank", "year", "wave", "sausage", "worth", "useful"]
            + ["legal", "winner", "thank", "yellow"]
        #expect(throws: MnemonicError.wordCount(11)) {
            try Mnemonic(phrase: words.dropLast().joined(separator: " "))
        }
        #expect(throws: MnemonicError.wordCount(0)) { try Mnemonic(phrase: " \n") }
        #expect(throws: MnemonicError.unknownWord("winter2", index: 1)) {
            try Mnemonic(
                phrase: (["legal", "winter2"] + words.dropFirst(2)).joined(separator: " "))
        }
        #expect(throws: MnemonicError.wrongChecksum) {
            try Mnemonic(phrase: (words.dropLast() + ["year"]).joined(separator: " "))
        }
        for count in [0, 15, 17, 33] {
            #expect(throws: MnemonicError.entropyLength(byteCount: count)) {
                try Mnemonic(entropy: Bytes(repeating: 0, count: count))
            }
        }
    }
}

@Suite struct HDKeyTests {
    /// BIP-32, test vector 1; the keys inside its xprv texts.
    @Test(arguments: [
        ("m", "e8f32e723decf4051aefac8e2c93c9c5b214313817cdb01a1494b917c8436b35"),
        ("m/0'", "edb2e14f9ee77d26dd93b4ecede8d16ed408ce149b6cd80b0715a2d911a0afea"),
        ("m/0'/1", "3c6cb8d0f6a264c91ea8b5030fadaa8e538b020f0a387421a12de9319dc93368"),
        ("m/0'/1/2'", "cbce0d719ecf7431d88e6a89fa1483e02e35092af60c042b1df2ff59fa424dca"),
        ("m/0'/1/2'/2", "0f479245fb19a38a1954c5c7c0ebab2f9bdfd96a17563ef28a6a4b1a2a764ef4"),
        (
            "m/0'/1/2'/2/1000000000",
            "471b76e389e528d6de6d816857e012c5455051cad6660850e58372a6c3e6e7c8"
        ),
    ])
    func agreesWithBIP32(path: String, key: String) throws {
        let seed = hex("000102030405060708090a0b0c0d0e0f")
        #expect(try HDKey.derive(seed: seed, path: path).rawBytes.hex == key)
    }

    /// cosmpy 0.12.2 and every Cosmos wallet.
    @Test func derivesTheFirstCosmosAccount() throws {
        let mnemonic = try Mnemonic(entropy: Bytes(repeating: 0, count: 16))
        let key = try HDKey.derive(seed: mnemonic.seed(), path: HDKey.cosmosPath)
        let address = Address(publicKey: key.publicKey)
        #expect(address.bech32(prefix: "cosmos") == "cosmos19rl4cm2hmr8afy4kldpxz3fka4jguq0auqdal4")
        #expect(address.bech32() == "aivm19rl4cm2hmr8afy4kldpxz3fka4jguq0ada72yv")
    }

    @Test(arguments: [
        "", "/", "m/", "M/0", "0/1", "m//0", "m/0/", "m/-1", "m/+1", "m/2147483648",
        "m/2147483648'", "m/99999999999999999999", "m/0''", "m/'", "m/0x1", "m/1 ", "m/a", "m/١",
    ])
    func rejectsMalformedPath(path: String) {
        #expect(throws: HDKeyError.malformedPath(path)) {
            try HDKey.derive(seed: Bytes(repeating: 1, count: 32), path: path)
        }
    }

    @Test func rejectsPathDeeperThan255AndSeedOutOfRange() {
        let seed = Bytes(repeating: 1, count: 32)
        let deep = "m" + String(repeating: "/0'", count: 256)
        #expect(throws: HDKeyError.malformedPath(deep)) {
            try HDKey.derive(seed: seed, path: deep)
        }
        for count in [0, 15, 65] {
            #expect(throws: HDKeyError.seedLength(byteCount: count)) {
                try HDKey.derive(seed: Bytes(repeating: 1, count: count), path: "m")
            }
        }
    }
}
