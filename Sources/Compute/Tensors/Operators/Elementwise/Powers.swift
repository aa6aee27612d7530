// Mod and Pow: elementwise with broadcasting.
//
// Mod of integers: the remainder with the sign of the divisor, or with `fmod` of the dividend; 0
// for a zero divisor. Mod of floats needs `fmod`: the exact remainder, C's fmod. ONNX Mod 10 to 13.
//
// Pow: the exponent may have another type than the base, which decides the type of the result. With
// a float base the exponent counts as float64; a float32 base takes the power of float32 where that
// is a float32 number, else the power of float64, rounded. An integer base with an integer exponent
// multiplies, wrapping; a negative exponent gives 1 / power truncated, 0 for base 0. An integer
// base with a float exponent computes in float64 and converts as Cast does. ONNX 1 to 15.

/// Remainders and powers.
enum PowerFamily {
    static let operators: [any Operator.Type] = [
        ModOperator.self,
        PowOperator.self,
    ]
}

enum ModOperator: Operator {
    static let name = "Mod"
    static let opsets = 10...OperatorRegistry.latestOpset
    static let attributeNames = ["fmod"]
    static let inputCount = 2...2
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.numericType(0)
        let isTruncated = try call.attributes.flag("fmod", default: false)
        guard isTruncated || type.element.isInteger else {
            throw .wrongAttribute(name: "fmod", reason: "is 0, which takes integers")
        }
        return [TensorType(type.element, try call.pairShape())]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        // A remainder of floats may take a step for each bit of the quotient's exponent.
        swap(&work.elements, &work.functions)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let left = inputs.required(0)
        let rule = RemainderRule(
            left: left, right: inputs.required(1), plan: try call.pairPlan(),
            shape: try call.pairShape(),
            isTruncated: try call.attributes.flag("fmod", default: false))
        guard let result = try left.type.element.applying(rule) else {
            throw .wrongInputType(index: 0)
        }
        return [result]
    }
}

private struct RemainderRule: NumericRule {
    let left: Tensor
    let right: Tensor
    let plan: BroadcastPlan
    let shape: Shape
    let isTruncated: Bool

    func apply<Element: NumericElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        guard let a = Element.values(of: left), let b = Element.values(of: right) else {
            throw .wrongInputType(index: 1)
        }
        let results =
            isTruncated
            ? plan.map(a, b) { $0.truncatedRemainder($1) }
            : plan.map(a, b) { $0.flooredRemainder($1) }
        return Element.tensor(results, shape)
    }
}

enum PowOperator: Operator {
    static let name = "Pow"
    /// The two inputs may be of different 16-bit types, or of one and float32.
    static let isNativeForHalf = true
    static let attributeNames = ["axis", "broadcast"]
    static let inputCount = 2...2
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let base = try call.type(
            0, of: .float32, .float64, .int32, .int64, .float16, .bfloat16)
        let exponent = try call.type(1)
        guard exponent.element.isNumeric || exponent.element.isHalf else {
            throw .wrongElementType(
                index: 1, actual: exponent.element,
                expected: ElementType.allCases.filter { $0.isNumeric || $0.isHalf })
        }
        if call.opset < 12 {
            guard base.element == exponent.element else {
                throw .wrongElementType(
                    index: 1, actual: exponent.element, expected: [base.element])
            }
        }
        return [TensorType(base.element, try shapes(call).output)]
    }

    private static func shapes(
        _ call: OperatorCall
    ) throws(OperatorError) -> (base: Shape, exponent: Shape, output: Shape) {
        let base = try call.type(0).shape
        let exponent = try call.broadcastOperand(base, try call.type(1).shape)
        return (base, exponent, try Shape.broadcast(base, exponent))
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        // A power is about four elementary functions, or up to 128 multiplications.
        work.functions = work.elements.multipliedSaturating(4)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let result = try power(
            call, inputs.required(0).widened, inputs.required(1).widened, kernels)
        let element = inputs.required(0).type.element
        return [element.isHalf ? result.narrowed(to: element) : result]
    }

    private static func power(
        _ call: OperatorCall, _ base: Tensor, _ exponent: Tensor, _ kernels: Kernels
    ) throws(OperatorError) -> Tensor {
        let shapes = try shapes(call)
        let plan = BroadcastPlan(shapes.base, shapes.exponent, output: shapes.output)
        switch base.storage {
        case .float32, .float64:
            if let values = base.float32s, exponent.type.element != .float32 {
                let wide = try exponent.cast(to: .float64).float64s ?? []
                if wide.contains(where: { !$0.isFloat32 }) {
                    return Tensor(plan.map(values, wide) { power($0, $1) }, shape: shapes.output)
                }
            }
            let converted = try exponent.cast(to: base.type.element)
            let rule = FloatPowerRule(
                base: base, exponent: converted, plan: plan, shape: shapes.output,
                kernels: kernels)
            guard let result = try base.type.element.applying(rule) else {
                throw .wrongInputType(index: 0)
            }
            return result
        default:
            guard exponent.type.element.isInteger else {
                let wide = FloatPowerRule(
                    base: try base.cast(to: .float64), exponent: try exponent.cast(to: .float64),
                    plan: plan, shape: shapes.output, kernels: kernels)
                return try wide.apply(Double.self).cast(to: base.type.element)
            }
            return try integerPower(base, exponent, plan, shapes.output)
        }
    }

    private static func power(_ base: Float, _ exponent: Double) -> Float {
        exponent.isFloat32
            ? Float.power(base, Float(exponent)) : Float(Double.power(Double(base), exponent))
    }

    private static func integerPower(
        _ base: Tensor, _ exponent: Tensor, _ plan: BroadcastPlan, _ shape: Shape
    ) throws(OperatorError) -> Tensor {
        // Magnitude and sign, so that every integer type fits.
        let parts: [(isNegative: Bool, magnitude: UInt64)]
        if case .uint64(let values) = exponent.storage {
            parts = values.map { (false, $0) }
        } else {
            let values = try exponent.cast(to: .int64).indices ?? []
            parts = values.map { ($0 < 0, $0.magnitude) }
        }
        switch base.storage {
        case .int32(let values):
            return Tensor(plan.map(values, parts) { power($0, $1) }, shape: shape)
        case .int64(let values):
            return Tensor(plan.map(values, parts) { power($0, $1) }, shape: shape)
        default: throw .wrongInputType(index: 0)
        }
    }

    /// At most 128 multiplications.
    static func power<Integer: FixedWidthInteger>(
        _ base: Integer, _ exponent: (isNegative: Bool, magnitude: UInt64)
    ) -> Integer {
        if exponent.isNegative {
            // 1 / baseⁿ is a whole number for ±1 alone.
            if base == 1 { return 1 }
            if base == -1 { return exponent.magnitude % 2 == 0 ? 1 : -1 }
            return 0
        }
        var result: Integer = 1
        var square = base
        var rest = exponent.magnitude
        while rest > 0 {
            if rest & 1 == 1 { result = result &* square }
            square = square &* square
            rest >>= 1
        }
        return result
    }
}

extension Double {
    /// Whether the number is one of float32, too; a NaN is.
    fileprivate var isFloat32: Bool { isNaN || Double(Float(self)) == self }
}

private struct FloatPowerRule: FloatingRule {
    let base: Tensor
    let exponent: Tensor
    let plan: BroadcastPlan
    let shape: Shape
    let kernels: Kernels

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        guard let a = Element.values(of: base), let b = Element.values(of: exponent) else {
            throw .wrongInputType(index: 1)
        }
        if b.count == 1, let exponent = b.first {
            // The powers that models raise to. Each is the correctly rounded value, as the general
            // way gives it.
            switch exponent {
            case 1: return Element.tensor(a, shape)
            case 2: return Element.tensor(a.elementwise { $0 * $0 }, shape)
            case 3: return Element.tensor(Element.cubes(a, kernels), shape)
            case -1: return Element.tensor(a.elementwise { 1 / $0 }, shape)
            default: break
            }
        }
        return Element.tensor(plan.map(a, b) { Element.power($0, $1) }, shape)
    }
}
