// A 32-byte hash as a value without heap storage.
//
// Trees, blocks and receipts pass hashes by the million; an array of 32 bytes would cost an
// allocation each. Four big-endian words keep the byte order, so comparing words from the first
// to the last compares the bytes lexicographically.
//
// Safety, for every `unsafe` below: a tuple of four words is 32 bytes that live during the call,
// and words are read only from slices whose count was checked.

/// A 256-bit hash, compared and sorted as 32 bytes in order.
public struct Hash256: Hashable, Comparable, Sendable, CustomStringConvertible {
    private var word0: UInt64
    private var word1: UInt64
    private var word2: UInt64
    private var word3: UInt64

    /// Number of bytes of every value: 32.
    public static let byteCount = 32

    /// The hash of 32 zero bytes; used where a field must hold something before it is known.
    public static let zero = Hash256(words: (0, 0, 0, 0))

    /// Makes a hash from its four big-endian words, first word first.
    public init(words: (UInt64, UInt64, UInt64, UInt64)) {
        (word0, word1, word2, word3) = words
    }

    /// Makes a hash of exactly 32 bytes; `nil` for any other length.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Hash256.byteCount else { return nil }
        self.init(words: (0, 0, 0, 0))
        for (index, byte) in bytes.enumerated() {
            let shift = UInt64(56 - 8 * (index & 7))
            switch index >> 3 {
            case 0: word0 |= UInt64(byte) << shift
            case 1: word1 |= UInt64(byte) << shift
            case 2: word2 |= UInt64(byte) << shift
            default: word3 |= UInt64(byte) << shift
            }
        }
    }

    /// The four big-endian words, first word first.
    public var words: (UInt64, UInt64, UInt64, UInt64) { (word0, word1, word2, word3) }

    /// The 32 bytes, first byte first. Allocates.
    public var bytes: Bytes {
        var result = Bytes()
        result.reserveCapacity(Hash256.byteCount)
        append(to: &result)
        return result
    }

    /// Appends the 32 bytes to `bytes`.
    public func append(to bytes: inout Bytes) {
        // Big-endian words in a row are the hash's bytes.
        let words = (
            word0.bigEndian, word1.bigEndian, word2.bigEndian, word3.bigEndian
        )
        unsafe withUnsafeBytes(of: words) { unsafe bytes.append(contentsOf: $0) }
    }

    /// Reads a hash from exactly 32 bytes of a slice; `nil` for any other length.
    public init?(_ slice: ArraySlice<UInt8>) {
        guard slice.count == Hash256.byteCount else { return nil }
        // The count was checked, so every word lies within the bytes.
        self = unsafe slice.withUnsafeBytes { bytes in
            func word(_ index: Int) -> UInt64 {
                UInt64(
                    bigEndian: unsafe bytes.loadUnaligned(
                        fromByteOffset: 8 * index, as: UInt64.self))
            }
            return Hash256(words: (word(0), word(1), word(2), word(3)))
        }
    }

    /// Lower-case hexadecimal, 64 characters.
    public var hex: String { bytes.hex }

    /// Lower-case hexadecimal, 64 characters.
    public var description: String { hex }

    public static func < (left: Hash256, right: Hash256) -> Bool {
        left.words < right.words
    }
}
