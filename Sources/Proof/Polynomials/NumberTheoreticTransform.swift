// Between the coefficients of a polynomial below degree n and its values on the n-th roots of unity
// (Cooley, Tukey 1965; Pollard 1971), in place, natural order in and out.
//
// `reference` is the definition: the values are put into the order of reversed bits, then pairs,
// fours, eights … are combined. Whatever is faster is compared with it.

public import Fields

/// The transforms of one domain, with the powers of its root that they multiply by.
public struct NumberTheoreticTransform: Sendable {
    /// The roots of unity.
    public let domain: EvaluationDomain
    /// 1, w, …, w^(n/2 - 1).
    private let powers: [Fr]
    /// 1, 1/w, …, w^-(n/2 - 1).
    private let inversePowers: [Fr]

    /// The transforms of 2^log2Size values; `nil` unless log2Size is 0 to 28. Takes a
    /// multiplication and 32 bytes for each value.
    public init?(log2Size: Int) {
        guard let domain = EvaluationDomain(log2Size: log2Size) else { return nil }
        self.domain = domain
        powers = VectorDefinition.powers(of: domain.root, from: Fr.one, count: domain.size / 2)
        // w^(n/2) is -1, so the inverses are the negated powers backwards.
        inversePowers = powers.prefix(1) + powers.dropFirst().reversed().map { -$0 }
    }

    /// Replaces coefficients, lowest degree first, by the values at 1, w, w^2, …
    ///
    /// - Precondition: there are as many coefficients as roots.
    public func evaluate(_ coefficients: inout [Fr], threads: Int = 1) {
        run(&coefficients, powers, threads: threads)
    }

    /// Replaces values at 1, w, w^2, … by the coefficients, lowest degree first, of the polynomial
    /// below degree n that has them.
    ///
    /// - Precondition: there are as many values as roots.
    public func interpolate(_ values: inout [Fr], threads: Int = 1) {
        run(&values, inversePowers, threads: threads)
        VectorDefinition.scale(&values, by: domain.inverseSize)
    }

    /// Replaces coefficients by the values at s, s w, s w^2, … for s = `shift`.
    ///
    /// - Precondition: there are as many coefficients as roots.
    public func evaluate(_ coefficients: inout [Fr], onCosetOf shift: Fr, threads: Int = 1) {
        VectorDefinition.scale(&coefficients, byPowersOf: shift, from: Fr.one)
        run(&coefficients, powers, threads: threads)
    }

    /// Replaces values at s, s w, s w^2, … by the coefficients, for s = `shift`.
    ///
    /// - Precondition: there are as many values as roots; the shift is not zero.
    public func interpolate(_ values: inout [Fr], onCosetOf shift: Fr, threads: Int = 1) {
        guard let inverse = shift.inverted() else {
            preconditionFailure("a coset is shifted by something other than zero")
        }
        run(&values, inversePowers, threads: threads)
        VectorDefinition.scale(&values, byPowersOf: inverse, from: domain.inverseSize)
    }

    /// The values on the coset of `shift`, by the definition, for comparison.
    public func referenceValues(of coefficients: [Fr], onCosetOf shift: Fr) -> [Fr] {
        var values = coefficients
        VectorDefinition.scale(&values, byPowersOf: shift, from: Fr.one)
        NumberTheoreticTransform.reference(&values, powers)
        return values
    }

    private func run(_ values: inout [Fr], _ powers: [Fr], threads: Int) {
        precondition(values.count == domain.size, "a transform has the size of its domain")
        NumberTheoreticTransform.reference(&values, powers)
    }

    /// The definition: replaces c_0, c_1, … by the sums over j of c_j w^(ij), where `powers` are
    /// 1, w, …, w^(n/2 - 1).
    static func reference(_ values: inout [Fr], _ powers: [Fr]) {
        let count = values.count
        reverseBits(&values)
        var half = 1
        while half < count {
            let stride = count / (2 * half)
            for start in Swift.stride(from: 0, to: count, by: 2 * half) {
                for offset in 0..<half {
                    let low = values[start + offset]
                    let high = values[start + offset + half] * powers[offset * stride]
                    values[start + offset] = low + high
                    values[start + offset + half] = low - high
                }
            }
            half *= 2
        }
    }

    /// Exchanges every value with the one whose index has the same bits backwards.
    static func reverseBits(_ values: inout [Fr]) {
        let count = values.count
        var reversed = 0
        for index in 0..<count {
            if index < reversed { values.swapAt(index, reversed) }
            // Adds one to a number whose bits are read backwards.
            var bit = count >> 1
            while bit > 0, reversed & bit != 0 {
                reversed ^= bit
                bit >>= 1
            }
            reversed |= bit
        }
    }
}
