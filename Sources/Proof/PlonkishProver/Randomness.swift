// Random field elements. Hiding rests on their being uniform: numbers from r on are thrown away.

import Fields

extension RandomNumberGenerator {
    /// A uniform field element.
    mutating func scalar() -> Fr {
        while true {
            // r has 254 bits: of those, three in four are below it.
            let number = UInt256(next(), next(), next(), next() >> 2)
            if let scalar = Fr(canonical: number) { return scalar }
        }
    }

    /// `count` uniform field elements.
    mutating func scalars(_ count: Int) -> [Fr] { (0..<count).map { _ in scalar() } }
}

/// Adds (b_0 + b_1 X + …)(X^n - 1) for random b to a polynomial of n coefficients: its values in
/// the rows stay, those outside become as random as there are b.
func blind(_ coefficients: inout [Fr], _ factors: [Fr]) {
    for (index, factor) in factors.enumerated() { coefficients[index] -= factor }
    coefficients += factors
}
