// The loops over long vectors that proving is made of. Here each stands as its definition, for any
// field; a field may bring faster ones, which tests compare with these.

import Fields
public import Sumcheck

/// The three numbers that a round of a sum of products of two is made of: with a and b linear in
/// the round's variable, their product at 0, at 1, and the coefficient of X².
public struct PairSums<F: SumcheckField>: Equatable, Sendable {
    /// Σ weight · a0 b0.
    public var atZero: F
    /// Σ weight · a1 b1.
    public var atOne: F
    /// Σ weight · (a1 − a0)(b1 − b0).
    public var leading: F

    /// These sums.
    public init(atZero: F, atOne: F, leading: F) {
        self.atZero = atZero
        self.atOne = atOne
        self.leading = leading
    }
}

/// Rows of small integers: value (row, column) is at start + row · stride + column of the bytes.
public struct ByteRows: Sendable {
    /// The bytes.
    public var bytes: [UInt8]
    /// The place of the first value.
    public var start = 0
    /// Whether they are in two's complement.
    public var isSigned: Bool
    /// The distance between rows.
    public var stride: Int
    /// The number of rows.
    public var rowCount: Int
    /// The number of columns.
    public var columnCount: Int

    /// Whether all values are there.
    var isWhole: Bool {
        start >= 0 && rowCount >= 0 && columnCount >= 0 && stride >= 0
            && (rowCount == 0 || start + (rowCount - 1) * stride + columnCount <= bytes.count)
    }
}

/// A field with loops for provers.
public protocol ProverField: SumcheckField {
    /// Σ_i weights[i >> shift] · (products of pair i of a and b), where pair i is values 2i and 2i
    /// + 1; values beyond the end are zero. a and b have one count.
    static func pairSums(
        _ a: Span<Self>, _ b: Span<Self>, weights: Span<Self>, shift: Int, threads: Int
    ) -> PairSums<Self>
    /// Replaces pair i by its value at `point`, a[i] = a[2i] + point (a[2i + 1] − a[2i]), and
    /// halves the count, rounding up.
    static func fold(_ values: inout [Self], at point: Self, threads: Int)
    /// values[offset + i] += factor · addends[i].
    static func add(
        _ addends: Span<Self>, times factor: Self, to values: inout [Self], at offset: Int,
        threads: Int)
    /// sums[column] += Σ_row weights[row] · value(row, column).
    static func combine(
        _ rows: ByteRows, weights: Span<Self>, into sums: inout [Self], threads: Int)
    /// For each row, Σ_column weights[column] · value(row, column).
    static func products(
        _ rows: ByteRows, weights: Span<Self>, threads: Int
    ) -> [Self]
    /// Replaces every value by its inverse; zeros stay zero.
    static func invertAll(_ values: inout [Self], threads: Int)
}

extension ProverField {
    /// The definition of ``pairSums(_:_:weights:shift:threads:)``.
    public static func definitionOfPairSums(
        _ a: Span<Self>, _ b: Span<Self>, weights: Span<Self>, shift: Int
    ) -> PairSums<Self> {
        precondition(a.count == b.count, "vectors have one length")
        var sums = PairSums<Self>(atZero: .zero, atOne: .zero, leading: .zero)
        for pair in 0..<(a.count + 1) / 2 {
            let weight = weights[pair >> shift]
            let (a0, b0) = (a[2 * pair], b[2 * pair])
            let isWhole = 2 * pair + 1 < a.count
            let (a1, b1) = isWhole ? (a[2 * pair + 1], b[2 * pair + 1]) : (zero, zero)
            sums.atZero += weight * (a0 * b0)
            sums.atOne += weight * (a1 * b1)
            sums.leading += weight * ((a1 - a0) * (b1 - b0))
        }
        return sums
    }

    /// The definition of ``fold(_:at:threads:)``.
    public static func definitionOfFold(_ values: inout [Self], at point: Self) {
        let count = values.count
        for pair in 0..<(count + 1) / 2 {
            let low = values[2 * pair]
            let high = 2 * pair + 1 < count ? values[2 * pair + 1] : zero
            values[pair] = low + point * (high - low)
        }
        values.removeLast(count / 2)
    }

    /// The definition of ``add(_:times:to:at:threads:)``.
    public static func definitionOfAdd(
        _ addends: Span<Self>, times factor: Self, to values: inout [Self], at offset: Int
    ) {
        for index in addends.indices { values[offset + index] += factor * addends[index] }
    }

    /// The definition of ``combine(_:weights:into:threads:)``.
    public static func definitionOfCombine(
        _ rows: ByteRows, weights: Span<Self>, into sums: inout [Self]
    ) {
        for row in 0..<rows.rowCount {
            for column in 0..<rows.columnCount {
                let value = rows.value(row, column)
                if value != 0 { sums[column] += weights[row] * Self(value) }
            }
        }
    }

    /// The definition of ``products(_:weights:threads:)``.
    public static func definitionOfProducts(
        _ rows: ByteRows, weights: Span<Self>
    ) -> [Self] {
        var sums = [Self](repeating: zero, count: rows.rowCount)
        for row in 0..<rows.rowCount {
            for column in 0..<rows.columnCount {
                let value = rows.value(row, column)
                if value != 0 { sums[row] += weights[column] * Self(value) }
            }
        }
        return sums
    }

    public static func pairSums(
        _ a: Span<Self>, _ b: Span<Self>, weights: Span<Self>, shift: Int, threads: Int
    ) -> PairSums<Self> {
        definitionOfPairSums(a, b, weights: weights, shift: shift)
    }

    public static func fold(_ values: inout [Self], at point: Self, threads: Int) {
        definitionOfFold(&values, at: point)
    }

    public static func add(
        _ addends: Span<Self>, times factor: Self, to values: inout [Self], at offset: Int,
        threads: Int
    ) {
        definitionOfAdd(addends, times: factor, to: &values, at: offset)
    }

    public static func combine(
        _ rows: ByteRows, weights: Span<Self>, into sums: inout [Self], threads: Int
    ) {
        definitionOfCombine(rows, weights: weights, into: &sums)
    }

    public static func products(
        _ rows: ByteRows, weights: Span<Self>, threads: Int
    ) -> [Self] {
        definitionOfProducts(rows, weights: weights)
    }

    public static func invertAll(_ values: inout [Self], threads: Int) { invertAll(&values) }
}

extension ByteRows {
    /// The integer at a row and a column.
    func value(_ row: Int, _ column: Int) -> Int128 {
        let byte = bytes[start + row * stride + column]
        return isSigned ? Int128(Int8(bitPattern: byte)) : Int128(byte)
    }
}
