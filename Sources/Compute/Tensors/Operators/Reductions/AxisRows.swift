// A tensor seen as rows along some of its axes, so that everything that sums, compares or
// normalises along axes works on rows that lie one after another. Elements of a row are counted
// row-major over the chosen axes, so that the layout in memory does not matter.

/// A tensor seen as rows along some axes: the other axes number the rows, row-major, and the chosen
/// axes number the elements of a row, row-major.
struct AxisRows {
    /// Elements of a row.
    let length: Int
    /// How many rows there are.
    let count: Int
    private let shape: Shape
    /// Axes in the order rows are laid out, or `nil` when the tensor already lies so.
    private let order: [Int]?

    /// `axes` is ascending.
    init(_ shape: Shape, axes: [Int]) {
        self.shape = shape
        length = axes.reduce(1) { $0 * shape.dimensions[$1] }
        let kept = (0..<shape.rank).filter { !axes.contains($0) }
        count = kept.reduce(1) { $0 * shape.dimensions[$1] }
        let wanted = kept + axes
        order = wanted == Array(0..<shape.rank) ? nil : wanted
    }

    /// The elements row after row.
    func gather<Element>(_ values: [Element]) -> [Element] {
        guard let order else { return values }
        let strides = shape.strides
        return StridedCopy(
            dimensions: order.map { shape.dimensions[$0] }, strides: order.map { strides[$0] },
            offset: 0
        ).apply(values)
    }

    /// The inverse of `gather`.
    func scatter<Element>(_ rows: [Element]) -> [Element] { scatter(rows, length: length) }

    /// The inverse of `gather` for rows of `newLength` elements instead, along the one chosen axis.
    func scatter<Element>(_ rows: [Element], length newLength: Int) -> [Element] {
        guard let order else { return rows }
        var dimensions = shape.dimensions
        if newLength != length, let axis = order.last { dimensions[axis] = newLength }
        var strides = [Int](repeating: 1, count: order.count)
        var stride = 1
        for axis in order.reversed() {
            strides[axis] = stride
            stride *= max(dimensions[axis], 1)
        }
        return StridedCopy(dimensions: dimensions, strides: strides, offset: 0).apply(rows)
    }
}
