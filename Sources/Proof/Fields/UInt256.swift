// Unsigned integers of 256 bits in four little-endian limbs: the canonical form of field elements,
// exponents and scalars. Only what fields and curves need: comparison, bits, bytes, carries.
//
// The limbs are four named words, not an array, so that a value lives in registers. Sums go by
// halves of 128 bits, with one carry between them: the compiler makes add-with-carry instructions
// of that. Carries between words, as Booleans, become branches that processors cannot predict.

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
        left.high128 == right.high128
            ? left.low128 < right.low128 : left.high128 < right.high128
    }

    /// The sum modulo 2^256.
    @inlinable @inline(always)
    public static func &+ (left: UInt256, right: UInt256) -> UInt256 {
        let (low, carry) = left.low128.addingReportingOverflow(right.low128)
        return UInt256(
            low128: low, high128: left.high128 &+ right.high128 &+ (carry ? 1 : 0))
    }

    /// The difference modulo 2^256.
    @inlinable @inline(always)
    public static func &- (left: UInt256, right: UInt256) -> UInt256 {
        let (low, borrow) = left.low128.subtractingReportingOverflow(right.low128)
        return UInt256(
            low128: low, high128: left.high128 &- right.high128 &- (borrow ? 1 : 0))
    }

    /// All ones if the number is 2^255 or more, else zero.
    @inlinable @inline(always)
    var topBitMask: UInt64 { UInt64(bitPattern: Int64(bitPattern: l3) >> 63) }

    /// Every limb and `mask`.
    @inlinable @inline(always)
    func masked(_ mask: UInt64) -> UInt256 {
        UInt256(l0 & mask, l1 & mask, l2 & mask, l3 & mask)
    }

    @inlinable @inline(always)
    init(low128: UInt128, high128: UInt128) {
        self.init(
            UInt64(truncatingIfNeeded: low128), UInt64(truncatingIfNeeded: low128 >> 64),
            UInt64(truncatingIfNeeded: high128), UInt64(truncatingIfNeeded: high128 >> 64))
    }

    @inlinable @inline(always)
    var low128: UInt128 { UInt128(l1) << 64 | UInt128(l0) }

    @inlinable @inline(always)
    var high128: UInt128 { UInt128(l3) << 64 | UInt128(l2) }

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

/// term + a b + carry, which is below 2^128: (2^64 - 1)^2 + 2 (2^64 - 1) = 2^128 - 1.
@inlinable @inline(always)
func multiplyAdd(
    _ term: UInt64, _ left: UInt64, _ right: UInt64, _ carry: UInt64
) -> (low: UInt64, high: UInt64) {
    let wide = UInt128(left) &* UInt128(right) &+ UInt128(term) &+ UInt128(carry)
    return (UInt64(truncatingIfNeeded: wide), UInt64(truncatingIfNeeded: wide >> 64))
}
