// The operators that bring rows to a common scale, and what they share. Sums follow the reduction
// rule; rules in Documentation/arithmetic.md, section 2, "Normalisations".

/// The normalisations.
enum NormalizationFamily {
    static let operators: [any Operator.Type] = [
        BatchNormalizationOperator.self,
        GroupNormalizationOperator.self,
        HardmaxOperator.self,
        InstanceNormalizationOperator.self,
        LRNOperator.self,
        LayerNormalizationOperator.self,
        LogSoftmaxOperator.self,
        LpNormalizationOperator.self,
        MeanVarianceNormalizationOperator.self,
        RMSNormalizationOperator.self,
        SoftmaxOperator.self,
    ]
}

extension OperatorCall {
    /// The type of input `index`, which must be float32 or float64.
    func floatingType(_ index: Int) throws(OperatorError) -> TensorType {
        try type(index, of: .float32, .float64)
    }

    /// The type of input `index`, which must be a float of any width: for operators that widen
    /// halves themselves.
    func anyFloatingType(_ index: Int) throws(OperatorError) -> TensorType {
        try type(index, of: .float32, .float64, .float16, .bfloat16)
    }

    /// Throws unless inputs `indices` that are given have the element type of input 0.
    func requireSameElement(_ indices: ClosedRange<Int>) throws(OperatorError) {
        let expected = try type(0).element
        for index in indices {
            guard let type = optionalType(index), type.element != expected else { continue }
            throw .wrongElementType(index: index, actual: type.element, expected: [expected])
        }
    }

    /// Throws unless input `index` has the dimensions `expected`.
    func require(_ index: Int, _ expected: [Int]) throws(OperatorError) {
        let actual = try type(index).shape.dimensions
        guard actual == expected else {
            throw .shapeMismatch(
                reason: "input \(index) has the shape \(expected)", shapes: [actual])
        }
    }

    /// The elements of all inputs and outputs together, `factor` times, and `functions` functions.
    func work(_ outputs: [TensorType], factor: Int, functions: Int) -> Work {
        var work = elementwiseWork(outputs)
        for type in inputTypes { work.elements += UInt64(type?.shape.elementCount ?? 0) }
        work.elements = work.elements.multipliedSaturating(factor)
        work.functions = UInt64(functions)
        return work
    }
}
