// The values that operators read from their inputs when types depend on them: shapes, axes, counts.

extension OperatorCall {
    /// The call with every input known: `inputs` are its values. Operators whose shapes come from
    /// values read them through this, so that what they compute fits what they are given.
    func knowing(_ inputs: [Tensor?]) -> OperatorCall {
        var call = self
        call.constants = inputs
        return call
    }

    /// The value of input `index`. Throws `missingInput`, `needsConstant`.
    func constant(_ index: Int) throws(OperatorError) -> Tensor {
        _ = try type(index)
        guard index < constants.count, let value = constants[index] else {
            throw .needsConstant(index: index)
        }
        return value
    }

    /// The integers of input `index` when it is given. Throws what `constantIndices` throws.
    func optionalIndices(_ index: Int) throws(OperatorError) -> [Int]? {
        hasInput(index) ? try constantIndices(index) : nil
    }

    /// The one integer of input `index`. Throws `needsConstant`, `wrongInputValue`.
    func constantIndex(_ index: Int) throws(OperatorError) -> Int {
        let type = try type(index, of: .int64, .int32)
        guard type.shape.elementCount == 1 else {
            throw .wrongInputValue(index: index, reason: "is not one number")
        }
        guard let value = try constant(index).indices?.first else {
            throw .needsConstant(index: index)
        }
        return Int(value)
    }

    /// Requires inputs 0 ..< `count` and no more. Throws `wrongInputCount`, `missingInput`.
    func requireInputs(_ count: ClosedRange<Int>) throws(OperatorError) {
        guard count.contains(inputTypes.count) else {
            throw .wrongInputCount(actual: inputTypes.count, expected: count)
        }
        for index in 0..<count.lowerBound { _ = try type(index) }
    }

    /// Requires that inputs `first` and `second` have one element type. Throws `wrongElementType`.
    func requireSameElement(_ first: Int, _ second: Int) throws(OperatorError) {
        let expected = try type(first).element
        let actual = try type(second).element
        guard actual == expected else {
            throw .wrongElementType(index: second, actual: actual, expected: [expected])
        }
    }

    /// The element type that attribute `name` names by ONNX's number, `fallback` when absent.
    func elementType(
        _ name: String, default fallback: ElementType
    ) throws(OperatorError) -> ElementType {
        let number = try attributes.int(name, default: Int(fallback.rawValue))
        guard let raw = Int32(exactly: number), let type = ElementType(rawValue: raw) else {
            throw .wrongAttribute(name: name, reason: "names no element type: \(number)")
        }
        return type
    }
}

extension Attributes {
    /// The attribute `name`, one of `choices`; the first of them when absent. Throws
    /// `wrongAttribute`.
    func choice(_ name: String, of choices: String...) throws(OperatorError) -> String {
        let value = try string(name, default: choices[0])
        guard choices.contains(value) else {
            throw .wrongAttribute(name: name, reason: "is \(value.prefix(40))")
        }
        return value
    }
}

extension Tensor {
    /// The scalar 0 of `element`: false, the empty text.
    static func zero(_ element: ElementType) -> Tensor {
        switch element {
        case .float32: Tensor([0 as Float], shape: .scalar)
        case .float64: Tensor(float64s: [0], shape: .scalar)
        case .float16: Tensor(float16Bits: [0], shape: .scalar)
        case .bfloat16: Tensor(bfloat16Bits: [0], shape: .scalar)
        case .uint8: Tensor([0 as UInt8], shape: .scalar)
        case .int8: Tensor([0 as Int8], shape: .scalar)
        case .uint16: Tensor([0 as UInt16], shape: .scalar)
        case .int16: Tensor([0 as Int16], shape: .scalar)
        case .uint32: Tensor([0 as UInt32], shape: .scalar)
        case .int32: Tensor([0 as Int32], shape: .scalar)
        case .uint64: Tensor([0 as UInt64], shape: .scalar)
        case .int64: Tensor([0 as Int64], shape: .scalar)
        case .bool: Tensor([false], shape: .scalar)
        case .string: Tensor([""], shape: .scalar)
        }
    }

    /// `shape` full of this tensor's first element. Traps when it has none.
    func repeated(_ shape: Shape) -> Tensor {
        let still = [Int](repeating: 0, count: shape.rank)
        return rearranged(
            by: StridedCopy(dimensions: shape.dimensions, strides: still, offset: 0), shape: shape)
    }
}

extension Shape {
    /// The product of two sizes. Throws `tooLarge` beyond what a shape may hold.
    static func product(_ a: Int, _ b: Int) throws(OperatorError) -> Int {
        let (value, overflow) = a.multipliedReportingOverflow(by: b)
        guard !overflow, value.magnitude <= UInt(maximumElementCount) else {
            throw .tooLarge(reason: "\(a) · \(b)")
        }
        return value
    }
}
