// Convolutions of int16 activations with int8 weights kept as int16 (MixedProducts.swift). The
// kernel takes windows that lie densely in their planes; with strides, the rows and columns of the
// planes are sorted by their remainders first, and then they do. Padding is never laid out: the
// kernel knows which elements of a window lie outside.

import CKernels

/// Where the elements of windows lie along one axis, once its places are sorted by their remainders
/// modulo the stride: tap i of the window at position p is place p + shifts[i] of phase phases[i].
private struct SortedAxis {
    let input: Int
    let output: Int
    let stride: Int
    let shifts: [Int32]
    let phases: [Int]

    /// The axis of a geometry; one place and one tap where there is none. `nil` for extents so
    /// large that 32 bits might not hold places.
    init?(_ geometry: WindowGeometry, _ axis: Int) {
        guard axis >= 0 else {
            (input, output, stride, shifts, phases) = (1, 1, 1, [0], [0])
            return
        }
        input = geometry.input[axis]
        output = geometry.output[axis]
        stride = geometry.strides[axis]
        guard max(geometry.padded[axis], stride, geometry.kernel[axis]) < 1 << 29 else {
            return nil
        }
        var shifts: [Int32] = []
        var phases: [Int] = []
        for tap in 0..<geometry.kernel[axis] {
            // A window lies in the padded input, so this is below 2^29.
            let reach = tap * geometry.dilations[axis] - geometry.padsBegin[axis]
            let phase = ((reach % stride) + stride) % stride
            phases.append(phase)
            shifts.append(Int32((reach - phase) / stride))
        }
        self.shifts = shifts
        self.phases = phases
    }

    /// Places of a phase.
    var length: Int { (input + stride - 1) / stride }
}

/// A convolution with its weights laid out.
struct MixedConvolution: Sendable {
    private let channels: Int
    private let features: Int
    private let groups: Int
    private let output: (rows: Int, columns: Int)
    /// How planes are sorted; one of one phase is the plane itself where the sizes are its own.
    private let sorted: aivm_phases
    private let needsSorting: Bool
    private let rowShifts: AlignedMemory<Int32>
    private let columnShifts: AlignedMemory<Int32>
    private let kernel: (rows: Int, columns: Int)
    /// Where the terms of the window at the first position lie in the sorted planes of a group.
    private let offsets: AlignedMemory<Int>
    private let terms: Int
    /// For each feature a row of terms, to an even number.
    private let weights: AlignedMemory<Int16>
    private let isNarrow: Bool

    private var evenTerms: Int { (terms + 1) / 2 * 2 }
    /// Numbers of a plane, and of a sorted one.
    private var plane: Int { sorted.height * sorted.width }
    private var sortedPlane: Int {
        sorted.row_stride * sorted.column_stride * sorted.phase_height * sorted.phase_width
    }

    /// Bytes kept.
    var byteCount: Int {
        terms * 8 + groups * features * evenTerms * 2 + (kernel.rows + kernel.columns) * 4
    }

    /// `nil` for a form that the kernel does not take.
    init?(_ form: IntegerConvForm, _ weights: [Int8], _ kernels: Kernels) {
        let geometry = form.geometry
        let rank = geometry.input.count
        guard kernels.prefersMixedProducts, rank <= 2, form.terms > 0,
            let rows = SortedAxis(geometry, rank - 2), let columns = SortedAxis(geometry, rank - 1)
        else { return nil }
        (channels, features, groups) = (form.channels, form.features, form.groups)
        output = (rows.output, columns.output)
        kernel = (rows.shifts.count, columns.shifts.count)
        // Positions run through whole rows of a phase.
        let width = max(columns.length, columns.output)
        guard
            geometry.allowsCopy(
                of: form.channels, rows.stride, columns.stride, rows.length, width)
        else { return nil }
        let sorted = aivm_phases(
            height: rows.input, width: columns.input, row_stride: rows.stride,
            column_stride: columns.stride, pad_top: 0, pad_left: 0, phase_height: rows.length,
            phase_width: width)
        self.sorted = sorted
        needsSorting = rows.stride > 1 || columns.stride > 1 || width != columns.input
        var offsets: [Int] = []
        offsets.reserveCapacity(form.terms)
        for channel in 0..<form.channels {
            for (rowShift, rowPhase) in zip(rows.shifts, rows.phases) {
                for (columnShift, columnPhase) in zip(columns.shifts, columns.phases) {
                    let phase =
                        (channel * rows.stride + rowPhase) * columns.stride + columnPhase
                    offsets.append(
                        (phase * rows.length + Int(rowShift)) * width + Int(columnShift))
                }
            }
        }
        terms = form.terms
        self.offsets = AlignedMemory(offsets)
        rowShifts = AlignedMemory(rows.shifts)
        columnShifts = AlignedMemory(columns.shifts)
        let (terms, even) = (form.terms, (form.terms + 1) / 2 * 2)
        var values = [Int16](repeating: 0, count: form.groups * form.features * even)
        var largest = 0
        for row in 0..<form.groups * form.features {
            var magnitude = 0
            for term in 0..<terms {
                let weight = weights[row * terms + term]
                values[row * even + term] = Int16(weight)
                magnitude += Int(weight.magnitude)
            }
            largest = max(largest, magnitude)
        }
        self.weights = AlignedMemory(values)
        isNarrow = form.rescaling.isNarrow(weights: largest)
    }

    /// The results of all images and groups of `x`.
    func results(
        _ x: [Int16], batch: Int, addends: [Int64], multipliers: [Int64], _ rounding: Rounding,
        using kernels: Kernels
    ) -> [Int16] {
        let all = groups * features
        precondition(
            x.count == batch * groups * channels * plane && addends.count == all
                && multipliers.count == all && kernels.prefersMixedProducts,
            "the planes and channels fit")
        let count = batch * all * output.rows * output.columns
        // Whole planes of input and output; the sizes are those checked here and laid out when the
        // convolution was made.
        return unsafe rounding.results(
            count: count, of: x, addends: addends, multipliers: multipliers
        ) { unsafe convolve($0, batch: batch, kernels) }
    }

    /// Carries the call out for each image and group.
    private func convolve(_ buffers: RescaledCall, batch: Int, _ kernels: Kernels) {
        guard let x = unsafe buffers.x else { return }
        var call = unsafe aivm_mixed_convolution()
        unsafe call.addends = buffers.addends
        unsafe call.multipliers = buffers.multipliers
        unsafe call.rescaling = buffers.rescaling
        unsafe call.out = buffers.out
        let masks = (kernel.rows + 1) * kernel.columns * 4
        let panel = 64 * (terms + 1)
        let planes = needsSorting ? channels * sortedPlane * 2 : 0
        unsafe call.windows.rows = output.rows
        unsafe call.windows.columns = output.columns
        unsafe call.windows.height = sorted.phase_height
        unsafe call.windows.width = sorted.phase_width
        unsafe call.windows.kernel_rows = kernel.rows
        unsafe call.windows.kernel_columns = kernel.columns
        unsafe call.features = features
        unsafe call.terms = terms
        unsafe call.is_narrow = isNarrow ? 1 : 0
        unsafe withUnsafeTemporaryAllocation(
            byteCount: panel + masks + planes, alignment: 64
        ) { memory in
            guard let base = memory.baseAddress else { return }
            // Three pieces: the panel, a multiple of 64 bytes, then 32-bit masks, then planes.
            unsafe call.panel = base.assumingMemoryBound(to: Int16.self)
            unsafe call.windows.masks = (base + panel).assumingMemoryBound(to: UInt32.self)
            let planes = unsafe (base + panel + masks).assumingMemoryBound(to: Int16.self)
            if needsSorting { unsafe planes.update(repeating: 0, count: channels * sortedPlane) }
            unsafe offsets.withPointer { unsafe call.offsets = $0 }
            unsafe rowShifts.withPointer { unsafe call.windows.row_shifts = $0 }
            unsafe columnShifts.withPointer { unsafe call.windows.column_shifts = $0 }
            for index in 0..<batch * groups {
                unsafe convolve(&call, index, x, planes, kernels)
            }
        }
        // The pointers taken from them above were used until here.
        withExtendedLifetime((offsets, rowShifts, columnShifts)) {}
    }

    /// One image and group: `call` has the results, addends and multipliers of all.
    private func convolve(
        _ call: inout aivm_mixed_convolution, _ index: Int, _ x: UnsafePointer<Int16>,
        _ planes: UnsafeMutablePointer<Int16>, _ kernels: Kernels
    ) {
        let group = index % groups
        var part = unsafe call
        let from = unsafe x + index * channels * plane
        if needsSorting {
            unsafe withUnsafePointer(to: sorted) {
                unsafe aivm_sort_phases(kernels.variant.rawValue, channels, $0, from, planes)
            }
            unsafe part.x = UnsafePointer(planes)
        } else {
            unsafe part.x = from
        }
        unsafe part.addends += group * features
        unsafe part.multipliers += group * features
        unsafe part.out += index * features * output.rows * output.columns
        unsafe weights.withPointer {
            unsafe part.weights = $0 + group * features * evenTerms
            unsafe aivm_convolve_mixed(kernels.variant.rawValue, &part)
        }
    }
}
