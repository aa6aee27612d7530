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
        let form = try IntegerMatMulForm(call)
        let (a, b) = (inputs.required(0).activations, inputs.required(1).activations)
        let (left, right) = (form.rows * form.terms, form.terms * form.columns)
        var results: [Int16] = []
        results.reserveCapacity(form.shape.elementCount)
        form.forEachPair { first, second in
            let x = Array(a[first * left..<(first + 1) * left])
            let y = Array(b[second * right..<(second + 1) * right])
            let sums =
                kernels.variant == .scalar
                ? reference(form, x, y)
                : kernels.sums(
                    rows: form.rows, x, terms: form.terms, y, columns: form.columns)
            for sum in sums { results.append(form.rescaling.result(sum)) }
        }
        return [Tensor(results, shape: form.shape)]
    }

    /// The sums of one pair: the definition.
    static func reference(_ form: IntegerMatMulForm, _ a: [Int16], _ b: [Int16]) -> [Int64] {
        var results: [Int64] = []
        for row in 0..<form.rows {
            for column in 0..<form.columns {
                var sum: Int64 = 0
                for term in 0..<form.terms {
                    sum +=
                        Int64(a[row * form.terms + term]) * Int64(b[term * form.columns + column])
                }
                results.append(sum)
            }
        }
        return results
    }
}
