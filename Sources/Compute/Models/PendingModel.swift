// A model on its way into memory. Large weights are read once: each chunk is hashed and, while it
// is in the cache, handed on to whoever decodes or packs it; at the end the hashes must give the
// ModelID, or all of it is thrown away. So loading takes one pass over the file and no copy of it.

import Base
import Cryptography

/// A model whose program has been checked and whose weights may not have been read yet.
public struct PendingModel: Sendable {
    /// The model, with the ModelID that its file claims. Good for asking what it takes and what it
    /// costs; what it computes is worth nothing before ``verified()``.
    public let unverified: Model
    /// Whether nothing is left to check.
    private let isVerified: Bool
    private let peeks: [PeekedBytes]

    /// A model that has been verified already.
    public init(_ model: Model) {
        unverified = model
        isVerified = true
        peeks = []
    }

    /// Reads the head and the program of a model file, and such small constants as shapes depend
    /// on.
    ///
    /// - Throws: ``ModelError`` for anything that ``Model/init(reading:limits:)`` refuses, but for
    ///   what only the whole weights show.
    public init(
        reading file: any ByteReading, limits: ModelLimits = .default
    ) throws(ModelError) {
        let layout = try Model.layout(
            try file.read(0..<min(file.byteCount, Model.headerByteCount)), file.byteCount, limits)
        let padding = try file.read(layout.program.upperBound..<layout.weights.lowerBound)
        guard padding.allSatisfy({ $0 == 0 }) else { throw .nonzeroReserved }
        (unverified, peeks) = try Model.pending(
            programBytes: try file.read(layout.program),
            weights: WeightStore(unread: file, range: layout.weights), identity: layout.identity,
            limits: limits)
        isVerified = false
    }

    /// The model, after one pass over its weights.
    ///
    /// - Throws: `wrongModelID`, `changedWeights`, `unreadable`.
    public func verified() throws(ModelError) -> Model {
        isVerified ? unverified : try load { (_, _) throws(ModelError) in }
    }

    /// The model, after one pass over its weights in which `body` gets every piece and where it
    /// begins, ascending. What `body` makes of them must not be used when this throws.
    package func load(
        _ body: (Int, ArraySlice<UInt8>) throws(ModelError) -> Void
    ) throws(ModelError) -> Model {
        var store = unverified.weightStore
        var check = PeekCheck(peeks)
        try store.forEachPiece { (start, piece) throws(ModelError) in
            try check.take(piece, at: start)
            try body(start, piece)
        }
        return isVerified ? unverified : try unverified.completed(store)
    }
}

/// Compares what was read of the weights before with what is read in the pass over them.
private struct PeekCheck {
    private var peeks: ArraySlice<PeekedBytes>
    private var hasher = SHA256Hasher()

    init(_ peeks: [PeekedBytes]) {
        self.peeks = peeks.sorted { $0.range.lowerBound < $1.range.lowerBound }[...]
    }

    mutating func take(_ piece: ArraySlice<UInt8>, at start: Int) throws(ModelError) {
        let end = start + piece.count
        while let peek = peeks.first, peek.range.lowerBound < end {
            let from = max(start, peek.range.lowerBound)
            let to = min(end, peek.range.upperBound)
            let offset = piece.startIndex - start
            hasher.update(piece[offset + from..<offset + to])
            guard peek.range.upperBound <= end else { return }
            guard hasher.finalize() == peek.hash else {
                throw .changedWeights(chunk: peek.range.lowerBound / Model.chunkByteCount)
            }
            hasher = SHA256Hasher()
            peeks.removeFirst()
        }
    }
}
