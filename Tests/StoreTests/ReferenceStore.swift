import Base

/// The definition of a store: an unordered list of triples, searched from end to end.
struct ReferenceStore {
    private var content: [KeyValueWrite] = []

    mutating func commit(_ writes: [KeyValueWrite]) {
        for write in writes {
            content.removeAll { $0.family == write.family && $0.key == write.key }
            if write.value != nil { content.append(write) }
        }
    }

    func pairs(
        _ family: ColumnFamily, from start: Bytes, to end: Bytes?, limit: Int, reverse: Bool
    ) -> [KeyValuePair] {
        var found: [KeyValuePair] = []
        for write in content where write.family == family {
            guard let value = write.value else { continue }
            let isBelowEnd = end.map { write.key.lexicographicallyPrecedes($0) } ?? true
            if !write.key.lexicographicallyPrecedes(start), isBelowEnd {
                found.append(KeyValuePair(write.key, value))
            }
        }
        found.sort { $0.key.lexicographicallyPrecedes($1.key) }
        if reverse { found.reverse() }
        return Array(found.prefix(max(0, limit)))
    }
}
