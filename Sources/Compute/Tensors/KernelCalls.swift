// Every call into CKernels, with the checks that make it safe: this is the only file of the target
// that hands memory to C. Each function states why its pointers cover what the kernel touches.

import CKernels

/// Float memory on a cache line boundary, for packed weights. Written once, by `init`.
@safe final class AlignedFloats: @unchecked Sendable {
    private let base: UnsafeMutablePointer<Float>

    /// Allocates `count` floats and lets `fill` write all of them.
    init(count: Int, fill: (UnsafeMutablePointer<Float>) -> Void) {
        let size = max(count, 1)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size * 4, alignment: 64)
        unsafe base = memory.bindMemory(to: Float.self, capacity: size)
        unsafe fill(base)
    }

    deinit { unsafe base.deallocate() }

    /// The floats; the pointer is valid within `body`.
    func withPointer<Result>(_ body: (UnsafePointer<Float>) -> Result) -> Result {
        withExtendedLifetime(self) { unsafe body(UnsafePointer(base)) }
    }
}

/// A matrix rearranged in column panels, as the product kernels read it fastest.
struct PackedMatrix: Sendable {
    let rows: Int
    let columns: Int
    private let panels: AlignedFloats

    /// Packs the rows × columns matrix that starts at `offset` in `values`, row-major, or stored
    /// transposed (columns × rows).
    init(_ values: [Float], offset: Int = 0, rows: Int, columns: Int, isTransposed: Bool = false) {
        precondition(offset + rows * columns <= values.count, "the matrix lies in the values")
        self.rows = rows
        self.columns = columns
        let width = AIVM_PANEL_COLUMNS
        let panelCount = (columns + width - 1) / width
        // Element (i, j) is read at offset + i·columns + j (or j·rows + i), inside by the check;
        // the panels have rows · 32 · panelCount elements.
        panels = unsafe AlignedFloats(count: rows * width * panelCount) { target in
            unsafe values.withUnsafeBufferPointer { source in
                guard let base = source.baseAddress else { return }
                unsafe aivm_pack(
                    rows, columns, base + offset, isTransposed ? 1 : columns,
                    isTransposed ? rows : 1, target)
            }
        }
    }

    func withPointer<Result>(_ body: (UnsafePointer<Float>) -> Result) -> Result {
        unsafe panels.withPointer(body)
    }
}

/// Room for the results of kernels: `count` floats, writable while `Kernels.floats` fills them.
@safe struct FloatOutput {
    fileprivate let base: UnsafeMutablePointer<Float>
    let count: Int

    fileprivate init(base: UnsafeMutablePointer<Float>, count: Int) {
        unsafe self.base = base
        self.count = count
    }

    /// The room from `offset` on. Traps unless `needed` floats fit there.
    fileprivate func pointer(at offset: Int, needed: Int) -> UnsafeMutablePointer<Float> {
        precondition(offset >= 0 && offset + needed <= count, "results have room")
        return unsafe base + offset
    }

    /// Writes `length` zeros from `offset` on.
    func zero(at offset: Int, length: Int) {
        unsafe pointer(at: offset, needed: length).update(repeating: 0, count: length)
    }
}

/// The right factor of a product.
enum RightFactor {
    /// Packed beforehand.
    case packed(PackedMatrix)
    /// As it lies: row-major from `offset` in `values`, `columns` a row.
    case plain(values: [Float], offset: Int)
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

    /// Product of the m × k matrix at `offset` in `a` with `b` (k × n), into the m × n floats from
    /// `target` on in `output`. Dot rule.
    func product(
        _ m: Int, _ n: Int, _ k: Int, _ a: [Float], offset: Int, _ b: RightFactor,
        into output: FloatOutput, at target: Int = 0
    ) {
        precondition(offset + m * k <= a.count, "the left factor lies in its values")
        guard m > 0, n > 0 else { return }
        let output = unsafe output.pointer(at: target, needed: m * n)
        // a covers m rows of k from offset; b covers k rows of n; output has m · n elements.
        unsafe a.withUnsafeBufferPointer { left in
            guard k > 0, let left = left.baseAddress else {
                return unsafe output.update(repeating: 0, count: m * n)
            }
            switch b {
            case .packed(let matrix):
                precondition(matrix.rows == k && matrix.columns == n, "the factors fit")
                unsafe matrix.withPointer { panels in
                    unsafe aivm_product_packed(
                        variant.rawValue, m, n, k, left + offset, k, panels, output, n)
                }
            case .plain(let values, let start):
                precondition(start + k * n <= values.count, "the right factor lies in its values")
                unsafe values.withUnsafeBufferPointer { right in
                    guard let right = right.baseAddress else { return }
                    unsafe aivm_product(
                        variant.rawValue, m, n, k, left + offset, k, right + start, n, output, n)
                }
            }
        }
    }

    /// op(x) for each element; see CKernels.h for the operations.
    func unary(_ operation: Int32, _ x: [Float]) -> [Float] {
        // Both have x.count elements.
        Kernels.floats(x.count) { output in
            unsafe aivm_unary(variant.rawValue, operation, x.count, x, output.base)
        }
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
                        unsafe aivm_binary(
                            variant.rawValue, operation, plan.runLength, left + leftOffset,
                            plan.leftStep, right + rightOffset, plan.rightStep,
                            output.base + outputOffset)
                    }
                }
            }
        }
    }

    /// Adds `bias[i]` to the `length` floats of row i of the matrix from `target` on in `output`,
    /// which has a row for each element of `bias`.
    func addBias(_ bias: ArraySlice<Float>, to output: FloatOutput, at target: Int, length: Int) {
        let rows = unsafe output.pointer(at: target, needed: bias.count * length)
        for (row, value) in bias.enumerated() {
            var value = value
            let start = unsafe rows + row * length
            unsafe aivm_binary(
                variant.rawValue, Int32(AIVM_ADD), length, start, 1, &value, 0, start)
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
            unsafe aivm_softmax(variant.rawValue, x.count / length, length, x, output.base)
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
                unsafe aivm_layer_normalization(
                    variant.rawValue, rowCount, length, x, epsilon, scale, bias, output.base,
                    &means,
                    &inverses)
            } else {
                unsafe aivm_layer_normalization(
                    variant.rawValue, rowCount, length, x, epsilon, scale, nil, output.base, &means,
                    &inverses)
            }
        }
        return (result, means, inverses)
    }
}

/// Where the windows of a convolution or a pooling lie in its padded input.
struct WindowOffsets: Sendable {
    /// Offset of each term from the window's start, in the order of the dot rule.
    var terms: [Int64]
    /// The output positions, in order, as runs of neighbours.
    var runs: [aivm_run]
    /// Distance between neighbours of a run in the padded input.
    var step: Int
    /// Positions in all runs together.
    var positionCount: Int
    /// Elements of the padded input that terms and runs may touch; the largest offset is below it.
    var sourceCount: Int
}

extension Kernels {
    /// The product of `rows` × terms weights with the windows of `source` from `start` on, into
    /// `output` from `target` on, where rows are `outputStep` apart.
    func productOfWindows(
        _ rows: Int, _ weights: [Float], offset: Int, _ source: [Float], start: Int,
        _ windows: WindowOffsets, into output: FloatOutput, at target: Int, outputStep: Int
    ) {
        let terms = windows.terms.count
        precondition(offset + rows * terms <= weights.count, "the weights lie in their values")
        precondition(start + windows.sourceCount <= source.count, "the windows lie in the source")
        guard rows > 0, windows.positionCount > 0 else { return }
        let target = unsafe output.pointer(
            at: target, needed: (rows - 1) * outputStep + windows.positionCount)
        if terms == 0 {
            for row in 0..<rows {
                unsafe (target + row * outputStep).update(
                    repeating: 0, count: windows.positionCount)
            }
            return
        }
        let width = AIVM_PANEL_COLUMNS
        let panelCount = (windows.positionCount + width - 1) / width
        let scratchCount = terms * width * panelCount
        // The panels have scratchCount elements, aligned for the widest vectors; every term of
        // every window lies below sourceCount.
        unsafe withUnsafeTemporaryAllocation(byteCount: scratchCount * 4, alignment: 64) {
            scratch in
            guard let base = scratch.baseAddress else { return }
            let panels = unsafe base.bindMemory(to: Float.self, capacity: scratchCount)
            unsafe source.withUnsafeBufferPointer { values in
                guard let values = values.baseAddress else { return }
                unsafe aivm_pack_windows(
                    terms, windows.positionCount, values + start, windows.terms, windows.runs,
                    windows.runs.count, windows.step, panels)
            }
            unsafe weights.withUnsafeBufferPointer { left in
                guard let left = left.baseAddress else { return }
                unsafe aivm_product_packed(
                    variant.rawValue, rows, windows.positionCount, terms, left + offset, terms,
                    panels, target, outputStep)
            }
        }
    }

    /// The maximum over each window of `source` from `start` on, one result per position, into
    /// `output` from `target` on.
    func maximumOfWindows(
        _ source: [Float], start: Int, _ windows: WindowOffsets, into output: FloatOutput,
        at target: Int
    ) {
        precondition(start + windows.sourceCount <= source.count, "the windows lie in the source")
        let target = unsafe output.pointer(at: target, needed: windows.positionCount)
        // Every term of every window lies below sourceCount.
        unsafe source.withUnsafeBufferPointer { values in
            guard let values = values.baseAddress else { return }
            unsafe aivm_maximum_windows(
                variant.rawValue, windows.terms.count, values + start, windows.terms,
                windows.runs, windows.runs.count, windows.step, target)
        }
    }
}

extension WindowOffsets {
    /// Adds `count` positions whose first window starts at `source`.
    mutating func appendRun(source: Int, count: Int) {
        runs.append(aivm_run(source: Int64(source), count: Int64(count)))
        positionCount += count
    }

    /// Starts over with no positions.
    mutating func removeRuns() {
        runs.removeAll(keepingCapacity: true)
        positionCount = 0
    }
}
