// Linear: y(…, n) = R(Σ over k of x(…, k) · w(k, n) + b(n)) for int8 weights w [K, N] and an int32
// bias. |Σ + b| ≤ K · 2^15 · 2^7 + 2^31.

/// The sizes and the rescaling of a Linear, checked.
package struct IntegerLinearForm: Sendable {
    /// Rows of the activations.
    package let rows: Int
    /// K.
    package let terms: Int
    /// N.
    package let columns: Int
    /// The shape of the result.
    package let shape: Shape
    /// What makes int16 of the sums.
    package let rescaling: Rescaling

    /// Checks a call.
    package init(_ call: OperatorCall) throws(OperatorError) {
        let x = try call.type(0, of: .int16).shape
        let w = try call.type(1, of: .int8).shape
        guard x.rank >= 1, w.rank == 2, x.dimensions.last == w.dimensions[0] else {
            throw .shapeMismatch(
                reason: "the weights do not fit the activations",
                shapes: [x.dimensions, w.dimensions])
        }
        terms = w.dimensions[0]
        columns = w.dimensions[1]
        rows = x.elementCount(ofAxes: 0..<x.rank - 1)
        shape = try Shape(x.dimensions.dropLast() + [columns])
        try call.checkTerms(terms)
        try call.checkVector(2, count: columns)
        rescaling = try Rescaling(call, channels: columns, bound: terms << 22 + 1 << 31)
    }
}

enum IntegerLinearOperator: Operator {
    static let name = "aivm.integer.Linear"
    static let attributeNames = Rescaling.attributeNames
    static let inputCount = 2...3
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        [TensorType(.int16, try IntegerLinearForm(call).shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        let terms = call.optionalType(1)?.shape.dimensions.first ?? 0
        work.multiplyAdds = work.elements.multipliedSaturating(terms)
        let halves = UInt64(call.optionalType(0)?.shape.elementCount ?? 0)
        return work + Work(elements: work.elements) + Work(elements: halves)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let form = try IntegerLinearForm(call)
        // An extent beside one of 0 may be anything.
        guard form.shape.elementCount > 0 else { return [Tensor([Int16](), shape: form.shape)] }
        guard kernels.variant == .scalar else {
            let prepared = PreparedIntegerLinear(
                call: call, form: form, weights: inputs.required(1), kernels: kernels)
            return [prepared.result(inputs.required(0), bias: inputs.optional(2))]
        }
        return [
            reference(form, inputs.required(0), inputs.required(1), bias: inputs.optional(2))
        ]
    }

    /// The definition.
    static func reference(
        _ form: IntegerLinearForm, _ input: Tensor, _ weights: Tensor, bias: Tensor?
    ) -> Tensor {
        let x = input.activations
        let w = weights.weights
        let bias = bias?.integers
        var results: [Int16] = []
        results.reserveCapacity(form.shape.elementCount)
        for row in 0..<form.rows {
            var sums = [Int64](repeating: 0, count: form.columns)
            for term in 0..<form.terms {
                let factor = Int64(x[row * form.terms + term])
                for column in 0..<form.columns {
                    sums[column] += factor * Int64(w[term * form.columns + column])
                }
            }
            for column in 0..<form.columns {
                let sum = sums[column] + Int64(bias?[column] ?? 0)
                results.append(form.rescaling.result(sum, channel: column))
            }
        }
        return Tensor(results, shape: form.shape)
    }

    static func prepare(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> (any PreparedOperator)? {
        let form = try IntegerLinearForm(call)
        guard kernels.variant != .scalar, form.shape.elementCount > 0,
            let weights = call.constants[1]
        else { return nil }
        return PreparedIntegerLinear(
            call: call, form: form, weights: weights, kernels: kernels)
    }
}

/// A Linear whose weights are packed.
struct PreparedIntegerLinear: SingleInputOperator {
    private let call: OperatorCall
    private let form: IntegerLinearForm
    /// Products of fewer rows wait for the weights, which bytes hold in half the memory.
    private static let mixedRows = 8

    /// One of the two.
    private let packed: PackedByteMatrix?
    private let mixed: PackedMixedMatrix?
    private let multipliers: [Int64]
    /// The biases; `nil` when only a run tells them.
    private let addends: [Int64]?
    private let zeros: ZeroPoints
    private let kernels: Kernels
    var packedInputs: [Int] { call.hasInput(2) && addends != nil ? [1, 2] : [1] }
    var packedByteCount: Int {
        (packed?.byteCount ?? 0) + (mixed?.byteCount ?? 0) + multipliers.count * 16 + form.rows * 8
    }

    init(call: OperatorCall, form: IntegerLinearForm, weights: Tensor, kernels: Kernels) {
        self.call = call.dropping([1, 2].filter { $0 < call.constants.count })
        self.form = form
        self.kernels = kernels
        if kernels.prefersMixedProducts, form.rows >= PreparedIntegerLinear.mixedRows,
            form.terms > 0
        {
            mixed = PackedMixedMatrix(
                weights.weights, rows: form.terms, columns: form.columns, form.rescaling)
            packed = nil
        } else {
            mixed = nil
            packed = PackedByteMatrix(
                .signed(weights.weights), rows: form.terms, columns: form.columns)
        }
        multipliers = (0..<form.columns).map { form.rescaling.multiplier($0) }
        addends = call.addends(of: 2, count: form.columns)
        zeros = WideNumbers.zeros(rows: form.rows)
    }

    var readsFirstInputOnly: Bool { addends != nil }

    func output(of input: Tensor) -> Tensor { result(input, bias: nil) }

    func evaluate(_ inputs: [Tensor?]) throws(OperatorError) -> [Tensor] {
        try call.checkTypes(of: inputs, packed: packedInputs)
        return [result(inputs.required(0), bias: inputs.optional(2))]
    }

    func result(_ input: Tensor, bias: Tensor?) -> Tensor {
        let addends = self.addends ?? bias?.integers.map { Int64($0) } ?? []
        if let mixed {
            let results = mixed.product(
                input.activations, count: form.rows, addends: addends, multipliers: multipliers,
                using: kernels)
            return Tensor(results, shape: form.shape)
        }
        guard let packed else { preconditionFailure("the weights are packed one way or the other") }
        if kernels.prefersMixedProducts {
            let results = kernels.thinProduct(
                input.activations, rows: form.rows, packed, addends: addends,
                multipliers: multipliers, form.rescaling.rounding)
            return Tensor(results, shape: form.shape)
        }
        let sums = kernels.product(
            2 * form.rows, .signed(kernels.halves(input.activations)), zeros: zeros, packed)
        let results = kernels.rescaled(
            sums, rows: form.rows, columns: form.columns, addends: addends[...],
            multipliers: multipliers[...], form.rescaling.rounding)
        return Tensor(results, shape: form.shape)
    }
}
