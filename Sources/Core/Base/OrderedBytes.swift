// Byte strings that are compared by the million, when the changes of a block are sorted: their
// first 32 bytes as four big-endian words, so that most comparisons are of a word or two.

/// A byte string with its lexicographic order.
public struct OrderedBytes: Comparable, Sendable {
    /// The byte string.
    public let bytes: Bytes
    private let word0: UInt64
    private let word1: UInt64
    private let word2: UInt64
    private let word3: UInt64

    /// Takes a byte string.
    public init(_ bytes: Bytes) {
        self.bytes = bytes
        word0 = OrderedBytes.word(0, of: bytes)
        word1 = OrderedBytes.word(1, of: bytes)
        word2 = OrderedBytes.word(2, of: bytes)
        word3 = OrderedBytes.word(3, of: bytes)
    }

    /// Eight bytes from byte 8 `index` on, zeros after the end.
    private static func word(_ index: Int, of bytes: Bytes) -> UInt64 {
        var word: UInt64 = 0
        let start = 8 * index
        for offset in start..<start + 8 {
            word = word << 8 | (offset < bytes.count ? UInt64(bytes[offset]) : 0)
        }
        return word
    }

    public static func < (left: OrderedBytes, right: OrderedBytes) -> Bool {
        if left.word0 != right.word0 { return left.word0 < right.word0 }
        if left.word1 != right.word1 { return left.word1 < right.word1 }
        if left.word2 != right.word2 { return left.word2 < right.word2 }
        if left.word3 != right.word3 { return left.word3 < right.word3 }
        // Equal so far; a shorter string is padded with zeros, so lengths decide here too.
        return left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    public static func == (left: OrderedBytes, right: OrderedBytes) -> Bool {
        left.bytes == right.bytes
    }
}
