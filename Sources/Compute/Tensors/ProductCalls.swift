// The calls of the matrix product, with the checks that make them safe. Each function states why
// its pointers cover what the kernel touches.

import CKernels

/// A matrix as it lies in an array, from `offset` on.
struct PlainMatrix {
    let values: [Float]
    var offset = 0
    /// Whether it is stored column by column.
    var isTransposed = false
    /// Floats from row to row, or from column to column of one stored so; by default as few as they
    /// have elements.
    var step: Int?

    /// Traps unless a matrix of `rows` × `columns` lies in the values, beginning `start` behind the
    /// offset.
    func check(_ start: Int, _ rows: Int, _ columns: Int, step: Int) {
        guard rows > 0, columns > 0 else { return }
        let (count, length) = isTransposed ? (columns, rows) : (rows, columns)
        precondition(
            start >= 0 && offset >= 0 && step >= 0
                && offset + start + (count - 1) * step + length <= values.count,
            "a factor lies in its values")
    }
}

/// The right factor of a product.
enum RightFactor {
    /// Packed beforehand: matrix `index` of those packed.
    case packed(PackedMatrix, index: Int = 0)
    /// As it lies.
    case plain(PlainMatrix)

    /// Row-major from `offset` in `values`.
    static func plain(values: [Float], offset: Int) -> RightFactor {
        .plain(PlainMatrix(values: values, offset: offset))
    }
}

/// Where the factors and the result of one of several products begin, behind their offsets.
typealias ProductPlace = aivm_product_place

extension EpilogueValues {
    /// Calls `body` with the epilogue of the part of a result that begins at `offset` in the
    /// addend, where rows are `step` apart. The pointers are valid within `body`.
    func withCall(
        offset: Int, step: Int, _ body: (aivm_epilogue) -> Void
    ) {
        var call = unsafe aivm_epilogue()
        switch activation {
        case .none: unsafe call.activation = Int32(AIVM_ACTIVATION_NONE)
        case .relu: unsafe call.activation = Int32(AIVM_ACTIVATION_RELU)
        case .clip(let low, let high):
            unsafe call.activation = Int32(AIVM_ACTIVATION_CLIP)
            unsafe call.low = low
            unsafe call.high = high
        }
        unsafe call.addend_step = step
        unsafe bias.withUnsafeBufferPointer { values in
            if axis != .none, let base = values.baseAddress {
                unsafe call.bias = base
                unsafe call.bias_axis = axis.rawValue
            }
            guard let addend else { return unsafe body(call) }
            unsafe addend.withUnsafeBufferPointer { values in
                if let base = values.baseAddress { unsafe call.addend = base + offset }
                unsafe body(call)
            }
        }
    }
}

extension Kernels {
    /// Product of the m × k matrix `a` with `b` (k × n), into the m × n floats from `target` on in
    /// `output`, each result finished by `epilogue`, whose addend begins at `target` too. Dot rule.
    func product(
        _ m: Int, _ n: Int, _ k: Int, _ a: PlainMatrix, _ b: RightFactor,
        into output: FloatOutput, at target: Int = 0, epilogue: EpilogueValues = .none
    ) {
        products(
            m, n, k, a, b, at: [ProductPlace(a: 0, b: 0, c: target)], into: output,
            epilogue: epilogue)
    }

    /// Products of the m × k matrices of `a` with those of `b` (k × n), one for each place, into
    /// `output`, where the rows of a result are `resultStep` apart. Each result is finished by
    /// `epilogue`, whose addend is laid out like the output. Dot rule.
    func products(
        _ m: Int, _ n: Int, _ k: Int, _ a: PlainMatrix, _ b: RightFactor,
        at places: [ProductPlace], into output: FloatOutput, resultStep: Int? = nil,
        epilogue: EpilogueValues = .none
    ) {
        let biasCount = [0, m, n][Int(epilogue.axis.rawValue)]
        precondition(epilogue.bias.count >= biasCount, "the bias is as long as its axis")
        guard m > 0, n > 0 else { return }
        let resultStep = resultStep ?? n
        let reach = (m - 1) * resultStep + n
        let leftStep = a.step ?? (a.isTransposed ? m : k)
        for place in places {
            a.check(place.a, m, k, step: leftStep)
            precondition(
                resultStep >= n && place.c >= 0 && place.c + reach <= output.count,
                "the result has room")
            precondition(
                (epilogue.addend?.count).map { $0 >= place.c + reach } ?? true,
                "the addend covers the result")
        }
        var call = unsafe aivm_product_call()
        unsafe call.m = m
        unsafe call.n = n
        unsafe call.k = k
        unsafe call.a_row_step = a.isTransposed ? 1 : leftStep
        unsafe call.a_term_step = a.isTransposed ? leftStep : 1
        unsafe call.c = output.pointer(at: 0, needed: 0)
        unsafe call.c_step = resultStep
        // What each place reads and writes was checked above, the right factor is below. With
        // k = 0 no factor is read.
        unsafe epilogue.withCall(offset: 0, step: resultStep) { steps in
            unsafe call.epilogue = steps
            unsafe a.values.withUnsafeBufferPointer { left in
                if let base = left.baseAddress { unsafe call.a = base + a.offset }
                unsafe withRightFactor(b, k, n, places, &call) { call in
                    unsafe withUnsafePointer(to: call) { call in
                        unsafe aivm_products(
                            variant.rawValue, Int32(clamping: threads), call, places.count, places)
                    }
                }
            }
        }
    }

    /// Calls `body` with the right factor put into `call`.
    private func withRightFactor(
        _ b: RightFactor, _ k: Int, _ n: Int, _ places: [ProductPlace],
        _ call: inout aivm_product_call, _ body: (aivm_product_call) -> Void
    ) {
        let width = AIVM_PANEL_COLUMNS
        switch b {
        case .packed(let matrix, let index):
            precondition(matrix.rows == k && matrix.columns == n, "the factors fit")
            precondition(index >= 0 && index < matrix.count, "the matrix was packed")
            for place in places {
                precondition(
                    place.b >= 0 && place.b <= (matrix.count - 1 - index) * matrix.step,
                    "the matrix was packed")
            }
            unsafe call.b_step = width
            unsafe call.panel_step = width * k
            unsafe matrix.withPointer { panels in
                unsafe call.b = panels + index * matrix.step
                unsafe body(call)
            }
        case .plain(let matrix):
            let step = matrix.step ?? (matrix.isTransposed ? k : n)
            for place in places { matrix.check(place.b, k, n, step: step) }
            unsafe call.b_step = step
            unsafe call.panel_step = matrix.isTransposed ? width * step : width
            unsafe call.b_is_transposed = matrix.isTransposed ? 1 : 0
            unsafe matrix.values.withUnsafeBufferPointer { right in
                if let base = right.baseAddress { unsafe call.b = base + matrix.offset }
                unsafe body(call)
            }
        }
    }
}
