// Table: a function of one number as a list of its values. The argument is rescaled to n bits,
// saturating, and names an entry.

/// What a Table node asks for, checked.
package struct IntegerTableForm: Sendable {
    /// The values, for arguments from −2^(n−1) on.
    package let table: [Int16]
    /// What makes arguments of inputs; its bounds are those of the arguments.
    package let rescaling: Rescaling

    /// Checks a call.
    package init(_ call: OperatorCall) throws(OperatorError) {
        guard let tensor = try call.attributes.tensor("table") else {
            throw .missingAttribute(name: "table")
        }
        guard let values = tensor.int16s, tensor.shape.rank == 1, (2...1 << 16) ~= values.count,
            values.count & (values.count - 1) == 0
        else {
            throw .wrongAttribute(
                name: "table", reason: "is \(tensor.type), not a power of two of int16")
        }
        table = values
        let half = Int64(values.count / 2)
        let read = try Rescaling(call, channels: 1, bound: 1 << 15)
        rescaling = Rescaling(
            multipliers: read.multipliers, shift: read.shift, minimum: -half, maximum: half - 1)
    }

    /// The entry for `x`.
    @inline(__always)
    package func value(_ x: Int16) -> Int16 {
        table[Int(rescaling.result(Int64(x))) + table.count / 2]
    }

    /// The entries for `x`.
    func values(_ x: [Int16]) -> [Int16] {
        let (multiplier, rounding) = (rescaling.multiplier(0), rescaling.rounding)
        let (half, table) = (table.count / 2, table)
        return x.map { table[Int(rounding.result(Int64($0) &* multiplier)) + half] }
    }
}

enum IntegerTableOperator: IntegerOperator {
    static let name = "aivm.integer.Table"
    static let attributeNames = ["multipliers", "shift", "table"]
    static let inputCount = 1...1
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let x = try call.type(0, of: .int16)
        _ = try IntegerTableForm(call)
        return [x]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements = work.elements.multipliedSaturating(4)
        // The table is looked at once.
        let entries = (try? call.attributes.tensor("table"))?.shape.elementCount ?? 0
        return work + Work(elements: UInt64(entries))
    }

    static func computation(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> @Sendable ([Tensor?]) -> Tensor {
        let form = try IntegerTableForm(call)
        return { inputs in
            let x = inputs.required(0).activations
            let results =
                kernels.variant == .scalar
                ? form.values(x)
                : kernels.entries(
                    x, of: form.table, multiplier: form.rescaling.multiplier(0),
                    form.rescaling.rounding)
            return Tensor(results, shape: inputs.required(0).shape)
        }
    }
}
