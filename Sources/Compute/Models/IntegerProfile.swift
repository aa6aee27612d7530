// Profiles: what a program promises about itself beyond being valid. One that keeps to the integer
// profile consists of total integer functions alone, with floats only at its edges, so that a run
// of it can be proved (Documentation/integer-profile.md). The promise is part of the program's
// bytes, and it is checked when the program is.

import Tensors

/// What a program promises about its operators.
public enum ProgramProfile: UInt32, Sendable, CaseIterable {
    /// Nothing.
    case none = 0
    /// Integer functions, floats at the edges only.
    case integer = 1

    /// A name for people: `none`, `integer`.
    public var name: String {
        switch self {
        case .none: "none"
        case .integer: "integer"
        }
    }
}

/// The rules of the integer profile.
enum IntegerProfile {
    private static let quantize = "aivm.integer.Quantize"
    private static let dequantize = "aivm.integer.Dequantize"

    /// Operators of the profile, ascending, with the inputs that must be constants.
    private static let operators: [(name: String, constants: Range<Int>)] = [
        ("ArgMax", 0..<0), ("ArgMin", 0..<0), ("Concat", 0..<0), ("Expand", 1..<2),
        ("Flatten", 0..<0), ("Identity", 0..<0), ("Reshape", 1..<2), ("Slice", 1..<5),
        ("Split", 1..<2), ("Squeeze", 1..<2), ("Transpose", 0..<0), ("Unsqueeze", 1..<2),
        ("aivm.integer.Add", 0..<0), ("aivm.integer.AveragePool", 0..<0),
        ("aivm.integer.Conv", 1..<3), (dequantize, 0..<0), ("aivm.integer.Gather", 0..<0),
        ("aivm.integer.Linear", 1..<3), ("aivm.integer.MatMul", 0..<0),
        ("aivm.integer.MaxPool", 0..<0), ("aivm.integer.Mean", 0..<0),
        ("aivm.integer.Mul", 2..<3), ("aivm.integer.Normalize", 0..<0), (quantize, 0..<0),
        ("aivm.integer.Rescale", 0..<0), ("aivm.integer.Softmax", 0..<0),
        ("aivm.integer.Table", 0..<0), ("aivm.integer.TreeEnsemble", 1..<4),
    ]

    /// The names of the operators of the profile, ascending.
    static let operatorNames = operators.map(\.name)

    /// Holds a program whose types have been inferred against the rules.
    ///
    /// - Throws: `outsideProfile`.
    static func check(
        _ program: Program, _ inferred: InferredProgram
    ) throws(ModelError) {
        let constants = program.inputs.count..<program.inputs.count + program.constants.count
        var isDequantized = [Bool](repeating: false, count: inferred.valueTypes.count)
        for node in inferred.nodes {
            try check(node, inferred, inputs: 0..<program.inputs.count, constants: constants)
            for case .some(let value) in node.inputs where isDequantized[value] {
                throw .outsideProfile(
                    "\(node.place)", reason: "it reads what Dequantize makes, which is an output")
            }
            if node.place.operatorName == dequantize {
                isDequantized[node.outputs.lowerBound] = true
            }
        }
        for output in program.outputs {
            let value = Int(output.value) - 1
            guard !constants.contains(value), value >= program.inputs.count else {
                throw .outsideProfile("output \"\(output.name)\"", reason: "it is not computed")
            }
        }
    }

    private static func check(
        _ node: CheckedNode, _ inferred: InferredProgram, inputs: Range<Int>,
        constants: Range<Int>
    ) throws(ModelError) {
        let name = node.place.operatorName
        guard let rule = operators.first(where: { $0.name == name }) else {
            throw .outsideProfile(
                "\(node.place)",
                reason: "its operators are "
                    + operatorNames.joined(separator: " "))
        }
        guard let outputs = node.outputTypes else {
            throw .outsideProfile("\(node.place)", reason: "its types are known only in a run")
        }
        for (position, input) in node.inputs.enumerated() {
            guard let input else { continue }
            guard let type = inferred.valueTypes[input] else {
                throw .outsideProfile(
                    "\(node.place)", reason: "the type of input \(position) is known only in a run")
            }
            if rule.constants.contains(position) {
                guard constants.contains(input) else {
                    throw .outsideProfile(
                        "\(node.place)", reason: "input \(position) is not a constant")
                }
            } else if name == quantize {
                guard inputs.contains(input) else {
                    throw .outsideProfile(
                        "\(node.place)", reason: "input \(position) is not one of the program's")
                }
            } else {
                try check(type, "\(node.place): input \(position)")
            }
        }
        for (index, type) in outputs.enumerated() where name != dequantize {
            try check(type, "\(node.place): output \(index)")
        }
    }

    /// Activations are int16, positions int64 or int32.
    private static func check(_ type: TensorType, _ owner: String) throws(ModelError) {
        switch type.element {
        case .int16, .int32, .int64: return
        default:
            throw .outsideProfile(owner, reason: "it is \(type.element.name), not an activation")
        }
    }
}
