// Conversions between element types. Where ONNX leaves one undefined, this defines it: from floats
// to integers truncates toward zero, saturates and takes NaN to 0; between integers keeps the low
// bits; to floats rounds to nearest even. Text is read and written as decimal numbers.

extension Tensor {
    /// The tensor with every element converted to `target`.
    ///
    /// - Throws: `wrongInputValue` for a text that is no number of the type.
    func cast(to target: ElementType) throws(OperatorError) -> Tensor {
        if target == type.element { return self }
        switch storage {
        case .float16, .bfloat16: return try widened.cast(to: target)
        case .bool(let values): return try Tensor(values, shape: shape).cast(to: target)
        case .string(let values): return try Tensor.numbers(in: values, as: target, shape)
        default: break
        }
        switch target {
        case .float16, .bfloat16: return try narrowedExactly(to: target)
        case .bool:
            guard let result = try type.element.applying(TruthRule(input: self)) else {
                throw .wrongInputType(index: 0)
            }
            return result
        case .string:
            guard let result = try type.element.applying(TextRule(input: self)) else {
                throw .wrongInputType(index: 0)
            }
            return result
        default:
            guard let outer = try type.element.applying(CastRule(input: self, target: target)),
                let result = outer
            else { throw .wrongInputType(index: 0) }
            return result
        }
    }

    /// To a 16-bit float. From float64 through float32 rounded to odd, so that both roundings
    /// together are one; integers are exact in float64 up to 2⁵³, and above any value is infinite
    /// in float16 and far from a tie broken by lower bits only in bfloat16, which round-to-odd
    /// keeps.
    private func narrowedExactly(to target: ElementType) throws(OperatorError) -> Tensor {
        if case .float32 = storage { return narrowed(to: target) }
        let doubles = try cast(to: .float64)
        let odd = (doubles.float64s ?? []).map { value -> Float in
            let near = Float(value)
            let back = Double(near)
            guard back != value, near.isFinite, near.bitPattern & 1 == 0 else { return near }
            // The neighbour on the other side of `value` has an odd last bit.
            return abs(back) < abs(value) ? near.awayFromZero : near.towardZero
        }
        return Tensor(odd, shape: shape).narrowed(to: target)
    }

    private static func numbers(
        in texts: [String], as target: ElementType, _ shape: Shape
    ) throws(OperatorError) -> Tensor {
        var doubles: [Double] = []
        for text in texts {
            guard let value = Double(text.trimmingNumber) else {
                throw .wrongInputValue(index: 0, reason: "\"\(text.prefix(40))\" is no number")
            }
            doubles.append(value)
        }
        if target == .float32 {
            // Read directly: a text rounds once.
            return Tensor(texts.map { Float($0.trimmingNumber) ?? .nan }, shape: shape)
        }
        if target == .int64 {
            let exact = texts.compactMap { Int64($0.trimmingNumber) }
            if exact.count == texts.count { return Tensor(exact, shape: shape) }
        }
        return try Tensor(float64s: doubles, shape: shape).cast(to: target)
    }
}

extension Float {
    fileprivate var awayFromZero: Float { Float(bitPattern: bitPattern + 1) }
    fileprivate var towardZero: Float { Float(bitPattern: bitPattern - 1) }
}

extension String {
    /// The text in the spelling that Swift reads: ONNX says `INF` and `-INF` too.
    fileprivate var trimmingNumber: String {
        switch lowercased() {
        case "inf", "+inf": "inf"
        case "-inf": "-inf"
        case "nan": "nan"
        default: self
        }
    }
}

private struct TruthRule: NumericRule {
    let input: Tensor

    func apply<Element: NumericElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        let values = Element.values(of: input) ?? []
        return Tensor(boolBytes: values.map { $0 != .zero ? 1 : 0 }, shape: input.shape)
    }
}

private struct TextRule: NumericRule {
    let input: Tensor

    func apply<Element: NumericElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        Tensor((Element.values(of: input) ?? []).map { "\($0)" }, shape: input.shape)
    }
}

/// The conversion of numbers to numbers.
private struct CastRule: NumericRule {
    let input: Tensor
    let target: ElementType

    func apply<Source: NumericElement>(_ type: Source.Type) throws(OperatorError) -> Tensor? {
        try target.applying(CastTo<Source>(values: Source.values(of: input) ?? [], input.shape))
    }
}

private struct CastTo<Source: NumericElement>: NumericRule {
    let values: [Source]
    let shape: Shape

    init(values: [Source], _ shape: Shape) {
        self.values = values
        self.shape = shape
    }

    func apply<Target: NumericElement>(_ type: Target.Type) throws(OperatorError) -> Tensor {
        Target.tensor(values.map { $0.converted(to: Target.self) }, shape)
    }
}
