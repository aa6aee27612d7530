// What a value of a program can be while it runs: nearly always a tensor; in programs with ONNX
// sequences or optional values also those.

public import Tensors

/// A value in a run.
public enum RuntimeValue: Sendable, Equatable {
    /// A tensor.
    case tensor(Tensor)
    /// A sequence of values.
    indirect case sequence([RuntimeValue])
    /// A value that may be absent.
    indirect case optional(RuntimeValue?)

    /// The tensor, or `nil` when the value is none.
    public var tensor: Tensor? {
        if case .tensor(let tensor) = self { tensor } else { nil }
    }

    /// Most levels of values within values.
    static let maximumDepth = 8

    /// Levels of values within the value; 0 for a tensor.
    var depth: Int {
        switch self {
        case .tensor: 0
        case .sequence(let values): 1 + (values.map(\.depth).max() ?? 0)
        case .optional(let value): 1 + (value?.depth ?? 0)
        }
    }

    /// Bytes of all tensors in the value, texts counted by their length.
    var byteCount: Int {
        switch self {
        case .tensor(let tensor):
            let texts = tensor.strings ?? []
            return texts.reduce(tensor.type.byteCount) { $0 + $1.utf8.count }
        case .sequence(let values): return values.reduce(16) { $0 + $1.byteCount }
        case .optional(let value): return value?.byteCount ?? 0
        }
    }

    /// What the value is, in a word.
    var kind: String {
        switch self {
        case .tensor: "a tensor"
        case .sequence: "a sequence"
        case .optional: "an optional value"
        }
    }
}

/// A value with the name of the input or output it stands for.
public struct NamedValue: Sendable, Equatable {
    /// The name.
    public var name: String
    /// The value.
    public var value: RuntimeValue

    /// Names a value.
    public init(name: String, value: RuntimeValue) {
        self.name = name
        self.value = value
    }
}
