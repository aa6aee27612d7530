// Softmax on integers, exact: the exponential is two table lookups and a product, the division has
// a remainder. For a row x, with m its largest element:
//
//     t = min(⌊((m − x) · M + h) / 2^s⌋, 2^(a+b) − 1) = u · 2^b + v
//     high[u] · low[v] + h_p = e · 2^p + r
//     e · 2^k = y · Σ e + rem,   0 ≤ rem < Σ e
//
// (m − x) · M < 2^16 · 2^23; products of entries are at most 2^32; Σ e ≤ 2^16 · 2^33. The largest
// element has t = 0, for which e is at least 1, so the sum is not 0.

/// What a Softmax node asks for, checked.
package struct IntegerSoftmaxForm: Sendable {
    /// The greatest table entry.
    static let largestEntry = 1 << 16

    /// The axis.
    package let axis: Int
    /// What makes arguments of differences: its `maximum` is 2^(a+b) − 1.
    package let argument: Rescaling
    /// Values for the upper limb.
    package let high: [Int32]
    /// Values for the lower limb.
    package let low: [Int32]
    /// p.
    package let productShift: Int
    /// k.
    package let fractionBits: Int

    /// Checks a call.
    package init(_ call: OperatorCall) throws(OperatorError) {
        let shape = try call.type(0, of: .int16).shape
        axis = try shape.axis(try call.attributes.int("axis", default: -1))
        try call.checkTerms(shape.dimensions[axis])
        high = try IntegerSoftmaxForm.table(call, "high")
        low = try IntegerSoftmaxForm.table(call, "low")
        let read = try Rescaling(call, channels: 1, bound: 1 << 16)
        argument = Rescaling(
            multipliers: read.multipliers, shift: read.shift, minimum: 0,
            maximum: Int64(high.count * low.count - 1))
        productShift = try call.attributes.int("product_shift", default: 0)
        fractionBits = try call.attributes.int("fraction_bits")
        guard (0...32).contains(productShift) else {
            throw .wrongAttribute(name: "product_shift", reason: "is \(productShift)")
        }
        guard (1...14).contains(fractionBits) else {
            throw .wrongAttribute(name: "fraction_bits", reason: "is \(fractionBits)")
        }
        guard exponential(0) >= 1 else {
            throw .wrongAttribute(name: "high", reason: "makes nothing of the largest element")
        }
    }

    private static func table(
        _ call: OperatorCall, _ name: String
    ) throws(OperatorError) -> [Int32] {
        guard let tensor = try call.attributes.tensor(name) else {
            throw .missingAttribute(name: name)
        }
        guard let values = tensor.int32s, tensor.shape.rank == 1, (2...4_096) ~= values.count,
            values.count & (values.count - 1) == 0,
            values.allSatisfy({ $0 >= 0 && $0 <= largestEntry })
        else {
            throw .wrongAttribute(
                name: name, reason: "is not a power of two of int32 from 0 to \(largestEntry)")
        }
        return values
    }

    /// t for the difference `difference` from the largest element, 0 to 65,535.
    @inline(__always)
    package func argument(ofDifference difference: Int64) -> Int64 {
        let quotient =
            (difference &* argument.multipliers[0] &+ argument.half) &>> Int64(argument.shift)
        return quotient > argument.maximum ? argument.maximum : quotient
    }

    /// e for the argument `argument`.
    @inline(__always)
    package func exponential(_ argument: Int64) -> Int64 {
        let (upper, lower) = Int(argument).quotientAndRemainder(dividingBy: low.count)
        let product = Int64(high[upper]) &* Int64(low[lower])
        return (product &+ Rescaling.half(productShift)) &>> Int64(productShift)
    }

    /// y of one row.
    package func row(_ x: [Int16]) -> [Int16] {
        guard let largest = x.max() else { return [] }
        let exponentials = x.map { value in
            exponential(argument(ofDifference: Int64(largest) &- Int64(value)))
        }
        let sum = exponentials.reduce(0, &+)
        let bits = Int64(fractionBits)
        // e ≤ Σ e, so y ≤ 2^k ≤ 2^14.
        return exponentials.map { Int16(truncatingIfNeeded: ($0 &<< bits) / sum) }
    }
}

enum IntegerSoftmaxOperator: IntegerOperator {
    static let name = "aivm.integer.Softmax"
    static let attributeNames = [
        "axis", "fraction_bits", "high", "low", "multipliers", "product_shift", "shift",
    ]
    static let inputCount = 1...1
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let x = try call.type(0, of: .int16)
        _ = try IntegerSoftmaxForm(call)
        return [x]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        guard let form = try? IntegerSoftmaxForm(call) else { return work }
        // A division takes as long as a dozen additions.
        work.elements = work.elements.multipliedSaturating(16)
        return work + Work(elements: UInt64(form.high.count + form.low.count))
    }

    static func computation(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> @Sendable ([Tensor?]) -> Tensor {
        let form = try IntegerSoftmaxForm(call)
        let shape = try call.type(0).shape
        let length = shape.dimensions[form.axis]
        let isContiguous = shape.elementCount(ofAxes: form.axis + 1..<shape.rank) == 1
        return { inputs in
            let input = inputs.required(0)
            if kernels.variant != .scalar, isContiguous, length > 0 {
                let results = kernels.softmax(input.activations, length: length, form)
                return Tensor(results, shape: input.shape)
            }
            let results = input.activations.mappingRows(along: form.axis, of: input.shape) {
                form.row($0)
            }
            return Tensor(results, shape: input.shape)
        }
    }
}

extension [Int16] {
    /// The elements of a tensor of `shape` after `body` has replaced each row along `axis` by one
    /// of the same length.
    func mappingRows(
        along axis: Int, of shape: Shape, _ body: ([Int16]) -> [Int16]
    ) -> [Int16] {
        let length = shape.dimensions[axis]
        guard !isEmpty, length > 0 else { return self }
        let inner = shape.elementCount(ofAxes: axis + 1..<shape.rank)
        var results = self
        for index in 0..<count / length {
            let start = index / inner * inner * length + index % inner
            if inner == 1 {
                let values = body(Array(self[start..<start + length]))
                results.replaceSubrange(start..<start + length, with: values)
            } else {
                let values = body((0..<length).map { self[start + $0 * inner] })
                for (position, value) in values.enumerated() {
                    results[start + position * inner] = value
                }
            }
        }
        return results
    }
}
