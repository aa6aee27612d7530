// Uniform scalars out of uniform numbers, whoever draws these. Hiding rests on their being uniform:
// numbers from r on are thrown away.

extension RandomNumberGenerator {
    /// A uniform scalar.
    public mutating func scalar() -> Fr {
        while true {
            // r has 254 bits: of those, three in four are below it.
            let number = UInt256(next(), next(), next(), next() >> 2)
            if let scalar = Fr(canonical: number) { return scalar }
        }
    }

    /// `count` uniform scalars.
    public mutating func scalars(_ count: Int) -> [Fr] { (0..<count).map { _ in scalar() } }
}
