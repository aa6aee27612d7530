// Arithmetic on some rows of columns: vectors that stay in the cache between operations. Written
// once, plainly; the one place where something faster is put in.

import Fields

/// Operations on vectors of one count.
enum RowVector {
    /// Rows that are worked on at once: 16 KiB a vector.
    static let count = 512

    /// The ranges of `count` rows that `rows` rows are cut into.
    static func blocks(of rows: Int) -> [Range<Int>] {
        stride(from: 0, to: rows, by: count).map { $0..<min($0 + count, rows) }
    }

    /// Adds `factor` times `addends`.
    static func add(_ addends: ArraySlice<Fr>, times factor: Fr, to values: inout [Fr]) {
        precondition(addends.count == values.count, "vectors have one length")
        var source = addends.startIndex
        for index in values.indices {
            values[index] += addends[source] * factor
            source += 1
        }
    }

    /// Adds the products of `left` and `right`.
    static func addProducts(_ left: ArraySlice<Fr>, _ right: [Fr], to values: inout [Fr]) {
        precondition(
            values.count == left.count && values.count == right.count, "vectors have one length")
        var source = left.startIndex
        for index in values.indices {
            values[index] += left[source] * right[index]
            source += 1
        }
    }

    /// Multiplies by `factors`.
    static func multiply(_ values: inout [Fr], by factors: ArraySlice<Fr>) {
        precondition(values.count == factors.count, "vectors have one length")
        var source = factors.startIndex
        for index in values.indices {
            values[index] *= factors[source]
            source += 1
        }
    }

    /// Multiplies by cells + factor · positions + constant: a column's part of the permutation.
    static func multiply(
        _ values: inout [Fr], byCells cells: ArraySlice<Fr>, plus factor: Fr,
        times positions: ArraySlice<Fr>, plus constant: Fr
    ) {
        precondition(
            values.count == cells.count && values.count == positions.count,
            "vectors have one length")
        var (cell, position) = (cells.startIndex, positions.startIndex)
        for index in values.indices {
            values[index] *= cells[cell] + positions[position] * factor + constant
            cell += 1
            position += 1
        }
    }

    /// The differences of `left` and `right`.
    static func difference(_ left: ArraySlice<Fr>, _ right: ArraySlice<Fr>) -> [Fr] {
        zip(left, right).map { $0 - $1 }
    }
}
