// Sums of wires times constants, and a constant: what costs nothing in a circuit. Products of
// expressions are for the builder, since each of them is a constraint.

public import Fields

/// A linear expression of a circuit's wires.
public struct Expression: Equatable, Sendable {
    /// A wire times a coefficient.
    struct Term: Equatable, Sendable {
        /// The wire, by the number the builder gave it.
        var wire: Int
        var coefficient: Fr
    }

    /// The terms, wires ascending and distinct, no coefficient zero.
    private(set) var terms: [Term]
    /// What is added.
    private(set) var constant: Fr

    /// A constant.
    public init(_ constant: Fr) {
        terms = []
        self.constant = constant
    }

    /// A small constant.
    public init(_ constant: UInt64) { self.init(Fr(constant)) }

    /// A wire.
    init(wire: Int) {
        terms = [Term(wire: wire, coefficient: Fr.one)]
        constant = Fr.zero
    }

    private init(terms: [Term], constant: Fr) {
        self.terms = terms
        self.constant = constant
    }

    /// Zero.
    public static let zero = Expression(Fr.zero)
    /// One.
    public static let one = Expression(Fr.one)

    /// The constant that the expression is, or `nil` when it has wires.
    var asConstant: Fr? { terms.isEmpty ? constant : nil }

    /// The sum.
    public static func + (left: Expression, right: Expression) -> Expression {
        combined(left, right, Fr.one)
    }

    /// The difference.
    public static func - (left: Expression, right: Expression) -> Expression {
        combined(left, right, -Fr.one)
    }

    /// The negative.
    public static prefix func - (value: Expression) -> Expression { -Fr.one * value }

    /// The expression times a constant.
    public static func * (factor: Fr, value: Expression) -> Expression {
        if factor.isZero { return zero }
        return Expression(
            terms: value.terms.map { Term(wire: $0.wire, coefficient: factor * $0.coefficient) },
            constant: factor * value.constant)
    }

    /// Adds in place.
    public static func += (left: inout Expression, right: Expression) { left = left + right }

    /// Takes off in place.
    public static func -= (left: inout Expression, right: Expression) { left = left - right }

    /// left + factor · right.
    private static func combined(
        _ left: Expression, _ right: Expression, _ factor: Fr
    ) -> Expression {
        var terms: [Term] = []
        terms.reserveCapacity(left.terms.count + right.terms.count)
        var (i, j) = (0, 0)
        while i < left.terms.count || j < right.terms.count {
            let first = i < left.terms.count ? left.terms[i].wire : Int.max
            let second = j < right.terms.count ? right.terms[j].wire : Int.max
            let wire = min(first, second)
            var coefficient = Fr.zero
            if first == wire {
                coefficient += left.terms[i].coefficient
                i += 1
            }
            if second == wire {
                coefficient += factor * right.terms[j].coefficient
                j += 1
            }
            if !coefficient.isZero { terms.append(Term(wire: wire, coefficient: coefficient)) }
        }
        return Expression(terms: terms, constant: left.constant + factor * right.constant)
    }

    /// The value, given those of the wires.
    func value(_ values: [Fr]) -> Fr {
        terms.reduce(constant) { $0 + $1.coefficient * values[$1.wire] }
    }
}
