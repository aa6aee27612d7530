// Rank-one constraints, the circuits of Circom: A · B = C, where A, B and C are linear combinations
// of wires. Wire 0 always carries one.

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

    /// The sum of `terms`, which may stand in any order but must name no wire twice.
    public init(_ terms: [Term]) {
        self.terms = terms
        if !isAscending { self.terms.sort { $0.wire < $1.wire } }
    }

    private var isAscending: Bool {
        zip(terms, terms.dropFirst()).allSatisfy { $0.wire < $1.wire }
    }

    /// A wire that two terms name, or `nil`.
    var repeatedWire: UInt32? {
        zip(terms, terms.dropFirst()).first { $0.wire == $1.wire }?.0.wire
    }

    /// The sum with the values of wires that `witness` gives; every wire must be in it.
    public func value(_ witness: [Fr]) -> Fr {
        terms.reduce(Fr.zero) { $0 + $1.coefficient * witness[Int($1.wire)] }
    }
}

/// The constraint A · B = C.
public struct RankOneConstraint: Equatable, Sendable {
    /// The left factor.
    public var a: LinearCombination
    /// The right factor.
    public var b: LinearCombination
    /// The product.
    public var c: LinearCombination

    /// The constraint a · b = c.
    public init(a: LinearCombination, b: LinearCombination, c: LinearCombination) {
        self.a = a
        self.b = b
        self.c = c
    }

    /// Whether the values of wires in `witness` satisfy it; every wire must be in it.
    public func isSatisfied(by witness: [Fr]) -> Bool {
        a.value(witness) * b.value(witness) == c.value(witness)
    }
}
