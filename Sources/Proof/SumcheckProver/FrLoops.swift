// The loops of provers over Fr, by the kernels in C.

public import Fields
public import Sumcheck

extension Fr: ProverField {
    public static func pairSums(
        _ a: Span<Fr>, _ b: Span<Fr>, weights: Span<Fr>, shift: Int, threads: Int
    ) -> PairSums<Fr> {
        let sums = SumKernels(threads: threads).pairSums(a, b, weights: weights, shift: shift)
        return PairSums(atZero: sums.0, atOne: sums.1, leading: sums.2)
    }

    public static func fold(_ values: inout [Fr], at point: Fr, threads: Int) {
        let count = values.count
        var span = values.mutableSpan
        SumKernels(threads: threads).fold(&span, at: point)
        values.removeLast(count / 2)
    }

    public static func add(
        _ addends: Span<Fr>, times factor: Fr, to values: inout [Fr], at offset: Int, threads: Int
    ) {
        var span = values.mutableSpan
        SumKernels(threads: threads).add(addends, times: factor, to: &span, at: offset)
    }

    public static func combine(
        _ rows: ByteRows, weights: Span<Fr>, into sums: inout [Fr], threads: Int
    ) {
        precondition(rows.isWhole && weights.count == rows.rowCount, "every row has a weight")
        var span = sums.mutableSpan
        let isDone = SumKernels(threads: threads).combine(
            rows.bytes.span.extracting(rows.start...), isSigned: rows.isSigned,
            stride: rows.stride, weights: weights, into: &span, columns: rows.columnCount)
        if !isDone { definitionOfCombine(rows, weights: weights, into: &sums) }
    }

    public static func products(
        _ rows: ByteRows, weights: Span<Fr>, threads: Int
    ) -> [Fr] {
        precondition(rows.isWhole && weights.count == rows.columnCount, "every column has a weight")
        var products = [Fr](repeating: Fr.zero, count: rows.rowCount)
        var span = products.mutableSpan
        let isDone = SumKernels(threads: threads).multiply(
            rows.bytes.span.extracting(rows.start...), isSigned: rows.isSigned,
            stride: rows.stride, weights: weights, into: &span)
        return isDone ? products : definitionOfProducts(rows, weights: weights)
    }

    public static func invertAll(_ values: inout [Fr], threads: Int) {
        var span = values.mutableSpan
        ScalarKernels(threads: threads).invert(&span)
    }
}
