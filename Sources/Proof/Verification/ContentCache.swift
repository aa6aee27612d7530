// What was read and checked, kept from one request to the next: a request to an 8 MiB model would
// otherwise read, hash, check and pack those 8 MiB again; reading a verification key costs a sixth
// of verifying a proof; reading a committed model costs several times what verifying does.
//
// The cache is a plain value: deterministic code has no locks and no hidden state, so whoever runs
// requests one after the other owns it and passes it along. Entries are named by the hash of their
// content, so one can never be stale. Gas is charged before the cache is asked; a miss changes only
// the time it takes.

public import Base

/// Something that is named by its content and takes memory.
public protocol ContentNamed: Sendable {
    /// The hash of the content.
    var contentID: Hash256 { get }
    /// What it takes, about, in the unit of its kind: bytes, values or entries.
    var cacheSize: Int { get }
}

/// The entries used most recently, up to a number and a size of all together.
public struct ContentCache<Entry: ContentNamed>: Sendable {
    /// Most of all entries' ``ContentNamed/cacheSize`` together.
    public let maximumSize: Int
    /// Most entries.
    public let maximumCount: Int
    /// Entries, the one used last at the end.
    private var entries: [Entry] = []

    /// Makes an empty cache.
    public init(maximumSize: Int, maximumCount: Int = 64) {
        self.maximumSize = maximumSize
        self.maximumCount = maximumCount
    }

    /// Number of entries kept.
    public var count: Int { entries.count }

    /// What the entries kept take together.
    public var size: Int { entries.reduce(0) { $0 + $1.cacheSize } }

    /// The entry called `id`, marked as used last; `nil` when it is not kept.
    public mutating func entry(_ id: Hash256) -> Entry? {
        guard let index = entries.lastIndex(where: { $0.contentID == id }) else { return nil }
        let entry = entries[index]
        if index != entries.count - 1 {
            entries.remove(at: index)
            entries.append(entry)
        }
        return entry
    }

    /// Keeps `entry`, dropping those not used for longest while there are too many. One larger than
    /// the whole cache is not kept.
    public mutating func insert(_ entry: Entry) {
        guard entry.cacheSize <= maximumSize, maximumCount > 0 else { return }
        entries.removeAll { $0.contentID == entry.contentID }
        while entries.count >= maximumCount || size > maximumSize - entry.cacheSize {
            entries.removeFirst()
        }
        entries.append(entry)
    }
}

extension LoadedModel: ContentNamed {
    public var contentID: Hash256 { modelID }
    /// Bytes.
    public var cacheSize: Int { memoryByteCount }
}

extension CircuitKey: ContentNamed {
    public var contentID: Hash256 { id }
    /// One: all keys are about as large.
    public var cacheSize: Int { 1 }
}

extension ProvableModel: ContentNamed {
    public var contentID: Hash256 { modelID }
    /// Values or work, whichever is more: a program of few values may have relations of hundreds of
    /// megabytes; a step of work is counted for every twenty bytes, about.
    public var cacheSize: Int { max(size, verificationWork) }
}
