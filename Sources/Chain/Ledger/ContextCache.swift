// Work worth keeping between transactions: a decoded, checked model is used by the next request
// too.
//
// A lock-guarded cache would be shared mutable state, which deterministic code does without. This
// is a value instead: `App` owns one, lends it to each context, and takes it back with the state. A
// query works on a copy. What a cache holds must follow from committed content alone (look it up by
// a hash of that content), and must never change gas, results or events: an execution with an empty
// cache gives the same bytes, later.

/// Values derived from committed content, kept from one execution to the next.
public struct ContextCache: Sendable {
    private var values: [String: any Sendable] = [:]

    /// Makes an empty cache.
    public init() {}

    /// The value kept by the module called `name`; `nil` when there is none of this type. Assigning
    /// `nil` drops it.
    public subscript<Value: Sendable>(name: String, as type: Value.Type) -> Value? {
        get { values[name] as? Value }
        set { values[name] = newValue }
    }
}
