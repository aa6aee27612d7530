// MatMulInteger and QLinearMatMul: NumPy's matmul of 8-bit integers. The sums are exact in 32 bits
// (`IntegerProduct.swift`). QLinearMatMul then requantises: multiplier (i, j) = (scale of row i ·
// scale of column j) / scale of the result, each operation rounded to float32, and y = saturate(
// round(float32(sum) · multiplier) + zero point). ONNX MatMulInteger 10, QLinearMatMul 10 to 21.

/// The shapes of a product of two stacks of matrices, checked.
struct IntegerProductGeometry {
    let rows: Int
    let inner: Int
    let columns: Int
    let shape: Shape
    private let plan: BroadcastPlan

    init(_ a: Shape, _ b: Shape) throws(OperatorError) {
        let mismatch = OperatorError.shapeMismatch(
            reason: "the factors do not fit", shapes: [a.dimensions, b.dimensions])
        guard a.rank >= 1, b.rank >= 1 else { throw mismatch }
        let left = a.rank == 1 ? [1] + a.dimensions : a.dimensions
        let right = b.rank == 1 ? b.dimensions + [1] : b.dimensions
        rows = left[left.count - 2]
        inner = left[left.count - 1]
        columns = right[right.count - 1]
        guard right[right.count - 2] == inner else { throw mismatch }
        let leftBatch = try Shape(Array(left.dropLast(2)))
        let rightBatch = try Shape(Array(right.dropLast(2)))
        let batch = try Shape.broadcast(leftBatch, rightBatch)
        var dimensions = batch.dimensions
        if a.rank > 1 { dimensions.append(rows) }
        if b.rank > 1 { dimensions.append(columns) }
        shape = try Shape(dimensions)
        plan = BroadcastPlan(leftBatch, rightBatch, output: batch)
    }

    /// How many products there are.
    var pairCount: Int { shape.elementCount == 0 ? 0 : plan.outputCount }

    /// Calls `body` with the index into the left and the right stack of each product, in order.
    func forEachPair(_ body: (_ left: Int, _ right: Int) -> Void) {
        guard pairCount > 0 else { return }
        plan.forEachRun { left, right, _ in
            for index in 0..<plan.runLength {
                body(left + index * plan.leftStep, right + index * plan.rightStep)
            }
        }
    }
}

/// Which parameter (zero point or scale) belongs to which row of a left factor or column of a right
/// one: one for all, one for each line of every matrix, or one for each line of each matrix.
struct LineParameters {
    private let lines: Int
    private let isSingle: Bool
    private let isPerMatrix: Bool

    /// - Throws: `shapeMismatch` when `shape` is none of these for a stack of matrices `matrix`.
    init(_ shape: Shape, of matrix: Shape, isLeft: Bool) throws(OperatorError) {
        let dimensions = matrix.dimensions
        let axis = isLeft ? dimensions.count - 2 : dimensions.count - 1
        lines = axis < 0 || (dimensions.count == 1 && !isLeft) ? 1 : dimensions[axis]
        isSingle = shape.elementCount == 1 && shape.rank <= max(matrix.rank, 1)
        var expected = dimensions
        if dimensions.count >= 2 { expected[isLeft ? axis + 1 : axis - 1] = 1 }
        isPerMatrix = dimensions.count >= 2 && shape.rank >= 2 && shape.dimensions == expected
        guard isSingle || isPerMatrix || shape.dimensions == [lines] else {
            throw .shapeMismatch(
                reason: "one parameter, or one for each row of a or column of b",
                shapes: [dimensions, shape.dimensions])
        }
    }

    /// The parameters of all lines of matrix `index` of the stack.
    func values<Element>(_ all: [Element], matrix index: Int) -> [Element] {
        if isSingle { return [Element](repeating: all[0], count: lines) }
        let start = isPerMatrix ? index * lines : 0
        return Array(all[start..<start + lines])
    }
}

/// Two stacks of matrices and their zero points.
struct IntegerFactors {
    let geometry: IntegerProductGeometry
    private let a: Shape
    private let b: Shape
    private let leftZeros: LineParameters?
    private let rightZeros: LineParameters?

    /// `inputs` are the indices of a, its zero point, b, its zero point.
    init(
        _ call: OperatorCall, _ inputs: (a: Int, aZero: Int, b: Int, bZero: Int)
    ) throws(OperatorError) {
        let left = try call.type(inputs.a, of: .int8, .uint8)
        let right = try call.type(inputs.b, of: .int8, .uint8)
        a = left.shape
        b = right.shape
        geometry = try IntegerProductGeometry(a, b)
        leftZeros = try IntegerFactors.zeros(call, inputs.aZero, of: left, isLeft: true)
        rightZeros = try IntegerFactors.zeros(call, inputs.bZero, of: right, isLeft: false)
    }

    private static func zeros(
        _ call: OperatorCall, _ index: Int, of matrix: TensorType, isLeft: Bool
    ) throws(OperatorError) -> LineParameters? {
        guard call.hasInput(index) else { return nil }
        let type = try call.type(index, of: matrix.element)
        return try LineParameters(type.shape, of: matrix.shape, isLeft: isLeft)
    }

    /// The sums of every pair, one after another.
    func sums(_ a: Tensor, _ aZero: Tensor?, _ b: Tensor, _ bZero: Tensor?) -> [Int32] {
        let (rows, inner, columns) = (geometry.rows, geometry.inner, geometry.columns)
        let leftBytes = a.littleEndianBytes
        let rightBytes = b.littleEndianBytes
        let allLeft = aZero?.zeroPoints ?? []
        let allRight = bZero?.zeroPoints ?? []
        var results: [Int32] = []
        results.reserveCapacity(geometry.shape.elementCount)
        geometry.forEachPair { leftIndex, rightIndex in
            let left = QuantizedMatrix(
                bytes: leftBytes, isSigned: a.type.element == .int8,
                offset: leftIndex * rows * inner, rows: rows, columns: inner,
                zeros: leftZeros?.values(allLeft, matrix: leftIndex)
                    ?? [Int16](repeating: 0, count: rows))
            let right = QuantizedMatrix(
                bytes: rightBytes, isSigned: b.type.element == .int8,
                offset: rightIndex * inner * columns, rows: inner, columns: columns,
                zeros: rightZeros?.values(allRight, matrix: rightIndex)
                    ?? [Int16](repeating: 0, count: columns))
            results += IntegerProduct.sums(left, right)
        }
        return results
    }

    /// The cost of the sums.
    func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.multiplyAdds = work.elements.multipliedSaturating(geometry.inner)
        // Each pair subtracts zero points from both factors, in memory of its own.
        let pairs = UInt64(geometry.pairCount)
        let right = pairs.multipliedSaturating(geometry.inner, geometry.columns)
        let left = pairs.multipliedSaturating(geometry.inner, geometry.rows)
        let setUp = pairs.multipliedSaturating(64)
        return work + Work(elements: left) + Work(elements: right) + Work(elements: setUp)
    }
}

enum MatMulIntegerOperator: Operator {
    static let name = "MatMulInteger"
    static let opsets = 10...OperatorRegistry.latestOpset
    static let attributeNames: [String] = []
    static let inputCount = 2...4
    static let outputCount = 1...1

    private static func factors(_ call: OperatorCall) throws(OperatorError) -> IntegerFactors {
        try IntegerFactors(call, (a: 0, aZero: 2, b: 1, bZero: 3))
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        [TensorType(.int32, try factors(call).geometry.shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        (try? factors(call))?.work(call, outputs: outputs) ?? call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let factors = try factors(call)
        let sums = factors.sums(
            inputs.required(0), inputs.optional(2), inputs.required(1), inputs.optional(3))
        return [Tensor(sums, shape: factors.geometry.shape)]
    }
}

enum QLinearMatMulOperator: Operator {
    static let name = "QLinearMatMul"
    static let opsets = 10...OperatorRegistry.latestOpset
    static let attributeNames: [String] = []
    static let inputCount = 8...8
    static let outputCount = 1...1

    private static func factors(_ call: OperatorCall) throws(OperatorError) -> IntegerFactors {
        try IntegerFactors(call, (a: 0, aZero: 2, b: 3, bZero: 5))
    }

    private static func scales(
        _ call: OperatorCall
    ) throws(OperatorError) -> (left: LineParameters, right: LineParameters) {
        let left = try call.type(1, of: .float32).shape
        let right = try call.type(4, of: .float32).shape
        return (
            try LineParameters(left, of: try call.type(0).shape, isLeft: true),
            try LineParameters(right, of: try call.type(3).shape, isLeft: false)
        )
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let factors = try factors(call)
        _ = try scales(call)
        let scale = try call.type(6, of: .float32).shape
        let zero = try call.type(7, of: .int8, .uint8)
        guard scale.elementCount == 1, zero.shape.elementCount == 1 else {
            throw .shapeMismatch(
                reason: "the result has one scale and one zero point",
                shapes: [scale.dimensions, zero.shape.dimensions])
        }
        return [TensorType(zero.element, factors.geometry.shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        let work = (try? factors(call))?.work(call, outputs: outputs)
        return work.map { $0 + Work(elements: $0.elements) } ?? call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let factors = try factors(call)
        let geometry = factors.geometry
        let scales = try scales(call)
        let sums = factors.sums(
            inputs.required(0), inputs.required(2), inputs.required(3), inputs.required(5))
        let allLeft = inputs.required(1).floats
        let allRight = inputs.required(4).floats
        let result = inputs.required(6).floats[0]
        var multipliers: [Float] = []
        multipliers.reserveCapacity(sums.count)
        geometry.forEachPair { leftIndex, rightIndex in
            let left = scales.left.values(allLeft, matrix: leftIndex)
            let right = scales.right.values(allRight, matrix: rightIndex)
            for scale in left { multipliers += right.map { scale * $0 / result } }
        }
        let rule = RequantizationRule(
            sums: sums, multiplier: { multipliers[$0] }, zero: inputs.required(7),
            shape: geometry.shape)
        guard let tensor = try rule.zero.type.element.applying(rule) else {
            throw .wrongInputType(index: 7)
        }
        return [tensor]
    }
}
