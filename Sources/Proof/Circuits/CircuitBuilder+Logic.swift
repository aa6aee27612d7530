// Truth values are wires that are zero or one.

import Fields

extension CircuitBuilder {
    /// Requires `value` to be zero or one. One constraint.
    public mutating func requireBoolean(_ value: Expression, _ label: String = "boolean") {
        require(value, times: value - Expression.one, equals: Expression.zero, label)
    }

    /// The opposite of a truth value.
    public func not(_ value: Expression) -> Expression { Expression.one - value }

    /// Whether both truth values are one.
    public mutating func and(_ left: Expression, _ right: Expression) -> Expression {
        product(left, right, "and")
    }

    /// Whether one of the truth values is one, or both.
    public mutating func or(_ left: Expression, _ right: Expression) -> Expression {
        left + right - product(left, right, "or")
    }

    /// Whether the truth values differ.
    public mutating func xor(_ left: Expression, _ right: Expression) -> Expression {
        left + right - Fr(2) * product(left, right, "xor")
    }

    /// `first` where the truth value `condition` is one, `second` where it is zero.
    public mutating func select(
        _ condition: Expression, _ first: Expression, else second: Expression
    ) -> Expression {
        second + product(condition, first - second, "select")
    }

    /// Whether `value` is zero: a truth value. Two constraints.
    public mutating func isZero(_ value: Expression) -> Expression {
        if let constant = value.asConstant { return constant.isZero ? .one : .zero }
        return part("is zero") { builder in
            // Either value has an inverse, and then the answer is 0, or value is 0 and so is the
            // product, and then it is 1.
            let inverse = builder.add(.inverseOrZero(value))
            let product = builder.add(.product(value, inverse))
            let answer = Expression.one - product
            builder.require(value, times: inverse, equals: product, "inverse or zero")
            builder.require(value, times: answer, equals: Expression.zero, "zero or not")
            return answer
        }
    }

    /// Whether two values are equal: a truth value. Two constraints.
    public mutating func isEqual(_ left: Expression, _ right: Expression) -> Expression {
        isZero(left - right)
    }
}
