// Rank-one constraints, the circuits of Circom: A · B = C, where A, B and C are linear combinations
// of wires. What is only linear, C = 0, has nothing in A and B: tools make one sum of it.

public import Fields

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
