// Why a model was not quantised. The texts are for the person who has the model: they name the node
// and say what would be accepted.

public import Machine
public import Models
public import Tensors

/// A refusal to make an integer program of a model.
public enum QuantizationError: Error, Equatable, Sendable {
    /// The model has parts whose types only a run tells.
    case notStatic(NodePlace?)
    /// No operator of the integer profile does what the node does; `nearest` says what would do.
    case unsupported(NodePlace, nearest: String)
    /// The node is of a supported kind, but not in this form.
    case unsupportedForm(NodePlace, reason: String)
    /// There are no samples to observe.
    case noSamples
    /// An input of the model is neither float32 nor a list of indices.
    case unsupportedInput(String, ElementType)
    /// A quantised ONNX graph has parameters that the profile cannot express.
    case unfitParameters(NodePlace, reason: String)
    /// The model has no quantised part, so there is nothing to convert without calibration.
    case notQuantized
    /// The float model failed on a sample.
    case run(MachineError)
    /// The float model's constants cannot be read, or the integer program was refused.
    case model(ModelError)
}

extension QuantizationError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notStatic(let place):
            "the integer profile needs every shape known before a run"
                + (place.map { "; \($0) has one that is not" } ?? "")
                + "; fix the sizes, for instance with --dimension NAME=N"
        case .unsupported(let place, let nearest):
            "\(place) has no counterpart in the integer profile; \(nearest)"
        case .unsupportedForm(let place, let reason): "\(place): \(reason)"
        case .noSamples: "calibration needs at least one sample"
        case .unsupportedInput(let name, let element):
            "input \"\(name)\" is \(element.name); the integer profile takes float32 numbers, "
                + "and int64 or int32 indices"
        case .unfitParameters(let place, let reason):
            "\(place) does not fit the integer profile: \(reason)"
        case .notQuantized:
            "the model holds no QuantizeLinear, QLinearConv or QLinearMatMul; quantise it with "
                + "aivm model quantize --calibrate"
        case .run(let error): "a sample cannot be run: \(error)"
        case .model(let error): "\(error)"
        }
    }
}
