// The weights of a model, in memory or elsewhere. Those elsewhere are read in chunks of 1 MiB, and
// every chunk is compared with the hash it had when the model was loaded: what is computed with is
// what the ModelID names, even if the file changes later.

import Base
import Merkle

/// The weights of a model, with the hash of each chunk.
struct WeightStore: Sendable {
    /// Where the bytes are.
    enum Source: Sendable {
        case memory(Bytes)
        /// From `offset` on in `bytes`.
        case elsewhere(any ByteReading, offset: Int)
    }

    let source: Source
    /// Number of bytes.
    let count: Int
    /// The Merkle leaf hashes of the chunks.
    let chunkHashes: [Hash256]

    /// Weights in memory.
    init(_ bytes: Bytes) {
        source = .memory(bytes)
        count = bytes.count
        chunkHashes = stride(from: 0, to: count, by: Model.chunkByteCount).map { start in
            MerkleTree.leafHash(
                Bytes(bytes[start..<min(bytes.count, start + Model.chunkByteCount)]))
        }
    }

    /// Weights in memory, to be read only: memory is not compared with hashes.
    fileprivate init(unhashed bytes: Bytes) {
        source = .memory(bytes)
        count = bytes.count
        chunkHashes = []
    }

    /// Weights that fill `range` of `bytes`. Reads them once.
    init(_ bytes: any ByteReading, range: Range<Int>) throws(ModelError) {
        source = .elsewhere(bytes, offset: range.lowerBound)
        count = range.count
        var hashes: [Hash256] = []
        for start in stride(from: range.lowerBound, to: range.upperBound, by: Model.chunkByteCount)
        {
            let end = min(range.upperBound, start + Model.chunkByteCount)
            hashes.append(MerkleTree.leafHash(try bytes.read(start..<end)))
        }
        chunkHashes = hashes
    }

    /// The Merkle root over the chunks.
    var root: Hash256 { MerkleTree.root(ofLeafHashes: chunkHashes) }

    /// The bytes; `nil` when they are not in memory.
    var bytes: Bytes? {
        if case .memory(let bytes) = source { bytes } else { nil }
    }

    /// The chunk numbered `index`, compared with its hash when it comes from elsewhere.
    fileprivate func chunk(_ index: Int) throws(ModelError) -> Bytes {
        let start = index * Model.chunkByteCount
        let end = min(count, start + Model.chunkByteCount)
        switch source {
        case .memory(let bytes): return Bytes(bytes[start..<end])
        case .elsewhere(let bytes, let offset):
            let chunk = try bytes.read(offset + start..<offset + end)
            guard MerkleTree.leafHash(chunk) == chunkHashes[index] else {
                throw .changedWeights(chunk: index)
            }
            return chunk
        }
    }
}

/// Reads weights piece by piece, and keeps the last chunk for the next piece.
public struct WeightCursor {
    private let store: WeightStore
    private var last: (index: Int, bytes: Bytes)?

    /// Starts to read the weights of `model`.
    public init(_ model: Model) { store = model.weightStore }

    init(_ store: WeightStore) { self.store = store }

    /// Starts to read weights in memory, whose hashes nobody needs.
    init(_ bytes: Bytes) { store = WeightStore(unhashed: bytes) }

    /// How many bytes there are.
    var count: Int { store.count }

    /// The bytes of `range`, which lies in the weights. Copies nothing that is in memory.
    mutating func read(_ range: Range<Int>) throws(ModelError) -> ArraySlice<UInt8> {
        if case .memory(let bytes) = store.source { return bytes[range] }
        var result = Bytes()
        result.reserveCapacity(range.count)
        try forEachPiece(of: range) { result += $0 }
        return result[...]
    }

    /// Calls `body` with the bytes of `range`, chunk by chunk.
    mutating func forEachPiece(
        of range: Range<Int>, _ body: (ArraySlice<UInt8>) -> Void
    ) throws(ModelError) {
        var start = range.lowerBound
        while start < range.upperBound {
            let index = start / Model.chunkByteCount
            let first = index * Model.chunkByteCount
            let end = min(range.upperBound, first + Model.chunkByteCount)
            let chunk: Bytes
            if let last, last.index == index {
                chunk = last.bytes
            } else {
                chunk = try store.chunk(index)
                last = (index, chunk)
            }
            body(chunk[start - first..<end - first])
            start = end
        }
    }
}
