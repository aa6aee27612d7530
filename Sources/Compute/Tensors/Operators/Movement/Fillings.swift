// Constant, ConstantOfShape, EyeLike, OneHot, Range, Size: tensors made from attributes, sizes and
// a few numbers.

/// The tensors made from little.
enum FillingFamily {
    static let operators: [any Operator.Type] = [
        ConstantOfShapeOperator.self,
        ConstantOperator.self,
        EyeLikeOperator.self,
        OneHotOperator.self,
        RangeOperator.self,
        SizeOperator.self,
    ]
}

/// The value of the only attribute.
enum ConstantOperator: Operator {
    static let name = "Constant"
    static let isNativeForHalf = true
    static let attributeNames = [
        "value", "value_float", "value_floats", "value_int", "value_ints", "value_string",
        "value_strings",
    ]
    static let inputCount = 0...0
    static let outputCount = 1...1

    private static func value(_ call: OperatorCall) throws(OperatorError) -> Tensor {
        guard call.attributes.entries.count == 1, let entry = call.attributes.entries.first else {
            throw .missingAttribute(name: "value")
        }
        guard call.opset >= 12 || entry.name == "value" else {
            throw .unknownAttribute(name: entry.name)
        }
        switch (entry.name, entry.value) {
        case ("value", .tensor(let tensor)): return tensor
        case ("value_float", .float(let bits)):
            return Tensor([Float(bitPattern: bits)], shape: .scalar)
        case ("value_int", .int(let value)): return Tensor([value], shape: .scalar)
        case ("value_string", .string(let text)): return Tensor([text], shape: .scalar)
        case ("value_floats", .floats(let bits)):
            return Tensor(bits.map { Float(bitPattern: $0) }, shape: try Shape([bits.count]))
        case ("value_ints", .ints(let values)):
            return Tensor(values, shape: try Shape([values.count]))
        case ("value_strings", .strings(let texts)):
            return Tensor(texts, shape: try Shape([texts.count]))
        default: throw .wrongAttribute(name: entry.name, reason: "has another kind")
        }
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        [try value(call).type]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] { [try value(call)] }
}

/// A shape full of one value, float32 0 without one.
enum ConstantOfShapeOperator: Operator {
    static let name = "ConstantOfShape"
    static let isNativeForHalf = true
    static let attributeNames = ["value"]
    static let inputCount = 1...1
    static let outputCount = 1...1

    private static func value(_ call: OperatorCall) throws(OperatorError) -> Tensor {
        guard let value = try call.attributes.tensor("value") else { return .zero(.float32) }
        guard value.shape.elementCount == 1 else {
            throw .wrongAttribute(name: "value", reason: "is not one element")
        }
        return value
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        [TensorType(try value(call).type.element, try Shape(try call.constantIndices(0)))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let shape = try outputTypes(call.knowing(inputs))[0].shape
        return [try value(call).repeated(shape)]
    }
}

/// The count of elements, int64.
enum SizeOperator: Operator {
    static let name = "Size"
    static let isNativeForHalf = true
    static let readsShapesOnly = true
    static let attributeNames: [String] = []
    static let inputCount = 1...1
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        [TensorType(.int64, .scalar)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        Work(elements: 1, bytes: 8)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] { try evaluateShapes(call) }

    static func evaluateShapes(_ call: OperatorCall) throws(OperatorError) -> [Tensor] {
        [Tensor([Int64(try call.type(0).shape.elementCount)], shape: .scalar)]
    }
}

/// A matrix with ones on the k-th diagonal, of the shape of the input.
enum EyeLikeOperator: Operator {
    static let name = "EyeLike"
    static let isNativeForHalf = true
    static let attributeNames = ["dtype", "k"]
    static let inputCount = 1...1
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0)
        guard type.shape.rank == 2 else {
            throw .shapeMismatch(reason: "a matrix", shapes: [type.shape.dimensions])
        }
        let element = try call.elementType("dtype", default: type.element)
        guard element != .string else {
            throw .wrongAttribute(name: "dtype", reason: "texts have no one")
        }
        _ = try call.attributes.int("k", default: 0)
        return [TensorType(element, type.shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let type = try outputTypes(call)[0]
        let (rows, columns) = (type.shape.dimensions[0], type.shape.dimensions[1])
        let diagonal = try call.attributes.int("k", default: 0)
        guard diagonal < columns, diagonal > -rows else {
            return [Tensor.zero(type.element).repeated(type.shape)]
        }
        let first = max(-diagonal, 0)
        let ones = (first..<max(min(rows, columns - diagonal), first)).map {
            $0 * columns + $0 + diagonal
        }
        let values = try Tensor([0 as UInt8, 1], shape: [2]).cast(to: type.element)
        return [
            values.rearranged(by: Marks(count: type.shape.elementCount, ones), shape: type.shape)
        ]
    }
}

/// `count` times the first value, the second in the places marked.
private struct Marks: Rearrangement {
    let count: Int
    let places: [Int]

    init(count: Int, _ places: [Int]) {
        self.count = count
        self.places = places
    }

    func apply<Element>(_ values: [Element]) -> [Element] {
        var results = [Element](repeating: values[0], count: count)
        for place in places { results[place] = values[1] }
        return results
    }
}

/// Along a new axis the on value where the index says, the off value elsewhere. Indices and depth
/// are truncated to integers; a negative index counts from the end from opset 11 on; one outside
/// the depth marks nothing.
enum OneHotOperator: Operator {
    static let name = "OneHot"
    static let isNativeForHalf = true
    static let attributeNames = ["axis"]
    static let inputCount = 3...3
    static let outputCount = 1...1

    private static func plan(
        _ call: OperatorCall
    ) throws(OperatorError) -> (axis: Int, depth: Int, shape: Shape) {
        for index in 0...1 {
            let element = try call.type(index).element
            guard element.isNumeric || element.isHalf else {
                throw .wrongElementType(
                    index: index, actual: element,
                    expected: ElementType.allCases.filter { $0.isNumeric || $0.isHalf })
            }
        }
        guard try call.type(2).shape.dimensions == [2] else {
            throw .wrongInputValue(index: 2, reason: "is not an off and an on value")
        }
        let number = try call.constant(1)
        guard number.shape.elementCount == 1,
            let depth = try number.cast(to: .int64).int64s?.first, depth >= 0
        else { throw .wrongInputValue(index: 1, reason: "is not a depth") }
        let dimensions = try call.type(0).shape.dimensions
        guard dimensions.count < Shape.maximumRank else {
            throw .tooLarge(reason: "a shape has \(dimensions.count + 1) axes")
        }
        let named = try call.attributes.int("axis", default: -1)
        guard named >= -dimensions.count - 1, named <= dimensions.count else {
            throw .axisOutOfRange(axis: named, rank: dimensions.count + 1)
        }
        let axis = named < 0 ? named + dimensions.count + 1 : named
        var result = dimensions
        result.insert(Int(depth), at: axis)
        return (axis, Int(depth), try Shape(result))
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        [TensorType(try call.type(2).element, try plan(call).shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let (axis, depth, shape) = try plan(call.knowing(inputs))
        let indices = try inputs.required(0).cast(to: .int64).int64s ?? []
        let inner = shape.elementCount(ofAxes: axis + 1..<shape.rank)
        var places: [Int] = []
        for (place, index) in indices.enumerated() {
            let isFromEnd = index < 0 && call.opset >= 11
            guard index < depth, index >= (isFromEnd ? -depth : 0) else { continue }
            let mark = isFromEnd ? Int(index) + depth : Int(index)
            places.append((place / inner * depth + mark) * inner + place % inner)
        }
        let rule = Marks(count: shape.elementCount, places)
        return [inputs.required(2).rearranged(by: rule, shape: shape)]
    }
}

/// start + i · delta for i from 0 on, up to the limit: ⌈(limit − start) / delta⌉ elements. Each
/// operation of floats is rounded; integers are exact.
enum RangeOperator: Operator {
    static let name = "Range"
    static let attributeNames = ["stash_type"]
    static let inputCount = 3...3
    static let outputCount = 1...1

    private static func rule(_ call: OperatorCall) throws(OperatorError) -> RangeRule {
        let type = try call.numericType(0)
        if call.opset < 27 { try call.refuse("stash_type") }
        guard try call.attributes.int("stash_type", default: 1) == 1 else {
            throw .wrongAttribute(name: "stash_type", reason: "is not float32")
        }
        var numbers: [Tensor] = []
        for index in 0..<3 {
            try call.requireSameElement(0, index)
            guard try call.type(index).shape.elementCount == 1 else {
                throw .wrongInputValue(index: index, reason: "is not one number")
            }
            numbers.append(try call.constant(index))
        }
        return RangeRule(element: type.element, numbers: numbers)
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let rule = try rule(call)
        return [TensorType(rule.element, try Shape([try rule.count()]))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let rule = try rule(call.knowing(inputs))
        guard let result = try rule.element.applying(rule) else { throw .wrongInputType(index: 0) }
        return [result]
    }
}

private struct RangeRule: NumericRule {
    let element: ElementType
    let numbers: [Tensor]

    /// The count of elements. Throws `wrongInputValue`, `tooLarge`.
    func count() throws(OperatorError) -> Int {
        if element.isInteger {
            var wide: [Int128] = []
            for number in numbers {
                if case .uint64(let values) = number.storage {
                    wide.append(Int128(values[0]))
                } else {
                    wide.append(Int128(try number.cast(to: .int64).int64s?.first ?? 0))
                }
            }
            guard wide[2] != 0 else { throw .wrongInputValue(index: 2, reason: "is 0") }
            let (span, step) = (wide[1] - wide[0], wide[2])
            // Toward zero the quotient is one too small where it is positive and not exact.
            let count = span / step + (span % step != 0 && (span < 0) == (step < 0) ? 1 : 0)
            guard count <= Shape.maximumElementCount else { throw .tooLarge(reason: "a range") }
            return Int(max(count, 0))
        }
        let count: Double
        if case .float32(let start) = numbers[0].storage {
            let (limit, delta) = (numbers[1].floats[0], numbers[2].floats[0])
            count = Double(((limit - start[0]) / delta).rounded(.up))
        } else {
            let wide = numbers.map { $0.float64s?.first ?? 0 }
            count = ((wide[1] - wide[0]) / wide[2]).rounded(.up)
        }
        guard !count.isNaN else { throw .wrongInputValue(index: 2, reason: "gives no count") }
        guard count <= Double(Shape.maximumElementCount) else { throw .tooLarge(reason: "a range") }
        return Int(max(count, 0))
    }

    func apply<Element: NumericElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        let count = try count()
        guard let start = Element.values(of: numbers[0])?.first,
            let delta = Element.values(of: numbers[2])?.first
        else { throw .wrongInputType(index: 0) }
        let values = (0..<count).map { start.adding(Element(integer: $0).multiplied(delta)) }
        return Element.tensor(values, try Shape([count]))
    }
}
