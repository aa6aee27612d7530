// What provers do with vectors of scalars, on a number of threads.

public import Fields

/// Operations on vectors of scalars, element by element. Vectors that are combined have the same count
/// unless a function says otherwise. All give the same bits on any number of threads.
public struct ScalarVectors: Sendable {
    /// Operations on `threads` threads.
    public init(threads: Int) {}

    /// Multiplies each value by the one at the same place of `factors`.
    public func multiply(_ values: inout [Fr], by factors: [Fr]) {
        VectorDefinition.multiply(&values, by: factors)
    }

    /// Multiplies each value by `factor`.
    public func scale(_ values: inout [Fr], by factor: Fr) {
        VectorDefinition.scale(&values, by: factor)
    }

    /// Multiplies the i-th value by first · ratio^i.
    public func scale(_ values: inout [Fr], byPowersOf ratio: Fr, from first: Fr) {
        VectorDefinition.scale(&values, byPowersOf: ratio, from: first)
    }

    /// Adds `constant` to each value.
    public func add(_ constant: Fr, to values: inout [Fr]) {
        VectorDefinition.add(constant, to: &values)
    }

    /// Adds `addends`, which may be shorter.
    public func add(_ addends: [Fr], to values: inout [Fr]) {
        VectorDefinition.add(addends, to: &values)
    }

    /// Takes off `subtrahends`, which may be shorter.
    public func subtract(_ subtrahends: [Fr], from values: inout [Fr]) {
        VectorDefinition.subtract(subtrahends, from: &values)
    }

    /// Adds `factor` times `addends`, which may be shorter.
    public func add(_ addends: [Fr], times factor: Fr, to values: inout [Fr]) {
        VectorDefinition.add(addends, times: factor, to: &values)
    }

    /// Adds the products of `left` and `right`.
    public func addProducts(_ left: [Fr], _ right: [Fr], to values: inout [Fr]) {
        VectorDefinition.addProducts(left, right, to: &values)
    }

    /// first, first · ratio, first · ratio², …
    public func powers(of ratio: Fr, from first: Fr, count: Int) -> [Fr] {
        VectorDefinition.powers(of: ratio, from: first, count: count)
    }

    /// Replaces each value by its inverse; zeros stay zero.
    public func invert(_ values: inout [Fr]) { Fr.invertAll(&values) }

    /// Replaces each value by the product of those before it, the first by one; returns the product of
    /// all.
    public func replaceByProductsBefore(_ values: inout [Fr]) -> Fr {
        VectorDefinition.replaceByProductsBefore(&values)
    }

    /// The value at `point` of the polynomial of `coefficients`, lowest degree first.
    public func value(of coefficients: [Fr], at point: Fr) -> Fr {
        Polynomial.value(of: coefficients, at: point)
    }

    /// Replaces p by the quotient of p by X - `root`, whose last coefficient is zero, and returns the
    /// remainder.
    public func divide(_ coefficients: inout [Fr], byLinearFactorWithRoot root: Fr) -> Fr {
        Polynomial.divide(&coefficients, byLinearFactorWithRoot: root)
    }
}
