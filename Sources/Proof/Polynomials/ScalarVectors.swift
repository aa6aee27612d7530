// What provers do with vectors of scalars, on a number of threads: the kernels of ``Fields``, for
// arrays. `VectorDefinition` says in plain loops what each is.

public import Fields

/// Operations on vectors of scalars, element by element. Vectors that are combined have the same
/// count unless a function says otherwise. All give the same bits on any number of threads.
public struct ScalarVectors: Sendable {
    private let kernels: ScalarKernels

    /// Operations on `threads` threads, by the kernel `variant`, which must be available.
    public init(threads: Int, variant: KernelVariant = .fastest) {
        kernels = ScalarKernels(variant, threads: threads)
    }

    /// Multiplies each value by the one at the same place of `factors`.
    public func multiply(_ values: inout [Fr], by factors: [Fr]) {
        var span = values.mutableSpan
        kernels.multiply(&span, by: factors.span)
    }

    /// Multiplies each value by `factor`.
    public func scale(_ values: inout [Fr], by factor: Fr) {
        var span = values.mutableSpan
        kernels.scale(&span, by: factor)
    }

    /// Multiplies the i-th value by first · ratio^i.
    public func scale(_ values: inout [Fr], byPowersOf ratio: Fr, from first: Fr) {
        var span = values.mutableSpan
        kernels.scale(&span, byPowersOf: ratio, from: first)
    }

    /// Adds `constant` to each value. On one thread.
    public func add(_ constant: Fr, to values: inout [Fr]) {
        VectorDefinition.add(constant, to: &values)
    }

    /// Adds `addends`, which may be shorter.
    public func add(_ addends: [Fr], to values: inout [Fr]) {
        precondition(addends.count <= values.count, "there is room for what is added")
        var span = values.mutableSpan
        var part = span._mutatingExtracting(0..<addends.count)
        kernels.add(addends.span, to: &part)
    }

    /// Takes off `subtrahends`, which may be shorter.
    public func subtract(_ subtrahends: [Fr], from values: inout [Fr]) {
        precondition(subtrahends.count <= values.count, "there is room for what is taken off")
        var span = values.mutableSpan
        var part = span._mutatingExtracting(0..<subtrahends.count)
        kernels.subtract(subtrahends.span, from: &part)
    }

    /// Adds `factor` times `addends`, which may be shorter.
    public func add(_ addends: [Fr], times factor: Fr, to values: inout [Fr]) {
        precondition(addends.count <= values.count, "there is room for what is added")
        var span = values.mutableSpan
        var part = span._mutatingExtracting(0..<addends.count)
        kernels.add(addends.span, times: factor, to: &part)
    }

    /// Adds the products of `left` and `right`.
    public func addProducts(_ left: [Fr], _ right: [Fr], to values: inout [Fr]) {
        var span = values.mutableSpan
        kernels.addProducts(left.span, right.span, to: &span)
    }

    /// first, first · ratio, first · ratio², …
    public func powers(of ratio: Fr, from first: Fr, count: Int) -> [Fr] {
        var values = [Fr](repeating: Fr.zero, count: count)
        var span = values.mutableSpan
        kernels.fill(&span, withPowersOf: ratio, from: first)
        return values
    }

    /// Replaces each value by its inverse; zeros stay zero.
    public func invert(_ values: inout [Fr]) {
        var span = values.mutableSpan
        kernels.invert(&span)
    }

    /// Replaces each value by the product of those before it, the first by one; returns the product
    /// of all.
    public func replaceByProductsBefore(_ values: inout [Fr]) -> Fr {
        var span = values.mutableSpan
        return kernels.replaceByProductsBefore(&span, from: Fr.one)
    }

    /// The value at `point` of the polynomial of `coefficients`, lowest degree first.
    public func value(of coefficients: [Fr], at point: Fr) -> Fr {
        kernels.value(of: coefficients.span, at: point)
    }

    /// Replaces p by the quotient of p by X - `root`, whose last coefficient is zero, and returns
    /// the remainder.
    public func divide(_ coefficients: inout [Fr], byLinearFactorWithRoot root: Fr) -> Fr {
        var span = coefficients.mutableSpan
        return kernels.divide(&span, byLinearFactorWithRoot: root)
    }
}
