// Fields small enough to try every element, on the same code as the fields of BN254.

import Fields

/// The integers modulo `prime`, an odd prime.
struct SmallField<let prime: Int>: MontgomeryField {
    let montgomery: UInt256

    init(uncheckedMontgomery limbs: UInt256) { montgomery = limbs }

    static var modulus: UInt256 { UInt256(UInt64(prime)) }

    static var negatedInverse: UInt64 {
        // Newton: each step doubles the number of right bits.
        var inverse = UInt64(prime)
        for _ in 0..<6 { inverse = inverse &* (2 &- UInt64(prime) &* inverse) }
        return 0 &- inverse
    }

    static var montgomeryOne: UInt256 { powerOfTwo(256) }

    static var montgomerySquare: UInt256 { powerOfTwo(512) }

    /// Every element, from 0 on.
    static var all: [Self] { (0..<prime).map { Self(UInt64($0)) } }

    private static func powerOfTwo(_ exponent: Int) -> UInt256 {
        var value: UInt64 = 1
        for _ in 0..<exponent { value = value * 2 % UInt64(prime) }
        return UInt256(value)
    }
}

extension QuadraticExtension {
    /// Every pair of two of `parts`.
    static func all(of parts: [Base]) -> [Self] {
        parts.flatMap { first in parts.map { Self(first, $0) } }
    }
}

/// y^2 = x^3 + b over the integers modulo `prime`.
enum SmallCurve<let prime: Int, let constant: Int>: Curve {
    static var b: SmallField<prime> { SmallField(UInt64(constant)) }

    /// Every point, infinity first.
    static var all: [AffinePoint<Self>] {
        [AffinePoint.infinity]
            + SmallField<prime>.all.flatMap { x in
                SmallField<prime>.all.map { AffinePoint(x: x, y: $0) }.filter(\.isOnCurve)
            }.filter { !$0.isInfinity }
    }
}
