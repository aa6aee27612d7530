// Arithmetic on some rows of columns: vectors that stay in the cache between operations, by the
// kernels of `Fields`. What each does is said in `VectorDefinition` and, where it is more than one
// of those, in the tests.

import Fields

/// Operations on vectors of one count.
enum RowVector {
    /// Rows that are worked on at once: 16 KiB a vector.
    static let count = 512

    private static let kernels = ScalarKernels(threads: 1)

    /// The ranges of `count` rows that `rows` rows are cut into.
    static func blocks(of rows: Int) -> [Range<Int>] {
        stride(from: 0, to: rows, by: count).map { $0..<min($0 + count, rows) }
    }

    /// Adds `addends`.
    static func add(_ addends: ArraySlice<Fr>, to values: inout [Fr]) {
        var span = values.mutableSpan
        kernels.add(addends.span, to: &span)
    }

    /// Takes `subtrahends` off.
    static func subtract(_ subtrahends: ArraySlice<Fr>, from values: inout [Fr]) {
        var span = values.mutableSpan
        kernels.subtract(subtrahends.span, from: &span)
    }

    /// Adds `factor` times `addends`, which may be fewer.
    static func add(_ addends: ArraySlice<Fr>, times factor: Fr, to values: inout [Fr]) {
        var span = values.mutableSpan
        var part = span._mutatingExtracting(0..<addends.count)
        kernels.add(addends.span, times: factor, to: &part)
    }

    /// Adds the products of `left` and `right`.
    static func addProducts(
        _ left: ArraySlice<Fr>, _ right: ArraySlice<Fr>, to values: inout [Fr]
    ) {
        var span = values.mutableSpan
        kernels.addProducts(left.span, right.span, to: &span)
    }

    /// Multiplies by `factors`.
    static func multiply(_ values: inout [Fr], by factors: ArraySlice<Fr>) {
        var span = values.mutableSpan
        kernels.multiply(&span, by: factors.span)
    }

    /// Multiplies by `factor`.
    static func scale(_ values: inout [Fr], by factor: Fr) {
        var span = values.mutableSpan
        kernels.scale(&span, by: factor)
    }

    /// Multiplies by cells + factor · positions: a column's part of the permutation, where `cells`
    /// have γ added.
    static func multiply(
        _ values: inout [Fr], byCells cells: [Fr], plus factor: Fr,
        times positions: ArraySlice<Fr>
    ) {
        var sums = cells
        add(positions, times: factor, to: &sums)
        multiply(&values, by: sums[...])
    }

    /// `values` and `constant` added to each.
    static func shifted(_ values: ArraySlice<Fr>, by constant: Fr) -> [Fr] {
        var sums = [Fr](repeating: constant, count: values.count)
        add(values, to: &sums)
        return sums
    }

    /// The differences of `left` and `right`.
    static func difference(_ left: ArraySlice<Fr>, _ right: ArraySlice<Fr>) -> [Fr] {
        var values = Array(left)
        subtract(right, from: &values)
        return values
    }

    /// Replaces each value by its inverse; zeros stay zero.
    static func invert(_ values: inout [Fr]) {
        var span = values.mutableSpan
        kernels.invert(&span)
    }
}
