// float32 and float64 as one protocol, so that an operator that sums, multiplies and calls
// functions is written once. float32 goes to the kernels; float64 follows the same rules in Swift.
// Rules in Documentation/arithmetic.md, section 1.

import CKernels

/// A float type that operators compute in.
protocol FloatingElement: NumericElement, BinaryFloatingPoint {
    /// A right factor of `product`, laid out for speed.
    associatedtype Factor

    static var zero: Self { get }
    var isNaN: Bool { get }

    /// The only NaN that tensors hold.
    static var canonicalNaN: Self { get }
    /// `base` to the power `exponent`; Documentation/arithmetic.md, section 1.3.
    static func power(_ base: Self, _ exponent: Self) -> Self
    /// power(x, 3) for each element, faster.
    static func cubes(_ x: [Self], _ kernels: Kernels) -> [Self]
    /// op(x) for each element; see CKernels.h for the operations.
    static func unary(_ operation: Int, _ x: [Self], _ kernels: Kernels) -> [Self]
    /// a op b for each element of the broadcast of both.
    static func binary(
        _ operation: Int, _ a: [Self], _ b: [Self], _ plan: BroadcastPlan, _ kernels: Kernels
    ) -> [Self]
    /// x to the power y for each element.
    static func powers(_ x: [Self], _ y: Self) -> [Self]
    /// The sum of each row of `length` elements by the reduction rule.
    static func sums(
        ofRows x: [Self], length: Int, rowCount: Int, _ kernels: Kernels
    ) -> [Self]
    /// Softmax of each row of `length` elements.
    static func softmax(ofRows x: [Self], length: Int, _ kernels: Kernels) -> [Self]
    /// (x − mean) · 1/√(variance + ε) for each row of `length` elements, the row means and the
    /// inverse deviations. Without elements no rows.
    static func standardized(
        rows x: [Self], length: Int, epsilon: Float, _ kernels: Kernels
    ) -> (result: [Self], means: [Self], inverses: [Self])

    /// The rows × columns matrix that starts at `offset` in `values`, row-major or stored
    /// transposed, as a right factor of products of `leftRows` rows.
    static func factor(
        _ values: [Self], offset: Int, rows: Int, columns: Int, isTransposed: Bool, leftRows: Int
    ) -> Factor
    /// The product of the m × k matrix at `offset` in `a` with `b` (k × n). Dot rule.
    static func product(
        _ m: Int, _ n: Int, _ k: Int, _ a: [Self], offset: Int, _ b: Factor, _ kernels: Kernels
    ) -> [Self]
}

extension FloatingElement {
    /// CKernels' elementary function number `operation` of each of `values`.
    static func function(
        _ operation: Int32, of values: [Self], using kernels: Kernels
    ) -> [Self] {
        unary(Int(operation), values, kernels)
    }

    /// a op b for arrays of one length.
    static func binary(
        _ operation: Int, _ a: [Self], _ b: [Self], _ kernels: Kernels
    ) -> [Self] {
        binary(operation, a, b, BroadcastPlan(rows: 1, length: a.count, .whole), kernels)
    }

    /// a op b for a matrix and a vector that is repeated as `side` says.
    static func binary(
        _ operation: Int, rows: Int, length: Int, _ a: [Self], _ b: [Self],
        _ side: BroadcastPlan.Side, _ kernels: Kernels
    ) -> [Self] {
        binary(operation, a, b, BroadcastPlan(rows: rows, length: length, side), kernels)
    }

    /// a op b for an array and a number.
    static func binary(_ operation: Int, _ a: [Self], _ b: Self, _ kernels: Kernels) -> [Self] {
        binary(
            operation, a, [b], BroadcastPlan(rows: 1, length: a.count, .oneForEachRow), kernels)
    }
}

extension Float: FloatingElement {
    static func unary(_ operation: Int, _ x: [Float], _ kernels: Kernels) -> [Float] {
        kernels.unary(Int32(operation), x)
    }

    static func binary(
        _ operation: Int, _ a: [Float], _ b: [Float], _ plan: BroadcastPlan, _ kernels: Kernels
    ) -> [Float] {
        kernels.binary(Int32(operation), a, b, plan)
    }

    static func powers(_ x: [Float], _ y: Float) -> [Float] {
        x.map { aivm_power($0, y) }
    }

    static func sums(
        ofRows x: [Float], length: Int, rowCount: Int, _ kernels: Kernels
    ) -> [Float] {
        kernels.sums(ofRows: x, length: length, rowCount: rowCount)
    }

    static func softmax(ofRows x: [Float], length: Int, _ kernels: Kernels) -> [Float] {
        kernels.softmax(ofRows: x, length: length)
    }

    static func standardized(
        rows x: [Float], length: Int, epsilon: Float, _ kernels: Kernels
    ) -> (result: [Float], means: [Float], inverses: [Float]) {
        // A scale of 1 changes no bit.
        kernels.layerNormalization(
            ofRows: x, epsilon: epsilon, scale: [Float](repeating: 1, count: length), bias: nil)
    }

    static func factor(
        _ values: [Float], offset: Int, rows: Int, columns: Int, isTransposed: Bool, leftRows: Int
    ) -> RightFactor {
        // Packing costs as much as a product of a few rows, and pays from many on.
        guard isTransposed || leftRows >= 32 else { return .plain(values: values, offset: offset) }
        return .packed(
            PackedMatrix(
                values, offset: offset, rows: rows, columns: columns, isTransposed: isTransposed))
    }

    static func product(
        _ m: Int, _ n: Int, _ k: Int, _ a: [Float], offset: Int, _ b: RightFactor,
        _ kernels: Kernels
    ) -> [Float] {
        Kernels.floats(m * n) {
            kernels.product(m, n, k, PlainMatrix(values: a, offset: offset), b, into: $0)
        }
    }
}

extension Double: FloatingElement {
    /// A matrix as it lies: element (i, j) at `offset` + i · `rowStep` + j · `columnStep`.
    struct Factor {
        let values: [Double]
        let offset: Int
        let rowStep: Int
        let columnStep: Int
    }

    static func unary(_ operation: Int, _ x: [Double], _ kernels: Kernels) -> [Double] {
        kernels.unary64(Int32(operation), x)
    }

    static func binary(
        _ operation: Int, _ a: [Double], _ b: [Double], _ plan: BroadcastPlan, _ kernels: Kernels
    ) -> [Double] {
        switch operation {
        case AIVM_ADD: plan.map(a, b) { $0 + $1 }
        case AIVM_SUBTRACT: plan.map(a, b) { $0 - $1 }
        case AIVM_MULTIPLY: plan.map(a, b) { $0 * $1 }
        case AIVM_DIVIDE: plan.map(a, b) { $0 / $1 }
        default: plan.map(a, b) { $0.maximum($1) }
        }
    }

    static func powers(_ x: [Double], _ y: Double) -> [Double] {
        x.map { aivm_power64($0, y) }
    }

    static func sums(
        ofRows x: [Double], length: Int, rowCount: Int, _ kernels: Kernels
    ) -> [Double] {
        (0..<rowCount).map { x.laneSum($0 * length..<($0 + 1) * length) }
    }

    static func softmax(ofRows x: [Double], length: Int, _ kernels: Kernels) -> [Double] {
        guard length > 0 else { return [] }
        let rowCount = x.count / length
        let maxima = (0..<rowCount).map { row in
            x[row * length..<(row + 1) * length].reduce(-.infinity) { $0.maximum($1) }
        }
        let shifted = binary(
            AIVM_SUBTRACT, rows: rowCount, length: length, x, maxima, .oneForEachRow, kernels
        )
        let powers = unary(AIVM_EXPONENTIAL, shifted, kernels)
        return binary(
            AIVM_DIVIDE, rows: rowCount, length: length, powers,
            sums(ofRows: powers, length: length, rowCount: rowCount, kernels), .oneForEachRow,
            kernels)
    }

    static func standardized(
        rows x: [Double], length: Int, epsilon: Float, _ kernels: Kernels
    ) -> (result: [Double], means: [Double], inverses: [Double]) {
        guard length > 0 else { return ([], [], []) }
        let rowCount = x.count / length
        let count = Double(length)
        let means = sums(ofRows: x, length: length, rowCount: rowCount, kernels).map { $0 / count }
        let centred = binary(
            AIVM_SUBTRACT, rows: rowCount, length: length, x, means, .oneForEachRow, kernels)
        let squares = centred.map { $0 * $0 }
        let inverses = sums(ofRows: squares, length: length, rowCount: rowCount, kernels)
            .map { 1 / ($0 / count + Double(epsilon)).squareRoot() }
        let result = binary(
            AIVM_MULTIPLY, rows: rowCount, length: length, centred, inverses,
            .oneForEachRow, kernels)
        return (result, means, inverses)
    }

    static func factor(
        _ values: [Double], offset: Int, rows: Int, columns: Int, isTransposed: Bool, leftRows: Int
    ) -> Factor {
        Factor(
            values: values, offset: offset, rowStep: isTransposed ? 1 : columns,
            columnStep: isTransposed ? rows : 1)
    }

    static func product(
        _ m: Int, _ n: Int, _ k: Int, _ a: [Double], offset: Int, _ b: Factor, _ kernels: Kernels
    ) -> [Double] {
        var result: [Double] = []
        result.reserveCapacity(m * n)
        for row in 0..<m {
            for column in 0..<n {
                let left = offset + row * k
                let right = b.offset + column * b.columnStep
                var total = 0.0
                for block in stride(from: 0, to: k, by: AIVM_BLOCK_TERMS) {
                    var chain = 0.0
                    for term in block..<min(block + AIVM_BLOCK_TERMS, k) {
                        chain = chain.addingProduct(
                            a[left + term], b.values[right + term * b.rowStep])
                    }
                    total = block == 0 ? chain : total + chain
                }
                result.append(total)
            }
        }
        return result
    }
}

extension Array where Element: NumericElement {
    /// The sum of the elements of `range` by the reduction rule.
    func laneSum(_ range: Range<Int>) -> Element {
        var lanes = [Element](repeating: .zero, count: 16)
        for (position, index) in range.enumerated() {
            lanes[position & 15] = lanes[position & 15].adding(self[index])
        }
        for distance in [8, 4, 2, 1] {
            for lane in 0..<distance { lanes[lane] = lanes[lane].adding(lanes[lane + distance]) }
        }
        return lanes[0]
    }
}

/// Something to do for whichever float type a tensor has.
protocol FloatingRule {
    associatedtype Result
    /// The result for elements of type `Element`.
    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> Result
}

extension ElementType {
    /// `rule` for the type that floats of this type are computed in: float64 for float64, float32
    /// for everything else.
    func computing<Rule: FloatingRule>(_ rule: Rule) throws(OperatorError) -> Rule.Result {
        self == .float64 ? try rule.apply(Double.self) : try rule.apply(Float.self)
    }
}

extension FloatingElement {
    /// The elements of `tensor` converted to this type as Cast does.
    static func converting(_ tensor: Tensor) throws(OperatorError) -> [Self] {
        guard let values = values(of: try tensor.cast(to: element)) else {
            throw .wrongInputType(index: 0)
        }
        return values
    }
}
