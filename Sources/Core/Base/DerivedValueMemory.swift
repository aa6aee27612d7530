// Work done once for all copies of an application: a transaction that the mempool decoded and whose
// signatures it verified is decoded and verified again when a block brings it, unless somebody
// remembers.
//
// The memory is a host's, guarded and bounded there, and lent to the application. Deterministic
// code keeps two rules: a value must follow from the bytes that its key is the hash of, and from
// nothing else; and with a memory that forgets everything the results are the same, later.

/// Remembers values by the hash of the bytes they follow from, for a while.
public protocol DerivedValueMemory: Sendable {
    /// The value remembered under `key`, or `nil`.
    func value(_ key: Hash256) -> (any Sendable)?

    /// Remembers `value`, which holds about `byteCount` bytes, under `key`.
    func remember(_ value: any Sendable, under key: Hash256, byteCount: Int)
}
