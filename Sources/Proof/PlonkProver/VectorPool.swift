// Vectors of one proof that are used again: memory that is taken and given back in pieces of many
// sizes leaves holes between them, so that a second proof would need half as much again.

import Fields

/// Vectors of up to a number of scalars, for one proof at a time.
final class VectorPool {
    private let capacity: Int
    private var free: [[Fr]] = []

    /// Vectors of up to `capacity` scalars. Takes no memory yet.
    init(capacity: Int) { self.capacity = capacity }

    /// An empty vector with room.
    func vector() -> [Fr] {
        var vector = free.popLast() ?? []
        vector.removeAll(keepingCapacity: true)
        vector.reserveCapacity(capacity)
        return vector
    }

    /// A vector of `values`.
    func vector(_ values: some Collection<Fr>) -> [Fr] {
        var vector = vector()
        vector.append(contentsOf: values)
        return vector
    }

    /// A vector of `count` zeros.
    func zeros(_ count: Int) -> [Fr] {
        vector(repeatElement(Fr.zero, count: count))
    }

    /// Takes back `vector`, which becomes empty.
    func release(_ vector: inout [Fr]) {
        var emptied: [Fr] = []
        swap(&emptied, &vector)
        free.append(emptied)
    }
}
