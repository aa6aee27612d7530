// What the drivers need of a database: reads of the last commit, and one atomic durable batch.

public import Base

/// A key-value database with named families, atomic batches, and readers that never block.
///
/// Reads see every commit that has returned. Commits take effect one after another, in the order
/// of their calls. All members may be called from any thread.
public protocol KeyValueStore: KeyValueReading {
    /// Applies `writes` in order as one batch and makes it durable before it returns.
    ///
    /// After a throw the database holds all of the batch or none of it; which of the two is known
    /// only after it is opened again. A store that has thrown here must not be written again.
    func commit(_ writes: [KeyValueWrite]) throws(StorageFailure)

    /// Reads of the content at this moment, whatever is committed later. It holds on to what is
    /// replaced meanwhile, so it is for tasks that end.
    func view() throws(StorageFailure) -> any KeyValueReading

    /// Removes everything in `families`, as one durable batch.
    func removeAll(_ families: [ColumnFamily]) throws(StorageFailure)

    /// Releases the database. Calls still running on other threads end first; every later call
    /// throws. Closing twice is harmless.
    func close()
}

extension KeyValueReading {
    /// Whether nothing is in `family`.
    public func isEmpty(_ family: ColumnFamily) throws(StorageFailure) -> Bool {
        try pairs(family, from: [], to: nil, limit: 1, reverse: false).isEmpty
    }

    /// Every pair of `family` in ascending key order. For tests and small families.
    public func allPairs(_ family: ColumnFamily) throws(StorageFailure) -> [KeyValuePair] {
        try pairs(family, from: [], to: nil, limit: .max, reverse: false)
    }

    /// Up to `limit` pairs whose key starts with `prefix`, in ascending key order (descending when
    /// `reverse`).
    public func pairs(
        _ family: ColumnFamily, prefix: Bytes, limit: Int = .max, reverse: Bool = false
    ) throws(StorageFailure) -> [KeyValuePair] {
        try pairs(family, from: prefix, to: prefix.prefixEnd, limit: limit, reverse: reverse)
    }
}
