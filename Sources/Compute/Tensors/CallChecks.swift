// What operators ask of their calls again and again, each with its error.

extension OperatorCall {
    /// The type of input `index`. Throws `missingInput` when it is omitted.
    func type(_ index: Int) throws(OperatorError) -> TensorType {
        guard index < inputTypes.count, let type = inputTypes[index] else {
            throw .missingInput(index: index)
        }
        return type
    }

    /// The type of input `index`, or `nil` when it is omitted or not listed.
    func optionalType(_ index: Int) -> TensorType? {
        index < inputTypes.count ? inputTypes[index] : nil
    }

    /// The type of input `index`, which must be one of `elements`.
    func type(_ index: Int, of elements: ElementType...) throws(OperatorError) -> TensorType {
        let type = try type(index)
        guard elements.contains(type.element) else {
            throw .wrongElementType(index: index, actual: type.element, expected: elements)
        }
        return type
    }

    /// Whether input `index` is given.
    func hasInput(_ index: Int) -> Bool { optionalType(index) != nil }

    /// The integers of input `index`, known at load time. Throws `needsConstant`,
    /// `wrongElementType`.
    func constantIndices(_ index: Int) throws(OperatorError) -> [Int] {
        let type = try type(index, of: .int64, .int32)
        guard type.shape.rank <= 1 else {
            throw .shapeMismatch(
                reason: "input \(index) is a list", shapes: [type.shape.dimensions])
        }
        guard let values = constants[index]?.indices else { throw .needsConstant(index: index) }
        return values.map(Int.init)
    }

    /// Refuses each of `names` where it is present.
    func refuse(_ names: String...) throws(OperatorError) {
        for name in names where attributes[name] != nil { throw .unknownAttribute(name: name) }
    }

    /// Elements and bytes touched: the cost of an operator that does one simple thing per output.
    func elementwiseWork(_ outputs: [TensorType]) -> Work {
        var work = Work()
        for type in inputTypes { work.bytes += UInt64(type?.byteCount ?? 0) }
        for type in outputs {
            work.bytes += UInt64(type.byteCount)
            work.elements += UInt64(type.shape.elementCount)
        }
        return work
    }
}

extension Shape {
    /// The non-negative, distinct, ascending forms of `axes`.
    ///
    /// - Throws: `axisOutOfRange`; `wrongAttribute` for an axis named twice.
    func sortedAxes(_ axes: [Int]) throws(OperatorError) -> [Int] {
        guard axes.count <= rank else {
            throw .wrongAttribute(name: "axes", reason: "more axes than the tensor has")
        }
        var result: [Int] = []
        for axis in axes { result.append(try self.axis(axis)) }
        result.sort()
        for (axis, next) in zip(result, result.dropFirst()) where axis == next {
            throw .wrongAttribute(name: "axes", reason: "axis \(axis) is named twice")
        }
        return result
    }
}

extension Tensor {
    /// The float32 elements. The call was checked to have them.
    var floats: [Float] {
        guard case .float32(let values) = storage else {
            preconditionFailure("a checked call gives float32 here, not \(type)")
        }
        return values
    }
}

extension Array where Element == Tensor? {
    /// Input `index`, which the checked call has.
    func required(_ index: Int) -> Tensor {
        guard index < count, let tensor = self[index] else {
            preconditionFailure("a checked call has input \(index)")
        }
        return tensor
    }

    /// Input `index`, or `nil` when it is omitted.
    func optional(_ index: Int) -> Tensor? { index < count ? self[index] : nil }
}
