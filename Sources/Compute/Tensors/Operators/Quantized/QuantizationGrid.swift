// Granularity: which scale and zero point belong to which element. One pair for the whole tensor,
// one for each index along an axis, or one for each block of neighbours along an axis.

/// Where the parameters of a quantised tensor's elements lie.
struct QuantizationGrid: Sendable {
    /// Elements of one index along the axis: the axes behind it.
    let inner: Int
    /// The extent of the axis; 1 with one pair for the whole tensor.
    let extent: Int
    /// Neighbours along the axis that share parameters.
    let blockSize: Int
    /// Blocks along the axis.
    let blockCount: Int
    /// Whether the axes beside the axis number parameters too, as with blocks they do.
    let isBlocked: Bool

    /// Reads the attributes `axis` and `block_size` and holds the shape of the scale against
    /// `shape`.
    ///
    /// - Throws: `shapeMismatch`; `axisOutOfRange`; `wrongAttribute`.
    init(_ call: OperatorCall, _ shape: Shape, scale: Shape) throws(OperatorError) {
        if call.opset < 13 { try call.refuse("axis") }
        if call.opset < 21 { try call.refuse("block_size") }
        let named = try call.attributes.int("axis", default: 1)
        let block = try call.attributes.int("block_size", default: 0)
        guard block >= 0 else {
            throw .wrongAttribute(name: "block_size", reason: "is \(block)")
        }
        let mismatch = OperatorError.shapeMismatch(
            reason: "the scale's shape is no granularity of the tensor",
            shapes: [shape.dimensions, scale.dimensions])
        guard block == 0 else {
            let axis = try shape.axis(named)
            guard scale.rank == shape.rank else { throw mismatch }
            let extent = shape.dimensions[axis]
            // Written so that it cannot overflow: both are below 2⁶³.
            blockCount = extent / block + (extent % block == 0 ? 0 : 1)
            var expected = shape.dimensions
            expected[axis] = blockCount
            guard expected == scale.dimensions else { throw mismatch }
            inner = shape.elementCount(ofAxes: axis + 1..<shape.rank)
            self.extent = extent
            blockSize = block
            isBlocked = true
            return
        }
        isBlocked = false
        blockSize = 1
        if scale.rank == 0 || (scale.dimensions == [1] && call.opset < 13) {
            (inner, extent, blockCount) = (shape.elementCount, 1, 1)
            return
        }
        guard scale.rank == 1 else { throw mismatch }
        if scale.elementCount == 1, shape.rank <= 1 || (try? shape.axis(named)) == nil {
            // Models write the scale of a whole tensor as a list of one, too.
            (inner, extent, blockCount) = (shape.elementCount, 1, 1)
            return
        }
        let axis = try shape.axis(shape.rank == 1 ? 0 : named)
        guard scale.elementCount == shape.dimensions[axis] || scale.elementCount == 1 else {
            throw mismatch
        }
        extent = scale.elementCount == 1 ? 1 : shape.dimensions[axis]
        inner =
            extent == 1 && scale.elementCount == 1
            ? shape.elementCount : shape.elementCount(ofAxes: axis + 1..<shape.rank)
        blockCount = extent
    }

    /// Calls `body` with each run of elements that share parameters, ascending, and the number of
    /// their parameters; with blocks a run is one element.
    func forEachRun(_ count: Int, _ body: (_ elements: Range<Int>, _ parameter: Int) -> Void) {
        guard count > 0, inner > 0, extent > 0 else { return }
        for row in 0..<count / inner {
            let index = row % extent
            let start = row * inner
            guard isBlocked else {
                body(start..<start + inner, index)
                continue
            }
            let first = ((row / extent) * blockCount + index / blockSize) * inner
            for offset in 0..<inner {
                body(start + offset..<start + offset + 1, first + offset)
            }
        }
    }
}
