// The list attributes that few operators have.

extension Attributes {
    /// The binary32 numbers `name`, `nil` when absent. Throws `wrongAttribute` on another kind.
    public func floats(_ name: String) throws(OperatorError) -> [Float]? {
        switch self[name] {
        case .floats(let bits): return bits.map { Float(bitPattern: $0) }
        case nil: return nil
        default: throw .wrongAttribute(name: name, reason: "is not a list of floats")
        }
    }

    /// The texts `name`, `nil` when absent. Throws `wrongAttribute` on another kind.
    public func strings(_ name: String) throws(OperatorError) -> [String]? {
        switch self[name] {
        case .strings(let values): return values
        case nil: return nil
        default: throw .wrongAttribute(name: name, reason: "is not a list of strings")
        }
    }
}
