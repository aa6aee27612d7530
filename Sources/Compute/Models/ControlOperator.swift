// The operators that are not functions from tensors to tensors: control flow, whose bodies are
// programs of their own, and everything about sequences and optional values. What they do is in
// `Machine`; here is what a program may say of them. ONNX `If`, `Loop`, `Scan`, `SequenceMap`,
// `Sequence*`, `Optional*`; `FlexAttention` of the preview domain.

import Tensors

/// An operator that the machine itself carries out.
public enum ControlOperator: String, CaseIterable, Sendable {
    /// One of two bodies, by a truth value.
    case branch = "If"
    /// A body again and again, while a condition holds or for a count.
    case loop = "Loop"
    /// A body for each slice of its inputs.
    case scan = "Scan"
    /// A body for each element of a sequence.
    case sequenceMap = "SequenceMap"
    /// The inputs as a sequence.
    case sequenceConstruct = "SequenceConstruct"
    /// A sequence without elements.
    case sequenceEmpty = "SequenceEmpty"
    /// The element of a sequence at a position.
    case sequenceAt = "SequenceAt"
    /// A sequence with one element more.
    case sequenceInsert = "SequenceInsert"
    /// A sequence with one element less.
    case sequenceErase = "SequenceErase"
    /// How many elements a sequence has.
    case sequenceLength = "SequenceLength"
    /// A tensor cut into a sequence.
    case splitToSequence = "SplitToSequence"
    /// A sequence joined to a tensor.
    case concatFromSequence = "ConcatFromSequence"
    /// A value that may be absent.
    case optional = "Optional"
    /// Whether an optional value is there.
    case optionalHasElement = "OptionalHasElement"
    /// The value of an optional that is there.
    case optionalGetElement = "OptionalGetElement"
    /// Attention whose scores and probabilities bodies may change.
    case flexAttention = "ai.onnx.preview.FlexAttention"

    /// The ONNX attributes that hold the bodies, ascending; a program's bodies stand in this order.
    public var bodyNames: [String] {
        switch self {
        case .branch: ["else_branch", "then_branch"]
        case .loop, .scan, .sequenceMap: ["body"]
        case .flexAttention: ["prob_mod", "score_mod"]
        default: []
        }
    }

    /// Whether a file may leave bodies out; each then gives back its one input.
    public var hasOptionalBodies: Bool { self == .flexAttention }

    /// How many inputs a node may list.
    public var inputCount: ClosedRange<Int> {
        switch self {
        case .branch, .sequenceLength: 1...1
        case .loop, .scan, .sequenceMap, .sequenceConstruct: 1...Int(Int32.max)
        case .sequenceEmpty: 0...0
        case .sequenceAt: 2...2
        case .sequenceInsert: 2...3
        case .sequenceErase, .splitToSequence: 1...2
        case .concatFromSequence: 1...1
        case .optional, .optionalHasElement: 0...1
        case .optionalGetElement: 1...1
        case .flexAttention: 3...3
        }
    }

    /// How many outputs a node may ask for.
    public var outputCount: ClosedRange<Int> {
        switch self {
        case .branch, .loop, .scan, .sequenceMap: 1...Int(Int32.max)
        default: 1...1
        }
    }

    /// The attributes that the operator knows beside its bodies.
    public var attributeNames: [String] {
        switch self {
        case .scan:
            [
                "directions", "num_scan_inputs", "scan_input_axes", "scan_input_directions",
                "scan_output_axes", "scan_output_directions",
            ]
        case .sequenceEmpty: ["dtype"]
        case .splitToSequence: ["axis", "keepdims"]
        case .concatFromSequence: ["axis", "new_axis"]
        case .flexAttention: ["scale", "softmax_precision"]
        default: []
        }
    }

    /// Checks what can be told of a call before it runs.
    func validateForm(_ call: OperatorCall, bodies: [ProgramBody]) throws(OperatorError) {
        guard inputCount.contains(call.inputTypes.count) else {
            throw .wrongInputCount(actual: call.inputTypes.count, expected: inputCount)
        }
        guard outputCount.contains(call.outputCount) else {
            throw .wrongOutputCount(actual: call.outputCount, expected: outputCount)
        }
        for entry in call.attributes.entries where !attributeNames.contains(entry.name) {
            throw .unknownAttribute(name: entry.name)
        }
        guard bodies.count == bodyNames.count else {
            throw .missingAttribute(name: bodyNames.first ?? "body")
        }
        for (name, body) in zip(bodyNames, bodies) {
            let isFitting: Bool
            switch self {
            case .branch: isFitting = body.inputCount == 0 && body.outputs.count == call.outputCount
            case .loop:
                // Count, condition and the carried values in; condition, carried and scanned out.
                isFitting =
                    body.inputCount == max(call.inputTypes.count, 2)
                    && body.outputs.count == call.outputCount + 1
                    && body.outputs.count >= Int(body.inputCount) - 1
            case .scan:
                let given = call.inputTypes.count - (call.opset < 9 ? 1 : 0)
                isFitting = body.inputCount == given && body.outputs.count == call.outputCount
            case .flexAttention: isFitting = body.inputCount == 1 && body.outputs.count == 1
            default:
                isFitting =
                    body.inputCount == call.inputTypes.count
                    && body.outputs.count == call.outputCount
            }
            guard isFitting else {
                throw .wrongAttribute(
                    name: name,
                    reason: "has \(body.inputCount) inputs and \(body.outputs.count) outputs")
            }
        }
    }
}
