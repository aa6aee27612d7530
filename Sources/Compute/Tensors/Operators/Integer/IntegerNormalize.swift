// Normalize: the core of LayerNorm and RMSNorm on integers, exact. For a row of n elements, with
// s₁ = Σ x (0 unless centred) and s₂ = Σ x²:
//
//     v = n · s₂ − s₁² + E
//     y² · v ≤ 2^(2k) < (y + 1)² · v
//     z = clamp(⌊((n · x − s₁) · y + h) / 2^s⌋)
//
// n ≤ 2^16: n · s₂ ≤ 2^62, so 1 ≤ v < 2^63 with E ≤ 2^61. Σ (n · x − s₁)² = n · (v − E) when
// centred, n² · s₂ = n · (v − E) when not: |n · x − s₁| · y ≤ √n · 2^k ≤ 2^54.

/// What a Normalize node asks for, checked.
package struct IntegerNormalizeForm: Sendable {
    /// n.
    package let length: Int
    /// Whether the mean is taken away first.
    package let isCentred: Bool
    /// E.
    package let epsilon: Int64
    /// k.
    package let fractionBits: Int
    /// What makes int16 of the products; its multiplier is 1.
    package let rescaling: Rescaling

    /// Checks a call.
    package init(_ call: OperatorCall) throws(OperatorError) {
        let shape = try call.type(0, of: .int16).shape
        guard let length = shape.dimensions.last else {
            throw .shapeMismatch(reason: "rows to normalise", shapes: [shape.dimensions])
        }
        try call.checkTerms(length)
        self.length = length
        isCentred = try call.attributes.flag("centred", default: true)
        let epsilon = try call.attributes.int("epsilon", default: 1)
        guard (1...1 << 61).contains(epsilon) else {
            throw .wrongAttribute(name: "epsilon", reason: "is \(epsilon)")
        }
        self.epsilon = Int64(epsilon)
        fractionBits = try call.attributes.int("fraction_bits")
        guard (1...46).contains(fractionBits) else {
            throw .wrongAttribute(name: "fraction_bits", reason: "is \(fractionBits)")
        }
        rescaling = try Rescaling(call, channels: 1, bound: 1 << 54)
    }

    /// s₁ and v of a row.
    package func moments(_ x: [Int16]) -> (sum: Int64, variance: Int64) {
        var (sum, squares): (Int64, Int64) = (0, 0)
        for value in x {
            sum += Int64(value)
            squares += Int64(value) * Int64(value)
        }
        if !isCentred { sum = 0 }
        return (sum, Int64(length) * squares - sum * sum + epsilon)
    }

    /// y for v = `variance`, which is at least 1: the largest with y² · v ≤ 2^(2k).
    package func inverseRoot(_ variance: Int64) -> Int64 {
        // y² ≤ ⌊2^(2k) / v⌋ says the same: y² is whole.
        let quotient = (UInt128(1) << UInt128(2 * fractionBits)) / UInt128(variance)
        return Int64(quotient.squareRootRoundedDown)
    }

    /// z of one row.
    package func row(_ x: [Int16]) -> [Int16] {
        let (sum, variance) = moments(x)
        let (factor, rounding, count) = (inverseRoot(variance), rescaling.rounding, Int64(length))
        return x.map { rounding.result((count &* Int64($0) &- sum) &* factor) }
    }
}

extension UInt128 {
    /// The largest integer whose square is at most the value; for values below 2^100.
    var squareRootRoundedDown: UInt128 {
        precondition(self >> 100 == 0, "the root has at most 50 bits")
        // The float root errs by less than 2; the integers decide.
        var root = UInt128(Double(self).squareRoot())
        while root * root > self { root -= 1 }
        while (root + 1) * (root + 1) <= self { root += 1 }
        return root
    }
}

enum IntegerNormalizeOperator: IntegerOperator {
    static let name = "aivm.integer.Normalize"
    static let attributeNames = [
        "centred", "epsilon", "fraction_bits", "maximum", "minimum", "shift",
    ]
    static let inputCount = 1...1
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let x = try call.type(0, of: .int16)
        _ = try IntegerNormalizeForm(call)
        return [x]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        guard let form = try? IntegerNormalizeForm(call) else { return work }
        let rows = work.elements / UInt64(max(form.length, 1))
        // A root of 92 bits takes some dozen divisions of 128 bits.
        work.elements = work.elements.multipliedSaturating(6)
        work.functions = rows.multipliedSaturating(16)
        return work
    }

    static func computation(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> @Sendable ([Tensor?]) -> Tensor {
        let form = try IntegerNormalizeForm(call)
        return { inputs in
            let input = inputs.required(0)
            if kernels.variant != .scalar, form.length > 0 {
                return Tensor(kernels.normalized(input.activations, form), shape: input.shape)
            }
            let results = input.activations.mappingRows(
                along: input.shape.rank - 1, of: input.shape
            ) { form.row($0) }
            return Tensor(results, shape: input.shape)
        }
    }
}
