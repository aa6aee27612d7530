// Equal, Greater, GreaterOrEqual, Less, LessOrEqual: elementwise comparisons with broadcasting.
// −0 equals +0; any comparison with NaN is false. Texts are equal when their bytes are. ONNX 1 to
// 19; before opset 7 the second operand broadcasts as Add's does.

/// The comparisons.
enum ComparisonFamily {
    static let operators: [any Operator.Type] = [
        EqualOperator.self,
        GreaterOperator.self,
        GreaterOrEqualOperator.self,
        LessOperator.self,
        LessOrEqualOperator.self,
    ]
}

/// An elementwise comparison of two numbers.
protocol ComparisonOperator: Operator {
    static func holds<Element: NumericElement>(_ a: Element, _ b: Element) -> Bool
}

extension ComparisonOperator {
    static var attributeNames: [String] { ["axis", "broadcast"] }
    static var inputCount: ClosedRange<Int> { 2...2 }
    static var outputCount: ClosedRange<Int> { 1...1 }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        _ = try call.numericType(0)
        return [TensorType(.bool, try call.pairShape())]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        [try compare(call, inputs)]
    }

    /// The comparison of two tensors of numbers.
    static func compare(
        _ call: OperatorCall, _ inputs: [Tensor?]
    ) throws(OperatorError) -> Tensor {
        let left = inputs.required(0)
        let rule = ComparisonRule<Self>(
            left: left, right: inputs.required(1), plan: try call.pairPlan(),
            shape: try call.pairShape())
        guard let result = try left.type.element.applying(rule) else {
            throw .wrongInputType(index: 0)
        }
        return result
    }
}

private struct ComparisonRule<Kind: ComparisonOperator>: NumericRule {
    let left: Tensor
    let right: Tensor
    let plan: BroadcastPlan
    let shape: Shape

    func apply<Element: NumericElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        guard let a = Element.values(of: left), let b = Element.values(of: right) else {
            throw .wrongInputType(index: 1)
        }
        return Tensor(boolBytes: plan.map(a, b) { Kind.holds($0, $1) ? 1 : 0 }, shape: shape)
    }
}

extension OperatorCall {
    /// The shape of the result of an elementwise operator of inputs 0 and 1, which must have one
    /// element type.
    func pairShape() throws(OperatorError) -> Shape {
        let left = try type(0)
        let right = try type(1, of: left.element)
        return try Shape.broadcast(left.shape, try broadcastOperand(left.shape, right.shape))
    }

    /// How inputs 0 and 1 walk together.
    func pairPlan() throws(OperatorError) -> BroadcastPlan {
        let left = try type(0).shape
        let right = try broadcastOperand(left, try type(1).shape)
        return BroadcastPlan(left, right, output: try Shape.broadcast(left, right))
    }
}

enum EqualOperator: ComparisonOperator {
    static let name = "Equal"
    static func holds<Element: NumericElement>(_ a: Element, _ b: Element) -> Bool { a == b }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0)
        if type.element == .string, call.opset < 19 {
            throw .wrongElementType(index: 0, actual: .string, expected: [.float32])
        }
        return [TensorType(.bool, try call.pairShape())]
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let shape = try call.pairShape()
        let results: [UInt8]
        switch (inputs.required(0).storage, inputs.required(1).storage) {
        case (.bool(let a), .bool(let b)):
            results = try call.pairPlan().map(a, b) { $0 == $1 ? 1 : 0 }
        case (.string(let a), .string(let b)):
            // By bytes: Swift's own equality of strings is up to Unicode normalisation.
            results = try call.pairPlan().map(a, b) { $0.utf8.elementsEqual($1.utf8) ? 1 : 0 }
        default:
            return [try compare(call, inputs)]
        }
        return [Tensor(boolBytes: results, shape: shape)]
    }
}

enum GreaterOperator: ComparisonOperator {
    static let name = "Greater"
    static func holds<Element: NumericElement>(_ a: Element, _ b: Element) -> Bool { a > b }
}

enum GreaterOrEqualOperator: ComparisonOperator {
    static let name = "GreaterOrEqual"
    static let opsets = 12...OperatorRegistry.latestOpset
    static func holds<Element: NumericElement>(_ a: Element, _ b: Element) -> Bool { a >= b }
}

enum LessOperator: ComparisonOperator {
    static let name = "Less"
    static func holds<Element: NumericElement>(_ a: Element, _ b: Element) -> Bool { a < b }
}

enum LessOrEqualOperator: ComparisonOperator {
    static let name = "LessOrEqual"
    static let opsets = 12...OperatorRegistry.latestOpset
    static func holds<Element: NumericElement>(_ a: Element, _ b: Element) -> Bool { a <= b }
}
