// Sums of points by a byte of each, by the kernel in C: what commitments to rows of small numbers
// are made of. Σ table[bytes[i]] points[i] is Σ_v table[v] sums[v], whatever the table is.
//
// Safety, for every `unsafe` below: spans give pointers to as many points and bytes as they count,
// which live during the call; the result has 256 points, and the workspace the bytes that it says.

import CFields

extension MultiScalar {
    /// sums[v] = Σ points[i] over all i whose byte is v, for v from 1 to 255; sums[0] is infinity,
    /// because zeros are many and the sum of all points is known. There are as many points as
    /// bytes; points are on the curve and none is infinity.
    public static func byteSums(
        _ points: Span<G1Affine>, _ bytes: Span<UInt8>, workspace: KernelWorkspace? = nil,
        variant: KernelVariant = .fastest
    ) -> [G1Affine] {
        precondition(points.count == bytes.count, "every point has a byte")
        let memory = workspace ?? KernelWorkspace()
        var sums = [G1Affine](repeating: .infinity, count: 256)
        let isDone = unsafe sums.withUnsafeMutableBytes { sums in
            unsafe points.withUnsafeBytes { points in
                unsafe bytes.withUnsafeBufferPointer { bytes in
                    unsafe memory.withBytes(aivm_g1_byte_sums_workspace(bytes.count)) {
                        unsafe aivm_g1_byte_sums(
                            variant.code, bytes.count, points.baseAddress, bytes.baseAddress, $0,
                            sums.baseAddress)
                    }
                }
            }
        }
        if isDone == 1 { return sums }
        return definitionOfByteSums(points, bytes)
    }

    /// The definition of ``byteSums(_:_:workspace:variant:)``.
    static func definitionOfByteSums(
        _ points: Span<G1Affine>, _ bytes: Span<UInt8>
    ) -> [G1Affine] {
        var sums = [G1Projective](repeating: .infinity, count: 256)
        for index in points.indices where bytes[index] != 0 {
            sums[Int(bytes[index])] += points[index]
        }
        return JacobianPoint.normalize(sums)
    }
}
