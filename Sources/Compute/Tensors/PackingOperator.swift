// Operators that keep a constant factor only packed. Whoever prepares them may pack it before,
// piece by piece, and spare its decoded form.

/// An input that an operator packs.
package struct PackedInput: Sendable {
    /// Its position.
    package let index: Int
    /// How matrices lie in it.
    package let form: MatrixForm

    /// The input at `index`, in `form`; `nil` when packing does not pay.
    init?(index: Int, form: MatrixForm) {
        guard form.isWorthPacking else { return nil }
        self.index = index
        self.form = form
    }
}

/// An operator that packs a float32 input where it is constant.
package protocol PackingOperator: Operator {
    /// The input that is packed where it is constant, and its form; `nil` when the call packs none.
    /// The call must have passed `validatedOutputTypes`.
    static func packing(_ call: OperatorCall) throws(OperatorError) -> PackedInput?

    /// `prepare`, with that input packed; its constant is not looked at.
    static func prepare(
        _ call: OperatorCall, packed: PackedMatrix?, using kernels: Kernels
    ) throws(OperatorError) -> (any PreparedOperator)?
}

extension PackingOperator {
    package static func prepare(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> (any PreparedOperator)? {
        let input = try packing(call)
        let packed = input.flatMap { input in
            call.constants[input.index].map { PackedMatrix($0.floats, input.form) }
        }
        return try prepare(call, packed: packed, using: kernels)
    }

    /// `prepared`, with its input packed.
    ///
    /// - Throws: what `validatedOutputTypes` throws.
    package static func prepared(
        _ call: OperatorCall, packed: PackedMatrix, using kernels: Kernels
    ) throws(OperatorError) -> (any PreparedOperator)? {
        _ = try validatedOutputTypes(call)
        return try prepare(call, packed: packed, using: kernels)
    }
}
