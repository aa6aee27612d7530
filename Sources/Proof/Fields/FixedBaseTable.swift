// Multiples of one point, where the point is known long before the scalars: generators, and the
// powers of a structured reference string. With all multiples d 256^i for digits d in a table, a
// product is at most 32 additions and no doubling.

/// The multiples of one point. 4096 points: 256 KiB for the first group, 512 KiB for the second.
public struct FixedBaseTable<On: Curve>: Sendable {
    /// (d + 1) 256^i times the point at 128 i + d.
    @usableFromInline let multiples: [AffinePoint<On>]

    /// Makes the table of `point`. Some 8000 additions.
    @inlinable
    public init(_ point: AffinePoint<On>) {
        var all: [JacobianPoint<On>] = []
        all.reserveCapacity(32 * 128)
        var base = JacobianPoint(point)
        for _ in 0..<32 {
            var multiple = base
            for _ in 0..<128 {
                all.append(multiple)
                multiple += base
            }
            base = all[all.count - 1].doubled()
        }
        multiples = JacobianPoint.normalize(all)
    }

    /// `scalar` times the point. Table indices are the scalar's digits.
    @inlinable
    public func times(_ scalar: Fr) -> JacobianPoint<On> {
        // Digits from -128 to 127, by an offset; r + offset < 2^256 has no 33rd digit.
        let half: UInt64 = 0x8080_8080_8080_8080
        let biased = scalar.canonical &+ UInt256(half, half, half, half)
        var result = JacobianPoint<On>.infinity
        for place in 0..<32 {
            let digit = Int(biased.bits(from: 8 * place, count: 8)) - 128
            if digit > 0 { result += multiples[128 * place + digit - 1] }
            if digit < 0 { result += -multiples[128 * place - digit - 1] }
        }
        return result
    }

    /// Each of `scalars` times the point, by coordinates, with one inversion.
    @inlinable
    public func times(all scalars: [Fr]) -> [AffinePoint<On>] {
        JacobianPoint.normalize(scalars.map { times($0) })
    }
}
