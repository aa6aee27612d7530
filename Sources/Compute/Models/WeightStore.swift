// The weights of a model, in memory or elsewhere. Those elsewhere are read in chunks of 1 MiB, and
// every chunk is compared with the hash it had when the model was loaded: what is computed with is
// what the ModelID names, even if the file changes later.

import Base
import Cryptography
import Merkle

/// The weights of a model, with the hash of each chunk.
struct WeightStore: Sendable {
    /// Where the bytes are.
    enum Source: Sendable {
        case memory(Bytes)
        /// From `offset` on in `bytes`.
        case elsewhere(any ByteReading, offset: Int)
    }

    /// Chunks that are read at a time: as many as are hashed side by side; of small weights one,
    /// because a piece would be much of their memory.
    private var chunksOfAPiece: Int { count < 24 << 20 ? 1 : 8 }

    let source: Source
    /// Number of bytes.
    let count: Int
    /// The Merkle leaf hashes of the chunks; none while a model that is elsewhere is being loaded.
    var chunkHashes: [Hash256]

    /// Weights in memory.
    init(_ bytes: Bytes) {
        source = .memory(bytes)
        count = bytes.count
        chunkHashes = MerkleTree.leafHashes(of: bytes[...], each: Model.chunkByteCount)
    }

    /// Weights in memory, to be read only: memory is not compared with hashes.
    fileprivate init(unhashed bytes: Bytes) {
        source = .memory(bytes)
        count = bytes.count
        chunkHashes = []
    }

    /// Weights that fill `range` of `bytes`, none of them read yet.
    init(unread bytes: any ByteReading, range: Range<Int>) {
        source = .elsewhere(bytes, offset: range.lowerBound)
        count = range.count
        chunkHashes = []
    }

    /// The Merkle root over the chunks.
    var root: Hash256 { MerkleTree.root(ofLeafHashes: chunkHashes) }

    /// The bytes; `nil` when they are not in memory.
    var bytes: Bytes? {
        if case .memory(let bytes) = source { bytes } else { nil }
    }

    /// The bytes of `range`, each chunk of it compared with its hash when it comes from elsewhere.
    fileprivate func verified(_ range: Range<Int>) throws(ModelError) -> ArraySlice<UInt8> {
        guard case .elsewhere(let bytes, let offset) = source else { return bytes?[range] ?? [] }
        var result = Bytes()
        var chunk = Bytes()
        var start = range.lowerBound
        while start < range.upperBound {
            let index = start / Model.chunkByteCount
            let first = index * Model.chunkByteCount
            let last = min(count, first + Model.chunkByteCount)
            try bytes.read(offset + first..<offset + last, into: &chunk)
            guard MerkleTree.leafHash(chunk) == chunkHashes[index] else {
                throw .changedWeights(chunk: index)
            }
            let end = min(range.upperBound, last)
            result += chunk[start - first..<end - first]
            start = end
        }
        return result[...]
    }

    /// Calls `body` with the bytes, piece by piece, and where each begins; pieces begin and end at
    /// multiples of 64 bytes or at the end. Chunks without hashes get them.
    mutating func forEachPiece(
        _ body: (Int, ArraySlice<UInt8>) throws(ModelError) -> Void
    ) throws(ModelError) {
        switch source {
        case .memory(let bytes): if count > 0 { try body(0, bytes[...]) }
        case .elsewhere(let bytes, let offset):
            let known = chunkHashes
            var hashes: [Hash256] = []
            var piece = Bytes()
            let length = chunksOfAPiece * Model.chunkByteCount
            for start in stride(from: 0, to: count, by: length) {
                let end = min(count, start + length)
                try bytes.read(offset + start..<offset + end, into: &piece)
                for hash in MerkleTree.leafHashes(of: piece[...], each: Model.chunkByteCount) {
                    guard known.isEmpty || known[hashes.count] == hash else {
                        throw .changedWeights(chunk: hashes.count)
                    }
                    hashes.append(hash)
                }
                try body(start, piece[...])
            }
            chunkHashes = hashes
        }
    }
}

/// Bytes that were read before the hashes of their chunks were known.
struct PeekedBytes: Sendable {
    let range: Range<Int>
    let hash: Hash256
}

/// Reads parts of weights, and notes what it read of those that have no hashes yet.
struct WeightCursor {
    private let store: WeightStore
    /// What was read of a store that is elsewhere and has no hashes yet.
    private(set) var peeks: [PeekedBytes] = []

    init(_ store: WeightStore) { self.store = store }

    /// Starts to read weights in memory, whose hashes nobody needs.
    init(_ bytes: Bytes) { store = WeightStore(unhashed: bytes) }

    /// How many bytes there are.
    var count: Int { store.count }

    /// The bytes of `range`, which lies in the weights. Copies nothing that is in memory.
    mutating func read(_ range: Range<Int>) throws(ModelError) -> ArraySlice<UInt8> {
        guard case .elsewhere(let bytes, let offset) = store.source, store.chunkHashes.isEmpty
        else { return try store.verified(range) }
        guard !range.isEmpty else { return [] }
        let result = try bytes.read(offset + range.lowerBound..<offset + range.upperBound)
        peeks.append(PeekedBytes(range: range, hash: SHA256.hash(result)))
        return result[...]
    }
}
