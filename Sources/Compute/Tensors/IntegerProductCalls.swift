// The calls of the exact product of 8-bit integers, with the checks that make them safe.

import CKernels

/// A matrix of bytes, row-major.
enum ByteMatrix: Sendable {
    case unsigned([UInt8])
    case signed([Int8])

    var isSigned: Bool {
        switch self {
        case .unsigned: false
        case .signed: true
        }
    }

    var count: Int {
        switch self {
        case .unsigned(let values): values.count
        case .signed(let values): values.count
        }
    }

    /// The bytes; the pointer is valid within `body`.
    fileprivate func withBytes(_ body: (UnsafePointer<UInt8>) -> Void) {
        func call(_ bytes: UnsafeRawBufferPointer) {
            guard let base = bytes.baseAddress else { return }
            unsafe body(base.assumingMemoryBound(to: UInt8.self))
        }
        switch self {
        case .unsigned(let values): unsafe values.withUnsafeBytes(call)
        case .signed(let values): unsafe values.withUnsafeBytes(call)
        }
    }
}

/// A right factor of bytes, packed for the kernels.
struct PackedByteMatrix: Sendable {
    let rows: Int
    let columns: Int
    let isSigned: Bool
    /// Bytes of the packed form.
    var byteCount: Int {
        let width = AIVM_PANEL_COLUMNS
        return (columns + width - 1) / width * width * ((rows + 3) / 4 * 4 + 4)
    }
    fileprivate let panels: AlignedMemory<Int8>
    fileprivate let sums: AlignedMemory<Int32>

    /// Packs the rows × columns matrix `values`, row-major, or stored transposed.
    init(_ values: ByteMatrix, rows: Int, columns: Int, isTransposed: Bool = false) {
        precondition(values.count == rows * columns, "the values fill the matrix")
        self.rows = rows
        self.columns = columns
        isSigned = values.isSigned
        let signed: Int32 = isSigned ? 1 : 0
        let width = AIVM_PANEL_COLUMNS
        let padded = (columns + width - 1) / width * width
        let memory = unsafe AlignedMemory<Int8>(count: padded * ((rows + 3) / 4) * 4) {
            unsafe $0.initialize(repeating: 0, count: max(padded * ((rows + 3) / 4) * 4, 1))
        }
        // Element (i, j) is read at i · columns + j (or j · rows + i); the sizes are those that
        // aivm_pack_int8 names.
        sums = unsafe AlignedMemory(count: padded) { sums in
            unsafe sums.initialize(repeating: 0, count: max(padded, 1))
            unsafe values.withBytes { source in
                unsafe memory.withPointer { panels in
                    unsafe aivm_pack_int8(
                        rows, columns, source, isTransposed ? 1 : columns,
                        isTransposed ? rows : 1, signed, UnsafeMutablePointer(mutating: panels),
                        sums)
                }
            }
        }
        panels = memory
    }
}

/// The zero points of a factor: none, one for all, or one for each row or column.
struct ZeroPoints: Sendable {
    var values: [Int32] = []

    /// Calls `body` with the values and their step; the pointer is valid within it.
    fileprivate func withValues(
        count: Int, _ body: (UnsafePointer<Int32>?, Int) -> Void
    ) {
        precondition([0, 1, count].contains(values.count), "one zero point, or one each")
        unsafe values.withUnsafeBufferPointer { buffer in
            unsafe body(buffer.isEmpty ? nil : buffer.baseAddress, values.count == 1 ? 0 : 1)
        }
    }
}

extension Kernels {
    /// `x` as bytes: the high ones, then the low ones less 128.
    func halves(_ x: [Int16]) -> [Int8] {
        let count = 2 * x.count
        return unsafe [Int8](unsafeUninitializedCapacity: count) { bytes, initialized in
            initialized = count
            guard let target = bytes.baseAddress else { return }
            // The kernel writes two bytes for each number.
            unsafe x.withUnsafeBufferPointer { numbers in
                guard let source = numbers.baseAddress else { return }
                unsafe aivm_halve_int16(variant.rawValue, numbers.count, source, target)
            }
        }
    }

    /// Rescales `halves`, the rows × columns sums of high bytes and then those of low ones.
    ///
    /// - Parameters:
    ///   - addends: one for each column.
    ///   - multipliers: one for each column.
    func rescaled(
        _ halves: [Int32], rows: Int, columns: Int, addends: ArraySlice<Int64>,
        multipliers: ArraySlice<Int64>, _ rounding: Rounding
    ) -> [Int16] {
        let count = rows * columns
        precondition(
            addends.count == columns && multipliers.count == columns
                && halves.count == 2 * count, "a number for each column")
        var call = aivm_rescaling(
            half: rounding.half, minimum: rounding.minimum, maximum: rounding.maximum,
            shift: Int32(rounding.shift))
        return unsafe [Int16](unsafeUninitializedCapacity: count) { results, initialized in
            initialized = count
            guard let target = results.baseAddress, count > 0 else { return }
            // The counts are those checked above.
            unsafe halves.withUnsafeBufferPointer { halves in
                unsafe addends.withUnsafeBufferPointer { addends in
                    unsafe multipliers.withUnsafeBufferPointer { multipliers in
                        guard let sums = halves.baseAddress, let added = addends.baseAddress,
                            let factors = multipliers.baseAddress
                        else { return }
                        unsafe aivm_rescale_halves(
                            variant.rawValue, rows, columns, sums, added, factors, &call, target)
                    }
                }
            }
        }
    }

    /// (x · w + addends) · multipliers rescaled, for few rows of `x`, at most 2^16 terms and signed
    /// weights; an addend and a multiplier for each column.
    func thinProduct(
        _ x: [Int16], rows: Int, _ w: PackedByteMatrix, addends: [Int64], multipliers: [Int64],
        _ rounding: Rounding
    ) -> [Int16] {
        let count = rows * w.columns
        precondition(
            x.count == rows * w.rows && w.rows <= IntegerFamily.maximumTerms && w.isSigned
                && addends.count == w.columns && multipliers.count == w.columns
                && prefersMixedProducts, "the factors fit")
        // Sizes as checked; the panels and sums were packed for them.
        return unsafe rounding.results(
            count: count, of: x, addends: addends, multipliers: multipliers
        ) { buffers in
            var call = unsafe aivm_thin_product()
            unsafe call.m = rows
            unsafe call.n = w.columns
            unsafe call.k = w.rows
            unsafe call.a = buffers.x
            unsafe call.addends = buffers.addends
            unsafe call.multipliers = buffers.multipliers
            unsafe call.rescaling = buffers.rescaling
            unsafe call.out = buffers.out
            unsafe withUnsafeTemporaryAllocation(
                of: UInt8.self, capacity: rows * (2 * w.rows + 64)
            ) { bytes in
                unsafe call.bytes = bytes.baseAddress
                unsafe w.panels.withPointer { panels in
                    unsafe w.sums.withPointer { sums in
                        unsafe call.panels = panels
                        unsafe call.column_sums = sums
                        unsafe aivm_product_thin(variant.rawValue, &call)
                    }
                }
            }
        }
    }

    /// (a − a₀)(b − b₀), m × n, for `a` m × k: exact, wrapping around in 32 bits.
    func product(
        _ m: Int, _ a: ByteMatrix, zeros leftZeros: ZeroPoints = ZeroPoints(),
        _ b: PackedByteMatrix, zeros rightZeros: ZeroPoints = ZeroPoints(),
        withoutDotInstructions: Bool = false
    ) -> [Int32] {
        let (n, k) = (b.columns, b.rows)
        precondition(a.count == m * k, "the factors fit")
        var result = [Int32](repeating: 0, count: m * n)
        guard k > 0 else { return result }
        var call = unsafe aivm_int8_product()
        unsafe call.m = m
        unsafe call.n = n
        unsafe call.k = k
        unsafe call.a_step = k
        unsafe call.a_is_signed = a.isSigned ? 1 : 0
        unsafe call.b_is_signed = b.isSigned ? 1 : 0
        unsafe call.c_step = n
        unsafe call.without_dot_instructions = withoutDotInstructions ? 1 : 0
        // a has m · k bytes, b was packed as k × n, c has m · n elements; zero points are one or
        // as many as rows or columns.
        unsafe leftZeros.withValues(count: m) { zeros, step in
            unsafe call.a_zeros = zeros
            unsafe call.a_zero_step = step
            unsafe rightZeros.withValues(count: n) { zeros, step in
                unsafe call.b_zeros = zeros
                unsafe call.b_zero_step = step
                unsafe multiply(a, b, &call, &result)
            }
        }
        return result
    }

    private func multiply(
        _ a: ByteMatrix, _ b: PackedByteMatrix, _ call: inout aivm_int8_product,
        _ result: inout [Int32]
    ) {
        unsafe a.withBytes { bytes in
            unsafe call.a = bytes
            unsafe b.panels.withPointer { panels in
                unsafe call.panels = panels
                unsafe b.sums.withPointer { sums in
                    unsafe call.column_sums = sums
                    unsafe result.withUnsafeMutableBufferPointer { results in
                        unsafe call.c = results.baseAddress
                        unsafe withUnsafePointer(to: call) { call in
                            unsafe aivm_product_int8(
                                variant.rawValue, Int32(clamping: threads), call)
                        }
                    }
                }
            }
        }
    }
}
