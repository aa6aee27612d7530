// Why an inference was not proved, besides what the machine and the files say.

/// Why an inference was not proved.
public enum ProvingFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The model cannot be proved.
    case model(String)
    /// The reference string does not serve the model.
    case referenceString(String)
    /// The context is too long.
    case context(byteCount: Int)
    /// The machine and the relations computed different answers: a bug.
    case disagreement

    public var description: String {
        switch self {
        case .model(let reason): reason
        case .referenceString(let reason): reason
        case .context(let count): "a context of \(count) bytes; 64 are allowed"
        case .disagreement:
            "the machine and the relations disagree about the answer; please report this model"
        }
    }
}
