// Questions about zero. A field element that is not zero has an inverse, and zero has none: the
// prover shows one or the other.

import Fields

extension CircuitBuilder {
    /// Whether `value` is zero. With i its inverse, or anything when it has none, b = 1 - value i
    /// and value b = 0: for zero b is 1, else the second forces b = 0. Two gates.
    public mutating func isZero(_ value: LinearCombination) -> Bit {
        if let constant = value.constant { return Bit(constant.isZero) }
        return labelled("zero test of \(name(of: value))") { builder in
            let inverse = builder.advice(.inverse(value))
            let isNonzero = builder.product(value, inverse)
            builder.assertProduct(value, 1 - isNonzero, equals: 0)
            return Bit(unchecked: 1 - isNonzero)
        }
    }

    /// Whether the two are equal. Two gates.
    public mutating func isEqual(_ left: LinearCombination, _ right: LinearCombination) -> Bit {
        isZero(left - right)
    }

    /// States that `value` is not zero, and returns its inverse. One gate.
    public mutating func inverse(_ value: LinearCombination) -> LinearCombination {
        labelled("inverse of \(name(of: value))") { builder in
            if let constant = value.constant {
                guard let inverse = constant.inverted() else {
                    builder.refuse(.contradiction(place: builder.label))
                    return 0
                }
                return LinearCombination(constant: inverse)
            }
            let inverse = builder.advice(.inverse(value))
            builder.assertProduct(value, inverse, equals: 1)
            return inverse
        }
    }

    /// States that the two differ. One gate.
    public mutating func assertDifferent(_ left: LinearCombination, _ right: LinearCombination) {
        labelled("difference of \(name(of: left)) and \(name(of: right))") { builder in
            _ = builder.inverse(left - right)
        }
    }

    /// States that `divisor` is not zero, and returns `dividend` by it in the field. Two gates.
    public mutating func quotient(
        _ dividend: LinearCombination, _ divisor: LinearCombination
    ) -> LinearCombination {
        labelled("quotient") { builder in
            let inverse = builder.inverse(divisor)
            return builder.product(dividend, inverse)
        }
    }

    /// `base` to the power of `exponent`, by squaring. At most two gates for each bit.
    public mutating func power(_ base: LinearCombination, _ exponent: UInt64) -> LinearCombination {
        labelled("power \(exponent)") { builder in
            var result = LinearCombination.one
            var square = base
            var rest = exponent
            while rest > 0 {
                if rest & 1 == 1 { result = builder.product(result, square) }
                rest >>= 1
                if rest > 0 { square = builder.product(square, square) }
            }
            return result
        }
    }

    /// The value at `point` of the polynomial with these coefficients, lowest first (Horner). A
    /// gate for each coefficient but one.
    public mutating func polynomial(
        _ coefficients: [LinearCombination], at point: LinearCombination
    ) -> LinearCombination {
        labelled("polynomial") { builder in
            var sum = LinearCombination.zero
            for coefficient in coefficients.reversed() {
                sum = builder.product(sum, point) + coefficient
            }
            return sum
        }
    }
}
