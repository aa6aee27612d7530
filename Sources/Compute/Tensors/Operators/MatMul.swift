// MatMul, by the dot rule of Gemm. Its factors may lie transposed in memory and its result may be
// wanted so: then the kernel steps through them in another order, and the Transpose nodes around a
// product, four for each attention of a transformer, cost nothing. ONNX MatMul 1 to 22.

/// The product of matrices in the last two axes, broadcast over the others; a vector on the left is
/// a row, on the right a column, and its axis vanishes from the result.
enum MatMulOperator: PackingOperator {
    static let name = "MatMul"
    static let attributeNames: [String] = []
    static let inputCount = 2...2
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let element = try call.factorElement()
        return [TensorType(element, try MatMulSizes(call).shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        let inner = call.inputTypes.first??.shape.dimensions.last ?? 0
        work.multiplyAdds = work.elements.multipliedSaturating(inner)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        guard try call.factorElement() == .float32 else {
            return [try AnyMatMul(call, inputs).result()]
        }
        return try PreparedMatMul(call, kernels: kernels).compute(inputs)
    }

    static func packing(_ call: OperatorCall) throws(OperatorError) -> PackedInput? {
        guard try call.factorElement() == .float32 else { return nil }
        let sizes = try MatMulSizes(call)
        return PackedInput(
            index: 1, form: MatrixForm(rows: sizes.k, columns: sizes.n, count: sizes.rightCount))
    }

    static func prepare(
        _ call: OperatorCall, packed: PackedMatrix?, using kernels: Kernels
    ) throws(OperatorError) -> (any PreparedOperator)? {
        guard try call.factorElement() == .float32 else { return nil }
        return try PreparedMatMul(call, kernels: kernels, packed: packed)
    }
}

/// The sizes of a MatMul, checked.
struct MatMulSizes {
    let shape: Shape
    let m: Int
    let n: Int
    let k: Int
    /// Matrices on the right.
    let rightCount: Int
    /// Whether several matrices on the left are taken as one.
    let joinsRows: Bool
    /// The matrices of each product: index into the left and the right batch.
    let pairs: [(left: Int, right: Int)]

    init(_ call: OperatorCall) throws(OperatorError) {
        let a = try call.type(0).shape
        let b = try call.type(1).shape
        let mismatch = OperatorError.shapeMismatch(
            reason: "the factors do not fit", shapes: [a.dimensions, b.dimensions])
        guard a.rank >= 1, b.rank >= 1 else { throw mismatch }
        let left = a.rank == 1 ? [1] + a.dimensions : a.dimensions
        let right = b.rank == 1 ? b.dimensions + [1] : b.dimensions
        k = left[left.count - 1]
        n = right[right.count - 1]
        guard right[right.count - 2] == k else { throw mismatch }
        let leftBatch = try Shape(Array(left.dropLast(2)))
        let rightBatch = try Shape(Array(right.dropLast(2)))
        let batch = try Shape.broadcast(leftBatch, rightBatch)
        var dimensions = batch.dimensions
        if a.rank > 1 { dimensions.append(left[left.count - 2]) }
        if b.rank > 1 { dimensions.append(n) }
        shape = try Shape(dimensions)
        if rightBatch.elementCount == 1, batch.elementCount == leftBatch.elementCount {
            // One right factor for the whole batch: all rows form one matrix.
            m = leftBatch.elementCount * left[left.count - 2]
            pairs = [(0, 0)]
            joinsRows = leftBatch.elementCount != 1
        } else if shape.elementCount == 0 {
            m = 0
            pairs = []
            joinsRows = false
        } else {
            m = left[left.count - 2]
            joinsRows = false
            pairs = MatMulSizes.pairs(leftBatch, rightBatch, batch)
        }
        rightCount = rightBatch.elementCount
    }

    private static func pairs(
        _ left: Shape, _ right: Shape, _ batch: Shape
    ) -> [(left: Int, right: Int)] {
        let plan = BroadcastPlan(left, right, output: batch)
        var pairs: [(left: Int, right: Int)] = []
        pairs.reserveCapacity(batch.elementCount)
        plan.forEachRun { leftStart, rightStart, _ in
            for index in 0..<plan.runLength {
                pairs.append(
                    (leftStart + index * plan.leftStep, rightStart + index * plan.rightStep))
            }
        }
        return pairs
    }
}
