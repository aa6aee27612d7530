// What an operator is. An operator is a pure function from tensors to tensors whose bits are fixed
// by the arithmetic specification (Documentation/arithmetic.md); a call is one node's use of it.
//
// The life of a node: `validatedOutputTypes` when a program is checked, `prepared` once when a
// machine is made, `PreparedOperator.evaluate` on every run.

/// One node's use of an operator: everything about it that is known before it runs.
public struct OperatorCall: Sendable {
    /// The node's attributes.
    public var attributes: Attributes
    /// The ONNX opset whose meaning holds.
    public var opset: Int
    /// The type of each input; `nil` for an omitted optional input.
    public var inputTypes: [TensorType?]
    /// The value of each input that is known when the program is loaded, else `nil`. Has as many
    /// entries as `inputTypes`.
    public var constants: [Tensor?]
    /// How many outputs the node asks for.
    public var outputCount: Int
    /// The request's seed: random operators give other numbers for another one. Whoever runs a
    /// program sets it; types never depend on it.
    public var seed: UInt64 = 0
    /// The node's place in the program, so that every random node has numbers of its own.
    public var position: Int = 0

    /// Puts the parts together; `constants` is padded with `nil` to the count of inputs.
    public init(
        attributes: Attributes = .none, opset: Int, inputTypes: [TensorType?],
        constants: [Tensor?] = [], outputCount: Int = 1
    ) {
        self.attributes = attributes
        self.opset = opset
        self.inputTypes = inputTypes
        let missing = max(inputTypes.count - constants.count, 0)
        self.constants = constants.prefix(inputTypes.count) + Array(repeating: nil, count: missing)
        self.outputCount = outputCount
    }
}

/// The cost of a call, from its shapes alone. Gas is computed from it.
public struct Work: Sendable, Equatable {
    /// Fused multiply-adds.
    public var multiplyAdds: UInt64
    /// Simple element operations: additions, comparisons, copies.
    public var elements: UInt64
    /// Elementary functions evaluated: exp, erf, square root, …
    public var functions: UInt64
    /// Bytes of all inputs and outputs.
    public var bytes: UInt64

    /// Puts the counts together.
    public init(
        multiplyAdds: UInt64 = 0, elements: UInt64 = 0, functions: UInt64 = 0, bytes: UInt64 = 0
    ) {
        self.multiplyAdds = multiplyAdds
        self.elements = elements
        self.functions = functions
        self.bytes = bytes
    }

    /// The sum of both, each count stopping at the largest value.
    public static func + (left: Work, right: Work) -> Work {
        func sum(_ path: KeyPath<Work, UInt64>) -> UInt64 {
            let addend = right[keyPath: path]
            let (value, overflow) = left[keyPath: path].addingReportingOverflow(addend)
            return overflow ? .max : value
        }
        return Work(
            multiplyAdds: sum(\.multiplyAdds), elements: sum(\.elements),
            functions: sum(\.functions), bytes: sum(\.bytes))
    }
}

/// An operator: one type per ONNX `op_type`, listed once in `OperatorRegistry`.
public protocol Operator: Sendable {
    /// The ONNX `op_type`.
    static var name: String { get }
    /// The opsets in which this meaning holds; by default all that the machine knows.
    static var opsets: ClosedRange<Int> { get }
    /// Whether the outputs follow from the types of the inputs alone, as those of Shape do; then
    /// `evaluateShapes` computes them. By default they do not.
    static var readsShapesOnly: Bool { get }
    /// Whether the operator takes float16 and bfloat16 as they are, because it only moves or
    /// inspects them. By default it does not: such inputs are widened to float32, exactly, and
    /// float32 outputs rounded once.
    static var isNativeForHalf: Bool { get }
    /// Whether the outputs depend on the call's `seed` and `position`, so that they must not be
    /// computed before a run. By default they do not.
    static var isRandom: Bool { get }
    /// Every attribute the operator knows in some opset; any other is refused.
    static var attributeNames: [String] { get }
    /// How many inputs a node may list, omitted optional ones included.
    static var inputCount: ClosedRange<Int> { get }
    /// How many outputs a node may ask for.
    static var outputCount: ClosedRange<Int> { get }

    /// The types of the outputs. Call it through `validatedOutputTypes`, which checks the counts,
    /// the opset and the attribute names first.
    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType]

    /// The cost of the call, whose output types are `outputs`.
    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work

    /// Computes the outputs. Call it through `run` or `prepared`: the call must have passed
    /// `validatedOutputTypes`, and the inputs must have the call's input types.
    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor]

    /// The outputs of a call of an operator that `readsShapesOnly`.
    static func evaluateShapes(_ call: OperatorCall) throws(OperatorError) -> [Tensor]

    /// A form of the call with its constant inputs rearranged for speed, or `nil` when there is
    /// nothing to gain. Same preconditions as `evaluate`; the bits of the results never differ.
    static func prepare(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> (any PreparedOperator)?
}

/// A call made ready to run many times.
public protocol PreparedOperator: Sendable {
    /// Computes the outputs. `inputs` has one entry per input of the call, constants included.
    ///
    /// - Throws: `wrongInputType` when an input's type is not the call's; errors that depend on
    ///   values, such as `indexOutOfRange`.
    func evaluate(_ inputs: [Tensor?]) throws(OperatorError) -> [Tensor]

    /// The inputs, ascending, of which the call keeps a form of its own: `evaluate` takes `nil` for
    /// them, so that nobody else need keep them. By default none.
    var packedInputs: [Int] { get }
    /// Bytes of those forms.
    var packedByteCount: Int { get }
}

extension PreparedOperator {
    public var packedInputs: [Int] { [] }
    public var packedByteCount: Int { 0 }
}

extension Operator {
    public static var opsets: ClosedRange<Int> { 1...OperatorRegistry.latestOpset }
    public static var isNativeForHalf: Bool { false }
    public static var readsShapesOnly: Bool { false }
    public static var isRandom: Bool { false }

    public static func evaluateShapes(_ call: OperatorCall) throws(OperatorError) -> [Tensor] {
        throw .needsConstant(index: 0)
    }

    public static func prepare(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> (any PreparedOperator)? { nil }

    /// Checks what can be told of a call before the types of its inputs are known: opset, counts,
    /// omissions, attribute names.
    public static func validateForm(_ call: OperatorCall) throws(OperatorError) {
        guard opsets.contains(call.opset) else {
            throw .unsupportedOpset(opset: call.opset, supported: opsets)
        }
        guard inputCount.contains(call.inputTypes.count) else {
            throw .wrongInputCount(actual: call.inputTypes.count, expected: inputCount)
        }
        guard outputCount.contains(call.outputCount) else {
            throw .wrongOutputCount(actual: call.outputCount, expected: outputCount)
        }
        for entry in call.attributes.entries where !attributeNames.contains(entry.name) {
            throw .unknownAttribute(name: entry.name)
        }
    }

    /// Checks the whole call and gives the types of its outputs, `call.outputCount` of them.
    /// Calling `prepared`, `run` or `evaluateValidated` with a call that passed cannot trap.
    ///
    /// - Throws: `needsConstant` when the types depend on a value that is not known yet; with every
    ///   input in `call.constants` that cannot happen.
    public static func validatedOutputTypes(
        _ call: OperatorCall
    ) throws(OperatorError) -> [TensorType] {
        try validateForm(call)
        for index in 0..<inputCount.lowerBound where call.inputTypes[index] == nil {
            throw .missingInput(index: index)
        }
        for (index, constant) in call.constants.enumerated() {
            guard constant == nil || constant?.type == call.inputTypes[index] else {
                throw .wrongInputType(index: index)
            }
        }
        let half = try halfElement(call)
        let types = try outputTypes(half == nil ? call : call.widened)
        guard types.count == call.outputCount else {
            throw .wrongOutputCount(actual: call.outputCount, expected: types.count...types.count)
        }
        guard let half else { return types }
        return types.map { $0.element == .float32 ? TensorType(half, $0.shape) : $0 }
    }

    /// The cost of a call that passed `validatedOutputTypes`, which gave `outputs`.
    public static func validatedWork(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        guard !isNativeForHalf, call.inputTypes.contains(where: { $0?.element.isHalf ?? false })
        else { return work(call, outputs: outputs) }
        let wide = outputs.map { $0.element.isHalf ? TensorType(.float32, $0.shape) : $0 }
        return work(call.widened, outputs: wide)
    }

    /// The 16-bit format whose numbers the call computes in float32; `nil` when there is none.
    private static func halfElement(_ call: OperatorCall) throws(OperatorError) -> ElementType? {
        guard !isNativeForHalf else { return nil }
        var half: ElementType?
        for (index, type) in call.inputTypes.enumerated() {
            guard let element = type?.element, element.isHalf else { continue }
            if let half, half != element {
                throw .wrongElementType(index: index, actual: element, expected: [half])
            }
            half = element
        }
        return half
    }

    /// The call made ready to run many times: checked, its constant weights packed.
    ///
    /// - Throws: what `validatedOutputTypes` throws.
    public static func prepared(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> any PreparedOperator {
        _ = try validatedOutputTypes(call)
        guard let half = try halfElement(call) else { return try unchecked(call, using: kernels) }
        let operation = try unchecked(call.widened, using: kernels)
        return HalfOperator(
            operation: operation, call: call.dropping(operation.packedInputs), half: half)
    }

    private static func unchecked(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> any PreparedOperator {
        if let prepared = try prepare(call, using: kernels) { return prepared }
        return UnpackedOperator<Self>(call: call, kernels: kernels)
    }

    /// Checks the call and the inputs, and computes the outputs.
    public static func run(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels = .best
    ) throws(OperatorError) -> [Tensor] {
        _ = try validatedOutputTypes(call)
        try call.checkTypes(of: inputs)
        return try evaluateValidated(call, inputs, using: kernels)
    }

    /// Computes the outputs of a call that passed `validatedOutputTypes`, once.
    ///
    /// - Precondition: the inputs have the call's input types.
    public static func evaluateValidated(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        guard let half = try halfElement(call) else {
            return try evaluate(call, inputs, using: kernels)
        }
        let wide = inputs.map { $0?.widened }
        return try evaluate(call.widened, wide, using: kernels).map { $0.narrowed(to: half) }
    }
}

extension OperatorCall {
    /// The call with float32 in the place of float16 and bfloat16.
    var widened: OperatorCall {
        var call = self
        call.inputTypes = inputTypes.map { type in
            type.map { $0.element.isHalf ? TensorType(.float32, $0.shape) : $0 }
        }
        call.constants = constants.map { $0?.widened }
        return call
    }

    /// The call without the values of `inputs`, for whoever keeps another form of them.
    func dropping(_ inputs: [Int]) -> OperatorCall {
        var call = self
        for index in inputs { call.constants[index] = nil }
        return call
    }

    /// Throws `wrongInputType` unless each input has the type the call was checked for.
    ///
    /// - Parameter packed: inputs that may be `nil` instead.
    func checkTypes(
        of inputs: [Tensor?], packed: [Int] = []
    ) throws(OperatorError) {
        guard inputs.count == inputTypes.count else {
            throw .wrongInputCount(
                actual: inputs.count, expected: inputTypes.count...inputTypes.count)
        }
        for index in inputs.indices {
            switch (inputs[index], inputTypes[index]) {
            case (nil, nil): continue
            case (let tensor?, let type?) where tensor.type == type: continue
            case (nil, _?) where packed.contains(index): continue
            default: throw .wrongInputType(index: index)
            }
        }
    }
}

/// A call of an operator that has nothing to pack.
struct UnpackedOperator<Kind: Operator>: PreparedOperator {
    let call: OperatorCall
    let kernels: Kernels

    func evaluate(_ inputs: [Tensor?]) throws(OperatorError) -> [Tensor] {
        try call.checkTypes(of: inputs)
        return try Kind.evaluate(call, inputs, using: kernels)
    }
}

/// A call on float16 or bfloat16 tensors of an operator that computes in float32.
struct HalfOperator: PreparedOperator {
    let operation: any PreparedOperator
    let call: OperatorCall
    let half: ElementType
    var packedInputs: [Int] { operation.packedInputs }
    var packedByteCount: Int { operation.packedByteCount }

    func evaluate(_ inputs: [Tensor?]) throws(OperatorError) -> [Tensor] {
        try call.checkTypes(of: inputs, packed: packedInputs)
        return try operation.evaluate(inputs.map { $0?.widened }).map { $0.narrowed(to: half) }
    }
}
