// Loaded models, kept from one request to the next. A request to an 8 MiB model would otherwise
// read, hash, check and pack those 8 MiB again.
//
// The cache is a plain value: deterministic code has no locks and no hidden state, so whoever runs
// requests one after the other owns it and passes it along. Models are named by ModelID, the hash
// of their content, so an entry can never be stale. Gas is charged before the cache is asked; a
// miss changes only the time it takes.

public import Base

/// The models used most recently, up to a number of bytes.
public struct ModelCache: Sendable {
    /// Most bytes of all models together, as ``LoadedModel/memoryByteCount`` counts them.
    public let maximumByteCount: Int
    /// Most models.
    public let maximumCount: Int
    /// Models, the one used last at the end.
    private var models: [LoadedModel] = []

    /// Makes an empty cache; by default of 256 MiB and 64 models.
    public init(maximumByteCount: Int = 256 << 20, maximumCount: Int = 64) {
        self.maximumByteCount = maximumByteCount
        self.maximumCount = maximumCount
    }

    /// Number of models kept.
    public var count: Int { models.count }

    /// Number of bytes of the models kept.
    public var byteCount: Int { models.reduce(0) { $0 + $1.memoryByteCount } }

    /// The model called `modelID`, marked as used last; `nil` when it is not kept.
    public mutating func model(_ modelID: Hash256) -> LoadedModel? {
        guard let index = models.lastIndex(where: { $0.modelID == modelID }) else { return nil }
        let model = models[index]
        if index != models.count - 1 {
            models.remove(at: index)
            models.append(model)
        }
        return model
    }

    /// Keeps `model`, dropping those not used for longest while there are too many. A model larger
    /// than the whole cache is not kept.
    public mutating func insert(_ model: LoadedModel) {
        guard model.memoryByteCount <= maximumByteCount, maximumCount > 0 else { return }
        models.removeAll { $0.modelID == model.modelID }
        while models.count >= maximumCount
            || byteCount > maximumByteCount - model.memoryByteCount
        {
            models.removeFirst()
        }
        models.append(model)
    }
}
