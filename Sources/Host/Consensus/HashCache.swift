// The hashes of recent transactions, oldest forgotten first. Seeing a hash again makes it young.

import Base

/// A bounded set of hashes that forgets the least recently seen.
struct HashCache {
    private let limit: Int
    /// When each hash was seen last.
    private var lastSeen: [Hash256: UInt64] = [:]
    /// Sightings in order; one whose time is not the hash's last is void.
    private var sightings: [(hash: Hash256, time: UInt64)] = []
    private var firstSighting = 0
    private var time: UInt64 = 0

    /// Remembers up to `limit` hashes.
    init(limit: Int) { self.limit = max(0, limit) }

    var count: Int { lastSeen.count }

    func contains(_ hash: Hash256) -> Bool { lastSeen[hash] != nil }

    /// Remembers `hash` as the youngest.
    mutating func insert(_ hash: Hash256) {
        time += 1
        lastSeen[hash] = time
        sightings.append((hash, time))
        while lastSeen.count > limit { dropOldest() }
        compactIfSparse()
    }

    /// Forgets `hash`.
    mutating func remove(_ hash: Hash256) { lastSeen[hash] = nil }

    private mutating func dropOldest() {
        let oldest = sightings[firstSighting]
        firstSighting += 1
        if lastSeen[oldest.hash] == oldest.time { lastSeen[oldest.hash] = nil }
    }

    /// Keeps the list of sightings within a constant factor of the set.
    private mutating func compactIfSparse() {
        guard sightings.count > 2 * lastSeen.count + 64 else { return }
        let valid = sightings[firstSighting...].filter { lastSeen[$0.hash] == $0.time }
        sightings = valid
        firstSighting = 0
    }
}
