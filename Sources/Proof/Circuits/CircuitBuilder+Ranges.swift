// Numbers of some bits. A number of up to 253 bits has one decomposition only, because all of them are
// below r; with more, r + x would be another one of x.

import Fields

extension CircuitBuilder {
    /// Most bits of a number that is decomposed: 2^253 is below r.
    public static let maximumBits = 253

    /// The `count` bits of `value`, lowest first, which is thereby required to be below 2^count. A
    /// constraint for each bit and one more.
    ///
    /// - Precondition: count is 1 to 253.
    public mutating func bits(
        of value: Expression, count: Int, _ label: String = "bits"
    ) -> [Expression] {
        precondition(
            (1...CircuitBuilder.maximumBits).contains(count), "a number has 1 to 253 bits")
        return part(label) { builder in
            var sum = Expression.zero
            var weight = Fr.one
            let bits = (0..<count).map { index in
                let bit = builder.add(.bit(value, index))
                builder.requireBoolean(bit, "bit \(index)")
                sum += weight * bit
                weight = weight.doubled()
                return bit
            }
            builder.requireEqual(sum, value, "\(count) bits")
            return bits
        }
    }

    /// Requires `value` to be below 2^bits.
    ///
    /// - Precondition: bits is 1 to 253.
    public mutating func requireRange(
        _ value: Expression, bits count: Int, _ label: String = "range"
    ) {
        _ = bits(of: value, count: count, label)
    }

    /// Requires `value` to be from -2^(bits - 1) to 2^(bits - 1) - 1, negative numbers counted from r
    /// down.
    ///
    /// - Precondition: bits is 1 to 253.
    public mutating func requireSignedRange(
        _ value: Expression, bits count: Int, _ label: String = "signed range"
    ) {
        let half = Expression(Fr(2).power(UInt64(count - 1)))
        requireRange(value + half, bits: count, label)
    }

    /// Whether left < right: a truth value, for numbers below 2^bits, which is not checked here.
    ///
    /// - Precondition: bits is 1 to 252.
    public mutating func isLess(
        _ left: Expression, _ right: Expression, bits count: Int, _ label: String = "less"
    ) -> Expression {
        // left - right + 2^count is below 2^count exactly when left < right.
        let power = Expression(Fr(2).power(UInt64(count)))
        let difference = bits(of: left - right + power, count: count + 1, label)
        return not(difference[count])
    }

    /// Requires left < right, for numbers below 2^bits, which is not checked here.
    ///
    /// - Precondition: bits is 1 to 253.
    public mutating func requireLess(
        _ left: Expression, _ right: Expression, bits count: Int, _ label: String = "less"
    ) {
        requireRange(right - left - Expression.one, bits: count, label)
    }

    /// The number of `bits`, lowest first.
    public func number(_ bits: [Expression]) -> Expression {
        bits.reversed().reduce(Expression.zero) { Fr(2) * $0 + $1 }
    }
}
