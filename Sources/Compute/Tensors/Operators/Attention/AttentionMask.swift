// Which keys a query may look at, and what is added to its scores: the mask that is given, the
// causal rule, and the count of keys that are no padding.

/// The masks of an attention, read row by row.
struct AttentionMask<Element: FloatingElement> {
    private let form: AttentionForm
    /// Numbers to add, or truth values that let through.
    private let added: [Element]?
    private let admitted: [Bool]?
    /// Keys that the mask covers; those beyond are masked.
    private let width: Int
    /// Offset of the mask's row for a step in batch, head and query.
    private let strides: [Int]
    /// Keys of each entry of the batch that are no padding.
    private let keyCounts: [Int]?

    /// - Throws: `wrongInputValue` for a count of keys that is negative or above their number.
    init(_ form: AttentionForm, mask: Tensor?, keyCounts: Tensor?) throws(OperatorError) {
        self.form = form
        admitted = mask?.bools
        if let mask, mask.bools == nil {
            added = try Element.converting(mask)
        } else {
            added = nil
        }
        width = mask?.shape.dimensions.last ?? form.keyLength
        let dimensions = mask?.shape.dimensions ?? []
        let missing = [Int](repeating: 1, count: 4 - dimensions.count)
        let extents = missing + dimensions
        var strides = [0, 0, 0]
        var stride = extents[3]
        for axis in [2, 1, 0] {
            strides[axis] = extents[axis] == 1 ? 0 : stride
            stride *= extents[axis]
        }
        self.strides = strides
        var counts: [Int]?
        if let values = keyCounts?.int64s {
            counts = []
            for value in values {
                guard value >= 0, value <= Int64(form.keyLength) else {
                    throw .wrongInputValue(index: 6, reason: "\(value) keys of \(form.keyLength)")
                }
                counts?.append(Int(value))
            }
        }
        self.keyCounts = counts
    }

    /// Whether any score changes.
    var isActive: Bool { form.isCausal || added != nil || admitted != nil || keyCounts != nil }

    /// Applies the masks to the scores of one query, from `start` on in `scores`: sums first, then
    /// −∞ wherever the query may not look.
    func apply(to scores: inout [Element], at start: Int, batch: Int, head: Int, query: Int) {
        let row = batch * strides[0] + head * strides[1] + query * strides[2]
        var visible = min(width, keyCounts?[batch] ?? form.keyLength)
        if form.isCausal { visible = min(visible, form.pastLength + query + 1) }
        if let added {
            for key in 0..<visible { scores[start + key] += added[row + key] }
        }
        if let admitted {
            for key in 0..<visible where !admitted[row + key] { scores[start + key] = -.infinity }
        }
        for key in visible..<max(form.keyLength, visible) { scores[start + key] = -.infinity }
    }
}
