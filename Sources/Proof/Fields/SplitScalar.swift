// Scalars in two halves. BN curves have a cheap map, (x, y) to (beta x, y) with beta^3 = 1, which
// multiplies by a number lambda; then k P = k1 P + k2 (lambda P) with k1 and k2 of 127 bits, and
// the doublings of both halves are shared (Gallant, Lambert, Vanstone, "Faster point multiplication
// on elliptic curves with efficient endomorphisms", 2001).
//
// (k1, k2) is what is left of (k, 0) when a close vector is taken off, of the lattice of the pairs
// (a, b) with a + b lambda = 0 modulo r. For BN curves it has the basis (A, -B), (A + B, A) with
// A = 2 x + 1 and B = 6 x^2 + 2 x; its determinant A^2 + A B + B^2 is r.

/// k1 + k2 lambda, congruent to a scalar modulo r.
struct SplitScalar: Equatable {
    /// k1, below 2^127 and never negative.
    var first: UInt256
    /// The absolute value of k2, below 2^127.
    var second: UInt256
    /// Whether k2 is below zero.
    var secondIsNegative: Bool

    /// Splits `scalar`.
    init(_ scalar: Fr) {
        // How often each vector of the basis is taken off: A k / r and B k / r, rounded down. What
        // is lost by that is from 0 to 1 + 2^-100, so k1 is from 0 to about 2 A + B, and k2 from
        // about -B to A.
        let k = scalar.canonical
        let c1 = SplitScalar.topBits(UInt512(k, times: SplitScalar.factorA))
        let c2 = SplitScalar.topBits(UInt512(k, times: SplitScalar.factorB))
        first = k &- SplitScalar.low(c1, SplitScalar.a) &- SplitScalar.low(c2, SplitScalar.sum)
        let second = SplitScalar.low(c1, SplitScalar.b) &- SplitScalar.low(c2, SplitScalar.a)
        secondIsNegative = second.topBitMask != 0
        self.second = secondIsNegative ? UInt256(0) &- second : second
    }

    /// lambda, a cube root of one in Fr.
    static let lambda = Fr(
        uncheckedMontgomery: UInt256(
            0x93E7_CEDE_4A03_29B3, 0x7D4F_DCA7_7A96_C167,
            0x8BE4_BA08_B19A_750A, 0x1CBD_5653_A566_1C25))

    /// beta, a cube root of one in Fq.
    static let beta = Fq(
        uncheckedMontgomery: UInt256(
            0x7193_0C11_D782_E155, 0xA6BB_947C_FFBE_3323,
            0xAA30_3344_D474_1444, 0x2C3B_3F0D_2659_4943))

    /// A = 2 x + 1.
    private static let a = UInt256(0x89D3_2568_94D2_13E3)
    /// B = 6 x^2 + 2 x.
    private static let b = UInt256(0x8211_BBEB_7D4F_1128, 0x6F4D_8248_EEB8_59FC)
    /// A + B.
    private static let sum = UInt256(0x0BE4_E154_1221_250B, 0x6F4D_8248_EEB8_59FD)
    /// 2^382 A / r, rounded down.
    private static let factorA = UInt256(
        0xA3E9_F4CB_4BEB_EE99, 0xDBAE_71C5_1DCE_9BBC,
        0xB647_48CB_B1F8_2CF5)
    /// 2^382 B / r, rounded down.
    private static let factorB = UInt256(
        0x61A4_DD45_A6E6_F7FE, 0x6978_E33E_D7AA_89B6,
        0xDE9E_F675_0E47_AC63, 0x9333_BC05_29DC_F4B3)

    /// The product divided by 2^382, rounded down.
    private static func topBits(_ product: UInt512) -> UInt256 {
        let high = product.high
        return UInt256(high.l1 >> 62 | high.l2 << 2, high.l2 >> 62 | high.l3 << 2, high.l3 >> 62)
    }

    private static func low(_ left: UInt256, _ right: UInt256) -> UInt256 {
        UInt512(left, times: right).low
    }
}

extension AffinePoint where On == G1 {
    /// lambda times this point: (beta x, y).
    var timesLambda: G1Affine { G1Affine(x: x * SplitScalar.beta, y: y) }
}

extension JacobianPoint where On == G1 {
    /// lambda times this point.
    var timesLambda: G1Projective {
        G1Projective(x: x * SplitScalar.beta, y: y, z: z)
    }

    /// `scalar` times this point, in two halves of 127 bits with shared doublings. Which additions
    /// are done and which multiples they read follows the scalar.
    public func times(_ scalar: Fr) -> G1Projective {
        let split = SplitScalar(scalar)
        let firstDigits = slidingDigits(split.first, width: 5)
        let secondDigits = slidingDigits(split.second, width: 5)
        // The odd multiples 1, 3, ... 15 of both points.
        let double = doubled()
        var first = [self]
        for index in 1..<8 { first.append(first[index - 1] + double) }
        let second = first.map { split.secondIsNegative ? -$0.timesLambda : $0.timesLambda }
        var result = G1Projective.infinity
        for index in (0..<max(firstDigits.count, secondDigits.count)).reversed() {
            result = result.doubled()
            result.add(firstDigits, at: index, of: first)
            result.add(secondDigits, at: index, of: second)
        }
        return result
    }

    private mutating func add(_ digits: [Int8], at index: Int, of multiples: [G1Projective]) {
        guard index < digits.count, digits[index] != 0 else { return }
        let multiple = multiples[Int(digits[index].magnitude) / 2]
        self += digits[index] > 0 ? multiple : -multiple
    }
}

/// `value`, below 2^255, in digits of rising weight: zero or odd, below 2^(width - 1) in size, and
/// of `width` (2 to 8) in a row at most one other than zero. The last is not zero.
func slidingDigits(_ value: UInt256, width: Int) -> [Int8] {
    var digits: [Int8] = []
    let bitWidth = value.bitWidth
    digits.reserveCapacity(bitWidth + width)
    var position = 0
    var carry: UInt64 = 0
    while position < bitWidth || carry == 1 {
        if value.bits(from: position, count: 1) == carry {
            // Zero, or a one that a carry makes zero and passes on.
            digits.append(0)
            position += 1
            continue
        }
        let window = value.bits(from: position, count: width) + carry
        carry = window >> UInt64(width - 1)
        digits.append(Int8(Int(window) - Int(carry) << width))
        for _ in 1..<width { digits.append(0) }
        position += width
    }
    while digits.last == 0 { digits.removeLast() }
    return digits
}
