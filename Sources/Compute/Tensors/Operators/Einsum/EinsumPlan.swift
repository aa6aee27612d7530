// How an Einsum is worked out. Axes of extent 1 vanish; the other labels of an operand that nothing
// else carries are summed away; then the operands are joined from left to right, two at a time,
// each pair by one batch of matrix products over the labels that nothing needs any more. All of it
// is planned from the shapes, so that the cost is known and nothing large is made unawares.

/// The steps of an Einsum on operands of given shapes.
struct EinsumPlan {
    /// An operand before the first product: a view of the input, then a sum over some labels.
    struct Operand {
        /// Labels of the view in canonical order, the summed ones last.
        let labels: [Int]
        /// How many of them are summed, at the end.
        let summedCount: Int
        /// The view: strides in the input of each label.
        let strides: [Int]
    }

    /// The product of what there is so far with the next operand.
    struct Product {
        /// Labels of both that the result keeps; of the left alone; of the right alone; of both
        /// that are summed. Each ascending.
        let batch: [Int]
        let left: [Int]
        let right: [Int]
        let summed: [Int]

        /// Labels of the result in the order in which they lie.
        var result: [Int] { batch + left + right }
    }

    let operands: [Operand]
    let products: [Product]
    /// The labels of the result's axes, and its shape.
    let result: [Int]
    let shape: Shape
    /// The extent of each label.
    let extents: [Int]
    /// Multiply-adds and moved elements.
    private(set) var multiplyAdds: UInt64 = 0
    private(set) var movements: UInt64 = 0

    /// - Throws: `shapeMismatch` when axes of one label differ; `tooLarge` for a result beyond
    ///   `Shape`'s limits or a partial result of more than 16 times the elements of inputs and
    ///   output and 65,536.
    init(_ equation: EinsumEquation, _ shapes: [Shape]) throws(OperatorError) {
        var extents = [Int](repeating: 1, count: equation.labelCount)
        for (labels, shape) in zip(equation.operands, shapes) {
            for (label, extent) in zip(labels, shape.dimensions) where extent != 1 {
                guard extents[label] == 1 || extents[label] == extent else {
                    throw .shapeMismatch(
                        reason: "axes of one label have one extent",
                        shapes: shapes.map(\.dimensions))
                }
                extents[label] = extent
            }
        }
        self.extents = extents
        result = equation.result
        shape = try Shape(equation.result.map { extents[$0] })
        let carried = zip(equation.operands, shapes).map { labels, shape in
            EinsumPlan.carriedLabels(labels, shape)
        }
        var operands: [Operand] = []
        for (index, labels) in carried.enumerated() {
            let isNeeded = { (label: Int) in
                equation.result.contains(label)
                    || carried.indices.contains { $0 != index && carried[$0].contains(label) }
            }
            let summed = labels.filter { !isNeeded($0) }
            let order = labels.filter(isNeeded) + summed
            operands.append(
                Operand(
                    labels: order, summedCount: summed.count,
                    strides: order.map {
                        EinsumPlan.stride(of: $0, equation.operands[index], shapes[index])
                    }))
        }
        self.operands = operands
        var products: [Product] = []
        var current = operands.first.map { Array($0.labels.dropLast($0.summedCount)) } ?? []
        for (index, operand) in operands.enumerated().dropFirst() {
            let next = operand.labels.dropLast(operand.summedCount)
            let isKept = { (label: Int) in
                equation.result.contains(label)
                    || carried[(index + 1)...].contains { $0.contains(label) }
            }
            let shared = current.filter(next.contains).sorted()
            let product = Product(
                batch: shared.filter(isKept),
                left: current.filter { !next.contains($0) }.sorted(),
                right: next.filter { !current.contains($0) }.sorted(),
                summed: shared.filter { !isKept($0) })
            products.append(product)
            current = product.result
        }
        self.products = products
        try count(shapes)
    }

    /// The labels of axes whose extent is not 1, each once, ascending.
    private static func carriedLabels(_ labels: [Int], _ shape: Shape) -> [Int] {
        var carried: [Int] = []
        for (label, extent) in zip(labels, shape.dimensions).sorted(by: { $0.0 < $1.0 })
        where extent != 1 && carried.last != label {
            carried.append(label)
        }
        return carried
    }

    /// How far a step along `label` moves in an operand; the diagonal of a repeated label.
    private static func stride(of label: Int, _ labels: [Int], _ shape: Shape) -> Int {
        var stride = 0
        for (axis, step) in shape.strides.enumerated()
        where labels[axis] == label && shape.dimensions[axis] != 1 {
            stride += step
        }
        return stride
    }

    /// Adds up the cost and refuses partial results that are too large.
    private mutating func count(_ shapes: [Shape]) throws(OperatorError) {
        let given = shapes.reduce(shape.elementCount) { $0 + $1.elementCount }
        let limit = 16 * given + 65_536
        movements = UInt64(given)
        for operand in operands {
            let kept = Array(operand.labels.dropLast(operand.summedCount))
            movements += UInt64(try elementCount(kept, limit: limit))
        }
        for product in products {
            let size = try elementCount(product.result, limit: limit)
            let terms = try elementCount(product.summed, limit: Shape.maximumElementCount)
            multiplyAdds =
                (Work(multiplyAdds: multiplyAdds)
                + Work(multiplyAdds: UInt64(size).multipliedSaturating(max(terms, 1)))).multiplyAdds
            movements += UInt64(size)
        }
    }

    /// Elements over `labels`. As in `Shape`, the limit holds for the extents that are not 0, so
    /// that no product of some of them overflows.
    private func elementCount(_ labels: [Int], limit: Int) throws(OperatorError) -> Int {
        let wide = labels.map { extents[$0] }
        var count = 1
        for extent in wide where extent != 0 {
            let (next, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow, next <= limit else {
                throw .tooLarge(reason: "a partial result of more than \(limit) elements")
            }
            count = next
        }
        return wide.contains(0) ? 0 : count
    }
}
