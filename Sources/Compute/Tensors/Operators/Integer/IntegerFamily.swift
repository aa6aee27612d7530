// The operators of the integer profile (Documentation/integer-profile.md): total functions from
// int16 activations and int8 weights to int16 activations, with sums of 64 bits that cannot wrap.
// Each file holds the definition of its operator as a plain loop, which the scalar kernels run, and
// where that pays a faster way to the same numbers.

/// The operators of the integer profile.
enum IntegerFamily {
    static let operators: [any Operator.Type] = [
        IntegerAddOperator.self,
        IntegerAveragePoolOperator.self,
        IntegerConvOperator.self,
        IntegerDequantizeOperator.self,
        IntegerGatherOperator.self,
        IntegerLinearOperator.self,
        IntegerMatMulOperator.self,
        IntegerMaxPoolOperator.self,
        IntegerMeanOperator.self,
        IntegerMulOperator.self,
        IntegerNormalizeOperator.self,
        IntegerQuantizeOperator.self,
        IntegerRescaleOperator.self,
        IntegerSoftmaxOperator.self,
        IntegerTableOperator.self,
        IntegerTreeEnsembleOperator.self,
    ]

    /// Most terms of one sum.
    static let maximumTerms = 1 << 16
}

extension OperatorCall {
    /// Throws `tooLarge` unless a sum of the operator has at most `IntegerFamily.maximumTerms`
    /// terms.
    func checkTerms(_ count: Int) throws(OperatorError) {
        guard count <= IntegerFamily.maximumTerms else {
            throw .tooLarge(reason: "a sum of \(count) terms")
        }
    }

    /// The shape of input `index` when it is an int32 vector of `count` numbers, `nil` when it is
    /// omitted. Throws `wrongElementType`, `shapeMismatch`.
    func checkVector(_ index: Int, count: Int) throws(OperatorError) {
        guard hasInput(index) else { return }
        let shape = try type(index, of: .int32).shape
        guard shape.dimensions == [count] else {
            throw .shapeMismatch(
                reason: "input \(index) has one number for each channel",
                shapes: [shape.dimensions, [count]])
        }
    }
}

extension OperatorCall {
    /// What an operator with `count` channels adds to its sums: the biases of input `index` when
    /// they are constant, zeros when there are none; `nil` when only a run tells them.
    func addends(of index: Int, count: Int) -> [Int64]? {
        guard hasInput(index) else { return [Int64](repeating: 0, count: count) }
        guard index < constants.count, let tensor = constants[index] else { return nil }
        return tensor.integers.map { Int64($0) }
    }
}

/// A call whose attributes have been read: what is left is to compute.
struct PreparedIntegerOperator: SingleInputOperator {
    let call: OperatorCall
    let compute: @Sendable ([Tensor?]) -> Tensor

    var readsFirstInputOnly: Bool {
        call.hasInput(0) && call.inputTypes.dropFirst().allSatisfy { $0 == nil }
    }

    func output(of input: Tensor) -> Tensor { compute([input]) }

    func evaluate(_ inputs: [Tensor?]) throws(OperatorError) -> [Tensor] {
        try call.checkTypes(of: inputs)
        return [compute(inputs)]
    }
}

/// An operator of the profile that reads its attributes once, when it is made ready.
protocol IntegerOperator: Operator {
    /// What computes the output of a call that has been checked.
    static func computation(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> @Sendable ([Tensor?]) -> Tensor
}

extension IntegerOperator {
    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        [try computation(call, using: kernels)(inputs)]
    }

    static func prepare(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> (any PreparedOperator)? {
        PreparedIntegerOperator(call: call, compute: try computation(call, using: kernels))
    }
}

extension Tensor {
    /// The int16 elements. The call was checked to have them.
    var activations: [Int16] {
        guard case .int16(let values) = storage else {
            preconditionFailure("a checked call gives int16 here, not \(type)")
        }
        return values
    }

    /// The int8 elements. The call was checked to have them.
    var weights: [Int8] {
        guard case .int8(let values) = storage else {
            preconditionFailure("a checked call gives int8 here, not \(type)")
        }
        return values
    }

    /// The int32 elements. The call was checked to have them.
    var integers: [Int32] {
        guard case .int32(let values) = storage else {
            preconditionFailure("a checked call gives int32 here, not \(type)")
        }
        return values
    }
}
