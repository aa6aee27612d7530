// The product of two matrices of 8-bit integers with zero points: element (i, j) is Σ over k of
// (a(i, k) − zero of row i) · (b(k, j) − zero of column j), in 32 bits, wrapping around. Sums of
// integers do not depend on their order, so any kernel gives these results. A factor is at most 255
// in magnitude, so up to 33,025 terms never wrap.

/// A matrix of 8-bit integers that lies row-major in `bytes` from `offset` on.
struct QuantizedMatrix {
    let bytes: [UInt8]
    /// Whether the bytes are two's complement.
    let isSigned: Bool
    let offset: Int
    let rows: Int
    let columns: Int
    /// The zero point of each row of a left factor, of each column of a right one.
    let zeros: [Int16]

    /// Row `row` less zero points, `zero(column)` for each column.
    fileprivate func differences(row: Int, _ zero: (Int) -> Int16) -> [Int16] {
        let start = offset + row * columns
        var result = [Int16](repeating: 0, count: columns)
        for column in 0..<columns {
            let byte = bytes[start + column]
            let value = isSigned ? Int16(Int8(bitPattern: byte)) : Int16(byte)
            result[column] = value &- zero(column)
        }
        return result
    }
}

/// The exact product, the definition for every faster way.
enum IntegerProduct {
    /// left · right, row-major. `left.columns` and `right.rows` must be equal.
    static func sums(_ left: QuantizedMatrix, _ right: QuantizedMatrix) -> [Int32] {
        precondition(left.columns == right.rows, "the factors fit")
        let rows = (0..<right.rows).map { row in
            right.differences(row: row) { right.zeros[$0] }
        }
        var results: [Int32] = []
        results.reserveCapacity(left.rows * right.columns)
        for index in 0..<left.rows {
            let zero = left.zeros[index]
            let factors = left.differences(row: index) { _ in zero }
            var sums = [Int32](repeating: 0, count: right.columns)
            for (factor, row) in zip(factors, rows) where factor != 0 {
                add(row, times: Int32(factor), to: &sums)
            }
            results += sums
        }
        return results
    }

    /// sums(j) += factor · row(j). A plain loop that vectorises.
    private static func add(_ row: [Int16], times factor: Int32, to sums: inout [Int32]) {
        precondition(row.count == sums.count, "a sum for each column")
        for index in sums.indices { sums[index] &+= factor &* Int32(row[index]) }
    }
}

extension Tensor {
    /// The zero points, where elements are int8 or uint8.
    var zeroPoints: [Int16] {
        switch storage {
        case .uint8(let values): values.map { Int16($0) }
        case .int8(let values): values.map { Int16($0) }
        default: []
        }
    }
}
