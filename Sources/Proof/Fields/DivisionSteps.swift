// Inverses modulo an odd number by division steps (Bernstein and Yang, "Fast constant-time gcd
// computation and modular inversion", 2019; here with branches).
//
// A step takes (delta, f, g), f odd, to (1 - delta, g, (g - f)/2) if delta > 0 and g is odd, else
// to (1 + delta, f, (g + (g mod 2) f)/2). From f = m and g = a the steps reach g = 0 and f = 1 or
// -1. Steps look only at the lowest bits; so 62 at a time are done on one word each and gathered in
// a matrix, which then acts on whole numbers: on f and g, and modulo m on d and e, which keep d a =
// f and e a = g, up to a common factor.

/// 2^62 times the matrix of 62 division steps: f becomes (u f + v g)/2^62, g (q f + r g)/2^62.
@usableFromInline
struct StepMatrix {
    var u: Int64 = 1
    var v: Int64 = 0
    var q: Int64 = 0
    var r: Int64 = 1

    /// Does 62 steps on the lowest 62 bits of f and g.
    init(delta: inout Int64, lowF: Int64, lowG: Int64) {
        var f = lowF
        var g = lowG
        var left: Int64 = 62
        while true {
            // While g is even, halve it: f's side of the matrix doubles instead.
            let zeros = Int64(min(g.trailingZeroBitCount, Int(left)))
            g >>= zeros
            u <<= zeros
            v <<= zeros
            delta += zeros
            left -= zeros
            if left == 0 { return }
            if delta > 0 {
                delta = -delta
                (f, g) = (g, 0 &- f)
                (u, q) = (q, 0 &- u)
                (v, r) = (r, 0 &- v)
            }
            // Until delta is positive again, multiples of f may be added: of as many bits, and of
            // no more than six, for which f (2 - f^2) is the inverse of f.
            let bits = min(1 - delta, left, 6)
            let multiple = (f &* g &* (f &* f &- 2)) & ((1 << bits) - 1)
            g = g &+ f &* multiple
            q += u * multiple
            r += v * multiple
        }
    }
}

/// A number of five limbs of 62 bits, the highest with a sign.
struct SignedLimbs {
    var l0: Int64
    var l1: Int64
    var l2: Int64
    var l3: Int64
    var l4: Int64

    static let mask: Int64 = 1 << 62 - 1

    init(_ l0: Int64, _ l1: Int64, _ l2: Int64, _ l3: Int64, _ l4: Int64) {
        self.l0 = l0
        self.l1 = l1
        self.l2 = l2
        self.l3 = l3
        self.l4 = l4
    }

    init(_ value: UInt256) {
        func limb(_ bits: UInt64) -> Int64 { Int64(bits & (1 << 62 - 1)) }
        self.init(
            limb(value.l0), limb(value.l0 >> 62 | value.l1 << 2),
            limb(value.l1 >> 60 | value.l2 << 4), limb(value.l2 >> 58 | value.l3 << 6),
            limb(value.l3 >> 56))
    }

    /// The number, which is not negative.
    var unsigned: UInt256 {
        let (w0, w1, w2, w3, w4) = (
            UInt64(l0), UInt64(l1), UInt64(l2), UInt64(l3), UInt64(l4)
        )
        return UInt256(
            w0 | w1 << 62, w1 >> 2 | w2 << 60, w2 >> 4 | w3 << 58, w3 >> 6 | w4 << 56)
    }

    var isZero: Bool { (l0 | l1 | l2 | l3 | l4) == 0 }

    var isNegative: Bool { l4 < 0 }

    /// (a left + b right + c third) / 2^62, whose lowest 62 bits must be zero. The factors are at
    /// most 2^62 and the limbs 2^62 in size, so that sums stay below 2^127.
    static func combination(
        _ a: Int64, _ left: SignedLimbs, _ b: Int64, _ right: SignedLimbs,
        _ c: Int64 = 0, _ third: SignedLimbs = SignedLimbs(0, 0, 0, 0, 0)
    ) -> SignedLimbs {
        func term(_ x: Int64, _ y: Int64, _ z: Int64) -> Int128 {
            Int128(a) &* Int128(x) &+ Int128(b) &* Int128(y) &+ Int128(c) &* Int128(z)
        }
        func low(_ sum: Int128) -> Int64 { Int64(truncatingIfNeeded: sum) & mask }
        let s0 = term(left.l0, right.l0, third.l0)
        let s1 = term(left.l1, right.l1, third.l1) &+ (s0 >> 62)
        let s2 = term(left.l2, right.l2, third.l2) &+ (s1 >> 62)
        let s3 = term(left.l3, right.l3, third.l3) &+ (s2 >> 62)
        let s4 = term(left.l4, right.l4, third.l4) &+ (s3 >> 62)
        return SignedLimbs(
            low(s1), low(s2), low(s3), low(s4), Int64(truncatingIfNeeded: s4 >> 62))
    }

    /// factor times this plus `other`.
    func times(_ factor: Int64, plus other: SignedLimbs) -> SignedLimbs {
        func low(_ sum: Int64) -> Int64 { sum & SignedLimbs.mask }
        // The factor is 1 or -1 and the limbs are below 2^62: no sum leaves a word.
        let s0 = l0 * factor + other.l0
        let s1 = l1 * factor + other.l1 + (s0 >> 62)
        let s2 = l2 * factor + other.l2 + (s1 >> 62)
        let s3 = l3 * factor + other.l3 + (s2 >> 62)
        let s4 = l4 * factor + other.l4 + (s3 >> 62)
        return SignedLimbs(low(s0), low(s1), low(s2), low(s3), s4)
    }
}

extension MontgomeryField {
    /// By division steps; takes longer or shorter with the value. About 1.5 microseconds for BN254.
    public func inverted() -> Self? {
        if isZero { return nil }
        let m = SignedLimbs(Self.modulus)
        // 1/m modulo 2^62.
        let inverse = Int64(bitPattern: 0 &- Self.negatedInverse) & SignedLimbs.mask
        var f = m
        var g = SignedLimbs(montgomery)
        // d and e are modulo m and from -2 m to m. The factor R^2 makes the inverse of a R that of
        // a, in Montgomery form.
        var d = SignedLimbs(0, 0, 0, 0, 0)
        var e = SignedLimbs(Self.montgomerySquare)
        var delta: Int64 = 1
        /// The multiple of m that makes the combination divisible by 2^62 and keeps it in range.
        func correction(_ a: Int64, _ b: Int64) -> Int64 {
            let base = (d.isNegative ? a : 0) + (e.isNegative ? b : 0)
            let low = a &* d.l0 &+ b &* e.l0
            return base - ((inverse &* low &+ base) & SignedLimbs.mask)
        }
        while !g.isZero {
            let t = StepMatrix(delta: &delta, lowF: f.l0, lowG: g.l0)
            (d, e) = (
                .combination(t.u, d, t.v, e, correction(t.u, t.v), m),
                .combination(t.q, d, t.r, e, correction(t.q, t.r), m)
            )
            (f, g) = (.combination(t.u, f, t.v, g), .combination(t.q, f, t.r, g))
        }
        // d a = f = 1 or -1.
        if d.isNegative { d = d.times(1, plus: m) }
        if f.isNegative { d = d.times(-1, plus: SignedLimbs(0, 0, 0, 0, 0)) }
        if d.isNegative { d = d.times(1, plus: m) }
        return Self(uncheckedMontgomery: d.unsigned)
    }
}
