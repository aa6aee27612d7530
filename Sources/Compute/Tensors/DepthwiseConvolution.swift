// Convolutions of int16 planes, each with int8 kernels of its own: a panel of one channel's windows
// would be read once or twice only, so the kernel reads the planes themselves, two neighbouring
// numbers at a time, from a padded copy sorted by remainders modulo the strides, or, for the
// commonest kernels, where they lie.

import CKernels

/// Where elements of windows lie along one axis of a padded plane that is sorted by remainders.
private struct PaddedAxis {
    let input: Int
    let output: Int
    let stride: Int
    let padding: Int
    /// For each tap, its phase and its place there.
    let taps: [(phase: Int, place: Int)]

    /// The axis of a geometry; one place and one tap where there is none.
    init(_ geometry: WindowGeometry, _ axis: Int) {
        guard axis >= 0 else {
            (input, output, stride, padding, taps) = (1, 1, 1, 0, [(0, 0)])
            return
        }
        input = geometry.input[axis]
        output = geometry.output[axis]
        stride = geometry.strides[axis]
        padding = geometry.padsBegin[axis]
        let (stride, dilation) = (stride, geometry.dilations[axis])
        taps = (0..<geometry.kernel[axis]).map {
            ($0 * dilation % stride, $0 * dilation / stride)
        }
    }

    /// Places of a phase that windows read.
    var reach: Int { output + (taps.map(\.place).max() ?? 0) }

    /// Places of a phase of rows of which each is followed by the next: what a window reads behind
    /// a row is the padding before the next, in each phase.
    var length: Int {
        let begins = (0..<stride).map { phase in
            padding > phase ? (padding - phase - 1) / stride + 1 : 0
        }
        let data = (input + padding + stride - 1) / stride
        return max(data, reach - (begins.min() ?? 0), output)
    }
}

/// A convolution of single planes with its weights laid out.
struct DepthwiseConvolution: Sendable {
    /// Most kernels of a plane: with more, panels pay.
    private static let maximumFeatures = 4

    private let groups: Int
    private let features: Int
    private let output: (rows: Int, columns: Int)
    private let phases: aivm_phases
    private let isStrips: Bool
    private let pairs: Int
    private let offsets: AlignedMemory<Int>
    /// For each feature the pairs of weights.
    private let weights: AlignedMemory<Int32>

    /// Bytes kept.
    var byteCount: Int { pairs * 8 + groups * features * pairs * 8 }

    /// `nil` for a form that the kernel does not take.
    init?(_ form: IntegerConvForm, _ weights: [Int8], _ kernels: Kernels) {
        let geometry = form.geometry
        let rank = geometry.input.count
        guard kernels.prefersMixedProducts, rank <= 2, form.channels == 1, form.terms > 0,
            form.features <= DepthwiseConvolution.maximumFeatures,
            geometry.strides.allSatisfy({ $0 <= 16 })
        else { return nil }
        let features = form.groups * form.features
        let largest = (0..<features).map {
            weights[$0 * form.terms..<($0 + 1) * form.terms].magnitude
        }.max()
        guard form.rescaling.isNarrow(weights: largest ?? 0) else { return nil }
        let rows = PaddedAxis(geometry, rank - 2)
        let columns = PaddedAxis(geometry, rank - 1)
        guard
            geometry.allowsCopy(
                of: 1, rows.stride, columns.stride, rows.reach, columns.length)
        else { return nil }
        (groups, self.features) = (form.groups, form.features)
        output = (rows.output, columns.output)
        let phases = aivm_phases(
            height: rows.input, width: columns.input, row_stride: rows.stride,
            column_stride: columns.stride, pad_top: rows.padding, pad_left: columns.padding,
            phase_height: rows.reach, phase_width: columns.length)
        self.phases = phases
        isStrips = DepthwiseConvolution.takesStrips(geometry)
        if isStrips {
            pairs = 6
            offsets = AlignedMemory([])
            self.weights = AlignedMemory(DepthwiseConvolution.stripWeights(weights))
            return
        }
        let pairs = DepthwiseConvolution.pairs(rows, columns, phases)
        self.pairs = pairs.count
        offsets = AlignedMemory(pairs.map(\.offset))
        var values: [Int32] = []
        values.reserveCapacity(2 * features * pairs.count)
        for feature in 0..<features {
            func weight(_ tap: Int?) -> Int32 {
                tap.map { Int32(weights[feature * form.terms + $0]) } ?? 0
            }
            for pair in pairs {
                values.append(weight(pair.even.first) & 0xFFFF | weight(pair.even.second) << 16)
                values.append(weight(pair.odd.first) & 0xFFFF | weight(pair.odd.second) << 16)
            }
        }
        self.weights = AlignedMemory(values)
    }

    /// Whether windows are 3 × 3 with a stride of 1 or 2, and rows fill enough of a vector.
    private static func takesStrips(_ geometry: WindowGeometry) -> Bool {
        guard geometry.kernel == [3, 3], geometry.dilations == [1, 1],
            geometry.strides == [1, 1] || geometry.strides == [2, 2]
        else { return false }
        let columns = geometry.output[1]
        // A vector has 32 positions with stride 1, and 16 with stride 2, which is also the dearer
        // one to sort.
        return geometry.strides[1] == 2 || columns * 8 >= (columns + 31) / 32 * 32 * 5
    }

    /// For each row (a, b, c) of the kernels the pairs (a, b), (0, a), (c, 0), (b, c).
    private static func stripWeights(_ weights: [Int8]) -> [Int32] {
        var values: [Int32] = []
        values.reserveCapacity(weights.count / 3 * 4)
        func append(_ first: Int8, _ second: Int8) {
            values.append(Int32(first) & 0xFFFF | Int32(second) << 16)
        }
        for row in stride(from: 0, to: weights.count, by: 3) {
            let (a, b, c) = (weights[row], weights[row + 1], weights[row + 2])
            append(a, b)
            append(0, a)
            append(c, 0)
            append(b, c)
        }
        return values
    }

    /// Two neighbouring numbers of a phase, and the taps that they are for even positions and for
    /// the odd ones that follow them.
    private struct Pair {
        var offset: Int
        var even: (first: Int?, second: Int?)
        var odd: (first: Int?, second: Int?)
    }

    private static func pairs(
        _ rows: PaddedAxis, _ columns: PaddedAxis, _ phases: aivm_phases
    ) -> [Pair] {
        var pairs: [Pair] = []
        for phase in 0..<columns.stride {
            let row = DepthwiseConvolution.pairs(
                columns.taps.enumerated().filter { $0.element.phase == phase }
                    .map { ($0.element.place, $0.offset) })
            for (number, across) in rows.taps.enumerated() {
                let first =
                    ((across.phase * columns.stride + phase) * phases.phase_height
                        + across.place) * phases.phase_width
                let tap = number * columns.taps.count
                pairs += row.map { pair in
                    Pair(
                        offset: first + pair.offset,
                        even: (pair.even.first.map { tap + $0 }, pair.even.second.map { tap + $0 }),
                        odd: (pair.odd.first.map { tap + $0 }, pair.odd.second.map { tap + $0 }))
                }
            }
        }
        return pairs
    }

    /// The pairs of taps in one row, ascending. Pairs begin an even distance from the first tap.
    private static func pairs(_ taps: [(place: Int, tap: Int)]) -> [Pair] {
        var pairs: [Pair] = []
        func pair(at place: Int) -> Int {
            if pairs.last?.offset != place {
                pairs.append(Pair(offset: place, even: (nil, nil), odd: (nil, nil)))
            }
            return pairs.count - 1
        }
        for (place, tap) in taps {
            if (place - taps[0].place).isMultiple(of: 2) {
                // The first number for the even position, the second for the odd one.
                let index = pair(at: place)
                pairs[index].even.first = tap
                pairs[index].odd.second = tap
            } else {
                pairs[pair(at: place - 1)].even.second = tap
                pairs[pair(at: place + 1)].odd.first = tap
            }
        }
        return pairs
    }

    /// Numbers of the padded copy, and of what is read behind it.
    private var bufferCount: Int {
        isStrips
            ? 0
            : phases.row_stride * phases.column_stride * phases.phase_height * phases.phase_width
                + phases.phase_width + 128
    }

    /// The results of all images and groups of `x`.
    func results(
        _ x: [Int16], batch: Int, addends: [Int64], multipliers: [Int64], _ rounding: Rounding,
        using kernels: Kernels
    ) -> [Int16] {
        let all = groups * features
        precondition(
            x.count == batch * groups * phases.height * phases.width && addends.count == all
                && multipliers.count == all && kernels.prefersMixedProducts,
            "the planes and channels fit")
        let count = batch * all * output.rows * output.columns
        // Whole planes of input and output; the sizes are those checked here and laid out when the
        // convolution was made.
        return unsafe rounding.results(
            count: count, of: x, addends: addends, multipliers: multipliers
        ) { buffers in
            guard let source = unsafe buffers.x else { return }
            var call = unsafe aivm_mixed_depthwise()
            unsafe call.addends = buffers.addends
            unsafe call.multipliers = buffers.multipliers
            unsafe call.rescaling = buffers.rescaling
            for image in 0..<batch {
                unsafe call.x = source + image * groups * phases.height * phases.width
                unsafe call.out = buffers.out + image * (count / batch)
                unsafe convolve(call, kernels)
            }
        }
    }

    /// Completes the call of one image and carries it out.
    private func convolve(_ call: aivm_mixed_depthwise, _ kernels: Kernels) {
        var call = unsafe call
        unsafe call.phases = phases
        unsafe call.rows = output.rows
        unsafe call.columns = output.columns
        unsafe call.planes = groups
        unsafe call.features = features
        unsafe call.pairs = pairs
        unsafe call.is_strips = isStrips ? 1 : 0
        unsafe withUnsafeTemporaryAllocation(of: Int16.self, capacity: bufferCount) { buffer in
            unsafe buffer.initialize(repeating: 0)
            unsafe call.buffer = buffer.baseAddress
            unsafe offsets.withPointer { offsets in
                unsafe weights.withPointer { weights in
                    unsafe call.offsets = offsets
                    unsafe call.weights = weights
                    unsafe aivm_convolve_planes(kernels.variant.rawValue, &call)
                }
            }
        }
    }
}
