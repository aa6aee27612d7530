// Rounds of sums of products and sums of bytes times scalars, by the kernels in C. Their
// definitions are loops of a few lines in the target SumcheckProver, and in the tests there.
//
// Safety, for every `unsafe` below: spans give pointers to as many scalars of 32 bytes, or bytes,
// as they count, which live during the call; counts that must agree, and the last place that is
// read, are compared first.

import CFields

/// The loops that provers of sums over cubes spend their time in.
public struct SumKernels: Sendable {
    private let code: Int32
    private let threads: Int32

    /// The kernels of `variant`, which must be available, on `threads` threads.
    public init(_ variant: KernelVariant = .fastest, threads: Int) {
        code = variant.code
        self.threads = Int32(clamping: threads)
    }

    /// The sums over pairs i, of values 2i and 2i + 1, of weights[i >> shift] times a0 b0, a1 b1
    /// and (a1 − a0)(b1 − b0). Values beyond the end are zero; a and b have one count, not 0.
    public func pairSums(
        _ a: Span<Fr>, _ b: Span<Fr>, weights: Span<Fr>, shift: Int
    ) -> (Fr, Fr, Fr) {
        let count = a.count
        precondition(count == b.count && count > 0, "vectors have one length")
        precondition(shift >= 0 && shift < 64, "a shift is less than a word")
        precondition(((count + 1) / 2 - 1) >> shift < weights.count, "every pair has a weight")
        var sums = (Fr.zero, Fr.zero, Fr.zero)
        unsafe a.withUnsafeBytes { a in
            unsafe b.withUnsafeBytes { b in
                unsafe weights.withUnsafeBytes { weights in
                    unsafe withUnsafeMutableBytes(of: &sums) {
                        unsafe aivm_fr_pair_sums(
                            code, threads, count, a.baseAddress, b.baseAddress,
                            weights.baseAddress, UInt32(shift), $0.baseAddress)
                    }
                }
            }
        }
        return sums
    }

    /// Replaces value i by that of pair i at `point`: values[2i] + point (values[2i + 1] −
    /// values[2i]). What stands behind the pairs means nothing afterwards.
    public func fold(_ values: inout MutableSpan<Fr>, at point: Fr) {
        let count = values.count
        unsafe values.withUnsafeMutableBytes { values in
            unsafe withUnsafeBytes(of: point) {
                unsafe aivm_fr_fold(code, threads, count, $0.baseAddress, values.baseAddress)
            }
        }
    }

    /// values[offset + i] += factor · addends[i].
    public func add(
        _ addends: Span<Fr>, times factor: Fr, to values: inout MutableSpan<Fr>, at offset: Int
    ) {
        let count = addends.count
        precondition(
            offset >= 0 && offset <= values.count - count, "there is room for what is added")
        unsafe values.withUnsafeMutableBytes { values in
            unsafe addends.withUnsafeBytes { addends in
                unsafe withUnsafeBytes(of: factor) {
                    guard let start = values.baseAddress else { return }
                    let place = unsafe start + 32 * offset
                    unsafe aivm_fr_scale_add(
                        code, threads, count, $0.baseAddress, addends.baseAddress, place, place)
                }
            }
        }
    }

    /// sums[column] += Σ_row weights[row] · bytes[row · stride + column], for as many rows as
    /// weights and the first `columns` sums. `false` where there is no memory.
    public func combine(
        _ bytes: Span<UInt8>, isSigned: Bool, stride: Int, weights: Span<Fr>,
        into sums: inout MutableSpan<Fr>, columns: Int
    ) -> Bool {
        let rows = weights.count
        check(bytes.count, rows, columns, stride)
        precondition(columns >= 0 && columns <= sums.count, "every column has a sum")
        let done = unsafe sums.withUnsafeMutableBytes { sums in
            unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe weights.withUnsafeBytes {
                    unsafe aivm_fr_combine_bytes(
                        code, threads, rows, columns, bytes.baseAddress, stride,
                        isSigned ? 1 : 0, $0.baseAddress, sums.baseAddress)
                }
            }
        }
        return done == 1
    }

    /// products[row] = Σ_column weights[column] · bytes[row · stride + column], for as many columns
    /// as weights and rows as products. `false` where there is no memory.
    public func multiply(
        _ bytes: Span<UInt8>, isSigned: Bool, stride: Int, weights: Span<Fr>,
        into products: inout MutableSpan<Fr>
    ) -> Bool {
        let (rows, columns) = (products.count, weights.count)
        check(bytes.count, rows, columns, stride)
        let done = unsafe products.withUnsafeMutableBytes { products in
            unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe weights.withUnsafeBytes {
                    unsafe aivm_fr_product_bytes(
                        code, threads, rows, columns, bytes.baseAddress, stride,
                        isSigned ? 1 : 0, $0.baseAddress, products.baseAddress)
                }
            }
        }
        return done == 1
    }

    private func check(_ count: Int, _ rows: Int, _ columns: Int, _ stride: Int) {
        precondition(
            rows == 0 || columns == 0 || stride >= 0 && (rows - 1) * stride + columns <= count,
            "all rows are there")
        precondition(max(rows, columns) <= 1 << 22, "sums of bytes fit their digits")
    }
}
