// The geometry of sliding windows, shared by convolution and pooling: kernel extents, strides,
// dilations, pads and the output extents they give, for any number of spatial axes. All attribute
// values may be hostile; every product is checked here, once.

import CKernels

/// Sliding windows over spatial axes.
package struct WindowGeometry: Sendable {
    /// Largest value taken for a stride, dilation, pad or kernel extent.
    static let largestAttribute = 1 << 31

    /// Extents of the input.
    package let input: [Int]
    /// Extents of a window.
    package let kernel: [Int]
    /// Steps from window to window.
    package let strides: [Int]
    /// Steps within a window.
    package let dilations: [Int]
    /// Places before the first element.
    package let padsBegin: [Int]
    package let padsEnd: [Int]
    /// Windows along each axis.
    package let output: [Int]
    /// Extents of the padded input that the windows cover.
    let padded: [Int]

    /// Reads `strides`, `dilations`, `pads`, `auto_pad` and (with `readsCeilMode`) `ceil_mode`.
    ///
    /// - Throws: `wrongAttribute`; `shapeMismatch` when a window is larger than the padded input;
    ///   `tooLarge` when the padded `channels` exceed 16 times input and output, plus 65,536.
    init(
        _ call: OperatorCall, input: [Int], kernel: [Int], channels: Int, isPooling: Bool
    ) throws(OperatorError) {
        let attributes = call.attributes
        let rank = input.count
        self.input = input
        self.kernel = kernel
        strides = try WindowGeometry.list(attributes, "strides", rank, minimum: 1)
        dilations = try WindowGeometry.list(attributes, "dilations", rank, minimum: 1)
        let automatic = try attributes.string("auto_pad", default: "NOTSET")
        guard ["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"].contains(automatic) else {
            throw .wrongAttribute(name: "auto_pad", reason: "is \(automatic.prefix(40))")
        }
        let pads = try WindowGeometry.list(attributes, "pads", 2 * rank, minimum: 0)
        guard automatic == "NOTSET" || pads.allSatisfy({ $0 == 0 }) else {
            throw .wrongAttribute(name: "pads", reason: "excludes auto_pad \(automatic)")
        }
        let ceils = isPooling ? try attributes.flag("ceil_mode", default: false) : false
        var begins: [Int] = []
        var ends: [Int] = []
        var outputs: [Int] = []
        var covered: [Int] = []
        for axis in 0..<rank {
            guard kernel[axis] > 0, kernel[axis] <= WindowGeometry.largestAttribute else {
                throw .wrongAttribute(name: "kernel_shape", reason: "has extent \(kernel[axis])")
            }
            // All factors are at most 2³¹, so nothing here exceeds 2⁶³.
            let extent = (kernel[axis] - 1) * dilations[axis] + 1
            let placed = WindowGeometry.place(
                input: input[axis], extent: extent, stride: strides[axis], automatic: automatic,
                pads: (pads[axis], pads[axis + rank]), ceils: ceils)
            guard placed.output > 0 else {
                throw .shapeMismatch(
                    reason: "the window is larger than the padded input", shapes: [input, kernel])
            }
            if isPooling, placed.begin >= extent || placed.end >= extent {
                throw .wrongAttribute(name: "pads", reason: "reaches the window's extent")
            }
            begins.append(placed.begin)
            ends.append(placed.end)
            outputs.append(placed.output)
            covered.append(
                max(input[axis] + placed.begin, (placed.output - 1) * strides[axis] + extent))
        }
        padsBegin = begins
        padsEnd = ends
        output = outputs
        padded = covered
        let size = try Shape([channels] + input).elementCount
        let paddedSize = try Shape([channels] + covered).elementCount
        let outputSize = try Shape(outputs).elementCount
        guard paddedSize <= 16 * (size + outputSize) + 65_536 else {
            throw .tooLarge(reason: "padding makes \(covered) of \(input)")
        }
    }

    /// Output extent and pads of one axis.
    private static func place(
        input: Int, extent: Int, stride: Int, automatic: String, pads: (begin: Int, end: Int),
        ceils: Bool
    ) -> (output: Int, begin: Int, end: Int) {
        if automatic == "SAME_UPPER" || automatic == "SAME_LOWER" {
            let output = (input + stride - 1) / stride
            let total = max((output - 1) * stride + extent - input, 0)
            let smaller = total / 2
            return automatic == "SAME_UPPER"
                ? (output, smaller, total - smaller) : (output, total - smaller, smaller)
        }
        let room = input + pads.begin + pads.end - extent
        guard room >= 0 else { return (0, pads.begin, pads.end) }
        var output = (ceils ? (room + stride - 1) / stride : room / stride) + 1
        // A window that would start in the padding after the input is dropped.
        if ceils, (output - 1) * stride >= input + pads.begin { output -= 1 }
        return (output, pads.begin, pads.end)
    }

    /// The list attribute `name`, all `minimum` (for `pads`: 0) when absent.
    private static func list(
        _ attributes: Attributes, _ name: String, _ count: Int, minimum: Int
    ) throws(OperatorError) -> [Int] {
        guard let values = try attributes.ints(name) else {
            return [Int](repeating: minimum, count: count)
        }
        guard values.count == count else {
            throw .wrongAttribute(name: name, reason: "has \(values.count) values, not \(count)")
        }
        for value in values where value < minimum || value > largestAttribute {
            throw .wrongAttribute(name: name, reason: "has the value \(value)")
        }
        return values
    }

    /// Whether the padded input is the input itself.
    var isUnpadded: Bool { padded == input }

    /// Elements of one padded channel.
    var paddedCount: Int { padded.reduce(1, *) }

    /// Whether a copy of `channels` channels that has the product of `extents` numbers for each is
    /// not much more than the padded channels, which are bounded: else a few bytes of a program
    /// could ask for any amount of memory.
    func allowsCopy(of channels: Int, _ extents: Int...) -> Bool {
        var count = channels
        for extent in extents {
            let (product, overflows) = count.multipliedReportingOverflow(by: extent)
            guard !overflows else { return false }
            count = product
        }
        let (limit, overflows) = (4 * paddedCount).multipliedReportingOverflow(by: channels)
        return !overflows && count - 65_536 <= limit
    }

    /// How many phases the columns of a padded row are sorted into: column c is column c / phases
    /// of phase c mod phases. With wide strides neighbouring windows then read neighbouring
    /// elements.
    private var phases: Int {
        let stride = strides.last ?? 1
        return stride > 2 ? stride : 1
    }

    /// Columns of one phase.
    private var phaseLength: Int { ((padded.last ?? 1) + phases - 1) / phases }

    /// Elements of one padded channel with its columns in phases.
    private var storedCount: Int {
        padded.dropLast().reduce(1, *) * phases * phaseLength
    }

    /// Strides of the stored channel's axes; within a row that of a phase.
    private var storedStrides: [Int] {
        var strides = [Int](repeating: 1, count: padded.count)
        var stride = phases * phaseLength
        for axis in Swift.stride(from: padded.count - 2, through: 0, by: -1) {
            strides[axis] = stride
            stride *= padded[axis]
        }
        return strides
    }

    /// Offsets of the terms of a window over `channels` channels: channel, then kernel position,
    /// row-major.
    private func termOffsets(channels: Int) -> [Int64] {
        let axisStrides = storedStrides
        var kernelOffsets = [0]
        for axis in kernel.indices {
            let isLast = axis == kernel.count - 1
            kernelOffsets = kernelOffsets.flatMap { base in
                (0..<kernel[axis]).map { place in
                    let reach = place * dilations[axis]
                    return base
                        + (isLast
                            ? reach % phases * phaseLength + reach / phases
                            : reach * axisStrides[axis])
                }
            }
        }
        let channelStep = storedCount
        return (0..<channels).flatMap { channel in
            kernelOffsets.map { Int64(channel * channelStep + $0) }
        }
    }

    /// The positions of the output as runs of neighbours: the start of the first window in a padded
    /// channel, and the count.
    private func runs() -> [(start: Int, count: Int)] {
        if isPointwise { return [(0, output.reduce(1, *))] }
        let axisStrides = storedStrides
        let rows = output.dropLast().reduce(1, *)
        return (0..<rows).map { row in
            var start = 0
            var rest = row
            for axis in stride(from: output.count - 2, through: 0, by: -1) {
                start += rest % output[axis] * strides[axis] * axisStrides[axis]
                rest /= output[axis]
            }
            return (start, output.last ?? 1)
        }
    }

    /// Whether each output position takes the input position of the same number alone.
    var isPointwise: Bool {
        isUnpadded && kernel.allSatisfy { $0 == 1 } && strides.allSatisfy { $0 == 1 }
    }

    /// Where each row of a channel belongs in the stored channel, its padding before it included;
    /// and a last element, so that the list is not empty when the input is.
    private func rowTargets() -> [Int64] {
        let rows = input.dropLast().reduce(1, *)
        let axisStrides = storedStrides
        return (0..<rows).map { row in
            var target = 0
            var rest = row
            for axis in stride(from: input.count - 2, through: 0, by: -1) {
                target += (rest % input[axis] + padsBegin[axis]) * axisStrides[axis]
                rest /= input[axis]
            }
            return Int64(target)
        } + [0]
    }

    /// Positions of a chunk, so that all chunks of `count` runs of `length` are nearly as large.
    private func chunkSize(_ count: Int, of length: Int) -> Int {
        let most = ConvolutionPlan.largestChunk
        func share(_ total: Int, limit: Int) -> Int {
            let parts = (total + limit - 1) / limit
            return (total + parts - 1) / max(parts, 1)
        }
        if length > most { return share(length, limit: most) }
        guard length > 0, count > 0 else { return most }
        return share(count, limit: most / length) * length
    }

    /// The whole walk of a convolution of `images` images, in chunks of at most
    /// `ConvolutionPlan.largestChunk` positions: whole rows where they fit.
    func plan(images: Int, groups: Int, channels: Int, features: Int) -> ConvolutionPlan {
        let runs = self.runs()
        let most = chunkSize(runs.count, of: runs.first?.count ?? 1)
        let step = phases > 1 ? 1 : strides.last ?? 1
        var pieces: [aivm_run] = []
        var chunks: [Int64] = []
        var positions: [Int64] = []
        var done = 0
        // Positions of the chunk under way; none before the first.
        var filled = most
        for run in runs {
            var part = 0
            while part < run.count {
                let count = min(run.count - part, most)
                if filled + count > most {
                    chunks.append(Int64(pieces.count))
                    positions.append(Int64(done))
                    filled = 0
                }
                pieces.append(
                    aivm_run(source: Int64(run.start + part * step), count: Int64(count)))
                part += count
                filled += count
                done += count
            }
        }
        chunks.append(Int64(pieces.count))
        positions.append(Int64(done))
        return ConvolutionPlan(
            images: images, groups: groups, channels: channels, features: features,
            terms: termOffsets(channels: channels),
            rowTargets: isUnpadded && phases == 1 ? [] : rowTargets(),
            rowLength: input.last ?? 1, rowPadding: padsBegin.last ?? 0, phases: phases,
            phaseLength: phaseLength, inputCount: input.reduce(1, *), paddedCount: storedCount,
            runs: pieces, step: step, chunks: chunks, chunkPositions: positions,
            outputCount: done)
    }
}
