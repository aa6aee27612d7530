// Pairs in key order, in chunks of a few hundred so that an insertion moves few of them.

import Base

/// A map from byte strings to byte strings, sorted by key. Lookup and change cost
/// O(log n + chunk size).
struct SortedTable {
    /// Sorted pairs in sorted chunks; no chunk is empty.
    private var chunks: [[KeyValuePair]] = []
    private static let chunkLimit = 256

    /// The value of `key`; setting `nil` removes it.
    subscript(key: Bytes) -> Bytes? {
        get {
            guard let (chunk, index) = position(of: key), index < chunks[chunk].count,
                chunks[chunk][index].key == key
            else { return nil }
            return chunks[chunk][index].value
        }
        set {
            if let newValue { insert(key, newValue) } else { remove(key) }
        }
    }

    private mutating func insert(_ key: Bytes, _ value: Bytes) {
        guard let (chunk, index) = position(of: key) else {
            chunks.append([KeyValuePair(key, value)])
            return
        }
        if index < chunks[chunk].count, chunks[chunk][index].key == key {
            chunks[chunk][index].value = value
            return
        }
        chunks[chunk].insert(KeyValuePair(key, value), at: index)
        if chunks[chunk].count > SortedTable.chunkLimit {
            let half = SortedTable.chunkLimit / 2
            let upper = Array(chunks[chunk][half...])
            chunks[chunk].removeSubrange(half...)
            chunks.insert(upper, at: chunk + 1)
        }
    }

    private mutating func remove(_ key: Bytes) {
        guard let (chunk, index) = position(of: key), index < chunks[chunk].count,
            chunks[chunk][index].key == key
        else { return }
        chunks[chunk].remove(at: index)
        if chunks[chunk].isEmpty { chunks.remove(at: chunk) }
    }

    /// The contract is `KeyValueReading.pairs`.
    func pairs(from start: Bytes, to end: Bytes?, limit: Int, reverse: Bool) -> [KeyValuePair] {
        var found: [KeyValuePair] = []
        var cursor = reverse ? end.map(position(of:)) ?? endPosition : position(of: start)
        while found.count < limit, let (chunk, index) = cursor {
            if reverse {
                guard let before = predecessor(chunk, index) else { break }
                let pair = chunks[before.chunk][before.index]
                if pair.key.lexicographicallyPrecedes(start) { break }
                found.append(pair)
                cursor = before
            } else if index < chunks[chunk].count {
                let pair = chunks[chunk][index]
                if let end, !pair.key.lexicographicallyPrecedes(end) { break }
                found.append(pair)
                cursor = (chunk, index + 1)
            } else {
                cursor = chunk + 1 < chunks.count ? (chunk + 1, 0) : nil
            }
        }
        return found
    }

    private typealias Position = (chunk: Int, index: Int)

    private var endPosition: Position? {
        chunks.last.map { (chunks.count - 1, $0.count) }
    }

    private func predecessor(_ chunk: Int, _ index: Int) -> Position? {
        if index > 0 { return (chunk, index - 1) }
        return chunk > 0 ? (chunk - 1, chunks[chunk - 1].count - 1) : nil
    }

    /// Where `key` is or would be inserted; `nil` in an empty table. The index may be the chunk's
    /// count.
    private func position(of key: Bytes) -> Position? {
        guard !chunks.isEmpty else { return nil }
        let after = partition(chunks.count) { !key.lexicographicallyPrecedes(chunks[$0][0].key) }
        let chunk = max(0, after - 1)
        let index = partition(chunks[chunk].count) {
            chunks[chunk][$0].key.lexicographicallyPrecedes(key)
        }
        return (chunk, index)
    }

    /// The first index below `count` at which `isBefore` is false; it is true up to there.
    private func partition(_ count: Int, _ isBefore: (Int) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = low + (high - low) / 2
            if isBefore(middle) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
