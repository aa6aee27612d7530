// What provers do with vectors of scalars, by the kernels in C. The definitions are loops of one
// line in the target Polynomials, and in the tests here.
//
// Safety, for every `unsafe` below: spans give pointers to as many scalars of 32 bytes as they
// count, which live during the call; counts that must agree are compared first. Kernels allow an
// output to be an input, element for element, and a span that is changed is no other span (the law
// of exclusivity).

import CFields

/// Operations on vectors of scalars by one of the kernels, on a number of threads.
public struct ScalarKernels: Sendable {
    private let code: Int32
    private let threads: Int32

    /// The kernels of `variant`, which must be available, on `threads` threads.
    public init(_ variant: KernelVariant = .fastest, threads: Int) {
        code = variant.code
        self.threads = Int32(clamping: threads)
    }

    /// Adds `addends`, of the same count.
    public func add(_ addends: Span<Fr>, to values: inout MutableSpan<Fr>) {
        unsafe combine(&values, addends) { unsafe aivm_fr_add(code, threads, $0, $1, $2, $1) }
    }

    /// Takes off `subtrahends`, of the same count.
    public func subtract(_ subtrahends: Span<Fr>, from values: inout MutableSpan<Fr>) {
        unsafe combine(&values, subtrahends) {
            unsafe aivm_fr_subtract(code, threads, $0, $1, $2, $1)
        }
    }

    /// Multiplies by `factors`, of the same count, element by element.
    public func multiply(_ values: inout MutableSpan<Fr>, by factors: Span<Fr>) {
        unsafe combine(&values, factors) { unsafe aivm_fr_multiply(code, threads, $0, $1, $2, $1) }
    }

    /// Adds `factor` times `addends`, of the same count.
    public func add(
        _ addends: Span<Fr>, times factor: Fr, to values: inout MutableSpan<Fr>
    ) {
        unsafe combine(&values, addends) { count, values, addends in
            unsafe withUnsafeBytes(of: factor) {
                unsafe aivm_fr_scale_add(
                    code, threads, count, $0.baseAddress, addends, values, values)
            }
        }
    }

    /// Adds the products of `left` and `right`, of the same count, element by element.
    public func addProducts(
        _ left: Span<Fr>, _ right: Span<Fr>, to values: inout MutableSpan<Fr>
    ) {
        precondition(left.count == right.count, "vectors have one length")
        unsafe combine(&values, left) { count, values, left in
            unsafe right.withUnsafeBytes {
                unsafe aivm_fr_multiply_add(
                    code, threads, count, left, $0.baseAddress, values, values)
            }
        }
    }

    /// Multiplies each value by `factor`.
    public func scale(_ values: inout MutableSpan<Fr>, by factor: Fr) {
        unsafe change(&values) { count, values in
            unsafe withUnsafeBytes(of: factor) {
                unsafe aivm_fr_scale(code, threads, count, $0.baseAddress, values, values)
            }
        }
    }

    /// Multiplies the i-th value by first ratio^i.
    public func scale(
        _ values: inout MutableSpan<Fr>, byPowersOf ratio: Fr, from first: Fr
    ) {
        unsafe change(&values) { count, values in
            unsafe withPair(first, ratio) {
                unsafe aivm_fr_scale_by_powers(code, threads, count, $0, $1, values, values)
            }
        }
    }

    /// Replaces the i-th value by first ratio^i.
    public func fill(
        _ values: inout MutableSpan<Fr>, withPowersOf ratio: Fr, from first: Fr
    ) {
        unsafe change(&values) { count, values in
            unsafe withPair(first, ratio) {
                unsafe aivm_fr_powers(code, threads, count, $0, $1, values)
            }
        }
    }

    /// Replaces each value by its inverse; zeros stay zero.
    public func invert(_ values: inout MutableSpan<Fr>) {
        unsafe change(&values) { unsafe aivm_fr_invert(code, threads, $0, $1, $1) }
    }

    /// Replaces each value by `first` times the product of those before it; returns `first` times
    /// the product of all.
    public func replaceByProductsBefore(
        _ values: inout MutableSpan<Fr>, from first: Fr
    ) -> Fr {
        unsafe result { product in
            unsafe change(&values) { count, values in
                unsafe withUnsafeBytes(of: first) {
                    unsafe aivm_fr_prefix_products(
                        code, threads, count, $0.baseAddress, values, values, product)
                }
            }
        }
    }

    /// The sum of the products of values and `factors`, of the same count.
    public func dot(_ values: Span<Fr>, _ factors: Span<Fr>) -> Fr {
        precondition(values.count == factors.count, "vectors have one length")
        return unsafe result { sum in
            unsafe values.withUnsafeBytes { values in
                unsafe factors.withUnsafeBytes {
                    unsafe aivm_fr_dot(
                        code, threads, factors.count, values.baseAddress, $0.baseAddress, sum)
                }
            }
        }
    }

    /// The value at `point` of the polynomial with the coefficients `values`, lowest degree first.
    public func value(of values: Span<Fr>, at point: Fr) -> Fr {
        let count = values.count
        return unsafe result { value in
            unsafe values.withUnsafeBytes { values in
                unsafe withUnsafeBytes(of: point) {
                    unsafe aivm_fr_evaluate(
                        code, threads, count, values.baseAddress, $0.baseAddress, value)
                }
            }
        }
    }

    /// Replaces the coefficients of a polynomial, lowest degree first, by those of its quotient by
    /// X - `root`, of which the last is zero; returns the remainder, its value at `root`.
    public func divide(
        _ values: inout MutableSpan<Fr>, byLinearFactorWithRoot root: Fr
    ) -> Fr {
        unsafe result { remainder in
            unsafe change(&values) { count, values in
                unsafe withUnsafeBytes(of: root) {
                    unsafe aivm_fr_divide_by_linear(
                        code, threads, count, values, $0.baseAddress, values, remainder)
                }
            }
        }
    }

    /// Multiplies by factor^count, and does so in as many chains at once as keep the processor
    /// busy; the multiplications that were made. Nothing multiplies faster: for benchmarks.
    public func multiply(_ value: inout Fr, by factor: Fr, count: Int) -> Int {
        unsafe withUnsafeMutableBytes(of: &value) { value in
            unsafe withUnsafeBytes(of: factor) {
                count
                    * Int(
                        unsafe aivm_fr_multiply_often(
                            code, count, $0.baseAddress, value.baseAddress))
            }
        }
    }

    /// What `body` writes to 32 bytes.
    private func result(_ body: (UnsafeMutableRawPointer?) -> Void) -> Fr {
        var result = Fr.zero
        unsafe withUnsafeMutableBytes(of: &result) { unsafe body($0.baseAddress) }
        return result
    }

    private func withPair(
        _ first: Fr, _ second: Fr, _ body: (UnsafeRawPointer?, UnsafeRawPointer?) -> Void
    ) {
        unsafe withUnsafeBytes(of: first) { first in
            unsafe withUnsafeBytes(of: second) { unsafe body(first.baseAddress, $0.baseAddress) }
        }
    }

    private func change(
        _ values: inout MutableSpan<Fr>, _ body: (Int, UnsafeMutableRawPointer?) -> Void
    ) {
        let count = values.count
        unsafe values.withUnsafeMutableBytes { unsafe body(count, $0.baseAddress) }
    }

    private func combine(
        _ values: inout MutableSpan<Fr>, _ others: Span<Fr>,
        _ body: (Int, UnsafeMutableRawPointer?, UnsafeRawPointer?) -> Void
    ) {
        precondition(values.count == others.count, "vectors have one length")
        unsafe change(&values) { count, values in
            unsafe others.withUnsafeBytes { unsafe body(count, values, $0.baseAddress) }
        }
    }
}
