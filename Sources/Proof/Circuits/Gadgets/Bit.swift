// Truth values: wires that gates keep at 0 or 1. The type says that this has been stated, so logic
// on bits costs one gate for each two-sided operation and nothing for a negation.

import Fields

/// A value that is 0 or 1.
public struct Bit: Sendable {
    /// The value as a number.
    public let value: LinearCombination

    /// Takes `value` for a bit without a gate; its author knows that it is one.
    public init(unchecked value: LinearCombination) { self.value = value }

    /// A bit that is known beforehand.
    public init(_ isSet: Bool) { value = isSet ? .one : .zero }

    /// The other bit. No gate.
    public var negated: Bit { Bit(unchecked: 1 - value) }
}

extension CircuitBuilder {
    /// States that `value` is 0 or 1: value (value - 1) = 0. One gate.
    public mutating func bit(_ value: LinearCombination) -> Bit {
        labelled("boolean \(name(of: value))") { builder in
            builder.assertProduct(value, value - 1, equals: 0)
        }
        return Bit(unchecked: value)
    }

    /// Whether both are set: a b. One gate.
    public mutating func and(_ left: Bit, _ right: Bit) -> Bit {
        labelled("and") { Bit(unchecked: $0.product(left.value, right.value)) }
    }

    /// Whether one is set: a + b - a b. One gate.
    public mutating func or(_ left: Bit, _ right: Bit) -> Bit {
        labelled("or") { builder in
            Bit(unchecked: left.value + right.value - builder.product(left.value, right.value))
        }
    }

    /// Whether exactly one is set: a + b - 2 a b. One gate.
    public mutating func xor(_ left: Bit, _ right: Bit) -> Bit {
        labelled("xor") { builder in
            let both = builder.product(left.value * Fr(2), right.value)
            return Bit(unchecked: left.value + right.value - both)
        }
    }

    /// Whether all are set: the sum is their number. Two gates.
    public mutating func all(_ bits: [Bit]) -> Bit {
        labelled("all of \(bits.count)") { builder in
            var missing = LinearCombination(constant: Fr(UInt64(bits.count)))
            for bit in bits { missing -= bit.value }
            return builder.isZero(missing)
        }
    }

    /// Whether at least one is set. Two gates.
    public mutating func any(_ bits: [Bit]) -> Bit {
        labelled("any of \(bits.count)") { builder in
            var sum = LinearCombination.zero
            for bit in bits { sum += bit.value }
            return builder.isZero(sum).negated
        }
    }

    /// `first` if `condition` is set, else `second`. One gate.
    public mutating func select(
        _ condition: Bit, _ first: LinearCombination, else second: LinearCombination
    ) -> LinearCombination {
        labelled("selection") { second + $0.product(condition.value, first - second) }
    }

    /// `first` if `condition` is set, else `second`. One gate.
    public mutating func select(_ condition: Bit, _ first: Bit, else second: Bit) -> Bit {
        Bit(unchecked: select(condition, first.value, else: second.value))
    }

    /// States that `bit` is set. One gate.
    public mutating func assertTrue(_ bit: Bit) {
        labelled("truth") { $0.assertEqual(bit.value, 1) }
    }
}
