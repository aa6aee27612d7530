// Exact products of int16 numbers on the kernels for bytes. A number is 256 · high + low, high
// signed and low in 0 ... 255; stored, low is less 128, so that both are signed, and the kernel is
// told the zero point −128. A row of numbers is two rows of bytes, so that weights pass through
// memory once. With at most 2^16 terms the sums of high · w, low · w stay below 2^31, those of low
// · low below 2^32: what the kernels give modulo 2^32 is exact.

/// The zero points of int16 numbers as bytes.
enum WideNumbers {
    /// Those of `rows` high rows and as many low ones.
    static func zeros(rows: Int) -> ZeroPoints {
        ZeroPoints(
            values: [Int32](repeating: 0, count: rows) + [Int32](repeating: -128, count: rows))
    }
}

extension Kernels {
    /// Σ over k of a(i, k) · b(k, j), exact, row-major; at most 2^16 terms.
    func sums(rows: Int, _ a: [Int16], terms: Int, _ b: [Int16], columns: Int) -> [Int64] {
        precondition(
            a.count == rows * terms && b.count == terms * columns
                && terms <= IntegerFamily.maximumTerms, "the factors fit")
        let halves = halves(b)
        // High and low columns side by side in each row.
        var right = [Int8](repeating: 0, count: 2 * b.count)
        for row in 0..<terms {
            let source = row * columns
            for column in 0..<columns {
                right[2 * source + column] = halves[source + column]
                right[2 * source + columns + column] = halves[b.count + source + column]
            }
        }
        let packed = PackedByteMatrix(.signed(right), rows: terms, columns: 2 * columns)
        let sums = product(
            2 * rows, .signed(self.halves(a)), zeros: WideNumbers.zeros(rows: rows), packed,
            zeros: WideNumbers.zeros(rows: columns))
        var results = [Int64](repeating: 0, count: rows * columns)
        for row in 0..<rows {
            let highs = row * 2 * columns
            let lows = (rows + row) * 2 * columns
            for column in 0..<columns {
                let middle =
                    Int64(sums[highs + columns + column]) &+ Int64(sums[lows + column])
                let low = Int64(UInt32(bitPattern: sums[lows + columns + column]))
                results[row * columns + column] =
                    Int64(sums[highs + column]) &* 65_536 &+ middle &* 256 &+ low
            }
        }
        return results
    }
}
