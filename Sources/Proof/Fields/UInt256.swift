// Unsigned integers of 256 bits in four little-endian limbs: the canonical form of field elements,
// exponents and scalars. Only what fields and curves need: comparison, bits, bytes, carries.
//
// The limbs are four named words, not an array, so that a value lives in registers. Carries are
// words too; the compiler turns the chains below into add-with-carry instructions.

public import Base

/// An unsigned integer below 2^256.
@frozen
public struct UInt256: Hashable, Comparable, Sendable {
    /// Bits 0 to 63.
    public var l0: UInt64
    /// Bits 64 to 127.
    public var l1: UInt64
    /// Bits 128 to 191.
    public var l2: UInt64
    /// Bits 192 to 255.
    public var l3: UInt64

    /// The number l0 + 2^64 l1 + 2^128 l2 + 2^192 l3.
    @inlinable
    public init(_ l0: UInt64, _ l1: UInt64 = 0, _ l2: UInt64 = 0, _ l3: UInt64 = 0) {
        self.l0 = l0
        self.l1 = l1
        self.l2 = l2
        self.l3 = l3
    }

    /// Reads exactly 32 bytes, least significant first; `nil` for any other length.
    public init?(littleEndian bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        self.init(0)
        for byte in bytes.reversed() { self.shiftIn(byte) }
    }

    /// Reads exactly 32 bytes, most significant first; `nil` for any other length.
    public init?(bigEndian bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        self.init(0)
        for byte in bytes { self.shiftIn(byte) }
    }

    /// The 32 bytes, least significant first.
    public var littleEndian: Bytes {
        var bytes: Bytes = []
        bytes.reserveCapacity(32)
        for limb in [l0, l1, l2, l3] { bytes.appendLittleEndian(limb) }
        return bytes
    }

    /// The 32 bytes, most significant first.
    public var bigEndian: Bytes {
        var bytes: Bytes = []
        bytes.reserveCapacity(32)
        for limb in [l3, l2, l1, l0] { bytes.appendBigEndian(limb) }
        return bytes
    }

    /// Whether the number is 0.
    @inlinable
    public var isZero: Bool { (l0 | l1 | l2 | l3) == 0 }

    /// Bits needed to write the number; 0 for zero.
    @inlinable
    public var bitWidth: Int {
        if l3 != 0 { return 256 - l3.leadingZeroBitCount }
        if l2 != 0 { return 192 - l2.leadingZeroBitCount }
        if l1 != 0 { return 128 - l1.leadingZeroBitCount }
        return 64 - l0.leadingZeroBitCount
    }

    /// The limb of weight 2^(64 index); 0 from index 4 on.
    @inlinable
    public func limb(_ index: Int) -> UInt64 {
        switch index {
        case 0: l0
        case 1: l1
        case 2: l2
        case 3: l3
        default: 0
        }
    }

    /// The bit of weight 2^index, `index` not negative; `false` from 256 on.
    @inlinable
    public func bit(_ index: Int) -> Bool {
        (limb(index >> 6) >> UInt64(index & 63)) & 1 == 1
    }

    /// The `count` (1 to 63) bits from `index` (not negative) on, as a number.
    @inlinable
    public func bits(from index: Int, count: Int) -> UInt64 {
        let shift = UInt64(index & 63)
        let low = limb(index >> 6) >> shift
        let high = shift == 0 ? 0 : limb((index >> 6) + 1) << (64 - shift)
        return (low | high) & ((1 << UInt64(count)) - 1)
    }

    @inlinable
    public static func < (left: UInt256, right: UInt256) -> Bool {
        left.subtractingReportingBorrow(right).borrow != 0
    }

    /// The sum modulo 2^256 and what it carries out, 0 or 1.
    @inlinable @inline(__always)
    public func addingReportingCarry(_ other: UInt256) -> (sum: UInt256, carry: UInt64) {
        let (s0, c0) = addWithCarry(l0, other.l0, 0)
        let (s1, c1) = addWithCarry(l1, other.l1, c0)
        let (s2, c2) = addWithCarry(l2, other.l2, c1)
        let (s3, c3) = addWithCarry(l3, other.l3, c2)
        return (UInt256(s0, s1, s2, s3), c3)
    }

    /// The difference modulo 2^256 and what it borrows, 0 or 1.
    @inlinable @inline(__always)
    public func subtractingReportingBorrow(
        _ other: UInt256
    ) -> (difference: UInt256, borrow: UInt64) {
        let (d0, b0) = subtractWithBorrow(l0, other.l0, 0)
        let (d1, b1) = subtractWithBorrow(l1, other.l1, b0)
        let (d2, b2) = subtractWithBorrow(l2, other.l2, b1)
        let (d3, b3) = subtractWithBorrow(l3, other.l3, b2)
        return (UInt256(d0, d1, d2, d3), b3)
    }

    /// Divides by `divisor`, which is not zero, and returns the remainder.
    mutating func divide(by divisor: UInt64) -> UInt64 {
        var remainder: UInt64 = 0
        (l3, remainder) = divisor.dividingFullWidth((remainder, l3))
        (l2, remainder) = divisor.dividingFullWidth((remainder, l2))
        (l1, remainder) = divisor.dividingFullWidth((remainder, l1))
        (l0, remainder) = divisor.dividingFullWidth((remainder, l0))
        return remainder
    }

    /// Multiplies by `factor` and adds `term`; returns what is carried out.
    mutating func multiply(by factor: UInt64, adding term: UInt64) -> UInt64 {
        var carry: UInt64 = 0
        (l0, carry) = multiplyAdd(term, l0, factor, 0)
        (l1, carry) = multiplyAdd(carry, l1, factor, 0)
        (l2, carry) = multiplyAdd(carry, l2, factor, 0)
        (l3, carry) = multiplyAdd(carry, l3, factor, 0)
        return carry
    }

    private mutating func shiftIn(_ byte: UInt8) {
        l3 = l3 << 8 | l2 >> 56
        l2 = l2 << 8 | l1 >> 56
        l1 = l1 << 8 | l0 >> 56
        l0 = l0 << 8 | UInt64(byte)
    }
}

/// a + b + carry, for a carry of 0 or 1.
@inlinable @inline(__always)
func addWithCarry(
    _ left: UInt64, _ right: UInt64, _ carry: UInt64
) -> (sum: UInt64, carry: UInt64) {
    let (sum, overflow) = left.addingReportingOverflow(right)
    let (total, overflowAgain) = sum.addingReportingOverflow(carry)
    return (total, (overflow ? 1 : 0) | (overflowAgain ? 1 : 0))
}

/// a - b - borrow, for a borrow of 0 or 1.
@inlinable @inline(__always)
func subtractWithBorrow(
    _ left: UInt64, _ right: UInt64, _ borrow: UInt64
) -> (difference: UInt64, borrow: UInt64) {
    let (difference, overflow) = left.subtractingReportingOverflow(right)
    let (total, overflowAgain) = difference.subtractingReportingOverflow(borrow)
    return (total, (overflow ? 1 : 0) | (overflowAgain ? 1 : 0))
}

/// term + a b + carry, which is below 2^128: (2^64 - 1)^2 + 2 (2^64 - 1) = 2^128 - 1.
@inlinable @inline(__always)
func multiplyAdd(
    _ term: UInt64, _ left: UInt64, _ right: UInt64, _ carry: UInt64
) -> (low: UInt64, high: UInt64) {
    let wide = UInt128(left) &* UInt128(right) &+ UInt128(term) &+ UInt128(carry)
    return (UInt64(truncatingIfNeeded: wide), UInt64(truncatingIfNeeded: wide >> 64))
}
