// Numbers in events are text of any length, so they are compared as text: sign, whole part,
// fraction. Nothing is rounded.

/// A decimal number, exact.
public struct DecimalText: Equatable, Sendable, Comparable {
    private let isNegative: Bool
    /// Digits before the point, without leading zeros.
    private let whole: [UInt8]
    /// Digits after the point, without trailing zeros.
    private let fraction: [UInt8]

    /// Longest text that is read, in bytes.
    public static let maximumByteCount = 512

    /// Reads digits with an optional sign `-` and an optional point; `nil` for anything else.
    public init?(_ text: String) {
        var digits = Array(text.utf8)[...]
        guard digits.count <= DecimalText.maximumByteCount else { return nil }
        let hasSign = digits.first == UInt8(ascii: "-")
        if hasSign { digits = digits.dropFirst() }
        let parts = digits.split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, !first.isEmpty,
            parts.allSatisfy({ $0.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } })
        else { return nil }
        whole = Array(first.drop { $0 == 0x30 })
        var tail = parts.count == 2 ? Array(parts[1]) : []
        while tail.last == 0x30 { tail.removeLast() }
        fraction = tail
        isNegative = hasSign && !(whole.isEmpty && tail.isEmpty)
    }

    /// The number as a 64-bit integer; `nil` when it is none.
    public var integer: Int64? {
        guard fraction.isEmpty else { return nil }
        if whole.isEmpty { return 0 }
        return Int64((isNegative ? "-" : "") + String(decoding: whole, as: UTF8.self))
    }

    public static func < (left: DecimalText, right: DecimalText) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        return left.isNegative
            ? right.isSmaller(than: left) : left.isSmaller(than: right)
    }

    /// Whether the magnitude is smaller.
    private func isSmaller(than other: DecimalText) -> Bool {
        if whole.count != other.whole.count { return whole.count < other.whole.count }
        if whole != other.whole { return whole.lexicographicallyPrecedes(other.whole) }
        return fraction.lexicographicallyPrecedes(other.fraction)
    }
}
