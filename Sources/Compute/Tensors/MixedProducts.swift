// Products of int16 activations with int8 weights kept as int16, and convolutions of them: where
// the CPU multiplies pairs of int16 numbers as fast as fours of bytes, half the work of taking
// activations apart into bytes. On one thread; the results are the same either way.

import CKernels

extension Kernels {
    /// Whether products of int16 with int8 numbers are faster than twice as many of bytes.
    var prefersMixedProducts: Bool {
        threads == 1 && aivm_has_mixed_products(variant.rawValue) != 0
    }
}

/// A right factor of int8, packed.
struct PackedMixedMatrix: Sendable {
    let rows: Int
    let columns: Int
    private let panels: AlignedMemory<Int16>

    /// Elements of the packed form.
    private static func count(rows: Int, columns: Int) -> Int {
        (columns + 31) / 32 * 32 * ((rows + 1) / 2 * 2)
    }

    /// Bytes of the packed form.
    var byteCount: Int { 2 * PackedMixedMatrix.count(rows: rows, columns: columns) }

    /// Packs the row-major rows × columns matrix `weights`.
    init(_ weights: [Int8], rows: Int, columns: Int) {
        precondition(
            weights.count == rows * columns && rows > 0 && columns > 0,
            "the weights fill the matrix")
        self.rows = rows
        self.columns = columns
        let count = PackedMixedMatrix.count(rows: rows, columns: columns)
        panels = unsafe AlignedMemory(count: count) { panels in
            unsafe panels.initialize(repeating: 0, count: count)
            unsafe weights.withUnsafeBufferPointer { weights in
                unsafe aivm_pack_mixed(rows, columns, weights.baseAddress, panels)
            }
        }
    }

    /// (x · w + addends) · multipliers rescaled, for `count` rows of `x`; an addend and a
    /// multiplier for each column.
    func product(
        _ x: [Int16], count: Int, addends: [Int64], multipliers: [Int64], _ rounding: Rounding,
        using kernels: Kernels
    ) -> [Int16] {
        precondition(
            x.count == count * rows && addends.count == columns && multipliers.count == columns
                && kernels.prefersMixedProducts, "the factors fit")
        let step = (rows + 1) / 2 * 2
        var left = x
        if step > rows {
            // The kernel reads terms in pairs: a number behind each odd row.
            left = []
            left.reserveCapacity(count * step)
            for row in 0..<count { left += x[row * rows..<(row + 1) * rows] + [0] }
        }
        guard count > 0 else { return [] }
        var rule = rounding.parts
        return unsafe [Int16](unsafeUninitializedCapacity: count * columns) {
            results, initialized in
            initialized = count * columns
            // Sizes as checked; the panels were packed for them.
            unsafe left.withUnsafeBufferPointer { left in
                unsafe addends.withUnsafeBufferPointer { addends in
                    unsafe multipliers.withUnsafeBufferPointer { factors in
                        unsafe panels.withPointer { panels in
                            unsafe withUnsafePointer(to: &rule) { rule in
                                var call = unsafe aivm_mixed_product(
                                    m: count, n: columns, k: rows, a: left.baseAddress,
                                    a_step: step, panels: panels,
                                    addends: addends.baseAddress,
                                    multipliers: factors.baseAddress, rescaling: rule,
                                    out: results.baseAddress)
                                unsafe aivm_product_mixed(kernels.variant.rawValue, &call)
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A convolution of one group: where its windows' terms lie in padded planes, and its weights.
struct MixedConvolution: Sendable {
    /// Numbers behind the last plane that the kernel may read.
    private static let slack = 64

    private let channels: Int
    private let features: Int
    /// Rows and columns of a plane, of a padded plane, and padding before.
    private let plane: (rows: Int, columns: Int)
    private let padded: (rows: Int, columns: Int)
    private let pads: (rows: Int, columns: Int)
    private let strides: (rows: Int, columns: Int)
    private let output: (rows: Int, columns: Int)
    private let offsets: [Int]
    /// The features of each group, a row of terms for each, to an even number.
    private let weights: [Int16]
    private let groups: Int

    private var terms: Int { offsets.count }

    /// Bytes kept.
    var byteCount: Int { offsets.count * 8 + weights.count * 2 }

    /// `nil` for a form that the kernel does not take.
    init?(_ form: IntegerConvForm, _ weights: [Int8], _ kernels: Kernels) {
        let geometry = form.geometry
        let rank = geometry.input.count
        guard kernels.prefersMixedProducts, rank <= 2, form.terms > 0 else { return nil }
        func pair(_ values: [Int], _ absent: Int) -> (rows: Int, columns: Int) {
            rank == 2 ? (values[0], values[1]) : (absent, values[0])
        }
        channels = form.channels
        features = form.features
        plane = pair(geometry.input, 1)
        padded = pair(geometry.padded, 1)
        pads = pair(geometry.padsBegin, 0)
        strides = pair(geometry.strides, 1)
        output = pair(geometry.output, 1)
        let (kernel, dilations) = (pair(geometry.kernel, 1), pair(geometry.dilations, 1))
        var offsets: [Int] = []
        for channel in 0..<form.channels {
            for row in 0..<kernel.rows {
                for column in 0..<kernel.columns {
                    offsets.append(
                        (channel * padded.rows + row * dilations.rows) * padded.columns + column
                            * dilations.columns)
                }
            }
        }
        self.offsets = offsets
        let (terms, even) = (offsets.count, (offsets.count + 1) / 2 * 2)
        var values = [Int16](repeating: 0, count: form.groups * form.features * even)
        for row in 0..<form.groups * form.features {
            for term in 0..<terms {
                values[row * even + term] = Int16(weights[row * terms + term])
            }
        }
        self.weights = values
        groups = form.groups
    }

    /// The results of all images and groups of `x`.
    func results(
        _ x: [Int16], batch: Int, addends: [Int64], multipliers: [Int64], _ rounding: Rounding,
        using kernels: Kernels
    ) -> [Int16] {
        let positions = output.rows * output.columns
        precondition(
            x.count == batch * groups * channels * plane.rows * plane.columns
                && addends.count == groups * features && multipliers.count == addends.count
                && kernels.prefersMixedProducts, "the planes and channels fit")
        var results = [Int16](repeating: 0, count: batch * groups * features * positions)
        guard !results.isEmpty else { return results }
        var input = [Int16](
            repeating: 0,
            count: channels * padded.rows * padded.columns + MixedConvolution.slack)
        var panel = [Int16](repeating: 0, count: 32 * (terms + 1))
        for index in 0..<batch * groups {
            fill(&input, x, from: index * channels)
            convolve(
                index % groups, input, &panel, addends, multipliers, rounding, to: &results,
                from: index * features * positions, kernels)
        }
        return results
    }

    /// Copies the planes of `x` from plane `first` on into the middle of the padded ones.
    private func fill(_ input: inout [Int16], _ x: [Int16], from first: Int) {
        unsafe x.withUnsafeBufferPointer { x in
            unsafe input.withUnsafeMutableBufferPointer { input in
                guard let source = x.baseAddress, let target = input.baseAddress,
                    plane.columns > 0
                else { return }
                // Rows of the plane lie within the padded ones by the geometry's construction.
                for channel in 0..<channels {
                    for row in 0..<plane.rows {
                        let to = (channel * padded.rows + row + pads.rows) * padded.columns
                        let from = ((first + channel) * plane.rows + row) * plane.columns
                        unsafe (target + to + pads.columns).update(
                            from: source + from, count: plane.columns)
                    }
                }
            }
        }
    }

    private func convolve(
        _ group: Int, _ input: [Int16], _ panel: inout [Int16], _ addends: [Int64],
        _ multipliers: [Int64], _ rounding: Rounding, to results: inout [Int16], from start: Int,
        _ kernels: Kernels
    ) {
        var rule = rounding.parts
        let (first, even) = (group * features, (terms + 1) / 2 * 2)
        // All sizes are those that `results` has checked and the initialiser has laid out.
        unsafe input.withUnsafeBufferPointer { input in
            unsafe panel.withUnsafeMutableBufferPointer { panel in
                unsafe weights[first * even..<(first + features) * even]
                    .withUnsafeBufferPointer { weights in
                        unsafe addends[first..<first + features].withUnsafeBufferPointer {
                            addends in
                            unsafe multipliers[first..<first + features].withUnsafeBufferPointer {
                                factors in
                                unsafe results.withUnsafeMutableBufferPointer { results in
                                    unsafe offsets.withUnsafeBufferPointer { offsets in
                                        unsafe withUnsafePointer(to: &rule) { rule in
                                            guard let target = results.baseAddress else { return }
                                            var call = unsafe aivm_mixed_convolution(
                                                features: features, terms: terms, rows: output.rows,
                                                columns: output.columns, width: padded.columns,
                                                row_stride: strides.rows,
                                                column_stride: strides.columns,
                                                x: input.baseAddress,
                                                offsets: offsets.baseAddress,
                                                weights: weights.baseAddress,
                                                addends: addends.baseAddress,
                                                multipliers: factors.baseAddress, rescaling: rule,
                                                panel: panel.baseAddress, out: target + start)
                                            unsafe aivm_convolve_mixed(
                                                kernels.variant.rawValue, &call)
                                        }
                                    }
                                }
                            }
                        }
                    }
            }
        }
    }
}
