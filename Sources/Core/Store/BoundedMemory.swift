// A memory of values by hash, bounded in bytes, that any thread may use.

public import Base
import Synchronization

/// Values by hash, the least recently used ones forgotten first.
public final class BoundedMemory: DerivedValueMemory {
    /// What a value costs beside the bytes that it is said to hold.
    private static let entryByteCount = 256

    private let generationLimit: Int
    private let generations: Mutex<Generations<Hash256, any Sendable>>

    /// Makes a memory of about `byteCount` bytes.
    public init(byteCount: Int) {
        generationLimit = byteCount / 2
        generations = Mutex(Generations(generationByteCount: generationLimit))
    }

    public func value(_ key: Hash256) -> (any Sendable)? {
        generations.withLock { $0.value(key) }
    }

    // A value larger than half of the memory is not remembered.
    public func remember(_ value: any Sendable, under key: Hash256, byteCount: Int) {
        let byteCount = byteCount + BoundedMemory.entryByteCount
        guard byteCount <= generationLimit else { return }
        generations.withLock { $0.insert(value, under: key, byteCount: byteCount) }
    }
}
