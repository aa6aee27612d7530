// Order. The field has none; numbers of n bits do. For a and b below 2^n, the number a - b + 2^n is
// from 1 to 2^(n+1) - 1, and its top bit says whether a is at least b.

import Fields

extension CircuitBuilder {
    /// Whether `left` is below `right`. Both must have been stated to be below 2^bits, with `bits`
    /// below ``maximumBits``; for other numbers the answer means nothing. A gate for each bit, and
    /// two.
    public mutating func isLess(
        _ left: LinearCombination, _ right: LinearCombination, bits count: Int
    ) -> Bit {
        precondition(count >= 1 && count < CircuitBuilder.maximumBits, "bits of a number")
        return labelled("comparison of \(name(of: left)) with \(name(of: right))") { builder in
            let shift = LinearCombination(constant: Fr(2).power(UInt64(count)))
            let parts = builder.split(left - right + shift, lowBits: count, highBits: 1)
            return Bit(unchecked: parts.high).negated
        }
    }

    /// Whether `left` is at most `right`; see ``isLess(_:_:bits:)``.
    public mutating func isAtMost(
        _ left: LinearCombination, _ right: LinearCombination, bits count: Int
    ) -> Bit {
        isLess(right, left, bits: count).negated
    }

    /// States that `left` is below `right`, both below 2^bits: the gap right - left - 1 is too. A
    /// gate for each bit, and one.
    public mutating func assertLess(
        _ left: LinearCombination, _ right: LinearCombination, bits count: Int
    ) {
        precondition(count >= 1 && count < CircuitBuilder.maximumBits, "bits of a number")
        labelled("order of \(name(of: left)) and \(name(of: right))") { builder in
            builder.assertRange(right - left - 1, bits: count)
        }
    }

    /// The larger of two numbers below 2^bits.
    public mutating func maximum(
        _ left: LinearCombination, _ right: LinearCombination, bits count: Int
    ) -> LinearCombination {
        labelled("maximum") { builder in
            let isLess = builder.isLess(left, right, bits: count)
            return builder.select(isLess, right, else: left)
        }
    }
}
