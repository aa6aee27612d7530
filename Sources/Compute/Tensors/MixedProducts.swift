// Products of int16 activations with int8 weights kept as int16: where the CPU multiplies pairs of
// int16 numbers as fast as fours of bytes, half the work of taking activations apart into bytes. On
// one thread; the results are the same either way.

import CKernels

extension Kernels {
    /// Whether products of int16 with int8 numbers are faster than twice as many of bytes.
    var prefersMixedProducts: Bool {
        threads == 1 && aivm_has_mixed_products(variant.rawValue) != 0
    }
}

extension Rescaling {
    /// Whether a call is narrow as the kernels call it (CKernels.h): whether 32 bits hold every sum
    /// of products, and every quotient before it is clamped, of sums whose weights' magnitudes add
    /// up to at most `weights`, whatever the activations and biases.
    func isNarrow(weights: Int) -> Bool {
        // At most 2^16 · 2^7 · 2^15.
        let sum = weights << 15
        guard sum < 1 << 31 else { return false }
        let largest = multipliers.reduce(0) { max($0, Int($1.magnitude)) }
        guard shift >= 32 || largest << (32 - shift) < 1 << 31 else { return false }
        // Below 2^32 · 2^23 + 2^61.
        return ((sum + 1 << 31) * largest + Int(half)) >> shift < 1 << 31
    }
}

extension ArraySlice<Int8> {
    /// The sum of the magnitudes.
    var magnitude: Int { reduce(0) { $0 + Int($1.magnitude) } }
}

/// A right factor of int8, packed.
struct PackedMixedMatrix: Sendable {
    let rows: Int
    let columns: Int
    private let rescaling: Rescaling
    private let isNarrow: Bool
    private let panels: AlignedMemory<Int16>

    /// Elements of the packed form.
    private static func count(rows: Int, columns: Int) -> Int {
        (columns + 31) / 32 * 32 * ((rows + 1) / 2 * 2)
    }

    /// Bytes of the packed form.
    var byteCount: Int { 2 * PackedMixedMatrix.count(rows: rows, columns: columns) }

    /// Packs the row-major rows × columns matrix `weights` of a product that is rescaled.
    init(_ weights: [Int8], rows: Int, columns: Int, _ rescaling: Rescaling) {
        precondition(
            weights.count == rows * columns && rows > 0 && columns > 0,
            "the weights fill the matrix")
        self.rows = rows
        self.columns = columns
        self.rescaling = rescaling
        var magnitudes = [Int](repeating: 0, count: columns)
        for row in 0..<rows {
            for column in 0..<columns {
                magnitudes[column] += Int(weights[row * columns + column].magnitude)
            }
        }
        isNarrow = rescaling.isNarrow(weights: magnitudes.max() ?? 0)
        let count = PackedMixedMatrix.count(rows: rows, columns: columns)
        panels = unsafe AlignedMemory(count: count) { panels in
            unsafe panels.initialize(repeating: 0, count: count)
            unsafe weights.withUnsafeBufferPointer { weights in
                unsafe aivm_pack_mixed(rows, columns, weights.baseAddress, panels)
            }
        }
    }

    /// (x · w + addends) · multipliers rescaled, for `count` rows of `x`; an addend and a
    /// multiplier for each column.
    func product(
        _ x: [Int16], count: Int, addends: [Int64], multipliers: [Int64], using kernels: Kernels
    ) -> [Int16] {
        precondition(
            x.count == count * rows && addends.count == columns && multipliers.count == columns
                && kernels.prefersMixedProducts, "the factors fit")
        let step = (rows + 1) / 2 * 2
        var left = x
        if step > rows {
            // The kernel reads terms in pairs: a number behind each odd row.
            left = []
            left.reserveCapacity(count * step)
            for row in 0..<count { left += x[row * rows..<(row + 1) * rows] + [0] }
        }
        // Sizes as checked; the panels were packed for them.
        return unsafe rescaling.rounding.results(
            count: count * columns, of: left, addends: addends, multipliers: multipliers
        ) { buffers in
            unsafe panels.withPointer { panels in
                var call = unsafe aivm_mixed_product(
                    m: count, n: columns, k: rows, a: buffers.x, a_step: step, panels: panels,
                    addends: buffers.addends, multipliers: buffers.multipliers,
                    rescaling: buffers.rescaling, is_narrow: isNarrow ? 1 : 0, out: buffers.out)
                unsafe aivm_product_mixed(kernels.variant.rawValue, &call)
            }
        }
    }
}
