// The calls of the elementwise and row kernels, with the checks that make them safe; the products
// and windows have files of their own. Each function states why its pointers cover what the kernel
// touches.

import CKernels

/// Room for the results of kernels: `count` floats, writable while `Kernels.floats` fills them.
@safe struct FloatOutput {
    fileprivate let base: UnsafeMutablePointer<Float>
    let count: Int

    fileprivate init(base: UnsafeMutablePointer<Float>, count: Int) {
        unsafe self.base = base
        self.count = count
    }

    /// The room from `offset` on. Traps unless `needed` floats fit there.
    func pointer(at offset: Int, needed: Int) -> UnsafeMutablePointer<Float> {
        precondition(offset >= 0 && offset + needed <= count, "results have room")
        return unsafe base + offset
    }

    /// Writes `length` zeros from `offset` on.
    func zero(at offset: Int, length: Int) {
        unsafe pointer(at: offset, needed: length).update(repeating: 0, count: length)
    }
}

extension Kernels {
    /// `count` floats that `fill` writes all of.
    static func floats(_ count: Int, _ fill: (FloatOutput) -> Void) -> [Float] {
        guard count > 0 else { return [] }
        return unsafe [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            if let base = buffer.baseAddress {
                fill(unsafe FloatOutput(base: base, count: count))
            }
            initialized = count
        }
    }

    /// op(x) for each element; see CKernels.h for the operations.
    func unary(_ operation: Int32, _ x: [Float]) -> [Float] {
        // Both have x.count elements.
        Kernels.floats(x.count) { output in
            unsafe aivm_shared_unary(
                variant.rawValue, Int32(clamping: threads), operation, x.count, x, output.base)
        }
    }

    /// op(x) for each element, in binary64. The same on every variant.
    func unary64(_ operation: Int32, _ x: [Double]) -> [Double] {
        x.map { aivm_unary64(operation, $0) }
    }

    /// a op b for each element of the broadcast of both.
    func binary(_ operation: Int32, _ a: [Float], _ b: [Float], _ plan: BroadcastPlan) -> [Float] {
        precondition(
            a.count == plan.leftCount && b.count == plan.rightCount, "the plan fits the values")
        // The plan's offsets and runs stay inside shapes with these element counts.
        return Kernels.floats(plan.outputCount) { output in
            unsafe a.withUnsafeBufferPointer { left in
                unsafe b.withUnsafeBufferPointer { right in
                    guard let left = left.baseAddress, let right = right.baseAddress
                    else { return }
                    plan.forEachRun { leftOffset, rightOffset, outputOffset in
                        unsafe aivm_shared_binary(
                            variant.rawValue, Int32(clamping: threads), operation, plan.runLength,
                            left + leftOffset,
                            plan.leftStep, right + rightOffset, plan.rightStep,
                            output.base + outputOffset)
                    }
                }
            }
        }
    }

    /// The sum of each row of `length` elements by the reduction rule.
    func sums(ofRows x: [Float], length: Int, rowCount: Int) -> [Float] {
        precondition(rowCount * length == x.count, "rows cover the values")
        // Row r covers elements r·length ..< (r + 1)·length. An empty row reads nothing.
        return Kernels.floats(rowCount) { output in
            unsafe x.withUnsafeBufferPointer { source in
                for row in 0..<rowCount {
                    guard let base = source.baseAddress, length > 0 else {
                        output.zero(at: row, length: 1)
                        continue
                    }
                    unsafe output.base[row] = aivm_sum(
                        variant.rawValue, length, base + row * length, 1)
                }
            }
        }
    }

    /// Softmax of each row of `length` elements.
    func softmax(ofRows x: [Float], length: Int) -> [Float] {
        guard length > 0 else { return [] }
        // Whole rows of x.count elements.
        return Kernels.floats(x.count) { output in
            unsafe aivm_shared_softmax(
                variant.rawValue, Int32(clamping: threads), x.count / length, length, x, output.base
            )
        }
    }

    /// Layer normalisation of each row of `scale.count` elements: the result, the row means and
    /// the inverse standard deviations.
    func layerNormalization(
        ofRows x: [Float], epsilon: Float, scale: [Float], bias: [Float]?
    ) -> (result: [Float], means: [Float], inverses: [Float]) {
        let length = scale.count
        guard length > 0 else { return ([], [], []) }
        precondition(bias == nil || bias?.count == length, "bias is as long as scale")
        let rowCount = x.count / length
        var means = [Float](repeating: 0, count: rowCount)
        var inverses = means
        // Rows of `length` elements, one mean and one inverse a row.
        let result = Kernels.floats(x.count) { output in
            if let bias {
                unsafe aivm_shared_layer_normalization(
                    variant.rawValue, Int32(clamping: threads), rowCount, length, x, epsilon, scale,
                    bias, output.base,
                    &means,
                    &inverses)
            } else {
                unsafe aivm_shared_layer_normalization(
                    variant.rawValue, Int32(clamping: threads), rowCount, length, x, epsilon, scale,
                    nil, output.base, &means,
                    &inverses)
            }
        }
        return (result, means, inverses)
    }
}
