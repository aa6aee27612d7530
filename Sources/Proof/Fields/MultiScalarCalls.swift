// The sum of scalar multiples by the kernels in C.
//
// Safety, for every `unsafe` below: spans give pointers to as many points and scalars as they
// count, which live during the call; points are 64 bytes and scalars 32, as the kernels expect, and
// the result is a point.

import CFields

extension MultiScalar {
    /// The sum of scalars[i] points[i] on `threads` threads, by the kernel `variant`, which must be
    /// available. `nil` where the kernel finds no memory, or there are more than 2^28 points.
    static func kernelSum(
        _ points: Span<G1Affine>, _ scalars: Span<Fr>, _ variant: KernelVariant, threads: Int,
        workspace: KernelWorkspace? = nil
    ) -> G1Affine? {
        precondition(points.count == scalars.count, "every point has a scalar")
        precondition(
            MemoryLayout<G1Affine>.stride == 64 && MemoryLayout<Fr>.stride == 32,
            "points and scalars lie in memory as the kernels read them")
        let (count, threads) = (points.count, Int32(clamping: threads))
        func sum(_ memory: UnsafeMutableRawPointer?) -> G1Affine? {
            var sum = G1Affine.infinity
            let isDone = unsafe points.withUnsafeBytes { points in
                unsafe scalars.withUnsafeBytes { values in
                    unsafe withUnsafeMutableBytes(of: &sum) { sum in
                        unsafe aivm_g1_multi_scalar(
                            variant.code, threads, count, points.baseAddress,
                            values.baseAddress, Int32(AIVM_MONTGOMERY), memory,
                            sum.baseAddress)
                    }
                }
            }
            return isDone == 1 ? sum : nil
        }
        guard let workspace else { return sum(nil) }
        return unsafe workspace.withBytes(aivm_g1_workspace(threads, count)) { unsafe sum($0) }
    }
}
