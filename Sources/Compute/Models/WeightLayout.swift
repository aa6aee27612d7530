// Where constants lie in the weights: one after the other in the order of the program, each at the
// next multiple of 64 bytes, zeros between them, nothing after the last. There is one layout for
// one list of constants, so the same tensors always give the same bytes and the same root.

import Base
import Tensors

/// The layout of a model's weights.
public enum WeightLayout {
    /// Every constant starts at a multiple of this many bytes: a cache line, and the widest vector.
    public static let alignment = 64

    /// The first multiple of ``alignment`` that is at least `offset`; `nil` when it overflows.
    public static func aligned(_ offset: Int) -> Int? {
        let (sum, overflows) = offset.addingReportingOverflow(alignment - 1)
        return overflows ? nil : sum & ~(alignment - 1)
    }

    /// Checks that the constants of `program` fill exactly `weights`.
    ///
    /// - Parameter types: the type of each constant.
    static func check(
        _ constants: [ConstantDeclaration], _ types: [TensorType], _ weights: inout WeightCursor
    ) throws(ModelError) {
        var end = 0
        for (index, (constant, type)) in zip(constants, types).enumerated() {
            guard let start = aligned(end) else {
                throw .wrongConstantOffset(
                    constant: index, expected: UInt64(Int.max), actual: constant.offset)
            }
            guard constant.offset == UInt64(start) else {
                throw .wrongConstantOffset(
                    constant: index, expected: UInt64(start), actual: constant.offset)
            }
            guard constant.byteCount == UInt64(type.byteCount) else {
                throw .wrongConstantSize(
                    constant: index, expected: UInt64(type.byteCount), actual: constant.byteCount)
            }
            let (next, overflows) = start.addingReportingOverflow(type.byteCount)
            guard !overflows, next <= weights.count else {
                throw .wrongWeightsLength(
                    expected: overflows ? Int.max : next, actual: weights.count)
            }
            let padding = try weights.read(end..<start)
            if let index = padding.firstIndex(where: { $0 != 0 }) {
                throw .nonzeroPadding(offset: end + index - padding.startIndex)
            }
            end = next
        }
        guard end == weights.count else {
            throw .wrongWeightsLength(expected: end, actual: weights.count)
        }
    }
}
