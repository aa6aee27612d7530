// Products before their reduction. A sum of products is reduced once instead of once a product:
// a third of the work in quadratic extensions ("lazy reduction"; Scott, "Implementing
// cryptographic pairings", 2007).
//
// A wide number below m R can be reduced. With m < 2^254 and R = 2^256 a product of two elements
// is below m^2 < m R / 4, so that up to four products may be added first.

/// An unsigned integer below 2^512 in two halves.
@frozen
@usableFromInline
struct UInt512 {
    @usableFromInline var low: UInt256
    @usableFromInline var high: UInt256

    @inlinable @inline(always)
    init(low: UInt256, high: UInt256) {
        self.low = low
        self.high = high
    }

    /// The product of two numbers, by rows.
    @inlinable @inline(always)
    init(_ left: UInt256, times right: UInt256) {
        let (p0, a0) = multiplyAdd(0, left.l0, right.l0, 0)
        let (p1, a1) = multiplyAdd(0, left.l1, right.l0, a0)
        let (p2, a2) = multiplyAdd(0, left.l2, right.l0, a1)
        let (p3, p4) = multiplyAdd(0, left.l3, right.l0, a2)
        let (q1, b1) = multiplyAdd(p1, left.l0, right.l1, 0)
        let (q2, b2) = multiplyAdd(p2, left.l1, right.l1, b1)
        let (q3, b3) = multiplyAdd(p3, left.l2, right.l1, b2)
        let (q4, q5) = multiplyAdd(p4, left.l3, right.l1, b3)
        let (r2, c2) = multiplyAdd(q2, left.l0, right.l2, 0)
        let (r3, c3) = multiplyAdd(q3, left.l1, right.l2, c2)
        let (r4, c4) = multiplyAdd(q4, left.l2, right.l2, c3)
        let (r5, r6) = multiplyAdd(q5, left.l3, right.l2, c4)
        let (s3, d3) = multiplyAdd(r3, left.l0, right.l3, 0)
        let (s4, d4) = multiplyAdd(r4, left.l1, right.l3, d3)
        let (s5, d5) = multiplyAdd(r5, left.l2, right.l3, d4)
        let (s6, s7) = multiplyAdd(r6, left.l3, right.l3, d5)
        self.init(low: UInt256(p0, q1, r2, s3), high: UInt256(s4, s5, s6, s7))
    }

    /// The difference modulo 2^512.
    @inlinable @inline(always)
    static func &- (left: UInt512, right: UInt512) -> UInt512 {
        let (d0, o0) = left.low.low128.subtractingReportingOverflow(right.low.low128)
        let (p1, o1) = left.low.high128.subtractingReportingOverflow(right.low.high128)
        let (d1, o2) = p1.subtractingReportingOverflow(o0 ? 1 : 0)
        let (p2, o3) = left.high.low128.subtractingReportingOverflow(right.high.low128)
        let (d2, o4) = p2.subtractingReportingOverflow(o1 != o2 ? 1 : 0)
        let d3 = left.high.high128 &- right.high.high128 &- (o3 != o4 ? 1 : 0)
        return UInt512(
            low: UInt256(low128: d0, high128: d1), high: UInt256(low128: d2, high128: d3))
    }
}

extension MontgomeryField {
    /// wide / R modulo m, for a wide number below m R: the sum of two numbers below m before its
    /// last step.
    @inlinable @inline(always)
    static func reduced(_ wide: UInt512) -> UInt256 {
        // R times the result is wide plus the multiple of m that clears the low half.
        let sum = clearedDigit(clearedDigit(clearedDigit(clearedDigit(wide.low))))
        return reducedOnce(sum &+ wide.high)
    }

    /// (value + k m) / 2^64, where k makes the division exact; below 2^256 for any value, since
    /// (2^256 + 2^64 m) / 2^64 < 2^256.
    @inlinable @inline(always)
    static func clearedDigit(_ value: UInt256) -> UInt256 {
        let m = modulus
        let k = value.l0 &* negatedInverse
        let (_, c0) = multiplyAdd(value.l0, k, m.l0, 0)
        let (s0, c1) = multiplyAdd(value.l1, k, m.l1, c0)
        let (s1, c2) = multiplyAdd(value.l2, k, m.l2, c1)
        let (s2, c3) = multiplyAdd(value.l3, k, m.l3, c2)
        return UInt256(s0, s1, s2, c3)
    }

    /// `left` - `right` for products of two elements each, plus m R where that is negative: a
    /// number that can be reduced.
    @inlinable @inline(always)
    static func wideDifference(_ left: UInt512, _ right: UInt512) -> UInt512 {
        let difference = left &- right
        return UInt512(
            low: difference.low,
            high: difference.high &+ modulus.masked(difference.high.topBitMask))
    }
}
