// The key-value vocabulary that the state tree, the application and the stores share. Deterministic
// targets see only these types; `Store` makes them durable.

/// A named part of a database (a RocksDB column family).
public enum ColumnFamily: String, CaseIterable, Sendable {
    /// Nodes of the state trees, and the records of when they became unreachable.
    case tree
    /// The newest value of every state key, for reads that need no proof.
    case state
    /// Blobs by their SHA-256: weights, programs.
    case blobs
    /// Blocks, commits, results, and the driver's own records.
    case blocks
    /// Transactions by hash and by event.
    case index
}

/// One change of a batch: a value to store, or `nil` to remove the key.
public struct KeyValueWrite: Equatable, Sendable {
    /// Where the key lives.
    public var family: ColumnFamily
    /// The key.
    public var key: Bytes
    /// The new value, or `nil` to remove the key.
    public var value: Bytes?

    /// Makes a change of `key` in `family`.
    public init(_ family: ColumnFamily, _ key: Bytes, _ value: Bytes?) {
        self.family = family
        self.key = key
        self.value = value
    }
}

/// An operating failure of the storage below deterministic code: a broken disk or a corrupted file.
///
/// It never depends on transaction content, so a node that meets it must stop, not answer.
public struct StorageFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// What failed, and what the operator can do.
    public var message: String

    /// Makes a failure with a message for the operator.
    public init(_ message: String) { self.message = message }

    public var description: String { "storage: \(message)" }
}

/// Reads of a key-value database at its last committed state.
public protocol KeyValueReading: Sendable {
    /// The value of `key` in `family`, or `nil`.
    func value(_ family: ColumnFamily, _ key: Bytes) throws(StorageFailure) -> Bytes?

    /// Up to `limit` pairs with `start <= key < end` in ascending key order (descending when
    /// `reverse`). `end == nil` means to the end of the family.
    func pairs(
        _ family: ColumnFamily, from start: Bytes, to end: Bytes?, limit: Int, reverse: Bool
    ) throws(StorageFailure) -> [KeyValuePair]
}

/// A key and its value.
public struct KeyValuePair: Equatable, Sendable {
    /// The key.
    public var key: Bytes
    /// The value.
    public var value: Bytes

    /// Makes a pair.
    public init(_ key: Bytes, _ value: Bytes) {
        self.key = key
        self.value = value
    }
}

extension Array where Element == UInt8 {
    /// The smallest byte string greater than every string that starts with `self`; `nil` when
    /// there is none (all bytes 0xFF). Used as the end of a prefix scan.
    public var prefixEnd: Bytes? {
        var end = self
        while let last = end.popLast() {
            if last < 0xFF {
                end.append(last + 1)
                return end
            }
        }
        return nil
    }
}
