// BitShift, BitwiseAnd, BitwiseOr, BitwiseXor, BitwiseNot, BitCast. ONNX BitShift 11, the bitwise
// ones 18, BitCast 26.

/// The operators of bits.
enum BitFamily {
    static let operators: [any Operator.Type] = [
        BitCastOperator.self,
        BitShiftOperator.self,
        BitwiseAndOperator.self,
        BitwiseNotOperator.self,
        BitwiseOrOperator.self,
        BitwiseXorOperator.self,
    ]
}

/// An elementwise operator of the bits of two integers of one type, broadcasting.
protocol BitOperator: Operator {
    static var elements: [ElementType] { get }
    /// What `apply` needs of the attributes.
    static func isLeft(_ call: OperatorCall) throws(OperatorError) -> Bool
    static func apply<Integer: FixedWidthInteger>(
        _ a: Integer, _ b: Integer, isLeft: Bool
    ) -> Integer
}

extension BitOperator {
    static var opsets: ClosedRange<Int> { 18...OperatorRegistry.latestOpset }
    static var attributeNames: [String] { [] }
    static var inputCount: ClosedRange<Int> { 2...2 }
    static var outputCount: ClosedRange<Int> { 1...1 }
    static var elements: [ElementType] { ElementType.allCases.filter(\.isInteger) }
    static func isLeft(_ call: OperatorCall) throws(OperatorError) -> Bool { true }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        _ = try isLeft(call)
        let type = try call.type(0)
        guard elements.contains(type.element) else {
            throw .wrongElementType(index: 0, actual: type.element, expected: elements)
        }
        return [TensorType(type.element, try call.pairShape())]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let plan = try call.pairPlan()
        let shape = try call.pairShape()
        let isLeft = try isLeft(call)
        func result<Integer: FixedWidthInteger>(_ a: [Integer], _ b: [Integer]) -> [Integer] {
            plan.map(a, b) { apply($0, $1, isLeft: isLeft) }
        }
        switch (inputs.required(0).storage, inputs.required(1).storage) {
        case (.uint8(let a), .uint8(let b)): return [Tensor(result(a, b), shape: shape)]
        case (.int8(let a), .int8(let b)): return [Tensor(result(a, b), shape: shape)]
        case (.uint16(let a), .uint16(let b)): return [Tensor(result(a, b), shape: shape)]
        case (.int16(let a), .int16(let b)): return [Tensor(result(a, b), shape: shape)]
        case (.uint32(let a), .uint32(let b)): return [Tensor(result(a, b), shape: shape)]
        case (.int32(let a), .int32(let b)): return [Tensor(result(a, b), shape: shape)]
        case (.uint64(let a), .uint64(let b)): return [Tensor(result(a, b), shape: shape)]
        case (.int64(let a), .int64(let b)): return [Tensor(result(a, b), shape: shape)]
        default: throw .wrongInputType(index: 0)
        }
    }
}

enum BitwiseAndOperator: BitOperator {
    static let name = "BitwiseAnd"
    static func apply<Integer: FixedWidthInteger>(
        _ a: Integer, _ b: Integer, isLeft: Bool
    ) -> Integer { a & b }
}

enum BitwiseOrOperator: BitOperator {
    static let name = "BitwiseOr"
    static func apply<Integer: FixedWidthInteger>(
        _ a: Integer, _ b: Integer, isLeft: Bool
    ) -> Integer { a | b }
}

enum BitwiseXorOperator: BitOperator {
    static let name = "BitwiseXor"
    static func apply<Integer: FixedWidthInteger>(
        _ a: Integer, _ b: Integer, isLeft: Bool
    ) -> Integer { a ^ b }
}

/// x shifted by y bits, zeros moving in; 0 when y is the width or more.
enum BitShiftOperator: BitOperator {
    static let name = "BitShift"
    static let opsets = 11...OperatorRegistry.latestOpset
    static let attributeNames = ["direction"]
    static let elements: [ElementType] = [.uint8, .uint16, .uint32, .uint64]

    static func isLeft(_ call: OperatorCall) throws(OperatorError) -> Bool {
        switch try call.attributes.string("direction", default: "") {
        case "LEFT": return true
        case "RIGHT": return false
        case "": throw .missingAttribute(name: "direction")
        default: throw .wrongAttribute(name: "direction", reason: "is neither LEFT nor RIGHT")
        }
    }

    /// Swift's smart shifts give 0 from the width on.
    static func apply<Integer: FixedWidthInteger>(
        _ a: Integer, _ b: Integer, isLeft: Bool
    ) -> Integer { isLeft ? a << b : a >> b }
}

/// Every bit flipped.
enum BitwiseNotOperator: Operator {
    static let name = "BitwiseNot"
    static let opsets = 18...OperatorRegistry.latestOpset
    static let attributeNames: [String] = []
    static let inputCount = 1...1
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0)
        guard type.element.isInteger else {
            throw .wrongElementType(
                index: 0, actual: type.element, expected: ElementType.allCases.filter(\.isInteger))
        }
        return [type]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let shape = input.shape
        switch input.storage {
        case .uint8(let x): return [Tensor(x.elementwise { ~$0 }, shape: shape)]
        case .int8(let x): return [Tensor(x.elementwise { ~$0 }, shape: shape)]
        case .uint16(let x): return [Tensor(x.elementwise { ~$0 }, shape: shape)]
        case .int16(let x): return [Tensor(x.elementwise { ~$0 }, shape: shape)]
        case .uint32(let x): return [Tensor(x.elementwise { ~$0 }, shape: shape)]
        case .int32(let x): return [Tensor(x.elementwise { ~$0 }, shape: shape)]
        case .uint64(let x): return [Tensor(x.elementwise { ~$0 }, shape: shape)]
        case .int64(let x): return [Tensor(x.elementwise { ~$0 }, shape: shape)]
        default: throw .wrongInputType(index: 0)
        }
    }
}

/// The same bits as another type of the same width. A NaN becomes the canonical one, as in every
/// tensor; a byte that becomes a truth value must be 0 or 1.
enum BitCastOperator: Operator {
    static let name = "BitCast"
    static let opsets = 26...OperatorRegistry.latestOpset
    static let isNativeForHalf = true
    static let attributeNames = ["to"]
    static let inputCount = 1...1
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0)
        let number = try call.attributes.int("to")
        guard let exact = Int32(exactly: number), let target = ElementType(rawValue: exact) else {
            throw .wrongAttribute(name: "to", reason: "is the element type \(number)")
        }
        guard type.element.isFixedSize, target.isFixedSize,
            type.element.byteCount == target.byteCount
        else {
            throw .wrongAttribute(
                name: "to", reason: "\(target.name) is not as wide as \(type.element.name)")
        }
        return [TensorType(target, type.shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        guard let type = try outputTypes(call).first else { throw .missingInput(index: 0) }
        return [
            try Tensor(type: type, littleEndianBytes: inputs.required(0).littleEndianBytes[...])
        ]
    }
}
