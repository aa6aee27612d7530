// Sums of wires times coefficients: what gates are made of. Adding them and multiplying them by
// constants costs no gate. Wire 0 always carries one, so a constant is a term of wire 0.

public import Fields

/// A sum of wires times coefficients.
public struct LinearCombination: Equatable, Sendable {
    /// A wire times a coefficient.
    public struct Term: Equatable, Sendable {
        /// The wire.
        public var wire: UInt32
        /// What it is multiplied by; may be zero.
        public var coefficient: Fr

        /// The wire `wire` times `coefficient`.
        public init(wire: UInt32, coefficient: Fr) {
            self.wire = wire
            self.coefficient = coefficient
        }
    }

    /// The terms, wires ascending and distinct.
    public private(set) var terms: [Term]

    /// The sum of `terms`, which may stand in any order but must name no wire twice. Terms whose
    /// coefficient is zero stay: files of Circom have them.
    public init(_ terms: [Term]) {
        self.terms = terms
        if !isAscending { self.terms.sort { $0.wire < $1.wire } }
    }

    /// The wire `wire`.
    public init(wire: UInt32) { terms = [Term(wire: wire, coefficient: Fr.one)] }

    /// The constant `value`, without a term when it is zero.
    public init(constant value: Fr) {
        terms = value.isZero ? [] : [Term(wire: 0, coefficient: value)]
    }

    /// Nothing.
    public static let zero = LinearCombination([])

    /// The constant one.
    public static let one = LinearCombination(wire: 0)

    private var isAscending: Bool {
        zip(terms, terms.dropFirst()).allSatisfy { $0.wire < $1.wire }
    }

    /// A wire that two terms name, or `nil`.
    public var repeatedWire: UInt32? {
        zip(terms, terms.dropFirst()).first { $0.wire == $1.wire }?.0.wire
    }

    /// The sum with the values of wires that `witness` gives; every wire must be in it.
    public func value(_ witness: [Fr]) -> Fr {
        var sum = Fr.zero
        for term in terms { sum += term.coefficient * witness[Int(term.wire)] }
        return sum
    }

    /// The value, when no wire but 0 is named; else `nil`.
    public var constant: Fr? {
        if terms.isEmpty { return Fr.zero }
        return terms.count == 1 && terms[0].wire == 0 ? terms[0].coefficient : nil
    }

    /// The wire, when this is one wire times one and not the constant; else `nil`.
    public var singleWire: UInt32? {
        guard terms.count == 1, terms[0].wire != 0, terms[0].coefficient == Fr.one else {
            return nil
        }
        return terms[0].wire
    }

    /// The coefficient of wire 0, and the terms of all other wires.
    public var split: (constant: Fr, terms: ArraySlice<Term>) {
        guard let first = terms.first, first.wire == 0 else { return (Fr.zero, terms[...]) }
        return (first.coefficient, terms.dropFirst())
    }
}

extension LinearCombination: ExpressibleByIntegerLiteral {
    /// The constant `value`.
    public init(integerLiteral value: UInt64) { self.init(constant: Fr(value)) }
}

extension LinearCombination {
    /// The sum. Terms that cancel disappear.
    public static func + (left: LinearCombination, right: LinearCombination) -> LinearCombination {
        if left.terms.isEmpty { return right }
        if right.terms.isEmpty { return left }
        var merged: [Term] = []
        merged.reserveCapacity(left.terms.count + right.terms.count)
        var (i, j) = (0, 0)
        while i < left.terms.count, j < right.terms.count {
            let (first, second) = (left.terms[i], right.terms[j])
            if first.wire < second.wire {
                merged.append(first)
                i += 1
            } else if second.wire < first.wire {
                merged.append(second)
                j += 1
            } else {
                let sum = first.coefficient + second.coefficient
                if !sum.isZero { merged.append(Term(wire: first.wire, coefficient: sum)) }
                i += 1
                j += 1
            }
        }
        merged += left.terms[i...]
        merged += right.terms[j...]
        return LinearCombination(merged)
    }

    /// The combination times `factor`.
    public static func * (left: LinearCombination, factor: Fr) -> LinearCombination {
        if factor.isZero { return zero }
        if factor == Fr.one { return left }
        return LinearCombination(
            left.terms.map { Term(wire: $0.wire, coefficient: $0.coefficient * factor) })
    }

    /// The combination times `factor`.
    public static func * (factor: Fr, right: LinearCombination) -> LinearCombination {
        right * factor
    }

    /// The negated combination.
    public static prefix func - (combination: LinearCombination) -> LinearCombination {
        combination * (-Fr.one)
    }

    /// The difference. Terms that cancel disappear.
    public static func - (left: LinearCombination, right: LinearCombination) -> LinearCombination {
        left + -right
    }

    /// Adds in place.
    public static func += (left: inout LinearCombination, right: LinearCombination) {
        left = left + right
    }

    /// Subtracts in place.
    public static func -= (left: inout LinearCombination, right: LinearCombination) {
        left = left - right
    }

    /// The sum of `values` times 1, `base`, `base`^2, …
    public static func weighted(
        _ values: [LinearCombination], byPowersOf base: Fr
    ) -> LinearCombination {
        var factor = Fr.one
        var terms: [Term] = []
        var needsMerge = false
        for value in values {
            for term in value.terms {
                if let last = terms.last, last.wire >= term.wire { needsMerge = true }
                terms.append(Term(wire: term.wire, coefficient: term.coefficient * factor))
            }
            factor *= base
        }
        return needsMerge ? merged(terms) : LinearCombination(terms)
    }

    /// The sum of terms that may name wires more than once.
    private static func merged(_ terms: [Term]) -> LinearCombination {
        var merged: [Term] = []
        for term in terms.sorted(by: { $0.wire < $1.wire }) {
            if let last = merged.last, last.wire == term.wire {
                merged[merged.count - 1].coefficient += term.coefficient
            } else {
                merged.append(term)
            }
        }
        return LinearCombination(merged.filter { !$0.coefficient.isZero })
    }
}
