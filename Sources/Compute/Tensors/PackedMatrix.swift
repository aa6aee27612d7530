// Right factors of products, rearranged once for the kernels: column panels, which they read
// fastest. The elements may come in parts, so that weights are packed while they are read.

import CKernels

/// Memory on a cache line boundary, for packed weights. Whoever makes it writes it, and then only
/// shares it to be read.
@safe final class AlignedMemory<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    private let base: UnsafeMutablePointer<Element>

    /// Allocates `count` elements, to be written with ``write(_:)`` before anybody else sees them.
    init(count: Int) {
        let size = max(count, 1)
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: size * MemoryLayout<Element>.stride, alignment: 64)
        unsafe aivm_prefer_large_pages(memory, size * MemoryLayout<Element>.stride)
        unsafe base = memory.bindMemory(to: Element.self, capacity: size)
    }

    /// Allocates `count` elements and lets `fill` write all of them.
    convenience init(count: Int, fill: (UnsafeMutablePointer<Element>) -> Void) {
        self.init(count: count)
        unsafe write(fill)
    }

    /// A copy of `values`.
    convenience init(_ values: [Element]) {
        self.init(count: values.count)
        unsafe values.withUnsafeBufferPointer { values in
            // As many elements as were allocated.
            guard let source = values.baseAddress else { return }
            unsafe write { unsafe $0.initialize(from: source, count: values.count) }
        }
    }

    deinit { unsafe base.deallocate() }

    /// The elements, to be written; the pointer is valid within `body`.
    fileprivate func write(_ body: (UnsafeMutablePointer<Element>) -> Void) {
        withExtendedLifetime(self) { unsafe body(base) }
    }

    /// The elements; the pointer is valid within `body`.
    func withPointer<Result>(_ body: (UnsafePointer<Element>) -> Result) -> Result {
        withExtendedLifetime(self) { unsafe body(UnsafePointer(base)) }
    }
}

/// How matrices lie in a float32 tensor: one after another, row-major or stored transposed
/// (columns × rows).
package struct MatrixForm: Sendable, Equatable {
    /// Rows of each matrix.
    let rows: Int
    /// Columns of each matrix.
    let columns: Int
    /// Whether each is stored column by column.
    let isTransposed: Bool
    /// How many matrices there are.
    let count: Int

    init(rows: Int, columns: Int, isTransposed: Bool = false, count: Int = 1) {
        precondition(rows >= 0 && columns >= 0 && count >= 0, "extents count something")
        self.rows = rows
        self.columns = columns
        self.isTransposed = isTransposed
        self.count = count
    }

    /// Elements of all matrices.
    var elementCount: Int { count * rows * columns }

    /// Whether packing pays: matrices of few columns are mostly padding.
    var isWorthPacking: Bool { step * count <= 2 * elementCount + 1 << 16 }

    /// Floats from one packed matrix to the next.
    var step: Int {
        let width = AIVM_PANEL_COLUMNS
        return rows * width * ((columns + width - 1) / width)
    }
}

/// Matrices rearranged in column panels: `count` of them of equal size, one after another.
package struct PackedMatrix: Sendable {
    let form: MatrixForm
    private let panels: AlignedMemory<Float>
    /// Where the first panel begins.
    private let start: Int

    fileprivate init(_ form: MatrixForm, _ panels: AlignedMemory<Float>, _ start: Int) {
        self.form = form
        self.panels = panels
        self.start = start
    }

    /// Packs the matrices that start at `offset` in `values`.
    init(_ values: [Float], offset: Int = 0, _ form: MatrixForm) {
        precondition(
            offset >= 0 && offset + form.elementCount <= values.count,
            "the matrices lie in the values")
        var packing = MatrixPacking(form)
        unsafe values.withUnsafeBytes {
            unsafe packing.append(
                UnsafeRawBufferPointer(rebasing: $0.dropFirst(offset * 4).prefix(form.byteCount)))
        }
        self = packing.packed
    }

    /// Packs the rows × columns matrices that start at `offset` in `values`, row-major, or stored
    /// transposed (columns × rows).
    init(
        _ values: [Float], offset: Int = 0, rows: Int, columns: Int, isTransposed: Bool = false,
        count: Int = 1
    ) {
        self.init(
            values, offset: offset,
            MatrixForm(rows: rows, columns: columns, isTransposed: isTransposed, count: count))
    }

    var rows: Int { form.rows }
    var columns: Int { form.columns }
    var count: Int { form.count }
    /// Floats from one matrix to the next.
    var step: Int { form.step }
    /// Bytes of all panels.
    package var byteCount: Int { step * count * MemoryLayout<Float>.stride }

    func withPointer<Result>(_ body: (UnsafePointer<Float>) -> Result) -> Result {
        unsafe panels.withPointer { unsafe body($0 + start) }
    }
}

extension MatrixForm {
    /// Bytes of the matrices as they lie in a tensor.
    fileprivate var byteCount: Int { elementCount * MemoryLayout<Float>.stride }
}

/// Matrices that are being packed, their elements coming in parts in the order of the tensor.
package struct MatrixPacking {
    private let form: MatrixForm
    private let panels: AlignedMemory<Float>
    /// Where the first panel begins.
    private let start: Int
    /// Elements packed so far.
    private var done = 0

    /// Starts with no elements.
    init(_ form: MatrixForm) {
        self.init(form, AlignedMemory(count: form.step * form.count), 0)
    }

    private init(_ form: MatrixForm, _ panels: AlignedMemory<Float>, _ start: Int) {
        self.form = form
        self.panels = panels
        self.start = start
    }

    /// A packing for each of `forms`, all in one piece of memory.
    package static func packings(_ forms: [MatrixForm]) -> [MatrixPacking] {
        var starts: [Int] = []
        var count = 0
        for form in forms {
            starts.append(count)
            count += form.step * form.count
        }
        let panels = AlignedMemory<Float>(count: count)
        return zip(forms, starts).map { MatrixPacking($0, panels, $1) }
    }

    /// Packs the next elements, whose little-endian bytes are `bytes`. Every NaN becomes the
    /// canonical one. Traps on more elements than the matrices have, or on a part of one.
    package mutating func append(_ bytes: ArraySlice<UInt8>) {
        unsafe bytes.withUnsafeBytes { unsafe append($0) }
    }

    fileprivate mutating func append(_ bytes: UnsafeRawBufferPointer) {
        let size = form.rows * form.columns
        var left = bytes.count / MemoryLayout<Float>.stride
        precondition(
            bytes.count.isMultiple(of: MemoryLayout<Float>.stride)
                && left <= form.elementCount - done, "the elements are those of the matrices")
        guard var source = bytes.baseAddress else { return }
        if done == 0 {
            // Each matrix has `step` elements.
            unsafe panels.write { target in
                for index in 0..<form.count {
                    unsafe aivm_pack_begin(
                        form.rows, form.columns, target + start + index * form.step)
                }
            }
        }
        while left > 0 {
            let (index, first) = done.quotientAndRemainder(dividingBy: size)
            let part = min(left, size - first)
            // `part` elements of matrix `index`, read from as many floats that are left.
            unsafe panels.write { target in
                unsafe aivm_pack_part(
                    form.rows, form.columns, form.isTransposed ? 1 : 0, first, part, source,
                    target + start + index * form.step)
            }
            unsafe source += part * MemoryLayout<Float>.stride
            done += part
            left -= part
        }
    }

    /// The packed matrices. Traps unless all elements have come; nothing may be added after.
    package var packed: PackedMatrix {
        precondition(done == form.elementCount, "all elements are packed")
        return PackedMatrix(form, panels, start)
    }
}
