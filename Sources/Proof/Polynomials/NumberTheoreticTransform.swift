// Between the coefficients of a polynomial below degree n and its values on the n-th roots of unity
// (Cooley, Tukey 1965; Pollard 1971), in place, natural order in and out.
//
// `reference` is the definition: the values are put into the order of reversed bits, then pairs,
// fours, eights … are combined. The kernels in C do the work and are compared with it.

public import Fields

/// The transforms of one domain.
public struct NumberTheoreticTransform: Sendable {
    /// The roots of unity.
    public let domain: EvaluationDomain
    private let kernel: ScalarTransform

    /// The transforms of 2^log2Size values; `nil` unless log2Size is 0 to 28 and there is memory
    /// for tables of 64 bytes a value.
    ///
    /// - Parameter variant: the kernel, which must be available.
    public init?(log2Size: Int, variant: KernelVariant = .fastest) {
        guard let domain = EvaluationDomain(log2Size: log2Size),
            let kernel = ScalarTransform(log2Size: log2Size, variant: variant)
        else { return nil }
        self.domain = domain
        self.kernel = kernel
    }

    /// Replaces coefficients, lowest degree first, by the values at s, s w, s w^2, … for s =
    /// `shift`.
    ///
    /// - Precondition: there are as many coefficients as roots.
    public func evaluate(
        _ coefficients: inout [Fr], onCosetOf shift: Fr = Fr.one, threads: Int = 1,
        workspace: KernelWorkspace = KernelWorkspace()
    ) {
        var span = coefficients.mutableSpan
        kernel.evaluate(&span, onCosetOf: shift, threads: threads, workspace: workspace)
    }

    /// Replaces values at s, s w, s w^2, … for s = `shift` by the coefficients, lowest degree
    /// first, of the polynomial below degree n that has them.
    ///
    /// - Precondition: there are as many values as roots; the shift is not zero.
    public func interpolate(
        _ values: inout [Fr], onCosetOf shift: Fr = Fr.one, threads: Int = 1,
        workspace: KernelWorkspace = KernelWorkspace()
    ) {
        var span = values.mutableSpan
        kernel.interpolate(&span, onCosetOf: shift, threads: threads, workspace: workspace)
    }

    /// Replaces c_0, c_1, … by the sums over j of c_j w^(ij), for a root of unity w of order n =
    /// the number of values, a power of two. The definition of `evaluate` without shift.
    static func reference(_ values: inout [Fr], root: Fr) {
        let count = values.count
        let powers = VectorDefinition.powers(of: root, from: Fr.one, count: count / 2)
        reverseBits(&values)
        var half = 1
        while half < count {
            let stride = count / (2 * half)
            for start in Swift.stride(from: 0, to: count, by: 2 * half) {
                for offset in 0..<half {
                    let low = values[start + offset]
                    let high = values[start + offset + half] * powers[offset * stride]
                    values[start + offset] = low + high
                    values[start + offset + half] = low - high
                }
            }
            half *= 2
        }
    }

    /// Exchanges every value with the one whose index has the same bits backwards.
    private static func reverseBits(_ values: inout [Fr]) {
        let count = values.count
        var reversed = 0
        for index in 0..<count {
            if index < reversed { values.swapAt(index, reversed) }
            // Adds one to a number whose bits are read backwards.
            var bit = count >> 1
            while bit > 0, reversed & bit != 0 {
                reversed ^= bit
                bit >>= 1
            }
            reversed |= bit
        }
    }
}
