// Recovery phrases (BIP-39): entropy as English words that people can write down.
//
// Entropy of 128 to 256 bits is followed by its checksum, the first bits of its SHA-256, one for
// every 32; the whole is cut in groups of 11 bits, and each selects a word of a list of 2048. The
// seed that keys derive from is PBKDF2 of the phrase itself, not of the entropy.

public import Base

/// Why words are not a recovery phrase.
public enum MnemonicError: Error, Equatable, Sendable {
    /// Entropy must have 16, 20, 24, 28 or 32 bytes.
    case entropyLength(byteCount: Int)
    /// A phrase must have 12, 15, 18, 21 or 24 words.
    case wordCount(Int)
    /// A word is not in the list; words are counted from 0.
    case unknownWord(String, index: Int)
    /// The words are known but their checksum is wrong: one is mistyped or out of place.
    case wrongChecksum
}

/// A recovery phrase in English. It does not print itself; `phrase` is the secret.
public struct Mnemonic: Sendable, CustomStringConvertible {
    /// The words in lower case with single spaces between. Secret.
    public let phrase: String

    /// The words for 16, 20, 24, 28 or 32 bytes of entropy.
    public init(entropy: Bytes) throws(MnemonicError) {
        guard [16, 20, 24, 28, 32].contains(entropy.count) else {
            throw .entropyLength(byteCount: entropy.count)
        }
        // At most 8 checksum bits, so one more byte holds them.
        let bits = entropy + [SHA256.hash(entropy).bytes[0]]
        let wordCount = entropy.count * 3 / 4
        var words: [String] = []
        for word in 0..<wordCount {
            var index = 0
            for bit in (11 * word)..<(11 * word + 11) {
                index = index << 1 | Int(bits[bit / 8] >> UInt8(7 - bit % 8) & 1)
            }
            words.append(Mnemonic.words[index])
        }
        phrase = words.joined(separator: " ")
    }

    /// Reads words in either case with any white space around them, and checks their checksum.
    public init(phrase text: String) throws(MnemonicError) {
        let given = text.split { $0.isWhitespace }.map { $0.lowercased() }
        guard [12, 15, 18, 21, 24].contains(given.count) else { throw .wordCount(given.count) }
        var bits: [Bool] = []
        for (index, word) in given.enumerated() {
            guard let number = Mnemonic.number(of: word) else {
                throw .unknownWord(word, index: index)
            }
            for shift in stride(from: 10, through: 0, by: -1) {
                bits.append(number >> shift & 1 == 1)
            }
        }
        // Each three words hold 33 bits: 32 of entropy and one of the checksum.
        var entropy = Bytes(repeating: 0, count: given.count * 4 / 3)
        for bit in 0..<(8 * entropy.count) where bits[bit] {
            entropy[bit / 8] |= 0x80 >> UInt8(bit % 8)
        }
        let expected = try Mnemonic(entropy: entropy).phrase
        guard expected == given.joined(separator: " ") else { throw .wrongChecksum }
        phrase = expected
    }

    /// The 64-byte seed for key derivation.
    ///
    /// - Parameter passphrase: a further secret, empty for none; its UTF-8 bytes are used as they
    ///   are, so one that is not ASCII must already be in Unicode normal form NFKD.
    /// - Cost: 2048 rounds of HMAC-SHA-512, about a millisecond.
    public func seed(passphrase: String = "") -> Bytes {
        PBKDF2.sha512(
            password: Bytes(phrase.utf8), salt: Bytes("mnemonic\(passphrase)".utf8),
            iterations: 2048, byteCount: 64)
    }

    public var description: String { "recovery phrase (hidden)" }

    private static let words: [String] = englishWordList.split(separator: "\n").map(String.init)

    /// The list is in alphabetical order, so a word is found by bisection.
    private static func number(of word: String) -> Int? {
        var low = 0
        var high = words.count
        while low < high {
            let middle = (low + high) / 2
            if words[middle] == word { return middle }
            if words[middle] < word { low = middle + 1 } else { high = middle }
        }
        return nil
    }
}
