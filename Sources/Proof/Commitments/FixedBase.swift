// Many multiples of the generator, for strings made for development: a table of d 2^(8 j) G for every
// byte d and place j turns a multiple into at most 32 additions. Sums are normalised together.

public import Fields

/// Multiples of the generator of the first group.
public enum FixedBase {
    /// tau^i G1 for i below `count`.
    public static func powers(of tau: Fr, count: Int) -> [G1Affine] {
        var scalars: [Fr] = []
        scalars.reserveCapacity(count)
        var power = Fr.one
        for _ in 0..<count {
            scalars.append(power)
            power *= tau
        }
        return multiples(scalars)
    }

    /// The generator times each of `scalars`.
    public static func multiples(_ scalars: [Fr]) -> [G1Affine] {
        let table = table()
        var points: [G1Affine] = []
        points.reserveCapacity(scalars.count)
        for start in stride(from: 0, to: scalars.count, by: 1024) {
            let sums = scalars[start..<min(start + 1024, scalars.count)].map { scalar in
                let digits = scalar.canonical
                var sum = G1Projective.infinity
                for place in 0..<32 {
                    let digit = Int(digits.bits(from: 8 * place, count: 8))
                    if digit > 0 { sum += table[place * 255 + digit - 1] }
                }
                return sum
            }
            points += G1Projective.normalize(sums)
        }
        return points
    }

    /// d 2^(8 j) G at index 255 j + d - 1.
    private static func table() -> [G1Affine] {
        var entries: [G1Projective] = []
        entries.reserveCapacity(32 * 255)
        var base = G1Projective.generator
        for _ in 0..<32 {
            var multiple = base
            for _ in 0..<255 {
                entries.append(multiple)
                multiple += base
            }
            base = multiple
        }
        return G1Projective.normalize(entries)
    }
}
