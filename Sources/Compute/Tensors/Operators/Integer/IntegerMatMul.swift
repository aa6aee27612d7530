// MatMul: NumPy's matmul of two activations, rescaled: y = R(Σ over k of a(…, i, k) · b(…, k, j)).
// |Σ| ≤ K · 2^30.

/// The sizes and the rescaling of a MatMul of activations, checked.
package struct IntegerMatMulForm: Sendable {
    let geometry: IntegerProductGeometry
    /// What makes int16 of the sums.
    package let rescaling: Rescaling

    /// Rows of each left matrix.
    package var rows: Int { geometry.rows }
    /// Terms of each sum.
    package var terms: Int { geometry.inner }
    /// Columns of each right matrix.
    package var columns: Int { geometry.columns }
    /// The shape of the result.
    package var shape: Shape { geometry.shape }

    /// Checks a call.
    package init(_ call: OperatorCall) throws(OperatorError) {
        let a = try call.type(0, of: .int16).shape
        let b = try call.type(1, of: .int16).shape
        geometry = try IntegerProductGeometry(a, b)
        try call.checkTerms(geometry.inner)
        rescaling = try Rescaling(call, channels: 1, bound: geometry.inner << 30)
    }

    /// Calls `body` with the number of the left and the right matrix of each product, in order.
    package func forEachPair(_ body: (_ left: Int, _ right: Int) -> Void) {
        geometry.forEachPair(body)
    }
}

enum IntegerMatMulOperator: Operator {
    static let name = "aivm.integer.MatMul"
    static let attributeNames = Rescaling.attributeNames
    static let inputCount = 2...2
    static let outputCount = 1...1

    /// Products of fewer multiply-adds are not worth laying out for the kernels.
    private static let smallProduct = 1 << 15

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        [TensorType(.int16, try IntegerMatMulForm(call).shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        guard let form = try? IntegerMatMulForm(call) else { return work }
        // Four products of bytes, and both factors laid out anew for each pair.
        work.multiplyAdds = work.elements.multipliedSaturating(form.terms, 2)
        let pairs = UInt64(form.geometry.pairCount)
        return work + Work(elements: work.elements.multipliedSaturating(2))
            + Work(elements: pairs.multipliedSaturating(form.terms, form.rows, 2))
            + Work(elements: pairs.multipliedSaturating(form.terms, form.columns, 6))
            + Work(elements: pairs.multipliedSaturating(64))
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        [product(try IntegerMatMulForm(call), inputs, kernels)]
    }

    static func prepare(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> (any PreparedOperator)? {
        let form = try IntegerMatMulForm(call)
        return PreparedIntegerOperator(call: call) { product(form, $0, kernels) }
    }

    private static func product(
        _ form: IntegerMatMulForm, _ inputs: [Tensor?], _ kernels: Kernels
    ) -> Tensor {
        let (a, b) = (inputs.required(0).activations, inputs.required(1).activations)
        let (left, right) = (form.rows * form.terms, form.terms * form.columns)
        let (multiplier, rounding) = (form.rescaling.multiplier(0), form.rescaling.rounding)
        var results: [Int16] = []
        results.reserveCapacity(form.shape.elementCount)
        form.forEachPair { first, second in
            let x = a[first * left..<(first + 1) * left]
            let y = b[second * right..<(second + 1) * right]
            if kernels.variant == .scalar {
                for sum in reference(form, Array(x), Array(y)) {
                    results.append(rounding.result(sum &* multiplier))
                }
                return
            }
            let sums =
                x.count * form.columns < smallProduct
                ? kernels.smallSums(
                    rows: form.rows, x, terms: form.terms, y, columns: form.columns)
                : kernels.sums(
                    rows: form.rows, Array(x), terms: form.terms, Array(y), columns: form.columns)
            results += kernels.rescaled(sums, multiplier: multiplier, rounding)
        }
        return Tensor(results, shape: form.shape)
    }

    /// The sums of one pair: the definition.
    static func reference(_ form: IntegerMatMulForm, _ a: [Int16], _ b: [Int16]) -> [Int64] {
        let (terms, columns) = (form.terms, form.columns)
        var results = [Int64](repeating: 0, count: form.rows * columns)
        for row in 0..<form.rows {
            for term in 0..<terms {
                let factor = Int32(a[row * terms + term])
                for column in 0..<columns {
                    // |factor · b| ≤ 2^30; 2^16 terms of them fit 2^46.
                    results[row * columns + column] &+=
                        Int64(factor &* Int32(b[term * columns + column]))
                }
            }
        }
        return results
    }
}
