// The calls of convolutions and pooling, with the checks that make them safe. Each function states
// why its pointers cover what the kernel touches.

import CKernels

/// The geometry of a convolution as the kernels take it; made once, by `WindowGeometry`.
struct ConvolutionPlan: Sendable {
    /// Most positions of a chunk.
    static let largestChunk = Int(AIVM_CHUNK_POSITIONS)

    let images: Int
    let groups: Int
    let channels: Int
    let features: Int
    /// Offset of each term from the window's start in the padded channels, in the dot's order; all
    /// terms of all windows lie in channels · paddedCount elements.
    let terms: [Int64]
    /// Where each row of an input channel, behind `rowPadding` zeros, belongs in the padded
    /// channel, and one element more; empty when the input is read where it lies.
    let rowTargets: [Int64]
    let rowLength: Int
    let rowPadding: Int
    /// Column c of a padded row is at c mod phases · phaseLength + c / phases.
    let phases: Int
    let phaseLength: Int
    let inputCount: Int
    let paddedCount: Int
    /// The output positions, in order, as runs of neighbours, `step` apart in the padded channel.
    let runs: [aivm_run]
    let step: Int
    /// Chunk c has the runs from chunks[c] up to chunks[c + 1] and the positions from
    /// chunkPositions[c] on.
    let chunks: [Int64]
    let chunkPositions: [Int64]
    let outputCount: Int
}

extension Kernels {
    /// The convolution of `x` with `weights`, one packed matrix of terms × features for each group,
    /// into all of `output`.
    func convolve(
        _ x: [Float], _ weights: PackedMatrix, _ plan: ConvolutionPlan, into output: FloatOutput,
        epilogue: EpilogueValues
    ) {
        let channels = plan.groups * plan.channels
        precondition(x.count == plan.images * channels * plan.inputCount, "the input fits")
        precondition(
            weights.rows == plan.terms.count && weights.columns == plan.features
                && weights.count == plan.groups, "the weights fit")
        let outputs = plan.images * plan.groups * plan.features * plan.outputCount
        let target = unsafe output.pointer(at: 0, needed: outputs)
        precondition(
            epilogue.axis == .none || epilogue.bias.count == plan.groups * plan.features,
            "one bias per output channel")
        precondition(
            (epilogue.addend?.count).map { $0 == outputs } ?? true, "the addend covers the result")
        guard outputs > 0 else { return }
        // The plan's offsets stay inside the channels it counts; the padded copies have their room
        // in `padded`; weights, bias and addend were checked above.
        unsafe withConvolution(plan, weights) { call in
            let isPadded = !plan.rowTargets.isEmpty
            let buffers = unsafe aivm_convolution_buffers(Int32(clamping: threads), call)
            let count = isPadded ? buffers * channels * plan.paddedCount : 0
            unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { padded in
                unsafe epilogue.withCall(offset: 0, step: plan.outputCount) { steps in
                    unsafe withUnsafePointer(to: steps) { steps in
                        unsafe x.withUnsafeBufferPointer { values in
                            // Without elements there may be no address, and none is read.
                            unsafe aivm_convolve(
                                variant.rawValue, Int32(clamping: threads), call,
                                values.baseAddress, padded.baseAddress, target, steps)
                        }
                    }
                }
            }
        }
    }

    private func withConvolution(
        _ plan: ConvolutionPlan, _ weights: PackedMatrix,
        _ body: (UnsafePointer<aivm_convolution>) -> Void
    ) {
        var call = unsafe aivm_convolution()
        unsafe call.images = plan.images
        unsafe call.groups = plan.groups
        unsafe call.channels = plan.channels
        unsafe call.features = plan.features
        unsafe call.terms = plan.terms.count
        unsafe call.input_count = plan.inputCount
        unsafe call.padded_count = plan.paddedCount
        unsafe call.output_count = plan.outputCount
        unsafe call.row_count = max(plan.rowTargets.count - 1, 0)
        unsafe call.row_length = plan.rowLength
        unsafe call.row_padding = plan.rowPadding
        unsafe call.phases = plan.phases
        unsafe call.phase_length = plan.phaseLength
        unsafe call.chunk_count = plan.chunks.count - 1
        unsafe call.step = plan.step
        unsafe call.group_step = weights.step
        unsafe plan.terms.withUnsafeBufferPointer { terms in
            unsafe call.offsets = terms.baseAddress
            unsafe plan.runs.withUnsafeBufferPointer { runs in
                unsafe call.runs = runs.baseAddress
                unsafe plan.rowTargets.withUnsafeBufferPointer { rows in
                    unsafe call.row_targets = rows.isEmpty ? nil : rows.baseAddress
                    unsafe plan.chunks.withUnsafeBufferPointer { chunks in
                        unsafe call.chunks = chunks.baseAddress
                        unsafe plan.chunkPositions.withUnsafeBufferPointer { positions in
                            unsafe call.chunk_positions = positions.baseAddress
                            unsafe weights.withPointer { panels in
                                unsafe call.panels = panels
                                unsafe withUnsafePointer(to: call) { unsafe body($0) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Windows over planes, as the kernels on planes take them.
struct PlaneGrid: Sendable {
    fileprivate let grid: aivm_grid

    /// `nil` when the geometry has more than two axes, or windows that the kernels do not take.
    init?(_ geometry: WindowGeometry) {
        let rank = geometry.input.count
        guard rank == 1 || rank == 2 else { return nil }
        /// The value of the outer axis, which a line does not have, or of the inner one.
        func outer(_ values: [Int], _ missing: Int) -> Int { rank == 2 ? values[0] : missing }
        func inner(_ values: [Int]) -> Int { values[rank - 1] }
        var grid = aivm_grid()
        grid.height = outer(geometry.input, 1)
        grid.width = inner(geometry.input)
        grid.kernel_height = outer(geometry.kernel, 1)
        grid.kernel_width = inner(geometry.kernel)
        grid.stride_y = outer(geometry.strides, 1)
        grid.stride_x = inner(geometry.strides)
        grid.dilation_y = outer(geometry.dilations, 1)
        grid.dilation_x = inner(geometry.dilations)
        grid.pad_top = outer(geometry.padsBegin, 0)
        grid.pad_left = inner(geometry.padsBegin)
        grid.pad_bottom = outer(geometry.padsEnd, 0)
        grid.pad_right = inner(geometry.padsEnd)
        grid.output_height = outer(geometry.output, 1)
        grid.output_width = inner(geometry.output)
        // The struct is copied, not kept.
        let fits = unsafe withUnsafePointer(to: grid) { unsafe aivm_grid_fits($0) == 1 }
        guard fits else { return nil }
        self.grid = grid
    }

    /// Elements of an input plane, of an output plane and of the kernel.
    var inputCount: Int { grid.height * grid.width }
    var outputCount: Int { grid.output_height * grid.output_width }
    var kernelCount: Int { grid.kernel_height * grid.kernel_width }
}

extension Kernels {
    /// Convolves planes one by one: output plane p has the kernel of feature p % features and comes
    /// from input plane p / multiplier.
    func depthwise(
        _ x: [Float], _ weights: [Float], _ grid: PlaneGrid, features: Int, multiplier: Int,
        into output: FloatOutput, epilogue: EpilogueValues
    ) {
        guard output.count > 0 else { return }
        let planes = output.count / grid.outputCount
        precondition(planes * grid.outputCount == output.count, "results are whole planes")
        precondition(planes / multiplier * grid.inputCount == x.count, "planes fit the input")
        precondition(weights.count == features * grid.kernelCount, "a kernel per feature")
        precondition(epilogue.axis == .none || epilogue.bias.count == features, "a bias each")
        precondition(
            (epilogue.addend?.count).map { $0 == output.count } ?? true,
            "the addend covers the result")
        // Whole planes of input and output, checked above; the grid fits the kernels.
        unsafe epilogue.withCall(offset: 0, step: 0) { steps in
            unsafe withUnsafePointer(to: steps) { steps in
                unsafe withUnsafePointer(to: grid.grid) { grid in
                    unsafe aivm_depthwise(
                        variant.rawValue, Int32(clamping: threads), grid, planes, features,
                        multiplier, weights, x, output.pointer(at: 0, needed: output.count), steps)
                }
            }
        }
    }

    /// The largest element of each window of each plane.
    func maximumPool(_ x: [Float], _ grid: PlaneGrid, into output: FloatOutput) {
        let planes = planeCount(x, grid, output)
        // Whole planes of input and output; the grid fits the kernels.
        unsafe withUnsafePointer(to: grid.grid) { grid in
            unsafe aivm_maximum_pool(
                variant.rawValue, Int32(clamping: threads), grid, planes, x,
                output.pointer(at: 0, needed: output.count))
        }
    }

    /// The mean of each window of each plane, with its padding or without.
    func averagePool(
        _ x: [Float], _ grid: PlaneGrid, countsPadding: Bool, into output: FloatOutput
    ) {
        let planes = planeCount(x, grid, output)
        // Whole planes of input and output; the grid fits the kernels.
        unsafe withUnsafePointer(to: grid.grid) { grid in
            unsafe aivm_average_pool(
                variant.rawValue, Int32(clamping: threads), grid, planes, countsPadding ? 1 : 0, x,
                output.pointer(at: 0, needed: output.count))
        }
    }

    private func planeCount(_ x: [Float], _ grid: PlaneGrid, _ output: FloatOutput) -> Int {
        let planes = output.count / max(grid.outputCount, 1)
        precondition(planes * grid.outputCount == output.count, "results are whole planes")
        precondition(planes * grid.inputCount == x.count, "planes fit the input")
        return planes
    }

    /// The mean of each row of `length` elements, by the reduction rule.
    func means(ofRows x: [Float], length: Int, into output: FloatOutput) {
        precondition(output.count * length == x.count, "rows cover the values")
        // `output.count` rows of `length` elements.
        unsafe aivm_means(
            variant.rawValue, Int32(clamping: threads), output.count, length, x,
            output.pointer(at: 0, needed: output.count))
    }
}
