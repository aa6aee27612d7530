// Where, IsNaN, IsInf. ONNX Where 9 to 16, IsNaN 9 to 20, IsInf 10 to 20.

/// Choice by condition and the questions whose answers are conditions.
enum ConditionFamily {
    static let operators: [any Operator.Type] = [
        IsInfOperator.self,
        IsNaNOperator.self,
        WhereOperator.self,
    ]
}

/// x where the condition holds, else y; the three broadcast together.
enum WhereOperator: Operator {
    static let name = "Where"
    static let opsets = 9...OperatorRegistry.latestOpset
    static let isNativeForHalf = true
    static let attributeNames: [String] = []
    static let inputCount = 3...3
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let condition = try call.type(0, of: .bool)
        let x = try call.type(1)
        let y = try call.type(2, of: x.element)
        let shape = try Shape.broadcast(try Shape.broadcast(x.shape, y.shape), condition.shape)
        return [TensorType(x.element, shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements = work.elements.multipliedSaturating(2)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let types = try outputTypes(call)
        guard let shape = types.first?.shape,
            case .bool(let bytes) = inputs.required(0).storage
        else { throw .wrongInputType(index: 0) }
        let x = inputs.required(1)
        let y = inputs.required(2)
        let condition = Stretching(inputs.required(0).shape, to: shape).apply(bytes)
        if case .float32(let a) = x.storage, case .float32(let b) = y.storage {
            let wholeA = Stretching(x.shape, to: shape, keepsSingle: true).apply(a)
            let wholeB = Stretching(y.shape, to: shape, keepsSingle: true).apply(b)
            return [Tensor(canonical: choose(condition, wholeA, wholeB), shape: shape)]
        }
        let choice = Choice(
            condition: condition,
            left: Stretching(x.shape, to: shape, keepsSingle: true),
            right: Stretching(y.shape, to: shape, keepsSingle: true))
        return [Tensor.rearranged([x, y], by: choice, shape: shape)]
    }

    /// Without branches, so that it vectorises: a byte of 1 makes a mask of ones.
    private static func choose(_ condition: [UInt8], _ a: [Float], _ b: [Float]) -> [Float] {
        var results = [Float](repeating: 0, count: condition.count)
        func chosen(_ holds: UInt8, _ a: UInt32, _ b: UInt32) -> Float {
            Float(bitPattern: b ^ ((a ^ b) & (0 &- UInt32(holds))))
        }
        if a.count == condition.count, b.count == condition.count {
            for index in results.indices {
                results[index] = chosen(condition[index], a[index].bitPattern, b[index].bitPattern)
            }
        } else if a.count == condition.count, let right = b.first?.bitPattern {
            for index in results.indices {
                results[index] = chosen(condition[index], a[index].bitPattern, right)
            }
        } else if b.count == condition.count, let left = a.first?.bitPattern {
            for index in results.indices {
                results[index] = chosen(condition[index], left, b[index].bitPattern)
            }
        } else if let left = a.first?.bitPattern, let right = b.first?.bitPattern {
            for index in results.indices {
                results[index] = chosen(condition[index], left, right)
            }
        }
        return results
    }
}

/// The elements of the first source where the condition holds, else of the second.
private struct Choice: JointRearrangement {
    let condition: [UInt8]
    let left: Stretching
    let right: Stretching

    func apply<Element>(_ sources: [[Element]]) -> [Element] {
        let a = left.apply(sources[0])
        let b = right.apply(sources[1])
        let leftStep = a.count == condition.count ? 1 : 0
        let rightStep = b.count == condition.count ? 1 : 0
        var results: [Element] = []
        results.reserveCapacity(condition.count)
        for index in condition.indices {
            results.append(condition[index] != 0 ? a[index * leftStep] : b[index * rightStep])
        }
        return results
    }
}

/// Repeats elements until a tensor has the shape it broadcasts to.
struct Stretching: Rearrangement {
    private let copy: StridedCopy?

    /// `shape` must broadcast to `target`. With `keepsSingle` one element alone stays alone.
    init(_ shape: Shape, to target: Shape, keepsSingle: Bool = false) {
        let isDone = shape.elementCount == target.elementCount
        guard !isDone, !(keepsSingle && shape.elementCount == 1) else {
            copy = nil
            return
        }
        let missing = target.rank - shape.rank
        var strides = [Int](repeating: 0, count: target.rank)
        for (axis, stride) in shape.strides.enumerated() where shape.dimensions[axis] != 1 {
            strides[axis + missing] = stride
        }
        copy = StridedCopy(dimensions: target.dimensions, strides: strides, offset: 0)
    }

    func apply<Element>(_ values: [Element]) -> [Element] { copy?.apply(values) ?? values }
}

/// A question about each element of a tensor of floats.
protocol FloatQuestion: Operator {
    /// Whether the answer is yes.
    static func holds<Element: FloatingElement>(_ x: Element, _ sought: SoughtSigns) -> Bool
    /// Which infinities count.
    static func sought(_ call: OperatorCall) throws(OperatorError) -> SoughtSigns
}

/// Which infinities IsInf looks for.
struct SoughtSigns: Sendable {
    let takesNegative: Bool
    let takesPositive: Bool
}

extension FloatQuestion {
    static var inputCount: ClosedRange<Int> { 1...1 }
    static var outputCount: ClosedRange<Int> { 1...1 }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        _ = try sought(call)
        return [TensorType(.bool, try call.floatType(0).shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let rule = QuestionRule<Self>(input: input, sought: try sought(call))
        guard let result = try input.type.element.applying(rule) else {
            throw .wrongInputType(index: 0)
        }
        return [result]
    }
}

private struct QuestionRule<Kind: FloatQuestion>: FloatingRule {
    let input: Tensor
    let sought: SoughtSigns

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        guard let values = Element.values(of: input) else { throw .wrongInputType(index: 0) }
        return Tensor(
            boolBytes: values.map { Kind.holds($0, sought) ? 1 : 0 }, shape: input.shape)
    }
}

enum IsNaNOperator: FloatQuestion {
    static let name = "IsNaN"
    static let opsets = 9...OperatorRegistry.latestOpset
    static let attributeNames: [String] = []

    static func sought(_ call: OperatorCall) throws(OperatorError) -> SoughtSigns {
        SoughtSigns(takesNegative: true, takesPositive: true)
    }

    static func holds<Element: FloatingElement>(_ x: Element, _ sought: SoughtSigns) -> Bool {
        x != x
    }
}

enum IsInfOperator: FloatQuestion {
    static let name = "IsInf"
    static let opsets = 10...OperatorRegistry.latestOpset
    static let attributeNames = ["detect_negative", "detect_positive"]

    static func sought(_ call: OperatorCall) throws(OperatorError) -> SoughtSigns {
        SoughtSigns(
            takesNegative: try call.attributes.flag("detect_negative", default: true),
            takesPositive: try call.attributes.flag("detect_positive", default: true))
    }

    static func holds<Element: FloatingElement>(_ x: Element, _ sought: SoughtSigns) -> Bool {
        (x == .infinity && sought.takesPositive) || (x == -.infinity && sought.takesNegative)
    }
}
